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


def without_source(text: str) -> str:
    """The sentence without the document named before it."""
    return _SOURCE.sub("", text, count=1)


def is_verbatim(text: str, quotes: Sequence[str]) -> bool:
    """Whether a text is a run of a quotation's own words, or a table's row with the heads of its columns."""
    held = [squash(q) for q in quotes]
    key = squash(text).rstrip(_ENDS)
    if len(key) >= _SHORTEST and any(key in h for h in held):
        return True
    return _is_row(text, held)


def _is_row(text: str, held: Sequence[str]) -> bool:
    """Whether every part is head：cell of one quoted row, in order; heads with figures must be quoted, too."""
    parts = [p.strip() for p in _PARTS.split(text.rstrip("。")) if p.strip()]
    rows = [h for h in held if "|" in h]
    if len(parts) < 2 or not rows:
        return False
    cells = [squash(p.partition("：")[2] or p) for p in parts]
    heads = [squash(p.partition("：")[0]) for p in parts if "：" in p]
    in_order = any(_in_order(cells, row) for row in rows)
    return in_order and all(any(h in row for row in rows) for h in heads if re.search(r"\d", h))


def _in_order(cells: Sequence[str], row: str) -> bool:
    at = 0
    for cell in cells:
        found = row.find(cell, at)
        if found < 0:
            return False
        at = found + len(cell)
    return True
