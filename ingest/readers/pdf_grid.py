"""Ruling lines of a page to grids of cells: lines that meet make one grid, its cells are the places between walls."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.readers.pdf_objects import Ruling

_SNAP = 3.0  # points: lines as near as this are one, ends as near as this meet
_MAX_LINES = 600
_MAX_UNITS = 40_000
_COVER = 0.8  # how much of a side must be drawn to be a wall
_OVERHANG = 6.0  # points that level lines must reach past the last upright one to have a column there


@dataclass(frozen=True, slots=True)
class _Line:
    level: bool
    at: float
    spans: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Lines of a table: ``xs`` ascending, ``ys`` descending; ``cells[row][column]`` numbers the cell, 0 is outside."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[tuple[int, ...], ...]

    def cell(self, x: float, y: float) -> int:
        """The number of the cell at a point, 0 outside."""
        column = bisect_right(self.xs, x) - 1
        row = bisect_right(self.ys, -y, key=lambda level: -level) - 1
        inside = 0 <= column < len(self.xs) - 1 and 0 <= row < len(self.ys) - 1
        return self.cells[row][column] if inside else 0


def grids(rulings: Sequence[Ruling]) -> Iterator[Grid]:
    """The grid of every group of lines that meet. A page with too many lines for a table has none."""
    levels, uprights = _lines([r for r in rulings if r.level]), _lines([r for r in rulings if not r.level])
    if min(len(levels), len(uprights)) < 2 or max(len(levels), len(uprights)) > _MAX_LINES:
        return
    for rows, columns in _groups(levels, uprights):
        grid = _grid(rows, columns)
        if grid is not None:
            yield grid


def _lines(rulings: Sequence[Ruling]) -> list[_Line]:
    """Rulings of one direction with those at one distance put together; a double rule of two thin ones is one."""
    out: list[_Line] = []
    group: list[Ruling] = []
    for ruling in sorted(rulings, key=lambda r: r.at):
        if group and ruling.at - group[-1].at > _SNAP:
            out.extend(_line(group))
            group = []
        group.append(ruling)
    if group:
        out.extend(_line(group))
    return out


def _line(group: Sequence[Ruling]) -> Iterator[_Line]:
    """The pieces of rulings at one distance that do not touch: each may belong to another table."""
    at = sum(r.at for r in group) / len(group)
    spans: list[tuple[float, float]] = []
    for start, end in sorted((r.start, r.end) for r in group):
        if spans and start <= spans[-1][1] + _SNAP:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((start, end))
    return (_Line(group[0].level, at, (span,)) for span in spans)


def _groups(levels: Sequence[_Line], uprights: Sequence[_Line]) -> Iterator[tuple[list[_Line], list[_Line]]]:
    """Level and upright lines that meet, directly or by others."""
    nodes = [*levels, *uprights]
    leader = list(range(len(nodes)))

    def find(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    for i, level in enumerate(levels):
        for j, upright in enumerate(uprights, len(levels)):
            if _covers(level, upright.at, upright.at) and _covers(upright, level.at, level.at):
                leader[find(i)] = find(j)
    groups: dict[int, list[_Line]] = {}
    for i, node in enumerate(nodes):
        groups.setdefault(find(i), []).append(node)
    for members in groups.values():
        rows, columns = [m for m in members if m.level], [m for m in members if not m.level]
        if len(rows) >= 2 and columns:
            yield rows, columns


def _covers(line: _Line, start: float, end: float) -> bool:
    """Whether a line is drawn along most of the way from ``start`` to ``end``."""
    reached = sum(max(0.0, min(b + _SNAP, end) - max(a - _SNAP, start)) for a, b in line.spans)
    if end == start:
        return any(a - _SNAP <= start <= b + _SNAP for a, b in line.spans)
    return reached >= _COVER * (end - start)


def _at(lines: Sequence[_Line]) -> dict[float, _Line]:
    """Lines by distance, with the pieces of each."""
    out: dict[float, _Line] = {}
    for line in lines:
        before = out.get(line.at)
        out[line.at] = line if before is None else _Line(line.level, line.at, (*before.spans, *line.spans))
    return out


def _grid(levels: Sequence[_Line], uprights: Sequence[_Line]) -> Grid | None:
    rows, columns = _at(levels), _at(uprights)
    _close(rows, columns)
    _close(columns, rows)
    ys, xs = tuple(sorted(rows, reverse=True)), tuple(sorted(columns))
    height, width = len(ys) - 1, len(xs) - 1
    if height < 1 or width < 1 or height * width > _MAX_UNITS:
        return None
    above = [[_covers(rows[y], xs[j], xs[j + 1]) for j in range(width)] for y in ys]
    beside = [[_covers(columns[x], ys[i + 1], ys[i]) for x in xs] for i in range(height)]
    cells = _flooded(height, width, above, beside)
    return Grid(xs, ys, cells) if any(map(any, cells)) else None


def _close(lines: dict[float, _Line], across: dict[float, _Line]) -> None:
    """Give a table the outer line it lacks on a side (its sides left open, a page's end) where its ``lines`` end.

    All of them that reach beyond the last line ``across`` end together there, the two outermost among them.
    """
    for pick, sign in ((min, -1.0), (max, 1.0)):
        edge = pick(across)
        ends = {at: pick(x for span in line.spans for x in span) for at, line in lines.items()}
        beyond = {at: end for at, end in ends.items() if (end - edge) * sign > _OVERHANG}
        if len(beyond) < 3 or min(lines) not in beyond or max(lines) not in beyond:
            continue
        if max(beyond.values()) - min(beyond.values()) <= 2 * _SNAP:
            level = not next(iter(lines.values())).level
            at = pick(beyond.values())
            across[at] = _Line(level, at, ((min(lines), max(lines)),))


def _flooded(
    height: int, width: int, above: Sequence[Sequence[bool]], beside: Sequence[Sequence[bool]]
) -> tuple[tuple[int, ...], ...]:
    """Cells numbered from 1 in reading order: the places not parted by a wall; 0 where the wall to the outside is open.

    ``above[i][j]`` is the wall over place (i, j), ``beside[i][j]`` the one at its left.
    """
    cells = [[-1] * width for _ in range(height)]
    number = 0
    for i in range(height):
        for j in range(width):
            if cells[i][j] >= 0:
                continue
            number += 1
            reached, open_ = _room(i, j, above, beside)
            for k, m in reached:
                cells[k][m] = 0 if open_ else number
            number -= open_
    return tuple(map(tuple, cells))


def _room(
    i: int, j: int, above: Sequence[Sequence[bool]], beside: Sequence[Sequence[bool]]
) -> tuple[set[tuple[int, int]], bool]:
    """The places that can be reached from (i, j), and whether the outside is one of them."""
    height, width = len(beside), len(above[0])
    reached, todo, open_ = {(i, j)}, [(i, j)], False
    while todo:
        k, m = todo.pop()
        steps = (
            (above[k][m], k - 1, m),
            (above[k + 1][m], k + 1, m),
            (beside[k][m], k, m - 1),
            (beside[k][m + 1], k, m + 1),
        )
        for wall, row, column in steps:
            if wall or (row, column) in reached:
                continue
            if not (0 <= row < height and 0 <= column < width):
                open_ = True
                continue
            reached.add((row, column))
            todo.append((row, column))
    return reached, open_
