"""The tables of ``accounts.db``."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, Text

SCHEMA = 1

metadata = MetaData()
meta = Table("meta", metadata, Column("key", String(32), primary_key=True), Column("value", Text, nullable=False))
accounts = Table(
    "accounts",
    metadata,
    Column("account_id", String(24), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("folded", String(96), nullable=False, unique=True),  # 张三 and ZHANG/zhang are one name each
    Column("role", String(16), nullable=False),
    Column("folder", String(64), nullable=False, unique=True),
    Column("password", Text, nullable=False),  # an argon2id hash
    Column("made_at", String(32), nullable=False),
)


def _owner() -> Column[str]:
    return Column(
        "account_id", String(24), ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False, index=True
    )


sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),  # of the token: who reads the file cannot log in with it
    _owner(),
    Column("made_at", Integer, nullable=False),  # seconds since 1970
    Column("seen_at", Integer, nullable=False),
)
keys = Table(
    "keys",
    metadata,
    Column("key_id", String(16), primary_key=True),
    _owner(),
    Column("digest", String(64), nullable=False),
    Column("label", Text, nullable=False),
    Column("scope", String(16), nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("used_at", String(32)),
)
#: Stands by itself: what an account did stays known when the account is gone.
deeds = Table(
    "deeds",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("account_id", String(24), nullable=False),
    Column("name", Text, nullable=False),
    Column("via", String(16), nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("address", Text, nullable=False),
)
