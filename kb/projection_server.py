"""The projection in a Chroma server: every process may search it, the holder of the base's write lock keeps it.

The collection's metadata says whose it is and up to which ``seq`` and generation the catalog was applied, so that all
processes see it, and a server that lost its data has lost that as well.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kb.catalog import CatalogView
from kb.index_address import Address
from kb.projection import FORMAT, Projection
from kb.vectors import VectorCache

if TYPE_CHECKING:
    from collections.abc import Callable

_CONNECT_SECONDS, _ANSWER_SECONDS = 3.0, 60.0


class ServerProjection(Projection):
    """A collection of a Chroma server, one for each base and model."""

    batch = 200  # vectors travel as JSON, and a server takes 40 MB at most

    def __init__(self, address: Address, base_id: str, embedding: str, dimension: int, cache: VectorCache) -> None:
        """Connect. What is there is seen by ``look``. Raises what Chroma and httpx raise."""
        super().__init__(base_id, embedding, dimension, cache)
        self._address = address
        space = hashlib.sha256(f"{embedding}\0{dimension}".encode()).hexdigest()
        self._family = f"zhice-{base_id[:16]}-"
        self._name = self._family + space[:12]
        self._client: Any = _connect(address)

    @property
    def place(self) -> str:
        """Where it is, for a message."""
        return f"{self._address.url} 的 {self._name}"

    def look(self) -> bool:
        """See what the server holds now, and up to where; False where it is not there or not what it should be."""
        from chromadb.errors import NotFoundError

        try:
            collection = self._client.get_collection(self._name, embedding_function=None)
        except NotFoundError:
            self.generation = -1
            return False
        held = collection.metadata or {}
        space = (collection.configuration_json.get("hnsw") or {}).get("space")
        if space != "cosine" or {key: held.get(key) for key in self._owner()} != self._owner():
            self.generation = -1
            return False
        self._collection = collection
        self._state = replace(self._state, added=int(held["added"]), deleted=int(held["deleted"]))
        self.generation = int(held["generation"])  # last: who searches meanwhile must not take the old for this
        return True

    def apply(self, view: CatalogView, stop: Callable[[], bool] = lambda: False) -> None:
        """Catch up with a snapshot, from whatever the server holds now. Raises Corrupt, and what Chroma raises."""
        if not self.look() or max(self.added, self.deleted) > view.seq:
            self.reset()  # what is there is not this base's, or of a day that the catalog was put back from
        before = self.generation
        super().apply(view, stop)
        if self.generation != before:
            self._save()

    def reset(self) -> None:
        """Start over, empty; what the base had with another model goes too."""
        for collection in self._client.list_collections():
            if collection.name.startswith(self._family):
                self._client.delete_collection(collection.name)
        self.generation = -1
        self._state.added = self._state.deleted = 0
        self._collection = self._client.create_collection(
            self._name,
            metadata=self._metadata(),
            configuration={"hnsw": {"space": "cosine"}},
            embedding_function=None,
        )

    def close(self) -> None:
        """Let go of the connection."""
        with suppress(Exception):
            self._client.close()
        self._collection = None

    def _owner(self) -> dict[str, str | int]:
        state = self._state
        return {"base": state.base, "embedding": state.embedding, "dimension": state.dimension, "format": FORMAT}

    def _metadata(self) -> dict[str, str | int]:
        progress = {"added": self._state.added, "deleted": self._state.deleted, "generation": self.generation}
        return self._owner() | progress

    def _save(self) -> None:
        self._held().modify(metadata=self._metadata())


def _connect(address: Address) -> Any:  # noqa: ANN401 - ClientAPI does not declare close()
    import chromadb
    import httpx
    from chromadb.config import Settings

    headers = {"Authorization": f"Bearer {address.key}"} if address.key else {}
    # Chroma's own client waits without end for a host that does not answer.
    httpx.get(f"{address.url}/api/v2/heartbeat", headers=headers, timeout=_CONNECT_SECONDS).raise_for_status()
    client = chromadb.HttpClient(
        address.host,
        address.port,
        ssl=address.secure,
        headers=headers,
        settings=Settings(anonymized_telemetry=False),
    )
    session = getattr(getattr(client, "_server", None), "_session", None)
    if session is not None:
        session.timeout = httpx.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS)
    return client
