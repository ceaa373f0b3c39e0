"""Storage of one home: the catalog, the vectors and the index, changed in an order that any crash can be mended after.

A batch: plan, vectors, mark the index as changing, add its new entries, commit the catalog (the moment readers see
it), delete the old entries, unmark, let the index catch up with what it takes from the catalog itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from kb.catalog import Batch, Catalog, CatalogView, CatalogWriter, Change, FileRow, NewChunk, UnreadRow
from kb.catalog.db import batches
from kb.catalog.kept import Kept
from kb.embedding import Embedder
from kb.errors import HomeBusy, HomeNotWritable, IndexMismatch, IndexUnavailable, KBError, disk_is_full
from kb.index import Address, Space, open_index
from kb.model import Submission
from kb.tuning import Tuning
from kb.vectors import VectorCache, vector_key

_BATCH_CHUNKS = 256
_BATCH_DOCUMENTS = 200
_DIRTY = "lexical_dirty"
_INDEXED = "indexed"  # the place of the index that has all changes up to a ``seq``: place@seq
LINEAGE = "lineage"  # set anew by a restore: what a server holds of the time after the backup is not of this base
_FOLLOW_SECONDS, _POLL_SECONDS = 2.0, 0.05  # how long a question waits for another process that brings the index up


@dataclass(frozen=True, slots=True)
class PutReport:
    """What became of the submissions: ``policy_ids`` has one for each, in order.

    ``added`` documents are new, ``replaced`` changed, ``attached`` are further sources of a text already there.
    ``chunks`` were written anew, ``embedded`` of them were not in the vector cache.
    """

    policy_ids: tuple[str, ...] = ()
    added: int = 0
    replaced: int = 0
    attached: int = 0
    unchanged: int = 0
    chunks: int = 0
    embedded: int = 0


class Store:
    """All that is kept of one base. Threads may share it; only one writes at a time."""

    def __init__(
        self,
        home: Path,
        url: str | None = None,
        *,
        create: bool = False,
        tuning: Tuning | None = None,
        index: Address | None = None,
    ) -> None:
        """Open or make the stores; ``url`` as for Catalog, ``index`` says where the index is, by default at home.

        Raises what Catalog raises.
        """
        self.home = home
        self.catalog = Catalog(home, url, create=create)
        self.vectors = VectorCache(home, self.catalog.database if url else None)
        boost = (tuning or Tuning()).context_boost
        with self.catalog.view() as view:
            owner = view.meta(LINEAGE) or self.catalog.base_id
        self.index = open_index(index or Address("local"), home, owner, self.vectors, self.catalog.view, boost)
        self.lock = self.catalog.lock()
        self.kept = Kept()
        self.on_step: Callable[[str], None] = _nothing
        self.mended = (0, 0)
        self._guard = threading.RLock()
        self._turn = threading.RLock()
        self._holders = 0
        self._checked = False

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the write lock, one thread at a time. Raises HomeBusy naming the holder."""
        with self._full_disk_told():
            self.hold()
            try:
                with self._turn:
                    yield
            finally:
                self.release()

    @contextmanager
    def _full_disk_told(self) -> Iterator[None]:
        """Say so where the disk is full, whatever a library made of it."""
        try:
            yield
        except KBError:
            raise
        except Exception as error:
            if disk_is_full(self.home):
                raise HomeNotWritable(self.home, "磁盘已满") from error
            raise

    def hold(self) -> None:
        """Take the write lock for this process and mend what a crash left behind. Raises HomeBusy."""
        with self._guard:
            if self._holders == 0:
                self.lock.require()
            self._holders += 1
            try:
                if self._holders == 1:
                    self.mended = self.repair()
            except BaseException:
                self.release()
                raise

    def release(self) -> None:
        """Give back what ``hold`` took."""
        with self._guard:
            self._holders -= 1
            if self._holders == 0:
                self.index.rest()
                self.lock.release()

    def prepare_search(self, view: CatalogView) -> None:
        """See to it that the index has what other homes have changed, and once that it can be searched at all.

        A lost one is made anew. Raises HomeBusy.
        """
        if self.index.behind(view):
            self._follow(view)
        if self._checked:
            return
        with self._guard:
            if self.index.fault() or not self._complete():
                try:
                    self.hold()
                    self.release()
                except (HomeBusy, IndexUnavailable):  # the writer is about to make or change it; or no one can
                    if self.index.fault():
                        raise
            self._checked = True

    def _follow(self, view: CatalogView) -> None:
        """Bring what this home keeps of the index up to a snapshot, unless another thread or process is at it."""
        until = time.monotonic() + _FOLLOW_SECONDS
        while True:
            if not self._holders and self._guard.acquire(blocking=False):
                try:
                    if self._followed(view):
                        return
                finally:
                    self._guard.release()
            if time.monotonic() >= until or not self.index.behind(view):
                return
            time.sleep(_POLL_SECONDS)

    def _followed(self, view: CatalogView) -> bool:
        lock = self.lock.of_home
        try:
            if not lock.acquire():
                return False
        except HomeNotWritable:  # a home that is only read stays as it is
            return True
        try:
            if self.index.behind(view):
                self.index.follow(view)
        finally:
            self.index.rest()
            lock.release()
        return True

    def repair(self) -> tuple[int, int]:
        """Make the index what the catalog says if it may not be: entries added, and removed."""
        with self.catalog.view() as view:
            unfinished = self.unfinished(view) or self._astray(view)
            changed = self.index.repair(view, unfinished)
        if unfinished:
            self._mark(False)
        return changed

    def unfinished(self, view: CatalogView) -> bool:
        """Whether the index may differ from the catalog: a change is under way, or died."""
        return view.meta(_DIRTY) == "1"

    def _astray(self, view: CatalogView) -> bool:
        """Whether the last change went to another index than the one now set."""
        place = self.index.place
        return bool(place) and view.meta(_INDEXED) != f"{place}@{view.seq}"

    def put_many(
        self, submissions: Iterable[Submission], embedder: Embedder, progress: Callable[[int], None] | None = None
    ) -> PutReport:
        """Add or replace documents, a batch at a time. ``progress`` gets the number of submissions just done."""
        ids: list[str] = []
        totals = dict.fromkeys(("added", "replaced", "attached", "unchanged", "chunks", "embedded"), 0)
        with self.writing():
            self._check_model(embedder)
            rest = iter(submissions)
            while True:
                changes, done, rest = self._plan(rest, embedder)
                if not done:
                    return PutReport(tuple(ids), **totals)
                ids += done
                totals["embedded"] += self._commit([c for c in changes if not c.empty], embedder)
                _count(totals, changes, len(done))
                if progress is not None:
                    progress(len(done))

    def remove(self, policy_ids: Iterable[str]) -> int:
        """Remove documents; how many there were."""
        wanted = list(policy_ids)
        return self._changing(lambda writer: writer.remove(wanted))

    def keep_revisions(self, policy_id: str, payloads: Mapping[str, str]) -> None:
        """Bring superseded revisions of a document back; readers see nothing else of it."""
        with self.writing(), self.catalog.write() as writer:
            writer.keep_revisions(policy_id, payloads)

    def remove_sources(self, root: str, paths: Iterable[str], first_article: int = 0) -> int:
        """Forget files; how many documents went because no other source has them."""
        wanted = list(paths)
        return self._changing(lambda writer: writer.detach(root, wanted, first_article))

    def move_file(self, root: str, old: str, new: str) -> None:
        """A file has another path now; its documents keep their ids."""
        self._changing(lambda writer: writer.move_file(root, old, new))

    def record_files(self, rows: Iterable[FileRow]) -> None:
        """Remember files as ingested; readers see nothing of it."""
        wanted = list(rows)
        with self.writing(), self.catalog.write() as writer:
            writer.record_files(wanted)

    def record_unread(self, rows: Iterable[UnreadRow], below: str | None = None) -> None:
        """Remember files that gave no documents; readers see nothing of it."""
        wanted = list(rows)
        with self.writing(), self.catalog.write() as writer:
            writer.record_unread(wanted, below)

    def rebuild(self, embedder: Embedder, progress: Callable[[int], None] | None = None) -> int:
        """Make all vectors with this model and all indexes anew; how many chunks there are."""
        with self.writing():
            with self.catalog.view() as view:
                rows = view.chunk_rows()
            keys: dict[str, str] = {}
            for some in batches(rows, _BATCH_CHUNKS):
                with self.catalog.view() as view:
                    texts = view.indexed_texts(row.vector_key for row in some)
                new = {row.chunk_id: vector_key(embedder.name, texts[row.vector_key]) for row in some}
                self._embed({new[row.chunk_id]: texts[row.vector_key] for row in some}, embedder)
                keys |= new
                if progress is not None:
                    progress(len(some))
            self.on_step("vectors")
            self._mark(True)
            self.on_step("marked")
            with self.catalog.write() as writer:
                writer.rekey(keys)
                writer.forget_removals()
                _set_model(writer, embedder)
                writer.next_generation()
                self.on_step("committing")
            self.on_step("committed")
            self.repair()
            self.on_step("unmarked")
            self.vectors.prune(set(keys.values()))
            self._catch_up()
            self.on_step("searchable")
        return len(rows)

    def embed_missing(self, embedder: Embedder) -> int:
        """Make the vectors that chunks have lost; how many."""
        with self.writing():
            self._check_model(embedder)
            made = 0
            with self.catalog.view() as view:
                sizes = self.vectors.sizes()
                lost = {row.vector_key for row in view.chunk_rows() if sizes.get(row.vector_key) != embedder.dimension}
                for keys in batches(sorted(lost), _BATCH_CHUNKS):
                    texts = view.indexed_texts(keys)
                    self.vectors.put(keys, embedder.embed_passages([texts[key] for key in keys]))
                    made += len(keys)
            return made

    def close(self) -> None:
        """Close everything and give up all locks."""
        self.index.close()
        self.lock.release()
        self.vectors.close()
        self.catalog.close()

    def _complete(self) -> bool:
        with self.catalog.view() as view:
            return self.index.complete(view)

    def _check_model(self, embedder: Embedder) -> None:
        with self.catalog.view() as view:
            built_with = view.meta("embedding")
            if built_with and built_with != embedder.name and view.chunk_count():
                raise IndexMismatch(built_with, embedder.name)

    def _plan(
        self, submissions: Iterator[Submission], embedder: Embedder
    ) -> tuple[list[Change], list[str], Iterator[Submission]]:
        """The next batch: its changes, an id for each submission in it, and the submissions after it."""
        done: list[str] = []
        with self.catalog.view() as view:
            batch = Batch(view, lambda text: vector_key(embedder.name, text))
            for submission in submissions:
                policy_id = batch.add(submission)
                if policy_id is None:
                    submissions = chain([submission], submissions)
                    break
                done.append(policy_id)
                if batch.chunk_count >= _BATCH_CHUNKS or len(done) >= _BATCH_DOCUMENTS:
                    break
        self.on_step("planned")
        return list(batch.changes.values()), done, submissions

    def _commit(self, changes: list[Change], embedder: Embedder) -> int:
        """Carry out a batch; how many texts were embedded."""
        if not changes:
            return 0
        added = [new for change in changes for new in change.added]
        embedded = self._embed({new.vector_key: new.chunk.indexed_text for new in added}, embedder)
        self.on_step("vectors")
        self._write(lambda writer: self._put(writer, changes, embedder), added, embedder)
        return embedded

    def _changing(self, work: Callable[[CatalogWriter], int]) -> int:
        """A change that adds no chunks."""
        with self.writing():
            return self._write(work)

    def _write(
        self, work: Callable[[CatalogWriter], int], added: Sequence[NewChunk] = (), embedder: Embedder | None = None
    ) -> int:
        self.repair()  # after a batch that failed in this very process
        self._mark(True)
        self.on_step("marked")
        if added and embedder is not None:
            self.index.add(added, Space(embedder.name, embedder.dimension))
        self.on_step("words added")
        with self.catalog.write() as writer:
            result = work(writer)
            writer.next_generation()
            self.on_step("committing")
        self.on_step("committed")
        kept = {new.lexical_entry.entry for new in added}
        gone = [row.entry for row in writer.dropped if row.entry not in kept]
        if gone:
            self.index.delete(gone)
        self.on_step("words deleted")
        self._mark(False)
        self.on_step("unmarked")
        self._catch_up()
        self.on_step("searchable")
        return result

    def _put(self, writer: CatalogWriter, changes: list[Change], embedder: Embedder) -> int:
        if writer.view.meta("embedding") != embedder.name:
            _set_model(writer, embedder)
        writer.put(changes)
        return len(changes)

    def _embed(self, texts: dict[str, str], embedder: Embedder) -> int:
        missing = self.vectors.missing(texts)
        if missing:
            self.vectors.put(missing, embedder.embed_passages([texts[key] for key in missing]))
        return len(missing)

    def _mark(self, dirty: bool) -> None:
        """Note in the catalog whether the index may differ from it."""
        with self.catalog.write() as writer:
            writer.set_meta(_DIRTY, "1" if dirty else "0")
            if not dirty:
                writer.set_meta(_INDEXED, f"{self.index.place}@{writer.view.seq}")

    def _catch_up(self) -> None:
        with self.catalog.view() as view:
            self.index.catch_up(view)


def _set_model(writer: CatalogWriter, embedder: Embedder) -> None:
    writer.set_meta("embedding", embedder.name)
    writer.set_meta("dimension", str(embedder.dimension))


def _count(totals: dict[str, int], changes: list[Change], done: int) -> None:
    stored = [change for change in changes if change.document is not None]
    added = sum(change.is_new for change in stored)
    attached = sum(max(0, len(change.sources) - (change.document is not None)) for change in changes)
    totals["added"] += added
    totals["replaced"] += len(stored) - added
    totals["attached"] += attached
    totals["unchanged"] += max(0, done - len(stored) - attached)
    totals["chunks"] += sum(len(change.added) for change in stored)


def _nothing(_step: str) -> None:
    """No hook is set."""
