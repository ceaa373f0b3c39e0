"""Who may do what: accounts with roles, sessions of the page, keys of the API, and a log of what was changed.

Kept in ``accounts.db`` of the home, apart from what users write. A home without accounts serves this machine alone.
"""

from kb.accounts.audit import Deed
from kb.accounts.file import FILE
from kb.accounts.model import LOCAL, Account, AccountError, Caller, Forbidden, Key, Role, Scope, Throttled, WrongLogin
from kb.accounts.store import Accounts

__all__ = [
    "FILE",
    "LOCAL",
    "Account",
    "AccountError",
    "Accounts",
    "Caller",
    "Deed",
    "Forbidden",
    "Key",
    "Role",
    "Scope",
    "Throttled",
    "WrongLogin",
]
