"""Intervals and tests against scipy and against hand-made cases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from eval.stats import as_rows, counts, f1, holm, interval, mean, paired_test, precision, recall


def values(seed: int, n: int, shift: float = 0.0) -> list[float]:
    return list(np.clip(np.random.default_rng(seed).beta(2, 1, n) + shift, 0, 1))


def test_the_interval_is_scipys_percentile_bootstrap() -> None:
    data = values(1, 200)
    reference = scipy_stats.bootstrap(
        (np.array(data),), np.mean, n_resamples=5000, method="percentile", rng=np.random.default_rng(0)
    ).confidence_interval
    found = interval(as_rows(data))
    assert found == pytest.approx((reference.low, reference.high), abs=0.004)


@pytest.mark.parametrize(("n", "shift"), [(9, 0.0), (9, 0.2), (60, 0.03), (60, 0.0)])
def test_the_paired_test_is_scipys_permutation_test(n: int, shift: float) -> None:
    a, b = np.array(values(2, n)), np.array(values(3, n, shift))
    reference = scipy_stats.permutation_test(
        (a - b,),
        lambda x, axis: np.abs(x.mean(axis=axis)),
        permutation_type="samples",
        alternative="greater",
        n_resamples=20_000,
        vectorized=True,
        rng=np.random.default_rng(0),
    ).pvalue
    assert paired_test(as_rows(list(a)), as_rows(list(b))) == pytest.approx(reference, abs=0.02)


def test_equal_systems_are_not_told_apart_and_clear_ones_are() -> None:
    same = as_rows(values(4, 50))
    assert paired_test(same, same) == 1.0
    worse, better = as_rows([0.0] * 40), as_rows([1.0] * 40)
    assert paired_test(worse, better) == pytest.approx(1 / 10_001)
    with pytest.raises(ValueError, match="no pairs"):
        paired_test(worse, as_rows([1.0]))


def test_f1_is_tested_as_a_whole_not_by_question() -> None:
    gold = [True] * 30 + [False] * 30
    good = counts(gold, gold)
    bad = counts(gold, [i % 2 == 0 for i in range(60)])
    assert float(f1(good.sum(axis=0))) == 1.0
    assert float(f1(bad.sum(axis=0))) == pytest.approx(0.5)
    assert paired_test(good, bad, f1) < 0.001
    assert paired_test(bad, bad, f1) == 1.0


def test_precision_recall_and_f1_of_refusals() -> None:
    sums = counts([True, True, False, False, False], [True, False, True, False, True]).sum(axis=0)
    assert (float(precision(sums)), float(recall(sums))) == (pytest.approx(1 / 3), 0.5)
    assert float(f1(sums)) == pytest.approx(2 * (1 / 3) * 0.5 / (1 / 3 + 0.5))
    nothing = counts([True, False], [False, False]).sum(axis=0)
    assert (float(precision(nothing)), float(recall(nothing)), float(f1(nothing))) == (0.0, 0.0, 0.0)


def test_holm_on_the_textbooks_case() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005}) == pytest.approx(
        {"d": 0.02, "a": 0.03, "c": 0.06, "b": 0.06}
    )
    assert holm({}) == {}


@given(st.dictionaries(st.text(max_size=3), st.floats(0.0001, 1), min_size=1, max_size=12))
def test_holm_never_lowers_a_p_and_keeps_the_order(raw: dict[str, float]) -> None:
    adjusted = holm(raw)
    assert all(raw[n] <= adjusted[n] <= 1 for n in raw)
    ordered = sorted(raw, key=lambda n: (raw[n], n))
    assert [adjusted[n] for n in ordered] == sorted(adjusted[n] for n in ordered)


def test_one_question_has_no_interval() -> None:
    assert interval(as_rows([0.5])) is None
    assert interval(as_rows([])) is None
    assert interval(as_rows([0.5, 0.5])) == (0.5, 0.5)
    assert float(mean(as_rows([]).sum(axis=0))) == 0.0
