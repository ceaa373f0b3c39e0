"""The question sets are well formed, and each expected value stands in the document it is expected from."""

from __future__ import annotations

import gzip
import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.test_corpus import CORPUS, NO_SEEDS, SEEDS, read_text, squash, stated

QUESTIONS = Path(__file__).resolve().parents[1] / "data" / "questions"
NOISE = SEEDS.parent / "data" / "gov_corpus" / "corpus.jsonl.gz"
NOISE_DOCUMENTS = 200

# name: (questions, answerable, documents asked about)
SETS = {
    "seeds_a": (90, 59, 5),
    "seeds_b": (90, 59, 5),
    "seeds_c": (140, 90, 5),
    "gov_noise": (60, 40, 31),
    "gov_noise_b": (60, 42, 34),
    "corpus_examples": (28, 20, 16),
}
TYPES = {
    "number",
    "unit",
    "docno",
    "fact",
    "list",
    "date",
    "definition",
    "person",
    "place",
    "how",
    "condition",
    "unanswerable",
}


def load(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def seed_texts() -> dict[str, str]:
    if not SEEDS.is_dir():
        pytest.skip(NO_SEEDS)
    return {path.name: squash(path.read_text(encoding="utf-8")) for path in SEEDS.iterdir()}


def noise_texts() -> dict[str, str]:
    if not NOISE.is_file():
        pytest.skip(NO_SEEDS)
    with gzip.open(NOISE, "rt", encoding="utf-8") as lines:
        documents = [json.loads(line) for line in itertools.islice(lines, NOISE_DOCUMENTS)]
    return {f"{d['_id']}.txt": squash(d["title"] + d["text"]) for d in documents}


def corpus_texts() -> dict[str, str]:
    return {path.name: squash(read_text(path)) for path in CORPUS.iterdir()}


TEXTS: dict[str, Callable[[], dict[str, str]]] = {
    "seeds_a": seed_texts,
    "seeds_b": seed_texts,
    "seeds_c": seed_texts,
    "gov_noise": noise_texts,
    "gov_noise_b": noise_texts,
    "corpus_examples": corpus_texts,
}


@pytest.mark.parametrize("name", SETS)
def test_sizes_and_form(name: str) -> None:
    questions = load(name)
    asked = {q["source"] for q in questions if q["answerable"]}
    assert (len(questions), sum(q["answerable"] for q in questions), len(asked)) == SETS[name]
    assert len({q["_id"] for q in questions}) == len({q["text"] for q in questions}) == len(questions)
    assert {q["type"] for q in questions} <= TYPES
    for question in questions:
        if question["answerable"]:
            assert question["must"] and question["type"] != "unanswerable"
        else:
            assert (question["source"], question["must"], question["type"]) == ("", [], "unanswerable")
            assert question["why"]


@pytest.mark.parametrize("name", SETS)
def test_expected_values_stand_in_their_document(name: str) -> None:
    texts = TEXTS[name]()
    absent = [
        (question["_id"], source, must)
        for question in load(name)
        for must in question["must"]
        for source in (question["source"], *question.get("also", []))
        if not stated(squash(must), texts[source])
    ]
    assert absent == []


def bare(name: str) -> set[str]:
    """The questions of a set without punctuation and white space."""
    return {re.sub(r"\W", "", q["text"]) for q in load(name)}


@pytest.mark.parametrize("pair", list(itertools.combinations(SETS, 2)), ids="-".join)
def test_no_two_sets_share_a_question(pair: tuple[str, str]) -> None:
    first, second = map(bare, pair)
    assert first & second == set()


def test_the_noise_sets_ask_about_different_documents() -> None:
    first, second = ({q["source"] for q in load(name) if q["answerable"]} for name in ("gov_noise", "gov_noise_b"))
    assert first & second == set()


def test_eight_questions_are_offered_as_examples() -> None:
    offered = [q for q in load("corpus_examples") if q.get("example")]
    assert len(offered) == 8
    assert all(q["answerable"] for q in offered)
    assert len({q["source"] for q in offered}) == 8
