"""The weights by which passages are ranked: a conditional logit on questions with known evidence.

Each question's passages compete; the likelihood is that one of those on the evidence wins (McFadden 1974). Every set
counts the same, whatever its size. Signs are scaled to unit variance for the fit and the scale is folded into the
weights.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.comparison import ALPHA
from eval.extras import require
from eval.gold import Gold, find_gold
from eval.model import Dataset, Question
from eval.stats import as_rows, paired_test
from eval.systems import Context, Progress
from eval.systems.product import filters_of, open_base
from eval.tuning.folds import source_of, split
from kb.ask import HITS, SnapshotSource
from kb.base import KnowledgeBase, Snapshot
from kb.passage import SIGNS, Passage
from kb.query import localised
from kb.retrieve import retrieve
from kb.tuning import Tuning
from kb.verdict import LEAST_SHARE

_PENALTY = 0.01  # of the squared weights of scaled signs, beside the mean log-likelihood
Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Signing:
    """Which signs of a passage are weighed; ``of`` gives their values, None for a passage that does not compete."""

    names: tuple[str, ...]
    of: Callable[[Passage], Sequence[float] | None]


def _judged(passage: Passage) -> Sequence[float] | None:
    return None if passage.logit is None else (math.log(max(passage.share, LEAST_SHARE)), passage.logit)


#: The first order of passages, by their signs; and the second, by that order and the judge's logit.
BY_SIGNS = Signing(SIGNS, lambda passage: [getattr(passage.signs, name) for name in SIGNS])
BY_JUDGE = Signing(("prior", "logit"), _judged)
#: With these the judge is asked, and changes nothing.
UNWEIGHED = {"prior": 1.0, "logit": 0.0}


@dataclass(frozen=True, slots=True)
class Contest:
    """A question's passages: their signs (n, signs) and which of them are on the evidence (n,)."""

    signs: NDArray[np.float64]
    right: NDArray[np.bool_]
    source: str = ""
    names: tuple[str, ...] = SIGNS

    def mark(self, weights: Mapping[str, float]) -> float:
        """1 where the first passage is on the evidence."""
        if not self.right.any():
            return 0.0
        scores = self.signs @ np.array([weights.get(name, 0.0) for name in self.names])
        return float(self.right[int(np.argmax(scores))])


@dataclass(frozen=True, slots=True)
class RankerResult:
    """``best`` was fitted on all questions; ``held_out`` is what each gets from the fit without its fold."""

    best: Weights
    score: float
    before_score: float
    held_out: float
    p: float
    by_set: Mapping[str, float]

    @property
    def pays(self) -> bool:
        """Whether the fit did better than the weights in use on questions it had not seen, by more than chance."""
        return self.held_out > self.before_score and self.p < ALPHA


def questions_of(dataset: Dataset) -> list[Question]:
    """The answerable questions whose evidence stands in the set's documents."""
    return [q for q in dataset.questions if q.answerable and find_gold(q, dataset.records).groups]


def contests_of(context: Context, tuning: Tuning, progress: Progress, signing: Signing = BY_SIGNS) -> list[Contest]:
    """The passages found for each question of a set, searched with this tuning."""
    with open_base(context, retuned=lambda _: tuning) as base:
        return [_contest(base, context, question, signing, progress) for question in questions_of(context.dataset)]


def fold_contests(dataset: Dataset, count: int, seed: int) -> list[int]:
    """The fold of each of a set's contests."""
    return split(questions_of(dataset), count, seed)


def fit(contests: Sequence[Contest]) -> Weights:
    """The weights under which evidence wins most likely."""
    names = contests[0].names
    usable = [c for c in contests if c.right.any() and not c.right.all()]
    stacked = np.vstack([c.signs for c in usable])
    scale = stacked.std(0)
    scale[scale < 1e-9] = np.inf  # a sign that never differs says nothing
    sizes = Counter(c.source for c in usable)
    each = np.array([1 / (len(sizes) * sizes[c.source]) for c in usable])
    scaled = [c.signs / scale for c in usable]

    def loss(beta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, slope = _PENALTY * float(beta @ beta), 2 * _PENALTY * beta
        for weight, signs, contest in zip(each, scaled, usable, strict=True):
            raised = np.exp((scores := signs @ beta) - scores.max())
            all_of, right = raised / raised.sum(), np.where(contest.right, raised, 0.0)
            value -= weight * float(np.log(right.sum() / raised.sum()))
            slope = slope - weight * (right / right.sum() - all_of) @ signs
        return value, slope

    optimize = require("scipy.optimize", "scipy")
    found: Any = optimize.minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B")
    return {name: round(float(w), 4) for name, w in zip(names, found.x / scale, strict=True)}


def choose(contests: Sequence[Contest], folds: Sequence[int], count: int, before: Mapping[str, float]) -> RankerResult:
    """The weights fitted on all contests, with their cross-validated value."""
    held = [0.0] * len(contests)
    for fold in range(count):
        weights = fit([c for c, f in zip(contests, folds, strict=True) if f != fold])
        for i, (contest, f) in enumerate(zip(contests, folds, strict=True)):
            if f == fold:
                held[i] = contest.mark(weights)
    used = [c.mark(before) for c in contests]
    best = fit(contests)
    return RankerResult(
        best=best,
        score=_mean(contests, [c.mark(best) for c in contests]),
        before_score=_mean(contests, used),
        held_out=_mean(contests, held),
        p=paired_test(as_rows(_shares(contests, used)), as_rows(_shares(contests, held))),
        by_set={
            source: float(np.mean([h for h, c in zip(held, contests, strict=True) if c.source == source]))
            for source in sorted({c.source for c in contests})
        },
    )


def tuned(tuning: Tuning, found: RankerResult, signing: Signing = BY_SIGNS) -> Tuning:
    """The tuning with the fitted weights, if they pay."""
    if not found.pays:
        return tuning
    return replace(tuning, ranker=found.best) if signing is BY_SIGNS else replace(tuning, judge=found.best)


def _mean(contests: Sequence[Contest], marks: Sequence[float]) -> float:
    return float(np.mean(_shares(contests, marks)))


def _shares(contests: Sequence[Contest], marks: Sequence[float]) -> list[float]:
    """The marks, weighed so that their mean counts every set the same."""
    sizes = Counter(c.source for c in contests)
    return [m * len(contests) / (len(sizes) * sizes[c.source]) for c, m in zip(contests, marks, strict=True)]


def _contest(
    base: KnowledgeBase, context: Context, question: Question, signing: Signing, progress: Progress
) -> Contest:
    turn = base.analysed(question.text, question.history)
    vector = base.query_vector(turn.text)
    gold = find_gold(question, context.dataset.records)
    day = question.as_of or context.as_of

    def work(snapshot: Snapshot) -> Contest:
        query = localised(turn, snapshot.region_codes())
        allowed = snapshot.allowed(filters_of(question))
        found = retrieve(snapshot, query, vector, k=HITS, dense_weight=base.dense_weight, allowed=allowed, as_of=day)
        ranked = base.answerer.passages(query, found, SnapshotSource(snapshot), day)
        competing = [(p, row) for p in ranked if (row := signing.of(p)) is not None]
        return Contest(
            np.array([row for _, row in competing], dtype=float).reshape(-1, len(signing.names)),
            np.array([_on(p, gold) for p, _ in competing], dtype=bool),
            source_of(context.dataset),
            signing.names,
        )

    contest = base.on_snapshot(work)
    progress(1)
    return contest


def _on(passage: Passage, gold: Gold) -> bool:
    """Whether a passage is on the evidence, as citations are judged: they share half of the shorter."""
    policy_id = passage.view.document.policy_id
    places = [p for group in gold.groups for p in group if p.policy_id == policy_id]
    shared = [(min(p.end, passage.end) - max(p.start, passage.start), p.end - p.start) for p in places]
    return any(s > 0 and 2 * s >= min(length, passage.end - passage.start) for s, length in shared)
