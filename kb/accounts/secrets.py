"""Passwords, tokens and keys: made here, kept only as hashes.

Passwords are hashed with argon2id at the parameters of RFC 9106's second recommendation (64 MiB, 3 passes), which
argon2-cffi has as its defaults. Tokens and keys are 256 random bits, which a plain SHA-256 keeps well enough.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: Held while hashing, 64 MiB and a core each: a crowd at the login must not take the machine.
PLACES = threading.BoundedSemaphore(2)
_KEY = re.compile(r"zk_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_hex(16))


def hashed(password: str) -> str:
    """What is kept of a password."""
    with PLACES:
        return _hasher().hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether it is the password of the hash; as slow where there is none, so that time tells no names.

    Who calls holds one of the PLACES.
    """
    try:
        return _hasher().verify(kept or _nobody(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_dated(kept: str) -> bool:
    """Whether a hash was made with other parameters than new ones are."""
    return _hasher().check_needs_rehash(kept)


def token() -> str:
    """A new secret of 256 bits."""
    return secrets.token_urlsafe(32)


def digest(text: str) -> str:
    """What is kept of a token or key."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def same(kept: str, text: str) -> bool:
    """Whether it is the digest of the text, in the same time whatever differs."""
    return hmac.compare_digest(kept, digest(text))


def key() -> tuple[str, str]:
    """A new key: its id, and its whole text, which contains the id."""
    key_id = secrets.token_hex(6)
    return key_id, f"zk_{key_id}_{token()}"


def key_id_of(text: str) -> str | None:
    """The id in a key; None for what can be no key."""
    found = _KEY.fullmatch(text)
    return found[1] if found else None
