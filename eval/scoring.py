"""From results to figures: each measure for each question, then means with intervals, whole and by type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from eval import answers
from eval.dataset import sampled
from eval.gold import Gold, find_gold
from eval.model import Dataset, Question, Result
from eval.ranking import MEASURES as RANKING
from eval.ranking import ranking_metrics
from eval.spans import span_cover, span_recall
from eval.stats import Interval, Statistic, Values, as_rows, f1, interval, mean

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
    "errors",
)
#: Measures of which less is better.
LESS_IS_BETTER = frozenset(
    ("unsupported_numbers", "wrong_value", "answer_chars", "quoted_chars", "peak_memory_mb", "errors")
) | {name for name in REPORTED if name.endswith("_ms")}
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
    "refusal_f1",
    "unsupported_numbers",
    "wrong_value",
)
_REFUSAL = ("refusal_precision", "refusal_recall", "refusal_f1")

PerQuestion = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Scores:
    """One system on one set. ``questions`` holds each question's values; ``n`` how many each mean is over.

    ``balanced`` are the questions that the refusal measures are over: as many answerable ones as unanswerable.
    A measure that does not apply is None.
    """

    metrics: Mapping[str, float | None]
    ci: Mapping[str, Interval | None]
    n: Mapping[str, int]
    by_type: Mapping[str, Mapping[str, float | None]]
    questions: PerQuestion
    balanced: frozenset[str] = frozenset()
    errors: Mapping[str, str] = field(default_factory=dict)


class Scorer:
    """Scores systems on one set: the gold is looked up once."""

    def __init__(self, dataset: Dataset, seed: int = 0) -> None:
        self.dataset, self._seed = dataset, seed
        self.gold: dict[str, Gold] = {q.question_id: find_gold(q, dataset.records) for q in dataset.questions}
        refused = sum(not q.answerable for q in dataset.questions)
        pairs = min(refused, len(dataset.questions) - refused)
        drawn = sampled(dataset.questions, 2 * pairs, seed) if pairs else []
        self.balanced = frozenset(q.question_id for q in drawn)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What of the gold could not be found in the documents."""
        lost = sum(g.lost for g in self.gold.values())
        return (f"{lost} 处依据或答案在文件里找不到原文（或长于 400 字），不计入依据片段指标。",) if lost else ()

    def score(self, results: Mapping[str, Result], stats: Mapping[str, float]) -> Scores:
        """The figures of one system's results."""
        questions = self._per_question(results)
        times = _times(results.values())
        metrics: dict[str, float | None] = dict.fromkeys(REPORTED)
        ci: dict[str, Interval | None] = dict.fromkeys(REPORTED)
        n = dict.fromkeys(REPORTED, 0)
        for name in (*RANKING, *(f"span_recall@{k}" for k in SPAN_DEPTHS), "span_cover@5", *answers.MEASURES):
            if name not in metrics:
                continue
            values = [row[name] for row in questions.values() if name in row]
            n[name] = len(values)
            metrics[name] = float(np.mean(values)) if values else None
            ci[name] = interval(as_rows(values), mean, self._seed) if values else None
        for name in _REFUSAL:
            rows = refusal_rows(self._decisions(questions))
            n[name] = len(rows)
            if len(rows):
                statistic = _REFUSAL_STATISTICS[name]
                metrics[name] = float(statistic(rows.sum(axis=0)))
                ci[name] = interval(rows, statistic, self._seed)
        errors = {i: r.error for i, r in results.items() if r.error}
        metrics |= times | {"peak_memory_mb": stats.get("peak_memory_mb"), "errors": float(len(errors))}
        by_type = self._by_type(questions)
        return Scores(metrics, ci, n, by_type, questions, self.balanced, errors)

    def _per_question(self, results: Mapping[str, Result]) -> PerQuestion:
        """Each question's values; a measure that does not apply to it is absent, a missing result counts 0."""
        ranking = ranking_metrics(self.dataset.questions, results)
        answering = any(r.said is not None for r in results.values())
        found: PerQuestion = {}
        for question in self.dataset.questions:
            i = question.question_id
            result = results.get(i, Result(i))
            row: dict[str, float | None] = dict(ranking.get(i, {}))
            if question.answerable:
                for k in SPAN_DEPTHS:
                    row[f"span_recall@{k}"] = span_recall(self.gold[i], result.spans, self.dataset.records, k)
                row["span_cover@5"] = span_cover(self.gold[i], result.spans, self.dataset.records, 5)
            if answering:
                row |= answers.answer_metrics(question, self.gold[i], result.said, self.dataset.records)
            found[i] = {name: value for name, value in row.items() if value is not None}
        return found

    def _decisions(self, questions: PerQuestion) -> list[tuple[bool, bool]]:
        """(should be refused, was refused) for the balanced sample."""
        made = []
        for question in self.dataset.questions:
            right = questions[question.question_id].get("refusal_right")
            if question.question_id in self.balanced and right is not None:
                made.append((not question.answerable, question.answerable != bool(right)))
        return made

    def _by_type(self, questions: PerQuestion) -> dict[str, dict[str, float | None]]:
        types: dict[str, list[Question]] = {}
        for question in self.dataset.questions:
            types.setdefault(question.type or UNTYPED, []).append(question)
        if set(types) == {UNTYPED}:
            return {}
        found: dict[str, dict[str, float | None]] = {}
        for name, members in sorted(types.items(), key=lambda item: (-len(item[1]), item[0])):
            rows = [questions[q.question_id] for q in members]
            measured = {
                metric: [row[metric] for row in rows if metric in row]
                for metric in (*TESTED, "refusal_right")
                if metric != "refusal_f1"
            }
            means = {metric: float(np.mean(values)) if values else None for metric, values in measured.items()}
            found[name] = {"n": float(len(members)), **means}
        return found


def refusal_rows(decisions: Sequence[tuple[bool, bool]]) -> Values:
    """Rows (n, 3) of tp, fp, fn of refusing, from (should be refused, was refused)."""
    return np.array([[s and r, r and not s, s and not r] for s, r in decisions], dtype=float).reshape(-1, 3)


def precision(sums: Values) -> Values:
    """Tp / (tp + fp) from sums (…, 3); 0 where nothing was refused."""
    return _ratio(sums[..., 0], sums[..., 0] + sums[..., 1])


def recall(sums: Values) -> Values:
    """Tp / (tp + fn) from sums (…, 3)."""
    return _ratio(sums[..., 0], sums[..., 0] + sums[..., 2])


def _ratio(part: Values, whole: Values) -> Values:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


_REFUSAL_STATISTICS: dict[str, Statistic] = {
    "refusal_precision": precision,
    "refusal_recall": recall,
    "refusal_f1": f1,
}


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
