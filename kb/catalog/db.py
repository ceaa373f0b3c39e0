"""Where rows are kept, and engines over SQLite files: WAL, deferred snapshots, writers on BEGIN IMMEDIATE."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, Select, create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError

from kb.errors import Corrupt, HomeNotWritable, disk_is_full

T = TypeVar("T")
_BUSY_SECONDS = 30
_SYNC_ANEW = (
    "有备份时运行 python -m kb restore 备份文件 --force 恢复；"
    "没有时请移走该文件，再运行 python -m ingest sync 重新建库。"
)
IN_LIST = 2000  # ids in one IN (...); SQLite allows 32,766 parameters, others fewer


class AnyDatabase(Protocol):
    """What the catalog and the vectors need of where they are kept."""

    place: str

    def read(self) -> AbstractContextManager[Connection]:
        """A connection on one snapshot."""

    def write(self) -> AbstractContextManager[Connection]:
        """A connection in one write transaction, which no other overlaps."""

    def prepare(self, connection: Connection) -> None:
        """Make what tables need, before the first is made."""

    def fault(self) -> str:
        """What is wrong with the database itself, empty where nothing is."""

    def unseen(self) -> str:
        """What ``fault`` cannot look at, and who can; empty where it sees all."""

    def close(self) -> None:
        """Close all connections."""


class Database:
    """One SQLite file with an engine for reading and one for writing.

    A read-then-write transaction begun deferred can fail with "database is locked" whatever the timeout, hence two.
    """

    def __init__(self, path: Path, repair: str = _SYNC_ANEW, *, wipes: bool = False, lenient: bool = False) -> None:
        """Name the file, opened at the first transaction, and say what a user is to do when it is damaged.

        With ``wipes`` what is deleted is overwritten, where others only forget where it stood; with ``lenient`` bytes
        that are no text are read as \ufffd, where others cannot read any row beside them.
        """
        self.path, self.place = path, str(path)
        self._repair = repair
        self._readers = _engine(path, "BEGIN", wipes, lenient)
        self._writers = _engine(path, "BEGIN IMMEDIATE", wipes, lenient)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection on one snapshot of the file (from its first query on)."""
        with _translated(self.path, self._repair), self._readers.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in one write transaction: committed at the end, rolled back on an exception."""
        with _translated(self.path, self._repair), self._writers.connect() as connection, connection.begin():
            yield connection

    def prepare(self, connection: Connection) -> None:
        """A file needs nothing."""

    def fault(self) -> str:
        """What SQLite finds wrong with the file, empty where nothing is."""
        with self.read() as connection:
            found = str(connection.execute(text("PRAGMA integrity_check")).scalar())
        return "" if found == "ok" else found

    def unseen(self) -> str:
        """Nothing."""
        return ""

    def close(self) -> None:
        """Close all connections."""
        self._readers.dispose()
        self._writers.dispose()


def batches(items: Iterable[T], size: int = IN_LIST) -> Iterator[list[T]]:
    """Lists of at most so many items."""
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def rows_for(connection: Connection, query: Select[Any], column: Any, ids: Iterable[str] | None) -> Iterator[Any]:  # noqa: ANN401
    """The rows of a query, or those where a column has one of these values."""
    if ids is None:
        yield from connection.execute(query).all()
        return
    for some in batches(sorted(ids)):
        yield from connection.execute(query.where(column.in_(some))).all()


def _engine(path: Path, begin: str, wipes: bool, lenient: bool) -> Engine:
    # What was asked or is secret must not be in an exception, for those are printed and logged.
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": _BUSY_SECONDS}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection
        connection.isolation_level = None  # transactions are begun below, not by the driver
        if lenient:
            connection.text_factory = lambda data: data.decode("utf-8", "replace")
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # The catalog must not fall behind the indexes after a power cut: each commit reaches the disk.
        cursor.execute("PRAGMA synchronous=FULL")
        if wipes:
            cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def _translated(path: Path, repair: str) -> Iterator[None]:
    try:
        yield
    except (OperationalError, sqlite3.OperationalError) as error:
        said = str(getattr(error, "orig", error))
        if any(w in said for w in ("readonly", "unable to open", "full")) or disk_is_full(path.parent):
            raise HomeNotWritable(path.parent, said) from error
        raise
    except (DatabaseError, sqlite3.DatabaseError) as error:
        said = str(getattr(error, "orig", error))
        if "not a database" in said or "malformed" in said:
            raise Corrupt(f"{path} 已损坏（{said}）。{repair}") from error
        raise
