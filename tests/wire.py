"""A line between a browser and a server that a test can cut, silence and mend."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any


class Wire:
    """Passes on what comes to ``url``. All is done in the loop of its own thread."""

    def __init__(self, port: int) -> None:
        """Pass on to this port of this machine."""
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._ends: set[asyncio.StreamWriter] = set()
        self._refuses = False
        self._open = asyncio.Event()
        self.url = ""

    def cut(self) -> None:
        """End every connection, and every new one at once: the server is gone."""
        self._do(self._cut())

    def silence(self) -> None:
        """Pass on nothing more, and end nothing: the cable is out."""
        self._do(self._set(self._open.clear))

    def mend(self) -> None:
        """Pass on again; what was silenced stays dead, as behind a router that has forgotten it."""
        self._do(self._mend())

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _set(self, what: Any) -> None:
        what()

    async def _cut(self) -> None:
        self._refuses = True
        for end in list(self._ends):
            end.transport.abort()

    async def _mend(self) -> None:
        self._refuses = False
        self._open = asyncio.Event()  # those who wait for the one before wait for ever
        self._open.set()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refuses:
            writer.transport.abort()
            return
        is_open = self._open
        await is_open.wait()
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        self._ends |= {writer, back}
        await asyncio.gather(self._pass(reader, back, is_open), self._pass(there, writer, is_open))
        self._ends -= {writer, back}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_open: asyncio.Event) -> None:
        try:
            while data := await reader.read(65536):
                await is_open.wait()
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        writer.transport.abort() if reader.exception() else writer.close()

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._open.set()
        server = self._loop.run_until_complete(asyncio.start_server(self._take, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()


@contextmanager
def wire(port: int) -> Iterator[Wire]:
    """A wire to this port, until the end."""
    made, ready = Wire(port), threading.Event()
    thread = threading.Thread(target=made._run, args=(ready,), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield made
    finally:
        made._loop.call_soon_threadsafe(made._loop.stop)
        thread.join(10)
