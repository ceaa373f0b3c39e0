"""Which answers are under way: when the program is to stop they are finished, and no new ones are begun."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from kb.errors import KBError


class Stopping(KBError):
    """The program is about to end."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("知策正在停止，没有开始回答。请过一会儿再问。")


class Running:
    """Counts answers from the moment they are accepted until they are saved. Threads may share it."""

    def __init__(self) -> None:
        """Nothing is under way."""
        self._count, self._closed = 0, False
        self._guard = threading.Lock()

    @property
    def count(self) -> int:
        """How many are under way."""
        return self._count

    @property
    def closed(self) -> bool:
        """Whether no more are begun."""
        return self._closed

    def begin(self) -> None:
        """An answer is accepted; ``end`` must follow. Raises Stopping."""
        with self._guard:
            if self._closed:
                raise Stopping
            self._count += 1

    def end(self) -> None:
        """What was begun is done."""
        with self._guard:
            self._count -= 1

    def close(self) -> None:
        """Begin no more."""
        with self._guard:
            self._closed = True

    @contextmanager
    def one(self) -> Iterator[None]:
        """An answer, from begin to end. Raises Stopping."""
        self.begin()
        try:
            yield
        finally:
            self.end()
