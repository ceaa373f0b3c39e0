"""Responsible units of tasks, in the set phrases of plans: 责任单位：*…、…; （…牵头，…配合）."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.header import is_org
from ingest.sections import SectionIndex
from ingest.tables import unit_rows
from kb.model import Assignment, PolicyDocument

_UNITS = re.compile(
    r"(?P<label>(?:责任|牵头|配合|主办|协办|参与|实施|主要责任|共同责任)(?:单位|部门|处室|科室|主体))(?:及分工)?\s*[:：]\s*"
)
_LED = re.compile(
    r"[（(](?P<lead>[\u4e00-\u9fff、<>〈〉（）()\s]{2,120}?)(?:共同)?牵头(?:负责)?[，,；;、]?"
    r"(?:(?P<others>[\u4e00-\u9fff、<>〈〉\s]{2,200}?)(?:等)?(?:配合|参与|参加|协助|按(?:各自)?职责分工(?:负责)?|负责|分工负责))?[）)]"
)
_SHARED = re.compile(
    r"[（(](?P<others>[\u4e00-\u9fff、，,<>〈〉\s]{2,300}?)(?:等)?(?:按(?:照)?(?:各自)?职责分工(?:分别|负责|落实)*|分别负责|负责)(?:落实)?[）)]"
)
_LEAD_LABELS = ("牵头", "主办")
_OTHER_LABELS = ("配合", "协办", "参与")
#: （*）, <*>, 〔*〕 and the like: a unit's own remark inside a list, or the bracket around the whole of it.
_OPEN, _CLOSE = "（(<〈〔﹝[［【", "）)>〉〕﹞]］】"
#: 由云溪市文化局牵头，市财政局、市教育局配合
_RUNNING = re.compile(
    r"由(?P<lead>[\u4e00-\u9fff、<>〈〉]{2,80}?)(?:共同)?牵头(?:负责)?[，,；;、]?(?:会同|会|商)?"
    r"(?P<others>[\u4e00-\u9fff、<>〈〉]{2,160}?)(?:等(?:单位|部门)?)?(?:配合|参与|参加|协助|协同)"
)
#: A page's own note of who keeps it: 公开程序：审核后公开 责任部门：办公室.
_OF_PAGE = re.compile(r"公开程序[：:][^：:]*$")
_LED_MARK = re.compile(r"[（(](?:负责)?牵头(?:单位|部门)?[）)]$")
#: What the last name of a list says of all: 市财政局等按职责分工负责.
_DUTY = re.compile(
    r"等?(?:单位|部门)?(?:按(?:照)?(?:各自)?职责(?:分工)?)?(?:分别|共同)?(?:牵头|负责|落实|配合|参与|协助)$|等$"
)
#: Names in one cell that stood in lines of their own: 市财政局 市税务局, 张三 李四; but 张 三 is one.
_PARTED = re.compile(r"(?<=[\u4e00-\u9fff]{2}) (?=[\u4e00-\u9fff]{2})")
_LONGEST_NAME = 40
_APART = 16  # characters between two statements of units that are read as one (kb.view)
_REMARK = re.compile(r"^(?:标|带|注|加|打)[有注]?[“‘\"]?[*＊]|下同$|^下同|排名不分先后|为牵头|按职责")


def find_assignments(doc: PolicyDocument) -> tuple[Assignment, ...]:
    """Responsible units of each task, in text order. A lead is marked with ``*`` or named under 牵头单位."""
    sections = SectionIndex(doc.sections)
    found = [*_labelled(doc, sections), *_bracketed(doc, sections), *_in_tables(doc, sections)]
    return tuple(sorted(found, key=lambda a: a.start))


def _labelled(doc: PolicyDocument, sections: SectionIndex) -> Iterator[Assignment]:
    text = doc.text
    matches = [m for m in _UNITS.finditer(text) if not _OF_PAGE.search(text, max(0, m.start() - 60), m.start())]
    i = 0
    while i < len(matches):
        match = matches[i]
        lead: list[str] = []
        others: list[str] = []
        start, end = match.start(), match.end()
        while True:
            stop = matches[i + 1].start() if i + 1 < len(matches) else len(text)
            end = _units_end(text, match.end(), stop)
            _add_units(match["label"], text[match.end() : end], lead, others)
            follows = i + 1 < len(matches) and text[end : matches[i + 1].start()].strip("；;，,。 \n") == ""
            if not follows or not matches[i + 1]["label"].startswith(_OTHER_LABELS):
                break
            i += 1
            match = matches[i]
        i += 1
        if lead or others:
            section = sections.at(start)
            yield Assignment(section.path if section else "", tuple(lead), tuple(others), start, end)


def _units_end(text: str, start: int, stop: int) -> int:
    """Where a list of units ends: at the bracket that closes around it, the end of the sentence or the line.

    A colon in it belongs to the next label (…，完成时限：2033年), which begins behind the last name.
    """
    depth = 0
    name_end = start
    for at in range(start, stop):
        char = text[at]
        if depth == 0 and char in "、，,":
            name_end = at
        if depth == 0 and char in "：:" and name_end > start:
            return name_end
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            if depth == 0:
                return at
            depth -= 1
        elif depth == 0 and char in "。；;\n":
            return at
    return stop


def _add_units(label: str, listed: str, lead: list[str], others: list[str]) -> None:
    """Share a list out: led are those under 牵头单位, those with a ``*`` or （牵头）, and all before 甲、乙牵头."""
    names = split_units(listed)
    led = max((i for i, name in enumerate(names) if name.endswith("牵头")), default=-1)
    for i, name in enumerate(names):
        marked = name.startswith(("*", "＊")) or _LED_MARK.search(name) is not None
        bare = _DUTY.sub("", _LED_MARK.sub("", name.lstrip("*＊ "))).strip()
        if not bare or len(bare) > _LONGEST_NAME or "《" in bare:
            continue
        (lead if marked or i <= led or label.startswith(_LEAD_LABELS) else others).append(bare)


def split_units(listed: str) -> list[str]:
    """Names parted by 、 or ， outside brackets; remarks such as 下同 are left out."""
    names: list[str] = []
    depth = 0
    current = ""
    for char in listed:
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        if depth == 0 and char in "、，,":
            names.append(current.strip())
            current = ""
        else:
            current += char
    names.append(current.strip())
    return [n for n in names if n and not _REMARK.search(n)]


def _bracketed(doc: PolicyDocument, sections: SectionIndex) -> Iterator[Assignment]:
    """Units named within sentences: （甲牵头，乙配合）, （甲、乙按职责分工负责）, 由甲牵头，乙配合."""
    for pattern in (_LED, _SHARED, _RUNNING):
        for match in pattern.finditer(doc.text):
            groups = match.groupdict()
            if pattern is _SHARED and "牵头" in match.group():
                continue
            lead = tuple(split_units(groups.get("lead") or ""))
            others = tuple(split_units(groups.get("others") or ""))
            if not all(len(n) <= 30 for n in (*lead, *others)) or not _agencies((*lead, *others)):
                continue
            section = sections.at(match.start())
            yield Assignment(section.path if section else "", lead, others, match.start(), match.end())


def _in_tables(doc: PolicyDocument, sections: SectionIndex) -> Iterator[Assignment]:
    """The units of each row of a table of tasks, where they cannot be taken for one statement with those of the next.

    Statements without a lead that stand closer than that are read as one.
    """
    found: list[Assignment] = []
    for row in unit_rows(doc):
        lead: list[str] = []
        others: list[str] = []
        for cell in row:
            _add_units(cell.label, _PARTED.sub("、", cell.units.text), lead, others)
        if lead or others:
            start, end = min(c.units.start for c in row), max(c.units.end for c in row)
            section = sections.at(start)
            found.append(Assignment(section.path if section else "", tuple(lead), tuple(others), start, end))
    for before, one in zip([None, *found], found, strict=False):
        if before is None or one.lead or one.start - before.end > _APART:
            yield one


def _agencies(names: Sequence[str]) -> bool:
    """Whether most names are those of agencies."""
    agencies = sum(
        bool(is_org(n) or re.search(r"[部委办局厅院署行会团府区镇街道]$|单位$|部门$|中心$", n)) for n in names
    )
    return agencies * 2 >= len(names) > 0
