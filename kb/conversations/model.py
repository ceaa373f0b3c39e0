"""What a conversation is: turns with their answers, and what the reader said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kb.errors import KBError
from kb.model import Answer, Filters

LONGEST_TITLE = 60
LONGEST_FEEDBACK = 2000


class TurnState(StrEnum):
    """How far a turn is."""

    ASKED = "asked"
    ANSWERED = "answered"
    FAILED = "failed"
    STOPPED = "stopped"
    LOST = "lost"  # the program ended before the answer was there


class Verdict(StrEnum):
    """What a reader finds wrong with an answer, as shown to users."""

    WRONG_ANSWER = "答案错"
    WRONG_CITATION = "引用错"
    SHOULD_REFUSE = "应拒答"
    SHOULD_ANSWER = "不该拒答"


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader said of an answer, and when (ISO 8601, UTC)."""

    verdict: Verdict
    text: str
    given_on: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it. ``n`` counts from 1 within its conversation.

    ``as_of`` is the day validity is judged for, ``history`` the earlier questions it was read with; ``problem`` says
    why there is no answer; ``made_with`` names what answered (see ``kb.conversations.identity``); ``follow_ups`` are
    questions offered behind the answer; ``worker`` is the process that answers; ``unread`` is what is on disk, by
    column, of a turn that is damaged there.
    """

    turn_id: str
    conversation_id: str
    n: int
    question: str
    filters: Filters
    as_of: str
    asked_at: str
    state: TurnState = TurnState.ASKED
    history: tuple[str, ...] = ()
    answer: Answer | None = None
    problem: str | None = None
    made_with: Mapping[str, str] = field(default_factory=dict)
    follow_ups: tuple[str, ...] = ()
    worker: str = ""
    feedback: Feedback | None = None
    unread: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A conversation in a list. Days and times are ISO 8601 in UTC; ``deleted_on`` is None for one that is there."""

    conversation_id: str
    title: str
    made_on: str
    saved_on: str
    turns: int
    deleted_on: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in full. ``filters`` are those of its last question."""

    conversation_id: str
    title: str
    made_on: str
    saved_on: str
    filters: Filters
    turns: tuple[Turn, ...] = ()
    deleted_on: str | None = None


class UnknownConversation(KBError):
    """No conversation has this id."""

    def __init__(self, conversation_id: str) -> None:
        self.conversation_id = conversation_id
        super().__init__(f"没有编号为 {conversation_id[:40]} 的对话。用 python -m kb conversations list 查看所有对话。")


class UnknownTurn(KBError):
    """No turn has this id."""

    def __init__(self, turn_id: str) -> None:
        self.turn_id = turn_id
        super().__init__("这一问已经不在了：可能在别处删除了，或换成了新的问题。请刷新网页。")


class StillAnswering(KBError):
    """The turn before is not answered yet."""

    def __init__(self) -> None:
        super().__init__("上一问还在回答。请等它答完，或先点“停止”。")


class ConversationInvalid(KBError):
    """A title or a remark cannot be kept as it is."""
