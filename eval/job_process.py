"""The process of a run started from the page, with the locks that say it goes on and the note of how it ended.

The process inherits the locks: they are taken as long as it or its owner lives, whoever asks, and left by nobody dead.
The owner writes the note before it gives them back. A free lock without a note: the owner died, and the run with it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.process import INTERRUPTED, ending
from kb.locks import FileLock

LOCK = "job.lock"
LOG = "log.txt"
_OUTCOME = "outcome.json"
_STOP_SECONDS = 20.0
_LOG_BYTES = 20_000
_LOG_LINES = 8


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a process ended: its exit code, and whether it was told to stop."""

    code: int
    stopped: bool

    @property
    def interrupted(self) -> bool:
        """Whether it was stopped, and so may go on from there."""
        return self.code != 0 and (self.stopped or self.code == INTERRUPTED)


class JobProcess:
    """One run's process, from its launch to the note of its end."""

    def __init__(self, place: Path, arguments: Sequence[str], home: Path, locks: Sequence[FileLock]) -> None:
        """Launch ``python -m eval`` with its log in ``place``. The locks, which are held, are given back at its end."""
        self._place, self._locks, self._stopped = place, tuple(locks), False
        (place / _OUTCOME).unlink(missing_ok=True)
        reader, self._writer = os.pipe()  # closed with this process, however it ends: then the run ends too
        try:
            with (place / LOG).open("wb") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "eval", *arguments, "--alive", str(reader)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=(reader, *(lock.descriptor for lock in self._locks)),
                    env=os.environ | {"ZHICE_HOME": str(home)},
                )
        except OSError:
            os.close(self._writer)
            raise
        finally:
            os.close(reader)
        self._reaper = threading.Thread(target=self._reap, daemon=True)
        self._reaper.start()

    def stop(self) -> None:
        """End it, asked first and then made to; comes back when its end is noted."""
        self._stopped = True
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._reaper.join()

    def _reap(self) -> None:
        try:
            code = self._process.wait()
            os.close(self._writer)
            _note(self._place / _OUTCOME, {"code": code, "stopped": self._stopped})
        finally:
            for lock in self._locks:
                lock.release()


def goes_on(place: Path) -> bool:
    """Whether the run of a folder is being done, by this process or another."""
    return FileLock(place / LOCK).is_taken()


def outcome_of(place: Path) -> Outcome | None:
    """How the run of a folder ended; None where nobody was left to say, or it was never begun."""
    held = read_note(place / _OUTCOME)
    code = held.get("code")
    return Outcome(code, held.get("stopped") is True) if isinstance(code, int) else None


def why(place: Path, outcome: Outcome) -> str:
    """Why a run failed, in its own last words; where it could not have the last one, how it ended."""
    said = _last_lines(place / LOG)
    return "\n".join(filter(None, (said, ending(outcome.code) if outcome.code < 0 or not said else "")))


def read_note(path: Path) -> Mapping[str, Any]:
    """A JSON object; empty where there is none that can be read."""
    try:
        held = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}


def _note(path: Path, value: Mapping[str, Any]) -> None:
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(value), "utf-8")
    draft.replace(path)


def _last_lines(path: Path) -> str:
    """The end of what a run said, but for its remarks."""
    try:
        said = path.read_bytes()[-_LOG_BYTES:].decode("utf-8", "replace")
    except OSError:
        return ""
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith("注意：")]
    return "\n".join(lines[-_LOG_LINES:])
