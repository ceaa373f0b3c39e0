"""Which part of a page is the document: known containers of government sites, else where its sentences are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.readers.html_page import Element, Page

#: What editors paste their text into, by the usual content systems: nothing else stands in it.
_EDITORS = (
    *("#UCAP-CONTENT", "#zoom", "#zoomcon", "#js_content", ".TRS_Editor", ".TRS_UEDITOR", ".trs_editor_view"),
    *(".trs_paper_default", "#detailCon", "#info_cont", "#artibody", ".pages_content", ".article-content"),
    *(".article_content", ".content_article", ".zoom", ".zwxxgk_content", ".wz_content", ".xl-content"),
    *(".xxgk_content", ".news_content"),
)
#: Names that frames have too, with the site's own lines in them. Most telling first.
_FRAMES = (
    *(".detail_content", ".detail-content", ".view", "#mainText", "#article"),
    *("#content", ".newsMain", ".main-content", ".content", "article"),
)
_TOO_DEEP = frozenset({"p", "span", "font", "strong", "b", "td", "tr", "tbody"})
_NEARLY_ALL = 0.85
_MIN_CHARACTERS = 20
_ENOUGH = 0.35  # a page and its version for printing say everything twice
_FEW = 20  # nodes of one name that may be copies of one another


@dataclass(frozen=True, slots=True)
class Body:
    """The elements that hold the document, in order. ``pasted``: an editor's text, without lines of the site."""

    parts: tuple[Element, ...]
    pasted: bool

    @property
    def start(self) -> int:
        """The place of the first."""
        return self.parts[0].at

    @property
    def end(self) -> int:
        """The place behind the last."""
        return self.parts[-1].end

    @property
    def prose(self) -> int:
        """Its characters in sentences."""
        return sum(part.prose for part in self.parts)


def find_body(page: Page) -> Body:
    """The part of a page that is the document; the whole of it where nothing stands out."""
    densest = _densest(page)
    for selectors, pasted in ((_EDITORS, True), (_FRAMES, False)):
        for selector in selectors:
            found = [page.element(node) for node in page.body.node.css(selector)]
            parts = _distinct(page, [e for e in found if not _is_hidden(page, e)])
            enough = sum(part.prose for part in parts) >= densest.prose * _ENOUGH
            if enough and sum(part.text for part in parts) >= _MIN_CHARACTERS:
                return Body(parts, pasted)
    return Body((densest,), False)


def _densest(page: Page) -> Element:
    """Go down from the body as long as one child holds nearly all the sentences."""
    element, total = page.body, page.body.prose
    while total:
        children = [c for c in page.children(element) if not c.hidden]
        best = max(children, key=lambda child: child.prose, default=None)
        if best is None or best.tag in _TOO_DEEP or best.prose < total * _NEARLY_ALL:
            break
        element = best
    return element


def _distinct(page: Page, found: Sequence[Element]) -> tuple[Element, ...]:
    """Outermost elements only, and one of those that say the same (a page and its version for printing)."""
    outer: list[Element] = []
    for element in sorted(found, key=lambda e: e.at):
        if element.text and not (outer and outer[-1].holds(element)):
            outer.append(element)
    kept: dict[str, Element] = {}
    for element in sorted(outer, key=lambda e: -e.text):
        text = "".join(line.bare for line in page.text(element))
        if text not in kept and not (len(outer) <= _FEW and any(text in longer for longer in kept)):
            kept[text] = element
    return tuple(sorted(kept.values(), key=lambda e: e.at))


def _is_hidden(page: Page, element: Element) -> bool:
    return element.hidden or any(above.hidden for above in page.above(element))
