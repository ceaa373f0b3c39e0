"""Locks between processes: one writer of a base, and one owner of its Chroma folder.

The operating system drops a lock when its holder dies, however it dies, so nothing is ever left locked.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kb.errors import HomeBusy, HomeNotWritable

_POLL_SECONDS = 0.1
SERVED = "serve.lock"  # held, shared, by every process that serves a home's pages
USES = ("write.lock", "dense.lock", SERVED)  # who holds none of them does not use the home


class FileLock:
    """A lock on a file, which tells who holds it. Held once: a second ``acquire`` is refused.

    ``shared`` ones may be held by several, but not beside an exclusive one.
    """

    def __init__(self, path: Path, *, shared: bool = False) -> None:
        """Name the lock; nothing is taken yet."""
        self.path = path
        self._kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        self._file: IO[str] | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._file is not None

    @property
    def descriptor(self) -> int:
        """The open file of a lock that is held. A child that inherits it holds the lock too, until both are done."""
        if self._file is None:
            raise ValueError(f"{self.path} is not held")
        return self._file.fileno()

    def is_taken(self) -> bool:
        """Whether anybody holds the lock alone, this object or another; nothing is made or changed."""
        try:
            with self.path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def acquire(self, wait_seconds: float = 0.0) -> bool:
        """Take the lock, waiting at most so long. False when another holds it.

        Raises HomeNotWritable where the file cannot be made.
        """
        if self._file is not None:
            return False
        try:
            file = open(self.path, "a+", encoding="utf-8")  # noqa: SIM115 - stays open as long as the lock is held
        except OSError as error:
            raise HomeNotWritable(self.path.parent, error.strerror or str(error)) from error
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(file, self._kind | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    file.close()
                    return False
                time.sleep(_POLL_SECONDS)
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()} {command()}")
        file.flush()
        self._file = file
        return True

    def release(self) -> None:
        """Give the lock back; nothing happens when it is not held."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def holder(self) -> str:
        """Who holds (or last held) the lock, for a message: its process number and command."""
        try:
            pid, _, command = self.path.read_text("utf-8").partition(" ")
        except OSError:
            return "未知进程"
        return f"进程 {pid}：{command}" if pid else "未知进程"


class WriteLock(FileLock):
    """The lock a writer of a base holds; refusing says who writes."""

    def __init__(self, home: Path, wait_seconds: float = 3.0) -> None:
        """Name the home whose lock it is."""
        super().__init__(home / "write.lock")
        self.home, self.wait_seconds = home, wait_seconds

    @property
    def of_home(self) -> WriteLock:
        """The lock of what is in the home: this one, where the whole base is."""
        return self

    def require(self) -> None:
        """Take the lock or raise HomeBusy naming the holder."""
        if not self.acquire(self.wait_seconds):
            raise HomeBusy(self.home, self.holder())


@contextmanager
def serving(home: Path) -> Iterator[None]:
    """While a home's pages are served: several may, but nobody may put another home in its place.

    Raises HomeBusy while that is under way.
    """
    lock = FileLock(home / SERVED, shared=True)
    if not lock.acquire():
        raise HomeBusy(home, lock.holder())
    try:
        yield
    finally:
        lock.release()


def command() -> str:
    """The command this process was started by, for messages to others."""
    return " ".join([Path(sys.executable).name, *sys.argv])[:200]
