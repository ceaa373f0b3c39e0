"""Tables of a .docx as rows of cells: merged cells stand in each place they cover, deleted ones are left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ingest.readers.docx_package import W

#: A cell of a row: its text, and whether it only repeats its left neighbour (a cell merged across columns).
Row = list[tuple[str, bool]]

_MAX_COLUMNS = 63  # as many as Word allows; more is an attempt to fill memory
_MAX_REPEATED = 200
_MAX_TABLE = 2_000_000  # characters, after which nothing is repeated downwards any more
_THROUGH = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))


def rows(table: Any, cell_text: Callable[[Any], str], repeat: bool = True) -> Iterator[Row]:  # noqa: ANN401
    """The rows of a w:tbl. ``repeat``: whether what is merged downwards stands in every row (if it is short)."""
    above: Row = []
    room = _MAX_TABLE
    for row in _below(table, f"{W}tr"):
        if not _is_deleted(row):
            above = _row(row, above, cell_text, repeat and room > 0)
            room -= sum(len(text) for text, _ in above)
            yield above


def lone_cell(table: Any) -> Any | None:  # noqa: ANN401 - lxml elements
    """The cell of a table that has only one: a frame around paragraphs."""
    cells: list[Any] = []
    for row in _below(table, f"{W}tr"):
        cells += () if _is_deleted(row) else _below(row, f"{W}tc")
        if len(cells) > 1:
            return None
    return cells[0] if cells else None


def _is_deleted(row: Any) -> bool:  # noqa: ANN401 - an lxml element
    return row.find(f"{W}trPr/{W}del") is not None


def _row(row: Any, above: Row, cell_text: Callable[[Any], str], repeat: bool) -> Row:  # noqa: ANN401
    out: Row = [("", False)] * _count(row.find(f"{W}trPr/{W}gridBefore"), 0)
    for cell in _below(row, f"{W}tc"):
        down, across, span = None, None, 1
        properties = cell.find(f"{W}tcPr")
        if properties is not None:
            if properties.find(f"{W}cellDel") is not None:
                continue
            down, across = properties.find(f"{W}vMerge"), properties.find(f"{W}hMerge")
            span = _count(properties.find(f"{W}gridSpan"), 1)
        if _continues(across) and out:
            out.append((out[-1][0], True))
            continue
        if _continues(down) and len(out) < len(above):
            text = above[len(out)][0]
            text = text if repeat and len(text) <= _MAX_REPEATED else ""
        else:
            text = cell_text(cell)
        out.append((text, False))
        out += [(text, True)] * min(span - 1, max(0, _MAX_COLUMNS - len(out)))
    return out


def _continues(merge: Any | None) -> bool:  # noqa: ANN401 - an lxml element
    return merge is not None and merge.get(f"{W}val") != "restart"


def _below(parent: Any, tag: str) -> Iterator[Any]:  # noqa: ANN401 - lxml elements
    """Rows of a table or cells of a row, through content controls, not those of tables inside."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _THROUGH:
            yield from _below(child, tag)


def _count(element: Any | None, least: int) -> int:  # noqa: ANN401 - an lxml element
    value = "" if element is None else element.get(f"{W}val") or ""
    return max(least, min(int(value), _MAX_COLUMNS)) if value.isdecimal() and len(value) < 10 else least
