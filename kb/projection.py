"""The Chroma folder as a projection of the catalog: one process owns it and applies what changed.

``dense.json`` beside the folder says up to which ``seq`` the catalog was applied. It is written after the apply, and
applying twice changes nothing, so a crash in between is harmless. What cannot be trusted is made anew.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.catalog import CatalogView
from kb.catalog.db import batches
from kb.errors import Corrupt
from kb.vectors import Matrix, VectorCache

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

_FORMAT = 1
_COLLECTION = "chunks"
_BATCH = 1000  # Chroma takes at most 5,461


@dataclass(slots=True)
class _State:
    """What ``dense.json`` holds. ``added`` and ``deleted`` are the last chunk and tombstone ``seq`` applied."""

    base: str
    embedding: str
    dimension: int
    format: int = _FORMAT
    folder: str = ""
    added: int = 0
    deleted: int = 0


class ChromaProjection:
    """Chroma for one base and one model. Only the holder of ``dense.lock`` may make one."""

    def __init__(self, index: Path, base_id: str, embedding: str, dimension: int, cache: VectorCache) -> None:
        """Open what is there when it is of this base, this model and cosine; else start empty."""
        self._root, self._path = index / "dense", index / "dense.json"
        self._wanted = (base_id, embedding, dimension, _FORMAT)
        self._cache = cache
        self._client: Any = None  # ClientAPI does not declare close()
        self._collection: Collection | None = None
        self.generation = -1
        stored = self._read_state()
        if stored is None or not self._open(stored):
            self.reset()
        self._sweep()

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
                raise Corrupt(f"向量索引 {self._root} 无法重建。请检查磁盘空间，再运行 python -m kb doctor。")
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

    def reset(self) -> None:
        """Start over, empty, in a fresh folder (Chroma keeps clients by path as long as the process lives)."""
        self.close()
        base, embedding, dimension, form = self._wanted
        self._state = _State(base, embedding, dimension, form, uuid.uuid4().hex[:8])
        self.generation = -1
        self._root.mkdir(parents=True, exist_ok=True)
        self._collection = self._connect().create_collection(
            _COLLECTION,
            metadata={"base": base, "embedding": embedding, "dimension": dimension},
            configuration={"hnsw": {"space": "cosine"}},
            embedding_function=None,
        )
        self._save()

    def close(self) -> None:
        """Let go of Chroma."""
        if self._client is not None:
            with suppress(Exception):
                self._client.close()
        self._client = self._collection = None

    def _apply(self, view: CatalogView, stop: Callable[[], bool]) -> bool:
        """Apply what is pending; False when stopped before the end."""
        held = self._held()
        for rows in batches(view.chunk_rows(after=self._state.added), _BATCH):
            if stop():
                return False
            vectors = self._cache.get([row.vector_key for row in rows], self._state.dimension)
            held.upsert(ids=[row.chunk_id for row in rows], embeddings=vectors)
            self._state.added = rows[-1].seq
            self._save()
        for stones in batches(view.tombstones(self._state.deleted), _BATCH):
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

    def _connect(self) -> ClientAPI:
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        self._client = chromadb.PersistentClient(str(self._root / self._state.folder), settings=settings)
        client: ClientAPI = self._client
        return client

    def _open(self, state: _State) -> bool:
        """Open what the state names; False when it is not there or not what the state says."""
        self._state = state
        if not state.folder.isalnum() or not (self._root / state.folder).is_dir():
            return False
        try:
            collection = self._connect().get_collection(_COLLECTION, embedding_function=None)
            space = (collection.configuration_json.get("hnsw") or {}).get("space")
            metadata = collection.metadata or {}
            found = (metadata.get("base"), metadata.get("embedding"), metadata.get("dimension"), _FORMAT)
            if space != "cosine" or found != self._wanted:
                return False
            collection.count()
        except Exception:  # noqa: BLE001 - whatever Chroma raises on a damaged folder, it is made anew
            return False
        self._collection = collection
        return True

    def _read_state(self) -> _State | None:
        try:
            state = _State(**json.loads(self._path.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return state if (state.base, state.embedding, state.dimension, state.format) == self._wanted else None

    def _save(self) -> None:
        draft = self._path.with_suffix(".tmp")
        draft.write_text(json.dumps(asdict(self._state)), "utf-8")
        os.replace(draft, self._path)

    def _sweep(self) -> None:
        """Remove folders that no state names any more."""
        for other in self._root.iterdir():
            if other.name != self._state.folder:
                shutil.rmtree(other, ignore_errors=True)
