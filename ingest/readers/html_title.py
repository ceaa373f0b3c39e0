"""The title of a page: what its table, its content system, its heading and ``<title>`` say, by how sure each is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ingest.labels import field_of
from ingest.readers.html_body import Body
from ingest.readers.html_lines import is_crumb
from ingest.readers.html_meta import pairs
from ingest.readers.html_page import Element, Page

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
#: What parts a title from the names of site and column: 关于…的通知_某某政府网, 某某局 通知公告 关于…
_SEPARATOR = re.compile(r"\s*(?:[_|｜>»]+|[-—–－]{1,2})\s*|\s+")
#: The end of the name of an agency or a site, which is no title.
_SITE = re.compile(r"(?:政府|[局厅委办网]|办公室|委员会|网站|平台|中心|门户|信息公开|政务公开)$")
_SHORTEST, _LONGEST = 4, 160
_MOST_PARTS = 12
_MOST_LINES = 3  # of a heading
_HEAD = 15  # lines of the document that are looked at
_PROSE = 30  # characters of a line that is no heading any more
_PLAIN = "名称"  # beside 索引号 and 文号 it is the title, but less surely than 标题
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Heading:
    """The element that shows the title of the document."""

    element: Element
    text: str

    @property
    def bare(self) -> str:
        """The text without white space."""
        return _SPACES.sub("", self.text)


def find_heading(page: Page, body: Body, article_title: str, title: str) -> Heading | None:
    """The heading of the document: what says what the page says of itself, else the last ``<h1>`` above the prose.

    ``title`` is that of the ``<title>`` element, which may hold or be the name of the site.
    """
    above = list(_candidates(page, body))
    bare = _SPACES.sub("", title)
    largest = [h for h in above if h.element.tag == "h1" and not _SITE.search(h.bare)]
    likely = [h for h in largest if bare and (h.bare in bare or bare in h.bare)]
    if (said := _saying(above, article_title)) or likely:
        return said or likely[-1]
    parted = next((h for part in _parts(title) if (h := _saying(above, part))), None)
    return parted or (largest[-1] if largest else None)


def title_of(stated: Mapping[str, str], article_title: str, heading: Heading | None) -> str | None:
    """The title by the most reliable of a page's statements of it; None where only ``<title>`` is left."""
    labelled = [value for label, value in stated.items() if field_of(label) == "title" and label != _PLAIN]
    whole = [value for value in labelled if len(value) > _SHORTEST and not value.endswith(("…", "..."))]
    found = [*whole, article_title, stated.get(_PLAIN, ""), heading.text if heading else ""]
    return next((text for text in found if text), None)


def _saying(above: list[Heading], wanted: str) -> Heading | None:
    """The last heading that says this, or the last line if no heading does."""
    bare = _SPACES.sub("", wanted)
    same = [h for h in above if h.bare == bare] if bare else []
    return next((h for h in reversed(same) if h.element.tag in _HEADINGS), same[-1] if same else None)


def _candidates(page: Page, body: Body) -> Iterator[Heading]:
    """Headings and lines by themselves above the document's first sentence."""
    lines = body.parts[0].lines
    head = [i for i in lines if len(page.lines[i].bare) >= _PROSE and "。" in page.lines[i].text]
    last = head[0] if head else lines.stop
    if body.pasted:
        last = min(last, lines.start + _HEAD)
    seen, valued = -1, _Values(page)
    for line in page.lines[:last]:
        element = page.elements[line.owner]
        if element.at <= seen or len(element.lines) > _MOST_LINES or element.hidden or valued.has(element):
            continue
        seen = element.at
        element = _heading_around(page, element)
        text = " ".join(page.lines[i].shown for i in element.lines)
        if _SHORTEST <= len(text) <= _LONGEST and not is_crumb(text):
            yield Heading(element, "".join(page.lines[i].shown for i in element.lines))


def _heading_around(page: Page, element: Element) -> Element:
    """The heading that an element fills (``<h1><p>…</p></h1>``), else the element."""
    for above in page.above(element):
        if above.text != element.text:
            break
        if above.tag in _HEADINGS:
            return above
    return element


@dataclass(slots=True)
class _Values:
    """Which elements are values of labels, by what stands beside them: no heading is one."""

    page: Page
    _of: dict[int, set[str]] = field(default_factory=dict)

    def has(self, element: Element) -> bool:
        """Whether an element, or the cell it fills, is the value of the label before it."""
        for one in (element, *self.page.above(element)):
            if one.text > element.text or one.above < 0:
                return False
            if one.above not in self._of:
                self._of[one.above] = {v for _, v in pairs(self.page, self.page.elements[one.above])}
            if one.node.text() in self._of[one.above]:
                return True
        return False


def _parts(title: str) -> Iterator[str]:
    """The parts of a title between its separators, the longest first; at least half of it, and no name of a site."""
    ends = [0, *(p for m in _SEPARATOR.finditer(title) for p in (m.start(), m.end())), len(title)]
    starts, stops = ends[::2][:_MOST_PARTS], ends[1::2][:_MOST_PARTS]
    found = [title[a:b] for i, a in enumerate(starts) for b in stops[i:]]
    for part in sorted(found, key=len, reverse=True):
        if len(part) * 2 >= len(title) and not _SITE.search(part):
            yield part
