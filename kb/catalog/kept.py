"""What many questions read of one generation, kept in memory until the catalog changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, TypeVar

from kb.catalog.reading import CatalogView
from kb.catalog.titles import Titles
from kb.model import Chunk, DocumentHeader

_MOST_HEADERS = 16_384  # a few KB each
_MOST_CHUNKS = 16_384  # about a KB each
T = TypeVar("T")


class Kept:
    """Headers, chunks and titles of the newest generation asked about. Threads may share it.

    A snapshot of another generation reads the catalog itself.
    """

    def __init__(self, most_headers: int = _MOST_HEADERS, most_chunks: int = _MOST_CHUNKS) -> None:
        """Keep so many at most, the latest ones."""
        self._most = {"headers": most_headers, "chunks": most_chunks}
        self._lock = threading.Lock()
        self._generation = -1
        self._kept: dict[str, dict[str, Any]] = {}
        self._titles: Titles | None = None

    def headers(self, view: CatalogView, policy_ids: Iterable[str]) -> dict[str, DocumentHeader]:
        """Headers of those documents that exist, by id."""
        return self._of("headers", view, policy_ids, view.headers)

    def learn(self, view: CatalogView, headers: Iterable[DocumentHeader]) -> None:
        """Keep headers that were read for another purpose."""
        self._keep("headers", view, {header.policy_id: header for header in headers})

    def chunks(self, view: CatalogView, chunk_ids: Iterable[str]) -> dict[str, tuple[Chunk, str]]:
        """Those of the chunks that exist, by id, with the keys of their vectors."""
        return self._of("chunks", view, chunk_ids, view.chunks_with_keys)

    def _of(
        self, name: str, view: CatalogView, ids: Iterable[str], read: Callable[[Iterable[str]], dict[str, T]]
    ) -> dict[str, T]:
        wanted = list(dict.fromkeys(ids))
        with self._lock:
            kept: dict[str, T] = self._kept.get(name, {}) if self._is_of(view) else {}
            known = {i: kept[i] for i in wanted if i in kept}
        found = read(i for i in wanted if i not in known) if len(known) < len(wanted) else {}
        self._keep(name, view, found)
        both = known | found
        return {i: both[i] for i in wanted if i in both}

    def _keep(self, name: str, view: CatalogView, found: Mapping[str, Any]) -> None:
        with self._lock:
            if found and self._is_of(view):
                kept = self._kept.setdefault(name, {})
                kept |= found
                for i in list(islice(kept, max(0, len(kept) - self._most[name]))):
                    del kept[i]

    def titles(self, view: CatalogView) -> Titles:
        """The titles that documents are named by."""
        with self._lock:
            known = self._titles if self._is_of(view) else None
        if known is not None:
            return known
        found = Titles(view.titles())
        with self._lock:
            if self._is_of(view):
                self._titles = found
        return found

    def _is_of(self, view: CatalogView) -> bool:
        """Whether what is kept is of this snapshot's generation; what is older gives way to it."""
        if view.generation > self._generation:
            self._generation, self._kept, self._titles = view.generation, {}, None
        return view.generation == self._generation
