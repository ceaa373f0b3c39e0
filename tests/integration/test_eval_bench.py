"""``python -m eval bench`` as a process, taken up after a stop; and the pipeline it is compared with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eval.bench import plain
from eval.model import Record
from kb.config import load_settings
from kb.embedding.store import model_folder
from tests.embedding_server import running_server
from tests.eval_sets import DOCUMENTS, write_set
from tests.processes import Commands, assert_refused

SIZE = "40"
STEPS = {"limits", "embedding", "resync", *(f"{name}-{SIZE}" for name in ("index", "serve", "start"))}


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    with running_server() as server:
        yield Commands(server)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("bench")
    write_set(place / "s")
    return place


def arguments(place: Path, out: str, *more: object) -> list[object]:
    fixed = ("--data", place / "s", "--beside", 0, "--real", 8, "--files", 3, "--questions", 4, "--users", 2)
    return ["--chunks", SIZE, "--out", place / out, *fixed, *more]


@pytest.fixture(scope="module")
def measured(commands: Commands, place: Path) -> dict[str, Any]:
    done = commands.run("eval", "bench", *arguments(place, "out"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "\t40"
    found: dict[str, Any] = json.loads((place / "out" / "bench.json").read_text("utf-8"))
    return found


def test_every_size_has_its_figures(measured: dict[str, Any]) -> None:
    assert list(measured["sizes"]) == [SIZE]
    size = measured["sizes"][SIZE]
    assert size["index.chunks"] >= 40
    assert size["index.embedded"] == 8
    assert 0 < size["index.drawn"] <= size["index.chunks"] - 8  # the same text has one vector
    assert size["index.documents"] > len(DOCUMENTS)
    assert size["questions"] == 4
    assert 0 < size["one.hybrid_without_embedding_ms.p50"] <= size["one.hybrid_without_embedding_ms.p99"]
    assert size["many.answer_ms.per_s"] > 0
    assert size["serving.peak_mb"] >= size["serving.resident_mb"] > 0
    assert size["index.disk.total"] > 0
    assert size["search_command_s"] > 0
    stages = {name for name in size if name.startswith("index.stages_s.")}
    assert stages == {f"index.stages_s.{n}" for n in ("parse", "plan", "embed", "cache", "catalog", "words", "dense")}


def test_a_changed_file_alone_is_read_again(measured: dict[str, Any]) -> None:
    resync = measured["resync"]
    assert (resync["files"], resync["changed_found"]) == (3, True)
    assert 0 < resync["changed_embedded"] <= resync["changed_chunks"] < resync["chunks"]
    assert measured["ratios"]["resync_vs_first"] == resync["ratio"] > 0


def test_what_was_not_measured_is_none(measured: dict[str, Any]) -> None:
    assert measured["ratios"]["indexing_vs_llamaindex"] is None
    assert measured["ratios"]["embedding_vs_limit"] is None


def test_the_page_needs_nothing_else(measured: dict[str, Any], place: Path) -> None:
    page = (place / "out" / "bench.html").read_text("utf-8")
    assert "检索（不含向量计算）p50" in page
    assert not re.search(r"<script|<link|<img|src=|href=|url\(", page)


def test_what_is_measured_is_not_measured_again(commands: Commands, measured: dict[str, Any], place: Path) -> None:
    steps = place / "out" / "steps"
    assert {path.stem for path in steps.iterdir()} == STEPS
    before = {path.name: path.stat().st_mtime_ns for path in steps.iterdir()}
    (steps / "embedding.json").unlink()
    again = commands.run("eval", "bench", *arguments(place, "out"))
    assert again.returncode == 0, again.stderr
    assert "向量计算离上限多远" in again.stderr
    assert "建库" not in again.stderr  # nothing else
    after = {path.name: path.stat().st_mtime_ns for path in steps.iterdir()}
    assert {name for name in after if after[name] != before[name]} == {"embedding.json"}


@pytest.mark.parametrize(
    ("more", "said", "code"),
    [
        (("--seed", 7), "里是另一次测量，条件不同", 1),
        (("--chunks", "0"), "应为正整数", 2),
        (("--chunks", "99999999999"), "应为不超过 10000000 的段数", 2),
        (("--files", "-1"), "应为整数", 2),
    ],
)
def test_what_cannot_be_measured_is_refused(
    commands: Commands, measured: dict[str, Any], place: Path, more: tuple[object, ...], said: str, code: int
) -> None:
    done = commands.run("eval", "bench", *arguments(place, "out", *more))
    assert_refused(done, said, code=code)


def test_the_plain_pipeline_indexes_the_same_texts(tmp_path: Path) -> None:
    records = [Record(d["_id"], d["title"], d["text"]) for d in DOCUMENTS]
    found = plain.index(records, model_folder(load_settings().cache), tmp_path)
    assert (found["chars"], found["chunks"]) == (sum(len(r.text) for r in records), len(records))
    assert found["chars_per_s"] > 0
    assert found["query_p50_ms"] > 0
