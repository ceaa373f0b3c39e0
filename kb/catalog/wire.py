"""Connections to a PostgreSQL server by pg8000, which only this module imports: it is an optional package."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from struct import Struct
from typing import Any

import pg8000
from pg8000.core import BIND, DESCRIBE, EXECUTE, PARSE, PORTAL, SYNC, Context, make_params
from pg8000.exceptions import DatabaseError, Error, InterfaceError

from kb.catalog.address import Address
from kb.errors import CatalogUnavailable

SCHEMA = "zhice"  # of all our tables: the database may hold others' of the same names
_CONNECT_SECONDS = 10
_SILENT_SECONDS = 60  # a server that is gone without a word is noticed after about so long
_SESSION = {
    "search_path": SCHEMA,
    "client_encoding": "UTF8",
    "bytea_output": "hex",
    # A machine that is gone without a word keeps its locks and transactions for a minute at most.
    "tcp_keepalives_idle": str(_SILENT_SECONDS // 2),
    "tcp_keepalives_interval": str(_SILENT_SECONDS // 6),
    "tcp_keepalives_count": "3",
}
_NO_PASSWORD, _NO_USER, _NO_DATABASE, _FULL, _STARTING = "28P01", "28000", "3D000", "53300", "57P03"
_REFUSALS = {
    _NO_PASSWORD: "用户名或密码不对",
    _NO_USER: "服务器不接受这个用户从这里连接",
    _NO_DATABASE: "没有这个数据库",
    _FULL: "服务器的连接数已满",
    _STARTING: "服务器正在启动或停止",
}
_REMEDIES = {
    _NO_PASSWORD: "请检查设置 catalog（ZHICE_CATALOG）里的用户名和密码。",
    _NO_USER: "请在服务器的 pg_hba.conf 里允许它，或改用 sslmode=require。",
    _NO_DATABASE: "请先用 createdb 建立一个空的数据库（编码 UTF8）。",
    _FULL: "请加大服务器的 max_connections，或减少副本。",
    _STARTING: "请稍后重试。",
}
_SHORT, _LONG = Struct("!H").pack, Struct("!i").pack
_NULL = _LONG(-1)


class Connection(pg8000.Connection):  # type: ignore[misc]  # pg8000 is untyped
    """A connection that asks in one round trip, where pg8000 takes three for a statement with parameters.

    Of a broken line it always says the same, where pg8000 lets some errors of sockets through.
    """

    def cursor(self) -> Cursor:
        """A cursor."""
        return Cursor(self)

    def execute_unnamed(
        self, statement: str, vals: Sequence[Any] = (), oids: Sequence[int] = (), stream: object = None
    ) -> Any:  # noqa: ANN401 - pg8000's
        """Run a statement with its parameters, whose types it casts them to itself."""
        values = [None if v is None else v.encode() for v in make_params(self.py_types, vals)]
        sized = [_NULL if v is None else _LONG(len(v)) + v for v in values]
        question = b"".join(
            _message(code, body)
            for code, body in (
                (PARSE, b"\0" + statement.encode() + b"\0" + _SHORT(0)),
                (BIND, b"\0\0" + _SHORT(0) + _SHORT(len(sized)) + b"".join(sized) + _SHORT(0)),
                (DESCRIBE, PORTAL + b"\0"),
                (EXECUTE, b"\0" + _LONG(0)),
                (SYNC, b""),
            )
        )
        if self._sock is None:
            raise InterfaceError("connection is closed")
        context = Context(statement)
        try:
            self._sock.write(question)
            self._sock.flush()
        except OSError as error:
            raise InterfaceError("network error") from error
        self.handle_messages(context)
        return context

    def handle_messages(self, context: Any) -> None:  # noqa: ANN401 - pg8000's
        """Read the server's answer."""
        try:
            super().handle_messages(context)
        except OSError as error:
            raise InterfaceError("network error") from error


class Cursor(pg8000.Cursor):  # type: ignore[misc]
    """A cursor for statements as the server takes them, with $1 and $2; pg8000 looks for %s letter by letter."""

    def execute(self, operation: str, args: Sequence[Any] = (), stream: object = None) -> Cursor:
        """Run a statement."""
        if not args:
            return super().execute(operation)  # type: ignore[no-any-return]
        try:
            self._context = self._c.execute_unnamed(operation, args)
        except DatabaseError as error:
            raise pg8000.ProgrammingError(*error.args) from error
        self._row_iter = iter(self._context.rows or ())
        return self


def connect(address: Address) -> Any:  # noqa: ANN401 - a DBAPI connection
    """A connection that begins no transactions by itself. Raises CatalogUnavailable."""
    try:
        connection = Connection(
            **address.connect_arguments(),
            timeout=_CONNECT_SECONDS,
            application_name=f"zhice {os.getpid()}@{socket.gethostname()}"[:60],
            startup_params=_SESSION,
        )
    except (Error, OSError) as error:
        raise _refused(address, error) from error
    _hold_on(connection._usock)
    connection.autocommit = True
    encoding = connection.parameter_statuses.get("server_encoding")
    if encoding != "UTF8":
        connection.close()
        raise CatalogUnavailable(
            address.shown, f"数据库的编码是 {encoding}", "请建立编码为 UTF8 的数据库（createdb -E UTF8）。"
        )
    return connection


def _message(code: bytes, body: bytes) -> bytes:
    return code + _LONG(len(body) + 4) + body


def code_of(error: BaseException) -> str:
    """The server's code of an error, empty where it is none of the server's."""
    told = error.args[0] if error.args else None
    return str(told.get("C", "")) if isinstance(told, dict) else ""


def _hold_on(line: socket.socket) -> None:
    """Let statements take as long as they need, while the server is there."""
    line.settimeout(None)
    for name, value in (
        ("TCP_KEEPIDLE", _SILENT_SECONDS // 2),
        ("TCP_KEEPINTVL", _SILENT_SECONDS // 6),
        ("TCP_KEEPCNT", 3),
        ("TCP_USER_TIMEOUT", _SILENT_SECONDS * 1000),
    ):
        if hasattr(socket, name):
            with suppress(OSError):  # of a local socket, which has none of these
                line.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _refused(address: Address, error: Exception) -> CatalogUnavailable:
    code = code_of(error)
    if code in _REFUSALS:
        return CatalogUnavailable(address.shown, _REFUSALS[code], _REMEDIES[code])
    if code:
        return CatalogUnavailable(address.shown, f"服务器拒绝了连接：{error.args[0].get('M')}", "请查看服务器的日志。")
    if "SSL" in str(error):
        return CatalogUnavailable(
            address.shown, "加密的连接建立不起来", "请检查 sslmode 和 sslrootcert，或服务器的证书。"
        )
    return CatalogUnavailable(address.shown, "连不上服务器", "请检查它是否在运行，地址和端口是否正确。")
