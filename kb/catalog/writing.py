"""Changing the catalog, inside one write transaction that the caller holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from kb.catalog import schema as t
from kb.catalog.codec import date_number, header_of, header_to_row, number_key, title_key
from kb.catalog.db import batches
from kb.catalog.links import Links
from kb.catalog.planning import Change, NewChunk
from kb.catalog.reading import CatalogView
from kb.catalog.rows import ChunkRow, FileRow, UnreadRow
from kb.model import SourceRef

_DOCUMENT_TABLES = (t.documents, t.revisions, t.sources, t.chunks, t.document_regions)


class CatalogWriter:
    """One write transaction. Chunk rows that go are collected in ``dropped`` for the indexes."""

    def __init__(self, connection: Connection) -> None:
        """Write through this connection, whose transaction the caller commits."""
        self.connection = connection
        self.view = CatalogView(connection)
        self.links = Links(connection)
        self.dropped: list[ChunkRow] = []
        self._seq: int | None = None  # the last number given, once one was

    def finish(self) -> None:
        """Write down what the transaction has counted. Before it commits."""
        if self._seq is not None:
            self.set_meta("seq", str(self._seq))

    def put(self, changes: Iterable[Change]) -> None:
        """Make the planned changes; documents that lose their last source by them go."""
        planned = list(changes)
        losers: set[str] = set()
        for change in planned:
            if change.document is not None:
                self._store(change)
        for change in planned:
            losers |= self._attach(change.policy_id, change.sources)
        self._settle_sources(losers - {change.policy_id for change in planned})
        self.links.settle()

    def remove(self, policy_ids: Iterable[str]) -> int:
        """Remove documents with all their revisions; how many there were. Unknown ids are passed over."""
        known = sorted(self.view.known(policy_ids))
        self.links.forget(known)
        for ids in batches(known):
            self._bury(self.view.chunk_rows(ids))
            for table in _DOCUMENT_TABLES:
                self.connection.execute(delete(table).where(table.c.policy_id.in_(ids)))
        self.links.settle()
        return len(known)

    def keep_revisions(self, policy_id: str, payloads: Mapping[str, str]) -> None:
        """Bring superseded revisions of a document back, beside those it has; payloads are those of the view."""
        known = set(self.view.revisions(policy_id))
        rows = [
            {"policy_id": policy_id, "revision": revision, "payload": payload}
            for revision, payload in payloads.items()
            if revision not in known
        ]
        if rows and self.view.known([policy_id]):
            self.connection.execute(insert(t.revisions), rows)

    def detach(self, root: str, paths: Iterable[str], first_article: int = 0) -> int:
        """Forget files as sources (from an article on); documents left without a source go. How many went."""
        columns = t.sources.c
        losers: set[str] = set()
        for some in batches(paths):
            gone = (columns.root == root) & columns.path.in_(some) & (columns.article >= first_article)
            losers.update(self.connection.execute(select(columns.policy_id).where(gone)).scalars())
            self.connection.execute(delete(t.sources).where(gone))
            if first_article == 0:
                files = t.files.c
                self.connection.execute(delete(t.files).where((files.root == root) & files.path.in_(some)))
        return self._settle_sources(losers)

    def move_file(self, root: str, old: str, new: str) -> int:
        """A file has another path now; its documents keep their ids. How many documents went at the new path."""
        if old == new:
            return 0
        removed = self.detach(root, [new])
        moved = (t.sources.c.root == root) & (t.sources.c.path == old)
        owners = set(self.connection.execute(select(t.sources.c.policy_id).where(moved)).scalars())
        self.connection.execute(update(t.sources).where(moved).values(path=new))
        files = (t.files.c.root == root) & (t.files.c.path == old)
        self.connection.execute(update(t.files).where(files).values(path=new))
        return removed + self._settle_sources(owners)

    def record_files(self, rows: Iterable[FileRow]) -> None:
        """Remember files as ingested."""
        columns = t.files.c
        for row in rows:
            self.connection.execute(delete(t.files).where((columns.root == row.root) & (columns.path == row.path)))
            values = {name: getattr(row, name) for name in FileRow.__slots__}
            self.connection.execute(insert(t.files).values(**values))

    def record_unread(self, rows: Iterable[UnreadRow], below: str | None = None) -> None:
        """Remember files that gave no documents; what was known of files below a path is forgotten first."""
        columns = t.unread.c
        rows = list(rows)
        gone = [row.path for row in rows]
        if below is not None:
            known = self.connection.execute(select(columns.path)).scalars()
            gone += [path for path in known if path == below or path.startswith(below.rstrip("/") + "/")]
        for some in batches(gone):
            self.connection.execute(delete(t.unread).where(columns.path.in_(some)))
        for row in {row.path: row for row in rows}.values():
            self.connection.execute(insert(t.unread).values(path=row.path, why=row.why, document=row.document))

    def set_meta(self, key: str, value: str) -> None:
        """Set a value of the meta table."""
        self.connection.execute(delete(t.meta).where(t.meta.c.key == key))
        self.connection.execute(insert(t.meta).values(key=key, value=value))
        self.view.forget_meta()

    def next_generation(self) -> int:
        """Tell readers that the base has changed; the new generation."""
        generation = int(self.view.meta("generation") or 0) + 1
        self.set_meta("generation", str(generation))
        return generation

    def rekey(self, vector_keys: dict[str, str]) -> None:
        """Give chunks other vectors: chunk_id -> vector key."""
        if not vector_keys:
            return
        first = self._next_seq(len(vector_keys))
        rows = [
            {"id_": chunk_id, "vector_key": key, "seq": seq}
            for seq, (chunk_id, key) in enumerate(sorted(vector_keys.items()), first)
        ]
        self.connection.execute(update(t.chunks).where(t.chunks.c.chunk_id == bindparam("id_")), rows)

    def forget_removals(self) -> None:
        """Drop all tombstones: for when the indexes are made anew."""
        self.connection.execute(delete(t.tombstones))

    def _store(self, change: Change) -> None:
        document = change.document
        assert document is not None
        policy_id = change.policy_id
        if not change.is_new:
            revisions = t.revisions.c
            same = (revisions.policy_id == policy_id) & (revisions.revision == change.revision)
            self.connection.execute(delete(t.revisions).where(same))
            for table in (t.documents, t.document_regions):
                self.connection.execute(delete(table).where(table.c.policy_id == policy_id))
        values = {"policy_id": policy_id, "revision": change.revision, "payload": change.payload}
        self.connection.execute(insert(t.revisions).values(**values))
        header = header_to_row(header_of(document, policy_id, change.chunk_count))
        header |= {
            "content_key": change.content_key,
            "title_key": title_key(document.title),
            "doc_number_key": number_key(document.doc_number),
            "dated": date_number(document.written_on or document.published_on),
        }
        self.connection.execute(insert(t.documents), [header])
        regions = [(document.issuer_region, "issuer"), *((code, "subject") for code in document.subject_regions)]
        rows = [{"policy_id": policy_id, "code": code, "role": role} for code, role in dict.fromkeys(regions) if code]
        if rows:
            self.connection.execute(insert(t.document_regions), rows)
        self.links.replace(policy_id, document, change.is_new)
        self._store_chunks(change.added, change.dropped)

    def _store_chunks(self, added: list[NewChunk], dropped: list[ChunkRow]) -> None:
        again = {new.chunk.chunk_id for new in added}
        self.dropped += [row for row in dropped if row.chunk_id in again]
        self._bury([row for row in dropped if row.chunk_id not in again])
        for ids in batches(row.chunk_id for row in dropped):
            self.connection.execute(delete(t.chunks).where(t.chunks.c.chunk_id.in_(ids)))
        if not added:
            return
        first = self._next_seq(len(added))
        rows: list[dict[str, Any]] = []
        for seq, new in enumerate(added, first):
            values = {name: getattr(new.chunk, name) for name in type(new.chunk).__slots__}
            rows.append(values | {"vector_key": new.vector_key, "lexical_key": new.lexical_key, "seq": seq})
        self.connection.execute(insert(t.chunks), rows)

    def _bury(self, rows: list[ChunkRow]) -> None:
        if not rows:
            return
        self.dropped += rows
        first = self._next_seq(len(rows))
        stones = [{"chunk_id": row.chunk_id, "seq": seq} for seq, row in enumerate(rows, first)]
        self.connection.execute(insert(t.tombstones), stones)

    def _attach(self, policy_id: str, sources: Iterable[SourceRef]) -> set[str]:
        """Give sources to a document; the documents they were taken from."""
        losers: set[str] = set()
        columns = t.sources.c
        for source in sources:
            same = (columns.root == source.root) & (columns.path == source.path) & (columns.article == source.article)
            losers.update(self.connection.execute(select(columns.policy_id).where(same)).scalars())
            self.connection.execute(delete(t.sources).where(same))
            last = self.connection.execute(select(func.max(columns.position)).where(columns.policy_id == policy_id))
            position = (last.scalar() or 0) + 1
            values = {name: getattr(source, name) for name in SourceRef.__slots__}
            self.connection.execute(insert(t.sources).values(**values, policy_id=policy_id, position=position))
        self._show_source(policy_id)
        return losers

    def _settle_sources(self, policy_ids: Iterable[str]) -> int:
        """After sources were taken away: remove documents without any, show the others' first. How many went."""
        orphans = []
        for policy_id in sorted(policy_ids):
            if self.view.sources(policy_id):
                self._show_source(policy_id)
            else:
                orphans.append(policy_id)
        return self.remove(orphans)

    def _show_source(self, policy_id: str) -> None:
        path = next((source.shown for source in self.view.sources(policy_id)), None)
        mine = t.documents.c.policy_id == policy_id
        self.connection.execute(update(t.documents).where(mine).values(source=path))

    def _next_seq(self, count: int = 1) -> int:
        """The first of so many numbers never used before."""
        used = self.view.seq if self._seq is None else self._seq
        self._seq = used + count
        return used + 1
