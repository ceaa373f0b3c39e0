"""The tables of conversations in ``user.db``."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text

from kb.userdata import metadata

conversations = Table(
    "conversations",
    metadata,
    Column("conversation_id", String(24), primary_key=True),
    Column("title", Text, nullable=False),
    Column("made_on", String(32), nullable=False),
    Column("saved_on", String(32), nullable=False),
    Column("filters", Text, nullable=False),
    Column("deleted_on", String(32)),
)
turns = Table(
    "turns",
    metadata,
    Column("turn_id", String(24), primary_key=True),
    Column("conversation_id", String(24), nullable=False, index=True),
    Column("n", Integer, nullable=False),
    Column("question", Text, nullable=False),
    Column("filters", Text, nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("asked_at", String(32), nullable=False),
    Column("state", String(12), nullable=False),
    Column("history", Text, nullable=False),
    Column("answer", Text),
    Column("problem", Text),
    Column("made_with", Text, nullable=False),
    Column("follow_ups", Text, nullable=False),
    Column("worker", String(64), nullable=False),
)
#: Stands by itself: a turn that was asked anew takes nothing of what was said of its first answer.
feedback = Table(
    "feedback",
    metadata,
    Column("turn_id", String(24), primary_key=True),
    Column("conversation_id", String(24), nullable=False, index=True),
    Column("verdict", String(12), nullable=False),
    Column("text", Text, nullable=False),
    Column("given_on", String(32), nullable=False),
    Column("question", Text, nullable=False),
    Column("filters", Text, nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("history", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("made_with", Text, nullable=False),
)
#: What reproduces an answer, copied from its turn.
REPRODUCES = ("question", "filters", "as_of", "history", "answer", "made_with")
