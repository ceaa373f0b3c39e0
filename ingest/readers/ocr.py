"""Reads the picture of a page: its characters with their boxes, and its ruling lines, as a PDF has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import TYPE_CHECKING

from ingest.readers.ocr_engine import engine
from ingest.readers.ocr_picture import (
    cut,
    grey,
    ink,
    inked,
    line_strips,
    pieces,
    rules,
    skew,
    straightened,
    text_rows,
    without,
)
from ingest.readers.pdf_chars import Box
from ingest.readers.pdf_layout import Char
from ingest.readers.pdf_objects import Ruling

if TYPE_CHECKING:
    from ingest.readers.ocr_engine import Picture, Quad
    from ingest.readers.ocr_picture import Mask, PixelBox

_HAN = re.compile(r"[\u3400-\u9fff]")
_SURE = 0.5  # confidence below which a line is taken for noise
_POOR = 0.75  # mean confidence of a page that may be upside down: upright ones have .95 and more, others .5
_WORTHLESS = 0.6  # mean confidence of a page whose lines are guesses: blurred beyond reading
_TALL = 1.5
_BODY = 0.35  # half the height of a character's body, in em
_MAX_STRIPS = 20
_OPENING, _CLOSING = "（《“‘〔【「『〈", "，。、；：！？）》”’〕】」』〉"
_FLAT = 0.35  # of the usual height of a line: ink as flat is part of a character
_COVERED = 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read off a picture, in points with y upwards, after it was straightened and turned upright.

    ``frame`` is the straightened picture. ``han`` counts Han characters; ``lost`` the lines that could not be read.
    """

    chars: tuple[Char, ...]
    rulings: tuple[Ruling, ...]
    frame: Box
    han: int
    lost: int


@dataclass(frozen=True, slots=True)
class _Line:
    """A line in pixels, y downwards."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def em(self) -> float:
        """Its type size: by its width where it has enough characters, never more than its height."""
        width = (self.right - self.left) / max(1.0, sum(_widths(self.text)))
        return min(width, self.bottom - self.top)


@dataclass(slots=True)
class _Page:
    """A picture being read, with its lines so far. ``mask`` is its ink without the ruling lines."""

    picture: Picture
    mask: Mask
    rules: list[tuple[bool, PixelBox]]
    lines: list[_Line] = field(default_factory=list)
    score: float = 0.0  # mean confidence of a character, what was dropped too
    lost: int = 0


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a picture lies: its left top corner in points, and the width of a pixel."""

    left: float
    top: float
    unit: float

    def box(self, left: float, top: float, right: float, bottom: float) -> Box:
        """A box in pixels as one in points."""
        unit = self.unit
        return (self.left + left * unit, self.top - bottom * unit, self.left + right * unit, self.top - top * unit)


def read_picture(
    picture: Picture, unit: float, *, corner: tuple[float, float] | None = None, level: bool = False
) -> Reading:
    """Everything that can be read off a picture whose pixels are ``unit`` points wide.

    ``corner`` is its left top corner in points (default: such that its bottom is at 0); ``level`` says that it lies
    straight and upright. Raises EngineMissing.
    """
    page = _read(picture, engine().boxes(picture)) if level else _upright(picture)
    if page.score < _WORTHLESS:
        page.lost += len(page.lines)
        page.lines = []
    page.lines = [_trimmed(line, page.mask) for line in page.lines]
    _read_missed(page)
    height, width = page.picture.shape[:2]
    left, top = corner or (0.0, height * unit)
    place = _Place(left, top, unit)
    return Reading(
        tuple(char for line in page.lines for char in _chars(line, place)),
        tuple(_ruling(level, place.box(*box)) for level, box in page.rules),
        place.box(0, 0, width, height),
        sum(len(_HAN.findall(line.text)) for line in page.lines),
        page.lost,
    )


def _upright(picture: Picture) -> _Page:
    """A page read the right way round: a lying one is known by its tall lines, one on its head by poor reading."""
    import numpy as np

    picture = straightened(picture, skew(picture))
    quads = engine().boxes(picture)
    if _lies(quads):
        picture = np.ascontiguousarray(np.rot90(picture))
        picture = straightened(picture, skew(picture))
        quads = engine().boxes(picture)
    page = _read(picture, quads)
    if quads and page.score < _POOR:
        turned = np.ascontiguousarray(np.rot90(picture, 2))
        other = _read(turned, engine().boxes(turned))
        if other.score > page.score:
            return other
    return page


def _lies(quads: Sequence[Quad]) -> bool:
    tall = sum(_size(quad)[1] for quad in quads if _is_tall(quad))
    return tall > sum(_size(quad)[0] for quad in quads if not _is_tall(quad))


def _page(picture: Picture) -> _Page:
    mask = ink(grey(picture))
    lined = rules(mask)
    return _Page(picture, without(mask, [box for _, box in lined]), lined)


def _read(picture: Picture, quads: Sequence[Quad]) -> _Page:
    """The lines inside these boxes."""
    places: list[Box] = []
    crops: list[Picture] = []
    page = _page(picture)
    for quad in _parted(page, quads):
        crop = cut(picture, quad)
        left, top = quad[:, 0].min(), quad[:, 1].min()
        bottom = quad[:, 1].max()
        for start, end in pieces(crop):
            crops.append(crop[:, start:end])
            places.append((float(left + start), float(top), float(left + end), float(bottom)))
    read = _read_again(page, places, engine().texts(crops))
    page.score = sum(score * len(text) for text, score in read) / max(1, sum(len(text) for text, _ in read))
    for (text, score), box in zip(read, places, strict=True):
        if text.strip() and score >= _SURE:
            page.lines.append(_Line(text, *box))
        else:
            page.lost += box[2] - box[0] >= 2 * (box[3] - box[1])
    return page


def _read_again(page: _Page, places: Sequence[Box], read: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """What was read, poor lines once more without what their box holds of the lines above and below."""
    poor: dict[int, Picture] = {}
    if 2 * sum(score < _POOR for _, score in read) > len(read):
        return list(read)  # the page is upside down
    for i, (left, top, right, bottom) in enumerate(places):
        if read[i][1] >= _POOR:
            continue
        rows = text_rows(page.mask[int(top) : int(bottom), int(left) : int(right)], _FLAT * (bottom - top))
        if rows:
            middle = (bottom - top) / 2
            start, end = min(rows, key=lambda row: abs(sum(row) / 2 - middle))
            spare = (end - start) // 6
            high, low = max(0, int(top) + start - spare), int(top) + end + spare
            poor[i] = page.picture[high:low, int(left) : int(right)]
    again = dict(zip(poor, engine().texts(list(poor.values())), strict=True))
    return [max(first, again.get(i, first), key=lambda result: result[1]) for i, first in enumerate(read)]


def _parted(page: _Page, quads: Sequence[Quad]) -> Iterator[Quad]:
    """The boxes, those that hold several lines (two words above one another in a narrow cell) cut into their lines.

    A stack of single characters is a label in a table; elsewhere it would be read across with the lines beside it.
    """
    import numpy as np

    plain = [quad for quad in quads if not _is_tall(quad)]
    usual = median([_size(quad)[1] for quad in plain] or [0.0])
    in_table = any(not level for level, _ in page.rules)
    for quad in quads:
        width, height = _size(quad)
        if not _is_tall(quad) and height <= _TALL * usual:
            yield quad
            continue
        left, top, right, bottom = (*map(int, quad.min(axis=0)), *map(int, quad.max(axis=0)))
        rows = text_rows(page.mask[top:bottom, left:right], _FLAT * usual)
        if len(rows) < 2 and not _is_tall(quad):
            yield quad
        elif width > _TALL * usual or in_table:
            for start, end in rows:
                if any(other is not quad and _overlap(other, (left, top + start, right, top + end)) for other in plain):
                    continue
                spare = (end - start) // 6
                high, low = max(0, top + start - spare), top + end + spare
                yield np.array([(left, high), (right, high), (right, low), (left, low)], dtype=np.float32)
        else:
            page.lost += 1


def _overlap(quad: Quad, row: tuple[int, int, int, int]) -> bool:
    """Whether a box covers a good part of a row."""
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    across = min(right, row[2]) - max(left, row[0])
    down = min(bottom, row[3]) - max(top, row[1])
    return bool(across > 0 and down > _COVERED * (row[3] - row[1]))


def _trimmed(line: _Line, mask: Mask) -> _Line:
    left, right = inked(mask, line.left, line.top, line.right, line.bottom)
    return replace(line, left=left, right=right)


def _read_missed(page: _Page) -> None:
    """Read once more, each by itself, the strips of ink that look like lines and that detection passed over."""
    if not page.lines:
        return
    em = median(line.em for line in page.lines)
    mask = page.mask.copy()
    for line in page.lines:
        mask[max(0, int(line.top)) : int(line.bottom) + 1, max(0, int(line.left)) : int(line.right) + 1] = 0
    strips = list(line_strips(mask, em))[:_MAX_STRIPS]
    crops = [page.picture[top:bottom, left:right] for left, top, right, bottom in strips]
    for (text, score), (left, top, right, bottom) in zip(engine().texts(crops), strips, strict=True):
        if score >= _POOR and len(text.strip()) > 1:
            page.lines.append(_Line(text, float(left), float(top), float(right), float(bottom)))
        else:
            page.lost += 1


def _chars(line: _Line, place: _Place) -> Iterator[Char]:
    """The characters of a line, its width shared out among them; spaces are the gaps left."""
    widths = _widths(line.text)
    unit = (line.right - line.left) / sum(widths)
    middle, half = (line.top + line.bottom) / 2, _BODY * line.em
    at = line.left
    for char, width in zip(line.text, widths, strict=True):
        end = at + unit * width
        if not char.isspace():
            left, bottom, right, top = place.box(at, middle - half, end, middle + half)
            yield Char(char, left, bottom, right, top)
        at = end


def _widths(text: str) -> list[float]:
    """Widths of characters in em. A stop that ends a line, or a bracket that begins it, is white on its other half."""
    widths = [0.5 if char.isascii() else 1.0 for char in text]
    if text[0] in _OPENING:
        widths[0] = 0.5
    if text[-1] in _CLOSING:
        widths[-1] = 0.5
    return widths


def _ruling(level: bool, box: Box) -> Ruling:
    left, bottom, right, top = box
    return Ruling(True, (bottom + top) / 2, left, right) if level else Ruling(False, (left + right) / 2, bottom, top)


def _size(quad: Quad) -> tuple[float, float]:
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    return float(right - left), float(bottom - top)


def _is_tall(quad: Quad) -> bool:
    width, height = _size(quad)
    return height >= _TALL * width
