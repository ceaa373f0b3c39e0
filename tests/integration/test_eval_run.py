"""``python -m eval`` as processes: a run from folder to report, its interruption, comparison, and bad input."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eval.runs import RunFolder
from eval.scoring import REPORTED
from kb.tuning import load_tuning
from tests.embedding_server import KEY, running_server
from tests.eval_sets import DOCUMENTS, QRELS, QUESTIONS, write_set
from tests.processes import Commands, assert_refused

SYSTEMS = "hybrid,bm25,dense,rrf,hybrid-no-gate,bm25s"
RETRIEVER = '''
"""Finds the documents that share the most characters with a question."""
import json
import os
from pathlib import Path

LINES = (Path(__file__).parent / "s" / "corpus.jsonl").read_text("utf-8").splitlines()
DOCUMENTS = [json.loads(line) for line in LINES]


def retrieve(questions):
    return [[hit for _, hit in sorted(spans(question), reverse=True)] for question in questions]


def spans(question):
    return [(len(set(question) & set(d["text"])), (d["_id"], (0, len(d["text"])))) for d in DOCUMENTS]
'''


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    with running_server() as server:
        yield Commands(server)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a set, and room for work and runs."""
    place = tmp_path_factory.mktemp("eval")
    write_set(place / "s")
    (place / "mine.py").write_text(RETRIEVER, "utf-8")
    return place


@pytest.fixture(scope="module")
def finished(commands: Commands, place: Path) -> dict[str, Any]:
    """The run.json of a run of all kinds of system."""
    done = commands.run("eval", "run", *arguments(place, "run", f"{SYSTEMS},{place / 'mine.py'}:retrieve"))
    assert done.returncode == 0, done.stderr
    assert "报告：" in done.stdout
    found: dict[str, Any] = json.loads((place / "run" / "run.json").read_text("utf-8"))
    return found


def arguments(place: Path, out: str, systems: str, *more: object) -> list[object]:
    named = ("--dataset", place / "s", "--out", place / out, "--work", place / "work", "--systems", systems)
    return [*named, *more]


def test_run_json_has_the_stable_form(finished: dict[str, Any], place: Path) -> None:
    assert finished["dataset"] == "s"
    assert list(finished["systems"]) == [*SYSTEMS.split(","), f"{place / 'mine.py'}:retrieve"]
    for system in finished["systems"].values():
        assert (tuple(system["metrics"]), tuple(system["ci"])) == (REPORTED, REPORTED)
        fractions = [
            v for n, v in system["metrics"].items() if v is not None and not n.endswith(("_ms", "_chars", "_mb"))
        ]
        assert all(0 <= v <= 1 for v in fractions)
        assert system["metrics"]["peak_memory_mb"] > 20
        low, high = system["ci"]["MRR@10"]
        assert low <= system["metrics"]["MRR@10"] <= high


def test_the_product_finds_cites_and_refuses_on_a_plain_set(finished: dict[str, Any]) -> None:
    product = finished["systems"]["hybrid"]["metrics"]
    assert {
        n: product[n] for n in ("MRR@10", "span_recall@5", "quote_exact", "unsupported_numbers", "wrong_value")
    } == {
        "MRR@10": 1.0,
        "span_recall@5": 1.0,
        "quote_exact": 1.0,
        "unsupported_numbers": 0.0,
        "wrong_value": 0.0,
    }
    assert product["answer_recall"] >= 0.75
    assert product["refusal_recall"] == 1.0
    without = finished["systems"]["hybrid-no-gate"]["metrics"]
    assert (without["refusal_recall"], without["answer_recall"]) == (0.0, 1.0)


def test_the_run_folder_holds_what_a_later_reader_needs(finished: dict[str, Any], place: Path) -> None:
    run = place / "run"
    environment = json.loads((run / "environment.json").read_text("utf-8"))
    assert environment["model"] == {"name": "openai:fake", "dimension": 256}
    assert {"packages", "rules", "commit", "tuning", "machine", "python"} <= set(environment)
    trec = (run / "systems" / "bm25" / "run.trec").read_text("utf-8").splitlines()
    assert trec[0].split()[:4] == ["q1", "Q0", "yunxi", "1"]
    rows = [json.loads(line) for line in (run / "queries.jsonl").read_text("utf-8").splitlines()]
    assert [row["_id"] for row in rows] == [q["_id"] for q in QUESTIONS]
    assert rows[0]["systems"]["dense"]["MRR@10"] == 1.0
    held = [p for p in run.rglob("*") if p.is_file() and KEY in p.read_text("utf-8")]
    assert held == [], "the key of the embedding endpoint is nobody's business"


def test_the_report_needs_nothing_else(finished: dict[str, Any], place: Path) -> None:
    page = (place / "run" / "report.html").read_text("utf-8")
    assert re.findall(r"<script|<link|<img|src=|https?://|url\(", page) == []
    assert all(
        word in page
        for word in ("总表", "与 hybrid 相比", "按问题类型", "用时", "最差的", "海州市孵化器每年补贴多少？")
    )


def test_a_finished_run_is_not_done_again(commands: Commands, finished: dict[str, Any], place: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in (place / "run" / "systems").rglob("results.jsonl")}
    again = commands.json("eval", "run", *arguments(place, "run", f"{SYSTEMS},{place / 'mine.py'}:retrieve"))
    assert {p: p.stat().st_mtime_ns for p in before} == before
    assert again["systems"] == finished["systems"]
    assert commands.json("eval", "report", place / "run")["systems"] == finished["systems"]


def test_a_stopped_run_goes_on_where_it_stood(commands: Commands, place: Path) -> None:
    slow = place / "slow.py"
    slow.write_text("import time\n\n\ndef find(questions):\n    time.sleep(0.5)\n    return [[('yunxi', None)]]\n")
    wanted = arguments(place, "stopped", f"{slow}:find")
    process = commands.start("eval", "run", *wanted)
    results = RunFolder(place / "stopped").system(f"{slow}:find") / "results.jsonl"
    deadline = time.monotonic() + 120
    while not (results.is_file() and results.read_text("utf-8").count("\n") >= 2):
        assert process.poll() is None and time.monotonic() < deadline, process.communicate()
        time.sleep(0.05)
    for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        os.kill(int(child), signal.SIGINT)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "重新运行同一命令即可接着完成" in said
    kept = results.read_text("utf-8").splitlines()
    assert 2 <= len(kept) < len(QUESTIONS)
    done = commands.run("eval", "run", *wanted)
    assert done.returncode == 0, done.stderr
    after = results.read_text("utf-8").splitlines()
    assert (after[: len(kept)], len(after)) == (kept, len(QUESTIONS))


def test_two_runs_are_compared_with_the_questions_that_changed(
    commands: Commands, finished: dict[str, Any], place: Path
) -> None:
    run = place / "run"
    found = commands.json("eval", "compare", f"{run}:hybrid", f"{run}:hybrid-no-gate")["systems"]
    (result,) = found.values()
    assert list(found) == ["hybrid → hybrid-no-gate"]
    changed = {row["_id"]: (row["a"], row["b"]) for row in result["changed"]["refusal_right"]}
    assert {"n1": (1.0, 0.0), "n2": (1.0, 0.0)}.items() <= changed.items()
    by_metric = {row["metric"]: row for row in result["metrics"]}
    assert (by_metric["refusal_f1"]["b"], by_metric["MRR@10"]["verdict"]) == (0.0, "same")
    own = f"{run}:{place / 'mine.py'}:retrieve"
    text = commands.run("eval", "compare", f"{run}:bm25", own).stdout
    assert text.startswith(f"bm25 → {place / 'mine.py'}:retrieve\n  nDCG@10：")
    text = commands.run("eval", "compare", f"{run}:hybrid", f"{run}:hybrid-no-gate").stdout
    assert "拒答与否判断正确变化的问题" in text


def test_a_failing_retriever_is_named(commands: Commands, place: Path) -> None:
    bad = place / "bad.py"
    bad.write_text(
        "def form(questions):\n    return [['yunxi']]\n"
        "def fault(questions):\n    raise ValueError('坏了')\n"
        "def once(questions):\n    return [[('yunxi', None)]] if '博士' not in questions[0] else 1 / 0\n",
        "utf-8",
    )
    assert_refused(commands.run("eval", "run", *arguments(place, "bad1", f"{bad}:form")), "应对每个问题给出一个列表")
    assert_refused(
        commands.run("eval", "run", *arguments(place, "bad2", f"bm25s,{bad}:none")), "无法载入", "里没有 none"
    )
    assert not (place / "bad2").exists(), "told before any system runs"
    done = commands.run("eval", "run", *arguments(place, "bad3", f"{bad}:fault"))
    assert_refused(done, f"有 6 个问题出错，按没有结果计。例如：ValueError: 坏了（{bad}:4）", "在每个问题上都出错")
    before = (RunFolder(place / "bad3").system(f"{bad}:fault") / "results.jsonl").read_text("utf-8")
    assert_refused(commands.run("eval", "run", *arguments(place, "bad3", f"{bad}:fault")), "在每个问题上都出错")
    after = (RunFolder(place / "bad3").system(f"{bad}:fault") / "results.jsonl").read_text("utf-8")
    assert len(after) == 2 * len(before), "what failed is asked again"
    bad.write_text(bad.read_text("utf-8").replace("raise ValueError('坏了')", "return [[('yunxi', None)]]"), "utf-8")
    done = commands.run("eval", "run", *arguments(place, "bad3", f"{bad}:fault"))
    assert (done.returncode, "改动过，它还没有答出过问题，从头问起" in done.stderr) == (0, True), done.stderr
    done = commands.run("eval", "run", *arguments(place, "bad4", f"{bad}:once", "--json"))
    assert done.returncode == 0, done.stderr
    (system,) = json.loads(done.stdout)["systems"].values()
    assert (system["metrics"]["Success@10"], system["metrics"]["errors"]) == (0.25, 1.0)


def test_bad_input_is_refused_in_chinese(commands: Commands, place: Path, finished: dict[str, Any]) -> None:
    double = write_set(place / "double", questions=[*QUESTIONS, QUESTIONS[0]])
    unknown = write_set(place / "unknown", qrels=[*QRELS, ("q1", "nowhere", 1)])
    empty = write_set(place / "empty", documents=[*DOCUMENTS, {"_id": "e", "title": "空", "text": ""}])
    single = write_set(place / "single", questions=QUESTIONS[:1], qrels=QRELS[:1])
    for folder, said in (
        (double, "问题编号 q1 重复"),
        (unknown, "文件 nowhere 不在 corpus.jsonl 里"),
        (empty, "e 的 text 是空的"),
        (single, "只有 1 个问题，均值没有意义"),
        (place / "none", "不是文件夹"),
    ):
        out = place / f"out-{folder.name}"
        done = commands.run("eval", "run", "--dataset", folder, "--out", out, "--work", place / "work")
        assert_refused(done, said)
        assert not out.exists()
    assert_refused(commands.run("eval", "run", *arguments(place, "x", "hybird")), "没有叫 hybird 的系统", "hybrid：")
    assert_refused(commands.run("eval", "run", *arguments(place, "run", "bm25")), "另一次评测", "请换一个 --out")
    assert_refused(commands.run("eval", "report", place / "s"), "没有 config.json")
    assert_refused(commands.run("eval", "compare", place / "run", place / "s"), "没有 run.json")
    assert_refused(commands.run("eval", "compare", place / "run", f"{place / 'run'}:none"), "没有系统 none")
    assert_refused(commands.run("eval", "run", *arguments(place, "y", "bm25", "--sample", "0")), "应为正整数", code=2)
    assert_refused(commands.run("eval", "suite", "--data", place, "--out", place / "z"), "一个数据集都没有")


def test_runs_of_different_sets_are_not_compared(commands: Commands, place: Path, finished: dict[str, Any]) -> None:
    assert commands.run("eval", "run", *arguments(place, "half", "bm25", "--sample", "4")).returncode == 0
    assert_refused(commands.run("eval", "compare", place / "run", place / "half"), "不是同一个数据集")


def test_a_killed_run_goes_on_from_a_line_cut_in_a_character(commands: Commands, place: Path) -> None:
    wanted = arguments(place, "killed", "bm25s")
    assert commands.run("eval", "run", *wanted).returncode == 0
    results = RunFolder(place / "killed").system("bm25s") / "results.jsonl"
    lines = results.read_bytes().split(b"\n")
    results.write_bytes(b"\n".join(lines[:2]) + '\n{"_id": "问'.encode()[:-1])
    done = commands.run("eval", "run", *wanted)
    assert done.returncode == 0, done.stderr
    assert [json.loads(x)["_id"] for x in results.read_text("utf-8").splitlines()] == [q["_id"] for q in QUESTIONS]


def test_what_changed_since_the_start_is_not_mixed_in(commands: Commands, place: Path) -> None:
    own = place / "changing.py"
    own.write_text("def find(questions):\n    print('输出')\n    return [[('yunxi', None)]]\n", "utf-8")
    wanted = arguments(place, "changing", f"{own}:find")
    done = commands.run("eval", "run", *wanted, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["dataset"] == "s", "what a retriever prints stays out of the JSON"
    results = RunFolder(place / "changing").system(f"{own}:find") / "results.jsonl"
    results.write_text("".join(f"{line}\n" for line in results.read_text("utf-8").splitlines()[:2]), "utf-8")
    assert_refused(commands.run("eval", "run", *wanted, ZHICE_DENSE_WEIGHT="0.9"), "dense_weight 不同")
    own.write_text("def find(questions):\n    return [[('linhe', None)]]\n", "utf-8")
    assert_refused(commands.run("eval", "run", *wanted), "changing.py:find 改动过，它已有的 2 个问题的结果出自改动前")


def test_tuning_writes_a_file_that_the_product_reads(commands: Commands, place: Path) -> None:
    out = place / "tuned" / "tuning.json"
    named = ("--dataset", place / "s", "--work", place / "work", "--out", out, "--folds", "2", "--name", "试")
    done = commands.run("eval", "tune", *named)
    assert done.returncode == 0, done.stderr
    assert re.search(r"融合：dense_weight .*交叉验证", done.stdout)
    assert "平坦程度" in done.stdout
    tuning = load_tuning(out)
    assert tuning.version == "试"
    made = json.loads(out.read_text("utf-8"))["made"]
    assert made.keys() == {"fusion", "ranker", "gate"}
    gate = made["gate"]
    assert (gate["sets"][0]["name"], gate["sets"][0]["questions"], gate["folds"]) == ("s", 6, 2)
    assert {"pays", "p", "held_out", "before_held_out"} <= set(gate["found"])
    assert not gate["found"]["adopted"]
    adopted = commands.json("eval", "tune", *named, "--only", "gate", "--adopt", "gate")
    assert (adopted["gate"]["adopted"], adopted["tuning"]["gate"]) == (True, adopted["gate"]["gate"])
    assert json.loads(out.read_text("utf-8"))["made"]["gate"]["found"]["adopted"]
    found = commands.json("eval", "run", *arguments(place, "with", "hybrid"), "--sample", "4")
    assert found["questions"] == 4
    environment = json.loads((place / "with" / "environment.json").read_text("utf-8"))
    assert environment["tuning"]["version"] != "试"
    done = commands.run("eval", "run", *arguments(place, "with2", "hybrid"), ZHICE_TUNING=str(out))
    assert done.returncode == 0, done.stderr
    environment = json.loads((place / "with2" / "environment.json").read_text("utf-8"))
    assert environment["tuning"]["version"] == "试"


def test_a_suite_with_one_broken_set_keeps_the_others(commands: Commands, place: Path) -> None:
    data = place / "data"
    write_set(data / "cmrc2018_dev")
    write_set(data / "dragonball_zh", questions=[*QUESTIONS, QUESTIONS[0]])
    out = place / "suite"
    named = ("--data", data, "--out", out, "--work", place / "work", "--systems", "bm25,bm25s")
    done = commands.run("eval", "suite", *named)
    assert_refused(done, "跳过 ncp", "dragonball 没有完成", "问题编号 q1 重复")
    kept = json.loads((out / "suite.json").read_text("utf-8"))
    assert {name: list(found["systems"]) for name, found in kept["sets"].items()} == {"cmrc": ["bm25", "bm25s"]}
    assert kept["environment"]["model"]["name"] == "openai:fake"
    assert "| cmrc（4 份，6 题） | bm25 |" in done.stdout
    assert (out / "suite.md").read_text("utf-8") == done.stdout
