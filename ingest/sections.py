"""The section tree of a document: numbered headings, subheads of a page, headings by the format's own word."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from ingest.outline import RANK, Heading, find_headings
from kb.model import Section

#: 附件, 附件1, 附表二：; 附：by itself.
_ANNEX = re.compile(
    r"^(?:附[件表录][ \u3000]*(?:[一二三四五六七八九十]|\d{1,2})?[ \u3000]*[:：]?|附[:：][ \u3000]*$)(?!部分|中|的|所)",
    re.MULTILINE,
)
_SIGNED = re.compile(
    r"^\s*(?:\d{4}|[二一][〇○零Ｏ一二三四五六七八九]{3})年\s*[\d一二三四五六七八九十]{1,3}月\s*[\d一二三四五六七八九十]{1,3}日"
    r"(?:印发)?\s*$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A heading the format or the page layout gave: not numbered by its own text."""

    start: int
    end: int
    level: int


def build_sections(text: str, marks: Sequence[Mark] = (), body_end: int | None = None) -> tuple[Section, ...]:
    """Sections in document order; each ends where the next of its rank begins, run-ins also with their paragraph.

    ``body_end`` is where the signature or the first annex begins: no section reaches beyond it.
    """
    end = len(text) if body_end is None else body_end
    nodes = _nodes(text, marks, end)
    sections: list[Section] = []
    path: list[tuple[int, str]] = []
    for (rank, heading), stop in zip(nodes, _stops(nodes, end), strict=True):
        if heading.style == "run":
            line_end = text.find("\n", heading.start, stop)
            stop = line_end if line_end >= 0 else stop
        path = [p for p in path if p[0] < rank]
        name = (heading.label + heading.title).strip()
        path.append((rank, name))
        level = max(len(path), 2) if heading.style == "run" else len(path)
        stop = heading.start + len(text[heading.start : stop].rstrip())
        sections.append(
            Section(heading.label, heading.title, " > ".join(p[1] for p in path), level, heading.start, stop)
        )
    return tuple(sections)


def _stops(nodes: Sequence[tuple[int, Heading]], end: int) -> list[int]:
    """Where the next heading of the same or a higher rank begins, for each heading."""
    stops = [end] * len(nodes)
    open_ones: list[int] = []
    for i, (rank, heading) in enumerate(nodes):
        while open_ones and nodes[open_ones[-1]][0] >= rank:
            stops[open_ones.pop()] = heading.start
        open_ones.append(i)
    return stops


class SectionIndex:
    """Which section is the innermost at a place: one pass over the sections, then a binary search each time."""

    def __init__(self, sections: Sequence[Section]) -> None:
        """Cut the text at every start and end of a section."""
        self._bounds = sorted({place for s in sections for place in (s.start, s.end)})
        self._innermost: list[Section | None] = []
        ordered = sorted(enumerate(sections), key=lambda pair: pair[1].start)
        heap: list[tuple[int, int, Section]] = []
        upcoming = 0
        for bound in self._bounds:
            while upcoming < len(ordered) and ordered[upcoming][1].start <= bound:
                number, section = ordered[upcoming]
                heappush(heap, (-section.start, number, section))
                upcoming += 1
            while heap and heap[0][2].end <= bound:
                heappop(heap)
            self._innermost.append(heap[0][2] if heap else None)

    def at(self, place: int) -> Section | None:
        """The innermost section that holds a place."""
        i = bisect_right(self._bounds, place) - 1
        return self._innermost[i] if i >= 0 else None


def is_irregular(text: str, body_end: int | None = None) -> bool:
    """Whether the source's own numbering repeats or skips an ordinal."""
    return any(h.irregular for h in find_headings(text, 0, body_end))


def body_end(text: str) -> int:
    """Where the numbered body ends: at the list of annexes, or the signature behind the last heading."""
    headings = [h.start for h in find_headings(text) if h.style != "run"]
    end = _signed_end(text, max(headings, default=0))
    return _before_closing(text, end, max((at for at in headings if at < end), default=0))


_CLOSING = re.compile(
    r"[\s　]*(?:最后[，,]|(?:再次|衷心|诚挚)?感谢|特此|专此|此复|此函|以上(?:意见|答复|通知|报告|请示)|"
    r"联系(?:人|电话|单位|方式)|[（(]?联系|[（(]此件)"
)


def _before_closing(text: str, end: int, last: int) -> int:
    """Without the lines of thanks and contact between the body and the signature."""
    while True:
        above = text.rfind("\n", 0, len(text[:end].rstrip()))
        if above <= last or not _CLOSING.match(text, above + 1):
            return end
        end = above + 1


def _signed_end(text: str, last: int) -> int:
    annex = next((m.start() for m in _ANNEX.finditer(text) if m.start() > last or _listed(text, m)), len(text))
    signed = [m.start() for m in _SIGNED.finditer(text, 0, annex) if m.start() > last]
    if signed and len(text[signed[0] : annex]) < 400:
        above = text.rfind("\n", 0, max(0, signed[0] - 1))
        line = text[above + 1 : signed[0]].strip()
        return min(annex, above + 1 if line and len(line) <= 40 and "。" not in line else signed[0])
    return annex


def _listed(text: str, match: re.Match[str]) -> bool:
    """Whether 附件 stands behind the body: headings follow only as items of the list itself or in the annex."""
    line_end = text.find("\n", match.start())
    line = text[match.start() : line_end if line_end >= 0 else len(text)]
    return len(line) <= 60 and match.start() > len(text) * 0.3


def _nodes(text: str, marks: Sequence[Mark], end: int) -> list[tuple[int, Heading]]:
    """Headings with a rank each. Given marks rank above numbered headings below them and by their own level."""
    numbered = find_headings(text, 0, end)
    at = {h.start: h for h in numbered}
    given = [m for m in marks if m.start < end]
    learned = {at[m.start].style: m.level for m in given if m.start in at}
    nodes = [(learned.get(h.style, 100 + RANK[h.style]), h) for h in numbered]
    for mark in given:
        if mark.start not in at:
            title = text[mark.start : mark.end].strip()
            label, rest = _label_of(title)
            heading = Heading("mark", 0, label, rest, mark.start, mark.start + len(label), mark.end, mark.level)
            nodes.append((mark.level, heading))
    return sorted(nodes, key=lambda n: n[1].start)


def _label_of(title: str) -> tuple[str, str]:
    """The ordinal at the head of a heading the format gave, whatever its number, and the rest."""
    found = re.match(
        r"(?:第[一二三四五六七八九十百零\d]{1,6}[编章节条]|[一二三四五六七八九十百]{1,4}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|"
        r"\d{1,2}(?:\.\d{1,2})*[.、．]?(?=[\s\u4e00-\u9fff]))",
        title,
    )
    return (found.group(), title[found.end() :].strip()) if found else ("", title)
