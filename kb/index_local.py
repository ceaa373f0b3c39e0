"""The index whose words are in the home itself (tantivy), and its vectors there or in a server (Chroma)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from kb.catalog import CatalogView, NewChunk
from kb.dense import DenseIndex
from kb.index import Scored, Space
from kb.index_care import Examination
from kb.lexical import LexicalIndex
from kb.vectors import Matrix


class LocalIndex:
    """tantivy in the home's ``index`` folder, beside a dense leg."""

    def __init__(self, home: Path, base_id: str, vectors: DenseIndex, context_boost: float) -> None:
        """Name the index; nothing is opened before it is used. ``context_boost``: see Tuning."""
        self.words = LexicalIndex(home / "index" / "lexical", base_id, context_boost)
        self.vectors = vectors
        self._generation = -1

    def fault(self) -> str:
        """Why nothing can be searched, with the way out; empty where it can."""
        return "" if self.words.usable() else "关键词索引读不出。请运行 python -m kb doctor 修复。"

    def complete(self, view: CatalogView) -> bool:
        """Whether it may have all words of the snapshot; false now and then while another process writes."""
        return self.words.count() >= view.chunk_count()

    def refresh(self, view: CatalogView) -> None:
        """See what the snapshot's generation has."""
        if self._generation != view.generation:
            self.words.reload()
            self._generation = view.generation
        self.vectors.refresh(view)

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

    def repair(self, view: CatalogView, unfinished: bool) -> tuple[int, int]:
        """Make the words index what the catalog says if it may not be. Vectors are caught up with by ``seq``."""
        changed = self._repair_words(view, unfinished)
        self.vectors.repair(view)
        return changed

    def add(self, chunks: Sequence[NewChunk], space: Space) -> None:  # noqa: ARG002 - vectors come by catch_up
        """Make chunks that are about to be committed searchable by words."""
        self.words.add(new.lexical_entry for new in chunks)

    def delete(self, entries: Iterable[str]) -> None:
        """Forget entries whose removal was committed."""
        self.words.delete(entries)

    def catch_up(self, view: CatalogView) -> None:
        """Bring Chroma up to the snapshot, where this process may change it."""
        self.vectors.catch_up(view)

    def rest(self) -> None:
        """Give up tantivy's writer."""
        self.words.close()

    def examine(self, view: CatalogView, mended: tuple[int, int]) -> Examination:
        """Compare both with the catalog and mend them."""
        seen = Examination()
        self.words.reload()
        added, removed = (now + before for now, before in zip(self._reconcile(view), mended, strict=True))
        seen.found("words", {"关键词索引缺少的片段": added, "关键词索引多出的片段": removed})
        seen.words = self.words.count()
        self.vectors.examine(view, seen)
        return seen

    def close(self) -> None:
        """Give up all locks and files."""
        self.words.close()
        self.vectors.close()

    def _repair_words(self, view: CatalogView, unfinished: bool) -> tuple[int, int]:
        usable = self.words.usable()
        if usable and not unfinished and self.words.count() == view.chunk_count():
            return (0, 0)
        if not usable:
            self.words.create()
        self.words.reload()
        return self._reconcile(view)

    def _reconcile(self, view: CatalogView) -> tuple[int, int]:
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
