"""The index whose words are in the home itself (tantivy), and its vectors there or in a server (Chroma)."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from kb.catalog import CatalogView, NewChunk
from kb.catalog.db import batches
from kb.dense import DenseIndex
from kb.errors import Corrupt, disk_is_full
from kb.index import Scored, Space
from kb.index_care import Examination
from kb.lexical import LexicalIndex
from kb.vectors import Matrix

_log = logging.getLogger(__name__)
_AT_ONCE = 200  # documents whose entries one commit makes anew


class LocalIndex:
    """tantivy in the home's ``index`` folder, beside a dense leg."""

    def __init__(self, home: Path, base_id: str, vectors: DenseIndex, context_boost: float) -> None:
        """Name the index; nothing is opened before it is used. ``context_boost``: see Tuning."""
        self.words = LexicalIndex(home / "index" / "lexical", base_id, context_boost)
        self.vectors = vectors
        self._generation = self._followed = -1

    @property
    def place(self) -> str:
        """Words and vectors each know up to which ``seq`` they are."""
        return ""

    def fault(self) -> str:
        """Why nothing can be searched, with the way out; empty where it can."""
        return "" if self.words.usable() else "关键词索引读不出。请运行 python -m kb doctor 修复。"

    def complete(self, view: CatalogView) -> bool:
        """Whether it may have all words of the snapshot; false now and then while another process writes."""
        return self.words.count() >= view.chunk_count()

    def behind(self, view: CatalogView) -> bool:
        """Whether the words lack changes of the snapshot: made from another home, or by a writer that died."""
        if self._followed != view.generation:
            applied = self.words.applied()
            if applied is None or applied < view.seq:
                return True
            self._followed = view.generation
        return False

    def follow(self, view: CatalogView) -> None:
        """Bring the words up to the snapshot. Chroma is refreshed by whoever owns it."""
        self._mend_words(view, unfinished=False)

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

    def idf(self, token: str) -> float:
        """How rare a token is among the chunks."""
        return self.words.idf(token)

    def having(self, token: str) -> int:
        """How many chunks hold a token."""
        return self.words.having(token)

    def repair(self, view: CatalogView, unfinished: bool) -> tuple[int, int]:
        """Make the words index what the catalog says if it may not be. Vectors are caught up with by ``seq``."""
        changed = self._mend_words(view, unfinished)
        self.vectors.repair(view)
        return changed

    def add(self, chunks: Sequence[NewChunk], space: Space) -> None:  # noqa: ARG002 - vectors come by catch_up
        """Make chunks that are about to be committed searchable by words."""
        self.words.add(new.lexical_entry for new in chunks)

    def delete(self, entries: Iterable[str]) -> None:
        """Forget entries whose removal was committed."""
        self.words.delete(entries)

    def catch_up(self, view: CatalogView) -> None:
        """Note that the words are up to the snapshot; bring Chroma up to it, where this process may change it."""
        if self.words.count() == view.chunk_count():
            self.words.note(view.seq)
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
        self.words.note(view.seq)
        seen.words = self.words.count()
        self.vectors.examine(view, seen)
        return seen

    def close(self) -> None:
        """Give up all locks and files."""
        self.words.close()
        self.vectors.close()

    def _mend_words(self, view: CatalogView, unfinished: bool) -> tuple[int, int]:
        """Repair the words, and make them anew where they cannot be written any more."""
        try:
            return self._repair_words(view, unfinished)
        except (Corrupt, ValueError) as error:
            if disk_is_full(self.words.folder):
                raise
            _log.warning("关键词索引写不进去，已重建：%s", error)
            self.words.create()
            return self._repair_words(view, True)

    def _repair_words(self, view: CatalogView, unfinished: bool) -> tuple[int, int]:
        """Make the words what the snapshot says: by what has changed since, else by comparing all."""
        usable = self.words.usable()
        if not usable:
            self.words.create()
        self.words.reload()
        applied = self.words.applied()
        if usable and not unfinished and applied is not None and applied <= view.seq:
            self._apply(view, applied)
            changed = (0, 0) if self.words.count() == view.chunk_count() else self._reconcile(view)
        else:
            changed = self._reconcile(view)
        self.words.note(view.seq)
        return changed

    def _apply(self, view: CatalogView, after: int) -> None:
        """Make the entries of all documents anew whose chunks have changed since."""
        rows, stones = view.chunk_rows(after=after), view.tombstones(after)
        for ids in batches(sorted({row.policy_id for row in rows} | {stone.policy_id for stone in stones}), _AT_ONCE):
            self.words.renew(ids, view.lexical_entries(row.chunk_id for row in view.chunk_rows(ids)))

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
