"""Engines over a database of a PostgreSQL server that several machines share: the catalog, and its vectors.

Readers have one snapshot each; writers come one after the other, as with SQLite's BEGIN IMMEDIATE.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import Column, Connection, Engine, MetaData, Table, Text, create_engine, event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kb.catalog.address import Address
from kb.errors import CatalogUnavailable, Corrupt, LockLost, SettingsError

LOCKS = 0x5A4843  # the first number of all our advisory locks; they belong to one database each
WRITING, BASE = 1, 2  # the second: a transaction that writes, and the right to write at all
_WAIT_SECONDS = 30
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_WRITE = f"BEGIN; SET LOCAL lock_timeout = '{_WAIT_SECONDS}s'; SELECT pg_advisory_xact_lock({LOCKS}, {WRITING})"
_LOST = "57P"  # the server stops, or ends this connection
_FAULTS = {
    "25006": ("它是只读的", "请把 catalog 指向主库。"),
    "42501": ("这个用户没有权限", "请用数据库的所有者连接，或授权它建立模式（GRANT CREATE ON DATABASE）。"),
    "53100": ("服务器的磁盘满了", "请腾出空间后重试。"),
    "53200": ("服务器的内存不够", "请稍后重试，或加大服务器的内存。"),
    "55P03": (f"另一个写入 {_WAIT_SECONDS} 秒没有完成", "请稍后重试。"),
    "54000": ("文件的编号或名称太长", "请改短后重试。"),
    "22021": ("文字里有 PostgreSQL 存不下的字符（NUL）", "请从这份文件里删去它。"),
}
_DAMAGED = ("XX001", "XX002")

_metadata = MetaData()
_writer = Table("writer", _metadata, Column("token", Text, nullable=False), Column("holder", Text, nullable=False))


class PostgresDatabase:
    """One database. Threads may share it; each transaction has its own connection."""

    def __init__(self, address: Address) -> None:
        """Name the database; it is connected to at the first transaction. Raises SettingsError without the driver."""
        self.address, self.place = address, address.shown
        #: What the holder of the base's lock has written down; while it is set, no write of ours may follow another's.
        self.token: str | None = None
        self._engine = _engine(address)
        self._readers = self._engine.execution_options(zhice_begin=_SNAPSHOT)
        self._writers = self._engine.execution_options(zhice_begin=_WRITE)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection on one snapshot (from its first query on)."""
        with self._translated(), _begun(self._readers) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in one write transaction: committed at the end, rolled back on an exception.

        Raises LockLost where this process held the base's lock and another has taken it since.
        """
        with self._translated(), _begun(self._writers) as connection:
            # Who takes the lock changes the token in a transaction like this one, so none of ours comes after it.
            if self.token is not None and connection.scalar(select(_writer.c.token)) != self.token:
                raise LockLost(self.place)
            yield connection

    def prepare(self, connection: Connection) -> None:
        """Make the schema that holds all our tables, in a write transaction."""
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS zhice"))
        _metadata.create_all(connection)

    def claim(self, token: str, holder: str) -> None:
        """Write down who has the base's lock now, after all transactions of who had it before."""
        self.token = None
        with self.write() as connection:
            connection.execute(_writer.delete())
            connection.execute(_writer.insert().values(token=token, holder=holder))
        self.token = token

    def holder(self) -> str:
        """Who was the last to take the base's lock."""
        with self.read() as connection:
            return str(connection.scalar(select(_writer.c.holder)) or "未知进程")

    def fault(self) -> str:
        """What is wrong with the database itself: a server's own tools look after that."""
        return ""

    def unseen(self) -> str:
        """What those tools are to look at."""
        return f"目录和向量在 {self.place}：行与行对得上；数据库的文件本身请用 pg_amcheck 检查，用 pg_dump 备份。"

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            meaning = self._meaning(error)
            if meaning is None:
                raise
            raise meaning from error
        except PoolTimeout as error:
            raise CatalogUnavailable(self.place, "所有连接都在忙", "请稍后重试，或增加副本。") from error

    def _meaning(self, error: DBAPIError) -> Exception | None:
        from kb.catalog.wire import code_of

        code = code_of(error.orig) if error.orig is not None else ""
        if code in _FAULTS:
            return CatalogUnavailable(self.place, *_FAULTS[code])
        if code in _DAMAGED:
            return Corrupt(f"{self.place} 已损坏。请数据库管理员检查服务器的日志，并从备份恢复。")
        if error.connection_invalidated or code.startswith(_LOST) or not code:
            return CatalogUnavailable(self.place, "与服务器的连接断了", "请检查服务器是否在运行，再重试。")
        return None


@contextmanager
def _begun(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction; one that the server has closed since it was last used is made anew."""
    with ExitStack() as opened:
        connection = opened.enter_context(engine.connect())
        try:
            transaction = connection.begin()
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            opened.close()  # all connections as old as this one go with it
            connection = opened.enter_context(engine.connect())
            transaction = connection.begin()
        opened.enter_context(transaction)
        yield connection


def _engine(address: Address) -> Engine:
    try:
        from kb.catalog.wire import connect
    except ModuleNotFoundError as error:
        raise SettingsError(
            "设置 catalog 指向 PostgreSQL，需要它的驱动。请运行：pip install 'zhice[postgres]'"
        ) from error
    # As with SQLite, nothing that was asked or is secret is in an exception.
    engine = create_engine(
        "postgresql+pg8000://",
        creator=lambda: connect(address),
        hide_parameters=True,
        paramstyle="numeric_dollar",
    )
    engine.dialect.use_insertmanyvalues_wo_returning = True  # pg8000 would send row by row

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:  # noqa: ANN401 - one of SQLAlchemy's with options
        connection.exec_driver_sql(connection.get_execution_options().get("zhice_begin", "BEGIN"))

    return engine
