"""The tables of conversations in ``user.db``, and their rows as what they stand for."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Column, Integer, String, Table, Text

from kb.conversations.codec import decode_answer, decode_filters
from kb.conversations.model import Feedback, Turn, TurnState, Verdict
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


def turn_of(row: Any, said: Feedback | None = None) -> Turn:  # noqa: ANN401 - a row of ``turns``
    """A row as a turn. Raises Corrupt."""
    return Turn(
        turn_id=row.turn_id,
        conversation_id=row.conversation_id,
        n=row.n,
        question=row.question,
        filters=decode_filters(row.filters),
        as_of=row.as_of,
        asked_at=row.asked_at,
        state=TurnState(row.state),
        history=tuple(json.loads(row.history)),
        answer=decode_answer(row.answer) if row.answer is not None else None,
        problem=row.problem,
        made_with=json.loads(row.made_with),
        follow_ups=tuple(json.loads(row.follow_ups)),
        worker=row.worker,
        feedback=said,
    )


def feedback_of(row: Any) -> Feedback:  # noqa: ANN401 - a row of ``feedback``
    """A row as what a reader said."""
    return Feedback(Verdict(row.verdict), row.text, row.given_on)
