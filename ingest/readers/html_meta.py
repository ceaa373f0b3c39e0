"""What a page states beside its text: ``<meta>``, the table or line of 索引号 and 文号, links to attachments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.labels import field_of, is_metadata
from ingest.readers.html_labels import Kind, is_date, label_of, statements_in
from ingest.readers.html_page import SEAM, Element, Page
from ingest.readers.html_tables import own_rows
from ingest.readers.html_tree import UNSEEN

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_META_NAMES = """
ArticleTitle PubDate ContentSource ColumnName ColumnType SiteName SiteDomain Author Keywords Description Url og:title
"""
_DATE_NAMES = "publishdate publish_date publishtime pubtime article:published_time og:release_date dateissued"
#: Names of ``<meta>`` in small letters, with the name under which they are kept if it is not the page's own.
_META = dict.fromkeys(_META_NAMES.lower().split(), "") | dict.fromkeys(_DATE_NAMES.split(), "PubDate")
_ATTACHMENT = re.compile(r"\.(?:docx?|xlsx?|pptx?|pdf|wps|et|ofd|zip|rar|7z|txt)(?:$|[?#])", re.IGNORECASE)
_SPACES = re.compile(r"[\s\u3000\xa0\u200b]+")
_MAX_VALUE = 200
_MAX_LINE = 600
_MAX_LABEL = 14  # characters of an element that may be a label
_MAX_SIZE = 300  # elements of a list of metadata
_LISTS = frozenset({"div", "ul", "ol", "dl", "p", "section", "header"})  # that may be one
_FRAMED = 60  # characters of a row with sentences: it is no value
_DATED = "发布时间"  # under which a date is kept that has no label, or only 时间


@dataclass(slots=True)
class Statements:
    """Labels with their values in the order found, the first value of each; ``dates`` are those without a label."""

    values: dict[str, str] = field(default_factory=dict)
    dates: list[str] = field(default_factory=list)

    def put(self, name: str, value: str) -> None:
        """Keep a value; not an empty one, one too long for a value, or a second one."""
        value = _SPACES.sub(" ", value.replace(SEAM, "")).strip(" |-—")
        if value and len(value) <= _MAX_VALUE and name not in self.values:
            self.values[name] = value

    def read(self, line: str, dated: bool) -> None:
        """Take what a line states; if it is only a date, where such a line is ``dated`` by it."""
        if len(line) > _MAX_LINE or (is_date(line) and not dated):
            return
        for said in statements_in(line):
            if said.kind is Kind.FIELD:
                self.put(said.label, said.value)
            elif said.kind is Kind.WHEN and is_date(said.value):
                self.dates.append(said.value)

    def beside(self, meta: Mapping[str, str]) -> dict[str, str]:
        """What ``meta`` does not say yet. A date without a label is that of publication where no label states one."""
        if self.dates and not any(field_of(name) == "published_on" for name in (*meta, *self.values)):
            self.values[_DATED] = self.dates[0]
        return {name: value for name, value in self.values.items() if name not in meta}


def page_meta(tree: LexborHTMLParser) -> dict[str, str]:
    """``<meta>`` statements of the usual content systems, and ``title``; of a name the first that is not empty."""
    meta: dict[str, str] = {}
    for node in tree.css("meta"):
        name = node.attributes.get("name") or node.attributes.get("property") or ""
        value = _SPACES.sub(" ", node.attributes.get("content") or "").strip(" |")
        kept = _META.get(name.strip().lower())
        if kept is not None and value:
            meta.setdefault(kept or name.strip(), value)
    title = tree.css_first("title")
    if title is not None and title.text().strip():
        meta["title"] = _SPACES.sub(" ", title.text()).strip(" |")
    return meta


def statements(page: Page, elements: Sequence[Element], head: range) -> Statements:
    """What elements state by their children (``<dt>文号</dt><dd>…``), then what the lines in them state.

    ``head`` are the places between heading and body, where a line that is a date tells when the page was published.
    """
    found, paired = Statements(), set()
    for element in elements:
        for label, value in pairs(page, element):
            found.put(label, value)
            paired.add(_bare(value))
    places = {element.at for element in elements}
    for line in page.lines:
        if line.owner in places:
            found.read(line.text, line.owner in head and line.bare not in paired)
    return found


def states_metadata(page: Page, element: Element) -> bool:
    """Whether an element only states metadata: two known labels, one of them telling, and little that is neither.

    A list of those of a page (解读机关, 解读文件, 发布日期) is none: most of it is known by no label.
    """
    if element.text > _MAX_LINE or element.size > _MAX_SIZE or element.tag not in _LISTS:
        return False
    paired = [pair for one in (element, *page.below(element)) for pair in pairs(page, one)]
    known = {_bare(text) for pair in paired for text in pair}
    names, others = {label for label, _ in paired}, 0
    lines = page.text(element)
    for line in lines:
        said = statements_in(line.text)
        if _bare(line.shown) in known or label_of(line.shown):
            continue
        names |= {one.label for one in said if one.kind is Kind.FIELD and one.value}
        others += not said or any(one.kind is Kind.OTHER for one in said)
    return len(names) >= 2 and is_metadata(sorted(names)) and others * 3 <= len(lines)


def stated_rows(page: Page, table: Element) -> list[Element]:
    """The rows of a table that state the page's metadata, or the table where it does nothing else.

    Such a table has three labels or more, one of which only a document's metadata has, in most of its rows or above a
    row with the text itself, as old pages are laid out. A table of a service (服务对象, 名称) is the document's.
    """
    rows = [page.element(row) for row in own_rows(table.node)]
    labelled = {row.at: names for row in rows if (names := _row_labels(page, row))}
    names = sorted({name for found in labelled.values() for name in found})
    framed = any(row.marks > 1 and row.text > _FRAMED for row in rows if row.at not in labelled)
    if len(names) < 3 or not is_metadata(names) or not (framed or len(labelled) * 2 > len(rows)):
        return []
    return [row for row in rows if row.at in labelled] if framed else [table]


def attachments(page: Page, elements: Iterable[Element]) -> list[str]:
    """Texts of the links to files, in order, each once."""
    found: dict[str, None] = {}
    for link in elements:
        if link.tag == "a" and link.text:
            text = _SPACES.sub(" ", link.node.text()).strip()
            if is_attachment(link, text):
                found[text] = None
    return list(found)


def is_attachment(link: Element, text: str) -> bool:
    """Whether a link leads to a file or says that it does."""
    href = (link.node.attributes.get("href") or "").strip()
    return bool(_ATTACHMENT.search(href) or re.match(r"附\s*件", text))


def pairs(page: Page, element: Element) -> Iterator[tuple[str, str]]:
    """Known labels among the children of an element, each with the value that follows it."""
    children = [kid for kid in _children(page, element) if element.tag != "tr" or kid.tag in {"td", "th"}]
    position = 0
    while position + 1 < len(children):
        label, value = children[position], children[position + 1]
        name = label_of(label.text) if label.size <= _MAX_LABEL else None
        if name and not _is_label(value) and (element.tag == "tr" or _belong(label, value)):
            yield name, value.text if value.size <= _MAX_VALUE else ""
            position += 1
        position += 1


@dataclass(frozen=True, slots=True)
class _Child:
    """A child of an element, or a text in it (without a tag); ``size`` in characters without white space."""

    node: LexborNode
    tag: str
    name: str
    size: int

    @property
    def text(self) -> str:
        """Its text."""
        return self.node.text() if self.tag else self.node.text_content or ""


def _children(page: Page, element: Element) -> Iterator[_Child]:
    for node in element.node.iter(include_text=True):
        if node.tag == "-text":
            if size := len("".join((node.text_content or "").split())):
                yield _Child(node, "", "", size)
        elif node.tag not in UNSEEN and node.tag != "br":
            child = page.element(node)
            yield _Child(node, child.tag, child.name, child.text)


def _is_label(value: _Child) -> bool:
    """Whether what follows a label is another one, with or without its value: the first has none."""
    if value.size > _MAX_VALUE:
        return False
    return label_of(value.text) is not None or any(one.kind is Kind.FIELD for one in statements_in(value.text))


def _belong(label: _Child, value: _Child) -> bool:
    """Whether a value goes with the label before it: a mark says so, or the two are of different kinds."""
    marked = label.text.strip()[-1:] in {":", "：", "】", "]"}
    return label.tag not in {"", "a", "option"} and (marked or (label.tag, label.name) != (value.tag, value.name))


def _row_labels(page: Page, row: Element) -> list[str]:
    """The known labels in a row's cells, with or without a value; none if a cell is longer than values are."""
    names: list[str] = []
    for cell in page.children(row):
        if cell.text > _MAX_VALUE:
            return []
        text = " ".join(line.text for line in page.text(cell))
        said = statements_in(text)
        names += [name for name in [label_of(text)] if name]
        names += [one.label for one in said[:1] if one.kind is Kind.FIELD]
    return names


def _bare(text: str) -> str:
    return _SPACES.sub("", text.replace(SEAM, "")).strip("：:")
