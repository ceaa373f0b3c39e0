"""All of a user's conversations as JSON types, to be taken away."""

from __future__ import annotations

import json
from typing import Any

from kb.conversations.docx import to_docx
from kb.conversations.markdown import to_markdown
from kb.conversations.model import Conversation, Turn
from kb.conversations.shelf import now
from kb.conversations.store import ConversationStore
from kb.errors import KBError
from kb.model import to_json

FORMAT = "zhice-conversations/1"


def exported(store: ConversationStore) -> dict[str, Any]:
    """Every conversation in full, also those deleted but not yet gone, and every remark with what it is about."""
    rows = (*store.list(), *store.list(deleted=True))
    return {
        "format": FORMAT,
        "exported_at": now(),
        "conversations": [as_json(store.load(row.conversation_id)) for row in rows],
        "feedback": store.remarks(),
    }


def exported_text(store: ConversationStore) -> str:
    """The same as JSON text, Chinese as it is."""
    return json.dumps(exported(store), ensure_ascii=False, indent=2) + "\n"


def as_json(conversation: Conversation) -> dict[str, Any]:
    """A conversation as JSON types."""
    found: dict[str, Any] = to_json(conversation)
    return found | {"turns": [_turn(t) for t in conversation.turns]}


def _turn(turn: Turn) -> dict[str, Any]:
    found: dict[str, Any] = to_json(turn)
    del found["worker"], found["conversation_id"]
    if not turn.unread:
        del found["unread"]
    return found | {"made_with": dict(turn.made_with)}


def conversation_file(conversation: Conversation, suffix: str) -> bytes:
    """One conversation as a file of this kind: .docx, .md or .json. Raises KBError for another."""
    if suffix == ".docx":
        return to_docx(conversation)
    if suffix == ".md":
        return to_markdown(conversation).encode("utf-8", "replace")
    if suffix == ".json":
        return (json.dumps(as_json(conversation), ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")
    raise KBError(f"不能导出为 {suffix}。可以导出 .docx、.md、.json。")
