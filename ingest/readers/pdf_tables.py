"""Ruled tables of a page: ruling lines to a grid, characters to its cells.

The lines come from the page's own drawing (or from a scan's picture), the characters are those the text is made of, so
each of them is either in a cell or in the running text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.readers.pdf_chars import Box
from ingest.readers.pdf_grid import Grid, grids
from ingest.readers.pdf_layout import Char, lines_across
from ingest.readers.pdf_objects import Ruling

_ARTICLE = 800  # characters in one cell of a table with few cells: a page's frame, no table
_THIN = 6.0  # points: the white between the lines of a double rule


@dataclass(frozen=True, slots=True)
class Row:
    """Cells from left to right, merged ones repeated; ``repeated`` marks those that say their left neighbour again."""

    cells: tuple[str, ...]
    repeated: tuple[bool, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A table with its rows from the top down; ``columns`` are the distances of its vertical lines."""

    rows: tuple[Row, ...]
    columns: tuple[float, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the ruling lines of a page make: tables, frames around text, and the characters in neither."""

    tables: tuple[RuledTable, ...]
    frames: tuple[tuple[Char, ...], ...]
    rest: tuple[Char, ...]


def ruled(chars: Sequence[Char], rulings: Sequence[Ruling]) -> Ruled:
    """Take the characters of a page into the tables and frames that its lines make.

    A table has at least two rows and two columns; boxes around a whole page or its articles are none. A frame is one
    box of several lines of text with other text beside it.
    """
    tables: list[RuledTable] = []
    frames: list[tuple[Char, ...]] = []
    rest = list(chars)
    for grid in grids(rulings):
        inside: dict[int, list[Char]] = {}
        others: list[Char] = []
        for char in rest:
            number = grid.cell((char.left + char.right) / 2, (char.bottom + char.top) / 2)
            (inside.setdefault(number, []) if number else others).append(char)
        grid = _without_slivers(grid, inside)
        table = _table(grid, inside)
        if table is not None:
            tables.append(table)
            rest = others
        elif len(inside) == 1 and len(grid.xs) == len(grid.ys) == 2:
            (framed,) = inside.values()
            if _interrupts(grid, framed, others):
                frames.append(tuple(framed))
                rest = others
    return Ruled(tuple(tables), tuple(frames), tuple(rest))


def _table(grid: Grid, inside: dict[int, list[Char]]) -> RuledTable | None:
    """The table of a grid with text in it, or None where it only frames text."""
    if len(grid.xs) < 3 or len(grid.ys) < 3 or len(inside) < 2:
        return None
    if max(map(len, inside.values())) > _ARTICLE and len({n for row in grid.cells for n in row}) <= 6:
        return None
    texts = {number: _joined(lines_across(chars)) for number, chars in inside.items()}
    rows = []
    for index, numbers in enumerate(grid.cells):
        cells = tuple(texts.get(number, "") for number in numbers)
        if any(cells):
            repeated = tuple(i > 0 and n > 0 and n == numbers[i - 1] for i, n in enumerate(numbers))
            rows.append(Row(cells, repeated, (grid.xs[0], grid.ys[index + 1], grid.xs[-1], grid.ys[index])))
    return RuledTable(tuple(rows), grid.xs, (grid.xs[0], grid.ys[-1], grid.xs[-1], grid.ys[0])) if rows else None


def _without_slivers(grid: Grid, inside: dict[int, list[Char]]) -> Grid:
    """Without rows and columns that repeat their neighbour, or are the white between the lines of a double rule."""
    by_row = list(grid.cells)
    rows = _kept(grid.ys, by_row, inside)
    by_column = list(zip(*(by_row[i] for i in rows), strict=True))
    columns = _kept(grid.xs, by_column, inside)
    return Grid(
        _edges(grid.xs, columns), _edges(grid.ys, rows), tuple(tuple(by_row[i][j] for j in columns) for i in rows)
    )


def _kept(edges: Sequence[float], bands: Sequence[tuple[int, ...]], inside: dict[int, list[Char]]) -> list[int]:
    thin = [abs(edges[i + 1] - edges[i]) < _THIN for i in range(len(bands))]
    elsewhere = {n for band, narrow in zip(bands, thin, strict=True) if not narrow for n in band}
    kept: list[int] = []
    for i, band in enumerate(bands):
        sliver = thin[i] and not any(inside.get(n) for n in set(band) - elsewhere)
        if not sliver and not (kept and band == bands[kept[-1]]) and any(band):
            kept.append(i)
    return kept


def _edges(edges: Sequence[float], kept: Sequence[int]) -> tuple[float, ...]:
    return (*(edges[i] for i in kept), edges[-1]) if kept else ()


def _joined(lines: Sequence[str]) -> str:
    """The wrapped lines of a cell as one; only between Latin words or numbers a space parts them."""
    out = ""
    for line in lines:
        parts = out[-1:].isascii() and out[-1:].isalnum() and line[:1].isascii() and line[:1].isalnum()
        out += (" " if parts else "") + line
    return out


def _interrupts(grid: Grid, framed: Sequence[Char], others: Sequence[Char]) -> bool:
    """Whether a framed text stands in the way of columns: two lines in it, and two beside it."""
    if len(lines_across(framed)) < 2:
        return False
    (left, right), (top, bottom) = grid.xs, grid.ys
    beside = [c for c in others if bottom < c.bottom and c.top < top and (c.right <= left or c.left >= right)]
    return len(lines_across(beside)) >= 2
