"""What indexes read of the catalog: chunk keys, changes since a ``seq``, texts to index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, func, select

from kb.catalog import schema as t
from kb.catalog.db import batches
from kb.catalog.rows import ChunkRow, LexicalEntry, Tombstone

_ROW = (t.chunks.c.chunk_id, t.chunks.c.policy_id, t.chunks.c.vector_key, t.chunks.c.lexical_key, t.chunks.c.seq)


class ChunkFeed:
    """The part of a catalog view that indexes are derived from."""

    generation: int

    def __init__(self, connection: Connection) -> None:
        """Read through this connection."""
        self.connection = connection
        self._meta: dict[str, str] | None = None

    def meta(self, key: str) -> str | None:
        """A value of the meta table."""
        if self._meta is None:
            self._meta = {row.key: row.value for row in self.connection.execute(select(t.meta)).all()}
        return self._meta.get(key)

    @property
    def seq(self) -> int:
        """The number of the last change of a chunk."""
        return int(self.meta("seq") or 0)

    def forget_meta(self) -> None:
        """Read the meta table again when it is next asked for: this transaction has changed it."""
        self._meta = None

    def chunk_count(self, policy_ids: Iterable[str] | None = None) -> int:
        """How many chunks there are, or how many these documents have."""
        if policy_ids is None:
            return int(self.connection.execute(select(func.count()).select_from(t.chunks)).scalar_one())
        total = 0
        for ids in batches(policy_ids):
            query = select(func.sum(t.documents.c.chunks)).where(t.documents.c.policy_id.in_(ids))
            total += int(self.connection.execute(query).scalar() or 0)
        return total

    def chunk_rows(self, policy_ids: Iterable[str] | None = None, after: int = 0) -> list[ChunkRow]:
        """Keys of all chunks, of some documents' chunks, or of those changed after a ``seq``; in order of seq."""
        query = select(*_ROW).where(t.chunks.c.seq > after).order_by(t.chunks.c.seq)
        if policy_ids is None:
            return [ChunkRow(*row) for row in self.connection.execute(query).all()]
        rows: list[ChunkRow] = []
        for ids in batches(policy_ids):
            rows += [
                ChunkRow(*row) for row in self.connection.execute(query.where(t.chunks.c.policy_id.in_(ids))).all()
            ]
        return rows

    def rows_of(self, chunk_ids: Iterable[str]) -> list[ChunkRow]:
        """Keys of those of the chunks that exist, in no order."""
        rows: list[ChunkRow] = []
        for ids in batches(chunk_ids):
            rows += [ChunkRow(*row) for row in self.connection.execute(select(*_ROW).where(_ROW[0].in_(ids))).all()]
        return rows

    def pending(self, after: int) -> int:
        """How many chunks changed after a ``seq``."""
        query = select(func.count()).select_from(t.chunks).where(t.chunks.c.seq > after)
        return int(self.connection.execute(query).scalar_one())

    def tombstones(self, after: int) -> list[Tombstone]:
        """Removals after a ``seq``, in order."""
        columns = t.tombstones.c
        query = select(columns.chunk_id, columns.seq).where(columns.seq > after).order_by(columns.seq)
        return [Tombstone(*row) for row in self.connection.execute(query).all()]

    def live(self, chunk_ids: Iterable[str]) -> set[str]:
        """Those of the ids that are chunks in this snapshot."""
        found: set[str] = set()
        for ids in batches(chunk_ids):
            query = select(t.chunks.c.chunk_id).where(t.chunks.c.chunk_id.in_(ids))
            found.update(self.connection.execute(query).scalars().all())
        return found

    def lexical_entries(self, chunk_ids: Iterable[str]) -> Iterator[LexicalEntry]:
        """What the lexical index holds of these chunks."""
        columns = t.chunks.c
        for ids in batches(chunk_ids, 500):
            query = select(*_ROW, columns.context, columns.text).where(columns.chunk_id.in_(ids))
            for *keys, context, text in self.connection.execute(query).all():
                row = ChunkRow(*keys)
                yield LexicalEntry(row.entry, row.policy_id, context, text)

    def indexed_texts(self, vector_keys: Iterable[str]) -> dict[str, str]:
        """The text to embed for each vector key."""
        columns = t.chunks.c
        found: dict[str, str] = {}
        for keys in batches(vector_keys):
            query = select(columns.vector_key, columns.context, columns.text).where(columns.vector_key.in_(keys))
            for key, context, text in self.connection.execute(query).all():
                found[key] = f"{context}\n{text}" if context else text
        return found
