"""Ranking measures against a naive reference written from trec_eval's definitions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.model import Question, Result, Span
from eval.ranking import MEASURES, order_by_score, rank_documents, ranking_metrics, strictly_falling, trec_lines

Qrels = Mapping[str, int]


def naive(ranked: Sequence[str], qrels: Qrels) -> dict[str, float]:
    """Measures of one ranking. Gain is the grade (negative ones gain nothing), discount log2(rank + 1)."""
    relevant = {d for d, grade in qrels.items() if grade > 0}
    gains = [max(0, qrels.get(d, 0)) for d in ranked]
    ideal = sorted((max(0, grade) for grade in qrels.values()), reverse=True)

    def dcg(values: Sequence[int]) -> float:
        return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(values[:10], 1))

    found = [rank for rank, d in enumerate(ranked, 1) if d in relevant]
    return {
        "nDCG@10": dcg(gains) / dcg(ideal),
        "MRR@10": 1 / found[0] if found and found[0] <= 10 else 0.0,
        **{f"Success@{k}": float(bool(found and found[0] <= k)) for k in (1, 5, 10)},
        **{f"R@{k}": sum(rank <= k for rank in found) / len(relevant) for k in (10, 50)},
    }


def measured(rankings: Mapping[str, Sequence[str]], qrels: Mapping[str, Qrels]) -> dict[str, dict[str, float]]:
    questions = [Question(i, "问", relevant=judged) for i, judged in qrels.items()]
    results = {i: Result(i, tuple(Span(d) for d in ranked)) for i, ranked in rankings.items()}
    return ranking_metrics(questions, results)


documents = st.sampled_from([f"d{i}" for i in range(30)])
rankings = st.lists(documents, max_size=25)
judgements = st.dictionaries(documents, st.integers(-1, 3), min_size=1, max_size=12).filter(
    lambda judged: any(grade > 0 for grade in judged.values())
)


@given(st.lists(st.tuples(rankings, judgements), min_size=1, max_size=6))
def test_measures_equal_the_naive_reference(cases: list[tuple[list[str], dict[str, int]]]) -> None:
    found = measured(
        {f"q{i}": ranked for i, (ranked, _) in enumerate(cases)},
        {f"q{i}": judged for i, (_, judged) in enumerate(cases)},
    )
    for i, (ranked, judged) in enumerate(cases):
        assert found[f"q{i}"] == pytest.approx(naive(list(dict.fromkeys(ranked)), judged)), (ranked, judged)


def test_graded_relevance_counts_the_grade() -> None:
    found = measured({"q": ["b", "a"]}, {"q": {"a": 3, "b": 1}})["q"]
    assert found["nDCG@10"] == pytest.approx((1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)))


def test_a_question_without_a_result_counts_zero_and_one_without_gold_not_at_all() -> None:
    questions = [Question("a", "问", relevant={"d": 1}), Question("b", "问"), Question("c", "问", relevant={"d": 1})]
    found = ranking_metrics(questions, {"a": Result("a", (Span("d"),)), "c": Result("c")})
    assert found == {"a": dict.fromkeys(MEASURES, 1.0), "c": dict.fromkeys(MEASURES, 0.0)}
    assert ranking_metrics(questions, {})["a"] == dict.fromkeys(MEASURES, 0.0)
    assert ranking_metrics([Question("b", "问")], {}) == {}


def test_an_unknown_document_takes_its_rank() -> None:
    assert measured({"q": ["nowhere", "d"]}, {"q": {"d": 1}})["q"]["MRR@10"] == 0.5


def test_a_document_found_twice_counts_once_at_its_best_rank() -> None:
    assert rank_documents([Span("a", 0, 5), Span("b"), Span("a", 9, 12), Span("c")]) == ["a", "b", "c"]
    assert measured({"q": ["a", "a", "a", "d"]}, {"q": {"d": 1}})["q"]["MRR@10"] == 0.5


def test_equal_scores_are_ordered_as_trec_eval_does() -> None:
    import ir_measures as ir

    scored = {"d1": 1.0, "d3": 1.0, "d2": 1.0, "d9": 2.0, "d0": 0.5}
    assert order_by_score(scored) == ["d9", "d3", "d2", "d1", "d0"]
    for rank, wanted in enumerate(order_by_score(scored), 1):
        (metric,) = ir.iter_calc([ir.Success @ rank], {"q": {wanted: 1}}, {"q": scored})
        assert metric.value == 1.0, (rank, wanted)


def test_a_trec_run_keeps_the_order_whatever_breaks_ties() -> None:
    assert strictly_falling(["b", "a"]) == {"b": 2.0, "a": 1.0}
    lines = list(trec_lines([Result("q1", (Span("b", 0, 3), Span("a"), Span("b", 5, 9)))], "mine"))
    assert lines == ["q1 Q0 b 1 2 mine", "q1 Q0 a 2 1 mine"]
