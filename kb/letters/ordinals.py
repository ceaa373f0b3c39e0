"""Ordinals that open an item of a list, at the start of a line or within running text, by the kind they are of."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

_HAN = "[一二三四五六七八九十]{1,3}"
#: From the widest to the narrowest; an item of a kind ends at the next of the same kind or of one before it.
_AT_LINE = (
    ("篇", re.compile(rf"第{_HAN}(?:部分|章|篇)[、，：:\s]*")),
    ("一、", re.compile(rf"{_HAN}[、．.]\s*")),
    ("（一）", re.compile(rf"[（(]{_HAN}[）)][、．.]?\s*")),
    ("第一", re.compile(rf"第{_HAN}[，、,：:]\s*|其[一二三四五六七八九][，、,：:]\s*")),
    ("一是", re.compile(r"[一二三四五六七八九十]是(?:要)?")),
    ("1.", re.compile(r"\d{1,2}(?:[、．]|\.(?!\d))\s*")),
    ("（1）", re.compile(r"[（(]\d{1,2}[）)][、．.]?\s*")),
    ("①", re.compile(r"[①②③④⑤⑥⑦⑧⑨⑩]\s*")),
)
KINDS = tuple(kind for kind, _ in _AT_LINE)
_BEFORE = r"(?:(?<=[。；;：:，,\s])|^)"
#: Within a line: kinds that count by themselves, first those that nothing else looks like.
_RUN_IN = (
    ("一是", re.compile(rf"{_BEFORE}(?P<n>[一二三四五六七八九十])是(?:要)?")),
    ("第一", re.compile(rf"{_BEFORE}第(?P<n>{_HAN})[，、,：:]\s*")),
    ("一、", re.compile(rf"{_BEFORE}(?P<n>{_HAN})、\s*")),
    ("（一）", re.compile(rf"[（(](?P<n>{_HAN})[）)]\s*")),
    ("（1）", re.compile(r"[（(](?P<n>\d{1,2})[）)]\s*")),
    ("①", re.compile(r"(?P<n>[①②③④⑤⑥⑦⑧⑨⑩])\s*")),
    ("1.", re.compile(rf"{_BEFORE}(?P<n>\d{{1,2}})(?:[、．]|\.(?!\d))\s*")),
)
_ORDER = "一二三四五六七八九十"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: ``text[start:end]`` without white space at either end.

    ``kind`` and ``label`` are those of the ordinal it opens with, ``body`` where its words begin.
    """

    start: int
    end: int
    kind: str | None
    label: str
    body: int


def lines_of(text: str) -> tuple[Line, ...]:
    """The lines of a text that are not blank."""
    found: list[Line] = []
    for match in re.finditer(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+", text):
        raw = match.group()
        start = match.start() + len(raw) - len(raw.lstrip())
        end = match.start() + len(raw.rstrip())
        if start >= end:
            continue
        kind, mark = _opening(text, start, end)
        found.append(Line(start, end, kind, text[start:mark].strip(), mark))
    return tuple(found)


def _opening(text: str, start: int, end: int) -> tuple[str | None, int]:
    for kind, pattern in _AT_LINE:
        match = pattern.match(text, start, end)
        if match and match.end() < end:
            return kind, match.end()
    return None, start


def run_in(text: str, start: int, end: int) -> tuple[tuple[int, int, int], ...]:
    """Items counted within ``text[start:end]`` (一是…；二是…): (label, words, end) of each; empty for fewer than two.

    The ordinals must go on from one: 二是 without 一是 before it is no list.
    """
    for _, pattern in _RUN_IN:
        marks: list[re.Match[str]] = []
        for match in pattern.finditer(text, start, end):
            if _value(match["n"]) == len(marks) + 1:
                marks.append(match)
        if len(marks) >= 2:
            return _between(text, marks, end)
    return ()


class Runs:
    """Where the lists within one line begin, looked up from any place in it: the line is read once for each kind."""

    def __init__(self, text: str, start: int, end: int) -> None:
        """Read ``text[start:end]``."""
        self._ones: list[list[int]] = []
        for _, pattern in _RUN_IN:
            marks = [(m.start(), _value(m["n"])) for m in pattern.finditer(text, start, end)]
            last = max((at for at, value in marks if value == 2), default=-1)
            self._ones.append([at for at, value in marks if value == 1 and at < last])

    def first_from(self, at: int) -> int | None:
        """Where the list begins that ``run_in`` finds from a place on; None for no list."""
        for ones in self._ones:
            n = bisect_left(ones, at)
            if n < len(ones):
                return ones[n]
        return None


def _between(text: str, marks: Sequence[re.Match[str]], end: int) -> tuple[tuple[int, int, int], ...]:
    stops = [m.start() for m in marks[1:]] + [_last_end(text, marks[-1].end(), end)]
    return tuple((m.start(), m.end(), _trimmed(text, m.end(), stop)) for m, stop in zip(marks, stops, strict=True))


def _last_end(text: str, start: int, end: int) -> int:
    """Where the last item ends: at the end of its line."""
    at = text.find("\n", start, end)
    return end if at < 0 else at


def _trimmed(text: str, start: int, end: int) -> int:
    while end > start and (text[end - 1].isspace() or text[end - 1] in "；;，,"):
        end -= 1
    return end


def _value(numeral: str) -> int:
    if numeral.isdigit() and numeral.isascii():
        return int(numeral)
    if numeral in _CIRCLED:
        return _CIRCLED.index(numeral) + 1
    if len(numeral) == 1 and numeral in _ORDER:
        return _ORDER.index(numeral) + 1
    tens, mark, ones = numeral.partition("十")
    if not mark:
        return 0
    return (_ORDER.find(tens) + 1 if tens else 1) * 10 + (_ORDER.find(ones) + 1 if ones else 0)
