"""Retrieval: an exact lane for 文号 and titles, lexical and dense search within the filters, weighted fusion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from kb.model import Chunk, DocumentHeader, Hit
from kb.parts import Parts
from kb.query import Query
from kb.text import find_doc_numbers, query_tokens

_RUN_IN = "了的据照文件发见即《》“”"  # characters that run into a number's letters from the left
_TELLING = 0.7  # salience from which a word of the question counts more in the lexical search
_POOL = 60  # candidates taken from each leg before fusion


class Searcher(Protocol):
    """What retrieval needs of the base: one consistent view of catalog and index for one question."""

    def lexical(self, tokens: Sequence[str], k: int, allowed: set[str] | None) -> list[tuple[str, float]]:
        """Chunk ids with BM25 scores, best first."""
        ...

    def dense(self, vector: np.ndarray, k: int, allowed: set[str] | None) -> list[tuple[str, float]]:
        """Chunk ids with cosines, best first."""
        ...

    def hits_by_id(self, chunk_ids: Sequence[str]) -> Mapping[str, tuple[Chunk, DocumentHeader]]:
        """Those of the chunks that exist, with their documents' headers."""
        ...

    def find_by_doc_number(self, doc_number: str) -> list[str]:
        """Ids of the documents that carry this 文号."""
        ...

    def find_digests(self, doc_number: str) -> list[str]:
        """Ids of the digests of a document with this 文号."""
        ...

    def find_by_title(self, text: str) -> list[str]:
        """Ids of the documents whose title stands in the text or contains it."""
        ...


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Ranked hits and what the exact lane found.

    ``numbered`` maps each 文号 of the question to the documents that carry it; ``cited`` holds those that no document
    carries but a retrieved chunk mentions; ``unknown`` those found nowhere. ``titled`` are documents named by title,
    ``digests`` digests of a document with one of the numbers, where the base has only those.
    """

    hits: tuple[Hit, ...]
    numbered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cited: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    titled: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()


def retrieve(
    searcher: Searcher,
    query: Query,
    vector: np.ndarray,
    *,
    k: int,
    dense_weight: float,
    allowed: set[str] | None = None,
    parts: Parts | None = None,
) -> Retrieved:
    """The best ``k`` chunks for a question. ``vector`` is its embedding, ``allowed`` the filters' documents.

    ``parts`` switches parts of this off, for evaluation.
    """
    parts = parts or Parts()
    if not parts.lane:
        return Retrieved(tuple(_fused(searcher, query, vector, dense_weight, allowed, parts)[:k]))
    numbered = {n.canonical: _numbered(searcher, n.canonical) for n in query.doc_numbers}
    titled = _titled(searcher, query)
    digests = {n: tuple(searcher.find_digests(n)) for n, found in numbered.items() if not found}
    named = {p for found in (*numbered.values(), *digests.values()) for p in found}
    scope = allowed if not named else (named if allowed is None else named & allowed)
    hits = _fused(searcher, query, vector, dense_weight, scope, parts)[:k]
    cited: tuple[str, ...] = ()
    missing = [n for n, found in numbered.items() if not found and not digests[n]]
    if missing:
        # No document carries the number; a chunk that cites it may still say what was asked.
        citing = {n: [h for h in hits if mentions_number(h.chunk.text, n)] for n in missing}
        cited = tuple(n for n in missing if citing[n])
        hits = [h for n in cited for h in citing[n]] or hits
    if titled and not named:
        hits = _preferred(searcher, query, vector, dense_weight, titled, allowed, hits, parts)[:k]
    return Retrieved(
        tuple(hits),
        {n: found for n, found in numbered.items() if found},
        cited,
        tuple(n for n in missing if n not in cited),
        titled,
        tuple(p for found in digests.values() for p in found),
    )


def mentions_number(text: str, canonical: str) -> bool:
    """Whether a text cites a 文号, however it is bracketed or spaced."""
    return any(
        d.canonical == canonical or (d.canonical.endswith(canonical) and d.canonical[-len(canonical) - 1] in _RUN_IN)
        for d in find_doc_numbers(text)
    )


def _numbered(searcher: Searcher, canonical: str) -> tuple[str, ...]:
    """Documents with this very number: 政办发〔2022〕7号 is another body's than 浙政办发〔2022〕7号."""
    return tuple(searcher.find_by_doc_number(canonical))


def _titled(searcher: Searcher, query: Query) -> tuple[str, ...]:
    found: list[str] = []
    for title in query.titles:
        found.extend(searcher.find_by_title(title))
    if not query.titles:
        found.extend(searcher.find_by_title(query.text))
    return tuple(dict.fromkeys(found))


def _preferred(
    searcher: Searcher,
    query: Query,
    vector: np.ndarray,
    dense_weight: float,
    titled: tuple[str, ...],
    allowed: set[str] | None,
    hits: list[Hit],
    parts: Parts,
) -> list[Hit]:
    """Chunks of the named documents first, then the others."""
    scope = set(titled) if allowed is None else set(titled) & allowed
    first = _fused(searcher, query, vector, dense_weight, scope, parts) if scope else []
    seen = {h.chunk.chunk_id for h in first}
    return first[: max(6, len(hits) // 2)] + [h for h in hits if h.chunk.chunk_id not in seen]


@dataclass(frozen=True, slots=True)
class Legs:
    """What each leg of the search found: scores by chunk id."""

    lexical: Mapping[str, float]
    dense: Mapping[str, float]


def search_legs(
    searcher: Searcher, query: Query, vector: np.ndarray, allowed: set[str] | None = None, parts: Parts | None = None
) -> Legs:
    """The candidates of both legs, those switched off empty."""
    parts = parts or Parts()
    return Legs(
        dict(searcher.lexical(_tokens(query, parts), _POOL, allowed)) if parts.lexical else {},
        dict(searcher.dense(vector, _POOL, allowed)) if parts.dense else {},
    )


def fuse(legs: Legs, dense_weight: float) -> dict[str, float]:
    """Weighted sum of the legs' min-max scores; a chunk one leg did not find counts as that leg's minimum."""
    scores: dict[str, float] = {}
    scaled = (
        (1 - dense_weight, _min_max(legs.lexical, floor=0.0 if len(legs.lexical) < _POOL else None)),
        (dense_weight, _min_max(legs.dense)),
    )
    for weight, leg in scaled:
        for chunk_id, value in leg.items():
            scores[chunk_id] = scores.get(chunk_id, 0.0) + weight * value
    return scores


def ranked(scores: Mapping[str, float]) -> list[str]:
    """Chunk ids, best first; equal ones by id."""
    return sorted(scores, key=lambda c: (-scores[c], c))


def _fused(
    searcher: Searcher,
    query: Query,
    vector: np.ndarray,
    dense_weight: float,
    allowed: set[str] | None,
    parts: Parts,
) -> list[Hit]:
    """The candidates of both legs by fused score."""
    legs = search_legs(searcher, query, vector, allowed, parts)
    scores = fuse(legs, dense_weight)
    found = searcher.hits_by_id(list(scores))
    by_name = {"lexical": legs.lexical, "dense": legs.dense}
    return [
        Hit(*found[c], score=scores[c], parts={name: leg[c] for name, leg in by_name.items() if c in leg})
        for c in ranked(scores)
        if c in found
    ]


def _tokens(query: Query, parts: Parts) -> list[str]:
    """Tokens to look up; those of names and quotations come twice more, those of other telling words once more."""
    tokens = query_tokens(query.subject if parts.subject else query.text)
    if parts.emphasis:
        for term in query.terms:
            if term.salience >= _TELLING:
                tokens += query_tokens(term.text) * (2 if term.proper or term.text in query.people else 1)
    return tokens or query_tokens(query.text)


def _min_max(leg: Mapping[str, float], floor: float | None = None) -> dict[str, float]:
    """Scores scaled to 0..1. The least stands for "not found", unless the leg found all there is: then 0 does."""
    if not leg:
        return {}
    low, high = min(leg.values()) if floor is None else floor, max(leg.values())
    if high <= low:
        return dict.fromkeys(leg, 1.0)
    return {c: (v - low) / (high - low) for c, v in leg.items()}
