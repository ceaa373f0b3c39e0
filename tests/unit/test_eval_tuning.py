"""Choosing weights and limits: not at the edge of a cliff, not for a trifle, not without proof on unseen questions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from eval.errors import EvalError
from eval.model import Question
from eval.tuning import fusion, gate, ranker
from eval.tuning.folds import split
from kb.tuning import Gate, Tuning

POINTS = [(w, b) for w in fusion.WEIGHTS for b in fusion.BOOSTS]


def grid(value: Any, rows: int = 40) -> fusion.Grid:  # noqa: ANN401 - a function of the point
    return {point: np.full(rows, value(*point)) + np.linspace(-0.01, 0.01, rows) for point in POINTS}


def chosen(value: Any, before: fusion.Point = (0.4, 0.6)) -> fusion.FusionResult:  # noqa: ANN401
    return fusion.choose([grid(value)], [[i % 5 for i in range(40)]], 5, before)


def test_questions_on_one_document_stay_in_one_fold() -> None:
    asked = [Question(f"q{i}", "问", relevant={f"d{i % 7}": 1}) for i in range(70)]
    folds = split(asked, 5)
    by_document: dict[str, set[int]] = {f"d{i % 7}": set() for i in range(70)}
    for question, fold in zip(asked, folds, strict=True):
        by_document[next(iter(question.relevant))].add(fold)
    assert all(len(found) == 1 for found in by_document.values())
    chained = [Question(f"c{i}", "问", relevant={f"e{i}": 1, f"e{i + 1}": 1}) for i in range(30)]
    assert len(set(split(chained, 5))) == 1, "each shares a document with the next"
    assert set(split([Question(f"n{i}", "问", answerable=False) for i in range(60)], 5)) == set(range(5))
    assert split(asked, 5, seed=1) != folds


def test_the_middle_of_a_plateau_is_taken_not_its_edge() -> None:
    found = chosen(lambda w, b: 0.9 if w < 0.5 else 0.5 + 0.001 * w if w > 0.5 else 0.95, before=(0.8, 0.6))
    assert found.best[0] < 0.5, "0.5 is the best point, but beside a cliff"
    assert found.at[found.best] == pytest.approx(0.9)


def test_what_is_in_use_stays_when_the_best_is_better_by_a_trifle() -> None:
    found = chosen(lambda w, b: 0.9 + 0.001 * (1 - abs(w - 0.7)))
    assert found.best == found.before == (0.4, 0.6)
    assert not found.pays
    tuning = Tuning()
    assert fusion.tuned(tuning, found) == tuning


def test_a_clear_gain_is_found_proved_and_written() -> None:
    found = chosen(lambda w, b: 0.9 - abs(w - 0.7) - 0.2 * abs(b - 0.2))
    assert found.best == (0.7, 0.2)
    assert (found.pays, found.p < 0.01) == (True, True)
    assert found.held_out == pytest.approx(found.score)
    assert fusion.tuned(Tuning(), found) == Tuning(dense_weight=0.7, context_boost=0.2)
    assert found.flat == (0.7, 0.7)


def test_flat_means_flat_all_the_way() -> None:
    found = chosen(lambda w, b: 0.9 if abs(w - 0.2) < 0.11 or abs(w - 0.8) < 0.11 else 0.5)
    assert found.flat in {(0.1, 0.3), (0.7, 0.9)}


def test_a_set_with_one_judged_question_is_refused() -> None:
    with pytest.raises(EvalError, match="至少要有 2 个"):
        fusion.choose([grid(lambda w, b: w, 1)], [[0]], 5, (0.4, 0.6))


def test_noise_is_not_adopted() -> None:
    rng = np.random.default_rng(5)
    adopted = 0
    for _ in range(12):
        noise = {point: rng.random(60) for point in POINTS}
        adopted += fusion.choose([noise], [[i % 5 for i in range(60)]], 5, (0.4, 0.6)).pays
    assert adopted <= 2


def test_sets_count_the_same_however_many_questions_they_have() -> None:
    small, large = grid(lambda w, b: 1 - w, 10), grid(lambda w, b: w, 200)
    found = fusion.choose([small, large], [[i % 5 for i in range(n)] for n in (10, 200)], 5, (0.4, 0.6))
    assert found.at[(0.0, 0.6)] == pytest.approx(0.5)
    assert found.at[(1.0, 0.6)] == pytest.approx(0.5)


SIGN = gate.GATE_SIGNS.index("scope")


def signs(scope: float) -> np.ndarray:
    row = np.zeros(len(gate.GATE_SIGNS))
    row[SIGN] = scope
    return row


def case(answerable: bool, scope: float, right: float = 1.0, source: str = "a") -> gate.Case:
    return gate.Case(answerable, signs(scope), right, source=source)


HALF = Gate({"scope": 10.0}, -5.0, 0.5)  # answers from scope 0.5 on


def test_an_answer_is_as_right_as_its_passage_a_refusal_right_where_there_is_no_answer() -> None:
    marks = [case(answerable, scope, 0.7).mark(HALF) for answerable in (True, False) for scope in (0.6, 0.4)]
    assert marks == [0.7, 0.0, 0.0, 1.0]
    assert gate.Case(True, None, 0.4, settled=True).mark(HALF) == 0.4
    assert gate.Case(False, None, settled=False).mark(HALF) == 1.0
    assert case(True, 0.5).likelihood(HALF) == pytest.approx(0.5)


def test_the_fit_parts_the_two_kinds_whatever_their_proportion() -> None:
    cases = [case(True, 0.5 + 0.01 * (i % 25)) for i in range(75)] + [case(False, 0.2 + 0.01 * i) for i in range(25)]
    found = gate.choose(cases, [i % 5 for i in range(100)], 5, Gate({"scope": 10.0}, -9.0, 0.5))
    assert (found.before_score, found.score) == (0.5, 1.0)
    assert (found.pays, found.held_out > 0.95, found.p < 0.01) == (True, True, True)
    assert found.best.weights["scope"] > 0
    assert {name for name, weight in found.best.weights.items() if weight} == {"scope"}
    assert (found.by_limit[0.0], found.by_limit[1.0], found.by_limit[found.best.least]) == (0.5, 0.5, 1.0)


def test_of_limits_that_do_not_differ_the_one_nearest_an_even_chance_is_taken() -> None:
    assert gate.fit([case(True, 0.9), case(False, 0.1)] * 30).least == 0.5


def test_a_gate_that_is_right_already_stays() -> None:
    cases = [case(True, 0.9), case(False, 0.1)] * 20
    found = gate.choose(cases, [i % 5 for i in range(40)], 5, HALF)
    assert (found.pays, found.p) == (False, 1.0)


def test_sets_and_kinds_count_the_same_however_many_questions_they_have() -> None:
    large = [case(True, 0.9, source="a")] * 90 + [case(False, 0.9, source="a")] * 10
    small = [case(True, 0.9, source="b"), case(False, 0.1, source="b")]
    assert gate.aim(large, HALF) == pytest.approx(0.5)
    assert gate.aim(large + small, HALF) == pytest.approx(0.75)


def contest(right: int, near: tuple[float, ...], source: str = "a") -> ranker.Contest:
    rows = np.zeros((len(near), len(ranker.SIGNS)))
    rows[:, ranker.SIGNS.index("near")] = near
    return ranker.Contest(rows, np.arange(len(near)) == right, source)


def test_the_ranker_learns_the_sign_that_tells() -> None:
    rng = np.random.default_rng(3)
    contests = [contest(1, (rng.random() * 0.5, 0.5 + rng.random() * 0.5, rng.random() * 0.5)) for _ in range(50)]
    found = ranker.choose(contests, [i % 5 for i in range(50)], 5, {"near": -1.0})
    assert found.best["near"] > 0
    assert {name for name, weight in found.best.items() if weight} == {"near"}
    assert (found.before_score, found.score, found.held_out) == (0.0, 1.0, 1.0)
    assert (found.pays, dict(found.by_set)) == (True, {"a": 1.0})
    assert ranker.tuned(Tuning(), found).ranker == found.best


def test_a_question_whose_evidence_was_not_found_counts_against_any_weights() -> None:
    lost = contest(5, (0.1, 0.9))
    assert lost.mark({"near": 1.0}) == 0.0
    assert ranker.fit([contest(1, (0.1, 0.9)), lost]) == ranker.fit([contest(1, (0.1, 0.9))])


def test_weights_that_do_not_pay_are_left_alone() -> None:
    contests = [contest(i % 2, (0.5, 0.5)) for i in range(40)]
    found = ranker.choose(contests, [i % 5 for i in range(40)], 5, {"near": 1.0})
    assert not found.pays
    assert ranker.tuned(Tuning(ranker={"near": 1.0}), found).ranker == {"near": 1.0}
