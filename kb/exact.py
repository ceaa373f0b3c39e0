"""Exact search over vectors in memory: every row is compared. For small sets, and beside an owner of Chroma."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from kb.catalog import ChunkRow
from kb.vectors import Matrix, VectorCache, unit


class ExactTable:
    """Chunks with their vectors, unit rows, never changed once made."""

    __slots__ = ("keys", "matrix", "policies", "row_ids")

    def __init__(self, row_ids: list[str], policies: list[str], keys: list[str], matrix: Matrix) -> None:
        """Take rows as they are: chunk ids, document ids, vector keys, and unit vectors (n, dimension)."""
        self.row_ids, self.policies, self.keys, self.matrix = row_ids, policies, keys, matrix

    @classmethod
    def load(
        cls, rows: Sequence[ChunkRow], cache: VectorCache, dimension: int, previous: ExactTable | None = None
    ) -> ExactTable:
        """The table of these chunks. Vectors in the previous table are taken from there. Raises Corrupt."""
        keys = [row.vector_key for row in rows]
        at = {key: n for n, key in enumerate(previous.keys)} if previous is not None else {}
        if previous is not None and previous.matrix.shape[1:] != (dimension,):
            at = {}
        fresh = [key for key in dict.fromkeys(keys) if key not in at]
        matrix = np.empty((len(keys), dimension), dtype=np.float32)
        loaded = unit(cache.get(fresh, dimension))
        new_at = {key: n for n, key in enumerate(fresh)}
        old = [n for n, key in enumerate(keys) if key in at]
        new = [n for n, key in enumerate(keys) if key not in at]
        if old and previous is not None:
            matrix[old] = previous.matrix[[at[keys[n]] for n in old]]
        if new:
            matrix[new] = loaded[[new_at[keys[n]] for n in new]]
        return cls([row.chunk_id for row in rows], [row.policy_id for row in rows], keys, matrix)

    def search(self, vector: Matrix, k: int, allowed: AbstractSet[str] | None = None) -> list[tuple[str, float]]:
        """The k nearest chunks within the allowed documents: (chunk_id, cosine), best first."""
        if not self.row_ids:
            return []
        scores = self.matrix @ unit(vector)
        candidates = np.arange(len(scores))
        if allowed is not None:
            candidates = np.flatnonzero(np.fromiter((p in allowed for p in self.policies), bool, len(self.policies)))
        if len(candidates) > k:
            candidates = candidates[np.argpartition(-scores[candidates], k - 1)[:k]]
        hits = [(self.row_ids[n], float(scores[n])) for n in candidates]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))
