"""Goals and actuals with a number: indicator, value, unit, modifier, deadline, and every place that states them."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.deadlines import Deadlines, find_deadlines
from ingest.granted import Grants
from ingest.sections import SectionIndex
from ingest.tables import goal_cells, year_of
from kb.model import Kind, PolicyDocument, Section, Span, Target
from kb.text.sentences import split_sentences

_MEASURES = "平方公里|平方千米|平方米|立方米|公顷|亩|公里|千米|吨|千瓦时|千瓦|美元|欧元|港元|元|方"
_COUNTS = (
    "人次|场次|人|名|位|家|个(?!月|工作日|自然日|交易日|日|小时|季度|年|学[期年]|周)|"
    "项|件|条|所|场|支|只|座|栋|套|台|辆|种|户|款|处|例|笔|张|间|份|门|倍|次"
)
_NUMBER = (
    r"(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?P<more>[余多]?)(?P<multiple>万亿|[百千]?[万亿]|千)?(?P<more2>[余多]?)"
    rf"(?P<unit>%|％|个百分点|(?:{_MEASURES})|(?:{_COUNTS})(?!民法院))?"
)
_QUANTITY = re.compile(rf"(?<![\d.A-Za-z〔+\-]){_NUMBER}(?P<after>以上|以下|左右|以内)?")
#: A whole cell: 160万平方米, ≥95%, 每年100场次.
_CELL_VALUE = re.compile(
    rf"(?P<every>每年)?(?P<least>≥|>=|≧|不低于|不少于|超过?|达到|约)?\s*"
    rf"(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?)(?P<more>[余多]?)(?P<multiple>万亿|[百千]?[万亿]|千)?(?P<more2>[余多]?)"
    rf"(?P<unit>%|％|个百分点|{_MEASURES}|{_COUNTS})?(?P<after>以上|左右|以内|以下)?"
)
_CELL_UNIT = re.compile(rf"(?:万亿|[百千]?[万亿]|千)?(?:%|％|个百分点|{_MEASURES}|{_COUNTS})|[万亿]")
#: 孵化面积（万平方米）
_UNIT_BEHIND = re.compile(rf"(?P<name>.{{2,40}}?)[（(](?:单位[:：])?(?P<unit>{_CELL_UNIT.pattern})[）)]")
_NOT_QUANTITY = re.compile(r"(?:第|[〔\[（(]\d{0,3})$")
_QUOTED = re.compile(r"“[^“”\n]{1,16}”|《[^《》\n]{1,120}》|[〔\[]\d{4}[〕\]]\s*\d+号")
_CLAUSE = re.compile(r"[，。；：！？,;:\n|]")
_BEFORE = re.compile(r"(?:不低于|不少于|不高于|不超过|超过|突破|至少|多达|高达|大约|约为|超|逾|近|约)$")
_REACHES = re.compile(
    r"(?:达到了?|达|增至|增加到|提高到|提升到|扩大到|上升到|降至|降低到|控制在|保持在|稳定在|为|至|到|共计|共|有)$"
)
_NEW = re.compile(r"(?:累计)?(?:新增|新培育|新认定|新建成?|新引进|新设立|新建设)")
_VERB = re.compile(
    r"(?:培训(?!人|班|机构|基地|中心|体系|场|次)|累计|力争|计划|完成|实现|开展|举办|承办|建成|建设|打造|创建|构建|引进|引育|引入|招引|培育出?|培养|新增|新培育|新建|新认定|新引进|新设立|集聚|成立|设立|"
    r"出台|拥有|共有|现有|已有|具有|设有|还有|即|覆盖|入驻|吸引|吸纳|投资|募集|提供|评选|认定|布局|落地|获得|聘请|发展|形成|推出|实施|建立|组织|支持|"
    r"遴选|推动|完善|净增|增加|达到|占|仅占|涉及|包括|其中|带动|扶持|发放|兑现|选派|签约|转化|授权)"
)
_PAST = re.compile(r"截至|截止|目前|现有|已有|已经|已[\u4e00-\u9fff]|拥有|共有|如今|去年|同比|迄今|至今")
#: The same, but not of documents that make rules: there 已缴纳的 and 已有住房的 are conditions.
_PAST_OF_RULES = re.compile(
    r"截至|目前|现有|已经|已(?:建成|建立|培育|认定|引进|累计|达到?|发放|实现|完成|形成|入驻|集聚|开通|覆盖|兑现|落实|新增|突破|超)|"
    r"拥有|共有|如今|去年|同比|迄今|至今"
)
_EACH = re.compile(r"每年|年均|每季度|每月|逐年")
_EVERY = re.compile(r"每年|每季度|每月")  # holds for what is enumerated behind it too; growth (年均) does not
_DEFINES = re.compile(r"是指|指的是|系指|所称|为以下|标准为|划分|划型")
_GOAL = re.compile(r"目标|指标|任务")
_NARRATIVE = {Kind.NEWS, Kind.RESEARCH, Kind.REPLY, Kind.CAPTION, Kind.DIGEST}
_EDGE = re.compile(
    r"^(?:[、和及与或并等，,的将了出到]|在(?!孵|校|建|岗|职|册|库)|各(?!类|级|项|种|地)|其中|全年|全区|全市|全省|全县|全国|每年|平均)+|(?:[、和及与，,]|的|分别|总计|合计|总数|数量(?:共有?)?)+$"
)
_NOT_NOUN = re.compile(
    r"^(?:分别)?是|^分别$|[从已对]$|^该|^[^“”]*[“”][^“”]*$|"
    r"^(?:按|给予|对(?!外|口|标|接)|由|凡|每(?![万千百十亿])|且|不[得超低少]|超[出过]|低于|高于|可(?!再生|持续|利用))"
)
_NOUN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9（）()“”·/+\-]{2,24}")
_NOUN_STOP = re.compile(
    r"(?:以上|以下|左右|等|并|和|及|与|已|为|在|由|被|将|共|均|纳|参|进|开展|设立|入选|上市|参加|通过|组成|获|达|占|的(?=[\u4e00-\u9fff])|、)"
)

_ANY_YEAR = re.compile(r"(20\d\d)年")
#: Behind the lower end of a range, its upper one: 100万平方米 | 至160万平方米
_RANGE = re.compile(rf"\s*(?:[至到](?=\d)|[-—–~～]+)\s*{_NUMBER}")
#: Before a number that counts what the one before it does: ，到2035年累计达到40家; ，力争达到40家
_REACHES_AGAIN = re.compile(
    r"\s*[，,、]?\s*(?=力争|[到至]?\s*20\d\d年)(?:力争|累计|再|[到至]?\s*20\d\d年(?:年?[底末])?前?[，,]?|"
    r"建成|培育|完成|实现|达到?|增加到|增至|提高到|提升到|扩大到|突破|超过|不少于|不低于)+\s*"
)
_NEXT_OF_LIST = re.compile(r"\s*[、和及]\s*")  # 20家、40家
#: The value that a rise begins at: 从2031年的90家增加到150家.
_BASELINE = re.compile(r"(?P<word>[从由])(?:20\d\d年)?(?:底|末)?(?:目前|现有|原来)?的?\Z")
_RISES = re.compile(r"[^，。；\d]{0,6}?(?:增|提|升|扩|降|减|压|调|跃)[^，。；\d]{0,3}[至到为]")
_STATUTES = {Kind.LAW, Kind.REGULATION, Kind.RULE}


@dataclass(frozen=True, slots=True)
class _Found:
    target: Target
    section: Section | None
    new: bool


@dataclass(frozen=True, slots=True)
class _Item:
    """A number, what it counts and where it stands; ``context`` is what is told right before it.

    ``each``: it is that of every year.
    """

    indicator: str
    value: float
    unit: str
    modifier: str | None
    span: Span
    place: int
    context: str
    each: bool
    new: bool


@dataclass(frozen=True, slots=True)
class _Told:
    """The first year a sentence names, and whether it tells of what has been."""

    year: str | None
    past: bool


@dataclass(frozen=True, slots=True)
class _Carried:
    """What a goal leaves to the sentences behind it in its section: the day, None where it names several."""

    deadline: str | None


def find_targets(doc: PolicyDocument) -> tuple[Target, ...]:
    """The goals, recurring goals and actuals of a document in text order, one entry each.

    What a number defines, quotes or counts (第51次, “34520”, a 文号) is no target, nor what is granted, limited or
    punished. A deadline holds for what follows it in its section; ``deadline`` is ``2027`` or ``2027-12-31``, for
    recurring ones ``每年``. A statute has none.
    """
    if doc.kind in _STATUTES:
        return ()
    sections = SectionIndex(doc.sections)
    found = list(_of_tables(doc, sections))
    cells = {f.target.mentions[0].start for f in found}
    carried: _Carried | None = None
    place: Section | None = None
    for start, end in split_sentences(doc.text):
        section = sections.at(start)
        if section is not place:
            place, carried = section, None
        sentence = doc.text[start:end]
        if _DEFINES.search(sentence) or sentence.startswith("备注"):
            continue
        times = find_deadlines(sentence, start, year_of(doc))
        if times.goal and times.days:
            carried = _Carried(times.only)
        told: _Told | None = None
        for item in _quantities(doc, start, end, cells, times.respective):
            told = told or _told(doc, sentence, times)
            made = _classified(doc, sections, item, told, carried, times)
            if made is not None:
                found.append(_Found(made, section, item.new))
    return tuple(_merged(sorted(found, key=lambda f: f.target.mentions[0].start)))


def _quantities(
    doc: PolicyDocument, start: int, end: int, cells: Collection[int], respective: Collection[int]
) -> Iterator[_Item]:
    """The numbers of a sentence that count something and are neither support, limit nor penalty.

    ``cells`` are the places of those that a table of goals states, ``respective`` of those listed with their years.
    """
    text = doc.text
    quoted = [m.span() for m in _QUOTED.finditer(text, start, end)]
    grants = Grants(text, start, end, adds_up=doc.kind in _NARRATIVE)
    previous = start
    last: _Item | None = None
    rising: tuple[int, int] | None = None  # where what rises is named, behind the number it rises from
    for match in _QUANTITY.finditer(text, start, end):
        at = match.start()
        if _is_within(at, quoted) or _NOT_QUANTITY.search(text[max(start, at - 6) : at]):
            continue
        if at in cells or (not match["unit"] and not match["multiple"]) or at < previous:
            continue
        clause_start = max([previous, *(m.end() for m in _CLAUSE.finditer(text, previous, at))])
        noun = rising if rising and _RISES.match(text, previous, at) else (clause_start, at)
        rising, previous = None, match.end()
        begins = _BASELINE.search(text, clause_start, at)
        if begins and _RISES.match(text, match.end(), end):
            rising = (clause_start, begins.start("word"))
            continue
        reach = None if begins else _RANGE.match(text, match.end(), end)
        previous = reach.end() if reach else previous
        unit = _unit(match) + ((reach["unit"] or "") if reach and not match["unit"] else "")
        named = _indicator(text, noun, match, end) or _same_again(
            text, clause_start, match, unit, last, listed=at in respective
        )
        if named is None or _NOT_NOUN.search(named[0]) or grants.covers(match):
            continue
        indicator, left, right, new = named
        right = max(right, previous)
        before = _BEFORE.search(text[clause_start:at].rstrip())
        modifier = (before and before.group()) or match["more"] or match["more2"] or match["after"] or None
        modifier = reach.group() if reach else modifier
        each = bool(_EACH.search(text, clause_start, right)) or _is_every(text, start, clause_start)
        context = text[max(start, clause_start - 30) : right]
        last = _Item(indicator, _value(match["number"]), unit, modifier, Span(left, right), at, context, each, new)
        yield last


def _is_within(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a place lies in one of the spans, which are in order and apart."""
    i = bisect_right(spans, (at, sys.maxsize)) - 1
    return i >= 0 and at < spans[i][1]


def _same_again(
    text: str, clause_start: int, match: re.Match[str], unit: str, last: _Item | None, *, listed: bool
) -> tuple[str, int, int, bool] | None:
    """What a number counts that names nothing: the same as the one before it (到2030年20家，2035年达到40家).

    ``listed``: it is one of a list that goes with a list of years.
    """
    again = _NEXT_OF_LIST if listed else _REACHES_AGAIN
    if last is None or last.unit != unit or not again.fullmatch(text, last.span.end, match.start()):
        return None
    return last.indicator, clause_start, match.end(), last.new


def _value(number: str) -> float:
    value = float(number.replace(",", ""))
    return int(value) if value.is_integer() else value


def _unit(match: re.Match[str]) -> str:
    return (match["multiple"] or "") + (match["unit"] or "")


def _is_every(text: str, start: int, clause_start: int) -> bool:
    """Whether 每年 stands close before a clause and holds for it, no other day being named in between."""
    before = text[max(start, clause_start - 30) : clause_start]
    named = list(_EVERY.finditer(before))
    return bool(named) and not re.search(r"[；;]|20\d\d年", before[named[-1].end() :])


def _indicator(text: str, noun: tuple[int, int], match: re.Match[str], end: int) -> tuple[str, int, int, bool] | None:
    """What is counted, its span, and whether it is an addition: the noun before the number, else the one behind."""
    clause_start, noun_end = noun
    before = text[clause_start:noun_end].rstrip()
    before = _BEFORE.sub("", before).rstrip()
    before = _REACHES.sub("", before)
    verbs = list(_VERB.finditer(before))
    noun_at = verbs[-1].end() if verbs else 0
    found = before[noun_at:]
    left = clause_start + (verbs[-1].start() if verbs else 0)
    new = bool(_NEW.search(before[max(0, noun_at - 6) : noun_at]))
    trimmed = _trim(found)
    counts = match["unit"] is None or not re.fullmatch(rf"%|％|个百分点|{_MEASURES}", match["unit"])
    if (
        len(re.findall(r"[\u4e00-\u9fff]", trimmed)) < 2
        or found.rstrip().endswith("等")
        or re.fullmatch(r"在(?!孵|校|建|岗|职|册|库).{2,12}|.{0,4}年.{0,3}", trimmed)
    ):
        behind = _NOUN.match(text, match.end(), end) if counts else None
        name = _cut(behind.group()) if behind else ""
        if len(re.findall(r"[\u4e00-\u9fff]", name)) < 2:
            return None
        return name, left, match.end() + len(name), new
    if not counts and new:
        trimmed = f"新增{trimmed}"
    return trimmed, left, match.end(), new


def _trim(noun: str) -> str:
    noun = re.sub(r"^.*?(?:20\d\d年(?:[底末]?前?|以来)?|期间)", "", noun)
    before = None
    while before != noun:
        before, noun = noun, _EDGE.sub("", noun.strip())
    return noun if noun.count("（") == noun.count("）") and noun.count("(") == noun.count(")") else noun.strip("（）()")


def _cut(noun: str) -> str:
    verb = _VERB.search(noun, 2)
    stop = _NOUN_STOP.search(noun, 2)
    ends = [m.start() for m in (verb, stop) if m]
    return noun[: min(ends)] if ends else noun


def _told(doc: PolicyDocument, sentence: str, times: Deadlines) -> _Told:
    tells = doc.kind in _NARRATIVE or doc.kind is Kind.OTHER
    year = _ANY_YEAR.search(sentence)
    past = (_PAST if tells else _PAST_OF_RULES).search(sentence)
    return _Told(year[1] if year else None, bool(past) or bool(tells and year and not times.goal))


def _classified(
    doc: PolicyDocument,
    sections: SectionIndex,
    item: _Item,
    told: _Told,
    carried: _Carried | None,
    times: Deadlines,
) -> Target | None:
    """The entry for a number, by what its sentence says of its time; None where it says nothing."""
    target = Target(item.indicator, item.value, item.unit, item.modifier, mentions=(item.span,))
    when, issued = times.at(item.place), year_of(doc)
    if item.modifier in {"不超过", "不高于"} and not (times.goal and when) and "%" not in item.unit:
        return None
    if item.each:
        return replace(target, deadline="每年", kind="recurring")
    over = bool(when and issued and int(when[:4]) < issued)
    past = over or told.past
    if not over and (times.goal or (carried is not None and not past)):
        return replace(target, deadline=when or (carried.deadline if carried else None), kind="target")
    done = told.year or re.search(r"累计|新增|净增|建成|实现|吸引|引进|打造了?|投资|培育出|达到?|超", item.context)
    if past or (done and doc.kind in _NARRATIVE):
        return replace(target, deadline=when or told.year, kind="actual")
    section = sections.at(item.span.start)
    if section is not None and _GOAL.search(section.path) and item.new:
        return replace(target, kind="target")
    return None


def _of_tables(doc: PolicyDocument, sections: SectionIndex) -> Iterator[_Found]:
    """The goals that tables of indicators state, cell by cell."""
    for cell in goal_cells(doc):
        match = _CELL_VALUE.fullmatch(cell.value.text)
        behind = _UNIT_BEHIND.fullmatch(cell.indicator)
        measure = cell.unit or (behind["unit"] if behind else "")
        if match is None or not (match["unit"] or _CELL_UNIT.fullmatch(measure)):
            continue
        unit = _unit(match) + ("" if match["unit"] else measure)
        every = match["every"] or cell.when == "每年"
        section = sections.at(cell.value.start)
        target = Target(
            behind["name"] if behind else cell.indicator,
            _value(match["number"]),
            unit,
            match["least"] or match["more"] or match["more2"] or match["after"] or None,
            "每年" if every else _cell_day(cell.when),
            "recurring" if every else "target",
            mentions=(Span(cell.value.start, cell.value.end),),
        )
        yield _Found(target, section, new=False)


def _cell_day(stated: str | None) -> str | None:
    match = re.fullmatch(r"(20\d\d)年?(底|末|年底|年末|12月底?|12月31日)?前?", (stated or "").strip())
    return (f"{match[1]}-12-31" if match[2] else match[1]) if match else None


def _merged(found: list[_Found]) -> Iterator[Target]:
    """One entry for what is stated in several places; its section is the most detailed one."""
    groups: list[list[_Found]] = []
    alike: dict[tuple[float, str, str], list[list[_Found]]] = {}
    for one in found:
        rivals = alike.setdefault((one.target.value, one.target.unit, one.target.kind), [])
        home = next((g for g in rivals if _same(g[0].target, one.target)), None)
        if home is None:
            rivals.append([one])
            groups.append(rivals[-1])
        else:
            home.append(one)
    for group in groups:
        deepest = max(group, key=lambda f: f.section.level if f.section else 0)
        first = group[0].target
        yield replace(
            first,
            deadline=next((f.target.deadline for f in group if f.target.deadline), None),
            section=deepest.section.path if deepest.section else None,
            mentions=tuple(f.target.mentions[0] for f in group),
        )


def _same(a: Target, b: Target) -> bool:
    if (a.value, a.unit, a.kind) != (b.value, b.unit, b.kind) or (
        a.deadline and b.deadline and a.deadline != b.deadline
    ):
        return False
    one, other = set(a.indicator), set(b.indicator)
    return len(one & other) >= 0.75 * min(len(one), len(other)) and len(one & other) >= 0.6 * max(len(one), len(other))
