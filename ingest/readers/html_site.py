"""Which elements of a page are the site's: menus, buttons, lists of other pages, the foot."""

from __future__ import annotations

import re

from ingest.readers.html_lines import heads_others, is_buttons, is_crumb, is_foot
from ingest.readers.html_meta import is_attachment
from ingest.readers.html_page import Element, Page
from ingest.readers.html_tree import BLOCKS

_TAGS = frozenset({"nav", "footer"})
#: Classes and ids that only parts of a site have …
_SURE = re.compile(
    r"(?<![^\s_-])(?:share\w*|bdsharebuttonbox|bshare\w*|qrcode|ewm|print|pagination|pager|breadcrumbs?|crumbs?|related|"
    r"xgwj|footer\w*|foot|copyright|nav\w*|menu\w*|weixin|wechat|search\w*|login)(?=$|[\s_\d-])",
    re.IGNORECASE,
)
#: … and that a document's may have too: its head with the 文号, a box with where to ask.
_UNSURE = re.compile(
    r"(?<![^\s_-])(?:head\w*|top\w*|position|location|side\w*|banner|links?|lang\w*|tool\w*|easybtn\w*|listbox)(?=$|[\s_\d-])",
    re.IGNORECASE,
)
_LITTLE = 0.2  # share of the document's prose that a part with the name of a site's may have
_FORM = 300  # characters of a form to search with
_MENU = 0.7  # share of a menu's characters that are links
_COLUMN = 0.05  # share of the prose that a column beside the document may have
_FRAME = 100  # characters of a cell that is a column of the page
_LARGE = 1000  # elements of a part that is looked through, else only the parts in it
_POLICY = re.compile(r"《|[〔\[（(]\d{4}[〕\])）]|^\s*\d{1,2}[.．、]")
_CELLS = frozenset({"td", "th"})
_HEADINGS = frozenset({"h1", "h2", "h3"})


def is_site(page: Page, element: Element, prose: int, *, named: bool = False, lines: bool = True) -> bool:
    """Whether an element is none of a document's of so much ``prose``, by its name, its links or its first line.

    ``named``: only what is sure by its name. ``lines``: also single lines, which are told at either end of a document.
    """
    if not element.text:
        return False
    little = element.prose <= prose * _LITTLE
    if little and (element.tag in _TAGS or _SURE.search(element.name)):
        return True
    if named:
        return False
    if element.tag == "form" and not element.marks and element.text <= _FORM and _asks(page, element):
        return True
    if little and (element.tag in {"header", "aside"} or _UNSURE.search(element.name)) and _says_nothing(page, element):
        return True
    if element.tag not in BLOCKS:
        return _is_menu(page, element)
    if element.tag == "td" and element.prose <= prose * _COLUMN and _is_beside_all(page, element, prose):
        return True
    first = page.lines[element.lines.start].shown
    linked = element.linked * 2 > element.text or (element.links > 0 and not element.marks)
    if len(element.lines) > 1 and little and heads_others(first, links=linked):
        return True
    alone = len(element.lines) == 1 and (
        element.tag not in _CELLS or page.elements[element.above].lines == element.lines
    )
    return _is_menu(page, element) or (lines and alone and _is_line_of_site(element, first))


def _is_beside_all(page: Page, element: Element, prose: int) -> bool:
    """Whether a cell is a column of an old page beside the one with nearly all of its text."""
    row = page.elements[element.above]
    largest = max((cell.prose for cell in page.children(row)), default=0)
    return largest >= max(prose * (1 - _LITTLE), _FRAME) and not any(e.tag in _HEADINGS for e in page.below(element))


def _asks(page: Page, element: Element) -> bool:
    return any(below.tag in {"input", "select", "button"} for below in page.below(element))


def list_below(page: Page, element: Element, prose: int) -> Element | None:
    """The list of other pages that stands behind a heading of its own (``<h4>相关链接</h4><ul>…``)."""
    if element.tag not in BLOCKS or len(element.lines) != 1 or element.end >= page.elements[element.above].end:
        return None
    following = page.elements[element.end]
    links = following.linked * 2 > following.text
    line = page.lines[element.lines.start].shown
    return following if heads_others(line, links=links) and following.prose <= prose * _LITTLE else None


def _is_line_of_site(element: Element, line: str) -> bool:
    linked = element.linked * 2 > element.text
    head = re.match(r"[^:：]{2,10}[:：]", line) if linked else None
    others = head is not None and heads_others(head[0], links=True)  # 相关文件：关于…的通知
    return others or is_crumb(line, linked=linked) or is_buttons(line) or is_foot(line)


def _says_nothing(page: Page, element: Element) -> bool:
    """Whether a part has no sentence, no heading and no 文号."""
    if element.size > _LARGE or (element.marks and element.linked * 2 < element.text):
        return False
    heads = any(below.tag in _HEADINGS and not below.links for below in page.below(element))
    return not heads and not any(_POLICY.search(line.shown) for line in page.text(element))


def _is_menu(page: Page, element: Element) -> bool:
    """Whether an element is links and little else: not to files, and not the policies that a document lists."""
    if element.links < 2 or element.linked <= element.text * _MENU or element.size > _LARGE:
        return False
    links = [below for below in page.below(element) if below.tag == "a" and below.text]
    texts = [link.node.text() for link in links]
    told = sum(bool(_POLICY.search(text)) or is_attachment(link, text) for link, text in zip(links, texts, strict=True))
    return told * 2 < len(links)
