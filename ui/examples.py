"""Example questions, made from what the base's own documents state, each with what a right answer holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kb.model import TELLING_KINDS, Assignment, Kind, PolicyDocument, Provision, Section, Status
from kb.regions import ancestors, find_regions, region_name
from kb.text import find_dates, holds_whole, squash
from kb.validity import newer_versions, status_on

_NAME = re.compile(r"[\u4e00-\u9fff]{2,14}(?:补贴|补助|奖励|奖补|津贴|返还|贴息|资助|贷款|救助|项目)")
#: Words of a sentence, not of a support's name; and kinds of support that many have: 一次性奖励
_UNNAMELY = re.compile(
    r"[按后再每给对的]|落实|新认定|比例|^[省市区县]|^(?:一次性|财政|资金|生活|接待|配套|专项|定额)?(?:补[贴助]|奖[励补]|资助|津贴|贷款|项目)$"
)
_UNTASKLY = re.compile(
    r"任务|分工|组织|保障|总体|目标|要求|名单|附则"
)  # headings that name a part, not a piece of work
_LASTING = re.compile(
    r".+(?:办法|条例|细则|规定|措施|计划|方案)(?:（[^（）]*）)?"
)  # documents asked for by their title
_PLACE = re.compile(r"(?:关于(?:印发|公布|发布)?)?《?([\u4e00-\u9fff]{2,4}?[省市区县州])")
_INDICATOR = re.compile(r"[\u4e00-\u9fff“”（）]{4,14}(?<![降升提增减达超为性中内里])")
_TASK = re.compile(r"[\u4e00-\u9fff、]{4,16}")
_FIRST = re.compile(r"[^；，。：:;,]+")
_YEAR = re.compile(r"(20\d\d)")
_LONGEST_TITLE = 24
_LONGEST_QUESTION = 40
_SHORTEST_AUDIENCE = 12  # a shorter one tells no conditions
_SHORTEST_SAID = 6
_TRIES = 16  # questions of a form asked in vain before it is left
_USABLE = (Status.IN_FORCE, Status.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Example:
    """A question on what a document states.

    ``form`` is the kind of question, ``topic`` what it is about, ``holds`` what a right answer says.
    """

    question: str
    form: str
    policy_id: str
    topic: str
    holds: str


def examples(
    documents: Iterable[PolicyDocument], answered: Callable[[Example], bool], today: date, count: int
) -> Iterator[Example]:
    """At most so many examples that are answered, of different topics and as far as can be forms and documents.

    Documents that are over, drafts, or have newer versions are not asked about; digests and news only after others;
    what a section says only where there is nothing better.
    """
    usable = (d for d in documents if status_on(d, today) in _USABLE and not newer_versions(d, today))
    held = sorted(usable, key=lambda d: d.kind in TELLING_KINDS and d.kind is not Kind.SERVICE_GUIDE)
    facts = [e for d in held for form in _FACTS if (e := form(d, today))]
    sections = [e for d in held if (e := _section(d))]
    asked: set[Example] = set()
    chosen: list[Example] = []
    for pool, most, apart in (
        (facts, 1, True),
        (facts, 2, True),
        (sections, 2, True),
        (facts + sections, count, False),
    ):
        tries: Counter[str] = Counter()
        for example in pool:
            taken = sum(c.form == example.form for c in chosen)
            used = {t for c in chosen for t in ((c.topic, c.policy_id) if apart else (c.topic,))}
            over = taken >= most or tries[example.form] == _TRIES or len(example.question) > _LONGEST_QUESTION
            if example in asked or over or not used.isdisjoint((example.topic, example.policy_id)):
                continue
            if len(chosen) == count:
                return
            asked.add(example)
            tries[example.form] += 1
            if answered(example):
                chosen.append(example)
                yield example


def asked_of(document: PolicyDocument, today: date) -> list[Example]:
    """What one document can be asked: at most one question of each form, what a section says last."""
    facts = [e for form in _FACTS if (e := form(document, today))]
    section = _section(document)
    return [*facts, section] if section else facts


def holds(said: str, example: Example) -> bool:
    """Whether a sentence says what the document states, its numbers whole."""
    return bool(example.holds) and holds_whole(squash(said), squash(example.holds))


def _amount(document: PolicyDocument, today: date) -> Example | None:
    for provision, name in _supports(document, today):
        stated = provision.amount or provision.rate
        if stated:
            asked, form = ("有多少钱", "金额") if provision.amount else ("按什么标准给", "标准")
            return Example(f"{_of(document, name)}{asked}？", form, document.policy_id, name, _first(stated))
    return None


def _responsible(document: PolicyDocument, today: date) -> Example | None:
    place = _place(document)
    for assignment in document.assignments if place else ():
        task = _task(document, assignment)
        if task and assignment.lead:
            return Example(f"{place}“{task}”由哪个部门负责？", "责任单位", document.policy_id, task, assignment.lead[0])
    return None


def _materials(document: PolicyDocument, today: date) -> Example | None:
    for provision, name in _supports(document, today):
        if len(provision.materials) > 1:
            return Example(
                f"申请{_of(document, name)}要准备哪些材料？",
                "材料",
                document.policy_id,
                name,
                _first(provision.materials[0]),
            )
    return None


def _deadline(document: PolicyDocument, today: date) -> Example | None:
    for provision, name in _supports(document, today):
        if provision.deadline:
            return Example(
                f"{_of(document, name)}什么时候可以申请？", "时间", document.policy_id, name, _first(provision.deadline)
            )
    return None


def _audience(document: PolicyDocument, today: date) -> Example | None:
    for provision, name in _supports(document, today):
        stated = provision.audience or ""
        if len(stated) >= _SHORTEST_AUDIENCE:
            return Example(f"谁可以申请{_of(document, name)}？", "对象", document.policy_id, name, _first(stated))
    return None


def _procedure(document: PolicyDocument, today: date) -> Example | None:
    for provision, name in _supports(document, today):
        if len(provision.procedure) > 1:
            return Example(
                f"{_of(document, name)}怎么办理？", "办理", document.policy_id, name, _first(provision.procedure[0])
            )
    return None


def _target(document: PolicyDocument, today: date) -> Example | None:
    place = _place(document)
    for target in document.targets if place else ():
        name, year = target.indicator, _YEAR.match(target.deadline or "")
        # An indicator that names a place was cut too long: 安徽省要建.
        over = year is not None and int(year[1]) < today.year
        if target.kind == "target" and not over and _INDICATOR.fullmatch(name) and not find_regions(name):
            value = f"{target.value:g}{target.unit}"
            return Example(
                f"{place}{f'到{year[1]}年' if year else ''}{name}的目标是多少？",
                "目标",
                document.policy_id,
                name,
                value,
            )
    return None


def _effective(document: PolicyDocument, today: date) -> Example | None:
    title, since = _title(document), document.effective_from
    if not title or not since:
        return None
    day = date.fromisoformat(since)
    return Example(
        f"《{title}》从什么时候起施行？", "施行", document.policy_id, title, f"{day.year}年{day.month}月{day.day}日"
    )


def _section(document: PolicyDocument) -> Example | None:
    title = _title(document)
    for section in document.sections if title else ():
        said = _said(document, section) if _is_task(section.title) else ""
        if said:
            return Example(f"《{title}》里，“{section.title}”讲了什么？", "章节", document.policy_id, title, said)
    return None


def _said(document: PolicyDocument, section: Section) -> str:
    """The first clause of a section behind its title, where that says something."""
    text = document.text[section.start : section.end]
    at = text.find(section.title)
    said = _first(text[at + len(section.title) :].lstrip("。 　\n")) if at >= 0 else ""
    return said if len(said) >= _SHORTEST_SAID and "\n" not in said else ""


_FACTS = (
    _amount,
    _responsible,
    _materials,
    _deadline,
    _target,
    _audience,
    _procedure,
    _effective,
)


def _supports(document: PolicyDocument, today: date) -> Sequence[tuple[Provision, str]]:
    """The document's supports that have a name to ask for, with it, and are not over."""
    lasting = (p for p in document.provisions if not (p.deadline and _over(p.deadline, today)))
    named = ((p, p.benefit.strip("《》“”")) for p in lasting)
    return [(p, name) for p, name in named if _NAME.fullmatch(name) and not _UNNAMELY.search(name)]


def _of(document: PolicyDocument, name: str) -> str:
    place = _place(document)
    return name if not place or place in name else f"{place}{name}"


def _place(document: PolicyDocument) -> str:
    """The place a document is about, by its own name (鹿城区), or as its title or issuer begins."""
    codes = document.subject_regions or ((document.issuer_region,) if document.issuer_region else ())
    if codes:
        above = region_name(ancestors(codes[0])[0]) if ancestors(codes[0]) else ""
        return region_name(codes[0]).removeprefix(above)
    found = next((m for text in (document.title, document.issuer) if text and (m := _PLACE.match(text))), None)
    return found[1] if found else ""


def _task(document: PolicyDocument, assignment: Assignment) -> str:
    title = next((s.title for s in document.sections if s.path == assignment.section), "")
    return title if _is_task(title) else ""


def _is_task(title: str) -> bool:
    return bool(_TASK.fullmatch(title)) and not _UNTASKLY.search(title)


def _title(document: PolicyDocument) -> str:
    """A title that somebody would ask for: of something that lasts, short, and no digest's."""
    title = (document.title or "").strip("《》")
    found = len(title) <= _LONGEST_TITLE and document.kind is not Kind.DIGEST and _LASTING.fullmatch(title)
    return title if found else ""


def _over(deadline: str, today: date) -> bool:
    """Whether the last day a deadline names is past."""
    days = [m.iso for m in find_dates(deadline) if m.year]
    return bool(days) and all(day < today.isoformat()[: len(day)] for day in days)


def _first(stated: str) -> str:
    found = _FIRST.search(stated)
    return found[0].strip() if found else stated
