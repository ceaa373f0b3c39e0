"""Annexes of a document: the list that names them (附件说明), their own text behind it, and its sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.lines import is_org, iso_date
from ingest.sections import build_sections
from kb.model import PolicyDocument, Section

_LIST = re.compile(r"^[\s　]*附\s*件[:：]?[\s　]*(?P<first>[^\n]*)$", re.MULTILINE)
_NUMBER_ONLY = re.compile(r"[\d一二三四五六七八九十]{1,3}[\s:：]*")  # 附件1: the heading of an annex, not a list
_ITEM = re.compile(r"[\s　]*(?:附\s*件\s*)?(?:[2-9]|1\d?)\s*[.．、:：]")
_ORDINAL = re.compile(r"^(?:附\s*件)?\s*\d{1,2}\s*[.．、:：]\s*")
# 附件, 附件1, 附件二：, 附件3 云溪市夜市名录
_HEADING = re.compile(
    r"^[ \t　]*(?P<label>附[ 　]*件[ 　]*(?:[一二三四五六七八九十]{1,3}|\d{1,2}(?:[-—]\d{1,2})?)?)"
    r"[ \t　]*[:：]?[ \t　]*(?P<title>[^\n。；]{0,60})$",
    re.MULTILINE,
)
_REMARK = re.compile(r"[\s　]*(?:附\s*件|附表|备注|注[:：]|抄送|[（(]?此件|\d{1,2}\s*[.．、])")
_REMARKS = re.compile(r"^[\s　]*(?:备\s*注|注)\s*[:：]", re.MULTILINE)
_ORDINAL_AHEAD = re.compile(
    r"[\s　]*(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]|第.{1,6}[编章节条]|\d{1,2}[.．、])"
)
_LIST_REACH, _LONGEST_NAME, _LONGEST_TITLE, _LITTLE = 1500, 100, 60, 30


@dataclass(frozen=True, slots=True)
class AnnexList:
    """The names in the list of annexes, and where the list stands; -1 for none."""

    names: tuple[str, ...] = ()
    start: int = -1
    end: int = -1


def annex_list(text: str, begin: int = 0) -> AnnexList:
    """The list of annexes: ``附件：1.甲`` with ``2.乙`` on the lines below. ``begin`` is behind the title."""
    for found in _LIST.finditer(text, begin):
        first = found["first"].strip()
        below = text[found.end() : found.end() + _LIST_REACH]
        if _NUMBER_ONLY.fullmatch(first) or (not first and not re.match(r"\n[\s　]*1\s*[.．、]", below)):
            continue
        if re.match(r"\s*第[一1][编章条]", below):
            continue  # the heading of an annex that begins here
        names = [first] if first else []
        end = found.end()
        for line in below.split("\n")[1:]:
            if not _ITEM.match(line):
                break
            names.append(line.strip())
            end += len(line) + 1
        parts = [p for name in names for p in re.split(r"(?:(?<=\s)|(?<=[；;]))(?=\d{1,2}[.．])", name)]
        cleaned = [_ORDINAL.sub("", p).strip(" 　；;。") for p in parts]
        return AnnexList(tuple(p for p in cleaned if p and len(p) <= _LONGEST_NAME), found.start(), end)
    return AnnexList()


def annex_is_missing(doc: PolicyDocument, listed: AnnexList, attached: Sequence[str]) -> bool:
    """Whether annexes that are listed have no text: nothing but titles and remarks stands behind the list.

    Those that are documents of their own are not missing; ``attached`` are their titles.
    """
    others = {_bare(title) for title in attached}
    missing = [name for name in listed.names if _bare(name) not in others]
    if not missing or any(t.start > listed.start for t in doc.tables):
        return False
    titles = "".join(listed.names)
    content = [
        line.strip()
        for line in doc.text[listed.start :].split("\n")[1:]
        if line.strip()
        and not _REMARK.match(line)
        and line.strip() not in titles
        and not is_org(line)
        and not iso_date(line)
    ]
    return sum(map(len, content)) < _LITTLE


def _bare(title: str) -> str:
    return re.sub(r"[^\w\u4e00-\u9fff]|\.(?:docx?|wps|pdf|xlsx?|ofd)$", "", title)


def annex_sections(text: str, listed: AnnexList, begin: int, stop: int) -> tuple[Section, ...]:
    """The sections of the annexes between the body's end and ``stop``, each below the heading of its annex.

    An annex without numbered headings (a form, a table) has none.
    """
    return tuple(section for part in _parts(text, max(begin, listed.end), stop) for section in part)


def _parts(text: str, begin: int, stop: int) -> Iterator[Sequence[Section]]:
    headings = [m for m in _HEADING.finditer(text, begin, stop) if _stands_alone(m)]
    ends = [*(h.start() for h in headings[1:]), stop]
    for heading, end in zip(headings, ends, strict=False):
        title, body = _title(text, heading, end)
        remarks = _REMARKS.search(text, body, end)
        below = build_sections(text[body : remarks.start() if remarks else end])
        if not below:
            continue
        label = "".join(heading["label"].split())
        start = heading.start("label")
        last = start + len(text[start:end].rstrip())
        above = Section(label, title, f"{label} {title}".strip(), 1, start, last)
        yield [above, *(_below(above, section, body) for section in below)]


def _stands_alone(heading: re.Match[str]) -> bool:
    """Whether a line is the heading of an annex and not of a list of several (附件：1.甲)."""
    return not re.match(r"\d{1,2}\s*[.．、]", heading["title"])


def _title(text: str, heading: re.Match[str], end: int) -> tuple[str, int]:
    """The annex's title, on the line of its heading or below it, and where the text behind it begins."""
    if heading["title"].strip():
        return heading["title"].strip(), heading.end()
    line_end = text.find("\n", heading.end() + 1, end)
    line = text[heading.end() + 1 : line_end] if line_end >= 0 else ""
    named = line.strip() and len(line) <= _LONGEST_TITLE and not _ORDINAL_AHEAD.match(line)
    if named and "。" not in line:
        return line.strip(), line_end
    return "", heading.end()


def _below(above: Section, section: Section, offset: int) -> Section:
    return replace(
        section,
        path=f"{above.path} > {section.path}",
        level=section.level + 1,
        start=section.start + offset,
        end=section.end + offset,
    )
