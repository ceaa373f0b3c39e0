"""The catalog and the vectors of a home, copied to a server for several machines to share. All or nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, insert, inspect, select

from kb.backup.manifest import VECTORS
from kb.catalog import Catalog
from kb.catalog import schema as t
from kb.catalog.address import address_of
from kb.catalog.db import Database
from kb.catalog.postgres import PostgresDatabase
from kb.config import Settings
from kb.errors import KBError
from kb.locks import WriteLock
from kb.vectors import METADATA, VectorCache

_AT_ONCE = 200  # rows of one statement: a document's text may be long


@dataclass(frozen=True, slots=True)
class Copied:
    """What is on the server now, and where."""

    place: str
    documents: int
    chunks: int
    vectors: int


def share(settings: Settings, progress: Callable[[int], None] = lambda _rows: None) -> Copied:
    """Copy what is in the home to the database that the setting ``catalog`` names; the home's stays as it was.

    The home's index goes on, as it is of the same base. ``progress`` gets the numbers of rows just copied. Raises
    HomeMissing, HomeBusy, CatalogUnavailable, and KBError where there is a base already.
    """
    url = settings.catalog_url
    if not url:
        raise KBError(
            "没有设置 catalog（ZHICE_CATALOG），不知道搬到哪里。请设为 postgresql://用户:密码@主机:5432/数据库"
        )
    home = settings.home
    with (
        closing(Catalog(home)) as catalog,
        closing(VectorCache(home)),  # makes the file where there is none
        closing(Database(home / VECTORS)) as vectors,
        closing(PostgresDatabase(address_of(url))) as server,
    ):
        lock = WriteLock(home)
        lock.require()
        try:
            with catalog.database.read() as rows, vectors.read() as numbers, server.write() as target:
                if inspect(target).has_table(t.meta.name):
                    raise KBError(f"{server.place} 里已经有知识库，没有搬。请换一个空的数据库。")
                server.prepare(target)
                for source, metadata in ((rows, t.metadata), (numbers, METADATA)):
                    metadata.create_all(target)
                    for table in metadata.sorted_tables:
                        _copy(source, target, table, progress)
                found = [_count(target, table) for table in (t.documents, t.chunks, *METADATA.sorted_tables)]
        finally:
            lock.release()
    return Copied(server.place, *found)


def size_of(settings: Settings) -> int:
    """How many rows there are to copy, for a bar; about, as it counts what most rows are."""
    with closing(Catalog(settings.home)) as catalog, catalog.database.read() as rows:
        return 2 * _count(rows, t.chunks) + 4 * _count(rows, t.documents)


def _copy(source: Connection, target: Connection, table: Table, progress: Callable[[int], None]) -> None:
    found = source.execution_options(yield_per=_AT_ONCE).execute(select(table)).mappings()
    for some in found.partitions(_AT_ONCE):
        target.execute(insert(table), [dict(row) for row in some])
        progress(len(some))
    if _count(source, table) != _count(target, table):
        raise KBError(f"表 {table.name} 没有搬全，没有做任何改动。请再运行一次。")


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
