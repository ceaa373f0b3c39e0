"""Work of requests in a bounded number of threads, behind a bounded queue; what nobody waits for is not done."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from typing import Any, TypeAlias, TypeVar, cast

from ui.api.errors import GONE, ApiError, Fault, busy, share_taken
from ui.caller import account
from ui.ops.trace import carried
from ui.places import ALONE, WAITING, Share

T = TypeVar("T")
#: Returns when whoever asked is gone.
Gone: TypeAlias = Callable[[], Awaitable[None]]
_GRACE = 3.0  # seconds work is waited for when the program ends
_KEEP_ALIVE = 10.0  # seconds after which a reader of a stream is told that it goes on
_CLOSING = Fault(503, "closing", "程序正在停止。请稍后再试。", retry_after=5)


class Work:
    """One piece of work. ``stopped`` is set when nobody waits for it any more: long work looks at it."""

    def __init__(self, do: Callable[[Work], Any]) -> None:
        """Take what is to be done."""
        self.do = carried(do)
        self.account = account()
        self.stopped = threading.Event()
        self.result: Future[Any] = Future()

    def run(self) -> None:
        """Do it, unless nobody waits; the result has what came of it."""
        if not self.result.set_running_or_notify_cancel():
            return
        try:
            self.result.set_result(self.do(self))
        except BaseException as error:  # whoever waits hears of it
            self.result.set_exception(error)


class Pool:
    """Threads that do what requests ask for. Threads may share it."""

    def __init__(self, at_once: int = ALONE, waiting: int = WAITING) -> None:
        """``at_once`` threads, and so many more in line; the threads start with the first work."""
        self._at_once, self._most = at_once, at_once + waiting
        self._share = Share(self._most)
        self._line: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._guard = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._open: set[Work] = set()
        self._closed = False

    def submit(self, do: Callable[[Work], Any]) -> Work:
        """Put work in line. Raises ApiError where the line is full or the program ends."""
        work = Work(do)
        with self._guard:
            if self._closed:
                raise ApiError(_CLOSING)
            if len(self._open) >= self._most:
                raise ApiError(busy())
            if not self._share.enter(work.account):
                raise ApiError(share_taken(self._share.most))
            self._open.add(work)
            if len(self._threads) < self._at_once:
                thread = threading.Thread(target=self._serve, name="api", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._line.put(work)
        return work

    def drop(self, work: Work) -> None:
        """Nobody waits for it any more: its place in line is free, or its thread ends it when it looks."""
        work.stopped.set()
        if work.result.cancel():
            self._left(work)

    async def run(self, do: Callable[[Work], T], gone: Gone) -> T:
        """What the work gives; it is dropped when ``gone`` returns first. Raises what the work raises, ApiError."""
        work = self.submit(do)
        done, left = asyncio.wrap_future(work.result), asyncio.ensure_future(gone())
        try:
            await asyncio.wait({done, left}, return_when=asyncio.FIRST_COMPLETED)
            if not done.done():
                raise ApiError(GONE)
            return cast(T, _result(done))
        finally:
            left.cancel()
            done.add_done_callback(_seen)
            self.drop(work)

    async def follow(self, items: Callable[[Work], Iterator[T]], gone: Gone) -> AsyncGenerator[T | None]:
        """The items as they come, None where none comes for long. Raises as ``run`` does."""
        loop = asyncio.get_running_loop()
        pieces: asyncio.Queue[T] = asyncio.Queue()

        def do(work: Work) -> None:
            with closing(cast(Any, items(work))) as made:
                for item in made:
                    if work.stopped.is_set():
                        return
                    loop.call_soon_threadsafe(pieces.put_nowait, item)

        work = self.submit(do)
        done, left = asyncio.wrap_future(work.result), asyncio.ensure_future(gone())
        try:
            while not done.done() or not pieces.empty():
                piece = asyncio.ensure_future(pieces.get())
                await asyncio.wait({piece, done, left}, timeout=_KEEP_ALIVE, return_when=asyncio.FIRST_COMPLETED)
                if left.done():
                    piece.cancel()
                    raise ApiError(GONE)
                if piece.done():
                    yield piece.result()
                    continue
                piece.cancel()
                if not done.done():
                    yield None
            _result(done)
        finally:
            left.cancel()
            done.add_done_callback(_seen)
            self.drop(work)

    def close(self) -> None:
        """Drop all work, and wait a moment for the threads to let go of the base."""
        with self._guard:
            self._closed = True
            works, threads = list(self._open), list(self._threads)
        for work in works:
            self.drop(work)
        for _ in threads:
            self._line.put(None)
        until = time.monotonic() + _GRACE
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _serve(self) -> None:
        while (work := self._line.get()) is not None:
            work.run()
            self._left(work)

    def _left(self, work: Work) -> None:
        with self._guard:
            if work in self._open:
                self._open.remove(work)
                self._share.leave(work.account)


def _result(done: asyncio.Future[Any]) -> Any:  # noqa: ANN401
    if done.cancelled():
        raise ApiError(_CLOSING)
    return done.result()


def _seen(done: asyncio.Future[Any]) -> None:
    """Look at the result of work that nobody waits for any more, so that asyncio does not complain of it."""
    if not done.cancelled():
        done.exception()
