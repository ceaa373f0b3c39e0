"""Sentences written by hand about the documents of zhengce_qa, as a model may word them: faithful, and wrong ones.

``missed`` in the data marks the wrong ones that are known to pass: a change that catches one, or loses one, shows here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kb.model import AnswerSentence, Citation
from kb.verify import unsupported

DATA = Path(__file__).resolve().parents[1] / "data" / "verify" / "spoken.jsonl"


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def documents(root: Path) -> dict[str, dict[str, Any]]:
    return {row["_id"]: row for row in _rows(root / "eval" / "data" / "zhengce_qa" / "corpus.jsonl")}


def _passes(case: dict[str, Any], documents: dict[str, dict[str, Any]]) -> bool:
    document = documents[case["document"]]
    text = document["text"]
    start = text.index(case["first"])
    end = text.index(case["last"], start) + len(case["last"])
    citation = Citation(1, document["_id"], "r", document["title"], None, None, start, end, text[start:end])
    return not unsupported(AnswerSentence(case["text"], (1,)), [citation])


def test_faithful_sentences_pass(documents: dict[str, dict[str, Any]]) -> None:
    faithful = [case for case in _rows(DATA) if case["faithful"]]
    assert len(faithful) > 100
    assert [case["text"] for case in faithful if not _passes(case, documents)] == []


def test_wrong_sentences_are_caught(documents: dict[str, dict[str, Any]]) -> None:
    wrong = [case for case in _rows(DATA) if not case["faithful"]]
    known = [case["text"] for case in wrong if case.get("missed")]
    assert [case["text"] for case in wrong if _passes(case, documents)] == known
    assert len(known) <= 0.12 * len(wrong)
