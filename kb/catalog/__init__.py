"""The catalog: documents, revisions, sources and chunks in SQL. The truth; every index is derived from it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import inspect

from kb.catalog.address import address_of
from kb.catalog.base_lock import BaseLock
from kb.catalog.db import Database
from kb.catalog.planning import Batch, Change, NewChunk
from kb.catalog.postgres import PostgresDatabase
from kb.catalog.reading import CatalogView
from kb.catalog.rows import ChunkRow, FileRow, LexicalEntry, Tombstone, UnreadRow
from kb.catalog.schema import SCHEMA_VERSION, meta, metadata
from kb.catalog.upgrade import upgrade
from kb.catalog.writing import CatalogWriter
from kb.errors import BaseTooNew, HomeMissing, HomeNotWritable
from kb.locks import WriteLock

__all__ = [
    "Batch",
    "Catalog",
    "CatalogView",
    "CatalogWriter",
    "Change",
    "ChunkRow",
    "FileRow",
    "LexicalEntry",
    "NewChunk",
    "Tombstone",
    "UnreadRow",
]

_UPGRADE_SECONDS = 60  # how long to wait for another process that is at it


class Catalog:
    """The catalog of one home, or one that several homes share.

    Threads may share it; each view and each transaction has its own connection.
    """

    def __init__(self, home: Path, url: str | None = None, *, create: bool = False) -> None:
        """Open the catalog, or make it: in the home, or in the database of a PostgreSQL server that ``url`` names.

        A base of an older version is brought up to date. Raises HomeMissing where there is none, HomeNotWritable,
        BaseTooNew, Corrupt, and HomeBusy while another process writes to a base that is to be brought up to date;
        with ``url`` SettingsError and CatalogUnavailable.
        """
        self.home = home
        self.database = _shared(url, home) if url else _own(home, create)
        #: Where the catalog is, for messages.
        self.place: Path | str = self.database.place if url else home
        try:
            found = self._check()
            if not found and not create:
                raise HomeMissing(home, self.place)
            if not found:
                self._create()
            elif found < SCHEMA_VERSION:
                self._upgrade()
            self.base_id = self._base_id()
        except BaseException:
            self.database.close()
            raise

    @contextmanager
    def view(self) -> Iterator[CatalogView]:
        """One snapshot for reading."""
        with self.database.read() as connection:
            yield CatalogView(connection)

    @contextmanager
    def write(self) -> Iterator[CatalogWriter]:
        """One transaction. Only the holder of the write lock may use it."""
        with self.database.write() as connection:
            writer = CatalogWriter(connection)
            yield writer
            writer.finish()

    def lock(self, wait_seconds: float = 3.0) -> BaseLock | WriteLock:
        """The lock that a writer holds; it is not taken yet."""
        if isinstance(self.database, Database):
            return WriteLock(self.home, wait_seconds)
        return BaseLock(self.database, self.home, wait_seconds)

    def stands(self) -> bool:
        """Whether the file is still there, which can be read for a while after it was deleted."""
        return not isinstance(self.database, Database) or self.database.path.is_file()

    def generation(self) -> int:
        """The generation now: it grows with every change a reader could see."""
        with self.view() as view:
            return view.generation

    def close(self) -> None:
        """Close all connections."""
        self.database.close()

    def _check(self) -> int:
        """The version of the base's tables, 0 where there is none; raises BaseTooNew."""
        with self.database.read() as connection:
            if not inspect(connection).has_table(meta.name):
                return 0
            found = int(CatalogView(connection).meta("schema") or 0)
        if found > SCHEMA_VERSION:
            raise BaseTooNew(self.place, found, SCHEMA_VERSION)
        return found

    def _upgrade(self) -> None:
        lock = self.lock(_UPGRADE_SECONDS)
        lock.require()
        try:
            with self.database.write() as connection:
                writer = CatalogWriter(connection)
                upgrade(connection, int(writer.view.meta("schema") or 0))
                writer.set_meta("schema", str(SCHEMA_VERSION))
        finally:
            lock.release()

    def _create(self) -> None:
        with self.database.write() as connection:
            self.database.prepare(connection)
            metadata.create_all(connection)
            writer = CatalogWriter(connection)
            if writer.view.meta("schema") is None:
                writer.set_meta("schema", str(SCHEMA_VERSION))
                writer.set_meta("base", uuid.uuid4().hex)

    def _base_id(self) -> str:
        with self.view() as view:
            return view.meta("base") or ""


def _own(home: Path, create: bool) -> Database:
    path = home / "catalog.db"
    if create:
        _make_folder(home)
    elif not path.is_file():
        raise HomeMissing(home)
    return Database(path)


def _shared(url: str, home: Path) -> PostgresDatabase:
    database = PostgresDatabase(address_of(url))
    _make_folder(home)  # for the index, which each home has for itself
    return database


def _make_folder(home: Path) -> None:
    try:
        str(home).encode()
        home.mkdir(parents=True, exist_ok=True)
    except UnicodeEncodeError as error:
        raise HomeNotWritable(home, "路径不是 UTF-8 编码") from error
    except OSError as error:
        raise HomeNotWritable(home, error.strerror or str(error)) from error
