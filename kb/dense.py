"""The dense leg: nearest chunks by cosine, from a projection of the catalog where there is one, else by exact scan.

What the projection (Chroma) has not applied yet is scanned from the vector cache, so the results are the same but for
HNSW's error. Small sets (filters) are always scanned: exact, and faster than filtering HNSW.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet

from kb.catalog import CatalogView, ChunkRow
from kb.errors import Corrupt, KBError
from kb.exact import ExactTable
from kb.index_care import Examination, Finding, compare
from kb.projection import Projection
from kb.vectors import Matrix, VectorCache

Scored = list[tuple[str, float]]
_log = logging.getLogger(__name__)
_EXACT_CHUNKS = 5000  # a filtered set of at most so many chunks is scanned
_TABLES = 8
_MOST_FETCHED = 20_000


class DenseIndex:
    """Searching, whoever keeps the projection. Threads may share it."""

    def __init__(self, cache: VectorCache) -> None:
        """Scan what these vectors are of; subclasses say where the projection comes from."""
        self._cache = cache
        self._projection: Projection | None = None
        self._tables: OrderedDict[object, ExactTable] = OrderedDict()
        self._latest: ExactTable | None = None
        self._latest_generation = -1
        self._asked = False
        self._lock = threading.RLock()

    def refresh(self, view: CatalogView) -> None:
        """Get ready to search this snapshot."""
        raise NotImplementedError

    def repair(self, view: CatalogView) -> None:
        """What the holder of the write lock does before it writes: nothing where catching up can wait."""

    def catch_up(self, view: CatalogView) -> None:
        """Have the projection at the snapshot, where it is this process's to change. Raises Corrupt."""
        raise NotImplementedError

    def projection(self, view: CatalogView) -> Projection | None:
        """The projection for the snapshot's model, to be changed; None where that is not this process's to do."""
        raise NotImplementedError

    def unseen(self, view: CatalogView) -> str:
        """Why the projection could not be looked at, for the doctor; empty where there is none yet."""
        raise NotImplementedError

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
                return self._from_projection(projection, view, vector, k, allowed)
            except Corrupt:
                raise
            except Exception as error:  # noqa: BLE001 - Chroma's own errors have no common class
                self._failed(projection, error)
        return self._full_table(view).search(vector, k, allowed)

    def cosines(self, view: CatalogView, vector: Matrix, chunk_ids: Sequence[str]) -> dict[str, float]:
        """The cosines of those of the chunks that the snapshot has. Raises Corrupt when a vector is missing."""
        rows = view.rows_of(chunk_ids)
        return dict(ExactTable.load(rows, self._cache, int(view.meta("dimension") or 0)).search(vector, len(rows)))

    def examine(self, view: CatalogView, seen: Examination) -> None:
        """Compare the projection with the catalog, mend it, and note it."""
        try:
            projection = self.projection(view)
            if projection is None:
                seen.notes += filter(None, [self.unseen(view)])
                return
            missing, extra, wrong = compare(projection, view, self._cache)
            if missing or extra or wrong:
                projection.reset()
            projection.apply(view)
            seen.dense = projection.count()
        except KBError as error:
            seen.findings.append(Finding("dense", f"向量索引无法重建：{error}", 1, False))
            return
        seen.found("dense", {"向量索引缺少的片段": missing, "向量索引多出的片段": extra, "向量索引不符的向量": wrong})

    def close(self) -> None:
        """Let go of the projection and the tables."""
        with self._lock:
            if self._projection is not None:
                self._projection.close()
                self._projection = None
            self._tables.clear()
            self._latest = None

    def _failed(self, projection: Projection, error: Exception) -> None:
        """The projection could not be searched: see to it that it is mended or left alone."""
        raise NotImplementedError

    def _from_projection(
        self, projection: Projection, view: CatalogView, vector: Matrix, k: int, allowed: AbstractSet[str] | None
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

    def _pending_table(self, projection: Projection, view: CatalogView) -> ExactTable | None:
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


def space_of(view: CatalogView) -> tuple[str, int] | None:
    """The model that the snapshot's vectors are of, and their length; None where there are none yet."""
    embedding, dimension = view.meta("embedding"), int(view.meta("dimension") or 0)
    return (embedding, dimension) if embedding and dimension else None
