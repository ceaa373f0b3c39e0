"""Tables of a document: consecutive rows put together, with their header row and caption."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.clean import Paragraph, Role
from kb.model import Table


def read_tables(paragraphs: Sequence[Paragraph], lines: Sequence[tuple[int, int]]) -> tuple[Table, ...]:
    """Each run of rows of one table; the short line right above it is its caption."""
    tables: list[Table] = []
    i = 0
    while i < len(paragraphs):
        if paragraphs[i].role is not Role.ROW:
            i += 1
            continue
        j = i
        while j < len(paragraphs) and paragraphs[j].role is Role.ROW and paragraphs[j].table == paragraphs[i].table:
            j += 1
        tables.append(_table(paragraphs, lines, i, j))
        i = j
    return tuple(tables)


def _table(paragraphs: Sequence[Paragraph], lines: Sequence[tuple[int, int]], first: int, stop: int) -> Table:
    rows = [p.cells for p in paragraphs[first:stop]]
    caption = None
    if len(set(rows[0])) == 1 and len(rows) > 2 and len(rows[0]) > 1:
        caption, rows = rows[0][0], rows[1:]
    elif first and len(paragraphs[first - 1].text) <= 40 and paragraphs[first - 1].role in {Role.SHORT, Role.BODY}:
        above = paragraphs[first - 1].text
        caption = above if above[-1:] not in "。；，" else None
    header = rows[0] if len(rows) > 1 else ()
    body = rows[1:] if header else rows
    return Table(caption, header, tuple(body), lines[first][0], lines[stop - 1][1])
