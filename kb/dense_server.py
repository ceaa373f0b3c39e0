"""The dense leg in a Chroma server. Where it cannot be reached, questions are answered by exact scan."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from kb.catalog import CatalogView
from kb.dense import DenseIndex, space_of
from kb.errors import IndexUnavailable, KBError
from kb.index_address import Address
from kb.projection import Projection
from kb.projection_server import ServerProjection
from kb.vectors import VectorCache

_log = logging.getLogger(__name__)
_PAUSE_SECONDS = 10  # after a failure the server is left alone for so long


class ServedDense(DenseIndex):
    """Chroma in a server: all processes search it, the holder of the write lock applies what was committed."""

    def __init__(self, address: Address, base_id: str, cache: VectorCache) -> None:
        """Name the server; it is not called before the index is used."""
        super().__init__(cache)
        self._address, self._base_id = address, base_id
        self._server: ServerProjection | None = None
        self._left_alone_until = 0.0
        self._applying = threading.Lock()  # a server that lost its data takes minutes, in which questions go on

    def refresh(self, view: CatalogView) -> None:
        """See how far the server is, where that is not known to be far enough."""
        if self._applying.locked():  # what is not there yet is scanned meanwhile
            return
        with self._lock:
            if self._first_is_scanned(view) or time.monotonic() < self._left_alone_until:
                return
            known = self._projection
            if known is not None and known.generation >= view.generation and known.embedding == view.meta("embedding"):
                return
            try:
                server = self._open(view)
                self._projection = server if server is not None and server.look() else None
            except Exception as error:  # noqa: BLE001 - Chroma's own errors have no common class
                self._failed(known, error)

    def repair(self, view: CatalogView) -> None:
        """Apply what a writer that died has left. Raises IndexUnavailable before anything is written."""
        self.catch_up(view)

    def catch_up(self, view: CatalogView) -> None:
        """Apply what was committed. Raises IndexUnavailable, and Corrupt when vectors are missing."""
        projection = self.projection(view)
        if projection is not None:
            with self._applying, self._translated():
                projection.apply(view)

    def projection(self, view: CatalogView) -> Projection | None:
        """The server's collection, for the holder of the write lock. Raises IndexUnavailable."""
        with self._lock, self._translated():
            server = self._open(view)
            if server is not None and not server.look():
                server.reset()
            self._projection = server
            self._left_alone_until = 0.0
            return server

    def unseen(self, view: CatalogView) -> str:
        """There is always a projection, or nothing to be seen."""
        return ""

    def close(self) -> None:
        """Let go of the server."""
        with self._lock:
            self._projection = self._server
            self._server = None
        super().close()

    def _open(self, view: CatalogView) -> ServerProjection | None:
        """The connection for the snapshot's model; None where there is none yet."""
        space = space_of(view)
        if space is None:
            return None
        if self._server is None or (self._server.embedding, self._server.dimension) != space:
            if self._server is not None:
                self._server.close()
            self._server = None
            self._server = ServerProjection(self._address, self._base_id, *space, self._cache)
        return self._server

    def _failed(self, projection: Projection | None, error: Exception) -> None:
        _log.warning("向量索引服务 %s 读取失败，已改为逐条比较：%s", self._address.url, error)
        with self._lock:
            if projection is self._projection:
                self._projection = None
            self._left_alone_until = time.monotonic() + _PAUSE_SECONDS

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except KBError:
            raise
        except Exception as error:
            self._failed(self._projection, error)
            raise IndexUnavailable(self._address.url, str(error)) from error
