"""A closer look at the candidates: how much of the question their text, headings and document speak about.

BM25 counts words wherever they stand. Here a word counts once for a chunk, whether its own text, its headings or
the opening of its document has it, and those in one sentence with its headings count again. The parts' weights were
learned on our own questions and two open sets (docs/retrieval.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from kb.fusion import Legs
from kb.model import Chunk
from kb.query import Query
from kb.text import sentence_keys, squash
from kb.wording import Wording, wording

_OPENING = 150  # characters of a document's opening that say who speaks, where and about what
# Shares of the evidence: BM25, the chunk's own text, that with headings and opening, its best sentence with them.
_BM25, _TEXT, _WHOLE, _SENTENCE = 0.13, 0.19, 0.34, 0.34


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
    words = wording(reader.idf, query.text)
    openings = reader.openings({chunk.policy_id for chunk in chunks.values()})
    shares = legs.lexical_shares()
    around: dict[tuple[str, str], int] = {}
    evidence = {}
    for chunk_id, chunk in chunks.items():
        at = (chunk.policy_id, chunk.context)
        if at not in around:
            around[at] = words.held(squash(chunk.context)) | words.held(squash(openings.get(at[0], ""))[:_OPENING])
        sentences = words.held_by_each(sentence_keys(chunk.text))
        evidence[chunk_id] = _BM25 * shares.get(chunk_id, 0.0) + _coverage(words, sentences, around[at])
    return replace(legs, evidence=evidence)


def _coverage(words: Wording, sentences: Sequence[int], around: int) -> float:
    """The weighted sum of what a text holds by itself, with what is around it, and in its best sentence."""
    text = 0
    for held in sentences:
        text |= held
    best = max((words.share(held | around) for held in set(sentences)), default=0.0)
    return _TEXT * words.share(text) + _WHOLE * words.share(text | around) + _SENTENCE * best
