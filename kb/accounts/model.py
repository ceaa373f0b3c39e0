"""Accounts, keys and callers as values, and what can be wrong with them."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from kb.errors import KBError

_SHORTEST_NAME, _LONGEST_NAME = 2, 32
_SHORTEST_PASSWORD, _LONGEST_PASSWORD = 10, 200
_FEWEST_CHARACTERS = 5  # different ones in a password
_LONGEST_LABEL = 40


class Role(StrEnum):
    """What an account may do; each role may do what those before it may."""

    READER = "reader"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def told(self) -> str:
        """The role for a reader."""
        return {"reader": "读者", "editor": "编辑", "admin": "管理员"}[self.value]

    def covers(self, needed: Role) -> bool:
        """Whether what the other role may do, this one may too."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


class Scope(StrEnum):
    """What a key may be used for; writing includes reading."""

    READ = "read"
    WRITE = "write"

    @property
    def told(self) -> str:
        """The scope for a reader."""
        return {"read": "只读", "write": "读写"}[self.value]


@dataclass(frozen=True, slots=True)
class Account:
    """One account. ``folder`` holds what it writes, from the home; times are ISO 8601 in UTC."""

    account_id: str
    name: str
    role: Role
    folder: str
    made_at: str


@dataclass(frozen=True, slots=True)
class Key:
    """A key of an account, without its secret, which is told once."""

    key_id: str
    account_id: str
    label: str
    scope: Scope
    made_at: str
    used_at: str | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for something: an account by session or key, or whoever sits at this machine."""

    account_id: str
    name: str
    role: Role
    folder: str = ""
    scope: Scope = Scope.WRITE
    key_id: str = ""

    def may(self, needed: Role) -> bool:
        """Whether this caller may do what takes that role; a reading key changes nothing, whoever made it."""
        return self.role.covers(needed) and (needed is Role.READER or self.scope is Scope.WRITE)


#: Whoever uses a home that has no accounts, which serves this machine alone.
LOCAL = Caller("", "本机", Role.ADMIN)


class AccountError(KBError):
    """Something about an account, a password or a key that a user can mend."""


class WrongLogin(AccountError):
    """Name or password is wrong; which of them is not told."""

    def __init__(self) -> None:
        super().__init__("用户名或密码不对。请检查后重试；忘了密码请找管理员重设。")


class Throttled(AccountError):
    """Too many failed logins; ``seconds`` is how long to wait."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, math.ceil(seconds))
        super().__init__(f"登录失败次数太多。请过 {self.seconds} 秒再试。")


class Forbidden(AccountError):
    """The caller may not do this."""

    def __init__(self, needed: Role) -> None:
        self.needed = needed
        super().__init__(f"这个操作需要{needed.told}权限。请用有权限的账号登录，或找管理员开通。")


def checked_name(name: str) -> str:
    """A name as it is kept. Raises AccountError."""
    name = unicodedata.normalize("NFKC", name).strip()
    fits = _SHORTEST_NAME <= len(name) <= _LONGEST_NAME
    if not fits or not all(c.isalnum() or c in "._-" for c in name):
        raise AccountError(
            f"用户名应为 {_SHORTEST_NAME} 到 {_LONGEST_NAME} 个字，只用汉字、字母、数字和 . _ -，而不是“{name[:40]}”。"
        )
    return name


def checked_password(password: str, name: str) -> str:
    """A password worth the name. Raises AccountError."""
    if not _SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise AccountError(f"密码应为 {_SHORTEST_PASSWORD} 到 {_LONGEST_PASSWORD} 个字符。请换一个。")
    if len(set(password)) < _FEWEST_CHARACTERS or name.casefold() in password.casefold():
        raise AccountError("这个密码太好猜：重复的字符太多，或含有用户名。请换一个。")
    return password


def checked_label(label: str) -> str:
    """What a key is called. Raises AccountError."""
    label = "".join(c for c in " ".join(label.split()) if c.isprintable()).strip()
    if not 1 <= len(label) <= _LONGEST_LABEL:
        raise AccountError(f"密钥的用途应为 1 到 {_LONGEST_LABEL} 个字，例如“网站客服”。")
    return label


def role_of(text: str) -> Role:
    """The role of that name, English or Chinese. Raises AccountError."""
    for role in Role:
        if text in (role.value, role.told):
            return role
    raise AccountError(f"角色应为 {'、'.join(f'{r.value}（{r.told}）' for r in Role)} 之一，而不是“{text[:40]}”。")
