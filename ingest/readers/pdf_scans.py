"""Pages of a PDF that are pictures: which they are, and reading them, one page or picture at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.readers.encoding import PLAUSIBLE, plausibility
from ingest.readers.pdf_chars import Box, PageChars, page_chars
from ingest.readers.pdf_layout import Char, count_lines
from ingest.readers.pdf_objects import Drawn, page_objects
from ingest.readers.pdf_pages import Page, make_page

if TYPE_CHECKING:
    from ingest.readers.ocr_engine import Picture

_DPI = 200
_LONGEST = 4000  # pixels
_SHORTEST = 1650
_FEW = 10  # characters: less is no text
_OUTLINES = 30  # drawn shapes: text set as outlines has one a character
_PAGE_SHARE, _PICTURE_SHARE = 0.05, 0.1  # of the page: what makes an empty page a scan, what in a page of text is read
_LINES_OVER = 2
_ENOUGH = 20  # Han read off a picture beside text: less is a photograph with a sign on it


@dataclass(frozen=True, slots=True)
class Sight:
    """A page as known and as it looks: ``picture`` is turned as its characters are, its pixels are ``unit`` points."""

    found: PageChars
    drawn: Drawn
    picture: Picture
    unit: float


@dataclass(frozen=True, slots=True)
class Scanned:
    """A page after OCR. ``read`` says whether anything was read, ``lost`` counts lines that could not be."""

    page: Page
    read: bool
    lost: int


def is_garbled(chars: Sequence[Char], unmapped: int) -> bool:
    """Whether the text layer of a page has other characters than the page shows: its font has no table of them."""
    if len(chars) < _FEW:
        return False
    text = "".join(char.text for char in chars)
    han = sum("\u4e00" <= c <= "\u9fff" for c in text)
    latin = sum("\u0080" <= c <= "\u024f" for c in text)
    unlikely = han >= 100 and plausibility(text) < PLAUSIBLE / 2
    return unmapped > 0.3 * len(text) or latin > 0.3 * len(text) or unlikely


def shows_something(drawn: Drawn, frame: Box) -> bool:
    """Whether a page without text has a picture or drawing worth reading."""
    return drawn.shapes >= _OUTLINES or sum(map(_area, drawn.pictures)) >= _PAGE_SHARE * _area(frame)


def pictures_to_read(found: PageChars, drawn: Drawn) -> list[Box]:
    """The large pictures of a page of text that lie under no text of the page, a line or two of a margin aside."""
    large = [box for box in drawn.pictures if _area(box) >= _PICTURE_SHARE * _area(found.frame)]
    return [box for box in large if count_lines([c for c in found.chars if _holds(box, c)]) <= _LINES_OVER]


def look(page: Any) -> Sight:  # noqa: ANN401 - a pypdfium2 page
    """Everything that is needed to read a page, so that pdfium is free while it is read."""
    import pypdfium2.raw as raw

    found = page_chars(page)
    left, bottom, right, top = found.frame
    longest = max(right - left, top - bottom, 1.0)
    scale = min(max(_DPI / 72, _SHORTEST / longest), _LONGEST / longest)
    turn = (90 * found.quarter - page.get_rotation()) % 360
    bitmap = page.render(scale=scale, rotation=turn, force_bitmap_format=raw.FPDFBitmap_BGR)
    picture = bitmap.to_numpy().copy()
    bitmap.close()
    return Sight(found, page_objects(page, found.quarter, found.frame), picture, 1 / scale)


def read_page(sight: Sight, *, keep: bool) -> Scanned:
    """A page read as one picture; ``keep``: with the few characters of its text layer. Raises EngineMissing."""
    from ingest.readers.ocr import read_picture

    frame = sight.found.frame
    kept = sight.found.chars if keep else ()
    _whiten(sight, kept)
    reading = read_picture(sight.picture, sight.unit)
    _, bottom, _, top = reading.frame
    scan = make_page(reading.chars, reading.rulings, bottom, top)
    printed = make_page(kept, sight.drawn.rulings, frame[1], frame[3])
    middle = (frame[1] + frame[3]) / 2
    above = [line for line in printed.lines if line.bottom > middle]
    below = [line for line in printed.lines if line.bottom <= middle]
    return Scanned(Page((*above, *scan.items, *below), bottom, top), len(reading.chars) >= _FEW, reading.lost)


def read_pictures(sight: Sight) -> Scanned:
    """A page of text with what its large pictures say in its place. Raises EngineMissing."""
    from ingest.readers.ocr import read_picture

    found, drawn, unit = sight.found, sight.drawn, sight.unit
    _whiten(sight, found.chars)
    chars, rulings, lost = list(found.chars), list(drawn.rulings), 0
    read = False
    for box in pictures_to_read(found, drawn):
        left, top, right, bottom = _pixels(box, found.frame, unit)
        corner = (found.frame[0] + left * unit, found.frame[3] - top * unit)
        reading = read_picture(sight.picture[top:bottom, left:right], unit, corner=corner, level=True)
        if reading.han >= _ENOUGH:
            chars += reading.chars
            rulings += reading.rulings
            lost += reading.lost
            read = True
    return Scanned(make_page(chars, rulings, found.frame[1], found.frame[3]), read, lost)


def _whiten(sight: Sight, chars: Sequence[Char]) -> None:
    """Cover characters that are known already."""
    for char in chars:
        spare = 0.3 * (char.top - char.bottom)
        box = (char.left, char.bottom - spare, char.right, char.top + spare)
        left, top, right, bottom = _pixels(box, sight.found.frame, sight.unit)
        sight.picture[top:bottom, left:right] = 255


def _pixels(box: Box, frame: Box, unit: float) -> tuple[int, int, int, int]:
    """Left, top, right and bottom in the picture of a page."""
    left, bottom, right, top = box
    return (
        max(0, math.floor((left - frame[0]) / unit)),
        max(0, math.floor((frame[3] - top) / unit)),
        max(0, math.ceil((right - frame[0]) / unit)),
        max(0, math.ceil((frame[3] - bottom) / unit)),
    )


def _holds(box: Box, char: Char) -> bool:
    return box[0] <= (char.left + char.right) / 2 <= box[2] and box[1] <= (char.bottom + char.top) / 2 <= box[3]


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])
