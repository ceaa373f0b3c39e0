"""The log of what was changed and by whom, in ``accounts.db``."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from kb.accounts.tables import deeds

_WAYS = {"page": "网页", "key": "接口", "command": "命令"}
_LONGEST = 300  # characters of a field: a request must not fill the log


@dataclass(frozen=True, slots=True)
class Deed:
    """One change, tried or done. ``via`` is page, command or ``key:ID``; ``outcome`` is what came of it."""

    at: str
    account_id: str
    name: str
    via: str
    action: str
    target: str
    outcome: str
    address: str = ""

    @property
    def way(self) -> str:
        """How it was done, for a reader; with the key where it was by one, which may have to be dropped."""
        kind, _, key_id = self.via.partition(":")
        return _WAYS.get(kind, kind) + (f"（密钥 {key_id}）" if key_id else "")


def note(connection: Connection, deed: Deed) -> None:
    """Add a deed."""
    values = {name: _plain(getattr(deed, name)) for name in deed.__slots__}
    connection.execute(insert(deeds).values(**values))


def recent(connection: Connection, most: int | None) -> tuple[Deed, ...]:
    """The last deeds, all where ``most`` is None, the newest first."""
    columns = [deeds.c[name] for name in Deed.__slots__]
    rows = connection.execute(select(*columns).order_by(deeds.c.n.desc()).limit(most))
    return tuple(Deed(*row) for row in rows)


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in text)[:_LONGEST]
