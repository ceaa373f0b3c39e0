"""The gate: a logistic sum of what each question's best passage looks like, and the limit from which to answer.

The aim is the mean of two shares: of answerable questions answered with the gold in the first passage, and of
unanswerable ones refused. So a set's proportion of unanswerable questions does not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.answers import answer_metrics, answer_recall
from eval.comparison import ALPHA
from eval.extras import require
from eval.gold import find_gold
from eval.model import Cited, Dataset, Question, Said
from eval.stats import as_rows, paired_test
from eval.systems import Context, Progress
from eval.systems.product import filters_of, open_base
from eval.tuning.folds import source_of, split
from kb.ask import HITS, SnapshotSource
from kb.base import KnowledgeBase, Snapshot
from kb.gate import GATE_SIGNS, signs_of
from kb.passage import Passage
from kb.query import localised
from kb.retrieve import retrieve
from kb.tuning import Gate, Tuning

STEPS = tuple(round(0.02 * i, 2) for i in range(51))
# What speaks against an answer; the other signs speak for one, and a fit may not turn either round.
_AGAINST = frozenset({"untyped", "far", "missing", "other_name", "unsaid", "lacking"})
ALIKE = 0.005  # of the aim, by which limits do not differ
_PENALTY = 0.01  # of the squared weights of scaled signs, beside the mean log-likelihood


@dataclass(frozen=True, slots=True)
class Case:
    """A question before the gate: the signs of its best passage, and how right answering with it is.

    Without signs it is settled: answered (True) or refused (False) whatever the gate. ``source`` is its set.
    """

    answerable: bool
    signs: NDArray[np.float64] | None
    right: float = 0.0
    settled: bool = False
    source: str = ""

    def likelihood(self, gate: Gate) -> float:
        """How likely it is answerable by this gate."""
        if self.signs is None:
            return float(self.settled)
        total = gate.bias + float(self.signs @ np.array([gate.weights.get(name, 0.0) for name in GATE_SIGNS]))
        return float(1 / (1 + np.exp(-np.clip(total, -30, 30))))

    def mark(self, gate: Gate) -> float:
        """How right the outcome is: 0 to 1."""
        answered = self.settled if self.signs is None else self.likelihood(gate) >= gate.least
        if not answered:
            return float(not self.answerable)
        return self.right if self.answerable else 0.0


@dataclass(frozen=True, slots=True)
class GateResult:
    """``best`` was found on all questions; ``held_out`` is what each gets from the gate found without its fold.

    ``by_limit`` maps each limit to the aim with the weights at their best.
    """

    best: Gate
    score: float
    before_score: float
    held_out: float
    p: float
    by_limit: Mapping[float, float]

    @property
    def pays(self) -> bool:
        """Whether it did better than the gate in use on questions it had not seen, by more than chance."""
        return self.held_out > self.before_score and self.p < ALPHA


def cases_of(context: Context, tuning: Tuning, progress: Progress) -> list[Case]:
    """Every question of a set as it stands before the gate, searched with this tuning."""
    with open_base(context, retuned=lambda _: tuning) as base:
        return [_case(base, context, question, progress) for question in context.dataset.questions]


def fold_cases(dataset: Dataset, count: int, seed: int) -> list[int]:
    """The fold of each of a set's cases."""
    return split(dataset.questions, count, seed)


def choose(cases: Sequence[Case], folds: Sequence[int], count: int, before: Gate) -> GateResult:
    """The best gate, with its cross-validated value."""
    held = [0.0] * len(cases)
    for fold in range(count):
        train = [c for c, f in zip(cases, folds, strict=True) if f != fold]
        gate = fit(train) if _both(train) else before
        for i, (case, f) in enumerate(zip(cases, folds, strict=True)):
            if f == fold:
                held[i] = case.mark(gate)
    used = [case.mark(before) for case in cases]
    best = fit(cases)
    return GateResult(
        best=best,
        score=aim(cases, best),
        before_score=_balanced(cases, used),
        held_out=_balanced(cases, held),
        p=paired_test(as_rows(_shares(cases, used)), as_rows(_shares(cases, held))),
        by_limit={step: aim(cases, Gate(best.weights, best.bias, step)) for step in STEPS},
    )


def fit(cases: Sequence[Case]) -> Gate:
    """Weights by logistic regression, every set and both kinds of question counting the same; then the best limit."""
    open_cases = [c for c in cases if c.signs is not None]
    signs = np.vstack([c.signs for c in open_cases if c.signs is not None])
    center, scale = signs.mean(0), signs.std(0)
    scale[scale < 1e-9] = np.inf  # a sign that never differs says nothing
    scaled = (signs - center) / scale
    wanted = np.array([c.answerable for c in open_cases], dtype=float)
    each = np.array(_shares(open_cases, [1.0] * len(open_cases))) / len(open_cases)

    def loss(beta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total = beta[0] + scaled @ beta[1:]
        value = float(each @ (np.logaddexp(0, total) - wanted * total)) + _PENALTY * float(beta[1:] @ beta[1:])
        slope = each * (1 / (1 + np.exp(-total)) - wanted)
        return value, np.concatenate([[slope.sum()], slope @ scaled + 2 * _PENALTY * beta[1:]])

    optimize = require("scipy.optimize", "scipy")
    bounds = [(None, None), *((None, 0.0) if name in _AGAINST else (0.0, None) for name in GATE_SIGNS)]
    found: Any = optimize.minimize(loss, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds)
    weights = found.x[1:] / scale
    named = {name: round(float(w), 4) for name, w in zip(GATE_SIGNS, weights, strict=True)}
    bias = round(float(found.x[0] - weights @ np.where(np.isfinite(scale), center, 0.0)), 4)
    marks = {step: aim(cases, Gate(named, bias, step)) for step in STEPS}
    return Gate(named, bias, _nearest_even(marks))


def aim(cases: Sequence[Case], gate: Gate) -> float:
    """The mean over sets of the mean of the share answered rightly and the share refused rightly."""
    return _balanced(cases, [c.mark(gate) for c in cases])


def usable(dataset: Dataset) -> bool:
    """Whether a set says something about refusing: it has questions of both kinds, and gold."""
    kinds = {q.answerable for q in dataset.questions}
    return kinds == {True, False} and any(q.answers or q.must or q.evidence for q in dataset.questions)


def _nearest_even(marks: Mapping[float, float]) -> float:
    """Of the limits whose neighbourhoods do about best, the one nearest an even chance.

    A peak that a single question made is passed over, and what differs by less than chance is no reason to refuse.
    """
    steps = sorted(marks)
    smooth = {step: float(np.mean([marks[s] for s in steps[max(0, i - 2) : i + 3]])) for i, step in enumerate(steps)}
    best = max(smooth.values())
    return min((s for s in steps if smooth[s] > best - ALIKE), key=lambda s: (abs(s - 0.5), s))


def _balanced(cases: Sequence[Case], marks: Sequence[float]) -> float:
    return float(np.mean(_shares(cases, marks)))


def _shares(cases: Sequence[Case], marks: Sequence[float]) -> list[float]:
    """The marks, each weighed so that their mean counts every set, and both kinds of question, the same."""
    sizes = Counter((c.source, c.answerable) for c in cases)
    return [m * len(cases) / (len(sizes) * sizes[c.source, c.answerable]) for c, m in zip(cases, marks, strict=True)]


def _both(cases: Sequence[Case]) -> bool:
    return {c.answerable for c in cases if c.signs is not None} == {True, False}


def _case(base: KnowledgeBase, context: Context, question: Question, progress: Progress) -> Case:
    turn = base.analysed(question.text, question.history)
    vector = base.query_vector(turn.text)
    filters = filters_of(question)
    source = source_of(context.dataset)
    day = question.as_of or context.as_of

    def work(snapshot: Snapshot) -> Case:
        query = localised(turn, snapshot.region_codes())
        allowed = snapshot.allowed(filters)
        found = retrieve(snapshot, query, vector, k=HITS, dense_weight=base.dense_weight, allowed=allowed, as_of=day)
        weighed = base.answerer.weigh(query, found, SnapshotSource(snapshot), day)
        answer = weighed.settled
        if answer is not None:
            said = Said("\n".join(s.text for s in answer.sentences), answer.abstained)
            right = answer_recall(question, said) or 0.0
            return Case(question.answerable, None, right, not answer.abstained, source)
        if not weighed.ranked:
            return Case(question.answerable, None, 0.0, False, source)
        best = weighed.ranked[0]
        signs = signs_of(weighed.question, best)
        row = np.array([getattr(signs, name) for name in GATE_SIGNS], dtype=float)
        return Case(question.answerable, row, _right(question, best, context.dataset), source=source)

    case = base.on_snapshot(work)
    progress(1)
    return case


def _right(question: Question, passage: Passage, dataset: Dataset) -> float:
    """How right an answer that quotes this passage is: by the gold strings, else by the gold places."""
    document, start, end = passage.view.document, passage.start, passage.end
    quote = document.text[start:end]
    cited = Cited(document.policy_id, start, end, quote)
    said = Said(quote, abstained=False, citations=(cited,))
    found = answer_metrics(question, find_gold(question, dataset.records), said, dataset.records)
    return max(found["answer_recall"] or 0.0, found["citation_recall"] or 0.0)
