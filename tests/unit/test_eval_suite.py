"""The public sets load as the suite takes them, and the README's tables are what was measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.dataset import load
from eval.suite import CHECKED_REFUSALS, SUITE, Benchmark, tables
from eval.systems import find_system

RESULTS = Path(__file__).resolve().parents[2] / "eval" / "data" / "suite.json"
COUNTS = {
    "ncp": (599, 751, 113),
    "guangan": (81, 219, 0),
    "guangan+gov": (2524, 219, 0),
    "lecoqa": (58562, 775, 0),
    "cmrc": (848, 3219, 0),
    "dragonball": (108, 3462, 146),
    "cail": (1000, 2000, 1000),
}


def test_the_checked_refusals_are_ids_with_a_reason_of_our_own() -> None:
    lines = [x for x in CHECKED_REFUSALS.read_text("utf-8").splitlines() if not x.startswith("#")]
    rows = [line.split("\t") for line in lines]
    assert all(len(row) == 2 and len(row[0]) == 32 and 10 <= len(row[1]) <= 100 for row in rows)
    assert len({row[0] for row in rows}) == len(rows) == 113


@pytest.mark.parametrize("benchmark", SUITE, ids=lambda b: b.name)
def test_a_set_loads_with_all_its_questions(benchmark: Benchmark, shared: Path) -> None:
    dataset = load(benchmark.selection(shared / "data"))
    refused = sum(not q.answerable for q in dataset.questions)
    assert (len(dataset.records), len(dataset.questions), refused) == COUNTS[benchmark.name]


def test_every_system_of_the_suite_exists() -> None:
    assert [find_system(name).name for b in SUITE for name in b.systems] == [n for b in SUITE for n in b.systems]


def test_the_readmes_tables_are_the_measured_ones(root: Path) -> None:
    made = tables(json.loads(RESULTS.read_text("utf-8"))["sets"])
    assert made in (root / "README.md").read_text("utf-8")


def test_the_results_hold_figures_only() -> None:
    kept = json.loads(RESULTS.read_text("utf-8"))
    assert {"commit", "model", "packages", "tuning"} <= set(kept["environment"])
    assert list(kept["sets"]) == [b.name for b in SUITE]
    for summary in kept["sets"].values():
        assert summary["as_of"]
        assert all(isinstance(v, (int, str)) for n, v in summary.items() if n != "systems")
        assert all(set(system) == {"metrics", "ci"} for system in summary["systems"].values())
