"""The accounts of a home on disk."""

from __future__ import annotations

import logging
import secrets as random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Update, delete, func, insert, select, update
from sqlalchemy.exc import OperationalError

from kb.accounts import audit, secrets
from kb.accounts.audit import Deed
from kb.accounts.file import AccountsFile
from kb.accounts.model import (
    Account,
    AccountError,
    Caller,
    Key,
    Role,
    Scope,
    WrongLogin,
    checked_label,
    checked_name,
    checked_password,
)
from kb.accounts.tables import accounts, keys, sessions
from kb.accounts.throttle import Throttle
from kb.errors import KBError

_LOG = logging.getLogger(__name__)
_IDLE = 12 * 3600  # seconds a session lives unused
_LIFE = 7 * 24 * 3600  # and at most
_NOTED = 300  # seconds: that a session or key was used is written no more often
_MOST_KEYS = 50  # of one account

_A, _S, _K = accounts.c, sessions.c, keys.c


class Accounts:
    """The accounts of one home. Threads and processes may share it; nothing is made by looking."""

    def __init__(self, home: Path, clock: Callable[[], float] = time.time, throttle: Throttle | None = None) -> None:
        """Name the home. ``clock`` gives seconds since 1970. Raises BaseTooNew, Corrupt."""
        self.home, self._file = home, AccountsFile(home)
        self._clock, self._throttle = clock, throttle or Throttle()

    @property
    def any(self) -> bool:
        """Whether there are accounts: then everybody has to log in. The last administrator cannot be removed."""
        return self._file.any

    # Accounts

    def list(self) -> tuple[Account, ...]:
        """All accounts by name."""
        if not self.any:
            return ()
        with self._file.read() as connection:
            return tuple(_account(row) for row in connection.execute(select(accounts).order_by(_A.folded)))

    def get(self, name: str) -> Account:
        """The account of that name. Raises AccountError."""
        if self.any:
            with self._file.read() as connection:
                return _account(_named(connection, name))
        raise AccountError(_unknown(name))

    def add(self, name: str, password: str, role: Role) -> Account:
        """Make an account; the first is an administrator and keeps what was written before. Raises AccountError."""
        name = checked_name(name)
        kept = secrets.hashed(checked_password(password, name))
        if not self.any and role is not Role.ADMIN:
            raise AccountError("第一个账号必须是管理员（admin），否则没有人能管理账号。请先加管理员。")
        account_id = f"a{random.token_hex(6)}"
        with self._file.write() as connection:
            first = connection.execute(select(func.count()).select_from(accounts)).scalar() == 0
            if connection.execute(select(_A.account_id).where(_A.folded == name.casefold())).first():
                raise AccountError(f"已经有叫“{name}”的账号。请换一个名字，或改它的密码和角色。")
            folder = "" if first else f"users/{account_id}"
            account = Account(account_id, name, role, folder, self._now())
            values = {n: getattr(account, n) for n in account.__slots__} | {"role": role.value}
            connection.execute(insert(accounts).values(folded=name.casefold(), password=kept, **values))
        return account

    def set_password(self, name: str, password: str, *, drop_keys: bool = False) -> None:
        """Another password; who is logged in with the old one is logged out.

        Programs go on with their keys unless these are dropped too. Raises AccountError.
        """
        account = self.get(name)
        kept = secrets.hashed(checked_password(password, account.name))
        with self._file.write() as connection:
            mine = _A.account_id == account.account_id
            connection.execute(update(accounts).where(mine).values(password=kept))
            for table in (sessions, keys) if drop_keys else (sessions,):
                connection.execute(delete(table).where(table.c.account_id == account.account_id))

    def change_password(self, caller: Caller, old: str, new: str, address: str, *, drop_keys: bool = False) -> None:
        """One's own password, by who knows the old one. Raises WrongLogin, Throttled, AccountError."""
        self._verified(caller.name, old, address)
        self.set_password(caller.name, new, drop_keys=drop_keys)

    def set_role(self, name: str, role: Role) -> None:
        """Another role, from the next request on. Raises AccountError."""
        with self._file.write() as connection:
            row = _named(connection, name)
            if role is not Role.ADMIN:
                _keep_an_admin(connection, row)
            connection.execute(update(accounts).where(_A.account_id == row.account_id).values(role=role.value))

    def remove(self, name: str) -> Account:
        """Take an account away with its sessions and keys; what it wrote stays in its folder. Raises AccountError."""
        with self._file.write() as connection:
            row = _named(connection, name)
            _keep_an_admin(connection, row)
            for table in (sessions, keys, accounts):
                connection.execute(delete(table).where(table.c.account_id == row.account_id))
        return _account(row)

    # Sessions

    def login(self, name: str, password: str, address: str) -> str:
        """The token of a new session. Raises WrongLogin, Throttled."""
        row = self._verified(name, password, address)
        token, now = secrets.token(), int(self._clock())
        with self._file.write() as connection:
            kept = connection.execute(select(_A.password).where(_A.account_id == row.account_id)).scalar()
            if kept != row.password:  # changed, or the account removed, while it was looked at
                raise WrongLogin
            connection.execute(delete(sessions).where((_S.made_at < now - _LIFE) | (_S.seen_at < now - _IDLE)))
            values = {"digest": secrets.digest(token), "account_id": row.account_id, "made_at": now, "seen_at": now}
            connection.execute(insert(sessions).values(**values))
            if secrets.is_dated(row.password):
                anew = secrets.hashed(password)
                connection.execute(update(accounts).where(_A.account_id == row.account_id).values(password=anew))
        return token

    def logout(self, token: str) -> None:
        """End a session."""
        if self.any:
            with self._file.write() as connection:
                connection.execute(delete(sessions).where(_S.digest == secrets.digest(token)))

    def by_session(self, token: str) -> Caller | None:
        """Whose session it is, with the role of now; None where it has ended or never was."""
        if not token or not self.any:
            return None
        now, digest = int(self._clock()), secrets.digest(token)
        with self._file.read() as connection:
            query = select(accounts, _S.made_at.label("began"), _S.seen_at).join(sessions).where(_S.digest == digest)
            row = connection.execute(query).first()
        if row is None or row.began < now - _LIFE or not now - _IDLE <= row.seen_at <= now + _IDLE:
            return None  # one of the future was begun while the clock was wrong: it would live too long
        if row.seen_at < now - _NOTED:
            self._noted(update(sessions).where(_S.digest == digest).values(seen_at=now))
        return Caller(row.account_id, row.name, Role(row.role), row.folder)

    # Keys

    def make_key(self, name: str, label: str, scope: Scope) -> tuple[Key, str]:
        """A new key of an account, and its secret, which is told this once. Raises AccountError."""
        label = checked_label(label)
        with self._file.write() as connection:
            row = _named(connection, name)
            if scope is Scope.WRITE and not Role(row.role).covers(Role.EDITOR):
                raise AccountError(f"“{row.name}”是读者，不能有读写密钥。请改用只读密钥，或先把角色改为编辑。")
            mine = select(func.count()).select_from(keys).where(_K.account_id == row.account_id)
            if (connection.execute(mine).scalar() or 0) >= _MOST_KEYS:
                raise AccountError(f"一个账号最多有 {_MOST_KEYS} 个密钥。请先删掉不用的。")
            key_id, secret = secrets.key()
            key = Key(key_id, row.account_id, label, scope, self._now())
            values = {n: getattr(key, n) for n in key.__slots__} | {"scope": scope.value}
            connection.execute(insert(keys).values(digest=secrets.digest(secret), **values))
        return key, secret

    def keys(self, name: str | None = None) -> tuple[Key, ...]:
        """The keys of an account or of all, the oldest first. Raises AccountError."""
        if name is None and not self.any:
            return ()
        query = select(*(_K[n] for n in Key.__slots__)).order_by(_K.made_at, _K.key_id)
        if name is not None:
            query = query.where(_K.account_id == self.get(name).account_id)
        with self._file.read() as connection:
            return tuple(_key(row) for row in connection.execute(query))

    def drop_key(self, key_id: str, account_id: str | None = None) -> Key:
        """Take a key away, of that account where one is named. Raises AccountError."""
        with self._file.write() as connection:
            query = select(*(_K[n] for n in Key.__slots__)).where(_K.key_id == key_id)
            row = connection.execute(query).first()
            if row is None or account_id not in (None, row.account_id):
                raise AccountError(f"没有编号为“{key_id[:40]}”的密钥。用 python -m kb users keys 查看。")
            connection.execute(delete(keys).where(_K.key_id == key_id))
        return _key(row)

    def by_key(self, secret: str) -> Caller | None:
        """Whose key it is, with the role of now; None where there is no such key."""
        key_id = secrets.key_id_of(secret)
        if key_id is None or not self.any:
            return None
        with self._file.read() as connection:
            query = select(accounts, _K.digest, _K.scope, _K.used_at).join(keys).where(_K.key_id == key_id)
            row = connection.execute(query).first()
        if row is None or not secrets.same(row.digest, secret):
            return None
        noted = datetime.fromtimestamp(self._clock() - _NOTED, UTC).isoformat(timespec="seconds")
        if row.used_at is None or row.used_at < noted:
            self._noted(update(keys).where(_K.key_id == key_id).values(used_at=self._now()))
        return Caller(row.account_id, row.name, Role(row.role), row.folder, Scope(row.scope), key_id)

    # The log

    def note(
        self, caller: Caller, via: str, action: str, target: str = "", outcome: str = "完成", address: str = ""
    ) -> None:
        """Write down a change; nothing where there are no accounts, for then nobody is known."""
        if not self.any:
            return
        deed = Deed(self._now(), caller.account_id, caller.name, via, action, target, outcome, address)
        with self._file.write() as connection:
            audit.note(connection, deed)

    def deeds(self, most: int | None = 200) -> tuple[Deed, ...]:
        """The last changes, the newest first; all of them where ``most`` is None."""
        if not self._file.path.exists():
            return ()
        with self._file.read() as connection:
            return audit.recent(connection, most)

    def close(self) -> None:
        """Give up the file."""
        self._file.close()

    # How

    def _verified(self, name: str, password: str, address: str) -> Any:  # noqa: ANN401 - a row
        folded = name.strip().casefold()[:96]
        self._throttle.check(folded, address)
        with secrets.PLACES:
            self._throttle.check(folded, address)  # again: those before it in line may have failed
            row = None
            if self.any:
                with self._file.read() as connection:
                    row = connection.execute(select(accounts).where(_A.folded == folded)).first()
            if not secrets.matches(row.password if row else None, password[:1000]):
                self._throttle.failed(folded, address)
                # What was typed for a name is not logged: it may be a password typed one field too early.
                _LOG.warning("login failed: %s, from %s", row.name if row else "no such account", address or "here")
                raise WrongLogin
        self._throttle.passed(folded, address)
        return row

    def _noted(self, used: Update) -> None:
        """Note that a session or key was used; where that cannot be written, it was used all the same."""
        try:
            with self._file.write() as connection:
                connection.execute(used)
        except (KBError, OperationalError) as error:
            _LOG.warning("the use of a session or key is not noted: %s", error)

    def _now(self) -> str:
        return datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="seconds")


def _account(row: Any) -> Account:  # noqa: ANN401
    return Account(row.account_id, row.name, Role(row.role), row.folder, row.made_at)


def _key(row: Any) -> Key:  # noqa: ANN401
    return Key(row.key_id, row.account_id, row.label, Scope(row.scope), row.made_at, row.used_at)


def _named(connection: Connection, name: str) -> Any:  # noqa: ANN401
    row = connection.execute(select(accounts).where(_A.folded == name.strip().casefold())).first()
    if row is None:
        raise AccountError(_unknown(name))
    return row


def _unknown(name: str) -> str:
    return f"没有叫“{name[:40]}”的账号。用 python -m kb users list 查看所有账号。"


def _keep_an_admin(connection: Connection, row: Any) -> None:  # noqa: ANN401
    """Raises AccountError where it is the last administrator."""
    others = select(func.count()).select_from(accounts).where(_A.role == Role.ADMIN.value)
    others = others.where(_A.account_id != row.account_id)
    if row.role == Role.ADMIN.value and not connection.execute(others).scalar():
        raise AccountError(f"“{row.name}”是唯一的管理员，不能移除或降级。请先让另一个账号当管理员。")
