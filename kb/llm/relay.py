"""An asynchronous stream read in a thread of its own, so that it ends on time whatever the other side does.

Time limits of a blocking socket are per read: a server that sends a byte now and then, or a name look-up that hangs,
outlives them all. Here the whole stream has one deadline, and a reader who leaves ends it at once.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from queue import Empty, SimpleQueue
from types import TracebackType

_GRACE = 0.5  # seconds for the thread to tell of the deadline itself


class Relay:
    """The pieces of ``source`` as an iterator. Raises what the source raises, and TimeoutError after ``seconds``."""

    def __init__(self, source: Callable[[], AsyncGenerator[str, None]], seconds: float) -> None:
        """Start reading."""
        self._source, self._seconds = source, seconds
        self._deadline = time.monotonic() + seconds
        self._pieces: SimpleQueue[str | BaseException | None] = SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._started = threading.Event()
        threading.Thread(target=self._run, name="model", daemon=True).start()

    def __enter__(self) -> Relay:
        """The relay itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the stream, wherever it is."""
        self._started.wait()
        if self._loop is not None and self._task is not None:
            try:
                self._loop.call_soon_threadsafe(self._task.cancel)
            except RuntimeError:  # the loop is closed: it had ended
                return

    def __iter__(self) -> Iterator[str]:
        """The pieces as they come."""
        while True:
            try:
                got = self._pieces.get(timeout=max(0.0, self._deadline + _GRACE - time.monotonic()))
            except Empty:
                raise TimeoutError from None
            if got is None:
                return
            if isinstance(got, BaseException):
                raise got
            yield got

    def _run(self) -> None:
        try:
            asyncio.run(self._read())
        except asyncio.CancelledError:
            return  # nobody listens any more
        except BaseException as error:  # whatever it is, the reader must hear of it
            self._pieces.put(error)
        else:
            self._pieces.put(None)
        finally:
            self._started.set()

    async def _read(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        self._started.set()
        async with asyncio.timeout(self._seconds), aclosing(self._source()) as pieces:
            async for piece in pieces:
                self._pieces.put(piece)
