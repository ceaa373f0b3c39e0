"""The tuning file: the shipped one is read, a faulty one is refused in Chinese, and a written one reads back."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from kb.errors import SettingsError
from kb.tuning import SHIPPED, Gate, Tuning, load_tuning, made_of, tuning_text


def stored(**changes: object) -> str:
    tuned = Tuning("v", gate=Gate({"year": 1.0}), ranker={"near": 2.0})
    whole = json.loads(tuning_text(tuned, {"how": "test"}))
    return json.dumps(whole | changes)


def test_a_written_tuning_reads_back(tmp_path: Path) -> None:
    tuning = Tuning(
        "2026-11-25", dense_weight=0.35, context_boost=0.5, gate=Gate({"year": 1.5}, -2.0, 0.6), ranker={"near": -1.0}
    )
    path = tmp_path / "tuning.json"
    path.write_text(tuning_text(tuning, {"sets": ["a"]}), "utf-8")
    assert load_tuning(path) == tuning
    assert json.loads(path.read_text("utf-8"))["made"] == {"sets": ["a"]}


def test_the_shipped_tuning_is_what_is_used_by_default() -> None:
    assert load_tuning() == load_tuning(SHIPPED)
    assert load_tuning().version


def test_the_shipped_values_are_those_that_its_provenance_tells_of() -> None:
    tuning, made = asdict(load_tuning()), made_of()
    assert {name: part["kept"] for name, part in made.items()} == {
        "fusion": {name: tuning[name] for name in ("dense_weight", "context_boost")},
        "ranker": tuning["ranker"],
        "gate": tuning["gate"],
    }
    assert made_of(SHIPPED) == made


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "不是有效的 JSON"),
        ("[]", "不是本程序认识的第 2 版"),
        (stored(format=1), "不是本程序认识的第 2 版"),
        (stored(dense_weight=1.2), "dense_weight 应为 0 到 1 之间的数，而不是 1.2"),
        (stored(dense_weight=None), "dense_weight 应为"),
        (stored(context_boost=True), "context_boost 应为"),
        (stored(gate={}), "没有 gate.weights"),
        (stored(gate=3), "没有 gate.weights"),
        (stored(gate={"weights": {"year": 1}, "bias": "x", "least": 0.5}), "gate.bias 应为数，而不是 x"),
        (stored(gate={"weights": {"year": 1}, "bias": 1, "least": 2}), "least 应为 0 到 1 之间的数，而不是 2"),
        (stored(ranker={}), "没有 ranker"),
        (stored(ranker={"near": float("nan")}), "ranker.near 应为数，而不是 nan"),
    ],
)
def test_a_faulty_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "tuning.json"
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=str(path)) as caught:
        load_tuning(path)
    assert said in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="无法读取"):
        load_tuning(tmp_path / "none.json")
