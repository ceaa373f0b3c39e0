"""Rows of ``user.db`` as what they stand for. One that is damaged stands for itself and hides none of the others."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kb.conversations.codec import decode_answer, decode_filters, decode_names, decode_texts
from kb.conversations.model import Feedback, Turn, TurnState, Verdict
from kb.conversations.tables import turns
from kb.errors import Corrupt
from kb.model import Filters

_NO_TURN = "这一问的记录有损坏，读不出来。可以再问一次；导出 .json 时按存着的原样写出。"
_TEXTS = ("question", "problem", "worker")


def turn_of(row: Any, said: Feedback | None = None) -> Turn:  # noqa: ANN401 - a row of ``turns``
    """A row as a turn; one that cannot be read as a turn without an answer, with what is on disk in ``unread``."""
    try:
        return _turn(row, said)
    except (Corrupt, ValueError, TypeError):
        return _damaged(row)


def _turn(row: Any, said: Feedback | None) -> Turn:  # noqa: ANN401
    date.fromisoformat(row.as_of)
    if datetime.fromisoformat(row.asked_at).tzinfo is None:
        raise Corrupt("提问的时间没有时区。")
    if not all(isinstance(getattr(row, name), str | None) for name in _TEXTS):
        raise Corrupt("有一处不是文字。")
    return Turn(
        turn_id=row.turn_id,
        conversation_id=row.conversation_id,
        n=int(row.n),
        question=row.question,
        filters=decode_filters(row.filters),
        as_of=row.as_of,
        asked_at=row.asked_at,
        state=TurnState(row.state),
        history=decode_texts(row.history),
        answer=decode_answer(row.answer) if row.answer is not None else None,
        problem=row.problem,
        made_with=decode_names(row.made_with),
        follow_ups=decode_texts(row.follow_ups),
        worker=row.worker,
        feedback=said,
    )


def _damaged(row: Any) -> Turn:  # noqa: ANN401
    return Turn(
        turn_id=row.turn_id,
        conversation_id=row.conversation_id,
        n=row.n if isinstance(row.n, int) else 0,
        question=readable(row.question),
        filters=Filters(),
        as_of=readable(row.as_of),
        asked_at=readable(row.asked_at),
        state=TurnState.FAILED,
        problem=_NO_TURN,
        unread={column.name: readable(getattr(row, column.name)) for column in turns.columns},
    )


def feedback_of(row: Any) -> Feedback | None:  # noqa: ANN401 - a row of ``feedback``
    """A row as what a reader said; None where it cannot be read: the answer can be, and be remarked on anew."""
    try:
        return Feedback(Verdict(row.verdict), readable(row.text), readable(row.given_on))
    except ValueError:
        return None


def filters_of(row: Any) -> Filters:  # noqa: ANN401 - a row of ``conversations``
    """The filters of a conversation; none where they cannot be read, for each question has its own beside it."""
    try:
        return decode_filters(row.filters)
    except Corrupt:
        return Filters()


def readable(value: object) -> str:
    """What stands in a column of text as text, whatever it is."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)
