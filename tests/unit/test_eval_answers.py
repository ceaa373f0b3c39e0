"""Measures of answers on small cases whose value is plain."""

from __future__ import annotations

import pytest

from eval.answers import answer_metrics, unsupported_numbers, wrong_value
from eval.gold import find_gold
from eval.model import Cited, Question, Record, Said

TEXT = "每家孵化器补贴20万元，由市科技局负责。另设奖金5万元。"
RECORDS = {"a": Record("a", "甲市办法", TEXT), "b": Record("b", "乙市办法", "每家补贴35万元。")}
ASKED = Question("q", "甲市每家孵化器补贴多少？", ("20万元",), relevant={"a": 1})
REFUSABLE = Question("n", "丙市补贴多少？", answerable=False)


def cited(start: int, end: int, policy_id: str = "a", **changes: object) -> Cited:
    fields = {"quote": RECORDS[policy_id].text[start:end], "context": RECORDS[policy_id].title} | changes
    return Cited(policy_id, start, end, **fields)  # type: ignore[arg-type]


def measured(said: Said | None, question: Question = ASKED) -> dict[str, float | None]:
    found = answer_metrics(question, find_gold(question, RECORDS), said, RECORDS)
    return {n: v for n, v in found.items() if not n.endswith("_chars") and n != "refused"}


def test_a_right_answer() -> None:
    assert measured(Said(TEXT[:19], False, (cited(0, 19),))) == {
        "answer_recall": 1.0,
        "answer_overlap": pytest.approx(8 / 23),
        "citation_precision": 1.0,
        "citation_recall": 1.0,
        "grounded_recall": 1.0,
        "quote_exact": 1.0,
        "unsupported_numbers": 0.0,
        "wrong_value": 0.0,
        "refusal_right": 1.0,
    }


def test_a_wrong_answer_with_a_citation_beside_the_point() -> None:
    found = measured(Said("补贴5万元。", False, (cited(19, 27), cited(0, 8, "b"))))
    assert (found["answer_recall"], found["citation_precision"], found["citation_recall"]) == (0.0, 0.0, 0.0)
    assert (found["wrong_value"], found["quote_exact"]) == (1.0, 1.0)


def test_an_answer_counts_as_grounded_only_with_a_citation_of_the_evidence() -> None:
    said = {
        "right and shown": Said("补贴20万元。", False, (cited(0, 19),)),
        "right, shown elsewhere": Said("补贴20万元。", False, (cited(19, 27),)),
        "the question, with the right place": Said(ASKED.text, False, (cited(0, 19),)),
    }
    assert {name: measured(s)["grounded_recall"] for name, s in said.items()} == {
        "right and shown": 1.0,
        "right, shown elsewhere": 0.0,
        "the question, with the right place": 0.0,
    }


def test_a_refusal_of_an_answerable_question_counts_zero_and_gives_no_value() -> None:
    found = measured(Said("没有依据。", True))
    assert {n: v for n, v in found.items() if v is not None} == {
        "answer_recall": 0.0,
        "answer_overlap": 0.0,
        "citation_precision": 0.0,
        "citation_recall": 0.0,
        "grounded_recall": 0.0,
        "refusal_right": 0.0,
    }


def test_what_failed_is_neither_an_answer_nor_a_refusal() -> None:
    assert measured(None)["refusal_right"] == 0.0
    assert measured(None, REFUSABLE)["refusal_right"] == 0.0


def test_an_unanswerable_question_has_only_the_refusal_and_what_was_said() -> None:
    assert measured(Said("没有。", True), REFUSABLE)["refusal_right"] == 1.0
    said = measured(Said("补贴20万元。", False, (cited(0, 19),)), REFUSABLE)
    assert (said["refusal_right"], said["answer_recall"], said["wrong_value"]) == (0.0, None, None)
    assert (said["unsupported_numbers"], said["quote_exact"]) == (0.0, 1.0)


@pytest.mark.parametrize(
    "citation",
    [
        cited(0, 19, quote="每家孵化器补贴30万元，由市科技局负责"),
        cited(1, 20, quote=TEXT[:19]),
        cited(0, 19, quote=""),
        Cited("none", 0, 3, "每家孵"),
    ],
)
def test_a_quote_must_be_the_very_slice(citation: Cited) -> None:
    assert measured(Said("补贴20万元。", False, (citation, cited(0, 19))))["quote_exact"] == 0.5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("补贴二十万元。", []),
        ("补贴200000元。", []),
        ("补贴25万元，到2031年。", ["25万", "2031"]),
        ("甲市办法：补贴20万元。", []),
    ],
)
def test_figures_without_support_are_found_by_value(text: str, expected: list[str]) -> None:
    assert unsupported_numbers(Said(text, False, (cited(0, 19),))) == expected


@pytest.mark.parametrize(
    ("text", "gold", "expected"),
    [
        ("补贴35万元", "20万元", 1.0),
        ("补贴20万元，另奖5万元", "20万元", 0.0),
        ("共3家", "20万元", 0.0),
        ("由市科技局负责", "20万元", 0.0),
        ("补贴35万元", "市科技局", None),
        ("到2031年补贴20万元", "2031年、20万元", 0.0),
        ("补贴20万元", "20万元、2031年", 0.0),
        ("比例10%", "百分之十", 0.0),
    ],
)
def test_a_value_is_wrong_when_none_of_its_unit_is_the_golds(text: str, gold: str, expected: float | None) -> None:
    assert wrong_value(Question("q", "多少？", (gold,)), Said(text, False)) == expected


def test_figures_of_the_question_are_no_answer() -> None:
    question = Question("q", "2030年补贴多少？", ("20万元",))
    assert wrong_value(question, Said("2030年补贴35万元", False)) == 1.0
    assert wrong_value(Question("q", "补贴35万元的有多少家？", ("20家",)), Said("补贴35万元的20家", False)) == 0.0
    assert wrong_value(Question("q", "不是35万元，是多少？", ("20万元",)), Said("补贴35万元", False)) == 0.0


def test_every_must_counts() -> None:
    question = Question("q", "问", must=("20万元", "市科技局"), relevant={"a": 1})
    found = measured(Said("补贴20万元。", False, (cited(0, 11),)), question)
    assert (found["answer_recall"], found["citation_recall"]) == (0.5, 0.5)


@pytest.mark.parametrize(
    ("text", "recall", "wrong"),
    [
        ("2000元加500元。", 1.0, 0.0),
        ("一共2500元。", 1.0, 0.0),
        ("2000元。", 0.5, 0.0),
        ("2000元加600元。", 0.5, 1.0),
        ("600元。", 0.0, 1.0),
        ("2000元加500元，共2600元。", 1.0, 1.0),
        ("合计2500元，不是2600元。", 1.0, 0.0),
        ("到2030年。", 0.0, 0.0),
    ],
)
def test_a_result_worked_out_counts_as_the_whole_and_a_part_of_the_gold_as_a_part(
    text: str, recall: float, wrong: float
) -> None:
    question = Question("q", "一共多少？", ("合计2500元", "2500元"), ("2000元", "500元"))
    found = measured(Said(text, False), question)
    assert (found["answer_recall"], found["wrong_value"]) == (recall, wrong)


@pytest.mark.parametrize(
    ("text", "expected"), [("二十万元。", 1.0), ("20万左右。", 0.0), ("12万元到20万元之间。", 1.0)]
)
def test_a_figure_counts_as_said_however_it_is_written(text: str, expected: float) -> None:
    assert measured(Said(text, False, (cited(0, 19),)))["answer_recall"] == expected
    question = Question("q", "问", must=("20万元",), relevant={"a": 1})
    assert measured(Said(text, False, (cited(0, 19),)), question)["answer_recall"] == expected
