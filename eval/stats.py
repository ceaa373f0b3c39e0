"""Intervals and tests: percentile bootstrap, paired randomisation (Fisher–Pitman), Holm's correction.

Statistics are a mean, or F1 from per-question counts; both come down to column sums, so both go through one path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Statistic = Callable[[Values], Values]
Interval = tuple[float, float]
RESAMPLES = 2000
PERMUTATIONS = 10_000
_CELLS = 4_000_000  # of one block of random numbers


def mean(sums: Values) -> Values:
    """The mean from sums (…, 2) of value and count."""
    return _ratio(sums[..., 0], sums[..., 1])


def f1(sums: Values) -> Values:
    """F1 = 2 tp / (2 tp + fp + fn) from sums (…, 3); 0 where nothing was to be found or was found."""
    return _ratio(2 * sums[..., 0], 2 * sums[..., 0] + sums[..., 1] + sums[..., 2])


def precision(sums: Values) -> Values:
    """Tp / (tp + fp) from sums (…, 3); 0 where nothing was found."""
    return _ratio(sums[..., 0], sums[..., 0] + sums[..., 1])


def recall(sums: Values) -> Values:
    """Tp / (tp + fn) from sums (…, 3); 0 where nothing was to be found."""
    return _ratio(sums[..., 0], sums[..., 0] + sums[..., 2])


def counts(wanted: Sequence[bool], found: Sequence[bool]) -> Values:
    """Rows (n, 3) of tp, fp, fn, from what was to be found and what was."""
    pairs = zip(wanted, found, strict=True)
    return np.array([[w and f, f and not w, w and not f] for w, f in pairs], dtype=float).reshape(-1, 3)


def as_rows(values: Sequence[float]) -> Values:
    """Values as rows of value and count, for ``mean``."""
    return np.column_stack([np.asarray(values, dtype=float), np.ones(len(values))]) if values else np.empty((0, 2))


def interval(rows: Values, statistic: Statistic = mean, seed: int = 0, level: float = 0.95) -> Interval | None:
    """The percentile bootstrap interval of a statistic over questions (Efron 1979); None for fewer than two."""
    n = len(rows)
    if n < 2:
        return None
    rng = np.random.default_rng(seed)
    found = [statistic(rows[rng.integers(n, size=(size, n))].sum(axis=1)) for size in _blocks(RESAMPLES, n)]
    low, high = np.quantile(np.concatenate(found), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def paired_test(a: Values, b: Values, statistic: Statistic = mean, seed: int = 0) -> float:
    """The two-sided p of a paired randomisation test: which of the two systems a value came from is swapped at random.

    ``a`` and ``b`` have a row for each question, in the same order. p = (1 + as extreme) / (1 + drawn), as Phipson
    and Smyth (2010) have it: never 0.
    """
    if a.shape != b.shape:
        raise ValueError(f"rows of {a.shape} and {b.shape} are no pairs")
    observed = abs(float(statistic(a.sum(axis=0)) - statistic(b.sum(axis=0))))
    differing = np.flatnonzero((a != b).any(axis=1))
    if not len(differing):
        return 1.0
    gap = b[differing] - a[differing]
    rng = np.random.default_rng(seed)
    extreme = 0
    for size in _blocks(PERMUTATIONS, len(differing)):
        moved = rng.integers(2, size=(size, len(differing)), dtype=np.int8).astype(float) @ gap
        apart = np.abs(statistic(a.sum(axis=0) + moved) - statistic(b.sum(axis=0) - moved))
        extreme += int((apart >= observed - 1e-12).sum())
    return (1 + extreme) / (1 + PERMUTATIONS)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Holm's (1979) step-down correction: adjusted p by name, never falling along the order of the raw ones."""
    adjusted: dict[str, float] = {}
    worst = 0.0
    for rank, name in enumerate(sorted(p_values, key=lambda n: (p_values[n], n))):
        worst = max(worst, min(1.0, (len(p_values) - rank) * p_values[name]))
        adjusted[name] = worst
    return adjusted


def _blocks(total: int, width: int) -> Iterator[int]:
    """Sizes of blocks of at most a few million cells that make up ``total`` rows."""
    size = max(1, min(total, _CELLS // max(1, width)))
    for start in range(0, total, size):
        yield min(size, total - start)


def _ratio(part: Values, whole: Values) -> Values:
    return np.divide(part, whole, out=np.zeros(np.shape(part)), where=whole > 0)
