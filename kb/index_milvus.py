"""The index in Milvus, words and vectors in one collection that machines share.

Entries are put before the catalog's commit and deleted after it, so no reader sees a gap; hits that a snapshot does
not know are dropped. What a crash leaves is mended by comparing keys at the next write.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, suppress

from kb.catalog import CatalogView, ChunkRow, NewChunk
from kb.catalog.db import batches
from kb.dense import space_of
from kb.errors import KBError
from kb.exact_scan import ExactScan
from kb.index import Address, Scored, Space
from kb.index_care import Examination, Finding, same_direction
from kb.index_milvus_client import BODY, MOST_FETCHED, WHOLE, MilvusCollection, Row
from kb.vectors import Matrix, VectorCache

_log = logging.getLogger(__name__)
_BATCH = 500
_MOST_IDS_IN_QUERY = 20_000
_MOST_COUNTED = 50_000  # tokens whose count is kept


class MilvusIndex:
    """Milvus for both legs. Threads may share it."""

    def __init__(
        self,
        address: Address,
        base_id: str,
        cache: VectorCache,
        open_view: Callable[[], AbstractContextManager[CatalogView]],
        context_boost: float,
    ) -> None:
        """Name the index; Milvus is called at the first use. ``context_boost``: see Tuning."""
        self._address, self._base_id, self._cache, self._open_view = address, base_id, cache, open_view
        self._boosts = {n: b for n, b in ((BODY, 1 - context_boost), (WHOLE, context_boost)) if b > 0}
        self._exact = ExactScan(cache)
        self._lock = threading.RLock()
        self._collection: MilvusCollection | None = None
        self._former: list[MilvusCollection] = []
        self._generation = -1
        self._counts: dict[str, int] = {}

    @property
    def place(self) -> str:
        """The server or file: what was changed under another setting is not there."""
        return f"milvus+{self._address.url}"

    def fault(self) -> str:
        """Why nothing can be searched, with the way out; empty where it can."""
        try:
            collection = self._collection  # whatever it is of: looking changes nothing
            if collection is None:
                with self._open_view() as view:
                    collection = self._of(view)
            there = collection is None or collection.exists()
        except KBError as error:
            return str(error)
        return "" if there else "检索索引里没有这个库的数据。请运行 python -m kb doctor 重建。"

    def complete(self, view: CatalogView) -> bool:
        """Whether it may have all chunks of the snapshot; false now and then while another process writes."""
        collection = self._collection or self._of(view)
        return collection is None or collection.count() >= view.chunk_count()

    def behind(self, view: CatalogView) -> bool:
        """Homes keep nothing of it for themselves."""
        return False

    def follow(self, view: CatalogView) -> None:
        """There is nothing to follow with."""

    def refresh(self, view: CatalogView) -> None:
        """Know the snapshot's model, and forget how often tokens were when the base was another."""
        with self._lock:
            self._follow(view)
            if self._generation != view.generation:
                self._generation, self._counts = view.generation, {}

    def lexical(self, tokens: Sequence[str], k: int, allowed: AbstractSet[str] | None = None) -> Scored:
        """The k best chunks by words."""
        collection = self._collection
        if collection is None or not tokens:
            return []
        return self._best(lambda n, ids: self._by_words(collection, tokens, n, ids), k, allowed)

    def dense(self, view: CatalogView, vector: Matrix, k: int, allowed: AbstractSet[str] | None = None) -> Scored:
        """The k best chunks by cosine."""
        collection = self._collection
        if collection is None:
            return []
        if collection.space != self._space(view):
            return self._exact.search(view, vector, k, allowed)

        def nearest(n: int, ids: AbstractSet[str] | None) -> Scored:
            hits = collection.by_vector(vector, n, ids)
            current = {row.entry for row in view.rows_of(_chunk_id(entry) for entry, _ in hits)}
            return [hit if hit[0] in current else ("", 0.0) for hit in hits]

        return self._best(nearest, k, allowed)

    def idf(self, token: str) -> float:
        """How rare a token is: BM25's log(1 + (N - n + 0.5) / (n + 0.5)) over the chunks' text."""
        having, count = self.having(token), self._count("")
        return math.log(1 + (count - having + 0.5) / (having + 0.5))

    def having(self, token: str) -> int:
        """How many chunks hold a token in their text."""
        return self._count(token) if token else 0

    def repair(self, view: CatalogView, unfinished: bool) -> tuple[int, int]:
        """Hold what the catalog says where it may not. Chunks that have lost their vectors are left to the doctor."""
        collection = self._of(view)
        if collection is None:
            return (0, 0)
        collection.create()
        if not unfinished and collection.count() == view.chunk_count():
            return (0, 0)
        return self._reconcile(collection, view)

    def add(self, chunks: Sequence[NewChunk], space: Space) -> None:
        """Make chunks that are about to be committed searchable."""
        with self._lock:
            collection = self._use(space)
            collection.create()
        vectors = self._cache.get([new.vector_key for new in chunks], space.dimension)
        collection.put(Row(new.lexical_entry, vector) for new, vector in zip(chunks, vectors, strict=True))

    def delete(self, entries: Iterable[str]) -> None:
        """Forget entries whose removal was committed."""
        if self._collection is not None:
            self._collection.delete(entries)

    def catch_up(self, view: CatalogView) -> None:
        """Everything was put before the commit; what the base had of another model can go now."""
        collection = self._of(view)
        if collection is not None:
            collection.drop_others()

    def rest(self) -> None:
        """Milvus knows no writer, but a file is put in order when one is done."""
        if self._collection is not None:
            with suppress(KBError):  # the lock must be given back, and nothing is lost
                self._collection.settle()

    def examine(self, view: CatalogView, mended: tuple[int, int]) -> Examination:
        """Compare keys and vectors with the catalog and mend them."""
        seen = Examination()
        collection = self._of(view)
        if collection is None:
            return seen
        try:
            collection.create()
            added, removed = (n + m for n, m in zip(self._reconcile(collection, view), mended, strict=True))
            wrong = self._put_wrong(collection, view)
            seen.words = seen.dense = collection.count()
        except KBError as error:
            seen.findings.append(Finding("index", f"检索索引无法修复：{error}", 1, False))
            return seen
        seen.found("index", {"检索索引缺少的片段": added, "检索索引多出的片段": removed, "检索索引不符的向量": wrong})
        return seen

    def close(self) -> None:
        """Let go of Milvus."""
        with self._lock:
            for collection in (*self._former, *filter(None, [self._collection])):
                collection.close()
            self._former, self._collection = [], None
            self._exact.close()

    def _space(self, view: CatalogView) -> Space | None:
        space = space_of(view)
        return Space(*space) if space else None

    def _of(self, view: CatalogView) -> MilvusCollection | None:
        """The collection for the snapshot's model; None where there is none yet."""
        space = self._space(view)
        return self._use(space) if space else self._collection

    def _follow(self, view: CatalogView) -> None:
        """Ask the collection for the snapshot's model, but the former one as long as that is being filled."""
        space, former = self._space(view), self._collection
        if space is None or (former is not None and former.space == space):
            return
        if former is not None and former.exists():
            coming = MilvusCollection(self._address, self._base_id, space)
            try:
                if not coming.exists() or coming.count() < view.chunk_count():
                    return
            finally:
                coming.close()
        self._use(space)

    def _use(self, space: Space) -> MilvusCollection:
        with self._lock:
            if self._collection is None or self._collection.space != space:
                if self._collection is not None:
                    self._former.append(self._collection)  # other threads may be asking it
                self._collection = MilvusCollection(self._address, self._base_id, space)
                self._counts = {}
            return self._collection

    def _by_words(
        self, collection: MilvusCollection, tokens: Sequence[str], n: int, allowed: AbstractSet[str] | None
    ) -> Scored:
        """The n best by the weighted sum of both fields; where both count, of what either has among its n best."""
        total: dict[str, float] = {}
        for field, boost in self._boosts.items():
            for entry, score in collection.by_words(field, tokens, n, allowed):
                total[entry] = total.get(entry, 0.0) + boost * score
        return sorted(total.items(), key=lambda item: (-item[1], item[0]))[:n]

    def _best(
        self, search: Callable[[int, AbstractSet[str] | None], Scored], k: int, allowed: AbstractSet[str] | None
    ) -> Scored:
        """The k best chunks of a search over entries, each once; it goes deeper where others take their places."""
        if k < 1 or (allowed is not None and not allowed):
            return []
        in_query = allowed if allowed is not None and len(allowed) <= _MOST_IDS_IN_QUERY else None
        n = min(k + 10, MOST_FETCHED)
        while True:
            hits = search(n, in_query)
            best: dict[str, float] = {}
            for entry, score in hits:
                chunk_id = _chunk_id(entry)
                if chunk_id and (allowed is None or chunk_id.rpartition("@")[0] in allowed):
                    best[chunk_id] = max(score, best.get(chunk_id, score))
            if len(best) >= k or len(hits) < n or n == MOST_FETCHED:
                return sorted(best.items(), key=lambda item: (-item[1], item[0]))[:k]
            n = min(n * 4, MOST_FETCHED)

    def _count(self, token: str) -> int:
        with self._lock:
            collection, counts = self._collection, self._counts
        if collection is None:
            return 0
        found = counts.get(token)
        if found is None:
            found = collection.having(token) if token else collection.count()
            if len(counts) >= _MOST_COUNTED:
                counts.clear()
            counts[token] = found
        return found

    def _reconcile(self, collection: MilvusCollection, view: CatalogView) -> tuple[int, int]:
        wanted = {row.entry: row for row in view.chunk_rows()}
        held = set(collection.entries())
        missing = [row for entry, row in wanted.items() if entry not in held]
        extra = sorted(held - wanted.keys())
        added = self._put(collection, view, missing)
        if extra:
            collection.delete(extra)
        return added, len(extra)

    def _put(self, collection: MilvusCollection, view: CatalogView, rows: Sequence[ChunkRow]) -> int:
        """Put chunks of the catalog, but those without a vector; how many."""
        done = 0
        lost = set(self._cache.missing(row.vector_key for row in rows))
        for some in batches((row for row in rows if row.vector_key not in lost), _BATCH):
            vectors = self._cache.get([row.vector_key for row in some], collection.space.dimension)
            by_entry = {row.entry: vector for row, vector in zip(some, vectors, strict=True)}
            entries = view.lexical_entries(row.chunk_id for row in some)
            collection.put(Row(entry, by_entry[entry.entry]) for entry in entries)
            done += len(some)
        return done

    def _put_wrong(self, collection: MilvusCollection, view: CatalogView) -> int:
        """Put anew the entries whose vectors are not those of the cache; how many."""
        wrong: list[ChunkRow] = []
        for rows in batches(view.chunk_rows(), _BATCH):
            held = collection.vectors(row.entry for row in rows)
            there = [row for row in rows if row.entry in held]
            truth = self._cache.get([row.vector_key for row in there], collection.space.dimension)
            wrong += [row for row, v in zip(there, truth, strict=True) if not same_direction(v, held[row.entry])]
        return self._put(collection, view, wrong)


def _chunk_id(entry: str) -> str:
    return entry.rpartition("~")[0]
