"""A run's folder lasts: results are kept as they come, a cut line is dropped, another run is not mixed in."""

from __future__ import annotations

import re
import shutil
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
    settings={"embedding": "bundled", "dense_weight": None},
    digests={"dataset": "d", "/m.py:f": "1"},
)
ENVIRONMENT = {"commit": "a", "python": "3.11"}
RESULT = Result("q", (Span("a", 0, 3), Span("b")), Said("答", False, (Cited("a", 0, 1, "答", "题"),)), 1.5, 2.5, None)


def test_a_config_reads_back(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    assert folder.begin(CONFIG, ENVIRONMENT) == []
    assert folder.config() == CONFIG
    assert folder.begin(CONFIG, ENVIRONMENT) == []


@pytest.mark.parametrize(
    ("other", "named"),
    [
        (replace(CONFIG, systems=("bm25",)), "systems"),
        (replace(CONFIG, digests={"dataset": "e", "/m.py:f": "1"}), "dataset"),
        (replace(CONFIG, digests={"dataset": "d", "/m.py:f": "2"}), "/m.py:f"),
        (replace(CONFIG, settings={"embedding": "bundled", "dense_weight": 0.9}), "dense_weight"),
        (replace(CONFIG, as_of=date(2026, 1, 1)), "as_of"),
        (replace(CONFIG, selection=replace(CONFIG.selection, sample=6)), "selection"),
    ],
)
def test_another_run_in_the_same_folder_is_refused(tmp_path: Path, other: RunConfig, named: str) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.begin(CONFIG, ENVIRONMENT)
    with pytest.raises(RunMismatch, match=f"（{re.escape(named)} 不同）。请换一个 --out"):
        folder.begin(other, ENVIRONMENT)


OWN = replace(CONFIG, systems=("hybrid", "/m.py:f"), digests={"dataset": "d", "/m.py:f": "1"})
MENDED = replace(OWN, digests={"dataset": "d", "/m.py:f": "2"})


def kept(folder: RunFolder, name: str, *results: Result) -> None:
    log = ResultLog(folder.system(name))
    for result in results:
        log.append(result)
    log.close()


def test_a_retriever_that_was_mended_before_it_answered_anything_starts_anew(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.begin(OWN, ENVIRONMENT)
    kept(folder, "hybrid", RESULT)
    kept(folder, "/m.py:f", Result("q", error="ValueError: 坏"))
    folder.write_json(f"systems/{folder.system('/m.py:f').name}/stats.json", {"errors": 1})
    assert folder.check(MENDED) == ["/m.py:f"]
    assert len(folder.results("/m.py:f")) == 1, "checking changes nothing"
    folder.begin(MENDED, ENVIRONMENT)
    assert (folder.config(), folder.check(MENDED)) == (MENDED, [])
    assert (folder.results("/m.py:f"), folder.stats("/m.py:f")) == ({}, {})
    assert folder.results("hybrid") == {"q": RESULT}, "another system's results are not touched"


def test_a_retriever_that_changed_after_it_answered_is_refused_with_both_ways_out(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.begin(OWN, ENVIRONMENT)
    kept(folder, "hybrid", RESULT)
    kept(folder, "/m.py:f", RESULT, Result("r", error="ValueError: 坏"))
    place = folder.system("/m.py:f")
    with pytest.raises(
        RunMismatch, match="/m.py:f 改动过，它已有的 1 个问题的结果.*请换一个 --out；或删除 " + str(place)
    ):
        folder.begin(MENDED, ENVIRONMENT)
    with pytest.raises(RunMismatch, match="（/m.py:f、dataset 不同）"):
        folder.check(replace(MENDED, digests={"dataset": "e", "/m.py:f": "2"}))
    shutil.rmtree(place)
    folder.begin(MENDED, ENVIRONMENT)
    assert (folder.config(), folder.results("hybrid")) == (MENDED, {"q": RESULT})


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("重要")
    with pytest.raises(RunMismatch, match="不是评测的文件夹"):
        RunFolder(tmp_path).check(CONFIG)
    with pytest.raises(RunMismatch, match="不是文件夹"):
        RunFolder(tmp_path / "mine.txt").check(CONFIG)
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
    path.write_bytes(path.read_bytes() + '{"_id": "截断'.encode()[:-1])
    assert folder.results("hybrid") == {"q": RESULT, "e": Result("e", error="ValueError: 坏")}
    again = ResultLog(place)
    again.append(Result("r"))
    again.close()
    assert list(folder.results("hybrid")) == ["q", "e", "r"]


def test_a_systems_folder_stays_inside_the_run(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    names = ["hybrid", "/a/b.py:f", "/a_b.py:f", "../../x.py:g", "甲.py:查", "..", "."]
    assert all(folder.system(n).parent == tmp_path / "systems" for n in names)
    assert len({folder.system(n) for n in names}) == len(names)
    assert folder.results("none") == {}


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(EvalError, match="run.json 已损坏"):
        RunFolder(tmp_path).read_json("run.json")


def test_the_environment_at_the_start_is_kept_and_another_is_told(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    folder.begin(CONFIG, ENVIRONMENT)
    assert folder.begin(CONFIG, {**ENVIRONMENT, "commit": "b"}) == ["commit"]
    assert folder.read_json("environment.json") == ENVIRONMENT


def test_a_question_answered_again_counts_with_its_last_result(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    log = ResultLog(folder.system("hybrid"))
    for result in (Result("q", error="ValueError"), RESULT):
        log.append(result)
    log.close()
    assert folder.results("hybrid") == {"q": RESULT}


@pytest.mark.parametrize("line", [b"\x00\x00", b"[]", b'{"_id": "q"}', b"\xff\xfe"])
def test_a_damaged_line_is_named_with_its_number(tmp_path: Path, line: bytes) -> None:
    folder = RunFolder(tmp_path)
    log = ResultLog(folder.system("hybrid"))
    log.append(RESULT)
    log.close()
    path = folder.system("hybrid") / "results.jsonl"
    path.write_bytes(path.read_bytes() + line + b"\n")
    with pytest.raises(EvalError, match="results.jsonl 第 2 行已损坏"):
        folder.results("hybrid")


def test_a_kill_in_the_first_write_leaves_a_folder_that_can_be_used(tmp_path: Path) -> None:
    (tmp_path / "config.json.tmp").write_text("{")
    (tmp_path / "run.lock").write_text("")
    RunFolder(tmp_path).check(CONFIG)


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 2}', '{"format": 2, "selection": 3}'])
def test_a_damaged_config_says_what_helps(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(EvalError, match="config.json 已损坏.*请换一个 --out"):
        RunFolder(tmp_path).config()


def test_one_run_is_written_by_one_process(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    with folder.locked(), pytest.raises(EvalError, match="正由另一个评测写入"), RunFolder(tmp_path).locked():
        pass
    with RunFolder(tmp_path).locked():
        pass
