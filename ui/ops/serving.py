"""Serving until told to stop; then answers under way are finished, and a second signal stops at once."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

from ui.ops.running import Running

_LAST_LOOK = 1.0  # seconds pages are given to show an answer that was just finished
_IDLE_SECONDS = 75  # longer than proxies keep a connection: one that is closed just as it is used fails its user
_AT_ONCE = 130


class Leaving:
    """The way out: asked for by signals, taken step by step by the server's clock."""

    def __init__(self, running: Running, patience: float) -> None:
        """Wait at most so many seconds for what is under way."""
        self.running, self.patience = running, patience
        self.asked = False
        self._until = self._quiet = 0.0

    def signal(self) -> None:
        """A signal came. It may have interrupted anything: nothing is locked here."""
        if self.asked:
            os.write(sys.stdout.fileno(), "已立即停止，没有答完的可以重试。\n".encode())
            os._exit(_AT_ONCE)  # stores survive that; threads that answer would be waited for
        self.asked = True

    def over(self) -> bool:
        """Whether it is time to go."""
        if not self.asked:
            return False
        now = time.monotonic()
        if not self.running.closed:
            self.running.close()
            self._until, self._quiet = now + self.patience, now - _LAST_LOOK
            if self.running.count:
                self._say(self.running.count)
        if self.running.count:
            self._quiet = now
        return now >= self._until or now - self._quiet >= _LAST_LOOK

    def _say(self, count: int) -> None:
        wait = f"最多 {self.patience:g} 秒"
        print(f"正在停止：等 {count} 个回答做完（{wait}），再按一次 Ctrl-C 立即停止。", flush=True)


def serve(
    app: Any,  # noqa: ANN401 - an ASGI application
    listener: socket.socket,
    ready: Callable[[], None],
    running: Running | None = None,
    patience: float = 0.0,
    leave: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGTERM or SIGINT; ``ready`` is called once requests are answered.

    Then no answer is begun any more, and those ``running`` are waited for, at most ``patience`` seconds.
    ``leave`` then lets go of what is still under way: pages that follow it would hold the server.
    """
    import uvicorn

    leaving = Leaving(running or Running(), patience)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            ready()

        def handle_exit(self, sig: int, frame: Any) -> None:  # noqa: ANN401, ARG002
            leaving.signal()

        async def on_tick(self, counter: int) -> bool:
            if leaving.over():
                self.should_exit = True
            return await super().on_tick(counter)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # Pages left open hold a stream each; that these are cut off now is no error worth a traceback.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            await asyncio.to_thread(leave)
            await super().shutdown(sockets=sockets)

    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=_IDLE_SECONDS,
    )
    asyncio.run(Server(config).serve(sockets=[listener]))
