"""Lines of a typeset page put together to paragraphs by where they stand: margins, indentation, type size, leading.

Boxes are (left, bottom, right, top) in points; distances are in em of the line's own type.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.breaking import unbroken_head
from ingest.layout import Line, Shape, em, ends_sentence, is_line, is_row
from ingest.outline import label_at

_WINDOW = 8
_INDENT = 1.2
_FIRST_LINE = 3.0  # the deepest indentation of a first line
_AT_MARGIN = 0.5
_SHORT = 1.8
_ROOM, _WIDER_ROOM = 0.5, 1.6  # what a full line may lack beside the piece that went to the next one
_LONGEST_PIECE = 6.0
_LEADING, _LEADING_BEHIND_STOP = 1.7, 1.2
_SIZES, _OTHER_TYPE = 0.2, 0.15  # share by which type sizes of one paragraph, and of one column, may differ
_HALF_WIDTH = frozenset(";:")
_WORD, _NARROW, _WIDE = 4.0, 15.0, 25.0  # an entry of a form; a line with stops, and any line, that is none
_FEW_WORDS, _MOSTLY_HAN = 0.3, 0.6  # of a line's characters
_SAME_MARGIN, _SAME_EDGE = 20, 40  # points
#: The label of an item whose further lines hang below its text: 1. 2、 （3） ① ●
_ITEM = re.compile(r"(?:\d{1,2}[.．、)）]|[（(]\d{1,2}[）)]|[①-⑳●■◆▲·•])[ \u3000]*")
_HANGS = (-0.25, 0.6)  # how far the text of an item may begin beside the end of its label as measured
#: 开票日期：2031年, 机器编号：6611
_ENTRY = re.compile(r"[^，。；：:\s]{2,8}[：:]\s*\S")
#: Two wide gaps: a row of a table without rules. 青岩区    45    600
_ROW = re.compile(r"\S {3,}\S.* {3,}\S")


def paragraphs_by_box(lines: Sequence[Line]) -> list[Shape]:
    """Paragraphs as index ranges, in order, covering every line. Every line has a box."""
    page = _Page.of(lines)
    shapes: list[Shape] = []
    start = column = 0
    for i in range(1, len(lines) + 1):
        if i == len(lines) or _breaks(page, i):
            shapes.append(_shape(page, column, start, i - 1))
            if i < len(lines) and not page.same_column(i):
                column += 1
            start = i
    return shapes


@dataclass(frozen=True, slots=True)
class _Page:
    """Lines as they are set: the type size of each, the left and right margin of its column, whether it is alone there.

    Of a line that is alone nothing tells whether it is a full one. ``hanging`` ones stand below the text of an item.
    """

    lines: Sequence[Line]
    texts: Sequence[str]
    sizes: Sequence[float]
    margins: Sequence[tuple[float, float]]
    lone: Sequence[bool]
    hanging: list[bool]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> _Page:
        """Lines with boxes."""
        sizes = _sizes(lines)
        columns = [_column(lines, sizes, i) for i in range(len(lines))]
        texts = [line.content.text for line in lines]
        margins, lone = [found for found, _ in columns], [alone for _, alone in columns]
        page = cls(lines, texts, sizes, margins, lone, [False] * len(lines))
        for i in range(1, len(lines)):
            page.hanging[i] = page._hangs(i)
        return page

    def indent(self, at: int) -> float:
        """How far right of the margin a line begins, in em."""
        return (_box(self.lines[at])[0] - self.margins[at][0]) / self.sizes[at]

    def missing(self, at: int) -> float:
        """How far left of the margin a line ends, in em."""
        return (self.margins[at][1] - _box(self.lines[at])[2]) / self.sizes[at]

    def same_column(self, at: int) -> bool:
        """Whether a line stands in the column of the line before it."""
        (left, right), (a, b) = self.margins[at - 1], self.margins[at]
        return abs(left - a) < _SAME_MARGIN and abs(right - b) < _SAME_EDGE

    def below(self, at: int) -> bool:
        """Whether a line begins within the column of the line before it."""
        left, right = self.margins[at - 1]
        return left - self.sizes[at] <= _box(self.lines[at])[0] <= right

    def same_size(self, at: int) -> bool:
        """Whether a line is set in the type of the line before it."""
        return abs(self.sizes[at] - self.sizes[at - 1]) <= _SIZES * self.sizes[at - 1]

    def goes_on(self, at: int) -> bool:
        """Whether a line stands at the margin where the first lines of paragraphs are indented."""
        if abs(self.indent(at)) >= _AT_MARGIN:
            return False
        around = range(max(0, at - _WINDOW), min(len(self.lines), at + _WINDOW + 1))
        return any(
            _INDENT <= self.indent(i) <= _FIRST_LINE
            and abs(self.margins[i][0] - self.margins[at][0]) < _SAME_MARGIN
            and not self.hanging[i]
            for i in around
        )

    def ends_short(self, at: int) -> bool:
        """Whether a line ends where the head of the next one would have fit into it."""
        missing, goes_on = self.missing(at), self.goes_on(at + 1)
        if label_at(self.texts[at + 1]) or (_ends(self.texts[at]) and not goes_on):
            return missing >= _SHORT
        moved = min(em(unbroken_head(self.texts[at + 1])), _LONGEST_PIECE)
        return missing >= max(_SHORT, moved + (_WIDER_ROOM if goes_on else _ROOM))

    def _hangs(self, at: int) -> bool:
        """Whether a line goes on with an item, indented as far as the item's text."""
        if label_at(self.texts[at]) or not self.same_size(at) or self.ends_short(at - 1):
            return False
        offset = (_box(self.lines[at])[0] - _box(self.lines[at - 1])[0]) / self.sizes[at]
        item = _ITEM.match(self.texts[at - 1])
        if item:
            return _HANGS[0] <= offset - em(item.group()) <= _HANGS[1]
        return self.hanging[at - 1] and abs(offset) < _AT_MARGIN


def _ends(text: str) -> bool:
    """Whether a line ends a sentence or item; half-width marks count too."""
    return ends_sentence(text) or text.rstrip()[-1:] in _HALF_WIDTH


def _box(line: Line) -> tuple[float, float, float, float]:
    assert line.box is not None
    return line.box


def _sizes(lines: Sequence[Line]) -> list[float]:
    """Type sizes: a line's width by its characters; of short ones and those of other than Han its height.

    A box is lower than the type, by as much as it is in the lines that are measured by their width.
    """
    heights = [max(_box(line)[3] - _box(line)[1], 1.0) for line in lines]
    by_width = [_size_by_width(line) for line in lines]
    known = sorted(size / height for size, height in zip(by_width, heights, strict=True) if size is not None)
    ratio = known[len(known) // 2] if known else 1.0
    return [height * ratio if size is None else size for size, height in zip(by_width, heights, strict=True)]


def _size_by_width(line: Line) -> float | None:
    text = line.content.text
    wide = sum(ord(char) >= 0x2000 for char in text)
    width = em(text)
    if width < 4 or wide < _MOSTLY_HAN * len(text):
        return None
    left, _, right, _ = _box(line)
    return max((right - left) / width, 1.0)


def _column(lines: Sequence[Line], sizes: Sequence[float], at: int) -> tuple[tuple[float, float], bool]:
    """The margins of the column that a line stands in, by its neighbours of the same type size; True for none.

    A line that stands over less than half of the narrower one is a headline over columns.
    """
    left, _, right, _ = _box(lines[at])
    alone = True
    for step in (-1, 1):
        i = at + step
        while 0 <= i < len(lines) and abs(i - at) <= _WINDOW:
            a, _, b, _ = _box(lines[i])
            overlap = min(b, right) - max(a, left)
            if overlap <= 0:
                break
            if overlap >= 0.5 * min(b - a, right - left) and abs(sizes[i] - sizes[at]) <= _OTHER_TYPE * sizes[at]:
                left, right, alone = min(a, left), max(b, right), False
            i += step
    return (left, right), alone


def _breaks(page: _Page, at: int) -> bool:
    """Whether a paragraph ends before line ``at``."""
    before, line = page.lines[at - 1], page.lines[at]
    if line.hard or line.alone or before.alone or _stands_by_itself(page, at):
        return True
    if not page.same_size(at) or _begins_item(page, at):
        return True
    if page.hanging[at]:
        return False
    if page.indent(at) >= _INDENT or page.ends_short(at - 1):
        return True
    leading = _LEADING_BEHIND_STOP if _ends(page.texts[at - 1]) else _LEADING
    return page.same_column(at) and _gap(before, line) > leading * _pitch(page.lines, at)


def _stands_by_itself(page: _Page, at: int) -> bool:
    """Whether a line or the one before it is no prose: a day, a label, a row of a table, an entry of a form."""
    above, text = page.texts[at - 1], page.texts[at]
    if is_line(above) or is_row(text) or _ROW.search(above) or _ROW.search(text):
        return True
    if page.lone[at - 1] or (page.lone[at] and not page.below(at)):
        return True
    if _is_number(above) or (_ENTRY.match(above) and _ENTRY.match(text)):
        return True
    return em(text) < _WORD and not _ends(text) and not _is_prose(above)


def _is_prose(text: str) -> bool:
    return em(text) >= _WIDE or (em(text) >= _NARROW and any(mark in text for mark in "，、；。,;"))


def _is_number(text: str) -> bool:
    """Whether a line holds little but digits and their marks: coordinates, a code."""
    return sum(ord(char) >= 0x2000 or char.isalpha() for char in text) < _FEW_WORDS * len(text)


def _begins_item(page: _Page, at: int) -> bool:
    """Whether a line behind the end of a sentence begins with the ordinal of a heading or item."""
    return label_at(page.texts[at]) not in {None, "run"} and _ends(page.texts[at - 1])


def _gap(before: Line, line: Line) -> float:
    """Distance from one baseline down to the next; 0 where the next line starts a new column or page."""
    return max(0.0, _box(before)[1] - _box(line)[1]) if before.page == line.page else 0.0


def _pitch(lines: Sequence[Line], at: int) -> float:
    gaps = sorted(
        g for i in range(max(1, at - _WINDOW), min(len(lines), at + _WINDOW)) if (g := _gap(lines[i - 1], lines[i])) > 0
    )
    return gaps[len(gaps) // 2] if gaps else 1000.0


def _shape(page: _Page, column: int, first: int, last: int) -> Shape:
    left, right = page.margins[first]
    head = page.indent(first) < _INDENT / 2 and last > first and not page.lines[first].hard
    tail = not _ends(page.texts[last]) and page.missing(last) < _SHORT and last > first
    return Shape(first, last, column, (right - left) / page.sizes[first], head, tail)
