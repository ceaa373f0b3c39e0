"""Controls do what they are named for, and nothing of the work."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from eval.dataset import Selection, load
from eval.model import Question, Span
from eval.systems import Context
from eval.systems.controls import RandomSystem, open_titles
from kb.config import load_settings
from tests.eval_sets import write_set

RULES = [
    {"_id": "old", "title": "云溪市孵化器管理办法", "text": f"云科规〔2022〕5号\n{'旧' * 800}补贴20万元。"},
    {"_id": "new", "title": "云溪市孵化器管理办法", "text": f"云科规〔2025〕2号\n{'新' * 300}补贴30万元。"},
    {"_id": "other", "title": "临河市住房办法", "text": "根据云科规〔2022〕5号以外的文件，补贴孵化器20万元。"},
]


def context(tmp_path: Path) -> Context:
    relevant = [("a", "new", 1), ("b", "old", 1)]
    questions = [
        {"_id": "a", "text": "甲？", "answers": ["30万元"]},
        {"_id": "b", "text": "乙？", "answers": ["20万元"]},
    ]
    dataset = load(Selection(write_set(tmp_path / "s", RULES, questions, relevant)))
    return Context(dataset, load_settings(home=tmp_path / "home"), tmp_path / "work", date(2031, 1, 1))


def test_titles_and_document_numbers_find_openings_and_bodies_find_nothing(tmp_path: Path) -> None:
    system = open_titles(context(tmp_path))
    asked = ("2025年的云溪市孵化器办法", "住房", "补贴30万元")
    assert [system.search(Question(text, text), 10) for text in asked] == [
        [Span("new", 0, 319), Span("old", 0, 350), Span("other", 0, 29)],
        [Span("other", 0, 29)],
        [],
    ]


def test_a_random_order_hangs_on_the_questions_id_alone(tmp_path: Path) -> None:
    system = RandomSystem(context(tmp_path))
    assert {i: system.search(Question(i, "孵化器"), 10) for i in ("a", "b")} == {
        "a": [Span("other", 0, 29), Span("old", 700, 819), Span("new", 0, 319)],
        "b": [Span("new", 0, 319), Span("old", 700, 819), Span("other", 0, 29)],
    }
    assert system.search(Question("a", "住房"), 10) == RandomSystem(context(tmp_path)).search(Question("a", "补"), 10)
    assert system.search(Question("a", "住房"), 1) == system.search(Question("a", "住房"), 3)[:1]
    assert system.search(Question("a", "住房", context_id="other"), 3) == [Span("other", 0, 29)]
