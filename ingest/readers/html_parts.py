"""Marks every part of a page once: the document, what is stated of it, and the site's own.

Outside the body that ``find_body`` chose, a part is the document's only if it stands between the heading and the body,
or behind it, within the nearest element that holds both, and is prose, a note （征求意见稿） or a table. Inside the
body everything is the document's but what states its metadata or is told for the site's. What is marked neither stands
beside the document; there, too, metadata may be stated.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from ingest.readers.html_body import Body
from ingest.readers.html_labels import Kind, is_date, is_info, label_of, statements_in
from ingest.readers.html_lines import is_trailer
from ingest.readers.html_meta import is_attachment, stated_rows, states_metadata
from ingest.readers.html_page import Element, Line, Page
from ingest.readers.html_site import is_site, list_below
from ingest.readers.html_tables import is_layout
from ingest.readers.html_title import Heading
from ingest.readers.html_tree import BLOCKS

_NOTE = re.compile(r"[（(【].{4,400}[）)】]|(?:附注|备注|注)\s*[:：].{2,400}")
_SENTENCE = re.compile(r".{8,}[。；].*")
_NUMBER = re.compile(r"[\u4e00-\u9fff（）()]{1,20}[〔\[（(【﹝]\s*\d{4}\s*[〕\])）】﹞]\s*第?\s*\d{1,5}\s*号")
_FEW = 6  # lines of an entry in a list of pages
_LARGE = 300  # elements
_NAMED = 8  # characters of a link that names a page
_HEAD = 15  # lines at the head of the body in which its title stands
_COMPARABLE = 0.15  # of the document's prose: what stands behind it and has so much is its annex
_LEAST = 80  # characters of an annex
_LEAD = 40  # characters of an introduction
_SENTENCE_LENGTH = 6


class Part(Enum):
    """What a part of a page is."""

    DOCUMENT = auto()
    STATED = auto()
    SITE = auto()
    HIDDEN = auto()


@dataclass(frozen=True, slots=True)
class Parts:
    """What the parts of a page are, by the place of the element from which on it holds."""

    page: Page
    body: Body
    region: Element
    kinds: dict[int, Part]

    @property
    def reads(self) -> dict[int, bool]:
        """For the walker: by ``mem_id`` whether the text from an element on is the document's."""
        return {self.page.elements[at].node.mem_id: kind is Part.DOCUMENT for at, kind in self.kinds.items()}

    def document(self) -> list[Element]:
        """The elements that are read."""
        return [e for e, part in self._each() if part is Part.DOCUMENT]

    def stating(self) -> list[Element]:
        """Elements that may state metadata: marked so, or beside the document and above its end or in its region."""
        near = [(e, part) for e, part in self._each() if part is Part.STATED or part is None]
        return [e for e, part in near if part or e.at < self.body.end or self.region.holds(e)]

    def _each(self) -> Iterator[tuple[Element, Part | None]]:
        """Every element with its mark, its own or from above."""
        open_: list[tuple[int, Part | None]] = []
        for element in self.page.elements:
            while open_ and open_[-1][0] <= element.at:
                open_.pop()
            part = self.kinds.get(element.at)
            if part is None and open_:
                part = open_[-1][1]
            elif part is not None:
                open_.append((element.end, part))
            yield element, part


def find_parts(page: Page, body: Body, heading: Heading | None) -> Parts:
    """Mark a page whose document is in ``body`` below ``heading``."""
    marker = _Marker(page, body, heading)
    marker.run()
    return Parts(page, body, marker.region, marker.kinds)


@dataclass(slots=True)
class _Marker:
    page: Page
    body: Body
    heading: Heading | None
    kinds: dict[int, Part] = field(default_factory=dict)
    region: Element = field(init=False)
    _prose: int = field(init=False)
    _wanted: list[int] = field(init=False)  # the places of the heading and of the body's parts
    _begun: int = field(init=False)  # the number of the body's first line of prose
    _ended: int = field(init=False)  # … and of its last

    def __post_init__(self) -> None:
        self._prose = self.body.prose
        self._wanted = sorted([*(e.at for e in self.body.parts), *([self.heading.element.at] if self.heading else [])])
        above = self.heading if self.heading and self.heading.element.at < self.body.start else None
        self.region = self._around(above.element.at if above else self.body.start)
        if above is None and self.region.at == self.body.start and self.region.at:
            self.region = self.page.elements[self.region.above]
        first, last = self.body.parts[0].lines, self.body.parts[-1].lines
        prose = [i for i in range(first.start, last.stop) if _is_prose(self.page.lines[i])]
        self._begun, self._ended = (prose[0], prose[-1]) if prose else (first.start + _HEAD, first.start - 1)

    def run(self) -> None:
        """Mark the page from above; an element with a mark is not gone into, but for what in a document is none."""
        at, chosen = 0, {e.at for e in self.body.parts}
        while at < len(self.page.elements):
            element = self.page.elements[at]
            if at in self.kinds:  # the list below a heading of its own
                at = element.end
                continue
            part = Part.DOCUMENT if at in chosen else None if self._leads_on(element) else self._outside(element)
            at = self._set(element, part)
        self._take_heading()

    def _leads_on(self, element: Element) -> bool:
        """Whether the heading or a part of the body stands in an element, or is it."""
        onward = bisect_left(self._wanted, element.at)
        return onward < len(self._wanted) and self._wanted[onward] < element.end

    def _around(self, first: int) -> Element:
        """The nearest element that holds the body and the element at ``first``."""
        part = self.body.parts[0]
        for element in (part, *self.page.above(part)):
            if element.at <= first and element.end >= self.body.end:
                return element
        return self.page.body

    def _set(self, element: Element, part: Part | None) -> int:
        """Mark an element; the place of the next to look at."""
        if part is None:
            return element.at + 1
        self.kinds[element.at] = part
        if part is Part.DOCUMENT:
            self._inside(element)
        return element.end

    def _outside(self, element: Element) -> Part | None:
        """What an element beside the body is; None for nothing as a whole."""
        if element.hidden:
            return Part.HIDDEN
        if self._is_site(element):
            return Part.SITE
        leads = self.heading is not None and self.heading.element.at < element.at < self.body.start
        if not self.region.holds(element) or not (leads or element.at > self.body.start):
            return None
        document = self._is_document(element, leads)
        if not leads and not document and len(element.lines) <= _FEW and _leads_away(self.page, element):
            return Part.SITE
        if states_metadata(self.page, element) or (element.tag == "table" and stated_rows(self.page, element)):
            return Part.STATED
        return Part.DOCUMENT if document else None

    def _is_document(self, element: Element, leads: bool) -> bool:
        """Whether an element near the body belongs to it: an introduction or note above, a note or annex below."""
        lines = self.page.text(element)
        least = _LEAD if leads else max(_LEAST, self._prose * _COMPARABLE)
        if not lines or element.tag not in BLOCKS or element.linked * 3 > element.text:
            return False
        if element.tag == "table" and len(lines) > 2 and not is_layout(element.node, {}):
            return leads or element.text >= least
        if len(lines) > 1:
            return element.prose >= least and any("。" in line.text for line in lines)
        line = lines[0].shown
        if is_trailer(line) or is_info(lines[0].text):
            return False
        if _NOTE.fullmatch(line) or (element.prose >= least and "。" in line):
            return True
        return leads and bool(_NUMBER.fullmatch(line) or _SENTENCE.fullmatch(line) or _says_other(lines[0].text))

    def _inside(self, document: Element) -> None:
        """Mark what in a part of the document is hidden, states metadata or is the site's."""
        at = document.at
        while at < document.end:
            element = self.page.elements[at]
            if at > document.at and at in self.kinds:
                at = element.end
                continue
            stated = self._stated(element) if element is not document or element.tag == "table" else []
            site = element is not document and self._is_site(element, inside=True)
            if element.hidden or stated or site:
                part = Part.HIDDEN if element.hidden else Part.STATED if stated else Part.SITE
                for one in stated or [element]:
                    self.kinds[one.at] = part
                at = stated[-1].end if stated else element.end
                continue
            if element.revealed:
                self.kinds[at] = Part.DOCUMENT
            at += 1

    def _stated(self, element: Element) -> list[Element]:
        """The parts of an element above the first sentence that only state metadata."""
        if not element.text or element.lines.start >= self._begun:
            return []
        if element.tag == "table":
            return stated_rows(self.page, element)
        text = self.page.text(element)[0].text if len(element.lines) == 1 and element.tag in BLOCKS else ""
        info = is_info(text) and not is_date(text)
        return [element] if info or states_metadata(self.page, element) else []

    def _is_site(self, element: Element, *, inside: bool = False) -> bool:
        """Whether an element is the site's; then the list of other pages below it is so, too."""
        prose, pasted = max(self._prose, _LEAST), inside and self.body.pasted
        if is_site(self.page, element, prose, named=pasted, lines=not inside or self._at_an_end(element)):
            return True
        following = None if pasted else list_below(self.page, element, prose)
        if following and not self._leads_on(following):
            self.kinds[following.at] = Part.SITE
        return following is not None

    def _at_an_end(self, element: Element) -> bool:
        return not self._begun <= element.lines.start <= self._ended

    def _take_heading(self) -> None:
        """Read the heading if something between it and the body is read, and the body does not begin with it."""
        if self.heading is None or self.heading.element.at > self.body.start:
            return
        first = self.heading.element.at
        read = any(first < at < self.body.start and part is Part.DOCUMENT for at, part in self.kinds.items())
        lines = self.page.lines[self.body.parts[0].lines.start :][:_HEAD]
        title = re.compile(rf"(?<!《){re.escape(self.heading.bare)}")
        if read and not title.search("".join(line.bare for line in lines)):
            self.kinds[first] = Part.DOCUMENT


def _is_prose(line: Line) -> bool:
    """Whether a line is of the text: a sentence, or what leads up to one (现将有关文件公布如下：)."""
    opens = line.bare[-1:] in {"：", ":"} and not label_of(line.text)
    return len(line.bare) >= _SENTENCE_LENGTH and ("。" in line.bare or opens)


def _leads_away(page: Page, element: Element) -> bool:
    """Whether an element has a link to another page: the dates and numbers beside it are not this document's."""
    if not element.links or element.size > _LARGE:
        return False
    links = [e for e in page.below(element) if e.tag == "a" and e.text >= _NAMED]
    return any(not is_attachment(link, link.node.text()) for link in links)


def _says_other(line: str) -> bool:
    """Whether a line has a label that no field has, with its value: 实施主体：市科技局."""
    said = statements_in(line)
    other = any(one.kind is Kind.OTHER and one.label and len(one.value) > 1 for one in said)
    return other and not any(one.kind in {Kind.FIELD, Kind.WHEN} for one in said)
