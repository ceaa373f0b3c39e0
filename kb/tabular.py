"""Rows of tables as evidence: a row in words, and where the heads over it stand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.model import PolicyDocument, Table
from kb.text import find_dates, squash

_FIGURE = re.compile(r"\d")
_CELLS = " | "
_EMPTY = frozenset(("", "—", "-", "－", "/", "无"))
_SEVERAL = 2


def table_at(document: PolicyDocument, start: int, end: int) -> Table | None:
    """The table whose row ``text[start:end]`` is; None outside tables and for the row of their heads."""
    table = next((t for t in document.tables if t.start <= start and end <= t.end), None)
    if table is None or squash("".join(table.header)) == squash(document.text[start:end].replace(" | ", "")):
        return None
    return table


def years_in(text: str) -> tuple[int, ...]:
    """The years a text states; a range gives every year in it."""
    out: list[int] = []
    for date in find_dates(text):
        if date.year:
            out.extend(range(date.year, max(date.year, int(date.until or 0)) + 1))
    return tuple(dict.fromkeys(out))


def heads(table: Table) -> tuple[str, ...]:
    """What stands over each column; of a head in two rows both (月补贴标准（青岩区）), or none could be told apart."""
    if not _in_two_rows(table):
        return table.header
    second = (cell.strip() for cell in table.rows[0])
    return tuple(a if squash(a) == squash(b) else f"{a}（{b}）" for a, b in zip(table.header, second, strict=True))


def _in_two_rows(table: Table) -> bool:
    """Whether the first row divides heads of several columns, and repeats all others."""
    if not table.rows or len(table.rows[0]) != len(table.header):
        return False
    head, below = [squash(h) for h in table.header], [squash(c) for c in table.rows[0]]
    shared = [head.count(h) > 1 for h in head]
    divided = [b for b, s in zip(below, shared, strict=True) if s]
    rest = all(a == b for a, b, s in zip(head, below, shared, strict=True) if not s)
    return (
        any(shared) and not all(shared) and rest and len(set(divided)) == len(divided) and not set(divided) & set(head)
    )


def row_in_words(document: PolicyDocument, start: int, end: int, years: Sequence[int] = ()) -> str | None:
    """A table row in words: each cell behind the head of its column; None where the span is no row.

    Of columns that differ by year only those of the years asked for are said, where there are such.
    """
    cells = [c.strip() for c in document.text[start:end].split(" | ")]
    table = table_at(document, start, end)
    if table is None or len(cells) < 2 or len(cells) != len(table.header):
        return None
    over = heads(table)
    by_year = [years_in(head) for head in over]
    asked = any(set(found) & set(years) for found in by_year)
    said = [
        f"{head}：{cell}" if head else cell
        for head, cell, found in zip(over, cells, by_year, strict=True)
        if not (asked and found) or set(found) & set(years)
    ]
    return "；".join(said) + "。"


def rows_in_words(document: PolicyDocument, start: int, end: int) -> str | None:
    """Several rows of a table, perhaps with the lines around it, one behind the other; None where there are none.

    Cells are set apart by commas; an empty one (—) is left out.
    """
    lines = [line for line in document.text[start:end].split("\n") if line.strip()]
    if sum(_CELLS in line for line in lines) < _SEVERAL or table_within(document, start, end) is None:
        return None
    said = ["，".join(c.strip() for c in line.split(_CELLS) if c.strip() not in _EMPTY) for line in lines]
    return "；".join(line.rstrip("；;。") for line in said) + "。"


def table_within(document: PolicyDocument, start: int, end: int) -> Table | None:
    """The first table that shares text with a span."""
    return next((t for t in document.tables if t.start < end and start < t.end), None)


def heads_of(document: PolicyDocument, start: int, end: int) -> str | None:
    """The heads over the columns of the row ``text[start:end]``; None where the span is no row or no column has one."""
    table = table_at(document, start, end)
    return " | ".join(heads(table)) if table is not None and any(table.header) else None


def heads_span(document: PolicyDocument, start: int, end: int) -> tuple[int, int] | None:
    """Where the heads over a row stand, if they hold figures (2025年 is part of what a cell says) or take two rows."""
    table = table_at(document, start, end)
    if table is None:
        return None
    last = document.text.find("\n", table.start)
    if _in_two_rows(table):
        last = document.text.find("\n", last + 1)
    elif not any(_FIGURE.search(head) for head in table.header):
        return None
    return (table.start, last) if table.start < last < start else None
