"""SQLite files copied whole while others write to them, and looked at before they are trusted."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kb.errors import Corrupt

_MAGIC = b"SQLite format 3\0"
_PAGES = 2048  # copied between two reports of progress
_BUSY_SECONDS = 30
_SCHEMA_TABLES = ("meta", "letters_meta")  # of the catalog, and of user.db


def is_database(path: Path) -> bool:
    """Whether a file is an SQLite database."""
    with path.open("rb") as stream:
        return stream.read(len(_MAGIC)) == _MAGIC


def copy_database(source: Path, target: Path, progress: Callable[[int], None] = lambda _bytes: None) -> None:
    """Copy one moment of a database, whoever writes to it meanwhile; the copy is one file.

    ``progress`` gets the bytes just copied. Raises Corrupt where the source is damaged.
    """
    try:
        with closing(_connect(source)) as held, closing(sqlite3.connect(target)) as made:
            held.execute("BEGIN")  # one snapshot for the whole copy: else each write of another would start it over
            held.execute("SELECT count(*) FROM sqlite_master").fetchone()
            size = int(held.execute("PRAGMA page_size").fetchone()[0])
            left: list[int] = []

            def copied(_status: int, remaining: int, total: int) -> None:
                progress(((left[-1] if left else total) - remaining) * size)
                left.append(remaining)

            held.backup(made, pages=_PAGES, progress=copied)
            made.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        raise Corrupt(f"{source} 无法备份（{error}）。请先运行 python -m kb doctor 检查。") from error
    with _read(target) as connection:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise Corrupt(f"{source} 已损坏（{found}），不能备份。请先运行 python -m kb doctor 检查。")


def schema_of(path: Path) -> int | None:
    """The version of a database's tables, where it tells one. Raises sqlite3.DatabaseError for what is none."""
    with _read(path) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in _SCHEMA_TABLES:
            if table in names:
                row = connection.execute(f"SELECT value FROM {table} WHERE key = 'schema'").fetchone()  # noqa: S608
                return int(row[0]) if row else None
    return None


def documents_in(path: Path) -> int:
    """How many documents a catalog holds. Raises sqlite3.DatabaseError for what is none."""
    with _read(path) as connection:
        return int(connection.execute("SELECT count(*) FROM documents").fetchone()[0])


def sound(path: Path, *, plain: bool) -> str:
    """What is wrong with a database, empty where nothing is; ``plain`` ones run nothing of their own."""
    try:
        with _read(path) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                return str(found)
            kinds = {kind for (kind,) in connection.execute("SELECT type FROM sqlite_master")}
    except sqlite3.DatabaseError as error:
        return str(error)
    return "里面有触发器或视图" if plain and kinds & {"trigger", "view"} else ""


@contextmanager
def _read(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a file nobody else has open; no journal is left beside it."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema=OFF")
        yield connection


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
