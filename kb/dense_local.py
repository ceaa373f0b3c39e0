"""The dense leg in the home: Chroma where this process owns its folder, else an exact scan.

Chroma is unsafe with two processes on one folder, so only the holder of ``dense.lock`` touches it; everybody else
scans the vectors in ``vectors.db``.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from kb.catalog import CatalogView
from kb.dense import DenseIndex, space_of
from kb.locks import FileLock
from kb.projection import Projection
from kb.projection_local import FolderProjection
from kb.vectors import VectorCache

_log = logging.getLogger(__name__)
_APPLY_AT_ONCE = 200  # more pending changes are applied beside the answering


class OwnedDense(DenseIndex):
    """Chroma in the home's ``index`` folder, for the one process that owns it."""

    def __init__(
        self, home: Path, base_id: str, cache: VectorCache, open_view: Callable[[], AbstractContextManager[CatalogView]]
    ) -> None:
        """Name the index; ``open_view`` gives the background thread its own snapshots."""
        super().__init__(cache)
        self._index, self._base_id, self._open_view = home / "index", base_id, open_view
        self._owner = FileLock(home / "dense.lock")
        self._worker: threading.Thread | None = None
        self._closing = False

    @property
    def owned(self) -> bool:
        """Whether this process owns the Chroma folder."""
        return self._projection is not None

    def unseen(self, view: CatalogView) -> str:
        """Who owns the Chroma folder."""
        return f"向量索引由{self._owner.holder()}使用，未检查；其他进程不依赖它。" if view.meta("embedding") else ""

    def projection(self, view: CatalogView) -> Projection | None:
        """Chroma for the snapshot's model, opened if this process is or becomes its owner; else None."""
        space = space_of(view)
        with self._lock:
            if self._closing or space is None:
                return None
            if not self._owner.held and not self._owner.acquire():
                return None
            if self._projection is None or self._projection.embedding != space[0]:
                if self._projection is not None:
                    self._projection.close()
                self._index.mkdir(parents=True, exist_ok=True)
                self._projection = FolderProjection(self._index, self._base_id, *space, self._cache)
            return self._projection

    def refresh(self, view: CatalogView) -> None:
        """Bring Chroma up to a snapshot if this process owns it. Much work goes on in the background."""
        with self._lock:
            if not self._first_is_scanned(view):
                self._apply(view, wait=False)

    def catch_up(self, view: CatalogView) -> None:
        """Bring Chroma up to a snapshot if this process owns it. Raises Corrupt when vectors are missing."""
        with self._lock:
            self._apply(view, wait=True)

    def close(self) -> None:
        """Stop the background work and give up ownership."""
        with self._lock:
            self._closing = True
        self._join()
        super().close()
        self._owner.release()

    def _apply(self, view: CatalogView, *, wait: bool) -> None:
        projection = self.projection(view)
        if projection is None or view.generation <= projection.generation:
            return
        if wait:
            self._join()
        elif self._worker is not None and self._worker.is_alive():
            return
        if wait or projection.behind(view) <= _APPLY_AT_ONCE:
            projection.apply(view)
        else:
            self._worker = threading.Thread(target=self._follow, args=(projection,), daemon=True)
            self._worker.start()

    def _follow(self, projection: Projection) -> None:
        try:
            with self._open_view() as view:
                projection.apply(view, lambda: self._closing)
        except Exception as error:  # noqa: BLE001 - a thread's error would be lost; the scan goes on answering
            if not self._closing:
                _log.warning("向量索引更新失败，继续逐条比较：%s", error)

    def _failed(self, projection: Projection, error: Exception) -> None:
        _log.warning("向量索引读取失败，已改为逐条比较并重建：%s", error)
        with self._lock:
            if self._projection is projection:
                try:
                    projection.reset()
                except Exception as again:  # noqa: BLE001 - Chroma's own errors have no common class
                    _log.warning("向量索引无法重建：%s", again)
                    projection.close()
                    self._projection = None

    def _join(self) -> None:
        worker = self._worker
        if worker is not None and worker.is_alive() and worker is not threading.current_thread():
            worker.join()
