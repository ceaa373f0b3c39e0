"""Tables set with tabs: paragraphs of a .docx with as many tabs each, one below the other, are rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.raw import Block, BlockKind, RawDocument

_GAP = re.compile(r"[ \u3000]*\t[\t \u3000]*")
_LONGEST = 40  # characters of a cell
_MIN_ROWS = 3
_PROSE = re.compile(r"[。；：:]")  # of a cell that is a sentence or a field of a form
#: 45, 1,200.5, 12.5%, 200万元
_FIGURE = re.compile(r"[-+]?\d[\d,.]*\s*(?:[%％‰]|[\u4e00-\u9fff㎡]{1,4})?")
_ORDINAL = re.compile(r"第[一二三四五六七八九十百\d]+[编章节条]|[（(]?(?:[一二三四五六七八九十]+|\d{1,2})[）)、.．]")


def with_columns(raw: RawDocument) -> RawDocument:
    """The document with such paragraphs as table rows; its text stays."""
    blocks: list[Block] = []
    number = max((block.table + 1 for block in raw.blocks if block.table is not None), default=0)
    for run in _runs(raw):
        rows = [_cells(raw.text[block.start : block.end]) for block in run]
        if _is_table(rows):
            blocks += [
                replace(block, kind=BlockKind.TABLE_ROW, cells=cells, table=number)
                for block, cells in zip(run, rows, strict=True)
            ]
            number += 1
        else:
            blocks += run
    return replace(raw, blocks=tuple(blocks))


def _runs(raw: RawDocument) -> Iterator[list[Block]]:
    """The blocks in runs of paragraphs with as many cells, without a blank line between; others by themselves."""
    run: list[Block] = []
    width = 1
    for block in raw.blocks:
        cells = len(_cells(raw.text[block.start : block.end])) if block.kind is BlockKind.PARAGRAPH else 1
        if run and not (cells == width > 1 and block.start == run[-1].end + 1):
            yield run
            run = []
        run.append(block)
        width = cells
    if run:
        yield run


def _cells(text: str) -> tuple[str, ...]:
    return tuple(_GAP.split(text.strip())) if "\t" in text else (text,)


def _is_table(rows: list[tuple[str, ...]]) -> bool:
    """Whether rows are short words with a figure in each, but for the first; entries with a page number are none."""
    if len(rows) < _MIN_ROWS or len(rows[0]) < 2:
        return False
    if any(len(cell) > _LONGEST or _PROSE.search(cell) for row in rows for cell in row):
        return False
    if len(rows[0]) == 2 and any(_ORDINAL.match(row[0]) for row in rows):
        return False
    return all(any(_FIGURE.fullmatch(cell) for cell in row[1:]) for row in rows[1:])
