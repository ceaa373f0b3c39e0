"""A closer look at the candidates: how much of the question their text, headings and document speak about.

BM25 counts words wherever they stand. Here a word counts once for a chunk, whether its own text, its headings or
the opening of its document has it, and those in one sentence with its headings count again. How the parts are weighed
was measured (docs/retrieval.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.fusion import Legs
from kb.model import Chunk
from kb.query import Query
from kb.text import split_sentences, squash, squash_lines
from kb.wording import Wording, wording

_OPENING = 150  # characters of a document's opening that say who speaks, where and about what
# Shares of the evidence: BM25, the chunk's own text, that with headings and opening, its best sentence with them.
_BM25, _TEXT, _WHOLE, _SENTENCE = 0.16, 0.12, 0.20, 0.52


class CandidateReader(Protocol):
    """What the closer look needs of the base."""

    def openings(self, policy_ids: Iterable[str]) -> Mapping[str, str]:
        """The text of each document's first chunk."""
        ...

    def idf(self, token: str) -> float:
        """How rare a token is among the chunks."""
        ...


def looked_at(legs: Legs, reader: CandidateReader, query: Query, chunks: Mapping[str, Chunk]) -> Legs:
    """The legs with evidence for each of these chunks, in place of the keyword leg's share of it."""
    if not chunks:
        return replace(legs, evidence={})
    words = wording(reader.idf, query.text)
    openings = reader.openings({chunk.policy_id for chunk in chunks.values()})
    shares = legs.lexical_shares()
    coverages = _coverages(words, list(chunks.values()), openings)
    evidence = {c: _BM25 * shares.get(c, 0.0) + float(cover) for c, cover in zip(chunks, coverages, strict=True)}
    return replace(legs, evidence=evidence)


def _coverages(words: Wording, chunks: Sequence[Chunk], openings: Mapping[str, str]) -> NDArray[np.float64]:
    """For each chunk, the weighted sum of what its text holds, alone and with what is around it, and its best sentence.

    All their sentences are looked at at once: one after the other, this took a quarter of a search.
    """
    sentences = [[chunk.text[a:b] for a, b in split_sentences(chunk.text)] or [""] for chunk in chunks]
    contexts = {context: n for n, context in enumerate(dict.fromkeys(chunk.context for chunk in chunks))}
    opened = {policy_id: n for n, policy_id in enumerate(openings)}
    counts = [len(each) for each in sentences]
    firsts = map(_opening_key, openings.values())
    lines = squash_lines([*chain.from_iterable(sentences), *contexts, *firsts, ""])
    held = words.held_by_line(lines)
    own, above, first = held[: sum(counts)], held[sum(counts) :], held[len(held) - len(opened) - 1 :]
    around = (
        above[[contexts[chunk.context] for chunk in chunks]]
        | first[[opened.get(chunk.policy_id, len(opened)) for chunk in chunks]]
    )  # fmt: skip
    starts = np.cumsum([0, *counts[:-1]])
    text = np.logical_or.reduceat(own, starts)
    weights = np.asarray(words.weights)
    best = np.maximum.reduceat((own | np.repeat(around, counts, axis=0)) @ weights, starts)
    return np.asarray(_TEXT * (text @ weights) + _WHOLE * ((text | around) @ weights) + _SENTENCE * best)


@lru_cache(maxsize=1 << 12)
def _opening_key(text: str) -> str:
    return squash(text)[:_OPENING]
