"""Goals and actuals with a number: indicator, value, unit, modifier, deadline, and every place that states them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.sections import SectionIndex
from kb.model import Kind, PolicyDocument, Section, Span, Target
from kb.text.sentences import split_sentences

_MEASURES = "平方公里|平方千米|平方米|立方米|公顷|亩|公里|千米|吨|千瓦时|千瓦|美元|欧元|港元|元|方"
_COUNTS = "人次|场次|人|名|位|家|个|项|件|条|所|场|支|只|座|栋|套|台|辆|种|户|款|处|例|笔|张|间|份|门|倍|次"
_QUANTITY = re.compile(
    r"(?<![\d.A-Za-z〔+\-])(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?P<more>[余多]?)(?P<multiple>万亿|[百千]?[万亿]|千)?(?P<more2>[余多]?)"
    rf"(?P<unit>%|％|个百分点|(?:{_MEASURES})|(?:{_COUNTS})(?!民法院))?(?P<after>以上|以下|左右|以内)?"
)
_NOT_QUANTITY = re.compile(r"(?:第|[〔\[（(]\d{0,3})$")
_QUOTED = re.compile(r"“[^“”\n]{1,16}”|《[^《》\n]{1,120}》|[〔\[]\d{4}[〕\]]\s*\d+号")
_CLAUSE = re.compile(r"[，。；：！？,;:\n]")
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
_DEADLINE = re.compile(
    r"(?:到|至|截至|截止到?)?\s*(?P<year>20\d\d)\s*年\s*(?P<when>年底|年末|底|末|前)?\s*(?P<before>前|之前)?|“(?P<plan>十[三四五六]五)”\s*(?:末|期末|期间)"
)
_PLAN_END = {"十三五": "2020", "十四五": "2025", "十五五": "2030", "十六五": "2035"}
_FUTURE = re.compile(
    r"(?:到|至)\s*20\d\d\s*年|20\d\d\s*年\s*(?:年?[底末]前|前|之前)|力争|”\s*(?:末|期末)|“十.五”期间|计划到"
)
_PAST = re.compile(r"截至|截止|目前|现有|已有|已经|已[\u4e00-\u9fff]|拥有|共有|如今|去年|同比|迄今|至今")
_EACH = re.compile(r"每年|年均|每季度|每月|逐年")
_DEFINES = re.compile(r"是指|指的是|系指|所称|为以下|标准为")
_GOAL = re.compile(r"目标|指标|任务")
_NARRATIVE = {Kind.NEWS, Kind.RESEARCH, Kind.REPLY, Kind.CAPTION, Kind.DIGEST}
_EDGE = re.compile(
    r"^(?:[、和及与或并等，,的将了出到]|在(?!孵|校|建|岗|职|册|库)|各(?!类|级|项|种|地)|其中|全年|全区|全市|全省|全县|全国|每年|平均)+|(?:[、和及与，,]|的|总计|合计|总数|数量(?:共有?)?)+$"
)
_NOT_NOUN = re.compile(r"^(?:分别)?是|从$|^该|^[^“”]*[“”][^“”]*$")
_NOUN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9（）()“”·/+\-]{2,24}")
_NOUN_STOP = re.compile(
    r"(?:以上|以下|左右|等|并|和|及|与|已|为|在|由|被|将|共|均|纳|参|进|开展|设立|入选|上市|参加|通过|组成|获|达|占|的(?=[\u4e00-\u9fff])|、)"
)


@dataclass(frozen=True, slots=True)
class _Found:
    target: Target
    section: Section | None
    new: bool


def find_targets(doc: PolicyDocument) -> tuple[Target, ...]:
    """The goals, recurring goals and actuals of a document in text order, one entry each.

    What a number defines, quotes or counts (第51次, “34520”, a 文号) is no target. A deadline holds for what follows
    it in its section; ``deadline`` is ``2027`` or ``2027-12-31``, for recurring ones ``每年``.
    """
    found: list[_Found] = []
    sections = SectionIndex(doc.sections)
    deadline: str | None = None
    place: Section | None = None
    for start, end in split_sentences(doc.text):
        section = sections.at(start)
        if section is not place:
            place, deadline = section, None
        sentence = doc.text[start:end]
        if _DEFINES.search(sentence) or sentence.startswith("备注"):
            continue
        stated = _deadline(sentence)
        goal = bool(_FUTURE.search(sentence)) and not re.search(r"截至|截止", sentence)
        if goal and stated:
            deadline = stated
        for item in _quantities(doc, start, end):
            made = _classified(
                doc, sections, item, sentence, deadline if not _PAST.search(sentence) else None, goal, stated
            )
            if made is not None:
                found.append(_Found(made, section, item.new))
    return tuple(_merged(found))


@dataclass(frozen=True, slots=True)
class _Item:
    indicator: str
    value: float
    unit: str
    modifier: str | None
    span: Span
    clause: str
    new: bool


def _quantities(doc: PolicyDocument, start: int, end: int) -> Iterator[_Item]:
    text = doc.text
    quoted = [m.span() for m in _QUOTED.finditer(text, start, end)]
    previous = start
    for match in _QUANTITY.finditer(text, start, end):
        if any(a <= match.start() < b for a, b in quoted) or _NOT_QUANTITY.search(
            text[max(start, match.start() - 6) : match.start()]
        ):
            continue
        if not match["unit"] and not match["multiple"]:
            continue
        clause_start = max([previous, *(m.end() for m in _CLAUSE.finditer(text, previous, match.start()))])
        named = _indicator(text, clause_start, match, end)
        previous = match.end()
        if named is None:
            continue
        indicator, left, right, new = named
        before = _BEFORE.search(text[clause_start : match.start()].rstrip())
        modifier = (before and before.group()) or match["more"] or match["more2"] or match["after"] or None
        unit = (match["multiple"] or "") + (match["unit"] or "")
        value = float(match["number"].replace(",", ""))
        clause = text[max(start, clause_start - 30) : right]
        yield _Item(
            indicator, int(value) if value.is_integer() else value, unit, modifier, Span(left, right), clause, new
        )


def _indicator(text: str, clause_start: int, match: re.Match[str], end: int) -> tuple[str, int, int, bool] | None:
    """What is counted, its span, and whether it is an addition: the noun before the number, else the one behind."""
    before = text[clause_start : match.start()].rstrip()
    before = _BEFORE.sub("", before).rstrip()
    before = _REACHES.sub("", before)
    verbs = list(_VERB.finditer(before))
    noun_at = verbs[-1].end() if verbs else 0
    noun = before[noun_at:]
    left = clause_start + (verbs[-1].start() if verbs else 0)
    new = bool(_NEW.search(before[max(0, noun_at - 6) : noun_at]))
    trimmed = _trim(noun)
    counts = match["unit"] is None or not re.fullmatch(rf"%|％|个百分点|{_MEASURES}", match["unit"])
    if (
        len(re.findall(r"[\u4e00-\u9fff]", trimmed)) < 2
        or noun.rstrip().endswith("等")
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


def _deadline(sentence: str) -> str | None:
    found = [
        m
        for m in _DEADLINE.finditer(sentence)
        if m["plan"] or m["when"] or m["before"] or re.match(r"到|至|截", m.group())
    ]
    if not found:
        return None
    first = found[0]
    if first["plan"]:
        return _PLAN_END[first["plan"]]
    at_end = first["when"] in {"年底", "年末", "底", "末"}
    return f"{first['year']}-12-31" if at_end else str(first["year"])


def _classified(
    doc: PolicyDocument,
    sections: SectionIndex,
    item: _Item,
    sentence: str,
    deadline: str | None,
    goal: bool,
    stated: str | None,
) -> Target | None:
    target = Target(item.indicator, item.value, item.unit, item.modifier, mentions=(item.span,))
    if _EACH.search(item.clause):
        return replace(target, deadline="每年", kind="recurring")
    section = sections.at(item.span.start)
    if goal or (deadline is not None and not _PAST.search(sentence)):
        return replace(target, deadline=deadline or stated, kind="target")
    year = re.search(r"(20\d\d)年", sentence)
    told = year or re.search(r"累计|新增|净增|建成|实现|吸引|引进|打造了?|投资|培育出|达到?|超", item.clause)
    if (_PAST.search(sentence) or (told and doc.kind in _NARRATIVE)) and not _NOT_NOUN.search(item.indicator):
        return replace(target, deadline=stated or (year[1] if year else None), kind="actual")
    if section is not None and _GOAL.search(section.path) and item.new:
        return replace(target, kind="target")
    return None


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
