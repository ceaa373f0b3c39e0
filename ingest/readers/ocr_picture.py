"""What is done to the picture of a page before it is read: straightening, cutting out lines, finding ruling lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cv2.typing import MatLike

    from ingest.readers.ocr_engine import Picture, Quad

    Mask = MatLike  # uint8, height x width: 255 where there is ink, or shades of grey

_STEEPEST = 6.0  # degrees of skew looked for
_LEAST = 0.25  # degrees not worth turning for
_SURE = 1.1  # how much sharper the lines must get
_PROFILE = 1400  # pixels of the longer side that the angle is taken at
_STEPS = ((0.5, _STEEPEST, 12_000), (0.1, 0.5, 40_000))  # degrees, how far to both sides, dark points looked at
_LONGEST = 50  # heights: a longer line is cut, for the network's memory grows with the square
_RULE = 0.03  # of the longer side: a straight stroke as long as this is no part of a character
_RULE_WEIGHT = 10  # pixels
_MAX_RULES = 2000
_THINNEST, _DENSEST = 0.08, 0.55  # share of ink in a line of text
PixelBox = tuple[int, int, int, int]  # left, top, right, bottom


def skew(picture: Picture) -> float:
    """Angle of the lines of text in degrees, counter-clockwise, between -6 and 6; 0 where there are no clear lines.

    The angle whose projection has the sharpest steps between lines and the white between them.
    """
    import cv2
    import numpy as np

    scale = min(1.0, _PROFILE / max(picture.shape[:2]))
    small = cv2.resize(grey(picture), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    points = np.argwhere(ink(small))
    if len(points) < 200:
        return 0.0

    def sharpness(angle: float) -> float:
        level = sample @ (np.cos(np.radians(angle)), np.sin(np.radians(angle)))
        steps = np.diff(np.bincount((level - level.min()).astype(np.int64)))
        return float((steps * steps).sum())

    best = 0.0
    for step, reach, size in _STEPS:
        sample = np.random.default_rng(0).permutation(points)[:size]
        best = float(max(best + np.arange(-reach, reach + step / 2, step), key=sharpness))
    return best if abs(best) >= _LEAST and sharpness(best) > _SURE * sharpness(0.0) else 0.0


def straightened(picture: Picture, angle: float) -> Picture:
    """The picture turned back by ``angle`` degrees on a white sheet large enough to lose no corner."""
    import cv2

    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1.0)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    wide, high = round(width * cos + height * sin), round(width * sin + height * cos)
    turn[0, 2] += (wide - width) / 2
    turn[1, 2] += (high - height) / 2
    return cv2.warpAffine(picture, turn, (wide, high), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))


def grey(picture: Picture) -> Mask:
    """The picture without its colours."""
    import cv2

    return cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)


def ink(shades: Mask) -> Mask:
    """Where a grey picture is darker than its surroundings; the grain of a scan is smoothed away."""
    import cv2

    smooth = cv2.GaussianBlur(shades, (3, 3), 0)
    return cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 15)


def rules(mask: Mask) -> list[tuple[bool, PixelBox]]:
    """Ruling lines in the ink of a page: whether level, and where."""
    import cv2

    length = max(40, round(_RULE * max(mask.shape)))
    found: list[tuple[bool, PixelBox]] = []
    for level in (True, False):
        thick = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_RECT, (1, 3) if level else (3, 1)))
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (length, 1) if level else (1, length))
        _, _, stats, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(thick, cv2.MORPH_OPEN, kernel))
        for left, top, width, height, _ in stats[1 : _MAX_RULES + 1].tolist():
            if (height if level else width) <= _RULE_WEIGHT:
                found.append((level, (left, top, left + width, top + height)))
    return found


def without(mask: Mask, boxes: Sequence[PixelBox]) -> Mask:
    """The ink outside boxes that are a little larger than these."""
    bare = mask.copy()
    for left, top, right, bottom in boxes:
        bare[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2] = 0
    return bare


def inked(mask: Mask, left: float, top: float, right: float, bottom: float) -> tuple[float, float]:
    """Left and right end of the ink inside a box, for detection draws its boxes wide; the box's own if it is empty."""
    import numpy as np

    part = mask[int(top) : int(bottom) + 1, int(left) : int(right) + 1]
    columns = np.flatnonzero(np.count_nonzero(part, axis=0) >= 2)
    if not len(columns):
        return left, right
    return int(left) + float(columns[0]), int(left) + float(columns[-1]) + 1


def text_rows(mask: Mask, least: float) -> list[tuple[int, int]]:
    """Top and bottom of the lines in a block of ink; what is lower than ``least`` goes with the line next to it."""
    import numpy as np

    inked_rows = np.count_nonzero(mask, axis=1) >= 2
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inked_rows, [False]]).astype(np.int8)))
    rows: list[tuple[int, int]] = []
    for top, bottom in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        flat = rows and min(bottom - top, rows[-1][1] - rows[-1][0]) < least
        if flat and top - rows[-1][1] < least:
            rows[-1] = (rows[-1][0], bottom)
        else:
            rows.append((top, bottom))
    return [(top, bottom) for top, bottom in rows if bottom - top >= least]


def line_strips(mask: Mask, em: float) -> Iterator[PixelBox]:
    """Boxes of what looks like lines of text of about this size: as high as one, longer than a few characters."""
    import cv2

    reach = max(3, round(1.2 * em))
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (reach, 1)))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    margin = round(0.15 * em)
    for left, top, width, height, _ in stats[1:].tolist():
        if not (0.6 * em <= height <= 1.5 * em and width >= 4 * em):
            continue
        share = mask[top : top + height, left : left + width].mean() / 255
        if _THINNEST <= share <= _DENSEST:
            yield max(0, left - margin), max(0, top - margin), left + width + margin, top + height + margin


def cut(picture: Picture, quad: Quad) -> Picture:
    """The line inside a (nearly) level quadrangle, as an upright picture of its own."""
    import cv2
    import numpy as np

    width = max(1, round(max(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[2] - quad[3]))))
    height = max(1, round(max(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[1] - quad[2]))))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    transform = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    return cv2.warpPerspective(
        picture, transform, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )


def pieces(line: Picture) -> Iterator[tuple[int, int]]:
    """Where to cut a very long line, in pixels from its left: at the whitest places near equal parts."""
    height, width = line.shape[:2]
    count = -(-width // (_LONGEST * height))
    edges = [0]
    for number in range(1, count):
        near = width * number // count
        low, high = max(edges[-1] + 1, near - height), min(width, near + height)
        columns = line[:, low:high].mean(axis=(0, 2))
        edges.append(low + int(columns.argmax()))
    yield from zip(edges, [*edges[1:], width], strict=True)
