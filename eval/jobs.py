"""Runs started from the page: each a process ``python -m eval run``, with what was asked and its log beside the run.

A home keeps them in ``eval/ID/``: ``request.json``, ``log.txt``, and the run's own folder ``run``.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from eval.errors import EvalError
from eval.offered import find
from eval.runs import RunFolder
from eval.systems import find_system

FOLDER = "eval"
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{4}")
_STOP_SECONDS = 20.0
_LOG_BYTES = 20_000
_BUSY = "正在进行另一次评测，两个一起会互相拖慢，用时也量不准。请等它完成，或先停止它。"


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
        self._running: tuple[str, subprocess.Popen[bytes], int] | None = None

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
        with self._guard:
            self._refuse_second()
            place = self.folder / job_id
            place.mkdir(parents=True)
            (place / "request.json").write_text(json.dumps(held, ensure_ascii=False), "utf-8")
            self._launch(job_id)
        return job_id

    def resume(self, job_id: str) -> None:
        """Go on with a run that was stopped or failed. Raises EvalError."""
        job = self.job(job_id)
        if job.state not in (State.STOPPED, State.FAILED):
            raise EvalError(f"这次评测{job.state.value}，不用接着做。")
        find(self.home, job.request.dataset)
        with self._guard:
            self._refuse_second()
            self._launch(job_id)

    def stop(self, job_id: str) -> None:
        """Stop the run; what is done is kept. Nothing happens where it does not run."""
        with self._guard:
            self._stop(job_id)

    def delete(self, job_id: str) -> None:
        """Remove a run and its report. Raises EvalError while it runs."""
        if self.job(job_id).state is State.RUNNING:
            raise EvalError("这次评测还在进行。请先停止它，再删除。")
        shutil.rmtree(self._place(job_id))

    def close(self) -> None:
        """Stop what runs."""
        with self._guard:
            if self._running:
                self._stop(self._running[0])

    def job(self, job_id: str) -> Job:
        """One run. Raises EvalError where there is none."""
        place = self._place(job_id)
        try:
            held = json.loads((place / "request.json").read_text("utf-8"))
            request = Request(**held | {"systems": tuple(held["systems"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise EvalError("没有这次评测，可能已经删除。请刷新页面。") from error
        state, message = self._state(job_id)
        told = _read(place / "run" / "progress.json") if state is not State.DONE else {}
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
            raise EvalError("没有这次评测，可能已经删除。请刷新页面。")
        return self.folder / job_id

    def _refuse_second(self) -> None:
        if self._running and self._running[1].poll() is None:
            raise EvalError(_BUSY)

    def _launch(self, job_id: str) -> None:
        place = self.folder / job_id
        request = self.job(job_id).request
        command = [sys.executable, "-m", "eval", "run", "--dataset", str(find(self.home, request.dataset).folder)]
        command += ["--systems", ",".join(request.systems), "--out", str(place / "run")]
        command += ["--sample", str(request.sample)] if request.sample else []
        command += [] if request.answers else ["--no-answers"]
        (place / "run" / "progress.json").unlink(missing_ok=True)
        reader, writer = os.pipe()  # closed with this process, however it ends: then the run ends too
        try:
            with (place / "log.txt").open("wb") as log:
                process = subprocess.Popen(
                    [*command, "--alive", str(reader)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=(reader,),
                    env=os.environ | {"ZHICE_HOME": str(self.home)},
                )
        except OSError:
            os.close(writer)
            raise
        finally:
            os.close(reader)
        self._running = (job_id, process, writer)
        threading.Thread(target=self._reap, args=(process, writer), daemon=True).start()

    def _reap(self, process: subprocess.Popen[bytes], writer: int) -> None:
        process.wait()
        os.close(writer)

    def _stop(self, job_id: str) -> None:
        if not self._running or self._running[0] != job_id:
            return
        process = self._running[1]
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _state(self, job_id: str) -> tuple[State, str]:
        if self._running and self._running[0] == job_id and self._running[1].poll() is None:
            return State.RUNNING, ""
        place = self.folder / job_id
        if (place / "run" / "report.html").is_file():
            return State.DONE, ""
        said = _last_lines(place / "log.txt")
        return (State.FAILED, said) if said and "已中断" not in said else (State.STOPPED, "")


def report_of(jobs: Jobs, job_id: str) -> str:
    """The report of a finished run as HTML. Raises EvalError."""
    try:
        return (jobs.run_folder(job_id) / "report.html").read_text("utf-8")
    except OSError as error:
        raise EvalError("这次评测还没有报告：没有跑完，或已经删除。") from error


def summary_of(jobs: Jobs, job_id: str) -> dict[str, Any]:
    """The content of a finished run's ``run.json``. Raises EvalError."""
    return RunFolder(jobs.run_folder(job_id)).read_json("run.json")


def _read(path: Path) -> Mapping[str, Any]:
    try:
        held = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def _last_lines(path: Path) -> str:
    """The end of what a run said, but for its remarks."""
    try:
        said = path.read_bytes()[-_LOG_BYTES:].decode("utf-8", "replace")
    except OSError:
        return ""
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith("注意：")]
    return "\n".join(lines[-8:])
