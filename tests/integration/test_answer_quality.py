"""Answers with the bundled model on real documents: how many are right, and that every quotation is verbatim.

The questions are our own. An answerable one is right when every required string stands in the answer (a number as a
whole number) and a citation comes from a source that says it; an unanswerable one is right when it is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.scan import scan
from ingest.sync import sync
from kb.base import KnowledgeBase
from kb.config import Settings
from kb.model import Answer, AnswerSentence, Citation

QUESTIONS = Path(__file__).resolve().parents[1] / "data" / "questions"
MOST_CITATIONS = 5
MOST_QUOTED = 800


def base_of(folder: Path, home: Path, files: int) -> Iterator[KnowledgeBase]:
    """A base of a folder with so many files."""
    settings = Settings(home=home)
    with KnowledgeBase.open(settings, write=True, create=True) as base:
        report = sync(base, scan(folder, without=home))
        assert (report.failed, report.added) == ([], files)
        yield base


@pytest.fixture(scope="module")
def corpus_base(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    yield from base_of(root / "corpus" / "摘要" / "孵化器", tmp_path_factory.mktemp("corpus") / "home", 17)


@pytest.fixture(scope="module")
def seeds_base(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    yield from base_of(shared / "seeds", tmp_path_factory.mktemp("seeds") / "home", 5)


def load(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def squash(text: str) -> str:
    return re.sub(r"\s", "", text)


def holds(answer: str, required: str) -> bool:
    """Whether the squashed answer has a string; where it begins or ends in a digit, not inside a longer number."""
    needed = squash(required)
    before = r"(?<![\d.])" if needed[0].isdigit() else ""
    after = r"(?!\.?\d)" if needed[-1].isdigit() else ""
    return re.search(before + re.escape(needed) + after, answer) is not None


def is_right(question: dict[str, Any], answer: Answer) -> bool:
    """Whether an answer is right by the rule at the head of this file."""
    if answer.abstained or not question["answerable"]:
        return answer.abstained and not question["answerable"]
    said = squash(" ".join(sentence.text for sentence in answer.sentences))
    sources = {question["source"], *question.get("also", ())}
    cited = {citation.source for citation in answer.citations}
    return all(holds(said, required) for required in question["must"]) and not sources.isdisjoint(cited)


def faults(base: KnowledgeBase, answer: Answer) -> list[str]:
    """What is wrong with an answer whatever the question: quotations not verbatim, too many or too long."""
    found = []
    for c in answer.citations:
        if c.quote != base.document(c.policy_id, c.revision).text[c.start : c.end]:
            found.append(f"[{c.n}] is not verbatim")
    if len(answer.citations) > MOST_CITATIONS:
        found.append(f"{len(answer.citations)} citations")
    if (quoted := sum(len(c.quote) for c in answer.citations)) > MOST_QUOTED:
        found.append(f"{quoted} characters quoted")
    if bool(answer.sentences) == answer.abstained or bool(answer.citations) == answer.abstained:
        found.append("neither an answer with citations nor a refusal without")
    return found


def wrong_answers(base: KnowledgeBase, questions: list[dict[str, Any]]) -> list[str]:
    """The questions answered wrongly, each with what was said; every answer's form is checked on the way."""
    wrong = []
    for question in questions:
        answer = base.ask(question["text"])
        assert faults(base, answer) == [], question["text"]
        if not is_right(question, answer):
            wrong.append(f"{question['_id']} {question['text']} -> {answer.text}")
    return wrong


def test_questions_about_the_sample_documents(corpus_base: KnowledgeBase) -> None:
    questions = load(QUESTIONS / "corpus_examples.jsonl")
    wrong = wrong_answers(corpus_base, questions)
    assert (len(questions), len(wrong) <= 1) == (28, True), "\n".join(wrong)


def test_the_given_questions_about_the_real_documents(seeds_base: KnowledgeBase, shared: Path) -> None:
    questions = load(shared / "data" / "seeds_dev.jsonl")
    assert (len(questions), wrong_answers(seeds_base, questions)) == (12, [])


def test_our_questions_about_the_real_documents(seeds_base: KnowledgeBase) -> None:
    questions = load(QUESTIONS / "seeds_a.jsonl")
    wrong = wrong_answers(seeds_base, questions)
    assert (len(questions), len(wrong) <= 6) == (90, True), "\n".join(wrong)


def answered(text: str, source: str = "甲.md") -> Answer:
    citation = Citation(1, "p", "r", "标题", None, None, 0, len(text), text, source)
    return Answer("问", (AnswerSentence(text, (1,)),), (citation,))


@pytest.mark.parametrize(
    ("said", "required", "held"),
    [
        ("新增160万平方米。", "160万平方米", True),
        ("新增1160万平方米。", "160万平方米", False),
        ("增长3.160万平方米。", "160万平方米", False),
        ("共85 个", "85个", True),
        ("到2027年", "202", False),
        ("为12.5", "12", False),
        ("截至12。", "12", True),
    ],
)
def test_a_number_is_held_only_as_a_whole(said: str, required: str, held: bool) -> None:
    assert holds(squash(said), required) is held


def test_the_rule_wants_the_strings_the_source_and_refusals() -> None:
    question = {"source": "甲.md", "also": ["乙.md"], "must": ["85个", "45家"], "answerable": True}
    refused = Answer("问", abstained=True, reason="没有依据")
    assert is_right(question, answered("孵化器85个，众创空间45家。"))
    assert is_right(question, answered("孵化器85个，众创空间45家。", "乙.md"))
    assert not is_right(question, answered("孵化器85个，众创空间45家。", "丙.md"))
    assert not is_right(question, answered("孵化器85个。"))
    assert not is_right(question, refused)
    assert is_right({**question, "answerable": False}, refused)
    assert not is_right({**question, "answerable": False}, answered("孵化器85个，众创空间45家。"))
