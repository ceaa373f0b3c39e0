"""Where a shared catalog is: ``postgresql://user:password@host:5432/database``, taken apart and checked."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from kb.errors import SettingsError

_FORM = "应写成 postgresql://用户:密码@主机:5432/数据库（密码里的 @ : / % 等写成 %40 %3A %2F %25）"
_PORT = 5432
_SCHEMES = ("postgresql", "postgres")
_OPTIONS = ("host", "sslmode", "sslrootcert")
_SSL_MODES = ("disable", "prefer", "require", "verify-full")


@dataclass(frozen=True, slots=True)
class Address:
    """A database of a PostgreSQL server. ``shown`` is for messages: it has no password."""

    user: str
    host: str
    port: int
    database: str
    password: str | None = field(default=None, repr=False)
    ssl_mode: str = "prefer"
    ssl_root: str | None = None

    @property
    def shown(self) -> str:
        """The address without the password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"postgresql://{self.user}@{host}:{self.port}/{self.database}"

    def connect_arguments(self) -> dict[str, Any]:
        """What pg8000 takes. Raises SettingsError for a certificate file that cannot be read."""
        given: dict[str, Any] = {"user": self.user, "password": self.password, "database": self.database}
        if self.host.startswith("/"):
            return given | {"unix_sock": f"{self.host}/.s.PGSQL.{self.port}", "ssl_context": False}
        return given | {"host": self.host, "port": self.port, "ssl_context": self._ssl()}

    def _ssl(self) -> ssl.SSLContext | bool | None:
        """To pg8000, False is without, None is where the server has it, True is with; none of them looks at whose."""
        if self.ssl_mode != "verify-full":
            return {"disable": False, "prefer": None, "require": True}[self.ssl_mode]
        try:
            return ssl.create_default_context(cafile=self.ssl_root)
        except OSError as error:
            raise SettingsError(f"设置 catalog 的 sslrootcert 读不出：{error.strerror or error}") from error


def address_of(url: str) -> Address:
    """The address a URL gives. Raises SettingsError, which never repeats the URL: it may hold a password."""
    try:
        found = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SettingsError(f"设置 catalog 的值不可用：{_FORM}") from error
    if found.drivername not in _SCHEMES:
        raise SettingsError(f"设置 catalog 的值不可用：只支持 PostgreSQL，{_FORM}")
    for name in found.query:
        if name not in _OPTIONS:
            raise SettingsError(f"设置 catalog 的参数 {name} 不可用。可用的有：{'、'.join(_OPTIONS)}")
    host = found.host or _option(found, "host")
    if not host or not found.username or not found.database:
        raise SettingsError(f"设置 catalog 的值不完整：{_FORM}")
    mode = _option(found, "sslmode") or "prefer"
    if mode not in _SSL_MODES:
        raise SettingsError(f"设置 catalog 的 sslmode 不可用。应为 {'、'.join(_SSL_MODES)} 之一")
    return Address(
        found.username, host, found.port or _PORT, found.database, found.password, mode, _option(found, "sslrootcert")
    )


def _option(url: URL, name: str) -> str | None:
    value = url.query.get(name)
    return value if isinstance(value, str) else None
