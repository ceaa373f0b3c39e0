"""The dense leg: Chroma where this process owns it, else an exact scan. The results are the same but for HNSW's error.

Chroma is unsafe with two processes on one folder, so only the holder of ``dense.lock`` touches it; everybody else
scans the vectors in ``vectors.db``. Small sets (filters) are always scanned: exact, and faster than filtering HNSW.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from pathlib import Path

from kb.catalog import CatalogView, ChunkRow
from kb.errors import Corrupt
from kb.exact import ExactTable
from kb.locks import FileLock
from kb.projection import ChromaProjection
from kb.vectors import Matrix, VectorCache

Scored = list[tuple[str, float]]
_log = logging.getLogger(__name__)
_EXACT_CHUNKS = 5000  # a filtered set of at most so many chunks is scanned
_APPLY_AT_ONCE = 200  # more pending changes are applied beside the answering
_TABLES = 8
_MOST_FETCHED = 20_000


class DenseIndex:
    """Nearest chunks by cosine. Threads may share it."""

    def __init__(
        self, home: Path, base_id: str, cache: VectorCache, open_view: Callable[[], AbstractContextManager[CatalogView]]
    ) -> None:
        """Name the index; ``open_view`` gives the background thread its own snapshots."""
        self._index, self._base_id, self._cache, self._open_view = home / "index", base_id, cache, open_view
        self._owner = FileLock(home / "dense.lock")
        self._projection: ChromaProjection | None = None
        self._tables: OrderedDict[object, ExactTable] = OrderedDict()
        self._latest: ExactTable | None = None
        self._latest_generation = -1
        self._asked = False
        self._lock = threading.RLock()
        self._worker: threading.Thread | None = None
        self._closing = False

    @property
    def owned(self) -> bool:
        """Whether this process owns the Chroma folder."""
        return self._projection is not None

    @property
    def holder(self) -> str:
        """Who owns the Chroma folder, for a message."""
        return self._owner.holder()

    def projection(self, view: CatalogView) -> ChromaProjection | None:
        """Chroma for the snapshot's model, opened if this process is or becomes its owner; else None."""
        embedding, dimension = view.meta("embedding"), int(view.meta("dimension") or 0)
        with self._lock:
            if self._closing or not embedding or not dimension:
                return None
            if not self._owner.held and not self._owner.acquire():
                return None
            if self._projection is None or self._projection.embedding != embedding:
                if self._projection is not None:
                    self._projection.close()
                self._index.mkdir(parents=True, exist_ok=True)
                self._projection = ChromaProjection(self._index, self._base_id, embedding, dimension, self._cache)
            return self._projection

    def refresh(self, view: CatalogView, *, wait: bool = False) -> None:
        """Bring Chroma up to a snapshot if this process owns it. Much work goes on in the background, unless ``wait``.

        Raises Corrupt when vectors are missing.
        """
        with self._lock:
            if not wait and self._first_is_scanned(view):
                return
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
                self._worker = threading.Thread(target=self._catch_up, args=(projection,), daemon=True)
                self._worker.start()

    def search(self, view: CatalogView, vector: Matrix, k: int, allowed: AbstractSet[str] | None = None) -> Scored:
        """The k nearest chunks within the allowed documents: (chunk_id, cosine), best first.

        Ids that a newer or older generation knows may be among them; the caller drops those not in its snapshot.
        """
        if k < 1 or (allowed is not None and not allowed):
            return []
        if allowed is not None and len(allowed) <= _EXACT_CHUNKS:
            table = self._small_table(view, allowed)
            if table is not None:
                return table.search(vector, k)
        projection = self._projection
        if projection is not None:
            try:
                return self._from_chroma(projection, view, vector, k, allowed)
            except Corrupt:
                raise
            except Exception as error:  # noqa: BLE001 - Chroma's own errors have no common class
                _log.warning("向量索引读取失败，已改为逐条比较并重建：%s", error)
                self._start_over(projection)
        return self._full_table(view).search(vector, k, allowed)

    def cosines(self, view: CatalogView, vector: Matrix, chunk_ids: Sequence[str]) -> dict[str, float]:
        """The cosines of those of the chunks that the snapshot has. Raises Corrupt when a vector is missing."""
        rows = view.rows_of(chunk_ids)
        return dict(ExactTable.load(rows, self._cache, int(view.meta("dimension") or 0)).search(vector, len(rows)))

    def close(self) -> None:
        """Stop the background work and give up ownership."""
        with self._lock:
            self._closing = True
        self._join()
        with self._lock:
            if self._projection is not None:
                self._projection.close()
                self._projection = None
            self._owner.release()
            self._tables.clear()
            self._latest = None

    def _from_chroma(
        self, projection: ChromaProjection, view: CatalogView, vector: Matrix, k: int, allowed: AbstractSet[str] | None
    ) -> Scored:
        fresh: dict[str, float] = {}
        dead = 0
        if projection.generation < view.generation:  # still being applied: what Chroma lacks is scanned
            pending = self._pending_table(projection, view)
            if pending is None:
                return self._full_table(view).search(vector, k, allowed)
            fresh = dict(pending.search(vector, k, allowed))
            dead = projection.behind(view)
        n = k + dead
        while n < _MOST_FETCHED * 4:
            nearest = projection.search(vector, n)
            hits = [hit for hit in nearest if allowed is None or hit[0].rpartition("@")[0] in allowed]
            if len(hits) >= k or len(nearest) < n:
                merged = dict(hits) | fresh
                return sorted(merged.items(), key=lambda hit: (-hit[1], hit[0]))[: k + dead]
            n *= 4
        return self._full_table(view).search(vector, k, allowed)

    def _first_is_scanned(self, view: CatalogView) -> bool:
        """Whether to do without Chroma: a process that asks once is done before Chroma would be loaded."""
        first, self._asked = not self._asked, True
        return first and self._projection is None and view.chunk_count() <= _EXACT_CHUNKS

    def _catch_up(self, projection: ChromaProjection) -> None:
        try:
            with self._open_view() as view:
                projection.apply(view, lambda: self._closing)
        except Exception as error:  # noqa: BLE001 - a thread's error would be lost; the scan goes on answering
            if not self._closing:
                _log.warning("向量索引更新失败，继续逐条比较：%s", error)

    def _start_over(self, projection: ChromaProjection) -> None:
        with self._lock:
            if self._projection is projection:
                try:
                    projection.reset()
                except Exception as error:  # noqa: BLE001 - as above
                    _log.warning("向量索引无法重建：%s", error)
                    projection.close()
                    self._projection = None

    def _pending_table(self, projection: ChromaProjection, view: CatalogView) -> ExactTable | None:
        """The chunks not applied yet; None when they are too many to load for a question."""
        after = projection.added
        if view.pending(after) > _EXACT_CHUNKS:
            return None
        return self._table((view.generation, after), lambda: view.chunk_rows(after=after), view)

    def _table(self, key: object, rows: Callable[[], list[ChunkRow]], view: CatalogView) -> ExactTable:
        with self._lock:
            if key in self._tables:
                self._tables.move_to_end(key)
                return self._tables[key]
        table = ExactTable.load(rows(), self._cache, int(view.meta("dimension") or 0), self._latest)
        with self._lock:
            self._tables[key] = table
            while len(self._tables) > _TABLES:
                self._tables.popitem(last=False)
        return table

    def _small_table(self, view: CatalogView, allowed: AbstractSet[str]) -> ExactTable | None:
        if view.chunk_count(allowed) > _EXACT_CHUNKS:
            return None
        return self._table((view.generation, frozenset(allowed)), lambda: view.chunk_rows(allowed), view)

    def _full_table(self, view: CatalogView) -> ExactTable:
        with self._lock:
            if self._latest is None or self._latest_generation != view.generation:
                dimension = int(view.meta("dimension") or 0)
                self._latest = ExactTable.load(view.chunk_rows(), self._cache, dimension, self._latest)
                self._latest_generation = view.generation
            return self._latest

    def _join(self) -> None:
        worker = self._worker
        if worker is not None and worker.is_alive() and worker is not threading.current_thread():
            worker.join()
