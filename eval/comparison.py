"""Which differences between systems are more than chance, and which questions changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.scoring import LESS_IS_BETTER, TESTED, PerQuestion, Scores, refusal_rows
from eval.stats import Statistic, Values, as_rows, f1, holm, mean, paired_test

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Difference:
    """``b - a`` on one measure over ``n`` common questions. ``p`` is raw, ``adjusted`` after Holm's correction."""

    metric: str
    a: float
    b: float
    n: int
    p: float
    adjusted: float

    @property
    def significant(self) -> bool:
        """Whether the difference holds after correction."""
        return self.adjusted < ALPHA

    @property
    def better(self) -> bool:
        """Whether b does better than a, significant or not."""
        return (self.b < self.a) if self.metric in LESS_IS_BETTER else (self.b > self.a)


def differences(a: Scores, b: Scores, answerable: Callable[[str], bool], seed: int = 0) -> list[Difference]:
    """Paired tests of two systems on every tested measure that both have, corrected over these measures."""
    raw: dict[str, tuple[float, float, int, float]] = {}
    for metric in TESTED:
        pair = _pairs(metric, a, b, answerable)
        if pair is None:
            continue
        left, right, statistic = pair
        ends = float(statistic(left.sum(axis=0))), float(statistic(right.sum(axis=0)))
        raw[metric] = (*ends, len(left), paired_test(left, right, statistic, seed))
    adjusted = holm({metric: p for metric, (_, _, _, p) in raw.items()})
    return [Difference(metric, *found, adjusted[metric]) for metric, found in raw.items()]


def changed(a: PerQuestion, b: PerQuestion, metric: str) -> list[tuple[str, float, float]]:
    """Questions on which two systems differ in a measure: (id, in a, in b), the largest change first."""
    both = [(i, a[i][metric], b[i][metric]) for i in a if i in b and metric in a[i] and metric in b[i]]
    return sorted((row for row in both if row[1] != row[2]), key=lambda row: (-abs(row[2] - row[1]), row[0]))


def _pairs(
    metric: str, a: Scores, b: Scores, answerable: Callable[[str], bool]
) -> tuple[Values, Values, Statistic] | None:
    """Rows of both systems for the questions both have the measure for."""
    if metric == "refusal_f1":
        common = [i for i in a.questions if i in a.balanced and "refusal_right" in a.questions[i] and i in b.questions]
        common = [i for i in common if "refusal_right" in b.questions[i]]
        if not common:
            return None
        return _decided(common, a.questions, answerable), _decided(common, b.questions, answerable), f1
    common = [i for i in a.questions if metric in a.questions[i] and metric in b.questions.get(i, {})]
    if not common:
        return None
    left, right = ([scores.questions[i][metric] for i in common] for scores in (a, b))
    return as_rows(left), as_rows(right), mean


def _decided(ids: Iterable[str], questions: PerQuestion, answerable: Callable[[str], bool]) -> Values:
    return refusal_rows([(not answerable(i), answerable(i) != bool(questions[i]["refusal_right"])) for i in ids])


def against(
    reference: str, scores: Mapping[str, Scores], answerable: Callable[[str], bool], seed: int = 0
) -> dict[str, list[Difference]]:
    """Every other system against one, each corrected over its measures and the systems together."""
    found = {
        name: differences(s, scores[reference], answerable, seed) for name, s in scores.items() if name != reference
    }
    raw = {f"{name}\0{d.metric}": d.p for name, rows in found.items() for d in rows}
    adjusted = holm(raw)
    return {
        name: [Difference(d.metric, d.a, d.b, d.n, d.p, adjusted[f"{name}\0{d.metric}"]) for d in rows]
        for name, rows in found.items()
    }


def worst(questions: PerQuestion, metrics: Sequence[str], count: int = 20) -> list[tuple[str, float]]:
    """The questions a system does worst on: by the mean of those of the measures that apply, the lowest first."""
    marks = {i: [row[m] for m in metrics if m in row] for i, row in questions.items()}
    means = [(i, float(np.mean(values))) for i, values in marks.items() if values]
    return sorted(means, key=lambda item: (item[1], item[0]))[:count]
