"""What an OFD page shows: characters with their boxes, ruling lines and pictures, from its objects' own coordinates.

An object's coordinates go through its CTM, then to the corner of its Boundary, then the same way for the unit it is
part of. The page's are millimetres with y downwards; all that comes out is in points with y upwards.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.ofd_package import child, children, kind
from ingest.readers.pdf_chars import Box
from ingest.readers.pdf_layout import Char
from kb.errors import UnreadableFile

Matrix = tuple[float, float, float, float, float, float]

POINTS = 72 / 25.4  # a millimetre
_SLANT = 0.1  # radians off the page's axes: a watermark
_TOP, _BOTTOM = 0.73, 0.03  # of the type size, over the baseline: the body of a character
_SPREAD = 0.25  # em that a character may be set wider than it is: spaces inside a run are characters
_MAX_DEPTH = 12
_MAX_OBJECTS = 5_000_000
_MAX_CHARS = 10_000_000
_MAX_ON_PAGE = 200_000  # characters, and objects; a page of a newspaper has 20,000
_MAX_PICTURES = 2_000
_MAX_PATH = 200_000  # characters; more is a drawing
_MAX_RULINGS = 4_000  # more than any table has: a drawing
_SHORTEST, _THIN = 4.0, 3.0
_WHITE = 250
_LIMIT = 1e6
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_PATH_PART = re.compile(rf"[A-Za-z]|{_NUMBER}")
_ARGUMENTS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7}


@dataclass(slots=True)
class Cost:
    """What is left of what one file may cost, whatever its parts refer to how often."""

    path: str
    objects: int = _MAX_OBJECTS
    chars: int = _MAX_CHARS

    def spend(self, *, objects: int = 0, chars: int = 0) -> None:
        """Raises UnreadableFile when the limits are used up."""
        self.objects -= objects
        self.chars -= chars
        if self.chars < 0:
            why = f"OFD 的文字超过上限（{_MAX_CHARS // 10_000} 万字）。请拆分文件后再试"
            raise UnreadableFile(self.path, why)
        if self.objects < 0:
            why = f"OFD 的图文对象超过上限（{_MAX_OBJECTS // 10_000} 万个）。请拆分文件后再试"
            raise UnreadableFile(self.path, why)


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character as it stands on the page, and by how many quarter turns counter-clockwise it is turned."""

    char: Char
    quarter: int


@dataclass(slots=True)
class Shown:
    """What objects show. ``hidden`` is text that is not drawn; ``pictures`` are (resource id, box).

    ``strokes`` are thin boxes. ``unmapped`` counts glyphs that have no character.
    """

    glyphs: list[Glyph] = field(default_factory=list)
    hidden: list[Glyph] = field(default_factory=list)
    strokes: list[Box] = field(default_factory=list)
    pictures: list[tuple[str, Box]] = field(default_factory=list)
    unmapped: int = 0

    @property
    def rulings(self) -> list[Box]:
        """The strokes that may be lines of a table."""
        return self.strokes if len(self.strokes) <= _MAX_RULINGS else []


@dataclass(slots=True)
class Reader:
    """Reads objects into ``shown``. ``unit`` gives the content of a composite object's unit by its resource id."""

    cost: Cost
    unit: Callable[[str], Any | None]
    shown: Shown = field(default_factory=Shown)
    objects: int = 0

    def read(self, block: Any, matrix: Matrix, *, hidden: bool = False, depth: int = 0) -> None:  # noqa: ANN401
        """The objects below an lxml element: layers and blocks have no place of their own."""
        for item in block:
            self.objects += 1
            self._spend(objects=1)
            what = kind(item)
            unseen = hidden or not _is_shown(item)
            if what in {"Layer", "PageBlock", "Content"} and depth < _MAX_DEPTH:
                self.read(item, matrix, hidden=unseen, depth=depth + 1)
            elif what == "TextObject":
                self._take_text(item, _placed(item, matrix), hidden=unseen)
            elif what == "CompositeObject" and depth < _MAX_DEPTH and not unseen:
                unit = self.unit(item.get("ResourceID", ""))
                if unit is not None:
                    self.read(unit, _placed(item, matrix), depth=depth + 1)
            elif what == "PathObject" and not unseen:
                self._take_path(item, _placed(item, matrix))
            elif what == "ImageObject" and not unseen and len(self.shown.pictures) < _MAX_PICTURES:
                self._take_picture(item, matrix)

    def _take_text(self, item: Any, matrix: Matrix, *, hidden: bool) -> None:  # noqa: ANN401
        size, turn = abs(_number(item.get("Size"))), round(_number(item.get("CharDirection")) / 90) % 4
        scale = _number(item.get("HScale"), 1.0)
        angle = math.atan2(matrix[1], matrix[0])
        quarter = round(angle / (math.pi / 2))
        if not size or abs(angle - quarter * math.pi / 2) > _SLANT:
            return
        drawn = item.get("Fill", "true").strip() != "false" or item.get("Stroke", "").strip() == "true"
        seen = drawn and not hidden
        out = self.shown.glyphs if seen else self.shown.hidden
        x = y = 0.0
        for code in children(item, "TextCode"):
            x, y = _number(code.get("X"), x), _number(code.get("Y"), y)
            text = re.sub(r"\s*\n\s*", "", "".join(code.itertext()))
            self._spend(chars=len(text))
            for character, (left, base), width in _set(text, code, (x, y), size, scale):
                if not _is_visible(character):
                    continue
                self.shown.unmapped += seen and _is_unmapped(character)
                body = (0.0, -_TOP * size, width, -_BOTTOM * size)
                box = _box(_turned_at((left, base), turn, matrix), body)
                out.append(Glyph(Char(character, *box), (quarter - turn) % 4))
        if seen:
            self._count_glyphs(item)

    def _spend(self, *, objects: int = 0, chars: int = 0) -> None:
        self.cost.spend(objects=objects, chars=chars)
        if max(self.objects, len(self.shown.glyphs) + len(self.shown.hidden) + chars) > _MAX_ON_PAGE:
            why = f"OFD 有一页的文字或图形超过上限（{_MAX_ON_PAGE // 10_000} 万），不是正常的页面，未读取"
            raise UnreadableFile(self.cost.path, why)

    def _count_glyphs(self, item: Any) -> None:  # noqa: ANN401
        """Glyphs of a text object that has not a single character."""
        if not any("".join(code.itertext()).strip() for code in children(item, "TextCode")):
            for transform in children(item, "CGTransform"):
                self.shown.unmapped += len("".join(transform.itertext()).split())

    def _take_path(self, item: Any, matrix: Matrix) -> None:  # noqa: ANN401
        data = child(item, "AbbreviatedData")
        text = "" if data is None else data.text or ""
        if len(text) > _MAX_PATH or len(self.shown.strokes) > _MAX_RULINGS or not _is_inked(item):
            return
        self.cost.spend(objects=len(text) // 64)
        lines, is_straight = _segments(text, matrix)
        whole = _around(lines) if lines and is_straight else None
        if whole is not None and min(whole[2] - whole[0], whole[3] - whole[1]) <= _THIN:
            lines = [whole]  # a bar as thin as a line
        self.shown.strokes.extend(box for line in lines if _is_ruling(box := _around([line])))

    def _take_picture(self, item: Any, matrix: Matrix) -> None:  # noqa: ANN401
        """A picture fills the unit square of its coordinates; without a CTM its Boundary."""
        if item.get("CTM"):
            box = _box(_placed(item, matrix), (0.0, 0.0, 1.0, 1.0))
        else:
            _, _, width, height = numbers(item.get("Boundary"), 4)
            box = _box(_placed(item, matrix), (0.0, 0.0, width, height))
        self.shown.pictures.append((item.get("ResourceID", ""), box))


def page_matrix(box: Box) -> Matrix:
    """From the coordinates of a page whose PhysicalBox (x, y, width, height) this is to points with y upwards."""
    x, y, _, height = box
    return (POINTS, 0.0, 0.0, -POINTS, -x * POINTS, (y + height) * POINTS)


def moved(matrix: Matrix, x: float, y: float) -> Matrix:
    """For coordinates whose origin stands at a point of those that ``matrix`` is for."""
    a, b, c, d, e, f = matrix
    return (a, b, c, d, a * x + c * y + e, b * x + d * y + f)


def numbers(text: str | None, count: int) -> tuple[float, ...]:
    """That many numbers of an array; all 0 where it is absent, short or none."""
    parts = (text or "").split()
    return tuple(map(_number, parts[:count])) if len(parts) >= count else (0.0,) * count


def _number(text: str | None, default: float = 0.0) -> float:
    try:
        value = float(text or "")
    except ValueError:
        return default
    return value if abs(value) < _LIMIT else default  # nor is it no number


def _placed(item: Any, outer: Matrix) -> Matrix:  # noqa: ANN401 - an lxml element
    """The matrix of an object's own coordinates."""
    x, y, _, _ = numbers(item.get("Boundary"), 4)
    outer = moved(outer, x, y)
    return _product(numbers(item.get("CTM"), 6), outer) if len((item.get("CTM") or "").split()) >= 6 else outer


def _product(inner: tuple[float, ...], outer: Matrix) -> Matrix:
    """First ``inner``, then ``outer``."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (
        a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u,
    )  # fmt: skip


def _turned_at(origin: tuple[float, float], turn: int, matrix: Matrix) -> Matrix:
    """For a character at its origin, turned by so many quarters clockwise."""
    there = moved(matrix, *origin)
    if not turn:
        return there
    cosine, sine = ((1, 0), (0, 1), (-1, 0), (0, -1))[turn]
    return _product((cosine, sine, -sine, cosine, 0.0, 0.0), there)


def _box(matrix: Matrix, box: Box) -> Box:
    """The box around a box after ``matrix``."""
    a, b, c, d, e, f = matrix
    left, low, right, high = box
    xs = (a * left + c * low, a * right + c * low, a * left + c * high, a * right + c * high)
    ys = (b * left + d * low, b * right + d * low, b * left + d * high, b * right + d * high)
    return min(xs) + e, min(ys) + f, max(xs) + e, max(ys) + f


def _set(
    text: str,
    code: Any,  # noqa: ANN401 - an lxml element
    at: tuple[float, float],
    size: float,
    scale: float,
) -> Iterator[tuple[str, tuple[float, float], float]]:
    """Characters of a run with their origins and widths."""
    steps = len(text) - 1
    across, down = _deltas(code.get("DeltaX"), steps), _deltas(code.get("DeltaY"), steps)
    x, y = at
    for index, character in enumerate(text):
        width = _em(character) * size * scale
        dx = width if across is None and down is None else _at(across, index)
        dy = _at(down, index)
        last = index == steps
        fits = not last and dy == 0 and 0 < dx <= width + _SPREAD * size * scale
        yield character, (x, y), dx if fits else width
        x, y = x + dx, y + dy


def _at(deltas: list[float] | None, index: int) -> float:
    """The step behind a character; too short a list goes on as it ends."""
    return deltas[min(index, len(deltas) - 1)] if deltas else 0.0


def _deltas(text: str | None, count: int) -> list[float] | None:
    """The first ``count`` distances of a DeltaX or DeltaY, in which ``g n v`` stands for n times v."""
    if not (text or "").strip():
        return None
    out: list[float] = []
    parts = iter((text or "").split())
    for part in parts:
        if len(out) >= count:
            break
        if part != "g":
            out.append(_number(part))
            continue
        times, value = int(_number(next(parts, None))), _number(next(parts, None))
        out.extend([value] * max(0, min(times, count - len(out))))
    return out


def _em(character: str) -> float:
    """How wide a character usually is, in em."""
    if character.isascii():
        return 0.9 if character in "mwMW@%" else 0.68 if character.isupper() else 0.5
    return 1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.6


def _is_visible(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) not in {"Cc", "Cf", "Cs"}


def _is_unmapped(character: str) -> bool:
    return character == "\ufffd" or unicodedata.category(character) == "Co"


def _is_shown(item: Any) -> bool:  # noqa: ANN401 - an lxml element
    return item.get("Visible", "true").strip() not in {"false", "0"} and _number(item.get("Alpha"), 255.0) > 0


def _is_inked(path: Any) -> bool:  # noqa: ANN401 - an lxml element
    """Whether a path is filled or stroked in another colour than white; a white one covers the page's ground."""

    def shows(attribute: str, default: str, colour: str) -> bool:
        if path.get(attribute, default).strip() != "true":
            return False
        found = child(path, colour)
        parts = [] if found is None else (found.get("Value") or "").split()
        return len(parts) not in {1, 3} or min(map(_number, parts)) < _WHITE

    return shows("Stroke", "true", "StrokeColor") or shows("Fill", "false", "FillColor")


def _segments(data: str, matrix: Matrix) -> tuple[list[Box], bool]:
    """The straight pieces of a path (x and y of both ends), and whether it has no others."""
    parts = _PATH_PART.findall(data)
    a, b, c, d, e, f = matrix
    out: list[Box] = []
    first = last = (e, f)
    at, is_straight = 0, True
    while at < len(parts):
        name = parts[at]
        values = parts[at + 1 : at + 1 + _ARGUMENTS.get(name, 0)]
        at += 1 + len(values)
        if name == "C":
            out.append((*last, *first))
            last = first
        elif len(values) >= 2:
            x, y = _number(values[-2]), _number(values[-1])
            point = (a * x + c * y + e, b * x + d * y + f)
            if name in "MS":
                first = point
            elif name == "L":
                out.append((*last, *point))
            else:
                is_straight = False
            last = point
    return out, is_straight


def _around(lines: Sequence[Box]) -> Box:
    """The box around pieces of a path."""
    xs, ys = [x for line in lines for x in line[::2]], [y for line in lines for y in line[1::2]]
    return min(xs), min(ys), max(xs), max(ys)


def _is_ruling(box: Box) -> bool:
    thin, long = sorted((box[2] - box[0], box[3] - box[1]))
    return thin <= _THIN and long >= _SHORTEST
