"""Syncs that are killed or stopped, run again, and seen from another process; all with processes of their own."""

from __future__ import annotations

import contextlib
import io
import json
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.base import KnowledgeBase
from kb.commands import main
from kb.config import Settings
from kb.model import to_json
from tests.bases import dump
from tests.embedding_server import running_server
from tests.processes import Commands

COUNT = 70
SUBJECTS = ("孵化器", "农机购置", "养老床位", "技能培训", "跨境电商", "屋顶光伏", "义务教育", "河道治理")


def text(number: int, subject: str | None = None, places: int | None = None) -> str:
    subject = subject or SUBJECTS[number % len(SUBJECTS)]
    return (
        f"云溪市关于做好{subject}工作的通知\n云溪政发〔2031〕{number + 1}号\n各乡镇人民政府：\n"
        f"一、总体要求\n到2033年，全市{subject}项目达到{places or 1000 + number}个，每个项目补助{10 + number}万元。\n"
        f"二、保障措施\n{subject}由市第{number}科牵头，各乡镇配合，联系电话另行公布。\n云溪市人民政府\n2031年3月1日\n"
    )


class Gate:
    """Holds the endpoint's n-th answer back until it is opened: a process is then in the middle of its work."""

    def __init__(self) -> None:
        self.closed_at = 0
        self.reached, self.open = threading.Event(), threading.Event()
        self._count, self._lock = 0, threading.Lock()

    def __call__(self, answer: dict[str, Any]) -> None:
        with self._lock:
            self._count += 1
            mine = self._count == self.closed_at
        if mine:
            self.reached.set()
            self.open.wait(60)

    def close_at(self, request: int) -> None:
        self._count, self.closed_at = 0, request
        self.reached.clear()
        self.open.clear()


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate()


@pytest.fixture(scope="module")
def commands(gate: Gate) -> Iterator[Commands]:
    with running_server() as server:
        server.spoil = gate
        yield Commands(server)


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("文件")
    for number in range(COUNT):
        (folder / f"{number:03d}.txt").write_text(text(number), "utf-8")
    return folder


@pytest.fixture(scope="module")
def undisturbed(commands: Commands, docs: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any, float]:
    """The home of an undisturbed run, what it holds, and the seconds it took."""
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    started = time.monotonic()
    report = commands.json("ingest", "sync", docs, "--home", home)
    seconds = time.monotonic() - started
    assert (report["added"], report["failed"], report["documents_in_base"]) == (COUNT, [], COUNT)
    return home, content(home), seconds


def content(home: Path) -> Any:
    """All a base holds and tells: the stores, the chunks, the list, and the doctor's word that nothing was amiss."""
    with KnowledgeBase.open(Settings(home=home)) as base:
        stores = dump(base)
        chunks = [to_json(chunk) for header in base.documents() for chunk in base.chunks(header.policy_id)]
    assert stores["consistent"]
    doctor = told("doctor", home)
    assert (doctor["healthy"], doctor["findings"], doctor["notes"]) == (True, [], [])
    return stores, chunks, told("list", home), doctor


def told(command: str, home: Path) -> Any:
    """What a command of ``python -m kb`` prints with --json."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert main([command, "--json", "--home", str(home)]) == 0
    return json.loads(out.getvalue())


def held(home: Path) -> int:
    """How many documents a reader sees."""
    with KnowledgeBase.open(Settings(home=home)) as base:
        return len(base.documents())


def stop_in_second_batch(
    commands: Commands, gate: Gate, docs: Path, home: Path, *signals: signal.Signals
) -> tuple[int, str, str]:
    """Start a first sync, send it signals while its second batch is being embedded: (code, stdout, stderr)."""
    gate.close_at(3)  # a batch of 66 chunks takes two requests
    process = commands.start("ingest", "sync", docs, "--home", home)
    try:
        assert gate.reached.wait(120), "the sync never came to its second batch"
        for one in signals:
            process.send_signal(one)
            time.sleep(0.5)  # two signals at once would count as one
        if signals[0] is signal.SIGKILL:
            process.wait(60)
        elif len(signals) == 1:
            gate.open.set()
        out, err = process.communicate(timeout=120)
    finally:
        gate.open.set()
        process.kill()
    return process.returncode, out, err


def test_a_first_sync_killed_in_its_midst_and_run_again_equals_an_undisturbed_one(
    commands, gate, docs, undisturbed, tmp_path
):
    code, out, _ = stop_in_second_batch(commands, gate, docs, tmp_path, signal.SIGKILL)
    assert (code, out) == (-signal.SIGKILL, "")
    kept = held(tmp_path)
    assert 0 < kept < COUNT
    report = commands.json("ingest", "sync", docs, "--home", tmp_path)
    assert (report["added"], report["unchanged"], report["documents_in_base"]) == (COUNT - kept, kept, COUNT)
    assert content(tmp_path) == undisturbed[1]


def test_syncs_killed_at_any_moment_and_run_again_equal_an_undisturbed_one(commands, docs, undisturbed, tmp_path):
    for share in (0.4, 0.6, 0.8):  # of the time an undisturbed run took: the moment differs from run to run
        process = commands.start("ingest", "sync", docs, "--home", tmp_path)
        try:
            process.communicate(timeout=share * undisturbed[2])
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
    commands.json("ingest", "sync", docs, "--home", tmp_path)
    assert content(tmp_path) == undisturbed[1]


def test_ctrl_c_ends_the_batch_says_so_and_the_next_run_resumes(commands, gate, docs, undisturbed, tmp_path):
    code, out, err = stop_in_second_batch(commands, gate, docs, tmp_path, signal.SIGINT)
    kept = held(tmp_path)
    assert (code, "Traceback" in err) == (130, False)
    assert "正在完成手上的一批，再按一次 Ctrl-C 立即停止" in err
    assert f"已中断：还有 {COUNT - kept} 个文件没有处理。重新运行同一命令即可接着完成。" in out + err
    assert 0 < kept < COUNT
    report = commands.json("ingest", "sync", docs, "--home", tmp_path)
    assert (report["added"], report["unchanged"]) == (COUNT - kept, kept)
    assert content(tmp_path) == undisturbed[1]


def test_ctrl_c_twice_stops_at_once_and_the_next_run_resumes(commands, gate, docs, undisturbed, tmp_path):
    code, out, err = stop_in_second_batch(commands, gate, docs, tmp_path, signal.SIGINT, signal.SIGINT)
    assert (code, out, "Traceback" in err) == (130, "", False)
    assert err.endswith("已中断。已完成的部分都已保存，重新运行同一命令即可接着完成。\n")
    assert 0 < held(tmp_path) < COUNT
    commands.json("ingest", "sync", docs, "--home", tmp_path)
    assert content(tmp_path) == undisturbed[1]


def test_a_second_sync_embeds_nothing_and_asks_the_model_nothing(commands, docs, undisturbed):
    home, before, _ = undisturbed
    asked = len(commands.server.requests)
    report = commands.json("ingest", "sync", docs, "--home", home)
    del report["seconds"]
    assert report == {
        "added": 0, "replaced": 0, "moved": 0, "removed": 0, "unchanged": COUNT, "documents": 0, "chunks": 0,
        "embedded": 0, "interrupted": False, "pending": 0, "documents_in_base": COUNT, "skipped": [], "failed": [],
    }  # fmt: skip
    assert len(commands.server.requests) == asked
    assert content(home) == before


def test_an_open_base_answers_from_what_another_process_synced_and_never_from_what_it_removed(commands, tmp_path):
    folder, home = tmp_path / "文件", tmp_path / "home"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(text(number), "utf-8")
    question = "到2033年，云溪市海洋牧场项目要达到多少个？"

    def sync() -> None:
        commands.json("ingest", "sync", folder, "--home", home)

    sync()
    with KnowledgeBase.open(commands.settings(home)) as base:

        def answered() -> tuple[bool, set[str | None], str]:
            answer = base.ask(question)
            return answer.abstained, {citation.source for citation in answer.citations}, answer.text

        def found() -> list[str]:
            return sorted(hit.chunk.chunk_id for hit in base.search(question, k=99))

        def live() -> list[str]:
            return sorted(chunk.chunk_id for header in base.documents() for chunk in base.chunks(header.policy_id))

        assert (answered()[0], found()) == (True, live())
        (folder / "new.txt").write_text(text(7, "海洋牧场", 4711), "utf-8")
        sync()
        abstained, sources, said = answered()
        assert (abstained, sources, "4711个" in said, found()) == (False, {"new.txt"}, True, live())
        (folder / "new.txt").write_text(text(7, "海洋牧场", 5822), "utf-8")
        sync()
        abstained, sources, said = answered()
        assert (abstained, sources, "5822个" in said, "4711" in said) == (False, {"new.txt"}, True, False)
        assert found() == live()
        (folder / "new.txt").unlink()
        sync()
        abstained, sources, _ = answered()
        assert (abstained, sources, found()) == (True, set(), live())
