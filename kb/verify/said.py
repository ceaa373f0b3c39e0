"""What a sentence says beside naming its source, and whether that is the document's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.text import squash

#: 《…》（文号）（废止）：  as the composer names a document before its words
_SOURCE = re.compile(r"^《[^\n]{2,160}?》(?:（[^（）]{2,40}）){0,2}：")
_PARTS = re.compile(r"[；;]")
_ENDS = "。；;，,：: "
_SHORTEST = 4
_NEGATIONS = frozenset("不未没无非勿免")
_NUMERAL = re.compile(r"[\d.]")
_AFTER_NUMERAL = re.compile(r"[\d.%％万亿千百]")


def without_source(text: str) -> str:
    """The sentence without the document named before it."""
    return _SOURCE.sub("", text, count=1)


def is_verbatim(text: str, quotes: Sequence[str]) -> bool:
    """Whether a text is a run of a quotation's own words, or a table's row with the heads of its columns."""
    key = squash(text).rstrip(_ENDS)
    if len(key) >= _SHORTEST and any(_stands_whole(key, squash(quote)) for quote in quotes):
        return True
    return _is_row(text, quotes)


def _stands_whole(key: str, held: str) -> bool:
    """Whether a run stands somewhere without a negation cut off before it, or a figure cut in two."""
    at = held.find(key)
    while at >= 0:
        before, behind = held[max(0, at - 1) : at], held[at + len(key) : at + len(key) + 1]
        cut_before = before in _NEGATIONS or (_NUMERAL.match(before) and _NUMERAL.match(key[0]))
        if not cut_before and not (key[-1].isdigit() and _AFTER_NUMERAL.match(behind)):
            return True
        at = held.find(key, at + 1)
    return False


def _is_row(text: str, quotes: Sequence[str]) -> bool:
    """Whether every part is head：cell of one quoted row, in order, and under that head where the heads are quoted.

    Heads with figures must be quoted.
    """
    parts = [p.strip() for p in _PARTS.split(text.rstrip("。")) if p.strip()]
    rows = [[squash(c) for c in line.split("|")] for q in quotes for line in q.split("\n") if "|" in line]
    if len(parts) < 2 or not rows:
        return False
    heads = [squash(p.partition("：")[0]) if "：" in p else "" for p in parts]
    cells = [squash(p.partition("：")[2] or p) for p in parts]
    if any(h and re.search(r"\d", h) and not any(h in "|".join(row) for row in rows) for h in heads):
        return False
    return any(_holds(row, heads, cells, rows) for row in rows)


def _holds(row: Sequence[str], heads: Sequence[str], cells: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a row has the cells in order, each in the column whose head is said with it."""
    column = at = 0
    for head, cell in zip(heads, cells, strict=True):
        while column < len(row) and not _in_cell(cell, row[column][at:]):
            column, at = column + 1, 0
        if column == len(row):
            return False
        columns = {other.index(head) for other in rows if len(other) == len(row) and other.count(head) == 1 and head}
        if columns and column not in columns:
            return False
        at = row[column].find(cell, at) + len(cell)
    return True


def _in_cell(cell: str, text: str) -> bool:
    """Whether a cell, or a part of one between semicolons, holds a text whole."""
    return bool(cell) and cell in text and (cell == text or _stands_whole(cell, text))
