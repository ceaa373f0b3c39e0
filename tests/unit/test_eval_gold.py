"""Gold as places in documents, and span recall that no chunk size can play."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.gold import NO_DOCUMENT, NOT_THERE, TOO_FEW, TOO_LONG, Gold, Place, find_gold
from eval.model import Evidence, Question, Record, Span
from eval.spans import span_cover, span_recall, within_budget

TEXT = "每家补贴20万元。" + "甲" * 500 + "补贴20万元，共120万元。" + "乙" * 80
RECORDS = {"a": Record("a", "甲", TEXT), "b": Record("b", "乙", "另有补贴20万元。"), "c": Record("c", "丙", "无")}


def groups(**fields: object) -> tuple[list[list[tuple[str, int]]], tuple[str, ...]]:
    question = Question("q", "问", **{"relevant": {"a": 1, "c": 0}, **fields})  # type: ignore[arg-type]
    gold = find_gold(question, RECORDS)
    return [[(p.policy_id, p.start) for p in group] for group in gold.groups], gold.lost


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"answers": ("20万元",)}, ([[("a", 4), ("a", 511)]], ())),
        ({"answers": ("没有的", "120万元")}, ([[("a", 517)]], ())),
        ({"answers": ("没有的",)}, ([], (NOT_THERE,))),
        ({"must": ("每家", "120万元", "没有的")}, ([[("a", 0)], [("a", 517)]], (NOT_THERE,))),
        ({"evidence": (Evidence("补贴20万元"),), "answers": ("无",)}, ([[("a", 2), ("a", 509)]], ())),
        ({"evidence": (Evidence("补贴20万元", "a", 1),)}, ([[("a", 509)]], ())),
        ({"evidence": (Evidence("补贴20万元", "a", 2),)}, ([], (TOO_FEW,))),
        ({"evidence": (Evidence("补贴20万元", "b"), Evidence("每家"))}, ([[("b", 2)], [("a", 0)]], ())),
        ({"answers": (TEXT[:401],)}, ([], (TOO_LONG,))),
        ({"evidence": (Evidence("每家"),), "relevant": {"c": 0}}, ([], (NO_DOCUMENT,))),
        ({}, ([], ())),
    ],
)
def test_gold_is_found_where_it_stands(fields: dict[str, object], expected: object) -> None:
    assert groups(**fields) == expected


def test_the_document_given_with_a_question_is_looked_through() -> None:
    gold = find_gold(Question("q", "问", ("20万元",), context_id="b"), RECORDS)
    assert gold.groups == ((Place("b", 4, 8),),)


def recall(spans: list[Span], *places: Place, k: int = 5) -> float | None:
    return span_recall(Gold((places,)), spans, RECORDS, k)


def test_a_gold_string_must_lie_inside_one_span() -> None:
    gold = Place("a", 2, 8)
    assert recall([Span("a", 0, 9)], gold) == 1.0
    assert recall([Span("a", 0, 7)], gold) == 0.0
    assert recall([Span("a", 0, 5), Span("a", 5, 9)], gold) == 0.0, "two halves are not one slice"
    assert recall([Span("b", 0, 9)], gold) == 0.0
    assert span_recall(Gold(()), [Span("a")], RECORDS, 5) is None


def test_a_long_span_takes_the_place_of_as_many_slices_as_it_fills() -> None:
    gold = Place("a", 509, 515)
    assert recall([Span("a")], gold, k=1) == 0.0, "the first 400 characters only"
    assert recall([Span("a")], gold, k=2) == 1.0
    assert recall([Span("a", 0, 400), Span("a", 400, 600)], gold, k=1) == 0.0
    assert recall([Span("x", 0, 9), Span("a", 505, 520)], gold, k=1) == 0.0, "an unknown document is shown too"
    assert recall([Span("x", 0, 9), Span("a", 505, 520)], gold, k=2) == 1.0


def test_any_place_of_a_group_will_do_and_every_group_is_needed() -> None:
    gold = Gold(((Place("a", 2, 8), Place("a", 509, 515)), (Place("b", 2, 8),)))
    assert span_recall(gold, [Span("a", 500, 520)], RECORDS, 5) == 0.5
    assert span_recall(gold, [Span("a", 500, 520), Span("b", 0, 9)], RECORDS, 5) == 1.0


def test_cover_counts_characters_in_however_many_spans() -> None:
    gold = Gold(((Place("a", 0, 10),),))
    assert span_cover(gold, [Span("a", 0, 5), Span("a", 4, 8)], RECORDS, 5) == 0.8
    assert span_cover(gold, [], RECORDS, 5) == 0.0


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 600)), max_size=8), st.integers(1, 6))
def test_no_more_than_the_budget_is_shown(ends: list[tuple[int, int]], k: int) -> None:
    spans = [Span("a", min(pair), max(pair) + 1) for pair in ends]
    shown = within_budget(spans, RECORDS, k)
    assert sum(-(-(p.end - p.start) // 400) for p in shown) <= k
    assert all(0 <= p.start <= p.end <= len(TEXT) for p in shown)
