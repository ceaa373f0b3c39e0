"""Sentences and clauses of Chinese text as spans.

A sentence ends after 。！？ (and closing quotes or brackets behind them) or at a line break. A clause also ends
after ；. Marks inside 《》 and （） of one line do not end a sentence; an unclosed bracket does not swallow the rest.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kb.text.normal import squash

_END = re.compile(r"[。！？!?…]+[”’」』）)》】]*")
_CLAUSE_END = re.compile(r"[；;][”’」』）)》】]*")
_TITLE = re.compile(r"《[^《》\n]{1,120}》|（[^（）\n]{1,80}）|\([^()\n]{1,80}\)")

Spans = tuple[tuple[int, int], ...]


@lru_cache(maxsize=4096)
def split_sentences(text: str) -> Spans:
    """Non-empty sentences as (start, end), without white space at either end, in order, not overlapping."""
    return _split(text, 0, len(text), clauses=False)


@lru_cache(maxsize=4096)
def sentence_keys(text: str) -> tuple[str, ...]:
    """The search keys, without white space, of all sentences."""
    return tuple(squash(text[a:b]) for a, b in split_sentences(text))


def split_clauses(text: str, start: int = 0, end: int | None = None) -> Spans:
    """The clauses of ``text[start:end]``: like sentences, but ； also ends one."""
    return _split(text, start, len(text) if end is None else end, clauses=True)


def _split(text: str, start: int, end: int, *, clauses: bool) -> Spans:
    inside = [m.span() for m in _TITLE.finditer(text, start, end)]
    cuts = [m.start() + 1 for m in re.finditer(r"\n", text[start:end])]
    cuts = [start + c for c in cuts]
    patterns = (_END, _CLAUSE_END) if clauses else (_END,)
    for pattern in patterns:
        for match in pattern.finditer(text, start, end):
            if not _within(inside, match.start(), match.end()):
                cuts.append(match.end())
    spans: list[tuple[int, int]] = []
    at = start
    for cut in [*sorted(set(cuts)), end]:
        piece = text[at:cut]
        if piece.strip():
            left = at + len(piece) - len(piece.lstrip())
            spans.append((left, left + len(piece.strip())))
        at = max(at, cut)
    return tuple(spans)


def _within(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a mark stands inside a bracket pair that goes on behind it."""
    from bisect import bisect_right

    i = bisect_right(spans, (start, 1 << 60)) - 1
    return i >= 0 and spans[i][0] <= start and end < spans[i][1]
