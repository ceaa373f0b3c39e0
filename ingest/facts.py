"""Facts a document states in set phrases: who is responsible, which policies it cites, when it is in force."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.header import Signature, Stated, is_org, iso_date
from ingest.sections import SectionIndex
from kb.model import Assignment, PolicyDocument, Reference, Status
from kb.regions import RegionMention, find_regions
from kb.text.docnumber import find_doc_numbers

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
_REMARK = re.compile(r"^(?:标|带|注|加|打)[有注]?[“‘\"]?[*＊]|下同$|^下同|排名不分先后|为牵头|按职责")
_TITLE_OPEN, _TITLE_CLOSE = "《", "》"
_REMARKS = re.compile(r"(?:[（(][^（）()]*[）)])+$")
_SHORT_FORM = 8
_BASIS = re.compile(r"(?:根据|依据|按照|依照|遵照|贯彻|落实|遵循|参照|执行)[^。；《》]{0,24}$")
_AMENDS = re.compile(r"(?:修订|修改|修正)[^。；《》]{0,6}$")
_REPEALS = re.compile(r"(?:废止|停止执行|宣布失效)[^。；《》]{0,8}$")
_REPLACES = re.compile(r"(?:替代|代替|取代)[^。；《》]{0,6}$")
_REPEALED_AFTER = re.compile(r"[^。；]{0,80}?(?:同时|即行|一并|自行|予以|相应)?(?:废止|停止执行|失效)")
_PRESS = re.compile(r"(?:网|网站|官网|数据库|平台|报|社|客户端|公众号|频道|日报|电视台)$")


def find_assignments(doc: PolicyDocument) -> tuple[Assignment, ...]:
    """Responsible units of each task, in text order. A lead is marked with ``*`` or named under 牵头单位."""
    sections = SectionIndex(doc.sections)
    found = [*_labelled(doc, sections), *_bracketed(doc, sections)]
    return tuple(sorted(found, key=lambda a: a.start))


def _labelled(doc: PolicyDocument, sections: SectionIndex) -> Iterator[Assignment]:
    text = doc.text
    matches = list(_UNITS.finditer(text))
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
    """Where a list of units ends: at the bracket that closes around it, the end of the sentence or the line."""
    depth = 0
    for at in range(start, stop):
        char = text[at]
        if char in "（(<〈":
            depth += 1
        elif char in "）)>〉":
            if depth == 0:
                return at
            depth -= 1
        elif depth == 0 and char in "。；;\n":
            return at
    return stop


def _add_units(label: str, listed: str, lead: list[str], others: list[str]) -> None:
    for name in split_units(listed):
        starred = name.startswith(("*", "＊"))
        bare = name.lstrip("*＊ ").strip()
        if not bare:
            continue
        (lead if starred or label.startswith(_LEAD_LABELS) else others).append(bare)


def split_units(listed: str) -> list[str]:
    """Names parted by 、 or ， outside 〈〉<>（）; remarks such as 下同 are left out."""
    names: list[str] = []
    depth = 0
    current = ""
    for char in listed:
        if char in "（(<〈":
            depth += 1
        elif char in "）)>〉":
            depth = max(0, depth - 1)
        if depth == 0 and char in "、，,":
            names.append(current.strip())
            current = ""
        else:
            current += char
    names.append(current.strip())
    return [n for n in names if n and not _REMARK.search(n)]


def _bracketed(doc: PolicyDocument, sections: SectionIndex) -> Iterator[Assignment]:
    for pattern in (_LED, _SHARED):
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


def _agencies(names: Sequence[str]) -> bool:
    """Whether most names are those of agencies."""
    agencies = sum(
        bool(is_org(n) or re.search(r"[部委办局厅院署行会团府区镇街道]$|单位$|部门$|中心$", n)) for n in names
    )
    return agencies * 2 >= len(names) > 0


def find_references(doc: PolicyDocument) -> tuple[Reference, ...]:
    """Cited policies. A short form (《行动方案》) stands for the nearest title before it that ends so."""
    references: list[Reference] = []
    earlier = _Earlier(doc.title)
    for start, end in _titles(doc.text):
        title = doc.text[start + 1 : end - 1].strip()
        if not title or len(title) > 160:
            continue
        if doc.title and title == doc.title:
            earlier.add(title)
            continue
        meant = earlier.meant_by(title)
        if meant == title:
            earlier.add(title)
        if meant == doc.title:
            continue
        number, stop = _number_behind(doc.text, end)
        references.append(Reference(meant, number, _relation(doc.text, start, stop), start, stop))
    return tuple(references)


def _titles(text: str) -> Iterator[tuple[int, int]]:
    """Spans of 《…》, the outer ones where they nest."""
    depth = begin = 0
    for match in re.finditer(r"[《》\n]", text):
        char = match.group()
        if char == "\n":
            depth = 0
        elif char == _TITLE_OPEN:
            if depth == 0:
                begin = match.start()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                yield begin, match.end()


class _Earlier:
    """Titles named so far by the short forms that may stand for them: the last one named wins, the own title first."""

    def __init__(self, own: str | None) -> None:
        self._own = self._short_forms(own) if own else {}
        self._by_short: dict[str, str] = {}

    def add(self, title: str) -> None:
        """Remember a title."""
        self._by_short.update(self._short_forms(title))

    def meant_by(self, title: str) -> str:
        """The title that a short form stands for, else the form itself."""
        return self._own.get(title) or self._by_short.get(title) or title

    @staticmethod
    def _short_forms(title: str) -> dict[str, str]:
        bare = _REMARKS.sub("", title)
        longest = min(_SHORT_FORM, len(bare), len(title) - 1)
        return {bare[-size:]: title for size in range(1, longest + 1)}


def _number_behind(text: str, end: int) -> tuple[str | None, int]:
    found = re.match(
        r"\s*[（(]\s*([^（）()《》\n]{0,20}[〔\[［(（][^\n）)]{0,24}号)[^（）()\n]{0,30}[）)]", text[end : end + 100]
    )
    numbers = find_doc_numbers(found.group(1)) if found else []
    if not found or not numbers:
        order = re.match(r"\s*[（(]([^（）()\n]{2,30}令\s*第?\s*\d+\s*号)[）)]", text[end : end + 60])
        numbers = find_doc_numbers(order.group(1)) if order else []
        found = order
    return (numbers[0].canonical, end + found.end()) if found and numbers else (None, end)


def _relation(text: str, start: int, end: int) -> str:
    line = text.rfind("\n", 0, start) + 1
    before = text[max(line, start - 40) : start]
    # A list 《A》《B》 or 《A》和《B》 shares the word in front of it.
    before = re.sub(r"(?:《[^》]*》(?:[（(][^）)]*[）)])?(?:[、和及与，]|以及)?)+$", "", before)
    if _REPEALS.search(before) or re.match(_REPEALED_AFTER, text[end : end + 100].split("\n")[0]):
        return "废止"
    if _AMENDS.search(before):
        return "修订"
    if _REPLACES.search(before):
        return "替代"
    return "依据" if _BASIS.search(before) else "见"


def issuer_of(text: str, title: str | None, signature: Signature | None, stated: Stated) -> str | None:
    """The issuing agencies: as signed, else as the title begins, else as labelled, else where a page has it from.

    A page's 发布机构 may be whoever passed the document on, so it only serves to say the same name in full.
    """
    labelled = _labelled_issuer(stated.get("issuer"), title)
    signed = [name for line in (signature.issuers if signature else ()) for name in agencies(line)]
    titled = _titled_issuer(title)
    named = signed or titled
    if (
        labelled
        and titled
        and not any(s in t for s in signed for t in titled)
        and any(_same_body(labelled, t) for t in titled)
    ):
        named = titled  # the signature is that of a document passed on
    if not named:
        return labelled or _labelled_issuer(stated.get("source"), title)
    if labelled and len(named) == 1 and len(labelled) > len(named[0]) and _same_body(named[0], labelled):
        return labelled
    return "、".join(named)


def _labelled_issuer(value: str | None, title: str | None) -> str | None:
    if not value or _PRESS.search(value) or len(value) > 80 or value == title:
        return None
    return "、".join(agencies(value))


def _titled_issuer(title: str | None) -> list[str]:
    named = re.match(r"(?P<by>[\u4e00-\u9fff、\s]{3,80}?)(?:关于|印发|转发|对|公告|通告|令)", title or "")
    found = agencies(named["by"].strip()) if named else []
    return found if all(map(is_org, found)) else []


def agencies(line: str) -> list[str]:
    """The agencies named one beside the other, parted by spaces or 、; a name that cannot be parted stays whole."""
    parts = [part for part in re.split(r"[、\s]+", line.strip()) if part]
    return parts if len(parts) > 1 and all(map(is_org, parts)) else [line.strip()]


def _same_body(short: str, full: str) -> bool:
    """Whether a short name's characters stand in the full one in order (区政府办公室, 温州市鹿城区人民政府办公室)."""
    rest = iter(full)
    return len(short) >= 4 and all(char in rest for char in short)


def with_regions(doc: PolicyDocument, stated: str | None, site: str | None = None) -> PolicyDocument:
    """Division codes of issuer and subject, and the issuer's level. An issuer named 区… is one of the site's place."""
    issuer = find_regions(doc.issuer) if doc.issuer else []
    if doc.issuer and not issuer and site and doc.issuer[0] in "省市区县州盟旗":
        issuer = find_regions(site)
    code = issuer[-1].code if issuer else None
    named = find_regions(stated or "") or find_regions(doc.title or "")
    if doc.status is Status.NOT_APPLICABLE and not code:
        named = _with_lead(named, doc.text[:300])
    subjects = dict.fromkeys(m.code for m in _narrowest([m.code for m in named], named)) or (
        {code: None} if code else {}
    )
    return replace(doc, issuer_region=code, subject_regions=tuple(subjects), level=_level(doc.issuer, code))


def _with_lead(named: list[RegionMention], lead: str) -> list[RegionMention]:
    """A news article is about the places of its headline, and those of its lead that lie in them."""
    from kb.regions import ancestors

    told = find_regions(lead)
    if not named:
        return told[:3]
    return [*named, *(m for m in told if any(n.code in ancestors(m.code) for n in named))]


def _narrowest(codes: Sequence[str], mentions: Sequence[RegionMention]) -> list[RegionMention]:
    from kb.regions import ancestors

    return [m for m in mentions if not any(m.code in ancestors(c) for c in codes)]


def _level(issuer: str | None, code: str | None) -> str | None:
    if not issuer:
        return None
    if code is None:
        central = re.match(
            r"(?:国务院|中共中央|中央|全国|中华人民共和国|国家|最高)|.{2,12}部(?:办公厅)?(?:$|[、\s])", issuer
        )
        return "国家级" if central else None
    if re.search(r"(?:街道|[乡镇])(?:办事处|人民政府)", issuer):
        return "乡级"
    return "省级" if code.endswith("0000") else "市级" if code.endswith("00") else "县级"


def annex_is_missing(doc: PolicyDocument, annex_at: int) -> bool:
    """Whether the annexes that are listed have no text: nothing but their titles and remarks behind the list."""
    if any(t.start > annex_at for t in doc.tables):
        return False
    behind = doc.text[annex_at:].split("\n")
    titles = "".join(doc.attachments)
    content = [
        line
        for line in behind[1:]
        if line.strip()
        and not re.match(r"[\s　]*(?:附\s*件|附表|备注|注[:：]|抄送|[（(]?此件|\d{1,2}\s*[.．、])", line)
        and line.strip() not in titles
        and not is_org(line)
        and not iso_date(line)
    ]
    return sum(len(line.strip()) for line in content) < 30
