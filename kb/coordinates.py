"""Two names side by side (甲公司和乙公司), and a question about them said of each alone.

What else stands side by side in the question is shared out in the same order: 根据甲医院和乙医院的病历，张某和李某的
体温谁更高 asks for 张某 by the first hospital and 李某 by the second.
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
_BODIES = re.compile(
    rf"(?P<one>[^{_NOT_NAME}]{{2,26}}?(?:{_BODY})){_AND}(?P<two>[^{_NOT_NAME}]{{2,26}}?(?:{_BODY}))"
    rf"(?![^{_NOT_NAME}的在各分]{{0,3}}(?:{_BODY}))"
)
_PEOPLE = re.compile(rf"(?P<one>[^{_NOT_NAME}的]{{1,8}}?某{{1,2}}){_AND}(?P<two>[^{_NOT_NAME}的]{{1,6}}?某{{1,2}})")
_OWNED = re.compile(  # 河北2015年和国办2016年的意见
    rf"(?P<one>[^{_NOT_NAME}的\d]{{2,8}}(?:19|20)\d{{2}}年){_AND}(?P<two>[^{_NOT_NAME}的\d]{{2,8}}(?:19|20)\d{{2}}年)"
)
_YEARS = re.compile(rf"(?P<one>(?:19|20)\d{{2}}年度?){_AND}(?P<two>(?:19|20)\d{{2}}年度?)")
#: 哪家公司的排放量更高 asks of each how high it is, 谁更早 when it was.
_WHICH = re.compile(
    r"[，,]?(?:哪(?:[一]?[家个座所项地份种边位]|些)[^，。？?]{0,14}?|谁的?[^，。？?]{0,6}?)(?:更|较|最|比较)"
    r"(?P<how>[高多大长早晚低少短快慢重严好优先])[^，。？?]{0,16}[？?]?$"
)
_ALIKE = re.compile(r"(?:是否|是不是)(?:都|也)?(?:相同|一样|一致)[？?]?$|(?:相同|一样|一致)吗[？?]?$")
_JOINTLY = re.compile(r"联合|共同|一起|会同|合作|之间的")
_WHEN = "早晚先"
_EACH = re.compile(r"分别|各自")


def said_of_each(text: str, compares: bool) -> tuple[tuple[str, str], tuple[str, str]] | None:
    """The two names and for each the question about it alone.

    None where no two bodies or people stand side by side, act together, or are asked about as one: unless the question
    ``compares`` expressly, two names must be shared out to two others.
    """
    pairs = _pairs(text)
    if not pairs or _JOINTLY.search(text) or not (compares or len(pairs) > 1):
        return None
    one, two = (_share(text, pairs, i) for i in (0, 1))
    return (_bare(pairs[0][2][0]), one), (_bare(pairs[0][2][1]), two)


def _pairs(text: str) -> list[tuple[int, int, tuple[str, str]]]:
    """Where two names stand side by side, with them; the first of bodies or people leads."""
    found = [_pair(m) for pattern in (_BODIES, _PEOPLE, _OWNED) for m in pattern.finditer(text)]
    named = [p for p in found if p is not None and _bare(p[2][0]) != _bare(p[2][1])]
    if not named:
        return []
    years = [(m.start(), m.end(), (m["one"], m["two"])) for m in _YEARS.finditer(text)]
    return [*named, *(y for y in years if not any(y[0] < b and a < y[1] for a, b, _ in named))]


def _pair(match: re.Match[str]) -> tuple[int, int, tuple[str, str]] | None:
    lead = _LEAD.match(match["one"])
    start = match.start() + (lead.end() if lead else 0)
    one, two = match["one"][lead.end() if lead else 0 :], match["two"]
    year = _YEAR.match(one)
    if year and not _YEAR.match(two):
        two = year[0] + two  # 2020年甲公司和乙公司: both in that year
    return (start, match.end(), (one, two)) if len(_bare(one)) > 1 and len(_bare(two)) > 1 else None


def _bare(name: str) -> str:
    return _YEAR.sub("", name)


def _share(text: str, pairs: list[tuple[int, int, tuple[str, str]]], i: int) -> str:
    """The question with the i-th of each two names, asking what it is where the whole asks whose is more."""
    pieces, at = [], 0
    for start, end, names in sorted(pairs):
        pieces += [text[at:start], names[i]]
        at = end
    alone = _EACH.sub("", "".join([*pieces, text[at:]]))
    alone = re.sub(r"^请?(?:比较|对比)(?:一下)?", "", alone)
    which = _WHICH.search(alone)
    if which is None:
        return _ALIKE.sub("是什么？", alone)
    asked = "是什么时候" if which["how"] in _WHEN else "是多少"
    return f"{alone[: which.start()]}{asked}？"
