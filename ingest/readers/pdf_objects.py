"""What a PDF page shows beside its text: ruling lines, pictures, and other shapes, from pdfium's page objects."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.pdf_chars import Box, turned

_MAX_OBJECTS = 50_000
_MAX_SEGMENTS = 20_000
_MAX_RULINGS = 4_000
_MAX_DEPTH = 5
_THIN = 3.0  # points: a line or a bar as thin as one
_SHORTEST = 4.0
_WHITE = 250

Matrix = tuple[float, float, float, float, float, float]
_PLAIN: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A line along an axis: at height (``level``) or at distance ``at``, from ``start`` to ``end``, in points."""

    level: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """``pictures`` are the boxes of images inside the page; ``shapes`` counts drawn paths that are no ruling line."""

    rulings: tuple[Ruling, ...]
    pictures: tuple[Box, ...]
    shapes: int


@dataclass(slots=True)
class _Walk:
    """A walk over the objects of a page, with what it has found and what it may still cost."""

    raw: Any
    frame: Box
    quarter: int
    rulings: list[Ruling] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    shapes: int = 0
    objects: int = _MAX_OBJECTS
    segments: int = _MAX_SEGMENTS


def page_objects(page: Any, quarter: int, frame: Box) -> Drawn:  # noqa: ANN401 - a pypdfium2 page
    """Rulings and pictures of a page turned by ``quarter`` as its characters were, inside its ``frame``.

    A page with more lines than any table has is a drawing: it has no rulings then.
    """
    import pypdfium2.raw as raw

    walk = _Walk(raw, frame, quarter)
    for kind, item, matrix in _objects(walk, page.raw, _PLAIN, 0):
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            _take_picture(walk, item, matrix)
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            _take_path(walk, item, matrix)
    rulings = () if len(walk.rulings) > _MAX_RULINGS or walk.segments < 0 else tuple(walk.rulings)
    return Drawn(rulings, tuple(walk.pictures), walk.shapes)


def _objects(walk: _Walk, parent: Any, matrix: Matrix, depth: int) -> Iterator[tuple[int, Any, Matrix]]:  # noqa: ANN401
    raw = walk.raw
    count = raw.FPDFFormObj_CountObjects(parent) if depth else raw.FPDFPage_CountObjects(parent)
    get = raw.FPDFFormObj_GetObject if depth else raw.FPDFPage_GetObject
    for index in range(count):
        walk.objects -= 1
        if walk.objects < 0:
            return
        item = get(parent, index)
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_FORM:
            if depth < _MAX_DEPTH:
                yield from _objects(walk, item, _product(_matrix(raw, item), matrix), depth + 1)
        elif kind != raw.FPDF_PAGEOBJ_TEXT:
            yield kind, item, matrix


def _take_picture(walk: _Walk, item: Any, matrix: Matrix) -> None:  # noqa: ANN401 - a pdfium object
    box = _bounds(walk, item, matrix)
    frame = walk.frame
    seen = (max(box[0], frame[0]), max(box[1], frame[1]), min(box[2], frame[2]), min(box[3], frame[3]))
    if seen[0] < seen[2] and seen[1] < seen[3]:
        walk.pictures.append(seen)


def _take_path(walk: _Walk, item: Any, matrix: Matrix) -> None:  # noqa: ANN401 - a pdfium object
    if not _is_visible(walk.raw, item):
        return
    left, bottom, right, top = _bounds(walk, item, matrix)
    found: list[Ruling] = []
    if top - bottom <= _THIN < right - left:
        found = [Ruling(True, (bottom + top) / 2, left, right)]
    elif right - left <= _THIN < top - bottom:
        found = [Ruling(False, (left + right) / 2, bottom, top)]
    elif walk.segments >= 0:
        found = list(_sides(walk, item, matrix))
    if found:
        walk.rulings.extend(r for r in found if r.end - r.start >= _SHORTEST)
    else:
        walk.shapes += 1


def _sides(walk: _Walk, path: Any, matrix: Matrix) -> Iterator[Ruling]:  # noqa: ANN401 - a pdfium object
    """The straight pieces of a path that run along an axis: sides of a rectangle, or a whole grid in one path."""
    raw = walk.raw
    whole = _product(_matrix(raw, path), matrix)
    count = raw.FPDFPath_CountSegments(path)
    walk.segments -= count
    x, y = ctypes.c_float(), ctypes.c_float()
    first = last = (0.0, 0.0)
    for index in range(count if walk.segments >= 0 else 0):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        a, b, c, d, e, f = whole
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            first = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield from _ruling(walk, last, point)
        last = point
        if raw.FPDFPathSegment_GetClose(segment):
            yield from _ruling(walk, last, first)


def _ruling(walk: _Walk, start: tuple[float, float], end: tuple[float, float]) -> Iterator[Ruling]:
    (x0, x1), (y0, y1) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    left, bottom, right, top = turned((x0, y0, x1, y1), walk.quarter)
    if top - bottom < 0.5 and right - left >= _SHORTEST:
        yield Ruling(True, (bottom + top) / 2, left, right)
    elif right - left < 0.5 and top - bottom >= _SHORTEST:
        yield Ruling(False, (left + right) / 2, bottom, top)


def _is_visible(raw: Any, path: Any) -> bool:  # noqa: ANN401 - pdfium's module and object
    """Whether a path is filled or stroked in another colour than white: web pages are printed on white boxes."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, fill, stroke)
    colour = [ctypes.c_uint() for _ in range(4)]

    def shows(get: Any) -> bool:  # noqa: ANN401 - a pdfium function
        if not get(path, *colour):
            return True
        *rgb, alpha = (part.value for part in colour)
        return alpha > 8 and min(rgb) < _WHITE

    return bool(
        (fill.value and shows(raw.FPDFPageObj_GetFillColor)) or (stroke.value and shows(raw.FPDFPageObj_GetStrokeColor))
    )


def _bounds(walk: _Walk, item: Any, matrix: Matrix) -> Box:  # noqa: ANN401 - a pdfium object
    sides = [ctypes.c_float() for _ in range(4)]
    if not walk.raw.FPDFPageObj_GetBounds(item, *sides):
        return (0.0, 0.0, 0.0, 0.0)
    left, bottom, right, top = (side.value for side in sides)
    a, b, c, d, e, f = matrix
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (left, right) for y in (bottom, top)]
    box = (
        min(x for x, _ in corners),
        min(y for _, y in corners),
        max(x for x, _ in corners),
        max(y for _, y in corners),
    )
    return turned(box, walk.quarter)


def _matrix(raw: Any, item: Any) -> Matrix:  # noqa: ANN401 - pdfium's module and object
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, found):
        return _PLAIN
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def _product(inner: Matrix, outer: Matrix) -> Matrix:
    """First ``inner``, then ``outer``, as PDF's row vectors have it."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (
        a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u,
    )  # fmt: skip
