"""An unpacked home made ready: its files where they now lie, its indexes from the catalog, nobody logged in."""

from __future__ import annotations

import uuid
from contextlib import closing
from pathlib import Path

from sqlalchemy import Column, Connection, delete, select, update

from kb.accounts.file import AccountsFile
from kb.accounts.tables import sessions
from kb.catalog import Catalog
from kb.catalog import schema as t
from kb.config import Settings
from kb.embedding import Embedder, open_embedding
from kb.errors import EmbeddingUnavailable, IndexMismatch, IndexUnavailable, SettingsError
from kb.index import Address, address_of
from kb.store import LINEAGE, Store


def make_ready(settings: Settings, old: str, new: Path, embedder: Embedder | None) -> tuple[int, int]:
    """Build what an archive does not hold, in the home of ``settings``: vectors made anew, and still missing.

    ``old`` is where the home was, ``new`` where it will be. Only vectors that the cache lacks need the model; where
    that cannot be had they stay missing, for the doctor.
    """
    _end_sessions(settings.home)
    with closing(Catalog(settings.home)) as catalog:
        _begin_lineage(catalog)
        _move_roots(catalog, Path(old), new)
    try:
        return _indexed(settings, embedder, address_of(settings))
    except IndexUnavailable:  # its server is filled at the next write; the catalog is enough for that
        return _indexed(settings, embedder, Address("local"))


def _indexed(settings: Settings, embedder: Embedder | None, index: Address) -> tuple[int, int]:
    with closing(Store(settings.home, index=index)) as store, store.writing():  # makes the index
        missing = _missing(store)
        made = _embedded(store, settings, embedder) if missing else 0
        if made == missing:
            with store.catalog.view() as view:
                store.index.catch_up(view)
    return made, missing - made


def _begin_lineage(catalog: Catalog) -> None:
    """Let no index count as this base's that knows what became of it after the backup."""
    with catalog.write() as writer:
        writer.set_meta(LINEAGE, uuid.uuid4().hex)


def _end_sessions(home: Path) -> None:
    """Who has logged out or changed a password since must not be in again by a session of then."""
    with closing(AccountsFile(home)) as file:
        if file.any:
            with file.write() as connection:
                connection.execute(delete(sessions))


def _missing(store: Store) -> int:
    with store.catalog.view() as view:
        return len(store.vectors.missing(row.vector_key for row in view.chunk_rows()))


def _embedded(store: Store, settings: Settings, embedder: Embedder | None) -> int:
    try:
        return store.embed_missing(embedder or open_embedding(settings))
    except (EmbeddingUnavailable, IndexMismatch, SettingsError):
        return 0


def _move_roots(catalog: Catalog, old: Path, new: Path) -> None:
    """Uploads lie below the home: where that is another now, the catalog must say so."""
    if old == new:
        return
    with catalog.database.write() as connection:
        for column in (t.sources.c.root, t.files.c.root, t.unread.c.path):
            _move(connection, column, old, new)


def _move(connection: Connection, column: Column[str], old: Path, new: Path) -> None:
    for text in connection.execute(select(column).distinct()).scalars().all():
        path = Path(text)
        if path.is_relative_to(old):
            moved = str(new / path.relative_to(old))
            connection.execute(update(column.table).where(column == text).values({column.name: moved}))
