"""What readers say of answers, kept with everything needed to make the answer again."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, delete, insert

from kb.conversations.model import LONGEST_FEEDBACK, ConversationInvalid, Verdict
from kb.conversations.rows import readable
from kb.conversations.tables import REPRODUCES, feedback


def checked(text: str) -> str:
    """A remark without white space around it and control characters in it. Raises ConversationInvalid."""
    kept = "".join(c if c.isprintable() or c in "\n\t" else " " for c in text).strip()
    if len(kept) > LONGEST_FEEDBACK:
        raise ConversationInvalid(f"说明有 {len(kept)} 个字，最多 {LONGEST_FEEDBACK} 个字。请写短一些再提交。")
    return kept


def as_json(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of ``feedback``
    """A remark with what it is about as JSON types; what is damaged as the text that is on disk."""
    names = ("turn_id", "conversation_id", "verdict", "text", "given_on", "question", "as_of")
    kept = ("filters", "history", "answer", "made_with")
    return {n: readable(getattr(row, n)) for n in names} | {n: _loaded(getattr(row, n)) for n in kept}


def _loaded(payload: object) -> Any:  # noqa: ANN401 - any JSON
    text = readable(payload)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def save(connection: Connection, turn: Any, verdict: Verdict, text: str, when: str) -> None:  # noqa: ANN401
    """Save a remark on a row of ``turns``. Raises ConversationInvalid where it has no answer."""
    if turn.answer is None:
        raise ConversationInvalid("这一问还没有回答，不能评价。")
    copied = {name: getattr(turn, name) for name in REPRODUCES}
    said = {"verdict": verdict.value, "text": text, "given_on": when, "conversation_id": turn.conversation_id}
    connection.execute(delete(feedback).where(feedback.c.turn_id == turn.turn_id))
    connection.execute(insert(feedback).values(turn_id=turn.turn_id, **said, **copied))
