"""The search index seam, and the local one: tantivy for words, Chroma for vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from kb.catalog import CatalogView, LexicalEntry
from kb.dense import DenseIndex
from kb.lexical import LexicalIndex
from kb.vectors import Matrix, VectorCache

Scored = list[tuple[str, float]]


class SearchIndex(Protocol):
    """What a base needs of an index. Hits are (chunk_id, score), best first; ``allowed`` are document ids.

    An index may know chunks of a neighbouring generation: the caller drops hits that are not in its snapshot.
    """

    def refresh(self, view: CatalogView) -> None:
        """See what the snapshot's generation has, before searching it."""

    def lexical(self, tokens: Sequence[str], k: int, allowed: AbstractSet[str] | None = None) -> Scored:
        """The k best chunks by words."""

    def dense(self, view: CatalogView, vector: Matrix, k: int, allowed: AbstractSet[str] | None = None) -> Scored:
        """The k best chunks by cosine."""

    def cosines(self, view: CatalogView, vector: Matrix, chunk_ids: Sequence[str]) -> dict[str, float]:
        """The cosines of those of the chunks that the snapshot has."""

    def idf(self, token: str) -> float:
        """How rare a token is among the chunks."""

    def having(self, token: str) -> int:
        """How many chunks hold a token."""

    def add(self, entries: Iterable[LexicalEntry]) -> None:
        """Make new chunks searchable by words. Vectors follow from the catalog at the next refresh."""

    def delete(self, entries: Iterable[str]) -> None:
        """Forget entries."""

    def close(self) -> None:
        """Give up all locks and files."""


class LocalIndex:
    """tantivy and Chroma in the home's ``index`` folder."""

    def __init__(
        self,
        home: Path,
        base_id: str,
        cache: VectorCache,
        open_view: Callable[[], AbstractContextManager[CatalogView]],
        context_boost: float,
    ) -> None:
        """Name the index; nothing is opened before it is used. ``context_boost``: see Tuning."""
        self.words = LexicalIndex(home / "index" / "lexical", base_id, context_boost)
        self.vectors = DenseIndex(home, base_id, cache, open_view)
        self._generation = -1

    def refresh(self, view: CatalogView, *, wait: bool = False) -> None:
        """See what the snapshot's generation has; with ``wait`` Chroma has it too when this returns."""
        if self._generation != view.generation:
            self.words.reload()
            self._generation = view.generation
        self.vectors.refresh(view, wait=wait)

    def lexical(self, tokens: Sequence[str], k: int, allowed: AbstractSet[str] | None = None) -> Scored:
        """The k best chunks by words."""
        return self.words.search(tokens, k, allowed)

    def dense(self, view: CatalogView, vector: Matrix, k: int, allowed: AbstractSet[str] | None = None) -> Scored:
        """The k best chunks by cosine."""
        return self.vectors.search(view, vector, k, allowed)

    def cosines(self, view: CatalogView, vector: Matrix, chunk_ids: Sequence[str]) -> dict[str, float]:
        """The cosines of those of the chunks that the snapshot has."""
        return self.vectors.cosines(view, vector, chunk_ids)

    def idf(self, token: str) -> float:
        """How rare a token is among the chunks."""
        return self.words.idf(token)

    def having(self, token: str) -> int:
        """How many chunks hold a token."""
        return self.words.having(token)

    def add(self, entries: Iterable[LexicalEntry]) -> None:
        """Make new chunks searchable by words."""
        self.words.add(entries)

    def delete(self, entries: Iterable[str]) -> None:
        """Forget entries."""
        self.words.delete(entries)

    def reconcile(self, view: CatalogView) -> tuple[int, int]:
        """Make the words index hold exactly the catalog's chunks: how many entries were added, and removed."""
        wanted = {row.entry: row.chunk_id for row in view.chunk_rows()}
        held = Counter(self.words.entries())
        missing = [chunk_id for entry, chunk_id in wanted.items() if held[entry] != 1]
        extra = sorted(held.keys() - wanted.keys())
        if missing:
            self.words.add(view.lexical_entries(missing))
        if extra:
            self.words.delete(extra)
        return len(missing), len(extra)

    def close(self) -> None:
        """Give up all locks and files."""
        self.words.close()
        self.vectors.close()
