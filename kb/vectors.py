"""Vectors by content: what was embedded once is not embedded again, whatever becomes of the indexes.

A vector's key is a hash of the model's name and the text embedded, so entries never change and never go stale.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Column, LargeBinary, MetaData, Table, delete, func, insert, inspect, select

from kb.catalog.db import AnyDatabase, Database, batches
from kb.catalog.schema import String
from kb.errors import Corrupt

Matrix = NDArray[np.float32]

_MOST_RECENT = 16_384  # 1.5 KB each

METADATA = MetaData()
_vectors = Table(
    "vectors",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("vector", LargeBinary, nullable=False),
)


def vector_key(model: str, content: str) -> str:
    """The key of the vector a model makes of a text: 64 hex digits."""
    return hashlib.sha256(f"{model}\0{content}".encode()).hexdigest()


def unit(vectors: Matrix) -> Matrix:
    """The vectors (…, dimension) at length 1; those of length 0 stay."""
    vectors = np.asarray(vectors, dtype=np.float32)
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(norms == 0, 1, norms), dtype=np.float32)


class VectorCache:
    """Vectors, float32: of one home in its ``vectors.db``, or of all homes that share a catalog beside it."""

    def __init__(self, home: Path, shared: AnyDatabase | None = None) -> None:
        """Open the cache, or make it. A damaged one opens too, for the doctor; its use raises Corrupt."""
        self.path = home / "vectors.db"
        self._own = None if shared else Database(self.path, "请运行 python -m kb doctor 修复。")
        self._database: AnyDatabase = shared or self._own  # type: ignore[assignment]
        self._recent: dict[str, Matrix] = {}
        self._lock = threading.Lock()
        with suppress(Corrupt):
            self._make()

    def remake_if_damaged(self) -> bool:
        """Put an empty cache in the place of one that is damaged; whether it was. Only for the holder of the lock.

        One on a server is left to who looks after that.
        """
        with suppress(Corrupt):
            if self._own is None or not self._own.fault():
                self._make()
                return False
        if self._own is None:
            return False
        self._own.close()
        self._recent = {}
        for end in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)
        self._make()
        return True

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Those keys without a vector, each once, in order."""
        wanted = list(dict.fromkeys(keys))
        found: set[str] = set()
        with self._database.read() as connection:
            for some in batches(wanted):
                found.update(connection.execute(select(_vectors.c.key).where(_vectors.c.key.in_(some))).scalars())
        return [key for key in wanted if key not in found]

    def get(self, keys: Sequence[str], dimension: int) -> Matrix:
        """Vectors (len(keys), dimension) in the order of the keys.

        Raises Corrupt when one is missing or has another dimension.
        """
        found: dict[str, bytes] = {}
        with self._database.read() as connection:
            for some in batches(dict.fromkeys(keys)):
                query = select(_vectors.c.key, _vectors.c.vector).where(_vectors.c.key.in_(some))
                found.update((row.key, row.vector) for row in connection.execute(query).all())
        size = dimension * 4
        bad = [key for key in keys if len(found.get(key, b"")) != size]
        if bad:
            raise Corrupt(f"{self._database.place} 里缺少 {len(bad)} 条向量。请运行 python -m kb doctor 修复。")
        data = b"".join(found[key] for key in keys)
        return np.frombuffer(data, dtype="<f4").reshape(len(keys), dimension).astype(np.float32, copy=False)

    def recent(self, keys: Sequence[str], dimension: int) -> Matrix:
        """What ``get`` gives, from memory where it was asked for lately: for the few vectors of a question."""
        with self._lock:
            known = {key: self._recent[key] for key in keys if key in self._recent}
        unknown = [key for key in dict.fromkeys(keys) if key not in known]
        if unknown:
            fresh = self.get(unknown, dimension)
            known |= {key: vector.copy() for key, vector in zip(unknown, fresh, strict=True)}  # not the whole batch
            with self._lock:
                self._recent |= known
                for key in list(islice(self._recent, max(0, len(self._recent) - _MOST_RECENT))):
                    del self._recent[key]
        if any(known[key].shape != (dimension,) for key in keys):
            return self.get(keys, dimension)
        return np.stack([known[key] for key in keys]) if keys else np.empty((0, dimension), np.float32)

    def put(self, keys: Sequence[str], vectors: Matrix) -> None:
        """Store vectors (len(keys), dimension) under their keys, replacing those there."""
        rows = [
            {"key": key, "vector": np.ascontiguousarray(vector, dtype="<f4").tobytes()}
            for key, vector in zip(keys, vectors, strict=True)
        ]
        if not rows:
            return
        with self._database.write() as connection:
            for some in batches(keys):
                connection.execute(delete(_vectors).where(_vectors.c.key.in_(some)))
            connection.execute(insert(_vectors), rows)

    def sizes(self) -> dict[str, int]:
        """The dimension of each stored vector, by key."""
        with self._database.read() as connection:
            rows = connection.execute(select(_vectors.c.key, func.length(_vectors.c.vector)))
            return {key: length // 4 for key, length in rows}

    def prune(self, keep: set[str]) -> int:
        """Drop vectors that nothing uses any more; how many."""
        unused = [key for key in self.sizes() if key not in keep]
        with self._database.write() as connection:
            for some in batches(unused):
                connection.execute(delete(_vectors).where(_vectors.c.key.in_(some)))
        return len(unused)

    def _make(self) -> None:
        with self._database.read() as connection:
            made = inspect(connection).has_table(_vectors.name)
        if not made:
            with self._database.write() as connection:
                METADATA.create_all(connection)

    def close(self) -> None:
        """Close all connections of its own."""
        if self._own is not None:
            self._own.close()
