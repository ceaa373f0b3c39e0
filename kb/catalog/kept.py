"""What many questions read of one generation, kept in memory until the catalog changes."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from itertools import islice

from kb.catalog.reading import CatalogView
from kb.model import DocumentHeader

_MOST_HEADERS = 16_384  # a few KB each


class Kept:
    """Headers and titles of the newest generation asked about. Threads may share it.

    A snapshot of another generation reads the catalog itself.
    """

    def __init__(self, most_headers: int = _MOST_HEADERS) -> None:
        """Keep so many headers at most, the latest ones."""
        self._most = most_headers
        self._lock = threading.Lock()
        self._generation = -1
        self._headers: dict[str, DocumentHeader] = {}
        self._titles: Sequence[tuple[str, str]] | None = None

    def headers(self, view: CatalogView, policy_ids: Iterable[str]) -> dict[str, DocumentHeader]:
        """Headers of those documents that exist, by id."""
        wanted = list(dict.fromkeys(policy_ids))
        with self._lock:
            known = {p: self._headers[p] for p in wanted if p in self._headers} if self._is_of(view) else {}
        found = view.headers(p for p in wanted if p not in known) if len(known) < len(wanted) else {}
        with self._lock:
            if found and self._is_of(view):
                self._headers |= found
                for policy_id in list(islice(self._headers, max(0, len(self._headers) - self._most))):
                    del self._headers[policy_id]
        both = known | found
        return {p: both[p] for p in wanted if p in both}

    def titles(self, view: CatalogView) -> Sequence[tuple[str, str]]:
        """What titles are compared by, with the id of each document."""
        with self._lock:
            known = self._titles if self._is_of(view) else None
        if known is not None:
            return known
        found = view.titles()
        with self._lock:
            if self._is_of(view):
                self._titles = found
        return found

    def _is_of(self, view: CatalogView) -> bool:
        """Whether what is kept is of this snapshot's generation; what is older gives way to it."""
        if view.generation > self._generation:
            self._generation, self._headers, self._titles = view.generation, {}, None
        return view.generation == self._generation
