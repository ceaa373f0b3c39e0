"""Searching and answering on a base of a size: latency by stage, for one reader and several, filters, memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from eval.bench.measure import memory_mb, spread, timed
from kb.base import KnowledgeBase
from kb.config import Settings
from kb.embedding import open_embedding
from kb.fusion import POOL
from kb.model import DocumentHeader, Filters
from kb.text import query_tokens

_K = 10
_STARTS = 3


def serve(home: Path, settings: Settings, questions: Sequence[str], users: int) -> dict[str, Any]:
    """Ask all questions of the base in ``home``, alone and by so many readers at once."""
    model = open_embedding(settings, remember=2 * len(questions))
    with KnowledgeBase.open(settings.apart(home), embedder=model) as base:
        opened = timed(_warm, base, questions[0])
        # As the base reads them, mistyped words put right: it is these that a search has the vectors of.
        read = [base.respelled(question) for question in questions]
        alone = {
            "embed_ms": spread([timed(base.query_vector, q) for q in read]),
            "hybrid_without_embedding_ms": spread([timed(base.search, q, k=_K) for q in questions]),
            **_legs(base, read),
            "answer_ms": spread([timed(base.ask, q, model=False) for q in questions]),
        }
        many = {
            "search_ms": _at_once(lambda q: base.search(q, k=_K), questions, users),
            "answer_ms": _at_once(lambda q: base.ask(q, model=False), questions, users),
        }
        filtered = _filtered(base, questions)
        chunks = sum(header.chunks for header in base.documents())
        return {
            "chunks": chunks,
            "questions": len(questions),
            "open_s": round(opened, 2),
            "one": alone,
            f"users_{users}": many,
            "filtered": filtered,
            "memory": memory_mb(),
        }


def start(home: Path, question: str) -> dict[str, Any]:
    """Seconds from starting a process to its first result: a search on the command line, the median of three."""
    command = [sys.executable, "-m", "kb", "search", question, "--json", "--home", str(home)]
    alone = os.environ | {"ZHICE_CATALOG": ""}
    seconds = [timed(subprocess.run, command, check=True, capture_output=True, env=alone) for _ in range(_STARTS)]
    return {"search_command_s": round(float(np.median(seconds)), 3)}


def _warm(base: KnowledgeBase, question: str) -> None:
    """Bring the base to where a server is after its first minutes: Chroma opened and caught up, caches filled."""
    with base.snapshot() as snapshot:
        base.store.prepare_search(snapshot.view)
        base.store.index.refresh(snapshot.view)
        base.store.index.catch_up(snapshot.view)
    base.documents()  # as the page does when it starts
    for _ in range(3):
        base.ask(question, model=False)


def _legs(base: KnowledgeBase, questions: Sequence[str]) -> dict[str, dict[str, float]]:
    """Each leg by itself, as deep as a search goes in it."""
    lexical, dense = [], []
    with base.snapshot() as snapshot:
        for question in questions:
            tokens, vector = query_tokens(question), base.query_vector(question)
            lexical.append(timed(snapshot.lexical, tokens, POOL))
            dense.append(timed(snapshot.dense, vector, POOL))
    return {"lexical_ms": spread(lexical), "dense_ms": spread(dense)}


def _at_once(work: Callable[[str], object], questions: Sequence[str], users: int) -> dict[str, float]:
    """The questions shared out among readers who each ask the next when the last is answered."""
    with ThreadPoolExecutor(users) as pool:
        began = time.perf_counter()
        seconds = list(pool.map(lambda q: timed(work, q), questions))
        took = time.perf_counter() - began
    return {**spread(seconds), "per_s": round(len(questions) / took, 2)}


def _filtered(base: KnowledgeBase, questions: Sequence[str]) -> dict[str, Any]:
    """Searches within the commonest region and year, in turn with unfiltered ones; and recall against exact search."""
    filters = _commonest(base.documents())
    if filters is None:
        return {}
    plain: list[float] = []
    within: list[float] = []
    recalls = []
    for number, question in enumerate(questions):
        pair = [(plain, Filters()), (within, filters)]
        for seconds, restricted in pair if number % 2 else reversed(pair):  # the second finds the caches warm
            seconds.append(timed(base.search, question, k=_K, filters=restricted))
    with base.snapshot() as snapshot:
        allowed = snapshot.allowed(filters) or set()
        exact = {True: _Exact(base, allowed), False: _Exact(base, None)}
        for question in questions:
            vector = base.query_vector(question)
            recalls.append(
                (
                    exact[True].recall(vector, snapshot.dense(vector, _K, allowed)),
                    exact[False].recall(vector, snapshot.dense(vector, _K)),
                )
            )
    mean = np.mean(np.asarray(recalls), axis=0)
    unfiltered, filtered = spread(plain), spread(within)
    return {
        "region": filters.region,
        "from": filters.date_from,
        "to": filters.date_to,
        "documents": len(allowed),
        "unfiltered_ms": unfiltered,
        "filtered_ms": filtered,
        "ratio": round(filtered["p50"] / unfiltered["p50"], 3),
        "recall@10_filtered": round(float(mean[0]), 4),
        "recall@10_unfiltered": round(float(mean[1]), 4),
    }


class _Exact:
    """Every vector of some documents, compared one by one with nothing left out."""

    def __init__(self, base: KnowledgeBase, policy_ids: set[str] | None) -> None:
        with base.snapshot() as snapshot:
            rows = snapshot.view.chunk_rows(policy_ids)
            dimension = int(snapshot.view.meta("dimension") or 0)
            self._ids = np.array([row.chunk_id for row in rows])
            found = base.store.vectors.get([row.vector_key for row in rows], dimension)
        self._matrix = found / np.linalg.norm(found, axis=1, keepdims=True)

    def recall(self, vector: np.ndarray, hits: Sequence[tuple[str, float]]) -> float:
        """The share of the true ten nearest among the hits; equally near ones count alike."""
        scores = self._matrix @ vector
        k = min(_K, len(scores))
        if not k:
            return 1.0
        least = np.partition(scores, -k)[-k] - 1e-6
        near = set(self._ids[scores >= least])
        return min(1.0, sum(chunk_id in near for chunk_id, _ in hits) / k)


def _commonest(headers: Sequence[DocumentHeader]) -> Filters | None:
    """One region and one year that most documents share; None where no document has both."""
    dated = [(h.issuer_region, (h.written_on or h.published_on or "")[:4]) for h in headers]
    pairs = Counter((region, year) for region, year in dated if region and year)
    if not pairs:
        return None
    (region, year), _ = pairs.most_common(1)[0]
    return Filters(region=region, date_from=f"{year}-01-01", date_to=f"{year}-12-31")
