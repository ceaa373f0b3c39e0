"""Walks an HTML tree into paragraphs, headings and table rows, without recursion: a page may be nested at will."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.raw import BlockKind
from ingest.readers.build import Builder, join_lines, row_text
from ingest.readers.html_lists import Numbering
from ingest.readers.html_tables import MAX_CELLS, TooManyCells, cells_of, grid, is_layout, own_rows
from ingest.readers.scripts import lowered, raised
from kb.errors import UnreadableFile

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_BLOCK_NAMES = """
address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer
form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr
ul ucapcontent
"""
_UNREAD_NAMES = "noscript input select option button textarea nav del s strike rt rp"
_UNSEEN_NAMES = "script style template iframe object embed svg canvas audio video head map -comment"
BLOCKS = frozenset(_BLOCK_NAMES.split())
#: Elements whose text is not the document's: controls, what was struck out, how a character is pronounced.
UNREAD = frozenset(_UNREAD_NAMES.split())
#: Elements without text for a reader.
UNSEEN = frozenset(_UNSEEN_NAMES.split())
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_WRAP = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])[ \t\f]*[\r\n]\s*(?=[\u2e80-\u9fff\uff00-\uffef])")
_EDGE = " \t\u3000\xa0\u200b\u2003\u2002"
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_UNREAD_STYLE = re.compile(r"display\s*:\s*none|text-decoration[^;:]{0,20}:[^;]{0,80}line-through", re.IGNORECASE)
_KEPT = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_SCRIPTS = {"sup": raised, "sub": lowered}


@dataclass(slots=True)
class _Open:
    """An element being walked: whether it is read, and what holds for the text in it."""

    node: LexborNode
    reads: bool
    children: Iterator[LexborNode]
    heading: int | None = None
    preformatted: bool = False  # <pre>: every line end counts
    keeps_lines: bool = False  # by its style, often without any
    script: str = ""
    numbers: Numbering | None = None
    tables: int = 0  # it stands in


@dataclass(slots=True)
class Walker:
    """Appends the content of nodes to a builder; ``tables`` counts the tables so far.

    ``reads`` says by ``mem_id`` of elements from which on text is the document's (True) or not (False); elsewhere it
    is as above, but for what is hidden or struck out. Text that is not read becomes lines of ``aside``: a text is in
    the one or the other.
    """

    builder: Builder
    tables: int = 0
    reads: Mapping[int, bool] = field(default_factory=dict)
    aside: list[str] = field(default_factory=list)
    path: str = ""
    _read: list[str] = field(default_factory=list)
    _unread: list[str] = field(default_factory=list)
    _ordinal: str = ""
    _broken: bool = False

    def walk(self, root: LexborNode, reads: bool = True) -> None:
        """Go through everything below ``root``, which is read or not. Raises UnreadableFile for a huge table."""
        first = self._open(root, _Open(root, True, iter(())))
        first.reads = self.reads.get(root.mem_id, reads)
        stack = [first]
        while stack:
            element = stack[-1]
            child = next(element.children, None)
            if child is None:
                stack.pop()
                if element.node.tag in BLOCKS:
                    self._flush(element)
                if element.node.tag == "li":
                    self._ordinal = ""
                continue
            entered = self._visit(child, element)
            if entered:
                stack.append(entered)
        self._flush(None)

    def _visit(self, node: LexborNode, above: _Open) -> _Open | None:
        """Take a text node, a break or a table of data; another element is opened."""
        tag = node.tag or ""
        if tag == "-text":
            self._text(node.text_content or "", above)
        elif tag == "br":
            self._flush(above)
        elif tag not in UNSEEN:
            if tag in BLOCKS:
                self._flush(above)
            element = self._open(node, above)
            if tag != "table" or not element.reads or is_layout(node, self.reads, above.tables):
                return element
            self._table(node)
        return None

    def _open(self, node: LexborNode, above: _Open) -> _Open:
        tag, attributes = node.tag or "", node.attributes
        style = (attributes.get("style") or "") if attributes else ""
        reads = self.reads.get(node.mem_id)
        if reads is None:
            hidden = bool(attributes) and ("hidden" in attributes or bool(_UNREAD_STYLE.search(style)))
            reads = above.reads and tag not in UNREAD and not hidden
        if tag == "li" and reads and above.numbers:
            self._ordinal = above.numbers.of_item(node)
        return _Open(
            node,
            reads,
            iter(node.iter(include_text=True)),
            int(tag[1]) if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456" else above.heading,
            above.preformatted or tag == "pre",
            above.keeps_lines or bool(_KEPT.search(style)),
            tag if tag in _SCRIPTS else above.script,
            Numbering.of(node) if tag == "ol" and reads else None,
            above.tables + (tag == "table"),
        )

    def _text(self, text: str, element: _Open) -> None:
        if not element.reads:
            self._unread.append(text)
        elif element.preformatted or (element.keeps_lines and "\n" in text.strip()):
            *whole, rest = text.split("\n")
            for line in whole:
                self._read.append(line)
                self._flush(element, broken=True)
            self._read.append(rest)
            self._broken = True
        else:
            # As a browser shows it: a line wrapped in the source between two Han is no space.
            shown = _WRAP.sub("", text)
            self._read.append(_SCRIPTS[element.script](shown) if element.script else shown)

    def _flush(self, element: _Open | None, *, broken: bool = False) -> None:
        """End the line. A ``broken`` one is a physical line of preformatted text: a paragraph may have several."""
        if unread := " ".join("".join(self._unread).split()):
            self.aside.append(unread)
        text, lines = "".join(self._read), broken or self._broken
        self._read.clear()
        self._unread.clear()
        self._broken = broken
        bare = _SPACE.sub(" ", text).strip(_EDGE)
        if not bare:
            if broken:
                self.builder.gap()
            return
        if self._ordinal:
            bare = f"{self._ordinal} {bare}" if bare[0].isdigit() else f"{self._ordinal}{bare}"
            self._ordinal = ""
        if element is not None and element.heading is not None:
            self.builder.add(bare, BlockKind.HEADING, level=element.heading)
        elif lines:
            self.builder.add(text.rstrip(), BlockKind.LINE)
        else:
            self.builder.add(bare, BlockKind.PARAGRAPH)

    def _table(self, table: LexborNode) -> None:
        number = self.tables
        self.tables += 1
        for caption in self._shown([child for child in table.iter() if child.tag == "caption"]):
            if line := self._line(caption):
                self.builder.add(line, BlockKind.PARAGRAPH)
        rows = [self._shown(cells_of(row)) for row in self._shown(own_rows(table))]
        try:
            for cells in grid(rows, self._line):
                if any(text for text, _ in cells):
                    self.builder.add(
                        row_text(cells), BlockKind.TABLE_ROW, cells=tuple(text for text, _ in cells), table=number
                    )
        except TooManyCells as error:
            why = f"表格的单元格超过 {MAX_CELLS:,} 个（合并单元格按格数计），未读取。请拆分文件，或只保留需要的区域"
            raise UnreadableFile(self.path, why) from error

    def _line(self, cell: LexborNode) -> str:
        """The text of a cell as one line; of a table in it, cell after cell and ；between the rows."""
        only = cell.child
        if only is None or (only.tag == "-text" and only.next is None):  # most cells: no need of a walk
            return " ".join(_WRAP.sub("", only.text_content or "").split()).strip(_EDGE) if only else ""
        inner = Walker(Builder("html"), reads=self.reads, aside=self.aside)
        inner.walk(cell)
        raw = inner.builder.finish()
        parts: list[str] = []
        for before, block in zip((None, *raw.blocks), raw.blocks, strict=False):
            text = raw.text[block.start : block.end]
            if block.kind is BlockKind.TABLE_ROW:
                text = text.replace(" | ", " ")
                if before is not None and before.table == block.table:
                    text = f"{parts.pop()}；{text}"
            parts.append(text)
        return join_lines(parts)

    def _shown(self, nodes: list[LexborNode]) -> list[LexborNode]:
        """Those of some rows or cells that are read; the text of the others goes aside."""
        shown: list[LexborNode] = []
        for node in nodes:
            reads = self.reads.get(node.mem_id)
            group = node.parent if node.tag == "tr" else None
            if reads is None and group is not None and group.tag != "table":
                reads = self.reads.get(group.mem_id, False if is_hidden(group) else None)
            if reads or (reads is None and not is_hidden(node)):
                shown.append(node)
            else:
                Walker(self.builder, reads={node.mem_id: False}, aside=self.aside).walk(node)
        return shown


def is_hidden(node: LexborNode) -> bool:
    """Whether an element says of itself that it is not shown."""
    attributes = node.attributes
    return bool(attributes) and ("hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or "")))
