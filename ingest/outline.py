"""Numbered headings of an official document or statute, found in order (GB/T 9704: 一、→（一）→1.→（1）; 编章节条).

A label is a heading only where one can stand (:func:`_placed`) and with the ordinal that is due (:class:`_Counters`),
so that 统一、 or 第三条规定 are none. The same function serves text with its line breaks and text that lost them.

Every style of label has a counter. A heading closes the counters of all styles below its own, and a closed counter
begins again at 1, except those that :data:`_GOES_ON_THROUGH` keeps open: they may go on counting or begin again. So
in 一、（一）（二）二、（三） and in 第一章 第一条 第二章 第二条 the last label is due.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from kb.text.numerals import chinese_value

_NUM = "[一二三四五六七八九十百零〇○]{1,6}"
#: A year behind ``1.``: the text of the item (``1.2027年底前``), no decimal. Else a digit there makes it one (``1.5``).
_YEAR_AHEAD = r"(?:19|20)\d\d\s*(?:年|[-—–－~～至]+\s*(?:19|20)\d\d\s*年)"
_LABEL = re.compile(
    rf"""
    (?P<book>第{_NUM}编)
  | (?P<subbook>第{_NUM}分编)
  | (?P<chapter>第(?:{_NUM}|\d{{1,3}})章)
  | (?P<part>第{_NUM}节)
  | (?P<article>第(?:{_NUM}|\d{{1,4}})条(?P<inserted>之{_NUM}(?![的规第款项至、]))?)    # 第八条, 第八条之一
  | (?P<h1>{_NUM}、)                                                  # 一、
  | (?P<h2>[（(]{_NUM}[）)])                                          # （一）
  | (?P<h3>\d{{1,2}}(?:[.．](?!\d)|[.．](?={_YEAR_AHEAD})|、))         # 1. or 1、
  | (?P<h4>[（(]\d{{1,2}}[）)])                                       # （1）
  | (?P<run>[一二三四五六七八九十]是)                                  # 一是, within a paragraph
    """,
    re.VERBOSE,
)
_STYLES = ("book", "subbook", "chapter", "part", "article", "h1", "h2", "h3", "h4", "run")
RANK = {style: rank for rank, style in enumerate(_STYLES)}
_STATUTE = {"book", "subbook", "chapter", "part", "article"}
#: Counters that a heading of these styles above them leaves open.
_GOES_ON_THROUGH = {
    "chapter": {"book", "subbook"},  # 第一编 第一章 第二章 第二编 第三章
    "article": {"book", "subbook", "chapter", "part"},
    "h2": {"h1"},
    "h3": {"h1", "h2"},
}
#: As many ordinals may be missing before a label at a line's start (lost in extraction, or left out by the author).
#: More are believed only where the next one follows at a line's start too.
_LOST = 2
_RESUMED = {"book", "subbook", "chapter", "part", "article", "h1", "h2"}
_BREAK_BEFORE = "。；：！？）)”』」;:"
#: What makes a label part of a reference: （…） behind 第二条, 上款 or 和, as in 适用第二条（一）.
_NOT_AFTER = re.compile(r"(?:第[^。\s]{0,8}[条款项]|(?:[前本上]|所|上)[款条项述]|[第款条和至及与、—－-])$")
#: 第三条 followed by these cites it (第三条第二款, 第三条规定的, 第三条至第五条); 第三条项目 and 第三条第三方 do not.
_CITED = re.compile(
    rf"的?规定|第[（(]?(?:{_NUM}|\d+)[）)]?[条款项]|[款项](?![\u4e00-\u9fff])|至第|、第|和第|以及|中的|所列|所称|[款项](?:规定|所|的|中|至|和)"
)
_STOCK_TITLES = re.compile(
    r"(?:总体要求|总体思路|总体目标|指导思想|基本原则|工作原则|工作目标|主要目标|发展目标|目标任务|工作任务|重点任务|"
    r"主要任务|重点工作|主要措施|重点举措|工作措施|工作要求|有关要求|保障措施|组织保障|组织实施|组织领导|实施步骤|工作步骤|"
    r"附则|总则|适用范围|支持政策|申报条件|申报材料|申报程序|联系方式)"
)
#: 目录 by itself, behind a line break, a date or a bracket; its first entry stands right below.
_CONTENTS = re.compile(r"(?:^|(?<=[日）)\s]))[ \t\u3000]*目\s*[录次]\s*(?=\S)", re.MULTILINE)
_CONTENTS_LENGTH = 6000
_LEADERS = re.compile(r"[\s.．·…]*\d{0,3}\s*$")
_ROWS = re.compile(r"^[^\n|]* \| [^\n]*(?:\n[^\n|]* \| [^\n]*)+", re.MULTILINE)
#: The title of a chapter that is set wide, perhaps over two lines: 总　则.
_RULES = re.compile(r"\s*[总分附罚通]\s*则(?![\u4e00-\u9fff])")
_BLANK = " \t\u3000"
TITLE_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: ``start`` at its label, ``title_end`` after its title (equal to ``label_end`` where it has none)."""

    style: str
    number: int
    label: str
    title: str
    start: int
    label_end: int
    title_end: int
    level: int
    irregular: bool = False


@dataclass(frozen=True, slots=True)
class _Label:
    """What looks like the label of a heading.

    ``at_line``: nothing but blanks stands before it in its line; ``inserted``: an article 之一 behind its namesake.
    """

    style: str
    number: int
    start: int
    end: int
    at_line: bool
    inserted: bool


def find_headings(text: str, start: int = 0, end: int | None = None) -> list[Heading]:
    """The headings of ``text[start:end]`` in order. ``irregular`` marks an ordinal that repeats or skips one."""
    end = len(text) if end is None else end
    labels = list(_outside(_labels(text, start, end), [*contents_spans(text, start, end), *_rows(text, start, end)]))
    counters = _Counters(text, labels)
    headings: list[Heading] = []
    stack: list[str] = []
    for label in labels:
        if not _placed(text, label, start, headings, counters):
            continue
        fit = counters.fit(label)
        if fit is None:
            continue
        counters.count(label)
        stack = [style for style in stack if RANK[style] < RANK[label.style]]
        stack.append(label.style)
        level = max(len(stack), 2) if label.style == "run" else len(stack)
        written = text[label.start : label.end].strip()
        headings.append(
            Heading(
                label.style, label.number, written, "", label.start, label.end, label.end, level, fit == "irregular"
            )
        )
    return _titled(text, headings, end)


def ordinal(label: str) -> int | None:
    """The number in a label (``（十一）`` -> 11)."""
    digits = re.search(r"\d+", label)
    if digits:
        return int(digits.group())
    han = re.search(r"[一二三四五六七八九十百零〇○]+", label)
    value = chinese_value(han.group().replace("○", "〇")) if han else None
    return int(value) if value is not None else None


def contents_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Tables of contents (目录): from that word to where the first entry stands again, as the first heading."""
    end = len(text) if end is None else end
    spans: list[tuple[int, int]] = []
    for match in islice(_CONTENTS.finditer(text, start, end), 8):
        limit = min(end, match.end() + _CONTENTS_LENGTH)
        first = _LABEL.search(text, match.end(), min(limit, match.end() + TITLE_LIMIT))
        if first is None or (spans and match.start() < spans[-1][1]):
            continue
        after = _LABEL.search(text, first.end(), limit)
        entry = _LEADERS.sub("", text[first.start() : after.start() if after else limit])
        if "。" in entry or not 2 <= len(entry) <= 3 * TITLE_LIMIT:
            continue
        again = re.compile(r"\s*".join(map(re.escape, "".join(entry.split())))).search(text, first.end(), limit)
        if again and "。" not in text[match.end() : again.start()]:
            spans.append((match.start(), again.start()))
    return spans


def label_at(text: str) -> str | None:
    """The style of the label that a line begins with, in order or not; None where it begins with none."""
    match = _LABEL.match(text.lstrip(_BLANK))
    return match.lastgroup if match else None


def _labels(text: str, start: int, end: int) -> Iterator[_Label]:
    for match in _LABEL.finditer(text, start, end):
        number = ordinal(match.group())
        if number is not None:
            at_line = _at_line(text, match.start(), start)
            yield _Label(
                str(match.lastgroup), number, match.start(), match.end(), at_line, match["inserted"] is not None
            )


def _at_line(text: str, at: int, start: int) -> bool:
    while at > start and text[at - 1] in _BLANK:
        at -= 1
    return at == start or text[at - 1] == "\n"


def _rows(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The rows of tables, where a merged cell 一、… is said again. One line with bars is a text run together."""
    return [m.span() for m in _ROWS.finditer(text, start, end)]


def _outside(labels: Iterator[_Label], spans: list[tuple[int, int]]) -> Iterator[_Label]:
    """The labels, in order, that stand in none of the spans."""
    left = sorted(spans, reverse=True)
    for label in labels:
        while left and left[-1][1] <= label.start:
            left.pop()
        if not left or label.start < left[-1][0]:
            yield label


class _Counters:
    """Which ordinals are due: the last one counted of each style whose counter is open."""

    def __init__(self, text: str, labels: Sequence[_Label]) -> None:
        self._last: dict[str, int] = {}
        self._last_at_line = {(one.style, one.number): one.start for one in labels if one.at_line}
        self._last_parted = {(one.style, one.number): one.start for one in labels if _is_parted(text, one)}

    def has_begun(self, style: str) -> bool:
        """Whether a heading of this style has been counted and its counter is open."""
        return style in self._last

    def goes_on(self, label: _Label) -> bool:
        """Whether the label of a statute with the next ordinal stands where a heading can, further down."""
        return self._last_parted.get((label.style, label.number + 1), -1) > label.start

    def fit(self, label: _Label) -> str | None:
        """``next`` for the ordinal that is due, ``irregular`` for one repeated or skipped that counts, or None."""
        style, number, last = label.style, label.number, self._last.get(label.style)
        if last is None:
            # An excerpt of a statute may begin with any of its articles.
            return "next" if number == 1 or (style == "article" and label.at_line) else None
        if number == last + 1 or (label.inserted and number == last):
            return "next"
        # A list below a paragraph of its own begins again, and so does what counts on through its parents.
        if number == 1 and (label.at_line or style not in {"h1", "book", "chapter", "article"}):
            return "next"
        if style == "run":
            return "irregular" if number == last and number > 1 else None
        counts = last <= number <= last + 1 + _LOST or (number > last and self._resumes(label))
        return "irregular" if label.at_line and counts else None

    def count(self, label: _Label) -> None:
        """Count a heading, and close the counters below it."""
        for lower in _STYLES[RANK[label.style] + 1 :]:
            if label.style not in _GOES_ON_THROUGH.get(lower, ()):
                self._last.pop(lower, None)
        self._last[label.style] = label.number

    def _resumes(self, label: _Label) -> bool:
        """Whether the count goes on from this label at the start of a line further down."""
        return label.style in _RESUMED and self._last_at_line.get((label.style, label.number + 1), -1) > label.start


def _is_parted(text: str, label: _Label) -> bool:
    return label.style == "chapter" or label.start == 0 or text[label.start - 1] in "。；：）)\n "


def _placed(text: str, label: _Label, start: int, headings: Sequence[Heading], counters: _Counters) -> bool:
    """Whether a label stands where a heading can: at a line's start, behind a stop, or run on to its parent's title."""
    at, style = label.start, label.style
    behind = text[label.end : label.end + 6]
    if style in _STATUTE and (_CITED.match(behind) or not behind.strip()):
        return False
    if label.at_line:
        return style != "run" or bool(behind.strip())
    if style in _STATUTE:
        return _statute_placed(text, label, headings) or _statute_begins(text, label, start, counters)
    before = text[max(start, at - 12) : at]
    if style == "run":
        return before[-1] in "。；：，;:"
    if style == "h3" and text[label.end - 1] == "、":
        return False
    if before[-1] in _BREAK_BEFORE or before[-1].isspace():
        return not (style in {"h2", "h4"} and _NOT_AFTER.search(before))
    return _runs_on(text, label, headings) and not _NOT_AFTER.search(before)


def _statute_placed(text: str, label: _Label, headings: Sequence[Heading]) -> bool:
    """Whether the label of a statute stands behind a stop, a space, or right behind the title of its parent."""
    before = text[label.start - 1]
    if before in "。；：;:":
        return True
    if before.isspace() or before in "）)":
        return label.style != "article" or before.isspace()
    return _runs_on(text, label, headings)


def _statute_begins(text: str, label: _Label, start: int, counters: _Counters) -> bool:
    """Whether this is the first 章 or 条 of a statute whose title runs on into it: the second one must follow."""
    at = label.start
    if counters.has_begun(label.style) or label.number != 1 or text[at - 1] in "》〉”的依照据按":
        return False
    cites = re.search(r"(?:根据|依照|按照|依据|违反|本[法办条规])[^。]{0,20}$", text[max(start, at - 30) : at])
    return cites is None and counters.goes_on(label)


def _runs_on(text: str, label: _Label, headings: Sequence[Heading]) -> bool:
    """Whether only the title of the parent heading stands between its label and this one."""
    if not headings or RANK[headings[-1].style] >= RANK[label.style]:
        return False
    title_at = headings[-1].label_end
    if not 2 <= label.start - title_at <= TITLE_LIMIT:
        return False
    return not re.search(r"[。；：，\n]", text[title_at : label.start])


def _titled(text: str, headings: list[Heading], end: int) -> list[Heading]:
    """The headings with their titles, now that it is known where the next one begins."""
    titled = []
    for i, heading in enumerate(headings):
        limit = headings[i + 1].start if i + 1 < len(headings) else end
        title_end = _title_end(text, heading, limit)
        title = _RULES.sub(_without_blanks, text[heading.label_end : title_end].strip().rstrip("：:。.；;"))
        titled.append(replace(heading, title=title, title_end=title_end if title else heading.label_end))
    return titled


def _without_blanks(match: re.Match[str]) -> str:
    return "".join(match.group().split())


def _title_end(text: str, heading: Heading, limit: int) -> int:
    """Where the title ends: with the line if that is short, at the first stop, or before the next heading."""
    at = heading.label_end
    if heading.style == "article":
        named = re.compile(r"[\s\u3000]*[【［\[（(][^】］\]）)\n]{1,20}[】］\]）)]").match(text, at, limit)
        return named.end() if named and text[named.start() : named.end()].strip()[0] in "【［[" else at
    stock = _RULES.match(text, at, limit)
    if stock and heading.style in _STATUTE:
        return stock.end()
    line_end = text.find("\n", at, limit)
    line_end = limit if line_end < 0 else line_end
    line = text[at : min(line_end, at + 3 * TITLE_LIMIT)]
    if len(line.strip()) <= TITLE_LIMIT and not re.search(r"[。；：:]", line.rstrip("。；：: \t\u3000")):
        return line_end
    stop = re.compile(r"[。：:！]").search(text, at, min(line_end, at + TITLE_LIMIT + 1))
    if stop and heading.style != "run":
        inner = text[at : stop.start()]
        return at if re.search(r"[；]|，.*，", inner) else stop.end()
    if stop:
        return stop.end()
    stock = _STOCK_TITLES.match(text, at, line_end)
    return stock.end() if stock else at
