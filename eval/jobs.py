"""Runs started from the page: each a process ``python -m eval run``, with what was asked and its log beside the run.

A home keeps them in ``eval/ID/``: ``request.json``, ``log.txt``, how it ended, and the run's own folder ``run``.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from eval.errors import EvalError
from eval.job_process import LOCK, JobProcess, goes_on, outcome_of, read_note, why
from eval.offered import find
from eval.runs import RunFolder
from eval.systems import find_system
from kb.locks import FileLock

FOLDER = "eval"
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{4}")
_LOCK = "running.lock"  # held while any run of the home goes on
_LOCK_SECONDS = 1.0  # longer than it takes another to look whether a lock is free
_BUSY = "正在进行另一次评测，两个一起会互相拖慢，用时也量不准。请等它完成，或先停止它。"
_UNFINISHED = "这次评测还没有报告：没有跑完，或已经删除。"
_GONE = "没有这次评测，可能已经删除。请刷新页面。"
_ELSEWHERE = "这次评测由另一个程序进行。请在那里停止，或等它完成。"


class State(StrEnum):
    """Where a run stands."""

    RUNNING = "进行中"
    DONE = "完成"
    STOPPED = "已停止"
    FAILED = "没有跑完"


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked: a set by name, systems, how many of its questions (all if None), and whether to answer."""

    dataset: str
    systems: tuple[str, ...]
    sample: int | None = None
    answers: bool = True
    asked_at: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A run as it stands: of its ``system`` and stage, ``done`` of ``total``; ``message`` says why it failed."""

    job_id: str
    request: Request
    state: State
    system: str = ""
    stage: str = ""
    done: int = 0
    total: int = 0
    message: str = ""

    @property
    def position(self) -> int:
        """Which of the systems is being run, from 1; 0 before the first."""
        return self.request.systems.index(self.system) + 1 if self.system in self.request.systems else 0


class Jobs:
    """The runs of one home. One runs at a time; it ends with this process, and can be taken up again."""

    def __init__(self, home: Path) -> None:
        """Keep runs below a home; nothing is made yet."""
        self.home, self.folder = home, home / FOLDER
        self._guard = threading.Lock()
        self._running: tuple[str, JobProcess] | None = None

    def start(self, request: Request) -> str:
        """Begin a run; its id. Raises EvalError where another runs, or the request cannot be carried out."""
        find(self.home, request.dataset)
        if not request.systems:
            raise EvalError("请至少选一个系统。")
        for name in request.systems:
            if ":" in name or name.endswith(".trec"):
                raise EvalError("自己的检索器请在命令行里评测：python -m eval run。")
            find_system(name).check()
        now = datetime.now()
        job_id = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        held = asdict(request) | {"asked_at": f"{now:%Y-%m-%d %H:%M}"}
        with self._guard, self._alone() as alone:
            place = self.folder / job_id
            place.mkdir()
            (place / "request.json").write_text(json.dumps(held, ensure_ascii=False), "utf-8")
            self._launch(job_id, alone)
        return job_id

    def resume(self, job_id: str) -> None:
        """Go on with a run that was stopped or failed. Raises EvalError."""
        job = self.job(job_id)
        if job.state not in (State.STOPPED, State.FAILED):
            raise EvalError(f"这次评测{job.state.value}，不用接着做。")
        find(self.home, job.request.dataset)
        with self._guard, self._alone() as alone:
            self._launch(job_id, alone)

    def stop(self, job_id: str) -> None:
        """Stop the run; what is done is kept. Nothing happens where it does not run.

        Raises EvalError where another process does it.
        """
        with self._guard:
            if self._running and self._running[0] == job_id:
                self._running[1].stop()
            elif goes_on(self._place(job_id)):
                raise EvalError(_ELSEWHERE)

    def delete(self, job_id: str) -> None:
        """Remove a run and its report. Raises EvalError while it runs."""
        place, lock = self._place(job_id), FileLock(self._place(job_id) / LOCK)
        if self.job(job_id).state is State.RUNNING or not lock.acquire(_LOCK_SECONDS):
            raise EvalError("这次评测还在进行。请先停止它，再删除。")
        try:
            shutil.rmtree(place)
        finally:
            lock.release()

    def close(self) -> None:
        """Stop what runs."""
        with self._guard:
            if self._running:
                self._running[1].stop()

    def job(self, job_id: str) -> Job:
        """One run. Raises EvalError where there is none."""
        place = self._place(job_id)
        request = _request(read_note(place / "request.json"))
        state, message = self._state(job_id)
        told = read_note(place / "run" / "progress.json") if state is not State.DONE else {}
        system, stage = (str(told.get(name, "")) for name in ("system", "stage"))
        done, total = (n if isinstance(n := told.get(name), int) else 0 for name in ("done", "total"))
        return Job(job_id, request, state, system, stage, done, total, message)

    def jobs(self) -> list[Job]:
        """All runs, the newest first; a folder that is none is passed over."""
        found = []
        for place in sorted(self.folder.glob("*"), reverse=True):
            if _ID.fullmatch(place.name):
                try:
                    found.append(self.job(place.name))
                except EvalError:
                    continue
        return found

    def run_folder(self, job_id: str) -> Path:
        """The folder of a run, as ``python -m eval`` takes it. Raises EvalError for what is no id."""
        return self._place(job_id) / "run"

    def _place(self, job_id: str) -> Path:
        if not _ID.fullmatch(job_id):
            raise EvalError(_GONE)
        return self.folder / job_id

    @contextmanager
    def _alone(self) -> Iterator[FileLock]:
        """The lock of the one run of the home, to be handed to its process. Raises EvalError where another has it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / _LOCK)
        if not lock.acquire(_LOCK_SECONDS):
            raise EvalError(_BUSY)
        try:
            yield lock
        except BaseException:
            lock.release()
            raise

    def _launch(self, job_id: str, alone: FileLock) -> None:
        place = self.folder / job_id
        request = self.job(job_id).request
        arguments = ["run", "--dataset", str(find(self.home, request.dataset).folder)]
        arguments += ["--systems", ",".join(request.systems), "--out", str(place / "run")]
        arguments += ["--sample", str(request.sample)] if request.sample else []
        arguments += [] if request.answers else ["--no-answers"]
        lock = FileLock(place / LOCK)
        if not lock.acquire(_LOCK_SECONDS):
            raise EvalError(_BUSY)
        try:
            (place / "run" / "progress.json").unlink(missing_ok=True)
            self._running = (job_id, JobProcess(place, arguments, self.home, (lock, alone)))
        except BaseException:
            lock.release()
            raise

    def _state(self, job_id: str) -> tuple[State, str]:
        place = self.folder / job_id
        if goes_on(place):
            return State.RUNNING, ""
        outcome = outcome_of(place)
        if outcome is None or outcome.interrupted:
            return State.STOPPED, ""
        return (State.DONE, "") if outcome.code == 0 else (State.FAILED, why(place, outcome))


def report_of(jobs: Jobs, job_id: str) -> str:
    """The report of a finished run as HTML. Raises EvalError."""
    try:
        return (_finished(jobs, job_id) / "report.html").read_text("utf-8")
    except OSError as error:
        raise EvalError(_UNFINISHED) from error


def summary_of(jobs: Jobs, job_id: str) -> dict[str, Any]:
    """The content of a finished run's ``run.json``. Raises EvalError."""
    return RunFolder(_finished(jobs, job_id)).read_json("run.json")


def _request(held: Mapping[str, Any]) -> Request:
    """What a note says was asked. Raises EvalError for one that is missing or damaged."""
    try:
        systems = held["systems"]
        request = Request(**{**held, "systems": tuple(systems)})
    except (TypeError, KeyError) as error:
        raise EvalError(_GONE) from error
    whole = isinstance(systems, list) and systems and all(isinstance(name, str) for name in systems)
    texts = isinstance(request.dataset, str) and isinstance(request.asked_at, str)
    count = request.sample is None or isinstance(request.sample, int)
    if not (whole and texts and count and isinstance(request.answers, bool)):
        raise EvalError(_GONE)
    return request


def _finished(jobs: Jobs, job_id: str) -> Path:
    if jobs.job(job_id).state is not State.DONE:
        raise EvalError(_UNFINISHED)
    return jobs.run_folder(job_id)
