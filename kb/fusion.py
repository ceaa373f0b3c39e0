"""The two legs of the search and their weighted sum.

A leg's *share* of a chunk is no rank and no min-max score: BM25 as a part of what a chunk holding every word of the
question would get, whatever else was found; a cosine by its distance from the best, in ranges of those found. So a
question whose words no document uses is decided by the vectors, one whose words stand together in one place by the
words, without telling the two apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from kb.parts import Parts
from kb.query import Query
from kb.text import query_tokens

POOL = 60  # candidates taken from each leg
_AT_AVERAGE_LENGTH = 1.1  # about the BM25 of one token by its idf; a fixed scale, beside which dense_weight is tuned
LEAST_RANGE = 0.05  # cosines nearer to each other than this say little apart


class LegSearcher(Protocol):
    """What the legs need of the base."""

    def lexical(self, tokens: Sequence[str], k: int, allowed: set[str] | None) -> list[tuple[str, float]]:
        """Chunk ids with BM25 scores, best first."""
        ...

    def dense(self, vector: np.ndarray, k: int, allowed: set[str] | None) -> list[tuple[str, float]]:
        """Chunk ids with cosines, best first."""
        ...

    def cosines(self, vector: np.ndarray, chunk_ids: Sequence[str]) -> Mapping[str, float]:
        """The cosines of those of the chunks that exist."""
        ...

    def idf(self, token: str) -> float:
        """How rare a token is among the chunks."""
        ...


@dataclass(frozen=True, slots=True)
class Legs:
    """What each leg found: scores by chunk id. ``beside`` are cosines of chunks that only the keyword leg found.

    ``ideal`` is the BM25 score of a chunk with every word of the question; ``evidence`` stands in for the keyword
    leg's share where the chunk's text was looked at.
    """

    lexical: Mapping[str, float]
    dense: Mapping[str, float]
    ideal: float = 1.0
    beside: Mapping[str, float] = field(default_factory=dict)
    evidence: Mapping[str, float] = field(default_factory=dict)

    def lexical_shares(self) -> dict[str, float]:
        """By chunk, how much of the question's words it has, about 0..1; one not found counts as the last found."""
        least = min(self.lexical.values(), default=0.0) if len(self.lexical) >= POOL else 0.0
        return {c: self.lexical.get(c, least) / self.ideal for c in (*self.lexical, *self.dense)}

    def dense_shares(self) -> dict[str, float]:
        """By chunk, how near it is to the best: that one has 1, the last found 0, one farther off less."""
        if not self.dense:
            return {}
        low, high = min(self.dense.values()), max(self.dense.values())
        known = {**dict.fromkeys(self.lexical, low), **self.beside, **self.dense}
        return {c: 1 - (high - value) / max(high - low, LEAST_RANGE) for c, value in known.items()}


def search_legs(
    searcher: LegSearcher, query: Query, vector: np.ndarray, allowed: set[str] | None = None, parts: Parts | None = None
) -> Legs:
    """The candidates of both legs, those switched off empty."""
    parts = parts or Parts()
    tokens = query_tokens(query.text)
    lexical = dict(searcher.lexical(tokens, POOL, allowed)) if parts.lexical else {}
    dense = dict(searcher.dense(vector, POOL, allowed)) if parts.dense else {}
    beside = searcher.cosines(vector, [c for c in lexical if c not in dense]) if dense else {}
    ideal = _AT_AVERAGE_LENGTH * sum(map(searcher.idf, tokens)) if lexical else 0.0
    return Legs(lexical, dense, ideal or 1.0, beside)


def fuse(legs: Legs, dense_weight: float) -> dict[str, float]:
    """The weighted sum of both shares by chunk id."""
    words = {**legs.lexical_shares(), **legs.evidence}
    near = legs.dense_shares()
    return {c: (1 - dense_weight) * words.get(c, 0.0) + dense_weight * near.get(c, 0.0) for c in {**words, **near}}


def ranked(scores: Mapping[str, float]) -> list[str]:
    """Chunk ids, best first; equal ones by id."""
    return sorted(scores, key=lambda c: (-scores[c], c))
