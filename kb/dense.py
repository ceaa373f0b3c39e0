"""The dense leg: nearest chunks by cosine, from a projection of the catalog where there is one, else by exact scan.

What the projection (Chroma) has not applied yet is scanned from the vector cache, so the results are the same but for
HNSW's error. Small sets (filters) are always scanned: exact, and faster than filtering HNSW.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Set as AbstractSet

from kb.catalog import CatalogView
from kb.errors import Corrupt, KBError
from kb.exact_scan import EXACT_CHUNKS, ExactScan
from kb.index_care import Examination, Finding, compare
from kb.projection import Projection
from kb.vectors import Matrix, VectorCache

Scored = list[tuple[str, float]]
_log = logging.getLogger(__name__)
_MOST_FETCHED = 20_000


class DenseIndex:
    """Searching, whoever keeps the projection. Threads may share it."""

    def __init__(self, cache: VectorCache) -> None:
        """Scan what these vectors are of; subclasses say where the projection comes from."""
        self._cache = cache
        self._projection: Projection | None = None
        self._scan = ExactScan(cache)
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
        table = None if allowed is None else self._scan.some(view, allowed)
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
        return self._scan.search(view, vector, k, allowed)

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
            self._scan.close()

    def _failed(self, projection: Projection, error: Exception) -> None:
        """The projection could not be searched: see to it that it is mended or left alone."""
        raise NotImplementedError

    def _from_projection(
        self, projection: Projection, view: CatalogView, vector: Matrix, k: int, allowed: AbstractSet[str] | None
    ) -> Scored:
        fresh: dict[str, float] = {}
        dead = 0
        if projection.generation < view.generation:  # still being applied: what Chroma lacks is scanned
            pending = self._scan.since(view, projection.added)
            if pending is None:
                return self._scan.search(view, vector, k, allowed)
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
        return self._scan.search(view, vector, k, allowed)

    def _first_is_scanned(self, view: CatalogView) -> bool:
        """Whether to do without Chroma: a process that asks once is done before Chroma would be loaded."""
        first, self._asked = not self._asked, True
        return first and self._projection is None and view.chunk_count() <= EXACT_CHUNKS


def space_of(view: CatalogView) -> tuple[str, int] | None:
    """The model that the snapshot's vectors are of, and their length; None where there are none yet."""
    embedding, dimension = view.meta("embedding"), int(view.meta("dimension") or 0)
    return (embedding, dimension) if embedding and dimension else None
