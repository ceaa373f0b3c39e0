"""Reads files in processes of their own, so that a file fails alone: in time and memory limits, and in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType

from ingest.reading import Outcome, Refusal, Request
from ingest.worker import BEAT

_PROJECT = Path(__file__).resolve().parents[1]
_LOOK = 0.3  # seconds between looks at whether to stop
_START = 60.0  # seconds a process may take to start, which is no fault of the file it is given
_MAX_FILES = 500  # a process is replaced after so many: what a library leaks goes with it


@dataclass(slots=True)
class _Job:
    request: Request
    outcome: Outcome | None = None


@dataclass(slots=True)
class _Process:
    """A running worker; ``job`` is what it is at, ``begun`` since when, ``heard`` when it last said something.

    Both are monotonic seconds. ``started``: it has said something, and time counts from then.
    """

    popen: subprocess.Popen[bytes]
    requests: Connection
    outcomes: Connection
    job: _Job | None = None
    begun: float = 0.0
    heard: float = 0.0
    files: int = 0
    started: bool = False

    def ask(self, job: _Job) -> None:
        self.job = job
        self.begun = self.heard = time.monotonic()
        self.files += 1
        with suppress(BrokenPipeError):  # it died while idle: the wait for its outcome finds out
            self.requests.send(job.request)

    def end(self) -> int:
        """Kill it with whatever it has started; its exit status."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        status = self.popen.wait()
        self.requests.close()
        self.outcomes.close()
        return status


@dataclass(slots=True)
class Workers:
    """Worker processes, started when there is work. ``seconds``: how long one may be silent over a file.

    ``total_seconds``: how long a file may take in all, since what goes on may go on for ever. ``memory_mb``: what one
    may allocate. ``module``: what they run. Use as a context manager, or ``close`` it.
    """

    count: int = 2
    seconds: float = 120.0
    total_seconds: float = 1800.0
    memory_mb: int = 3000
    module: str = "ingest.worker"
    _processes: list[_Process] = field(default_factory=list)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End all processes; files they are at are given up."""
        while self._processes:
            self._processes.pop().end()

    def read(self, requests: Iterable[Request], stopping: Callable[[], bool] = lambda: False) -> Iterator[Outcome]:
        """The outcome of each request, in order. A few files are read ahead of the one waited for.

        Ends early, giving up the files it is at, once ``stopping`` says so.
        """
        waiting = iter(requests)
        jobs: deque[_Job] = deque()
        more = True
        while not stopping():
            while more and len(jobs) < 2 * self.count and (len(jobs) < self.count or self._idle()):
                request = next(waiting, None)
                more = request is not None
                if request is not None:
                    jobs.append(_Job(request))
                    self._start(jobs[-1])
            if not jobs:
                return
            outcome = jobs[0].outcome
            if outcome is None:
                self._listen()
            else:
                jobs.popleft()
                yield outcome

    def _idle(self) -> bool:
        return len(self._processes) < self.count or any(p.job is None for p in self._processes)

    def _start(self, job: _Job) -> None:
        """Give a job to an idle process, a new one if need be."""
        idle = next((p for p in self._processes if p.job is None), None)
        if idle is not None and (idle.files >= _MAX_FILES or idle.popen.poll() is not None):
            self._processes.remove(idle)
            idle.end()
            idle = None
        if idle is None:
            idle = self._spawn()
            self._processes.append(idle)
        idle.ask(job)

    def _spawn(self) -> _Process:
        paths = os.pathsep.join([str(_PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])])
        popen = subprocess.Popen(
            [sys.executable, "-m", self.module, str(self.memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": paths},
            start_new_session=True,
        )
        assert popen.stdin is not None and popen.stdout is not None
        requests = Connection(os.dup(popen.stdin.fileno()), readable=False)
        outcomes = Connection(os.dup(popen.stdout.fileno()), writable=False)
        popen.stdin.close()
        popen.stdout.close()
        return _Process(popen, requests, outcomes)

    def _listen(self) -> None:
        """Take what the processes at work say; end those that died, are silent or at one file for too long."""
        busy = [p for p in self._processes if p.job is not None]
        deadline = min(min(self._deadlines(p)) for p in busy)
        ready = wait([p.outcomes for p in busy], max(0.0, min(deadline - time.monotonic(), _LOOK)))
        for process in busy:
            if process.outcomes in ready:
                self._hear(process)
                while process.job is not None and process.outcomes.poll():  # the outcome may be behind old beats
                    self._hear(process)
            if process.job is not None and (why := self._overdue(process)):
                self._give_up(process, why)

    def _deadlines(self, process: _Process) -> tuple[float, float]:
        """Until when a process may be silent, and until when it may be at its file."""
        if not process.started:
            return (process.heard + max(self.seconds, _START),) * 2
        return process.heard + self.seconds, process.begun + self.total_seconds

    def _overdue(self, process: _Process) -> str | None:
        """Why to give up what a process is at; None while it has time."""
        silence, end = self._deadlines(process)
        if time.monotonic() >= silence:
            return f"读取超过 {self.seconds:.0f} 秒没有进展，已放弃（设置 read_seconds）。请拆分文件后再试"
        if time.monotonic() >= end:
            return f"读取超过 {self.total_seconds:.0f} 秒没有完成，已放弃（设置 read_total_seconds）。请拆分文件后再试"
        return None

    def _hear(self, process: _Process) -> None:
        try:
            said = process.outcomes.recv()
        except (EOFError, OSError):
            self._give_up(process, None)
            return
        process.heard = time.monotonic()
        if not process.started:
            process.started, process.begun = True, process.heard
        if said != BEAT:
            assert process.job is not None
            process.job.outcome, process.job = said, None

    def _give_up(self, process: _Process, why: str | None) -> None:
        job, process.job = process.job, None
        self._processes.remove(process)
        status = process.end() if why else _status(process)
        if job is not None:
            job.outcome = Refusal(why or _death(status))


def _status(process: _Process) -> int:
    """How a process that closed its pipe ended."""
    with suppress(subprocess.TimeoutExpired):
        process.popen.wait(5)
    return process.end()


def _death(status: int) -> str:
    if status == -signal.SIGKILL:
        return "读取进程被系统终止（多半是内存不足）。请关闭其他程序或拆分文件后再试"
    return f"读取进程崩溃（退出状态 {status}），文件可能已损坏。请重新获取该文件，或报告这个文件"
