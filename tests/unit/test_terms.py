"""Guessed words, cut to what the base holds of them."""

from __future__ import annotations

import pytest

from kb.terms import Term, grounded

HELD = {"桑溪", "新旧", "孵化", "化器", "装备"}


def having(pair: str) -> int:
    return int(pair in HELD)


@pytest.mark.parametrize(
    ("term", "cut"),
    [
        (Term("区桑溪", 0.8, proper=True), Term("桑溪", 0.8, proper=True)),
        (Term("贷新旧", 0.8), Term("新旧", 0.8)),
        (Term("店黄", 0.6, proper=True), Term("店黄", 0.3)),
        (Term("户钱", 0.2), Term("户钱", 0.2)),
        (Term("桑溪", 1.0), Term("桑溪", 1.0)),
        (Term("泰岭坞", 1.0, proper=True), Term("泰岭坞", 1.0, proper=True)),  # may be a name that nobody holds
        (Term("孵化器", 1.0), Term("孵化器", 1.0)),
        (Term("学费", 1.0), Term("学费", 1.0)),  # a word of the dictionary is none that was guessed
        (Term("gdp", 1.0), Term("gdp", 1.0)),
    ],
)
def test_a_guessed_word_is_cut_to_what_is_held(term: Term, cut: Term) -> None:
    assert grounded([term], having) == (cut,)


def test_a_generic_word_stays_generic_and_none_comes_twice() -> None:
    assert grounded([Term("版措施", 0.8)], lambda pair: int(pair == "措施")) == (Term("措施", 0.25),)
    assert grounded([Term("桑溪", 1.0), Term("区桑溪", 0.8)], having) == (Term("桑溪", 1.0),)
