"""Characters of a page to lines in reading order: columns by an XY cut, lines by overlap, spaces by gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from ingest.readers.scripts import raised

_COLUMN_GAP = 0.8  # em of white from top to bottom that can part columns
_MIN_COLUMN = 8.0  # em; narrower is a column of a table
_MIN_LINES = 3
_MIN_FILL = 0.6  # how much of its column a line of running text covers (median); cells of a table cover less
_MAX_SPACES = 12
_DEPTH = 6
_SMALL, _RAISED = 0.75, 0.3  # of the height of the character before: a power is smaller and stands higher
_OF_POWERS = frozenset("0123456789-−–")
_EFFORT = 40  # looks at a character, on the average: a page takes 2 to 7 of them, a long table has no end
#: First character of a :class:`Char` that stands for something else than text: a line by itself, its text kept.
MARK = "\x1d"


@dataclass(frozen=True, slots=True)
class Char:
    """A visible character with its box in points, y upwards."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text with its box; ``region`` numbers the run of lines read together, ``em`` is its character size."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    em: float
    region: int


@dataclass(slots=True)
class _Search:
    """What the search for columns on one page goes by; ``effort`` is what it may still cost, in characters."""

    em: float
    effort: int


def page_lines(chars: Sequence[Char]) -> list[TextLine]:
    """The lines of a page in reading order: down a column, then the next; what spans the columns parts them."""
    if not chars:
        return []
    search = _Search(_em(chars), _EFFORT * len(chars))
    out: list[TextLine] = []
    for number, region in enumerate(_regions(_strips(chars), search, _DEPTH)):
        out.extend(_text_line(row, number) for row in _rows(region))
    return out


def lines_across(chars: Sequence[Char]) -> list[TextLine]:
    """The lines of one block, such as a cell of a table: no columns are looked for."""
    return [_text_line(row, 0) for row in _rows(chars)]


def count_lines(chars: Sequence[Char]) -> int:
    """How many lines a block has."""
    return len(_rows(chars))


def _em(chars: Sequence[Char]) -> float:
    wide = [c.right - c.left for c in chars if ord(c.text[0]) > 0x2E80]
    if len(wide) >= 0.2 * len(chars):
        return max(1.0, median(wide))
    return max(1.0, median(c.top - c.bottom for c in chars) * 1.3)


def _strips(chars: Sequence[Char]) -> list[list[Char]]:
    """Characters parted where a horizontal line can be drawn through white, from the top down."""
    strips: list[list[Char]] = []
    lowest = 0.0
    for char in sorted(chars, key=lambda c: -c.top):
        if not strips or char.top <= lowest:
            strips.append([])
            lowest = char.bottom
        strips[-1].append(char)
        lowest = min(lowest, char.bottom)
    return strips


def _regions(strips: list[list[Char]], search: _Search, depth: int) -> Iterator[list[Char]]:
    """Runs of characters to read line by line, in reading order."""
    plain: list[Char] = []
    at = 0
    while at < len(strips):
        band = _column_band(strips, at, search) if depth else None
        if band is None:
            plain.extend(strips[at])
            at += 1
            continue
        if plain:
            yield plain
            plain = []
        end, cuts = band
        for side in _split([c for strip in strips[at:end] for c in strip], cuts):
            yield from _regions(_strips(side), search, depth - 1)
        at = end
    if plain:
        yield plain


def _column_band(strips: list[list[Char]], start: int, search: _Search) -> tuple[int, list[float]] | None:
    """The longest run of strips from ``start`` parted by white gaps into columns of running text: (end, x of cuts)."""
    gaps: list[tuple[float, float]] = [(float("-inf"), float("inf"))]
    runs: list[list[tuple[float, float]]] = []  # the gaps with text on both sides, for each length of run
    left, right = float("inf"), float("-inf")
    for strip in strips[start:]:
        search.effort -= len(strip)
        if search.effort < 0:
            return None
        left, right = min(left, *(c.left for c in strip)), max(right, *(c.right for c in strip))
        gaps = _narrowed(gaps, strip, search.em)
        if len(gaps) <= 2 and all(a <= left or b >= right for a, b in gaps):
            break
        runs.append([(b - a, (a + b) / 2) for a, b in gaps if a > left and b < right])
    tried = 0
    for length in range(len(runs), 0, -1):
        inner = sorted(runs[length - 1], reverse=True)
        if len(inner) == tried:
            continue  # the same columns, shorter: not tried line by line, a page of tables would take minutes
        tried = len(inner)
        inside = [c for strip in strips[start : start + length] for c in strip] if inner else []
        for cuts in ([cut for _, cut in inner], *([cut] for _, cut in inner)):
            search.effort -= len(inside)
            if cuts and search.effort >= 0 and all(_is_column(side, search.em) for side in _split(inside, cuts)):
                return start + length, cuts
    return None


def _split(chars: Sequence[Char], cuts: Sequence[float]) -> list[list[Char]]:
    edges = [float("-inf"), *sorted(cuts), float("inf")]
    return [[c for c in chars if a <= c.left < b] for a, b in pairwise(edges)]


def _narrowed(gaps: list[tuple[float, float]], strip: Sequence[Char], em: float) -> list[tuple[float, float]]:
    """What is left of the vertical white gaps below one more strip, if wide enough to part columns."""
    needed = _COLUMN_GAP * max(em, _em(strip))  # a space between the words of a large headline is no gap
    inked = _merged(sorted((c.left, c.right) for c in strip), needed)
    edges = [float("-inf"), *(x for interval in inked for x in interval), float("inf")]
    white = list(zip(edges[::2], edges[1::2], strict=True))
    met = [(max(a, c), min(b, d)) for a, b in gaps for c, d in white]
    return [(a, b) for a, b in met if b - a >= needed]


def _merged(intervals: Sequence[tuple[float, float]], reach: float = 0.0) -> list[tuple[float, float]]:
    """Sorted intervals put together where they overlap or less than ``reach`` parts them."""
    out: list[tuple[float, float]] = []
    for left, right in intervals:
        if out and (left <= out[-1][1] or left - out[-1][1] < reach):
            out[-1] = (out[-1][0], max(out[-1][1], right))
        else:
            out.append((left, right))
    return out


def _is_column(chars: Sequence[Char], em: float) -> bool:
    if not chars:
        return False
    left, right = min(c.left for c in chars), max(c.right for c in chars)
    rows = _rows(chars)
    if len(rows) < _MIN_LINES or right - left < _MIN_COLUMN * em:
        return False
    return median(sum(b - a for a, b in _merged(sorted((c.left, c.right) for c in row))) for row in rows) >= (
        _MIN_FILL * (right - left)
    )


def _rows(chars: Sequence[Char]) -> list[list[Char]]:
    """Lines from the top down, each from left to right; a character half beside a line belongs to it."""
    rows: list[list[Char]] = []
    current: list[Char] = []
    top = bottom = 0.0
    for char in sorted(chars, key=lambda c: -(c.top + c.bottom)):
        if char.text[0] == MARK:
            rows.append([char])
            continue
        height = min(char.top - char.bottom, top - bottom)
        if current and min(char.top, top) - max(char.bottom, bottom) >= 0.5 * height:
            current.append(char)
            continue
        current = [char]
        rows.append(current)
        top, bottom = char.top, char.bottom
    return [_without_doubles(sorted(row, key=lambda c: c.left)) for row in rows]


def _without_doubles(row: list[Char]) -> list[Char]:
    """Without the second print of a character set a hair beside the first to look bold."""
    kept: list[Char] = []
    for char in row:
        reach = 0.3 * (char.right - char.left)
        if not any(c.text == char.text and abs(c.left - char.left) < reach for c in kept[-4:]):
            kept.append(char)
    return kept


def _text_line(row: list[Char], region: int) -> TextLine:
    em = _em(row)
    row = _with_powers(row)
    parts = [row[0].text]
    for before, char in pairwise(row):
        parts.append(" " * _spaces(before, char, em))
        parts.append(char.text)
    return TextLine(
        "".join(parts),
        min(c.left for c in row),
        min(c.bottom for c in row),
        max(c.right for c in row),
        max(c.top for c in row),
        em,
        region,
    )


def _with_powers(row: list[Char]) -> list[Char]:
    """The line with the numbers that are set small and high right behind a number or unit as powers: 10⁻⁴, m²."""
    tallest = max(char.top - char.bottom for char in row)
    if not any(char.text in _OF_POWERS and char.top - char.bottom < _SMALL * tallest for char in row):
        return row
    out: list[Char] = []
    at = 0
    while at < len(row):
        base, end = row[at], at + 1
        while end < len(row) and _is_power(base, row[end - 1], row[end]):
            end += 1
        power = row[at + 1 : end]
        digits = raised("".join(char.text for char in power))
        out += [base, *(replace(char, text=text) for char, text in zip(power, digits, strict=True))]
        at = end
    return out


def _is_power(base: Char, before: Char, char: Char) -> bool:
    if char.text not in _OF_POWERS or not (base.text == "米" or (base.text.isascii() and base.text.isalnum())):
        return False
    rise, height = char.bottom - base.bottom, base.top - base.bottom
    small = char.top - char.bottom < _SMALL * height and char.left - before.right < height / 2
    return small and _RAISED * height < rise < height


def _spaces(before: Char, after: Char, em: float) -> int:
    gap = (after.left - before.right) / em
    if before.text.isascii() and after.text.isascii():
        return 0 if gap < 0.12 else min(_MAX_SPACES, max(1, round(gap)))
    return 0 if gap < 0.6 else min(_MAX_SPACES, max(1, round(gap)))
