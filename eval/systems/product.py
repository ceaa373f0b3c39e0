"""The product under test, whole or with parts switched off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from eval.bases import base_home, prepare_base
from eval.environment import model_identity
from eval.model import Cited, Question, Said, Span
from eval.systems import Context, Kind, Progress, SearchOnly, System
from kb.base import KnowledgeBase, Snapshot
from kb.embedding import open_embedding
from kb.fusion import ranked, search_legs
from kb.model import Filters
from kb.parts import Parts
from kb.query import Query
from kb.tuning import Tuning, load_tuning

#: The keyword leg and nothing else.
KEYWORDS = Parts(spelling=False, lane=False, rerank=False, timing=False, dense=False)
_RRF_K = 60  # Cormack, Clarke and Büttcher (2009)


def kind(
    name: str,
    about: str,
    parts: Parts | None = None,
    *,
    answers: bool = True,
    retuned: Callable[[Tuning], Tuning] = lambda tuning: tuning,
) -> Kind:
    """The product with these parts at work and its tuning changed."""

    def opened(context: Context) -> System:
        return (ProductSystem if answers else ProductSearch)(open_base(context, parts, retuned), context)

    return Kind(name, about, opened, prepare, answers)


def without(part: str, about: str) -> Kind:
    """``hybrid-no-PART``: the product with one part switched off."""
    name = f"hybrid-no-{part}"
    if part == "context":
        return kind(name, about, retuned=lambda tuning: replace(tuning, context_boost=0.0))
    return kind(name, about, replace(Parts(), **{part: False}))


def rrf(name: str, about: str) -> Kind:
    """The legs fused by rank."""
    bare = Parts(spelling=False, lane=False, rerank=False, timing=False)
    return Kind(name, about, lambda context: RrfSystem(open_base(context, bare), bare), prepare)


def prepare(context: Context, progress: Progress) -> None:
    """Make the base of the set's documents where it is missing."""
    prepare_base(context.dataset, context.settings, context.work, progress)


def open_base(
    context: Context, parts: Parts | None = None, retuned: Callable[[Tuning], Tuning] = lambda tuning: tuning
) -> KnowledgeBase:
    """The set's base. No question's vector is remembered, so that every question costs what it costs a user."""
    embedder = open_embedding(context.settings, remember=0)
    home = base_home(context.dataset, model_identity(context.settings), context.work)
    settings = context.settings.apart(home)
    tuning = retuned(load_tuning(settings.tuning))
    return KnowledgeBase.open(settings, embedder=embedder, tuning=tuning, parts=parts)


class ProductSearch(SearchOnly):
    """The product's search as a system."""

    def __init__(self, base: KnowledgeBase, context: Context) -> None:
        self._base, self._as_of = base, context.as_of

    def search(self, question: Question, k: int) -> list[Span]:
        """The product's own search."""
        hits = self._base.search(question.text, k=k, filters=filters_of(question), history=question.history)
        return [Span(h.chunk.policy_id, h.chunk.start, h.chunk.end) for h in hits]

    def close(self) -> None:
        """Close the base."""
        self._base.close()


class ProductSystem(ProductSearch):
    """The product's search and answers as a system."""

    answers = True

    def ask(self, question: Question) -> Said:
        """The product's own answer."""
        filters = filters_of(question)
        answer = self._base.ask(
            question.text,
            filters=filters,
            as_of=question.as_of or self._as_of,
            history=question.history,
            model=False,  # what is measured must not hang on an endpoint
        )
        cited = tuple(
            Cited(
                c.policy_id,
                c.start,
                c.end,
                c.quote,
                "\n".join(filter(None, (c.title, c.doc_number, c.section))),
            )
            for c in answer.citations
        )
        text = answer.reason or "" if answer.abstained else "\n".join(s.text for s in answer.sentences)
        return Said(text, answer.abstained, cited)


class RrfSystem(SearchOnly):
    """Both legs, fused by reciprocal rank: score = sum of 1 / (60 + rank)."""

    def __init__(self, base: KnowledgeBase, parts: Parts) -> None:
        self._base, self._parts = base, parts

    def search(self, question: Question, k: int) -> list[Span]:
        """Spans by fused rank."""
        query = self._base.analysed(question.text, question.history)
        vector = self._base.query_vector(query.text)
        return self._base.on_snapshot(lambda snapshot: self._fused(snapshot, query, vector, question))[:k]

    def _fused(self, snapshot: Snapshot, query: Query, vector: np.ndarray, question: Question) -> list[Span]:
        legs = search_legs(snapshot, query, vector, snapshot.allowed(filters_of(question)), self._parts)
        scores: dict[str, float] = {}
        for leg in (legs.lexical, legs.dense):
            for rank, chunk_id in enumerate(ranked(leg), 1):
                scores[chunk_id] = scores.get(chunk_id, 0.0) + 1 / (_RRF_K + rank)
        found = snapshot.hits_by_id(scores)
        chunks = [found[c][0] for c in ranked(scores) if c in found]
        return [Span(chunk.policy_id, chunk.start, chunk.end) for chunk in chunks]

    def close(self) -> None:
        """Close the base."""
        self._base.close()


def filters_of(question: Question) -> Filters:
    """The document that comes with a question, as a filter."""
    return Filters(policy_ids=(question.context_id,)) if question.context_id else Filters()
