"""Runs started from the page, as real processes: to the end, stopped and taken up again, compared, deleted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from eval.contrast import Side, side_by_side
from eval.errors import EvalError
from eval.jobs import Job, Jobs, Request, State, report_of, summary_of
from eval.offered import add
from tests.conftest import ROOT
from tests.embedding_server import running_server
from tests.eval_sets import QUESTIONS, write_set
from tests.processes import Commands

ASKED = Request("题集", ("bm25", "bm25s"))


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    """The runs of a home with one set, whose model is a fake behind an endpoint."""
    folder = write_set(tmp_path / "s")
    add(tmp_path / "home", "题集", {p.name: p for p in folder.iterdir()})
    with running_server() as server:
        for name, value in Commands(server).environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("ZHICE_CACHE", str(tmp_path / "cache"))
        jobs = Jobs(tmp_path / "home")
        yield jobs
        jobs.close()


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 240
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ended(jobs: Jobs, job_id: str) -> Job:
    until(lambda: jobs.job(job_id).state is not State.RUNNING)
    return jobs.job(job_id)


def test_a_run_is_stopped_taken_up_finished_compared_and_deleted(jobs: Jobs) -> None:
    job_id = jobs.start(ASKED)
    until(lambda: jobs.job(job_id).stage != "")
    begun = jobs.job(job_id)
    assert (begun.state, begun.system, begun.position) == (State.RUNNING, "bm25", 1)
    with pytest.raises(EvalError, match="正在进行另一次评测"):
        jobs.start(ASKED)
    with pytest.raises(EvalError, match="请先停止它"):
        jobs.delete(job_id)
    jobs.stop(job_id)
    assert jobs.job(job_id).state is State.STOPPED
    with pytest.raises(EvalError, match="还没有报告"):
        report_of(jobs, job_id)

    jobs.resume(job_id)
    assert (ended(jobs, job_id).state, jobs.job(job_id).message) == (State.DONE, "")
    summary = summary_of(jobs, job_id)
    assert (summary["questions"], list(summary["systems"])) == (len(QUESTIONS), ["bm25", "bm25s"])
    assert report_of(jobs, job_id).lstrip().lower().startswith("<!doctype html>")
    folder = jobs.run_folder(job_id)
    found = side_by_side(Side.of(f"{folder}:bm25"), Side.of(f"{folder}:bm25s"))
    assert list(found) == ["bm25 → bm25s"]
    with pytest.raises(EvalError, match="不用接着做"):
        jobs.resume(job_id)

    assert [job.job_id for job in Jobs(jobs.home).jobs()] == [job_id]
    jobs.delete(job_id)
    assert jobs.jobs() == []


def test_why_a_run_failed_is_told_and_nothing_else_is_harmed(jobs: Jobs) -> None:
    (jobs.home / "sets" / "题集" / "corpus.jsonl").write_text("不是 JSON\n", "utf-8")
    job = ended(jobs, jobs.start(ASKED))
    assert job.state is State.FAILED
    assert "corpus.jsonl 第 1 行" in job.message
    (jobs.folder / "20260101-000000-dead").mkdir()
    (jobs.folder / "mine").mkdir()
    assert [found.job_id for found in jobs.jobs()] == [job.job_id]


def test_a_run_ends_with_the_process_that_started_it(jobs: Jobs) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom eval.jobs import Jobs, Request\n"
        "print(Jobs(Path(sys.argv[1])).start(Request('题集', ('hybrid',))), flush=True)\ntime.sleep(600)\n"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", code, str(jobs.home)], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ
    )
    assert owner.stdout
    job_id = owner.stdout.readline().strip()
    lock = jobs.run_folder(job_id) / "run.lock"
    until(lambda: lock.exists() and lock.read_text() != "")
    process = Path("/proc") / lock.read_text().split()[0]
    assert process.exists()
    assert [(job.job_id, job.state) for job in jobs.jobs()] == [(job_id, State.RUNNING)]
    for refused, said in (
        (lambda: jobs.start(ASKED), "正在进行另一次评测"),
        (lambda: jobs.stop(job_id), "由另一个程序进行"),
        (lambda: jobs.resume(job_id), "进行中，不用接着做"),
        (lambda: jobs.delete(job_id), "请先停止它"),
    ):
        with pytest.raises(EvalError, match=said):
            refused()
    assert [job.job_id for job in jobs.jobs()] == [job_id]
    owner.kill()
    owner.wait()
    owner.stdout.close()
    until(lambda: not process.exists())
    assert jobs.job(job_id).state is State.STOPPED


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (Request("没有", ("bm25",)), "没有叫“没有”的题集"),
        (Request("题集", ()), "请至少选一个系统"),
        (Request("题集", ("nobody",)), "没有叫 nobody 的系统"),
        (Request("题集", ("/tmp/x.py:run",)), "命令行"),
        (Request("题集", ("/tmp/x.trec",)), "命令行"),
    ],
)
def test_what_cannot_be_run_is_refused_before_anything_is_made(request_: Request, said: str, jobs: Jobs) -> None:
    with pytest.raises(EvalError, match=said):
        jobs.start(request_)
    assert not jobs.folder.exists()


@pytest.mark.parametrize("job_id", ["", "..", "../../etc", "20260101-000000-zzzz", "20260101-000000-dead"])
def test_an_id_that_is_none_reaches_no_file(job_id: str, jobs: Jobs) -> None:
    for ask in (jobs.job, jobs.delete, jobs.resume, lambda i: report_of(jobs, i)):
        with pytest.raises(EvalError, match="没有这次评测|还没有报告"):
            ask(job_id)


def left_behind(jobs: Jobs) -> Path:
    """The folder of a run whose process is gone."""
    place = jobs.folder / "20260101-000000-dead"
    (place / "run").mkdir(parents=True)
    held = {"dataset": "题集", "systems": ["bm25"], "sample": None, "answers": True, "asked_at": "2026-01-01 00:00"}
    (place / "request.json").write_text(json.dumps(held), "utf-8")
    return place


@pytest.mark.parametrize(
    ("note", "log", "state", "message"),
    [
        ('{"code": 0, "stopped": false}', "", State.DONE, ""),
        ('{"code": 1, "stopped": false}', "注意：慢\n坏了\n", State.FAILED, "坏了"),
        ('{"code": 1, "stopped": false}', "文件“施工已中断”坏了\n", State.FAILED, "文件“施工已中断”坏了"),
        ('{"code": -9, "stopped": false}', "一半\n", State.FAILED, "一半\n进程被系统强行终止，多半是内存不足"),
        ('{"code": 130, "stopped": false}', "已停下\n", State.STOPPED, ""),
        ('{"code": -9, "stopped": true}', "一半\n", State.STOPPED, ""),
        ("{", "一半\n", State.STOPPED, ""),
        (None, "一半\n", State.STOPPED, ""),
    ],
)
def test_how_a_run_ended_is_told_by_its_note_whatever_an_earlier_one_left(
    note: str | None, log: str, state: State, message: str, jobs: Jobs
) -> None:
    place = left_behind(jobs)
    (place / "run" / "report.html").write_text("以前的", "utf-8")
    (place / "log.txt").write_text(log, "utf-8")
    if note is not None:
        (place / "outcome.json").write_text(note, "utf-8")
    job = jobs.job(place.name)
    assert (job.state, job.message) == (state, message)
    if state is State.DONE:
        assert report_of(jobs, place.name) == "以前的"
    else:
        with pytest.raises(EvalError, match="还没有报告"):
            report_of(jobs, place.name)
        with pytest.raises(EvalError, match="还没有报告"):
            summary_of(jobs, place.name)


def test_a_damaged_note_of_progress_does_no_harm(jobs: Jobs) -> None:
    place = left_behind(jobs)
    for note in ("{", "[]", '{"done": "x"}'):
        (place / "run" / "progress.json").write_text(note, "utf-8")
        job = jobs.job(place.name)
        assert (job.state, job.done, job.total) == (State.STOPPED, 0, 0)
