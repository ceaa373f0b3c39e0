"""The limits of the gate, by coordinate search on what each question's evidence looks like.

The aim is the mean of two shares: of answerable questions answered with the gold in the first passage, and of
unanswerable ones refused. So a set's proportion of unanswerable questions does not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from eval.answers import answer_metrics, answer_recall
from eval.comparison import ALPHA
from eval.gold import find_gold
from eval.model import Cited, Dataset, Question, Said
from eval.stats import as_rows, paired_test
from eval.systems import Context, Progress
from eval.systems.product import filters_of, open_base
from eval.tuning.folds import source_of, split
from kb.ask import HITS, SnapshotSource
from kb.base import KnowledgeBase, Snapshot
from kb.evidence import Evidence
from kb.evidence import Question as WeighedQuestion
from kb.followup import analyse_turn
from kb.gate import admissible
from kb.passage import Passage
from kb.query import localised
from kb.retrieve import retrieve
from kb.tuning import Thresholds, Tuning

STEPS = tuple(round(0.05 * i, 2) for i in range(21))
_PASSES = 3
_FIRST = 40  # evidence looked at for a question, best first
_NAMES = tuple(f.name for f in fields(Thresholds))


@dataclass(frozen=True, slots=True)
class Case:
    """A question before the gate. ``right`` says of each piece of evidence whether answering with it is right.

    ``settled`` is whether it was answered (True) or refused (False) without the gate, with ``settled_right``;
    ``source`` is the set it comes from.
    """

    answerable: bool
    question: WeighedQuestion
    evidence: tuple[Evidence, ...]
    right: tuple[float, ...]
    settled: bool | None = None
    settled_right: float = 0.0
    source: str = ""

    def mark(self, limits: Thresholds) -> float:
        """How right the outcome under these limits is: 0 to 1."""
        if self.settled is not None:
            return self.settled_right if self.answerable else float(not self.settled)
        for evidence, right in zip(self.evidence, self.right, strict=True):
            if admissible(self.question, evidence, limits):
                return right if self.answerable else 0.0
        return 0.0 if self.answerable else 1.0


@dataclass(frozen=True, slots=True)
class GateResult:
    """``best`` was found on all questions.

    ``held_out`` is what each question gets from the limits found without its fold, ``before_held_out`` from those in
    use, ``p`` how likely chance makes such a difference.

    ``around`` maps each limit to the aim at its values with the others at their best.
    """

    best: Thresholds
    score: float
    before_score: float
    held_out: float
    before_held_out: float
    p: float
    around: Mapping[str, Mapping[float, float]]

    @property
    def pays(self) -> bool:
        """Whether the search did better than the limits in use on questions it had not seen, by more than chance."""
        return self.held_out > self.before_held_out and self.p < ALPHA


def cases_of(context: Context, tuning: Tuning, progress: Progress) -> list[Case]:
    """Every question of a set as it stands before the gate, searched with this tuning."""
    with open_base(context, retuned=lambda _: tuning) as base:
        return [_case(base, context, question, progress) for question in context.dataset.questions]


def fold_cases(dataset: Dataset, count: int, seed: int) -> list[int]:
    """The fold of each of a set's cases."""
    return split(dataset.questions, count, seed)


def choose(cases: Sequence[Case], folds: Sequence[int], count: int, before: Thresholds) -> GateResult:
    """The best limits near those in use, with their cross-validated value."""
    best = _search(cases, before)
    held = [0.0] * len(cases)
    used = [case.mark(before) for case in cases]
    for fold in range(count):
        train = [c for c, f in zip(cases, folds, strict=True) if f != fold]
        limits = _search(train, before) if _both(train) else before
        for i, (case, f) in enumerate(zip(cases, folds, strict=True)):
            if f == fold:
                held[i] = case.mark(limits)
    around = {
        name: {value: aim(cases, replace(best, **{name: value})) for value in sorted({*STEPS, getattr(best, name)})}
        for name in _NAMES
    }
    return GateResult(
        best=best,
        score=aim(cases, best),
        before_score=aim(cases, before),
        held_out=_balanced(cases, held),
        before_held_out=_balanced(cases, used),
        p=paired_test(as_rows(_shares(cases, used)), as_rows(_shares(cases, held))),
        around=around,
    )


def aim(cases: Sequence[Case], limits: Thresholds) -> float:
    """The mean over sets of the mean of the share answered rightly and the share refused rightly."""
    return _balanced(cases, [c.mark(limits) for c in cases])


def _balanced(cases: Sequence[Case], marks: Sequence[float]) -> float:
    return float(np.mean(_shares(cases, marks)))


def _shares(cases: Sequence[Case], marks: Sequence[float]) -> list[float]:
    """The marks, each weighed so that their mean counts every set, and both kinds of question, the same."""
    sizes = Counter((c.source, c.answerable) for c in cases)
    return [m * len(cases) / (len(sizes) * sizes[c.source, c.answerable]) for c, m in zip(cases, marks, strict=True)]


def usable(dataset: Dataset) -> bool:
    """Whether a set says something about refusing: it has questions of both kinds, and gold."""
    kinds = {q.answerable for q in dataset.questions}
    return kinds == {True, False} and any(q.answers or q.must or q.evidence for q in dataset.questions)


def _both(cases: Sequence[Case]) -> bool:
    return {c.answerable for c in cases} == {True, False}


def _search(cases: Sequence[Case], start: Thresholds) -> Thresholds:
    """Coordinate ascent: one limit at a time to its best value, of equal ones the nearest to the start."""
    best, score = start, aim(cases, start)
    for _ in range(_PASSES):
        before = score
        for name in _NAMES:
            tried = {value: aim(cases, replace(best, **{name: value})) for value in STEPS}
            value = max(tried, key=lambda v: (round(tried[v], 9), -abs(v - getattr(start, name))))
            if tried[value] > score + 1e-9:
                best, score = replace(best, **{name: value}), tried[value]
        if score <= before + 1e-9:
            break
    return best


def _case(base: KnowledgeBase, context: Context, question: Question, progress: Progress) -> Case:
    turn = analyse_turn(question.text, question.history)
    vector = base.query_vector(turn.text)
    filters = filters_of(question)

    def work(snapshot: Snapshot) -> Case:
        query = localised(turn, snapshot.region_codes())
        found = retrieve(
            snapshot, query, vector, k=HITS, dense_weight=base.dense_weight, allowed=snapshot.allowed(filters)
        )
        weighed = base.answerer.weigh(query, found, SnapshotSource(snapshot), question.as_of or context.as_of)
        if weighed.settled is not None:
            answer = weighed.settled
            said = Said("\n".join(s.text for s in answer.sentences), answer.abstained)
            right = answer_recall(question, said) or 0.0
            name = source_of(context.dataset)
            return Case(question.answerable, weighed.question, (), (), not answer.abstained, right, name)
        first = weighed.ranked[:_FIRST]
        return Case(
            question.answerable,
            weighed.question,
            tuple(p.evidence for p in first),
            tuple(_right(question, p, context.dataset) for p in first),
            source=source_of(context.dataset),
        )

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
