"""The projection in a Chroma folder, which one process owns.

``dense.json`` beside the folder says up to which ``seq`` the catalog was applied.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.projection import FORMAT, Projection, State
from kb.vectors import VectorCache

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

_COLLECTION = "chunks"


class FolderProjection(Projection):
    """Chroma in a folder. Only the holder of ``dense.lock`` may make one."""

    def __init__(self, index: Path, base_id: str, embedding: str, dimension: int, cache: VectorCache) -> None:
        """Open what is there when it is of this base, this model and cosine; else start empty."""
        super().__init__(base_id, embedding, dimension, cache)
        self._root, self._path = index / "dense", index / "dense.json"
        self._wanted = (base_id, embedding, dimension, FORMAT)
        self._client: Any = None  # ClientAPI does not declare close()
        stored = self._read_state()
        if stored is None or not self._open(stored):
            self.reset()
        self._sweep()

    @property
    def place(self) -> str:
        """Where it is, for a message."""
        return str(self._root)

    def reset(self) -> None:
        """Start over, empty, in a fresh folder (Chroma keeps clients by path as long as the process lives)."""
        self.close()
        base, embedding, dimension, form = self._wanted
        self._state = State(base, embedding, dimension, form, uuid.uuid4().hex[:8])
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

    def _connect(self) -> ClientAPI:
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        self._client = chromadb.PersistentClient(str(self._root / self._state.folder), settings=settings)
        client: ClientAPI = self._client
        return client

    def _open(self, state: State) -> bool:
        """Open what the state names; False when it is not there or not what the state says."""
        self._state = state
        if not state.folder.isalnum() or not (self._root / state.folder).is_dir():
            return False
        try:
            collection = self._connect().get_collection(_COLLECTION, embedding_function=None)
            space = (collection.configuration_json.get("hnsw") or {}).get("space")
            metadata = collection.metadata or {}
            found = (metadata.get("base"), metadata.get("embedding"), metadata.get("dimension"), FORMAT)
            if space != "cosine" or found != self._wanted:
                return False
            collection.count()
        except Exception:  # noqa: BLE001 - whatever Chroma raises on a damaged folder, it is made anew
            return False
        self._collection = collection
        return True

    def _read_state(self) -> State | None:
        try:
            state = State(**json.loads(self._path.read_text("utf-8")))
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
