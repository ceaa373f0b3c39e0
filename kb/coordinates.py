"""Names side by side (甲公司、乙公司和丙公司), and a question about them said of each alone.

What else stands side by side in the question is shared out in the same order: 根据甲医院和乙医院的病历，张某和李某谁的
体温更高 asks for 张某 by the first hospital and 李某 by the second.
"""

from __future__ import annotations

import re

_BODY = (
    "公司|集团|医院|法院|检察院|大学|学院|学校|中学|小学|银行|中心|研究院|研究所|事务所|协会|商会|基金会|委员会|合作社|"
    "孵化器|众创空间|园区|产业园|科技园|创业园|科创园|基地|开发区|高新区|街道|百货|商场|酒店|[局厅委]"
)
_NOT_NAME = "，。？?、；：:和与跟同及《》（）()"
_AND = "(?:和|与|跟|同|以及|、)"
_LEAD = re.compile(
    r"^(?:请?(?:比较|对比)(?:一下)?|根据|结合|按照|依据|依照|参照|请问|问一下|关于|对于|针对|就|在|看|按|从|把)+(?=.{3})"
)
_YEAR = re.compile(r"^(?:19|20)\d{2}年度?(?:的)?")
_MOST = 4  # names that one answer can speak of
_NAME_OF_BODY = rf"(?:[甲乙丙丁A-DX-Z]|[^{_NOT_NAME}]{{2,26}}?)(?:{_BODY})"
_NAME_OF_PERSON = rf"[^{_NOT_NAME}的]{{1,6}}?某{{1,2}}"
_OWNER = rf"[^{_NOT_NAME}的\d]{{2,8}}(?:19|20)\d{{2}}年"  # 河北2015年和国办2016年的意见
_A_YEAR = r"(?:19|20)\d{2}年度?"


def _side_by_side(name: str, first: str | None = None, behind: str = "") -> re.Pattern[str]:
    return re.compile(rf"{first or name}(?:{_AND}{name})+{behind}")


_BODIES = _side_by_side(_NAME_OF_BODY, behind=rf"(?![^{_NOT_NAME}的在各分]{{0,3}}(?:{_BODY}))")
_PEOPLE = _side_by_side(_NAME_OF_PERSON, rf"[^{_NOT_NAME}的]{{1,8}}?某{{1,2}}")
_OWNED = _side_by_side(_OWNER)
_YEARS = _side_by_side(_A_YEAR)
#: 哪家公司的排放量更高 asks of each how high it is, 谁更早 when it was.
_WHICH = re.compile(
    r"[，,]?(?:哪(?:[一]?[家个座所项地份种边位]|些)[^，。？?]{0,14}?|谁(?:的(?P<what>[^，。？?]{0,6}?))?)(?:更|较|最|比较)"
    r"(?P<how>[高多大长早晚低少短快慢重严好优先])[^，。？?]{0,16}[？?]?$"
)
_ALIKE = re.compile(r"(?:是否|是不是)(?:都|也)?(?:相同|一样|一致)[？?]?$|(?:相同|一样|一致)吗[？?]?$")
_JOINTLY = re.compile(r"联合|共同|一起|会同|合作|之间的")
_WHEN = "早晚先"
_EACH = re.compile(r"分别|各自")


def said_of_each(text: str, compares: bool) -> tuple[tuple[str, str], ...] | None:
    """The names and for each the question about it alone.

    None where no bodies or people stand side by side, act together, or are asked about as one: unless the question
    ``compares`` expressly, the names must be shared out to as many others.
    """
    lists = _lists(text)
    if not lists or _JOINTLY.search(text) or not (compares or len(lists) > 1):
        return None
    return tuple((_bare(name), _share(text, lists, i)) for i, name in enumerate(lists[0][2]))


def _lists(text: str) -> list[tuple[int, int, tuple[str, ...]]]:
    """Where as many names stand side by side, with them; the first of bodies or people leads."""
    found = [_names(m) for pattern in (_BODIES, _PEOPLE, _OWNED) for m in pattern.finditer(text)]
    named = [p for p in found if p is not None]
    if not named or len(named[0][2]) > _MOST:
        return []
    years = [(m.start(), m.end(), tuple(re.split(_AND, m.group()))) for m in _YEARS.finditer(text)]
    every = [*named, *(y for y in years if not any(y[0] < b and a < y[1] for a, b, _ in named))]
    return [names for names in every if len(names[2]) == len(named[0][2])]


def _names(match: re.Match[str]) -> tuple[int, int, tuple[str, ...]] | None:
    lead = _LEAD.match(match.group())
    start = match.start() + (lead.end() if lead else 0)
    names = re.split(_AND, match.string[start : match.end()])
    year = _YEAR.match(names[0])
    if year:
        # 2020年甲公司和乙公司: both in that year
        names = [name if _YEAR.match(name) else year[0] + name for name in names]
    bare = [_bare(name) for name in names]
    return (start, match.end(), tuple(names)) if len(set(bare)) > 1 and min(map(len, bare)) > 1 else None


def _bare(name: str) -> str:
    return _YEAR.sub("", name)


def _share(text: str, lists: list[tuple[int, int, tuple[str, ...]]], i: int) -> str:
    """The question with the i-th name of each list, asking what it is where the whole asks whose is more."""
    pieces, at = [], 0
    for start, end, names in sorted(lists):
        pieces += [text[at:start], names[i]]
        at = end
    alone = _EACH.sub("", "".join([*pieces, text[at:]]))
    alone = re.sub(r"^请?(?:比较|对比)(?:一下)?", "", alone)
    which = _WHICH.search(alone)
    if which is None:
        return _ALIKE.sub("是什么？", alone)
    asked = "是什么时候" if which["how"] in _WHEN else "是多少"
    of = f"的{which['what']}" if which["what"] else ""
    return f"{alone[: which.start()]}{of}{asked}？"
