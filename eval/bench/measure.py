"""Figures of a process, of a folder and of many timings."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

_STATUS = Path("/proc/self/status")


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99 of timings, in milliseconds."""
    values = np.percentile(np.asarray(seconds) * 1000, (50, 95, 99))
    return {name: round(float(value), 3) for name, value in zip(("p50", "p95", "p99"), values, strict=True)}


def memory_mb() -> dict[str, float]:
    """What this process holds, and the most it has held, in MB; empty where the system does not say."""
    try:
        lines = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
    except OSError:
        return {}
    wanted = {"resident_mb": "VmRSS", "peak_mb": "VmHWM"}
    return {name: round(int(lines[field].split()[0]) / 1024, 1) for name, field in wanted.items() if field in lines}


def folder_mb(folder: Path) -> dict[str, float]:
    """The files directly in a folder and those below each folder in it, by name, in MB; and the ``total``."""
    sizes: dict[str, float] = defaultdict(float)
    for path in folder.rglob("*"):
        if path.is_file():
            top = path.relative_to(folder).parts[:2] if path.is_relative_to(folder / "index") else (path.name,)
            name = "/".join(top).removesuffix("-wal").removesuffix("-shm")
            sizes[name] += path.stat().st_size / 1e6
    rounded = {name: round(size, 2) for name, size in sorted(sizes.items()) if size >= 0.005}
    return rounded | {"total": round(sum(sizes.values()), 2)}


class Clock:
    """Sums of seconds by the name of what was done."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._last = time.perf_counter()

    def start(self) -> None:
        """Begin an interval here."""
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        """Count the time since the interval began, or since the last lap, as ``name``."""
        now = time.perf_counter()
        self.seconds[name] += now - self._last
        self._last = now

    @contextmanager
    def apart(self, name: str) -> Iterator[None]:
        """Count what is done inside as ``name`` and not as the lap around it."""
        began = time.perf_counter()
        try:
            yield
        finally:
            took = time.perf_counter() - began
            self.seconds[name] += took
            self._last += took

    def rounded(self) -> dict[str, float]:
        """The sums so far."""
        return {name: round(seconds, 3) for name, seconds in self.seconds.items()}


def timed(work: Callable[..., object], *given: object, **named: object) -> float:
    """How many seconds a call takes."""
    began = time.perf_counter()
    work(*given, **named)
    return time.perf_counter() - began
