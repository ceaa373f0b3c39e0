"""From results to figures: each measure for each question, then means with intervals, whole and by type."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from eval import answers
from eval.dataset import sampled
from eval.gold import Gold, find_gold
from eval.model import Dataset, Result
from eval.ranking import MEASURES as RANKING
from eval.ranking import ranking_metrics
from eval.spans import span_cover, span_recall
from eval.stats import Interval, Statistic, Values, as_rows, counts, f1, interval, mean, precision, recall

SPAN_DEPTHS = (1, 5, 10)
UNTYPED = "（未分类）"
#: Names that every run reports, in the order of its tables; the fractions first.
REPORTED = (
    *RANKING,
    *(f"span_recall@{k}" for k in SPAN_DEPTHS),
    "span_cover@5",
    "answer_recall",
    "answer_overlap",
    "citation_precision",
    "citation_recall",
    "grounded_recall",
    "quote_exact",
    "unsupported_numbers",
    "wrong_value",
    "refusal_precision",
    "refusal_recall",
    "refusal_f1",
    "answer_chars",
    "quoted_chars",
    "latency_p50_ms",
    "latency_p95_ms",
    "answer_latency_p50_ms",
    "answer_latency_p95_ms",
    "peak_memory_mb",
    "prepare_memory_mb",
    "errors",
)
#: Measures of which less is better.
LESS_IS_BETTER = frozenset(
    name
    for name in REPORTED
    if name.endswith(("_ms", "_mb", "_chars")) or name in ("unsupported_numbers", "wrong_value", "errors")
)
#: Measures of the answers a system chose to give: one that refuses more has them over other questions.
OF_GIVEN = frozenset(("quote_exact", "unsupported_numbers", "wrong_value", "answer_chars", "quoted_chars"))
#: Measures two systems are tested on; those of size and time vary with the machine.
TESTED = (
    "nDCG@10",
    "MRR@10",
    "Success@1",
    "Success@10",
    "R@10",
    "span_recall@5",
    "answer_recall",
    "citation_precision",
    "citation_recall",
    "grounded_recall",
    "refusal_f1",
    "unsupported_numbers",
    "wrong_value",
)
_REFUSAL: dict[str, Statistic] = {"refusal_precision": precision, "refusal_recall": recall, "refusal_f1": f1}
_SPANS = (*(f"span_recall@{k}" for k in SPAN_DEPTHS), "span_cover@5")
_MEANS = (*RANKING, *_SPANS, *(name for name in answers.MEASURES if name not in ("refused", "refusal_right")))

_NAMED = 3  # questions named for a cause

PerQuestion = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Means:
    """Means with their intervals. ``n`` says over how many questions each is; one that does not apply is None."""

    metrics: Mapping[str, float | None]
    ci: Mapping[str, Interval | None]
    n: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Scores:
    """One system on one set: means over all and by type, and each question's own values.

    ``balanced`` are the questions that the refusal measures are over: as many answerable ones as unanswerable.
    """

    whole: Means
    by_type: Mapping[str, Means]
    questions: PerQuestion
    balanced: frozenset[str] = frozenset()
    errors: Mapping[str, str] = field(default_factory=dict)


class Scorer:
    """Scores systems on one set: the gold is looked up once."""

    def __init__(self, dataset: Dataset, seed: int = 0) -> None:
        self.dataset, self._seed = dataset, seed
        self.gold: dict[str, Gold] = {q.question_id: find_gold(q, dataset.records) for q in dataset.questions}
        self.answerable = {q.question_id: q.answerable for q in dataset.questions}
        asked = [q for q in dataset.questions if q.answerable]
        self._quoted = {q.question_id for q in asked if q.evidence}
        self._answered = {q.question_id for q in asked if not q.evidence and (q.must or q.answers)}
        refused = len(dataset.questions) - sum(self.answerable.values())
        pairs = min(refused, sum(self.answerable.values()))
        drawn = sampled(dataset.questions, 2 * pairs, seed) if pairs else []
        self.balanced = frozenset(q.question_id for q in drawn)
        self.types: dict[str, list[str]] = {}
        for question in dataset.questions:
            self.types.setdefault(question.type or UNTYPED, []).append(question.question_id)

    @property
    def _verbatim(self) -> bool:
        """Whether answers that stand for evidence are mostly in the documents word for word, not in free words."""
        if not self._answered:
            return bool(self._quoted)
        return 2 * len(self._lost(self._answered)) < len(self._answered)

    def by_places(self, question_id: str) -> bool:
        """Whether a question's gold is places in the documents, which explicit evidence always is."""
        return question_id in self._quoted or self._verbatim

    def _lost(self, asked: Collection[str]) -> list[str]:
        """Those of the questions whose gold was not all found, in the set's order."""
        return [i for i, gold in self.gold.items() if i in asked and not gold.whole]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What of the gold could not be found in the documents, and why."""
        said = []
        if lost := self._lost(self._quoted):
            said.append(f"{len(lost)} 个问题的依据（evidence）没有全部找到，{self._not_counted(lost)}")
        if lost := self._lost(self._answered):
            told = f"{len(lost)} 个问题没有写 evidence，标准答案（answers、must）又"
            free = "不是文件原文，所以没写 evidence 的问题都不算依据片段指标，引文按文件核对。"
            said.append(f"{told}没有全部找到，{self._not_counted(lost)}" if self._verbatim else f"{told}{free}")
        return tuple(said)

    def _not_counted(self, lost: Sequence[str]) -> str:
        """The causes, each with a few of the questions it is met at."""
        met: dict[str, list[str]] = {}
        for i in lost:
            for cause in dict.fromkeys(self.gold[i].lost):
                met.setdefault(cause, []).append(i)
        causes = (f"{cause} {len(ids)} 个（{'、'.join(ids[:_NAMED])}）" for cause, ids in met.items())
        return f"不计入依据片段和引文指标：{'；'.join(causes)}。"

    def score(self, results: Mapping[str, Result], stats: Mapping[str, float], *, answering: bool) -> Scores:
        """The figures of one system's results; ``answering`` says whether it was asked for answers."""
        questions = self._per_question(results, answering)
        whole = self._means(questions, list(questions))
        errors = {i: r.error for i, r in results.items() if r.error}
        measured = _times(results.values()) | {"errors": float(len(errors))}
        measured |= {name: stats.get(name) for name in ("peak_memory_mb", "prepare_memory_mb")}
        whole = Means({**whole.metrics, **measured}, whole.ci, whole.n)
        by_type = {}
        if set(self.types) != {UNTYPED}:
            order = sorted(self.types, key=lambda name: (-len(self.types[name]), name))
            by_type = {name: self._means(questions, self.types[name]) for name in order}
        return Scores(whole, by_type, questions, self.balanced, errors)

    def _per_question(self, results: Mapping[str, Result], answering: bool) -> PerQuestion:
        """Each question's values; a measure that does not apply to it is absent, a missing result counts 0."""
        ranking = ranking_metrics(self.dataset.questions, results)
        found: PerQuestion = {}
        for question in self.dataset.questions:
            i = question.question_id
            result, gold = results.get(i, Result(i)), self.gold[i]
            row: dict[str, float | None] = dict(ranking.get(i, {}))
            by_places = self.by_places(i)
            if question.answerable and by_places:
                for k in SPAN_DEPTHS:
                    row[f"span_recall@{k}"] = span_recall(gold, result.spans, self.dataset.records, k)
                row["span_cover@5"] = span_cover(gold, result.spans, self.dataset.records, 5)
            if answering:
                records = self.dataset.records
                row |= answers.answer_metrics(question, gold, result.said, records, by_places=by_places)
            found[i] = {name: value for name, value in row.items() if value is not None}
        return found

    def _means(self, questions: PerQuestion, ids: Sequence[str]) -> Means:
        """Means and intervals over some of the questions."""
        metrics: dict[str, float | None] = dict.fromkeys(REPORTED)
        ci: dict[str, Interval | None] = dict.fromkeys(REPORTED)
        n = dict.fromkeys(REPORTED, 0)
        for name in _MEANS:
            values = [questions[i][name] for i in ids if name in questions[i]]
            n[name] = len(values)
            if values:
                metrics[name] = float(np.mean(values))
                ci[name] = interval(as_rows(values), mean, self._seed)
        rows = refusals(questions, [i for i in ids if i in self.balanced], self.answerable)
        something = bool(rows[:, [0, 2]].any())  # a type without unanswerable questions says nothing of refusing
        for name, statistic in _REFUSAL.items():
            n[name] = len(rows) if something else 0
            if something:
                metrics[name] = float(statistic(rows.sum(axis=0)))
                ci[name] = interval(rows, statistic, self._seed)
        return Means(metrics, ci, n)


def refusals(questions: PerQuestion, ids: Iterable[str], answerable: Mapping[str, bool]) -> Values:
    """Rows (n, 3) of tp, fp, fn of refusing, for those of the questions that were to be answered or refused."""
    decided = [i for i in ids if "refused" in questions.get(i, {})]
    return counts([not answerable[i] for i in decided], [bool(questions[i]["refused"]) for i in decided])


def _times(results: Iterable[Result]) -> dict[str, float | None]:
    """Percentiles of the wall-clock times of searching and of answering, in ms."""
    held = list(results)
    found: dict[str, float | None] = {}
    for prefix, name in (("", "search_ms"), ("answer_", "answer_ms")):
        taken = [t for r in held if (t := getattr(r, name)) is not None]
        for percent in (50, 95):
            value = float(np.percentile(taken, percent)) if taken else None
            found[f"{prefix}latency_p{percent}_ms"] = round(value, 2) if value is not None else None
    return found
