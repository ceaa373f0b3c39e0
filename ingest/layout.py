"""Physical lines of a page put together to paragraphs, by column width and indentation alone.

Widths are in em: a Han character is 1, a Latin one a half. A column's full lines differ by a character either way
(punctuation is squeezed); the first line of a paragraph is two short, the last is shorter and ends a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.labels import rows
from ingest.mapped import Mapped
from ingest.outline import label_at
from kb.text.docnumber import find_doc_numbers

_WINDOW = 6
_INDENT = 1.25
_SHORT = 2.0
TERMINAL = "。？！：；!?"
_CLOSERS = "”’」』）)》】"
_BULLETS = "①②③④⑤⑥⑦⑧⑨⑩●■◆★▲·•"
#: 各区县人民政府：, 市政府各部门：
_SALUTATION = re.compile(
    r"(?:各[^。；！？]{1,58}|[^。；！？，]{1,30}(?:政府|[局委厅府院会校]|部门|单位|企业|中心)[）)]?)[：:]"
)
_HEAD_WORD = re.compile(r"目\s*[录次]|附\s*件\s*\d{0,2}\s*[：:]?")
_DAY = re.compile(
    r"(?:\d{4}|[二一][〇○零Ｏ一二三四五六七八九]{3})\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
)
_LONGEST_LINE, _LONGEST_ROW = 60, 120


@dataclass(slots=True)
class Line:
    """A physical line. ``gap`` counts blank lines before it; ``hard`` marks a line that starts afresh whatever else."""

    content: Mapped
    gap: int
    hard: bool = False
    alone: bool = False
    page: int | None = None
    box: tuple[float, float, float, float] | None = None

    @property
    def width(self) -> float:
        """Width in em, spaces left out."""
        return em(self.content.text)


@dataclass(frozen=True, slots=True)
class Shape:
    """What layout says of a paragraph: its lines, its column's width, and whether its head or tail was cut off."""

    first: int
    last: int
    column: int
    width: float
    open_head: bool
    open_tail: bool


def em(text: str) -> float:
    """Width of a text in em. Spaces count where they part Latin or digits; elsewhere they are stretched type."""
    total = 0.0
    for i, char in enumerate(text):
        if char.isspace():
            total += 0.5 if text[i - 1].isascii() or text[i + 1 : i + 2].isascii() else 0.0
        else:
            total += 0.5 if ord(char) < 0x2000 else 0.75 if char in "“”‘’" else 1.0
    return total


def ends_sentence(text: str) -> bool:
    """Whether a line ends like a paragraph: a full stop or the like, perhaps with closing quotes behind it."""
    bare = text.rstrip()
    stripped = bare.rstrip(_CLOSERS)
    return bool(stripped) and stripped[-1] in TERMINAL


def is_wrapped(lines: Sequence[Line]) -> bool:
    """Whether lines are physical lines of a column, not one paragraph each.

    A line that was cut goes on in the next one, is prose, and is as wide as its column. So it is for many lines in
    columns of changing width; for fewer where they are the widest of all and no blank lines part them.
    """
    if len(lines) < 4:
        return False
    widths = [line.width for line in lines]
    cut = [i for i in range(len(lines) - 1) if widths[i] >= 6 and _goes_on(lines[i], lines[i + 1])]
    widest = max(widths)
    here = [i for i in cut if widths[i] >= max(widths[max(0, i - 3) : i + 4]) - 2.1]
    anywhere = [i for i in cut if widths[i] >= widest - 1.6]
    spaced = sum(line.gap > 0 for line in lines[1:]) > 0.5 * (len(lines) - 1)
    uniform = not spaced and len(anywhere) >= max(3, 0.12 * len(lines), 0.4 * len(cut)) and _is_prose(lines, anywhere)
    return uniform or (len(here) >= (0.35 if spaced else 0.3) * len(lines) and _is_prose(lines, here))


def _is_prose(lines: Sequence[Line], at: Sequence[int]) -> bool:
    """Whether most of the lines have commas or stops within them, as lists of names have not, and none is too wide."""
    marked = sum(any(mark in lines[i].content.text[:-1] for mark in "，。；、,") for i in at)
    return len(at) >= 2 and marked >= 0.4 * len(at) and sorted(lines[i].width for i in at)[len(at) // 2] <= 60


def _goes_on(line: Line, below: Line) -> bool:
    """Whether a line may be cut, to go on below: neither ends nor begins what stands there by itself."""
    text = line.content.text.rstrip()
    if ends_sentence(text) or text[-1:] in "）)】》" or line.alone or below.hard or below.gap > 1:
        return False
    return not (is_line(text) or is_fresh(below.content.text))


def is_fresh(text: str) -> bool:
    """Whether a line begins afresh: with the ordinal of a heading or item, a label, or as a line by itself."""
    return (label_at(text) or "run") != "run" or text[:1] in _BULLETS or is_row(text) or is_line(text)


def is_row(text: str) -> bool:
    """Whether a line begins with a label of the document's metadata; its value may go on below."""
    return len(text) <= _LONGEST_ROW and bool(rows(text.strip()))


def is_line(text: str) -> bool:
    """Whether a text is a line by itself whatever its width: a day, a 文号, a salutation, 目录, 附件1."""
    bare = text.strip()
    if len(bare) > _LONGEST_LINE:
        return False
    numbers = find_doc_numbers(bare)
    alone = bool(numbers) and len(bare) - (numbers[0].end - numbers[0].start) <= 2
    return alone or any(pattern.fullmatch(bare) for pattern in (_SALUTATION, _HEAD_WORD, _DAY))


def paragraphs(lines: Sequence[Line]) -> list[Shape]:
    """Paragraphs of wrapped lines as index ranges, in order, covering every line."""
    own = [line.width for line in lines]
    columns = _columns(lines, own)
    page = _Page(lines, own, columns, _local_widths(lines, own, columns))
    shapes: list[Shape] = []
    start = 0
    for i in range(1, len(lines) + 1):
        if i == len(lines) or _breaks(page, start, i):
            shapes.append(_shape(page, start, i - 1))
            start = i
    return [part for shape in shapes for part in _display_lines(lines, columns, shape)]


def _display_lines(lines: Sequence[Line], columns: Sequence[int], shape: Shape) -> list[Shape]:
    """Lines of headlines and orphan subheads one by one: text without any stop or comma is no running text."""
    block = lines[shape.first : shape.last + 1]
    after = shape.last + 1
    whole = (shape.first == 0 or columns[shape.first - 1] != shape.column) and (
        after == len(lines) or columns[after] != shape.column
    )
    marks = "。；？！;" if whole and len(block) <= 4 else "，。；：？！,;"
    if len(block) < 2 or any(mark in line.content.text for line in block for mark in marks):
        return [shape]
    if shape.open_tail and after < len(lines) and columns[after] == shape.column:
        return [shape]
    return [Shape(i, i, shape.column, shape.width, False, False) for i in range(shape.first, shape.last + 1)]


@dataclass(frozen=True, slots=True)
class _Page:
    """Lines with their own widths, their columns, and the width of a full line around each."""

    lines: Sequence[Line]
    own: Sequence[float]
    columns: Sequence[int]
    full: Sequence[float]


def _shape(page: _Page, first: int, last: int) -> Shape:
    width = page.full[first]
    head = page.own[first] > width - _INDENT and last > first and not page.lines[first].hard
    tail = not ends_sentence(page.lines[last].content.text) and page.own[last] > page.full[last] - _SHORT
    return Shape(first, last, page.columns[first], width, head, tail and last > first)


def _columns(lines: Sequence[Line], widths: Sequence[float]) -> list[int]:
    """A column number for each line; it changes where the width does, or at a hard line."""
    numbers: list[int] = []
    column = 0
    since = 0
    for i, line in enumerate(lines):
        if i and (line.hard or lines[i - 1].alone or (i - since >= 2 and _width_changes(lines, widths, since, i))):
            column += 1
            since = i
        numbers.append(column)
    return numbers


def _width_changes(lines: Sequence[Line], widths: Sequence[float], since: int, at: int) -> bool:
    """Whether the lines from ``at`` on are of another width than those before it."""
    limit = min(at + _WINDOW, len(lines))
    stop = next((j for j in range(at + 1, limit) if lines[j].hard or lines[j].alone), limit)
    behind = _full(lines, widths, max(since, at - _WINDOW), at)
    if widths[at] >= 1.35 * behind and widths[at] >= behind + 4:
        return True
    ahead_lines = widths[at:stop]
    ahead = _full(lines, widths, at, stop)
    if len(ahead_lines) < 3 or abs(ahead - behind) < max(2.5, 0.13 * behind):
        return False
    # Lines that only look narrow: the last of a paragraph, and headings below it.
    if ahead < behind and (ahead < 8 or sum(abs(w - ahead) <= 1.6 for w in ahead_lines) < 3):
        return False
    if ends_sentence(lines[at - 1].content.text):
        return abs(widths[at] - ahead) <= 3
    return abs(widths[at] - behind) > 2.5 and abs(widths[at] - ahead) <= 2.5


def _full(lines: Sequence[Line], widths: Sequence[float], start: int, stop: int) -> float:
    """The width of a full line: the median of those inside a paragraph, else the 75th percentile of all.

    A line inside a paragraph neither follows a stop (it would be indented) nor ends in one (it could be the last).
    """
    inside = sorted(
        widths[i]
        for i in range(start, stop)
        if not ends_sentence(lines[i].content.text) and i > start and not ends_sentence(lines[i - 1].content.text)
    )
    if len(inside) >= 2:
        return inside[len(inside) // 2]
    ordered = sorted(widths[start:stop])
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.75))]


def _local_widths(lines: Sequence[Line], widths: Sequence[float], columns: Sequence[int]) -> list[float]:
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for i, column in enumerate(columns):
        first.setdefault(column, i)
        last[column] = i + 1
    return [
        _full(lines, widths, max(first[c], i - _WINDOW), min(last[c], i + _WINDOW + 1)) for i, c in enumerate(columns)
    ]


def _breaks(page: _Page, start: int, at: int) -> bool:
    """Whether a paragraph that began at ``start`` ends before line ``at``."""
    before, line = page.lines[at - 1], page.lines[at]
    if line.hard or before.alone or line.alone:
        return True
    width, full = page.own[at - 1], page.full[at - 1]
    indented = page.own[at] <= page.full[at] - _INDENT
    # The first line of a paragraph is short by its indentation already.
    first_line = start == at - 1
    short = width <= full - (_SHORT + 1.1 if first_line else _SHORT)
    ends = ends_sentence(before.content.text)
    if is_line(before.content.text) or is_line(line.content.text):
        return True
    if is_fresh(line.content.text) and (ends or short or width <= full - 1):
        return True
    if page.columns[at] != page.columns[at - 1]:
        # A single line above another column is a headline, not the head of a paragraph.
        return indented or first_line or ends
    if ends:
        slightly_short = width <= full - 1
        opens = indented and not (ends_sentence(line.content.text) and not slightly_short)
        both_short = slightly_short and page.own[at] <= page.full[at] - 1
        return short or opens or both_short
    return short and first_line and _stands_alone(page, at, indented)


def _stands_alone(page: _Page, at: int, indented: bool) -> bool:
    """Whether the line above ``at``, which ends in no stop, is a line by itself: a subhead, a signature."""
    limit = min(at + _WINDOW, len(page.lines))
    stop = next((j for j in range(at, limit) if page.columns[j] != page.columns[at]), limit)
    narrow = min(_full(page.lines, page.own, at, stop), page.full[at - 1])
    width = page.own[at - 1]
    return (indented or width <= 0.6 * narrow) and width <= max(0.75 * narrow, narrow - 5)
