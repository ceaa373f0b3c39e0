"""The vectors' share in the fused score and the weight of a chunk's context, by grid search.

Each leg is searched, and the candidates looked at, once for a context weight; every share is then tried on them. The
aim is the mean of MRR@10 by document and span recall@5, averaged over sets that each count the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eval.comparison import ALPHA
from eval.errors import EvalError
from eval.gold import find_gold
from eval.model import Dataset, Question, Span
from eval.ranking import rank_documents, searched_for
from eval.spans import span_recall
from eval.stats import Values, as_rows, paired_test
from eval.systems import Context, Progress
from eval.systems.product import open_base
from eval.tuning.folds import split
from kb.base import KnowledgeBase, Snapshot
from kb.fusion import fuse, ranked, search_legs
from kb.rerank import looked_at
from kb.tuning import Tuning

WEIGHTS = tuple(round(0.05 * i, 2) for i in range(21))
BOOSTS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_CUT = 10
_TRIFLE = 0.002
_KERNEL = ((-1, 1), (0, 2), (1, 1))  # neighbours and what each counts
_SPANS = 40  # as many as can hold ten documents and five slices
Point = tuple[float, float]
Grid = dict[Point, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class FusionResult:
    """``best`` is (dense_weight, context_boost), ``before`` the grid's point nearest to what was in use.

    ``held_out`` is what each question gets from the choice made without its fold, ``before_held_out`` what it gets
    from what was in use, ``p`` how likely chance makes such a difference. ``at`` maps every point to its mean;
    ``flat`` are the ends of the run of weights around the best that lie within one standard ``error`` of it.
    """

    best: Point
    score: float
    before: Point
    before_score: float
    held_out: float
    before_held_out: float
    p: float
    at: Mapping[Point, float]
    error: float
    flat: tuple[float, float]

    @property
    def pays(self) -> bool:
        """Whether the choice did better than what was in use on questions it had not seen, by more than chance."""
        return self.held_out > self.before_held_out and self.p < ALPHA


def measure(context: Context, progress: Progress) -> Grid:
    """The aim for each question of a set at each point of the grid."""
    grid: Grid = {}
    for boost in BOOSTS:
        with open_base(context, retuned=_boosted(boost)) as base:
            rows = [_row(base, context.dataset, q, progress) for q in questions_of(context.dataset)]
        columns = np.array(rows, dtype=float).reshape(-1, len(WEIGHTS))
        grid |= {(weight, boost): columns[:, i] for i, weight in enumerate(WEIGHTS)}
    return grid


def choose(grids: Sequence[Grid], folds: Sequence[Sequence[int]], count: int, before: Point) -> FusionResult:
    """The best point, with its cross-validated value. ``folds`` has the fold of each row of each grid.

    Raises EvalError for a set with fewer than two rows.
    """
    if any(len(f) < 2 for f in folds):
        raise EvalError("每个开发集至少要有 2 个标注了相关文件的可答问题，才能调融合权重。")
    everywhere = [np.ones(len(f), dtype=bool) for f in folds]
    at = {point: _mean(grids, everywhere, point) for point in grids[0]}
    best = _best(at, before)
    start = min(at, key=lambda p: (abs(p[0] - before[0]) + abs(p[1] - before[1]), p))
    held = [np.empty(len(f)) for f in folds]
    for fold in range(count):
        train = [np.array(f) != fold for f in folds]
        if all(t.any() for t in train):
            chosen = _best({point: _mean(grids, train, point) for point in grids[0]}, before)
        else:
            chosen = start  # a set that lies in one fold teaches nothing about itself
        for values, grid, t in zip(held, grids, train, strict=True):
            values[~t] = grid[chosen][~t]
    used = [grid[start] for grid in grids]
    error = float(np.sqrt(sum(g[best].var(ddof=1) / len(g[best]) for g in grids)) / len(grids))
    return FusionResult(
        best=best,
        score=at[best],
        before=start,
        before_score=at[start],
        held_out=float(np.mean([values.mean() for values in held])),
        before_held_out=float(np.mean([values.mean() for values in used])),
        p=paired_test(_rows(used), _rows(held)),
        at=at,
        error=error,
        flat=_flat(at, best, at[best] - error),
    )


def _rows(marks: Sequence[NDArray[np.float64]]) -> Values:
    """Rows whose mean is the mean over sets of the mean over their questions."""
    total = sum(map(len, marks))
    return as_rows([value * total / (len(marks) * len(m)) for m in marks for value in m])


def _flat(at: Mapping[Point, float], best: Point, least: float) -> tuple[float, float]:
    """The ends of the run of weights around the best one that all reach ``least``."""
    low = high = WEIGHTS.index(best[0])
    while low > 0 and at[WEIGHTS[low - 1], best[1]] >= least:
        low -= 1
    while high + 1 < len(WEIGHTS) and at[WEIGHTS[high + 1], best[1]] >= least:
        high += 1
    return WEIGHTS[low], WEIGHTS[high]


def tuned(tuning: Tuning, result: FusionResult) -> Tuning:
    """The tuning with the weights found, if they pay."""
    if not result.pays:
        return tuning
    return replace(tuning, dense_weight=result.best[0], context_boost=result.best[1])


def fold_rows(dataset: Dataset, count: int, seed: int) -> list[int]:
    """The fold of each row of a set's grid."""
    return split(questions_of(dataset), count, seed)


def questions_of(dataset: Dataset) -> list[Question]:
    """The questions the grid has rows for."""
    return [q for q in dataset.questions if searched_for(q)]


def _boosted(boost: float) -> Callable[[Tuning], Tuning]:
    return lambda tuning: replace(tuning, context_boost=boost)


def _row(base: KnowledgeBase, dataset: Dataset, question: Question, progress: Progress) -> list[float]:
    query = base.analysed(question.text, question.history)
    vector = base.query_vector(query.text)
    gold = find_gold(question, dataset.records)

    def work(snapshot: Snapshot) -> list[float]:
        legs = search_legs(snapshot, query, vector)
        found = snapshot.chunks_by_id([*{**legs.lexical, **legs.dense}])
        legs = looked_at(legs, snapshot, query, found)  # what is looked for does not depend on the weight
        marks = []
        for weight in WEIGHTS:
            chunks = [found[c] for c in ranked(fuse(legs, weight)) if c in found][:_SPANS]
            spans = [Span(c.policy_id, c.start, c.end) for c in chunks]
            recall = span_recall(gold, spans, dataset.records, 5)
            reciprocal = _reciprocal_rank(rank_documents(spans)[:_CUT], question.relevant)
            marks.append(reciprocal if recall is None else (reciprocal + recall) / 2)
        return marks

    marks = base.on_snapshot(work)
    progress(1)
    return marks


def _reciprocal_rank(documents: Sequence[str], relevant: Mapping[str, int]) -> float:
    return next((1 / rank for rank, p in enumerate(documents, 1) if relevant.get(p, 0) > 0), 0.0)


def _mean(grids: Sequence[Grid], masks: Sequence[NDArray[np.bool_]], point: Point) -> float:
    """The mean over sets of the mean over their chosen questions."""
    return float(np.mean([g[point][m].mean() for g, m in zip(grids, masks, strict=True)]))


def _best(at: Mapping[Point, float], before: Point) -> Point:
    """The point whose neighbourhood is best, so that none at the edge of a cliff is taken.

    Of those that are as good but for a trifle the one nearest to what is in use: a change needs a reason.
    """

    def around(point: Point) -> float:
        i, j = WEIGHTS.index(point[0]), BOOSTS.index(point[1])
        near = [
            (a * b, at[_nearest(WEIGHTS, i + di), _nearest(BOOSTS, j + dj)]) for di, a in _KERNEL for dj, b in _KERNEL
        ]
        return sum(a * value for a, value in near) / sum(a for a, _ in near)

    values = {point: around(point) for point in at}
    equal = [p for p, value in values.items() if value >= max(values.values()) - _TRIFLE]
    return min(equal, key=lambda p: (round(abs(p[0] - before[0]) + abs(p[1] - before[1]), 9), -values[p], p))


def _nearest(scale: Sequence[float], i: int) -> float:
    """The value at a place of a scale; beyond an end, the end."""
    return scale[min(max(i, 0), len(scale) - 1)]
