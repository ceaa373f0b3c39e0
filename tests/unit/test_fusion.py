"""The legs' shares against their formulas, and what a chunk one leg did not find counts for."""

from __future__ import annotations

import pytest

from kb.fusion import POOL, Legs, fuse, ranked, search_legs
from kb.parts import Parts
from kb.query import analyse
from kb.text import query_tokens


class Searcher:
    """Three chunks with fixed scores; notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def lexical(self, tokens, k, allowed):
        self.asked.append(("lexical", tuple(tokens), k, allowed))
        return [("a", 6.0), ("b", 3.0)]

    def dense(self, vector, k, allowed):
        self.asked.append(("dense", vector, k, allowed))
        return [("b", 0.9), ("c", 0.8)]

    def cosines(self, vector, chunk_ids):
        self.asked.append(("cosines", tuple(chunk_ids)))
        return {"a": 0.85}

    def idf(self, token):
        return 2.0


def test_shares_of_words_do_not_depend_on_what_else_was_found() -> None:
    legs = Legs({"a": 6.0, "b": 3.0}, {"b": 0.9, "c": 0.8}, ideal=12.0, beside={"a": 0.85})
    assert legs.lexical_shares() == {"a": 0.5, "b": 0.25, "c": 0.0}
    assert legs.dense_shares() == pytest.approx({"a": 0.5, "b": 1.0, "c": 0.0})
    assert fuse(legs, 0.4) == pytest.approx({"a": 0.6 * 0.5 + 0.4 * 0.5, "b": 0.6 * 0.25 + 0.4, "c": 0.0})
    more = Legs({**legs.lexical, "z": 1.0}, legs.dense, 12.0, legs.beside)
    assert {c: fuse(more, 0.4)[c] for c in "abc"} == pytest.approx(fuse(legs, 0.4))


def test_cosines_close_together_say_little_apart() -> None:
    assert Legs({}, {"a": 0.90, "b": 0.89}).dense_shares() == pytest.approx({"a": 1.0, "b": 0.8})


def test_of_a_full_leg_what_was_not_found_counts_as_the_last() -> None:
    full = {f"c{i:02}": 100.0 - i for i in range(POOL)}
    assert Legs(full, {"x": 0.9}, ideal=100.0).lexical_shares()["x"] == (100 - POOL + 1) / 100
    assert Legs({"c": 50.0}, {"x": 0.9}, ideal=100.0).lexical_shares()["x"] == 0.0


def test_evidence_stands_in_for_the_share_of_words() -> None:
    legs = Legs({"a": 6.0, "b": 3.0}, {}, ideal=12.0, evidence={"b": 0.9})
    assert fuse(legs, 0.0) == {"a": 0.5, "b": 0.9}
    assert ranked(fuse(legs, 0.0)) == ["b", "a"]
    assert ranked({"b": 0.5, "a": 0.5}) == ["a", "b"]


def test_both_legs_are_asked_and_one_may_be_switched_off() -> None:
    query = analyse("孵化器补贴多少？")
    tokens = query_tokens(query.text)
    searcher = Searcher()
    legs = search_legs(searcher, query, "v", {"d"})  # type: ignore[arg-type]
    assert searcher.asked == [
        ("lexical", tuple(tokens), POOL, {"d"}),
        ("dense", "v", POOL, {"d"}),
        ("cosines", ("a",)),
    ]
    assert (legs.lexical, legs.dense, legs.beside) == ({"a": 6.0, "b": 3.0}, {"b": 0.9, "c": 0.8}, {"a": 0.85})
    assert legs.ideal == pytest.approx(1.1 * 2.0 * len(tokens))
    words = search_legs(Searcher(), query, "v", parts=Parts(dense=False))  # type: ignore[arg-type]
    assert (words.dense, words.beside) == ({}, {})
    near = search_legs(Searcher(), query, "v", parts=Parts(lexical=False))  # type: ignore[arg-type]
    assert (near.lexical, near.ideal) == ({}, 1.0)
