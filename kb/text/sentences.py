"""Sentences and clauses of Chinese text as spans.

A sentence ends after 。！？ (and closing quotes or brackets behind them) or at a line break. A clause also ends
after ；. Marks inside 《》 and （） of one line do not end a sentence; an unclosed bracket does not swallow the rest.
"""

from __future__ import annotations

import re
from functools import lru_cache

_CLOSING = "[”’」』）)》】]*"
_END = re.compile(rf"\n|[。！？!?…]+{_CLOSING}")
_CLAUSE_END = re.compile(rf"\n|(?:[。！？!?…]+|[；;]){_CLOSING}")
_TITLE = re.compile(r"《[^《》\n]{1,120}》|（[^（）\n]{1,80}）|\([^()\n]{1,80}\)")

Spans = tuple[tuple[int, int], ...]


@lru_cache(maxsize=1 << 14)
def split_sentences(text: str) -> Spans:
    """Non-empty sentences as (start, end), without white space at either end, in order, not overlapping."""
    return _split(text, 0, len(text), clauses=False)


def split_clauses(text: str, start: int = 0, end: int | None = None) -> Spans:
    """The clauses of ``text[start:end]``: like sentences, but ； also ends one."""
    return _split(text, start, len(text) if end is None else end, clauses=True)


def _split(text: str, start: int, end: int, *, clauses: bool) -> Spans:
    inside: list[tuple[int, int]] | None = None
    spans: list[tuple[int, int]] = []
    at = start
    for match in (_CLAUSE_END if clauses else _END).finditer(text, start, end):
        mark, behind = match.span()
        if text[mark] != "\n":
            if inside is None:
                inside = [m.span() for m in _TITLE.finditer(text, start, end)]
            if _within(inside, mark, behind):
                continue
        spans += _bare(text, at, behind)
        at = behind
    return (*spans, *_bare(text, at, end))


def _bare(text: str, start: int, end: int) -> Spans:
    """The span without white space at either end, where anything is left of it."""
    piece = text[start:end]
    bare = piece.strip()
    if not bare:
        return ()
    left = start if piece[0] == bare[0] else start + len(piece) - len(piece.lstrip())
    return ((left, left + len(bare)),)


def _within(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a mark stands inside a bracket pair that goes on behind it."""
    from bisect import bisect_right

    i = bisect_right(spans, (start, 1 << 60)) - 1
    return i >= 0 and spans[i][0] <= start and end < spans[i][1]
