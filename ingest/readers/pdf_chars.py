"""The visible characters of a PDF page with their boxes, in as few calls to pdfium per character as it takes."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from ingest.readers.pdf_layout import Char

Box = tuple[float, float, float, float]

_BLANK = frozenset({0xA0, 0x3000, 0xFFFE, 0xFEFF})
_FULL_WIDTH = 0x2E80  # from here on characters are as wide as high
_FLAT, _LOW, _BELOW = 0.75, 0.4, 0.12  # of the type size
_STOPS = frozenset(map(ord, ",.;:'\""))  # half-width ones beside Han; a small letter may be one that is raised
_PAIRED = frozenset({0x2014, 0x2026})  # two of — or … may be one glyph
_SLANT = 0.1  # radians off the page's axes: a watermark


@dataclass(frozen=True, slots=True)
class PageChars:
    """Characters of a page, upright; ``quarter`` says by how many quarter turns clockwise the page was turned for it.

    ``frame`` is the page's box in the same coordinates. ``unmapped`` counts the characters without a Unicode value.
    """

    chars: tuple[Char, ...]
    unmapped: int
    quarter: int
    frame: Box


def page_chars(page: Any) -> PageChars:  # noqa: ANN401 - a pypdfium2 page
    """Characters along the page's main writing direction and inside it: a slanted watermark is none of the text."""
    import pypdfium2.raw as raw

    unicode_of, angle_of, box_of = raw.FPDFText_GetUnicode, raw.FPDFText_GetCharAngle, raw.FPDFText_GetLooseCharBox
    has_no_map = raw.FPDFText_HasUnicodeMapError
    crop: Box = page.get_bbox()
    text_page = page.get_textpage()
    handle = text_page.raw
    rect = raw.FS_RECTF()
    pointer = ctypes.byref(rect)
    by_quarter: dict[int, list[Char]] = {}
    unmapped, size = 0, 0.0  # size: of the type, as wide as the last full-width character
    for index in range(text_page.count_chars()):
        code = unicode_of(handle, index)
        if code <= 32 or code in _BLANK or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
            continue
        quarter = 0
        angle = angle_of(handle, index)
        if angle:
            quarter = round(angle / (math.pi / 2))
            if abs(angle - quarter * math.pi / 2) > _SLANT:
                continue
            quarter = -quarter % 4  # pdfium's angles run clockwise
        box_of(handle, index, pointer)
        box = (rect.left, rect.bottom, rect.right, rect.top)
        if quarter == 0:
            size = box[2] - box[0] if code >= _FULL_WIDTH else size
            if is_flat(code, box[3] - box[1], size):
                box = _on_its_line(handle, index, box, size)
        if not _inside(box, crop):
            continue
        if code == 0xFFFD or 0xE000 <= code <= 0xF8FF or has_no_map(handle, index) == 1:
            unmapped += 1
        found = by_quarter.setdefault(quarter, [])
        found.append(_upright(chr(code), box, quarter))
        if code in _PAIRED:
            found[-2:] = _shared(found[-2:])
    text_page.close()
    counts = Counter({quarter: len(chars) for quarter, chars in by_quarter.items()})
    main = counts.most_common(1)[0][0] if counts else page.get_rotation() // 90 % 4
    return PageChars(tuple(by_quarter.get(main, ())), unmapped, main, turned(crop, main))


def turned(box: Box, quarter: int) -> Box:
    """A box after so many quarter turns clockwise about the origin."""
    left, bottom, right, top = box
    for _ in range(quarter):
        left, bottom, right, top = bottom, -right, top, -left
    return left, bottom, right, top


def is_flat(code: int, height: float, size: float) -> bool:
    """Whether a character's box is only as high as its glyph, in type of this size."""
    return height < (_FLAT if code >= _FULL_WIDTH or code in _STOPS else _LOW) * size


def _on_its_line(handle: Any, index: int, box: Box, size: float) -> Box:  # noqa: ANN401 - a pdfium text page
    """The box as high as the type: a font that states no ascent leaves a box only as high as the glyph."""
    import pypdfium2.raw as raw

    x, y = ctypes.c_double(), ctypes.c_double()
    if not raw.FPDFText_GetCharOrigin(handle, index, ctypes.byref(x), ctypes.byref(y)):
        return box
    return box[0], y.value - _BELOW * size, box[2], y.value + (1 - _BELOW) * size


def _shared(pair: list[Char]) -> list[Char]:
    """Two equal characters that have one box share it: —— drawn as one glyph."""
    if len(pair) < 2 or pair[0] != pair[1]:
        return pair
    middle = (pair[0].left + pair[0].right) / 2
    return [replace(pair[0], right=middle), replace(pair[1], left=middle)]


def _inside(box: Box, crop: Box) -> bool:
    across, up = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return crop[0] <= across <= crop[2] and crop[1] <= up <= crop[3]


def _upright(text: str, box: Box, quarter: int) -> Char:
    """A character in coordinates where its line runs to the right; its height cut to the body of the type."""
    left, bottom, right, top = turned(box, quarter) if quarter else box
    trim = 0.15 * (top - bottom)
    return Char(text, left, bottom + trim, right, top - trim)
