"""Lines of a PDF page put together to paragraphs by where they stand: margins, indentation, type size, leading.

Boxes are (left, bottom, right, top) in points; distances are in em of the line's own height.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.layout import Line, Shape, em, ends_sentence

_WINDOW = 8
_INDENT = 1.2
_SHORT = 1.8
_LEADING = 1.7


def paragraphs_by_box(lines: Sequence[Line]) -> list[Shape]:
    """Paragraphs as index ranges, in order, covering every line. Every line has a box."""
    margins = [_margins(lines, i) for i in range(len(lines))]
    shapes: list[Shape] = []
    start = column = 0
    for i in range(1, len(lines) + 1):
        if i == len(lines) or _breaks(lines, margins, i):
            shapes.append(_shape(lines, margins, column, start, i - 1))
            if i < len(lines) and not _same_column(margins, i):
                column += 1
            start = i
    return shapes


def _box(line: Line) -> tuple[float, float, float, float]:
    assert line.box is not None
    return line.box


def _size(line: Line) -> float:
    """Type size: the line's width by its characters where it has enough of them, else its height."""
    left, bottom, right, top = _box(line)
    width = em(line.content.text)
    return (right - left) / width if width >= 4 else max(top - bottom, 1.0)


def _margins(lines: Sequence[Line], at: int) -> tuple[float, float]:
    """Left and right margin of the column that a line stands in, by its neighbours of the same type size."""
    left, _, right, _ = _box(lines[at])
    size = _size(lines[at])
    for step in (-1, 1):
        i = at + step
        while 0 <= i < len(lines) and abs(i - at) <= _WINDOW:
            a, _, b, _ = _box(lines[i])
            overlaps = min(b, right) - max(a, left) > 0
            if overlaps and abs(_size(lines[i]) - size) <= 0.15 * size:
                left, right = min(a, left), max(b, right)
            elif not overlaps:
                break
            i += step
    return left, right


def _same_column(margins: Sequence[tuple[float, float]], at: int) -> bool:
    return abs(margins[at][0] - margins[at - 1][0]) < 20 and abs(margins[at][1] - margins[at - 1][1]) < 40


def _indent(lines: Sequence[Line], margins: Sequence[tuple[float, float]], at: int) -> float:
    return (_box(lines[at])[0] - margins[at][0]) / _size(lines[at])


def _missing(lines: Sequence[Line], margins: Sequence[tuple[float, float]], at: int) -> float:
    return (margins[at][1] - _box(lines[at])[2]) / _size(lines[at])


def _breaks(lines: Sequence[Line], margins: Sequence[tuple[float, float]], at: int) -> bool:
    """Whether a paragraph ends before line ``at``."""
    before, line = lines[at - 1], lines[at]
    if line.hard or line.alone or before.alone:
        return True
    if abs(_size(line) - _size(before)) > 0.2 * _size(before):
        return True
    if _indent(lines, margins, at) >= _INDENT or _missing(lines, margins, at - 1) >= _SHORT:
        return True
    return _same_column(margins, at) and _gap(before, line) > _LEADING * _pitch(lines, at)


def _gap(before: Line, line: Line) -> float:
    """Distance from one baseline down to the next; 0 where the next line starts a new column or page."""
    return max(0.0, _box(before)[1] - _box(line)[1]) if before.page == line.page else 0.0


def _pitch(lines: Sequence[Line], at: int) -> float:
    gaps = sorted(
        g for i in range(max(1, at - _WINDOW), min(len(lines), at + _WINDOW)) if (g := _gap(lines[i - 1], lines[i])) > 0
    )
    return gaps[len(gaps) // 2] if gaps else 1000.0


def _shape(lines: Sequence[Line], margins: Sequence[tuple[float, float]], column: int, first: int, last: int) -> Shape:
    left, right = margins[first]
    head = _indent(lines, margins, first) < _INDENT / 2 and last > first and not lines[first].hard
    tail = not ends_sentence(lines[last].content.text) and _missing(lines, margins, last) < _SHORT and last > first
    return Shape(first, last, column, (right - left) / _size(lines[first]), head, tail)
