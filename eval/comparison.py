"""Which differences between systems are more than chance, and which questions changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eval.scoring import LESS_IS_BETTER, TESTED, PerQuestion, refusals
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


@dataclass(frozen=True, slots=True)
class Basis:
    """What two systems are compared on: which questions are answerable, and which the refusal measures are over."""

    answerable: Mapping[str, bool]
    balanced: Collection[str]
    seed: int = 0


def differences(a: PerQuestion, b: PerQuestion, basis: Basis, ids: Collection[str] | None = None) -> list[Difference]:
    """Paired tests of two systems on every tested measure that both have, not corrected yet."""
    found = []
    for metric in TESTED:
        pair = _pair(metric, a, b, basis, a.keys() if ids is None else ids)
        if pair is not None:
            left, right, statistic = pair
            p = paired_test(left, right, statistic, basis.seed)
            ends = [float(statistic(side.sum(axis=0))) for side in (left, right)]
            found.append(Difference(metric, ends[0], ends[1], len(left), p, p))
    return found


def corrected(families: Mapping[str, Sequence[Difference]]) -> dict[str, list[Difference]]:
    """The differences of several comparisons, corrected together."""
    adjusted = holm({f"{name}\0{d.metric}": d.p for name, rows in families.items() for d in rows})
    return {
        name: [replace(d, adjusted=adjusted[f"{name}\0{d.metric}"]) for d in rows] for name, rows in families.items()
    }


def against(
    reference: str, systems: Mapping[str, PerQuestion], basis: Basis, ids: Collection[str] | None = None
) -> dict[str, list[Difference]]:
    """Every other system against one, on all questions or some, corrected over measures and systems together."""
    ours = systems[reference]
    return corrected({name: differences(rows, ours, basis, ids) for name, rows in systems.items() if name != reference})


def changed(a: PerQuestion, b: PerQuestion, metric: str) -> list[tuple[str, float, float]]:
    """Questions on which two systems differ in a measure: (id, in a, in b), the largest change first."""
    both = [(i, a[i][metric], b[i][metric]) for i in a if metric in a[i] and metric in b.get(i, {})]
    return sorted((row for row in both if row[1] != row[2]), key=lambda row: (-abs(row[2] - row[1]), row[0]))


def worst(questions: PerQuestion, metrics: Sequence[str], count: int = 20) -> list[tuple[str, float]]:
    """The questions a system does worst on: by the mean of those of the measures that apply, the lowest first.

    The measures are shares of which 1 is best; questions that have it are left out.
    """
    marks = {i: [row[m] for m in metrics if m in row] for i, row in questions.items()}
    means = [(i, float(np.mean(values))) for i, values in marks.items() if values and min(values) < 1]
    return sorted(means, key=lambda item: (item[1], item[0]))[:count]


def _pair(
    metric: str, a: PerQuestion, b: PerQuestion, basis: Basis, ids: Collection[str]
) -> tuple[Values, Values, Statistic] | None:
    """Rows of both systems for the questions both have the measure for."""
    name = "refused" if metric == "refusal_f1" else metric
    common = [i for i in a if i in ids and name in a[i] and name in b.get(i, {})]
    if metric == "refusal_f1":
        common = [i for i in common if i in basis.balanced]
        left, right = refusals(a, common, basis.answerable), refusals(b, common, basis.answerable)
        return (left, right, f1) if common else None
    if not common:
        return None
    return as_rows([a[i][metric] for i in common]), as_rows([b[i][metric] for i in common]), mean
