"""A Chroma collection as a projection of the catalog: it knows up to which ``seq`` it has applied what changed.

That is written down after the apply, and applying twice changes nothing, so a crash in between is harmless. What
cannot be trusted is made anew.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kb.catalog import CatalogView
from kb.catalog.db import batches
from kb.errors import Corrupt
from kb.vectors import Matrix, VectorCache

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

FORMAT = 1


@dataclass(slots=True)
class State:
    """What is written down. ``added`` and ``deleted`` are the last chunk and tombstone ``seq`` applied."""

    base: str
    embedding: str
    dimension: int
    format: int = FORMAT
    folder: str = ""
    added: int = 0
    deleted: int = 0


class Projection(ABC):
    """A Chroma collection for one base and one model, wherever it is kept. Only who keeps it may change it."""

    batch = 1000  # ids at a time; Chroma takes at most 5,461

    def __init__(self, base_id: str, embedding: str, dimension: int, cache: VectorCache) -> None:
        """Say whose vectors it is to hold; subclasses open it."""
        self._state = State(base_id, embedding, dimension)
        self._cache = cache
        self._collection: Collection | None = None
        self.generation = -1

    @property
    def embedding(self) -> str:
        """The model whose vectors are held."""
        return self._state.embedding

    @property
    def added(self) -> int:
        """The ``seq`` up to which chunks were applied."""
        return self._state.added

    @property
    def deleted(self) -> int:
        """The ``seq`` up to which tombstones were applied."""
        return self._state.deleted

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._state.dimension

    def behind(self, view: CatalogView) -> int:
        """How many changes of this snapshot are not applied."""
        return view.pending(self._state.added) + len(view.tombstones(self._state.deleted))

    def apply(self, view: CatalogView, stop: Callable[[], bool] = lambda: False) -> None:
        """Catch up with a snapshot; one older than what was applied changes nothing. ``stop`` is asked in between.

        Raises Corrupt when vectors are missing, or when Chroma does not hold what it was given.
        """
        if view.generation <= self.generation:
            return
        if not self._apply(view, stop):
            return
        if self._held().count() != view.chunk_count():
            self.reset()
            if not self._apply(view, stop):
                return
            if self._held().count() != view.chunk_count():
                raise Corrupt(f"向量索引 {self.place} 无法重建。请检查磁盘空间，再运行 python -m kb doctor。")
        self.generation = view.generation

    def search(self, vector: Matrix, n: int) -> list[tuple[str, float]]:
        """The n nearest ids held: (chunk_id, cosine), best first."""
        found = self._held().query(query_embeddings=vector.reshape(1, -1), n_results=n, include=["distances"])
        ids, distances = found["ids"][0], (found["distances"] or [[]])[0]
        return [(chunk_id, 1.0 - float(distance)) for chunk_id, distance in zip(ids, distances, strict=True)]

    def count(self) -> int:
        """How many ids are held."""
        return int(self._held().count())

    def ids(self) -> list[str]:
        """All ids held."""
        return list(self._held().get(include=[])["ids"])

    def vectors(self, ids: Iterable[str]) -> dict[str, Any]:
        """The vectors held for these ids."""
        found: dict[str, Any] = {}
        for some in batches(ids):
            got = self._held().get(ids=some, include=["embeddings"])
            found.update(zip(got["ids"], got["embeddings"], strict=True))  # type: ignore[arg-type]
        return found

    @property
    @abstractmethod
    def place(self) -> str:
        """Where it is, for a message."""

    @abstractmethod
    def reset(self) -> None:
        """Start over, empty."""

    @abstractmethod
    def close(self) -> None:
        """Let go of Chroma."""

    @abstractmethod
    def _save(self) -> None:
        """Write down how far the catalog was applied."""

    def _apply(self, view: CatalogView, stop: Callable[[], bool]) -> bool:
        """Apply what is pending; False when stopped before the end."""
        held = self._held()
        for rows in batches(view.chunk_rows(after=self._state.added), self.batch):
            if stop():
                return False
            vectors = self._cache.get([row.vector_key for row in rows], self._state.dimension)
            held.upsert(ids=[row.chunk_id for row in rows], embeddings=vectors)
            self._state.added = rows[-1].seq
            self._save()
        for stones in batches(view.tombstones(self._state.deleted), self.batch):
            if stop():
                return False
            ids = list(dict.fromkeys(stone.chunk_id for stone in stones))
            live = view.live(ids)
            gone = [chunk_id for chunk_id in ids if chunk_id not in live]
            if gone:
                held.delete(ids=gone)
            self._state.deleted = stones[-1].seq
            self._save()
        return True

    def _held(self) -> Collection:
        if self._collection is None:
            raise Corrupt("向量索引已关闭。")
        return self._collection
