"""Tables of an HTML page: which only place things on it, and the rows of the others with merged cells repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_CELLS = 200_000  # of one table, merged ones by the places they cover
_MAX_SPAN = 200
_PAGE_OF_TEXT = 1500  # characters in a cell of a table of one or two rows: it is the page's frame
_VALUE = 200  # characters that the value of a label may have
_DEEP = 12  # tables in tables: below it they are no longer measured


class TooManyCells(ValueError):
    """A table is too large to be read."""


@dataclass(slots=True)
class _Cell:
    text: str
    columns: int
    rows: int


def is_layout(table: LexborNode, reads: Mapping[int, bool], depth: int = 0) -> bool:
    """Whether a table only places things on the page: it has no second column, a page of text, or holds tables.

    One with small tables in some cells of a regular grid is none, unless it stands ``depth`` tables deep. Rows and
    cells may be marked as not to be read (``reads`` by ``mem_id``); beside such rows a long cell is the text.
    """
    every = own_rows(table)
    rows = [row for row in every if reads.get(row.mem_id) is not False]
    widths = [sum(reads.get(cell.mem_id) is not False for cell in cells_of(row)) for row in rows]
    if max(widths, default=0) <= 1:
        return True
    if framing := [cell for cell in _cells(rows) if cell.css_first("table")]:
        return depth > _DEEP or not _holds_small_ones(table, rows, framing)
    if len(rows) > 2 and len(rows) == len(every):
        return False
    longest = _VALUE if len(rows) < len(every) else _PAGE_OF_TEXT
    return any(len(cell.text()) > longest for cell in _cells(rows))


def _holds_small_ones(table: LexborNode, rows: list[LexborNode], framing: list[LexborNode]) -> bool:
    """Whether a table is a grid of data in which a few cells (``framing``) are small tables."""
    widths = {sum(_span(cell, "colspan") for cell in cells_of(row)) for row in rows}
    if len(rows) < 2 or len(widths) > 1:
        return False
    whole = len(table.text())
    return whole < _PAGE_OF_TEXT * 2 and max(len(cell.text()) for cell in framing) * 2 < whole


def _cells(rows: list[LexborNode]) -> list[LexborNode]:
    return [cell for row in rows for cell in cells_of(row)]


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


def grid(rows: list[list[LexborNode]], text_of: Callable[[LexborNode], str]) -> Iterator[list[tuple[str, bool]]]:
    """Rows of (text, whether it repeats its left neighbour) from rows of cells; merged ones in every place they cover.

    Raises TooManyCells.
    """
    pending: dict[int, tuple[str, int, bool]] = {}  # column -> text, rows still to fill, repeats its left neighbour
    budget = MAX_CELLS
    for row in rows:
        out: list[tuple[str, bool]] = []
        cells = iter([_Cell(text_of(c), _span(c, "colspan"), _span(c, "rowspan")) for c in row])
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
            raise TooManyCells
        yield out


def _span(cell: LexborNode, name: str) -> int:
    value = (cell.attributes.get(name) or "").strip()
    return max(1, min(_MAX_SPAN, int(value))) if value.isascii() and value.isdigit() else 1
