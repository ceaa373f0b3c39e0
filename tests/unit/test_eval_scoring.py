"""From results to the figures of run.json, and the comparison of two systems."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.comparison import against, changed, differences, worst
from eval.dataset import Selection, load
from eval.model import Cited, Dataset, Result, Said, Span
from eval.scoring import REPORTED, TESTED, Scorer, Scores
from tests.eval_sets import write_set


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return load(Selection(write_set(tmp_path / "s")))


def answered(dataset: Dataset, policy_id: str, quote: str) -> Said:
    start = dataset.records[policy_id].text.index(quote)
    return Said(quote, False, (Cited(policy_id, start, start + len(quote), quote, "题"),))


def perfect(dataset: Dataset) -> dict[str, Result]:
    quotes = {"q1": ("yunxi", "每家孵化器每年补贴20万元"), "q2": ("linhe", "由市发展改革委负责")}
    quotes |= {"q3": ("zhufang", "租金补贴每月1500元"), "q4": ("peixun", "申请截至2031年6月30日")}
    found = {
        i: Result(i, (Span(p, 0, len(dataset.records[p].text)),), answered(dataset, p, quote), 10.0, 20.0)
        for i, (p, quote) in quotes.items()
    }
    return found | {i: Result(i, (), Said("没有依据。", True), 10.0, 20.0) for i in ("n1", "n2")}


def test_every_reported_measure_is_there(dataset: Dataset) -> None:
    scores = Scorer(dataset).score(perfect(dataset), {"peak_memory_mb": 100.0})
    assert tuple(scores.metrics) == REPORTED
    assert {n: v for n, v in scores.metrics.items() if not n.endswith("_chars")} == {
        **{n: 1.0 for n in REPORTED if n[0] in "nMSR" or n.startswith(("span_", "refusal_", "citation_"))},
        "answer_recall": 1.0,
        "answer_overlap": 1.0,
        "quote_exact": 1.0,
        "unsupported_numbers": 0.0,
        "wrong_value": 0.0,
        "latency_p50_ms": 10.0,
        "latency_p95_ms": 10.0,
        "answer_latency_p50_ms": 20.0,
        "answer_latency_p95_ms": 20.0,
        "peak_memory_mb": 100.0,
        "errors": 0.0,
    }
    assert (scores.n["MRR@10"], scores.n["refusal_f1"], scores.n["wrong_value"]) == (4, 4, 3)


def test_a_missing_result_counts_zero(dataset: Dataset) -> None:
    results = perfect(dataset)
    del results["q1"], results["n1"]
    metrics = Scorer(dataset).score(results, {}).metrics
    assert (metrics["MRR@10"], metrics["answer_recall"], metrics["span_recall@5"]) == (0.75, 0.75, 0.75)
    assert metrics["refusal_recall"] == 0.5


def test_a_system_that_only_searches_has_no_answer_measures(dataset: Dataset) -> None:
    results = {i: Result(i, r.spans, search_ms=1.0) for i, r in perfect(dataset).items()}
    scores = Scorer(dataset).score(results, {})
    missing = [n for n in REPORTED if scores.metrics[n] is None]
    assert missing == [
        *REPORTED[REPORTED.index("answer_recall") : REPORTED.index("latency_p50_ms")],
        "answer_latency_p50_ms",
        "answer_latency_p95_ms",
        "peak_memory_mb",
    ]


def test_errors_are_kept_and_counted(dataset: Dataset) -> None:
    results = perfect(dataset) | {"q1": Result("q1", error="ValueError: 坏了")}
    scores = Scorer(dataset).score(results, {})
    assert (scores.errors, scores.metrics["errors"]) == ({"q1": "ValueError: 坏了"}, 1.0)


def test_types_have_their_own_means(dataset: Dataset) -> None:
    results = perfect(dataset) | {"q2": Result("q2", (), Said("没有。", True))}
    by_type = Scorer(dataset).score(results, {}).by_type
    assert {t: (row["n"], row["answer_recall"], row["refusal_right"]) for t, row in by_type.items()} == {
        "数值": (2.0, 1.0, 1.0),
        "不可答": (2.0, None, 1.0),
        "单位": (1.0, 0.0, 0.0),
        "日期": (1.0, 1.0, 1.0),
    }


def many(right: int, n: int = 40) -> Scores:
    rows = {
        f"q{i}": {"MRR@10": float(i < right), "answer_recall": 1.0, "wrong_value": float(i >= right)} for i in range(n)
    }
    return Scores({}, {}, {}, {}, rows)


def test_differences_are_told_with_their_direction() -> None:
    found = {d.metric: d for d in differences(many(5), many(30), lambda i: True)}
    assert [m for m in TESTED if m in found] == ["MRR@10", "answer_recall", "wrong_value"]
    better = found["MRR@10"]
    assert (better.a, better.b, better.n, better.significant, better.better) == (0.125, 0.75, 40, True, True)
    assert (found["answer_recall"].p, found["answer_recall"].significant) == (1.0, False)
    assert found["wrong_value"].better, "of wrong values less is better"
    assert not {d.metric: d for d in differences(many(30), many(5), lambda i: True)}["wrong_value"].better


def test_comparing_many_systems_is_corrected_for_all_of_them() -> None:
    alone = against("a", {"a": many(20), "b": many(14)}, lambda i: True)["b"]
    among = against("a", {"a": many(20), **{n: many(14) for n in "bcdefg"}}, lambda i: True)["b"]
    assert [d.p for d in alone] == [d.p for d in among]
    assert all(x.adjusted >= y.adjusted for x, y in zip(among, alone, strict=True))
    assert among[0].adjusted > alone[0].adjusted


def test_changed_questions_and_the_worst_ones() -> None:
    a, b = many(2, 4).questions, many(3, 4).questions
    assert changed(a, b, "MRR@10") == [("q2", 0.0, 1.0)]
    assert changed(a, b, "nDCG@10") == []
    assert worst(a, ("MRR@10", "nDCG@10"), 3) == [("q2", 0.0), ("q3", 0.0), ("q0", 1.0)]
