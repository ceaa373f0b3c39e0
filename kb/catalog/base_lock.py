"""The right to write to a base whose catalog several machines share.

A lock of the server's belongs to a connection: it ends with the process, however that ends, and with its machine.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from kb.catalog.postgres import BASE, LOCKS, PostgresDatabase
from kb.errors import CatalogUnavailable, HomeBusy
from kb.locks import WriteLock, command

_POLL_SECONDS = 0.1
# The connection that holds the lock does nothing else; servers before 14 have no such limit.
_UNLIMITED = "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'"


class BaseLock:
    """The write lock of the home, whose index is written too, then that of the base."""

    def __init__(self, database: PostgresDatabase, home: Path, wait_seconds: float = 3.0) -> None:
        """Name the base and the home; nothing is taken yet."""
        self._database, self._home = database, home
        #: The lock of what is in the home, which may be taken without that of the base.
        self.of_home = WriteLock(home)
        self._connection: Any = None
        self.wait_seconds = wait_seconds

    def require(self) -> None:
        """Take the lock or raise HomeBusy naming the holder. Raises CatalogUnavailable."""
        until = time.monotonic() + self.wait_seconds
        self.of_home.wait_seconds = self.wait_seconds
        self.of_home.require()
        try:
            self._take(until)
            holder = f"{socket.gethostname()} 的进程 {os.getpid()}：{command()}"
            self._database.claim(uuid.uuid4().hex, holder)
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Give the lock back; nothing happens when it is not held."""
        connection, self._connection = self._connection, None
        self._database.token = None
        if connection is not None:
            with suppress(Exception):  # the line may be broken, and the lock with it
                connection.close()
        self.of_home.release()

    def _take(self, until: float) -> None:
        from pg8000.exceptions import Error

        from kb.catalog.wire import connect

        try:
            self._connection = connect(self._database.address)
            self._connection.run(_UNLIMITED)
            while not self._connection.run(f"SELECT pg_try_advisory_lock({LOCKS}, {BASE})")[0][0]:
                if time.monotonic() >= until:
                    raise HomeBusy(self._home, self._database.holder(), self._database.place)
                time.sleep(_POLL_SECONDS)
        except (Error, OSError) as error:
            place = self._database.place
            raise CatalogUnavailable(place, "与服务器的连接断了", "请检查服务器是否在运行，再重试。") from error
