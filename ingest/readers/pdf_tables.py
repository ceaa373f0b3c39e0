"""Ruled tables of a page: ruling lines to a grid, characters to its cells.

The lines come from the page's own drawing (or from a scan's picture), the characters are those the text is made of, so
each of them is either in a cell or in the running text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.breaking import unbroken_head
from ingest.readers.build import join_lines
from ingest.readers.pdf_chars import Box
from ingest.readers.pdf_grid import Grid, grids
from ingest.readers.pdf_layout import Char, TextLine, count_lines, lines_across
from ingest.readers.pdf_objects import Ruling

_ARTICLE = 800  # characters in one cell of a table with few cells: a page's frame, no table
_PADDING = 16.0  # points of white that a cell has at both sides of its text together, or less
_GOES_ON, _ADDS = "，、。；：！？,;（(", "（(，、。；：）)"  # no space is needed behind or before these
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
    upward = sorted(range(len(chars)), key=lambda i: _middle(chars[i]))
    heights = [_middle(chars[i]) for i in upward]
    taken: set[int] = set()
    for grid in grids(rulings):
        level = upward[bisect_left(heights, grid.ys[-1]) : bisect_right(heights, grid.ys[0])]
        inside, others = _parted(chars, sorted(i for i in level if i not in taken), grid)
        cells = {number: [chars[i] for i in found] for number, found in inside.items()}
        grid = _without_slivers(grid, cells)
        table = _table(grid, cells)
        if table is not None:
            tables.append(table)
        elif _is_frame(grid, cells, others):
            frames.extend(map(tuple, cells.values()))
        else:
            continue
        taken.update(i for found in inside.values() for i in found)
    return Ruled(tuple(tables), tuple(frames), tuple(c for i, c in enumerate(chars) if i not in taken))


def _middle(char: Char) -> float:
    return (char.bottom + char.top) / 2


def _parted(chars: Sequence[Char], at: Sequence[int], grid: Grid) -> tuple[dict[int, list[int]], list[Char]]:
    """Which of the characters at these places stand in which cell, and those beside the grid."""
    inside: dict[int, list[int]] = {}
    others: list[Char] = []
    for i in at:
        char = chars[i]
        number = grid.cell((char.left + char.right) / 2, _middle(char))
        if number:
            inside.setdefault(number, []).append(i)
        else:
            others.append(char)
    return inside, others


def _table(grid: Grid, inside: dict[int, list[Char]]) -> RuledTable | None:
    """The table of a grid with text in it, or None where it only frames text."""
    if len(grid.xs) < 3 or len(grid.ys) < 3 or len(inside) < 2:
        return None
    if max(map(len, inside.values())) > _ARTICLE and len({n for row in grid.cells for n in row}) <= 6:
        return None
    widths = _widths(grid)
    texts = {number: _cell(lines_across(chars), widths.get(number, 0.0)) for number, chars in inside.items()}
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


def _widths(grid: Grid) -> dict[int, float]:
    """How wide each cell is, in points."""
    left: dict[int, float] = {}
    right: dict[int, float] = {}
    for numbers in grid.cells:
        for column, number in enumerate(numbers):
            left[number] = min(left.get(number, grid.xs[column]), grid.xs[column])
            right[number] = max(right.get(number, 0.0), grid.xs[column + 1])
    return {number: right[number] - left[number] for number in left}


def _cell(lines: Sequence[TextLine], width: float) -> str:
    """The text of a cell: lines that were wrapped are one, those that ended before they had to are said apart."""
    parts = [lines[0].text]
    for before, line in pairwise(lines):
        if _ends_early(before, line, width):
            parts.append(line.text)
        else:
            parts[-1] = _wrapped(parts[-1], line.text)
    return parts[0] if len(parts) == 1 else join_lines(parts)


def _ends_early(before: TextLine, line: TextLine, width: float) -> bool:
    """Whether the head of a line would have fit into the one before, so that it begins something else."""
    if before.text[-1] in _GOES_ON or line.text[0] in _ADDS:
        return False
    moved = sum(0.5 if char.isascii() else 1.0 for char in unbroken_head(line.text)) + 0.5
    return before.right - before.left + moved * max(before.em, line.em) + _PADDING < width


def _wrapped(text: str, line: str) -> str:
    """Text and the line it goes on in; only between Latin words or numbers a space parts them."""
    parts = text[-1:].isascii() and text[-1:].isalnum() and line[:1].isascii() and line[:1].isalnum()
    return text + (" " if parts else "") + line


def _is_frame(grid: Grid, inside: dict[int, list[Char]], others: Sequence[Char]) -> bool:
    """Whether one box of text stands in the way of columns: two lines in it, and two beside it."""
    if len(inside) != 1 or not len(grid.xs) == len(grid.ys) == 2:
        return False
    (framed,) = inside.values()
    if count_lines(framed) < 2:
        return False
    (left, right), (top, bottom) = grid.xs, grid.ys
    beside = [c for c in others if bottom < c.bottom and c.top < top and (c.right <= left or c.left >= right)]
    return count_lines(beside) >= 2
