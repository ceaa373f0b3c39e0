"""A run's folder lasts: results are kept as they come, a cut line is dropped, another run is not mixed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from eval.dataset import Selection
from eval.errors import EvalError, RunMismatch
from eval.model import Cited, Result, Said, Span
from eval.runs import ResultLog, RunConfig, RunFolder

CONFIG = RunConfig(
    Selection(Path("/s"), "s", (Path("/n"),), unanswerable=(Path("/u"),), sample=5, seed=2),
    ("hybrid", "mine.py:f"),
    date(2026, 11, 25),
    tuning=Path("/t.json"),
    dataset_digest="d",
)
RESULT = Result("q", (Span("a", 0, 3), Span("b")), Said("答", False, (Cited("a", 0, 1, "答", "题"),)), 1.5, 2.5, None)


def test_a_config_reads_back(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.begin(CONFIG)
    assert folder.config() == CONFIG
    folder.begin(CONFIG)


@pytest.mark.parametrize(
    ("other", "named"),
    [
        (replace(CONFIG, systems=("bm25",)), "systems"),
        (replace(CONFIG, dataset_digest="e"), "dataset_digest"),
        (replace(CONFIG, as_of=date(2026, 1, 1)), "as_of"),
        (replace(CONFIG, selection=replace(CONFIG.selection, sample=6)), "selection"),
    ],
)
def test_another_run_in_the_same_folder_is_refused(tmp_path: Path, other: RunConfig, named: str) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.begin(CONFIG)
    with pytest.raises(RunMismatch, match=f"{named} 不同.*请换一个 --out"):
        folder.begin(other)


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("重要")
    with pytest.raises(RunMismatch, match="不是评测的文件夹"):
        RunFolder(tmp_path).begin(CONFIG)
    with pytest.raises(RunMismatch, match="不是评测的文件夹"):
        RunFolder(tmp_path / "mine.txt").begin(CONFIG)
    with pytest.raises(EvalError, match="没有 config.json"):
        RunFolder(tmp_path).config()


def test_results_are_kept_and_a_cut_line_is_dropped(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    place = folder.system("hybrid")
    log = ResultLog(place)
    log.append(RESULT)
    log.append(Result("e", error="ValueError: 坏"))
    log.close()
    path = place / "results.jsonl"
    path.write_bytes(path.read_bytes() + b'{"_id": "cut", "spa')
    assert folder.results("hybrid") == {"q": RESULT, "e": Result("e", error="ValueError: 坏")}
    again = ResultLog(place)
    again.append(Result("r"))
    again.close()
    assert list(folder.results("hybrid")) == ["q", "e", "r"]


def test_a_systems_folder_stays_inside_the_run(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    names = ["hybrid", "a/b.py:f", "../../x.py:g", "甲.py:查"]
    assert all(folder.system(n).parent == tmp_path / "systems" for n in names)
    assert folder.results("none") == {}


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(EvalError, match="run.json 已损坏"):
        RunFolder(tmp_path).read_json("run.json")
