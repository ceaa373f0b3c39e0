"""Exact search of a snapshot: every vector is compared, from tables that are kept between questions."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from collections.abc import Set as AbstractSet

from kb.catalog import CatalogView, ChunkRow
from kb.exact import ExactTable
from kb.vectors import Matrix, VectorCache

EXACT_CHUNKS = 5000  # so many are scanned rather than filtered from, or added to, what another index finds
_TABLES = 8


class ExactScan:
    """Tables of vectors from the cache. Threads may share it. All raise Corrupt when a vector is missing."""

    def __init__(self, cache: VectorCache) -> None:
        """Scan these vectors."""
        self._cache = cache
        self._tables: OrderedDict[object, ExactTable] = OrderedDict()
        self._latest: ExactTable | None = None
        self._latest_generation = -1
        self._lock = threading.RLock()

    def search(
        self, view: CatalogView, vector: Matrix, k: int, allowed: AbstractSet[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k nearest chunks of the snapshot within the allowed documents: (chunk_id, cosine), best first."""
        return self.full(view).search(vector, k, allowed)

    def some(self, view: CatalogView, allowed: AbstractSet[str]) -> ExactTable | None:
        """The chunks of these documents; None when they are many."""
        if len(allowed) > EXACT_CHUNKS or view.chunk_count(allowed) > EXACT_CHUNKS:
            return None
        return self._table((view.generation, frozenset(allowed)), lambda: view.chunk_rows(allowed), view)

    def since(self, view: CatalogView, after: int) -> ExactTable | None:
        """The chunks that changed after a ``seq``; None when they are too many to load for a question."""
        if view.pending(after) > EXACT_CHUNKS:
            return None
        return self._table((view.generation, after), lambda: view.chunk_rows(after=after), view)

    def full(self, view: CatalogView) -> ExactTable:
        """All chunks."""
        with self._lock:
            if self._latest is None or self._latest_generation != view.generation:
                dimension = int(view.meta("dimension") or 0)
                self._latest = ExactTable.load(view.chunk_rows(), self._cache, dimension, self._latest)
                self._latest_generation = view.generation
            return self._latest

    def close(self) -> None:
        """Forget the tables."""
        with self._lock:
            self._tables.clear()
            self._latest = None

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
