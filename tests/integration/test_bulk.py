"""Bulk ingest on Ray: a cluster of two nodes on this machine, commands as processes, a model behind an endpoint."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import psutil
import pytest

from kb.base import KnowledgeBase
from kb.config import Settings
from kb.model import to_json
from tests.bases import dump
from tests.embedding_server import running_server
from tests.processes import Commands

COUNT = 36
SUBJECTS = ("孵化器", "农机购置", "养老床位", "技能培训", "跨境电商", "屋顶光伏")
_SECONDS = 300


class Gate:
    """Holds the endpoint's next answer back once it is closed, until it is opened."""

    def __init__(self) -> None:
        self.closed, self.reached, self.open = threading.Event(), threading.Event(), threading.Event()

    def __call__(self, answer: dict[str, Any]) -> None:
        if self.closed.is_set():
            self.reached.set()
            self.open.wait(_SECONDS)

    def close(self) -> None:
        self.reached.clear()
        self.open.clear()
        self.closed.set()

    def let_go(self) -> None:
        self.closed.clear()
        self.open.set()


def paragraphs(number: int, version: int = 0) -> list[str]:
    subject = SUBJECTS[number % len(SUBJECTS)]
    return [
        f"云溪市关于做好{subject}工作的通知",
        f"云溪政发〔2031〕{number + 1}号",
        "各乡镇人民政府：",
        "一、总体要求",
        f"到2033年，全市{subject}项目达到{1000 + number}个，每个项目补助{10 + version}万元。",
        "二、保障措施",
        f"{subject}由市第{number}科牵头，各乡镇配合，联系电话另行公布。",
        "云溪市人民政府",
        "2031年3月1日",
    ]


def write(folder: Path, number: int, version: int = 0) -> Path:
    """A document in one of four formats."""
    lines = paragraphs(number, version)
    stem = folder / f"{number:03d}"
    if number % 4 == 0:
        file = stem.with_suffix(".txt")
        file.write_text("\n".join(lines), "utf-8")
    elif number % 4 == 1:
        file = stem.with_suffix(".html")
        body = "".join(f"<p>{line}</p>" for line in lines[1:])
        file.write_text(f"<html><body><h1>{lines[0]}</h1>{body}</body></html>", "utf-8")
    elif number % 4 == 2:
        file = stem.with_suffix(".md")
        file.write_text(f"# {lines[0]}\n\n" + "\n\n".join(lines[1:]), "utf-8")
    else:
        file = stem.with_suffix(".docx")
        made = docx.Document()
        for line in lines:
            made.add_paragraph(line)
        made.save(str(file))
    return file


def fill(folder: Path) -> Path:
    """Documents, one twice, some in an archive, an empty file, a damaged one and a program."""
    folder.mkdir()
    for number in range(COUNT):
        write(folder, number)
    shutil.copy(folder / "004.txt", folder / "同004.txt")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in (90, 91):
            archive.writestr(f"{number}.txt", "\n".join(paragraphs(number)))
    (folder / "多份.zip").write_bytes(packed.getvalue())
    (folder / "空.txt").write_bytes(b"")
    (folder / "坏.docx").write_bytes((folder / "003.docx").read_bytes()[:900])
    (folder / "程序.txt").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(200))
    return folder


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate()


@pytest.fixture(scope="module")
def commands(gate: Gate) -> Iterator[Commands]:
    with running_server() as server:
        server.spoil = gate
        yield Commands(server)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of two nodes with a core each."""
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_worker_niceness": "0", "NO_PROXY": "127.0.0.1"}
    from ray.cluster_utils import Cluster

    made = Cluster()
    try:
        for _ in range(2):
            made.add_node(num_cpus=1, include_dashboard=False)
        yield str(made.address)
    finally:
        made.shutdown()


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("bulk") / "文件")


def content(home: Path) -> Any:
    """All a base holds: stores with vectors, chunks, and the files it could not read."""
    with KnowledgeBase.open(Settings(home=home)) as base:
        stores = dump(base)
        chunks = [to_json(chunk) for header in base.documents() for chunk in base.chunks(header.policy_id)]
        cached = base.store.vectors.sizes()
        unread = to_json(base.unread())
    assert stores["consistent"]
    return stores, chunks, cached, unread


def synced(commands: Commands, *arguments: object) -> tuple[int, Any, str]:
    """Exit code, report without its seconds, and what was complained of, of a sync with --json."""
    own = {"NO_PROXY": "127.0.0.1"} if "--ray" in arguments else {}  # a process that is no fork, for Ray
    return told(commands.run("ingest", "sync", *arguments, "--json", **own))


def told(done: Any) -> tuple[int, Any, str]:
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    del report["seconds"]
    return done.returncode, report, done.stderr.rpartition("；用时 ")[0]


def ray_process(title: str) -> psutil.Process:
    """A process of Ray that runs a stage."""
    for process in psutil.process_iter(["cmdline"]):
        if any(title in part for part in process.info["cmdline"] or ()):
            return process
    raise AssertionError(f"no process {title}")


@pytest.fixture(scope="module")
def plain(commands: Commands, docs: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The home of a plain sync, and its report."""
    home = tmp_path_factory.mktemp("plain") / "home"
    return home, synced(commands, docs, "--home", home)


def change(folder: Path) -> None:
    """A file changes, one moves, one goes, one comes."""
    write(folder, 8, version=3)
    (folder / "009.html").rename(folder / "九.html")
    (folder / "010.md").unlink()
    write(folder, 70)


def test_a_local_run_that_is_stopped_leaves_no_process_and_can_be_gone_on_with(commands, gate, docs, plain, tmp_path):
    gate.close()
    process = commands.start("ingest", "sync", docs, "--home", tmp_path, "--ray")
    try:
        assert gate.reached.wait(_SECONDS), "nothing was ever embedded"
        theirs = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        assert any("按一次 Ctrl-C" in line for line in iter(process.stderr.readline, ""))
        gate.let_go()
        out, err = process.communicate(timeout=_SECONDS)
    finally:
        gate.let_go()
        process.kill()
    assert (process.returncode, "Traceback" in err) == (130, False), out + err
    assert re.search(r"已中断：还有 \d+ 个文件没有处理。重新运行同一命令即可接着完成。\n$", out)
    assert len(theirs) > 2
    assert psutil.wait_procs(theirs, timeout=60)[1] == []
    again = synced(commands, docs, "--home", tmp_path)[1]  # by a plain sync
    assert (again["added"] > 0, again["added"] + again["unchanged"], again["pending"]) == (True, COUNT + 2, 0)
    assert content(tmp_path) == content(plain[0])


def test_a_sync_on_a_cluster_equals_a_plain_one_though_processes_are_killed_and_so_does_the_next(
    commands, gate, docs, cluster, plain, tmp_path
):
    gate.close()
    process = commands.start("ingest", "sync", docs, "--home", tmp_path, "--ray", cluster, "--json")
    try:
        assert gate.reached.wait(_SECONDS), "nothing was ever embedded"
        for stage in ("MapBatches(Embed)", "MapBatches(Read)"):
            ray_process(stage).send_signal(signal.SIGKILL)
        gate.let_go()
        out, err = process.communicate(timeout=_SECONDS)
    finally:
        gate.let_go()
        process.kill()
    done = type("Done", (), {"stdout": out, "stderr": err, "returncode": process.returncode})
    assert told(done) == plain[1]
    assert plain[1][1]["embedded"] == plain[1][1]["chunks"] > COUNT
    assert content(tmp_path) == content(plain[0])
    change(docs)
    found = synced(commands, docs, "--home", tmp_path, "--ray", cluster)
    assert found == synced(commands, docs, "--home", plain[0])
    assert [found[1][n] for n in ("added", "replaced", "moved", "removed", "unchanged")] == [1, 1, 1, 1, COUNT - 1]
    assert content(tmp_path)[1:] == content(plain[0])[1:]
