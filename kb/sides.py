"""The sides of a comparison, each as a question of its own.

2024年比2023年少了多少个 is answered by two passages, often of two documents; asked as one, each of them speaks of
the wrong year for half of the question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kb.asks import Ask
from kb.coordinates import said_of_each
from kb.places import NO_NAME
from kb.query import Query
from kb.regions import find_regions
from kb.text import find_dates, find_doc_numbers

_COMPARES = re.compile(
    r"相差|差多少|差几|差了|差别|差异|区别|不同|不一样|对比|相比|比较|高低|变化|变动|"
    r"哪[边个家份里座](?:更|给得|补得|奖得|的)?.{0,6}(?:多|高|大|低|少|长|短|早|晚|宽|严|好)|"
    r"比.{1,24}(?:多|少|高|低|大|小|松|严|长|短|早|晚|提高|降低|增加|减少|提前|推迟)|"
    r"各(?:自|是|要求|规定|给|补|奖|定|用|写|保留|需|有|按|为|发|占|能|可|多少|几)|分别|谁的?[^，。？?]{0,6}(?:更|最|较)|"
    r"哪[一]?[家个位][^，。？?]{0,14}更|(?:是否|是不是)(?:都)?(?:相同|一样|一致)"
)
_DIFFERS = re.compile(
    r"(?:之间)?(?:有|存在)?(?:什么|哪些|何|啥)?(?:不同|不一样|区别|差别|差异)(?:的?地方|之处|吗|呢)?|"
    r"(?:都|又)?(?:有|发生|出现)了?(?:什么|哪些|何|啥|怎样的)?(?:变化|变动|改变)(?:的?地方|之处|吗|呢)?"
)
_JOIN = r"(?:和|与|跟|同|比|较|对比|及|以及|、|，)"
_TAIL = r"(?:年度|年末|年底|年版|年)?(?:的)?"
_AND = r"(?:和|与|跟|同|以及|、|比)"
_NOT_PLACE = f"{NO_NAME}年月日度时和省市区县州、"  # 年 of 2026年河湾区, 市 of 云溪市河湾区
_PLACE = rf"(?:(?![{_NOT_PLACE}])[\u4e00-\u9fff]){{2,3}}?(?:自治[州县旗]|[省市区县州](?![级里]))"
_WITH_ASIDE = rf"{_PLACE}(?:（[^（）]{{1,12}}）|\([^()]{{1,12}}\))?"
_PLACES = re.compile(rf"{_WITH_ASIDE}(?:{_AND}{_WITH_ASIDE})+")
_MORE = re.compile(r"[省市区县州旗）)](?:和|与|跟|同|以及|、)$")  # another place is named before these
_MOST = 4  # sides that one answer holds
_ASIDE = re.compile(r"（[^（）]{1,12}）|\([^()]{1,12}\)")
_DRAFT = re.compile(r"征求意见稿?(?:的时候|时|阶段|里|中)?|意见稿|草案|草稿")
_FINAL = re.compile(
    r"正式(?:文件|稿|印发|发布|版)?(?:的)?|定稿|最后(?:印发|发布|定)?的?|最终(?:印发|发布|定)?的?|印发(?:稿|的)"
)


#: The two editions of one document: 新旧两版创业措施, 两轮行动计划, 修订前后的办法
_RULE = "办法|措施|方案|计划|规定|细则|政策|通知|意见|规划|条例|目录|文件"
_EDITIONS = re.compile(
    rf"(?:新旧|新老|前后|先后)(?:两|二)?[版个份轮次](?:的)?|两[版轮](?:的)?(?=[^，。？?]{{0,16}}(?:{_RULE}))|"
    rf"(?:新旧|新老)(?=[^，。？?]{{0,16}}(?:{_RULE}))|(?:修订|修改|修正)前后(?:的)?"
)
_NAMED = rf"[^，。？?、；]{{2,16}}?(?:{_RULE}|答复|报道|文章|指南|解读|公告)[^，。？?、；和与跟同]{{0,8}}?"
_DOCUMENTS = re.compile(
    rf"(?:^|(?<=[，、；]))(?P<one>{_NAMED})(?:和|与|跟|同)(?P<two>{_NAMED})(?=有[什啥何哪]|之?间|各|分别|哪|差|相[差比])"
)
#: The givers of two levels, and what they give in all: 市里加区里一共, 市科技局和区科技局两头
_LEVELS = re.compile(
    r"(?P<one>[省市])(?P<of>里|级|[\u4e00-\u9fff]{1,4}[局厅委])(?P<what>[^，。？?加和]{0,6}?)(?:再?加上?|和|跟|与)"
    r"(?P<two>[市区县])(?:里|级|(?P=of))(?P<more>[^，。？?]{0,4}?)(?=一共|总共|合计|加起来|两头|[每各都能共一总])"
)
_BELOW = re.compile(r"在?[\u4e00-\u9fff]{2,3}(?:自治县|[区县])的?")
_IN_ALL = re.compile(r"一共|总共|合计|加起来|两头的?(?!都)|加在一起")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: its name, and the question about it alone."""

    name: str
    text: str
    body: bool = False
    """Whether the name is that of a body or person, of whom nothing else may be told."""
    rank: str = ""
    """The rank (市) whose bodies are meant by it, where a lower one's documents say nothing for it."""


def _plain(side: Side) -> Side:
    """A side without the words that ask for a difference in kind: of it alone there is none to be found."""
    text = _DIFFERS.sub("", side.text)
    return replace(side, text=text) if len(text.strip("？?，。 的")) > len(side.name) + 2 else side


def sides_of(query: Query) -> tuple[Side, ...]:
    """The sides a question compares: two years, places, 文号, bodies or people, or draft and final; else none."""
    text = query.text
    if query.articles:
        return ()
    levels = _levels(text) if query.wants(Ask.NUMBER) else ()
    if levels:
        return levels
    compares = _COMPARES.search(text) is not None
    named = _named(text, compares)
    if not compares:
        return named
    found = _numbers(text) or _versions(text) or _regions(query) or _places(text) or _documents(text)
    return tuple(_plain(side) for side in found or named or _years(text))


def of_any_edition(query: Query) -> str | None:
    """The question without the words that name two editions of a document; None where it names none."""
    text, count = _EDITIONS.subn("", query.text)
    return _plain(Side("", text)).text if count and not query.articles else None


def _levels(text: str) -> tuple[Side, ...]:
    """What each of two levels gives, where the question asks what they give in all.

    The higher one's documents call themselves neither its own (市里) nor by the lower place: their rank is enough.
    """
    match = _LEVELS.search(text)
    if match is None or not _IN_ALL.search(text):
        return ()
    before, behind = text[: match.start()], _IN_ALL.sub("", text[match.end() :])
    what = match["what"] + match["more"]
    higher, lower = match["one"], match["two"]
    return (
        Side(f"{higher}级", f"{_BELOW.sub('', before)}{what}{behind}", rank=higher),
        Side(f"{lower}级", f"{before}{lower}{match['of']}{what}{behind}", rank=lower),
    )


def _named(text: str, compares: bool) -> tuple[Side, ...]:
    """Bodies or people by their names, or bodies' documents by their years (国办2016年的意见)."""
    told = said_of_each(text, compares) or ()
    return tuple(Side(name, alone, body=not name.endswith("年")) for name, alone in told)


def _documents(text: str) -> tuple[Side, ...]:
    """Two documents by what they are called (2022年国家通知跟河北十二条措施): what is said before them is of both."""
    match = _DOCUMENTS.search(text)
    if match is None or not _COMPARES.search(text[match.end() :]):
        return ()
    before, behind = text[: match.start()], text[match.end() :]
    return Side(match["one"], before + match["one"] + behind), Side(match["two"], before + match["two"] + behind)


def _years(text: str) -> tuple[Side, ...]:
    found = find_dates(text)
    years = list(dict.fromkeys(d.iso for d in found))
    if not 2 <= len(years) <= _MOST or any(d.until or d.precision != "year" for d in found):
        return ()
    return tuple(Side(f"{year}年", _alone(text, year, years, rf"\s*{_TAIL}")) for year in years)


def _numbers(text: str) -> tuple[Side, ...]:
    numbers = list(dict.fromkeys(text[d.start : d.end] for d in find_doc_numbers(text)))
    if not 2 <= len(numbers) <= _MOST:
        return ()
    return tuple(Side(number, _alone(text, number, numbers)) for number in numbers)


def _alone(text: str, one: str, names: list[str], tail: str = "") -> str:
    """The question without all names but one."""
    for other in names:
        if other != one:
            text = _without(text, rf"{_JOIN}{re.escape(other)}{tail}|{re.escape(other)}{tail}{_JOIN}?")
    return text


def _versions(text: str) -> tuple[Side, ...]:
    draft, final = _DRAFT.search(text), _FINAL.search(text)
    if not draft or not final:
        return ()
    return (
        Side("征求意见稿", _without(text, rf"{_JOIN}?(?:{_FINAL.pattern})")),
        Side("正式文件", _without(text, rf"(?:{_DRAFT.pattern}){_JOIN}?")),
    )


def _regions(query: Query) -> tuple[Side, ...]:
    """Divisions side by side, each perhaps with a word in brackets (杭州（2022年）和深圳（2023年）)."""
    text, found = query.text, sorted(query.regions, key=lambda m: m.start)
    if not 2 <= len(found) <= _MOST or any(text[m.start : m.end] != m.name for m in found):
        return ()  # carried over from an earlier turn
    ends = [_with_aside(text, m.end) for m in found]
    between = [text[end : m.start] for end, m in zip(ends, found[1:], strict=False)]
    start = found[0].start
    for outer in reversed(find_regions(text)):  # 杭州 in 杭州滨江
        start = outer.start if outer.end == start else start
    if not all(re.fullmatch(_AND, joined) for joined in between) or _MORE.search(text[:start]):
        return ()
    starts = [start, *(m.start for m in found[1:])]
    before, behind = text[:start], text[ends[-1] :]
    return tuple(
        Side(m.name, before + text[first:end] + behind) for m, first, end in zip(found, starts, ends, strict=True)
    )


def _with_aside(text: str, end: int) -> int:
    aside = _ASIDE.match(text, end)
    return aside.end() if aside else end


def _places(text: str) -> tuple[Side, ...]:
    match = _PLACES.search(text)
    if match is None or _MORE.search(text[: match.start()]):
        return ()
    named = [m.group() for m in re.finditer(_WITH_ASIDE, match.group())]
    names = [_ASIDE.sub("", name) for name in named]
    if len(set(names)) != len(names) or len(names) > _MOST:
        return ()
    before, behind = text[: match.start()], text[match.end() :]
    return tuple(Side(name, before + shown + behind) for name, shown in zip(names, named, strict=True))


def _without(text: str, pattern: str) -> str:
    return re.sub(pattern, "", text).strip("，、 ")
