"""One question from text to answer: analyse, embed, retrieve on one snapshot, answer, word, with timings."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

import numpy as np

from kb.answer import Answerer, Compared
from kb.draft import Draft
from kb.errors import QuestionInvalid, UnknownDocument
from kb.followup import analyse_turn, leans_back
from kb.kinship import editions
from kb.llm.endpoint import Endpoint
from kb.model import Answer, Filters, Hit, PolicyDocument
from kb.parts import Parts
from kb.places import Gazette, is_below
from kb.query import analyse, localised
from kb.retrieve import Retrieved, retrieve
from kb.sides import of_any_edition, sides_of
from kb.snapshot import Snapshot
from kb.text import index_tokens, query_tokens
from kb.validity import status_on

T = TypeVar("T")
HITS = 20  # chunks handed to the answerer
_EDITIONS = ("新的一版", "旧的一版")
_ONE_EDITION = (
    "问的是前后两版，这里只引了一版：没有认出是哪份文件的两版，或另一版不在知识库或所选的筛选范围里。"
    "写出文件的名称再问更准。"
)
_EDITIONS_AMONG = 3  # documents found, among which one with two editions is looked for
_SHARE_OF_REWRITING = 0.25  # of the time a model may take for a question
_NAMING = 40  # chunks looked at for two names in one
_LEAST_WEIGHT = 0.15  # even a word in every chunk says something


class SnapshotSource:
    """What the answerer reads, from one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Read from this snapshot only."""
        self._snapshot = snapshot
        self._unseen = snapshot.idf("\x00")

    @property
    def generation(self) -> int:
        """The snapshot's generation."""
        return self._snapshot.generation

    def document(self, policy_id: str, revision: str) -> PolicyDocument:
        """A revision in full. Raises UnknownDocument."""
        return self._snapshot.document(policy_id, revision)

    def current(self, policy_id: str) -> PolicyDocument | None:
        """A document as it is now; None where the base does not hold it."""
        try:
            return self._snapshot.document(policy_id)
        except UnknownDocument:
            return None

    def weight(self, term: str) -> float:
        """How much a term narrows down, from its rarity among the chunks: above 0, up to about 1.15."""
        tokens = index_tokens(term) or [term]
        rarity = sum(self._snapshot.idf(t) for t in tokens) / len(tokens)
        return _LEAST_WEIGHT + (rarity / self._unseen if self._unseen > 0 else 1.0)

    def rarity(self, token: str) -> float:
        """How rare a token is among the chunks, as in BM25."""
        return self._snapshot.idf(token)

    def having(self, token: str) -> int:
        """How many chunks hold a token."""
        return self._snapshot.having(token)

    def naming(self, *names: str) -> list[tuple[str | None, str]]:
        """The chunks that most likely hold all these names: the body each is by, and its text."""
        found = self._snapshot.lexical(query_tokens(" ".join(names)), _NAMING)
        hits = self._snapshot.hits_by_id(chunk_id for chunk_id, _ in found)
        return [(document.issuer, chunk.text) for chunk, document in hits.values()]


def checked(question: str, most: int) -> str:
    """The question without white space around it. Raises QuestionInvalid."""
    text = "".join(c if c.isprintable() else " " for c in question).strip()
    if not text:
        raise QuestionInvalid("问题是空的。请输入想问的内容，例如：某项补贴的标准是多少，由哪个部门负责。")
    if len(text) > most:
        raise QuestionInvalid(f"问题有 {len(text)} 个字，最多 {most} 个字。请把问题缩短，或分成几个问题来问。")
    return text


def search(
    on_snapshot: Callable[[Callable[[Snapshot], list[Hit]]], list[Hit]],
    vector: Callable[[str], np.ndarray],
    text: str,
    *,
    k: int,
    filters: Filters,
    dense_weight: float,
    as_of: date | None = None,
    history: Sequence[str] = (),
    gazette: Gazette | None = None,
    parts: Parts | None = None,
) -> list[Hit]:
    """The k best chunks for a question, read in the light of the conversation's earlier ones.

    ``gazette`` has the places the base knows, for a question that leans on those.
    """
    query = analyse_turn(text, history, gazette)
    # A leg that is switched off costs nothing.
    embedded = vector(query.text if history else text) if parts is None or parts.dense else np.empty(0)

    def work(snapshot: Snapshot) -> list[Hit]:
        day = as_of or date.today()
        found = retrieve(
            snapshot,
            query,
            embedded,
            k=k,
            dense_weight=dense_weight,
            allowed=_allowed(snapshot, filters, day),
            parts=parts,
            as_of=day,
        )
        return list(found.hits)

    return on_snapshot(work)


def said_in_full(question: str, history: Sequence[str], endpoint: Endpoint | None) -> str | None:
    """A follow-up as a model says it in full; None for any other question, and where it says nothing of use."""
    if endpoint is None or not leans_back(question, history):
        return None
    from kb.llm.rewrite import rewritten

    return rewritten(endpoint.within(endpoint.total * _SHARE_OF_REWRITING), question, history)


def answers(question: str, draft: Draft, endpoint: Endpoint | None, as_of: date) -> Iterator[Answer]:
    """The draft's answer, or what a model makes of it: answers that grow, the last one whole; with its time."""
    if endpoint is None:
        yield draft.answer
        return
    from kb.llm.wording import worded

    clock, before = _Clock(), draft.answer.timings_ms
    for answer in worded(question, draft, endpoint, as_of):
        clock.lap("model")
        took = clock.done()
        total = before.get("total", 0.0) + took["total"]
        yield replace(answer, question=question, timings_ms={**before, **took, "total": total})


def draft(
    on_snapshot: Callable[[Callable[[Snapshot], Draft]], Draft],
    vector: Callable[[str], np.ndarray],
    answerer: Answerer,
    text: str,
    *,
    filters: Filters,
    dense_weight: float,
    as_of: date,
    history: Sequence[str] = (),
    gazette: Gazette | None = None,
    parts: Parts | None = None,
) -> Draft:
    """The answer to a question, with the evidence for a model to word it. For ``gazette`` see ``search``.

    ``timings_ms`` has the stages analyse, embed, retrieve, answer and the total.
    """
    clock = _Clock()
    turn = analyse_turn(text, history, gazette)
    clock.lap("analyse")
    sides = sides_of(turn)
    either = of_any_edition(turn) if not sides else None
    asked = [turn, *(analyse(text) for text in ([either] if either else [side.text for side in sides]))]
    vectors = [vector(q.text) if parts is None or parts.dense else np.empty(0) for q in asked[1:] or asked]
    clock.lap("embed")

    def work(snapshot: Snapshot) -> Draft:
        codes = snapshot.region_codes()
        queries = [localised(query, codes) for query in asked]
        allowed = _allowed(snapshot, filters, as_of)
        found = [
            retrieve(snapshot, q, v, k=HITS, dense_weight=dense_weight, allowed=allowed, parts=parts, as_of=as_of)
            for q, v in zip(queries[1:] or queries, vectors, strict=True)
        ]
        clock.lap("retrieve")
        source = SnapshotSource(snapshot)
        pair = _editions(snapshot, found[0], allowed, as_of) if either else None
        if pair:
            of_each = [
                retrieve(snapshot, queries[1], vectors[0], k=HITS, dense_weight=dense_weight, allowed={p}, parts=parts)
                for p in pair
            ]
            compared = [Compared(*side) for side in zip(_EDITIONS, queries[1:] * 2, of_each, strict=True)]
            drafted = answerer.compare(queries[0], compared, source, as_of)
        elif either:
            drafted = _with_warning(answerer.draft(queries[1], found[0], source, as_of), _ONE_EDITION)
        elif sides:
            compared = [
                Compared(side.name, query, _of_rank(side.rank, hits), side.body)
                for side, query, hits in zip(sides, queries[1:], found, strict=True)
            ]
            drafted = answerer.compare(queries[0], compared, source, as_of)
        else:
            drafted = answerer.draft(queries[0], found[0], source, as_of)
        clock.lap("answer")
        return drafted

    drafted = on_snapshot(work)
    return replace(drafted, answer=replace(drafted.answer, question=text, timings_ms=clock.done()))


def _editions(snapshot: Snapshot, found: Retrieved, allowed: set[str] | None, as_of: date) -> tuple[str, str] | None:
    """The newer and the older edition of the first document found that has two, both within the filters."""
    for policy_id in list(dict.fromkeys(hit.chunk.policy_id for hit in found.hits))[:_EDITIONS_AMONG]:
        header = snapshot.headers([policy_id])[policy_id]
        pair = editions(header, snapshot.relations(policy_id), as_of)
        if pair and (allowed is None or allowed.issuperset(pair)):
            return pair
    return None


def _of_rank(rank: str, found: Retrieved) -> Retrieved:
    """What was found without documents of lower bodies than those of a rank, where one is given."""
    if not rank:
        return found
    kept = (h for h in found.hits if not is_below(rank, h.document.issuer, h.document.issuer_region))
    return replace(found, hits=tuple(kept))


def _with_warning(draft: Draft, warning: str) -> Draft:
    if draft.answer.abstained:
        return draft
    return replace(draft, answer=replace(draft.answer, warnings=(*draft.answer.warnings, warning)))


def _allowed(snapshot: Snapshot, filters: Filters, as_of: date) -> set[str] | None:
    """Ids of the documents that pass the filters, their validity judged as of a day; None for no restriction."""
    allowed = snapshot.allowed(filters)
    if allowed is None or not filters.statuses:
        return allowed
    return {p for p, header in snapshot.headers(allowed).items() if status_on(header, as_of) in filters.statuses}


class _Clock:
    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self._laps[name] = self._laps.get(name, 0.0) + (now - self._last) * 1000
        self._last = now

    def done(self) -> dict[str, float]:
        laps = {**self._laps, "total": (time.perf_counter() - self._start) * 1000}
        return {name: math.ceil(ms * 10) / 10 for name, ms in laps.items()}
