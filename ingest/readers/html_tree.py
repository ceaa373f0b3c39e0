"""Walks an HTML tree into paragraphs, headings and table rows, without recursion: a page may be nested at will."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.raw import BlockKind
from ingest.readers.build import Builder, join_lines, row_text

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_BLOCK_NAMES = """
address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer
form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr
ul ucapcontent
"""
_SKIPPED_NAMES = """
script style noscript template iframe object embed svg canvas audio video head input select option button textarea map
nav -comment
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_SKIPPED = frozenset(_SKIPPED_NAMES.split())
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_WRAP = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])[ \t\f]*[\r\n]\s*(?=[\u2e80-\u9fff\uff00-\uffef])")
_EDGE = " \t\u3000\xa0\u200b\u2003\u2002"
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_MAX_SPAN = 200
_MAX_CELLS = 200_000


@dataclass(slots=True)
class _Cell:
    text: str
    columns: int
    rows: int


@dataclass(slots=True)
class Walker:
    """Appends the content of nodes to a builder; ``tables`` counts the tables so far."""

    builder: Builder
    tables: int = 0
    _buffer: list[str] = field(default_factory=list)

    def walk(self, root: LexborNode) -> None:
        """Append everything readable below ``root``."""
        if root.tag == "table" and not is_layout(root):
            self._table(root)
            return
        stack: list[tuple[LexborNode, Iterator[LexborNode], int | None]] = [(root, _children(root), None)]
        while stack:
            node, children, heading = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                if node.tag in _BLOCKS:
                    self._flush(heading)
                continue
            entered = self._visit(child, heading)
            if entered:
                below = int((child.tag or "h0")[1]) if _is_heading(child) else heading
                stack.append((child, _children(child), below))
        self._flush(None)

    def _visit(self, node: LexborNode, heading: int | None) -> bool:
        """Take a text node or a break; say whether to go into an element."""
        tag = node.tag or ""
        if tag == "-text":
            self._buffer.append(_shown(node))
            return False
        if tag in _SKIPPED or is_hidden(node):
            return False
        if tag == "br":
            self._flush(heading)
            return False
        if tag in _BLOCKS:
            self._flush(heading)
        if tag == "table" and not is_layout(node):
            self._table(node)
            return False
        return True

    def _flush(self, heading: int | None) -> None:
        text = _SPACE.sub(" ", "".join(self._buffer)).strip(_EDGE)
        self._buffer.clear()
        if not text:
            return
        if heading is None:
            self.builder.add(text, BlockKind.PARAGRAPH)
        else:
            self.builder.add(text, BlockKind.HEADING, level=heading)

    def _table(self, table: LexborNode) -> None:
        number = self.tables
        self.tables += 1
        caption = table.css_first("caption")
        if caption is not None and _line(caption):
            self.builder.add(_line(caption), BlockKind.PARAGRAPH)
        for row in grid(table):
            if any(text for text, _ in row):
                cells = tuple(text for text, _ in row)
                self.builder.add(row_text(row), BlockKind.TABLE_ROW, cells=cells, table=number)


def is_hidden(node: LexborNode) -> bool:
    """Whether an element says of itself that it is not shown."""
    attributes = node.attributes
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def is_layout(table: LexborNode) -> bool:
    """Whether a table only places things on the page: it holds a table, has no second column, or a page of text."""
    if any(inner.mem_id != table.mem_id for inner in table.css("table")):
        return True
    rows = own_rows(table)
    widths = [len(cells_of(row)) for row in rows]
    if max(widths, default=0) <= 1:
        return True
    return len(rows) <= 2 and any(len(c.text()) > 1500 for row in rows for c in cells_of(row))


def own_rows(table: LexborNode) -> list[LexborNode]:
    """The rows of a table without those of tables inside it."""
    rows: list[LexborNode] = []
    for child in table.iter():
        if child.tag == "tr":
            rows.append(child)
        elif child.tag in {"thead", "tbody", "tfoot"}:
            rows.extend(c for c in child.iter() if c.tag == "tr")
    return rows


def cells_of(row: LexborNode) -> list[LexborNode]:
    """The cells of one row."""
    return [c for c in row.iter() if c.tag in {"td", "th"}]


def grid(table: LexborNode) -> Iterator[list[tuple[str, bool]]]:
    """Rows of (text, whether it repeats its left neighbour); merged cells repeated in every place they cover."""
    pending: dict[int, tuple[str, int, bool]] = {}  # column -> text, rows still to fill, repeats its left neighbour
    budget = _MAX_CELLS
    for row in own_rows(table):
        if is_hidden(row):
            continue
        out: list[tuple[str, bool]] = []
        cells = iter([_Cell(_line(c), _span(c, "colspan"), _span(c, "rowspan")) for c in cells_of(row)])
        cell = next(cells, None)
        while cell is not None or len(out) in pending:
            column = len(out)
            if column in pending:
                text, left, repeats = pending.pop(column)
                if left > 1:
                    pending[column] = (text, left - 1, repeats)
                out.append((text, repeats))
                continue
            if cell is None:
                break
            for offset in range(cell.columns):
                out.append((cell.text, offset > 0))
                if cell.rows > 1:
                    pending[column + offset] = (cell.text, cell.rows - 1, offset > 0)
            cell = next(cells, None)
        budget -= len(out)
        if budget < 0:
            return
        yield out


def text_lines(node: LexborNode) -> list[str]:
    """The paragraphs below a node, tables in it flattened to their rows."""
    builder = Builder("html")
    Walker(builder).walk(node)
    return [line for line in builder.finish().text.split("\n") if line.strip()]


def _line(cell: LexborNode) -> str:
    return join_lines(text_lines(cell))


def _children(node: LexborNode) -> Iterator[LexborNode]:
    return iter(node.iter(include_text=True))


def _span(cell: LexborNode, name: str) -> int:
    value = (cell.attributes.get(name) or "").strip()
    return max(1, min(_MAX_SPAN, int(value))) if value.isascii() and value.isdigit() else 1


def _is_heading(node: LexborNode) -> bool:
    tag = node.tag or ""
    return len(tag) == 2 and tag[0] == "h" and tag[1] in "123456"


def _shown(node: LexborNode) -> str:
    """Text of a node as a browser shows it: a line wrapped in the source between two Han is no space."""
    return _WRAP.sub("", node.text_content or "")
