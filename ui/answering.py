"""Answers are made here, in threads of their own, and saved whether or not a page still waits for them."""

from __future__ import annotations

import logging
import os
import secrets
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeAlias

from kb.ask import checked
from kb.base import KnowledgeBase
from kb.conversations.identity import identity
from kb.conversations.model import Conversation, Turn, TurnState, UnknownTurn
from kb.conversations.store import ConversationStore
from kb.errors import KBError
from kb.model import Answer, Filters
from ui.answers import UNEXPECTED
from ui.caller import account
from ui.desk import Desk
from ui.ops.trace import carried
from ui.places import Room

_LOG = logging.getLogger(__name__)
_LONGEST = 900.0  # seconds after which nobody can still be answering
_PAUSE = 0.15  # seconds between two looks at an answer that grows: a long one must not be drawn with every word
_ELSEWHERE = 1.0  # seconds between two looks at what another process answers
_DAY = 24 * 3600.0  # seconds
_GRACE = 3.0  # seconds an answer is waited for when the program ends
LONGEST_QUESTION = 2000


@dataclass(slots=True)
class _Work:
    """A turn being answered: how far the answer is, and whether it is still wanted."""

    turn: Turn
    account: str
    thread: threading.Thread | None = None
    grown: Answer | None = None
    stopped: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)


class Answering:
    """The conversations of a home and the threads that answer them. Sessions share it; the store is the truth."""

    def __init__(
        self,
        desk: Desk,
        store: ConversationStore,
        *,
        longest: int = LONGEST_QUESTION,
        made_with: Callable[[Answer], Mapping[str, str]] | None = None,
        follow_ups: Callable[[Answer], tuple[str, ...]] | None = None,
        room: Room | None = None,
    ) -> None:
        """Answer from the desk's base into the store.

        ``longest`` is the most characters of a question, ``made_with`` names what answered, ``follow_ups`` finds
        questions to offer behind an answer, ``room`` is by default its own.
        """
        self.desk, self.store, self.longest = desk, store, longest
        self._made_with, self._follow_ups = made_with, follow_ups
        self._run = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._works: dict[str, _Work] = {}
        self._guard = threading.Lock()
        self._room = room or Room()
        self._closing = threading.Event()
        self._tidied: float | None = None

    def ask(self, question: str, filters: Filters, *, conversation_id: str = "", replaces: str = "") -> Turn:
        """Save a question and begin to answer it.

        Raises QuestionInvalid, StillAnswering, Crowded, Stopping, UnknownConversation.
        """
        text = checked(question, self.longest)
        if conversation_id:
            self.conversation(conversation_id)  # what a killed program left open does not stand in the way
        asking = account()
        self._room.enter(asking)
        try:
            self.desk.running.begin()
            try:
                return self._begun(asking, text, filters, conversation_id, replaces)
            except BaseException:
                self.desk.running.end()
                raise
        except BaseException:
            self._room.leave(asking)
            raise

    def _begun(self, asking: str, text: str, filters: Filters, conversation_id: str, replaces: str) -> Turn:
        with self._guard:  # nobody may find the question saved and take it for one that is lost
            turn = self.store.ask(
                text, filters, date.today(), conversation_id=conversation_id, replaces=replaces, worker=self._run
            )
            work = _Work(turn, asking)
            work.thread = threading.Thread(target=carried(self._answer), args=(work,), name="answer", daemon=True)
            self._works[turn.turn_id] = work
        work.thread.start()
        return turn

    def stop(self, turn_id: str) -> bool:
        """Stop answering; what comes later is dropped. False where the turn had ended before."""
        stopped = self.store.ended(turn_id, TurnState.STOPPED)
        work = self._works.get(turn_id)
        if work is not None and stopped:
            work.stopped.set()
            work.ended.set()
        return stopped

    def follow(self, turn: Turn) -> Iterator[Answer | None]:
        """An answer as it grows, None before its first sentence, until the turn has ended; the store has the end."""
        yield None
        shown: Answer | None = None
        while not self._closing.is_set():
            work = self._works.get(turn.turn_id)
            if work is None:
                if self._now(turn.turn_id) is not TurnState.ASKED:
                    return
                time.sleep(_ELSEWHERE)
                continue
            if work.ended.wait(_PAUSE):
                return
            if work.grown is not None and work.grown is not shown:
                shown = work.grown
                yield shown

    def conversation(self, conversation_id: str) -> Conversation:
        """A conversation as it is now; what nobody answers any more is said to be lost. Raises UnknownConversation."""
        found = self.store.load(conversation_id)
        lost = [t for t in found.turns if t.state is TurnState.ASKED and not self._is_answered_by_somebody(t)]
        for turn in lost:
            self.store.ended(turn.turn_id, TurnState.LOST)
        return self.store.load(conversation_id) if lost else found

    def turn(self, turn_id: str) -> Turn:
        """A turn as it is now. Raises UnknownTurn."""
        found = self.store.turn(turn_id)
        if found.state is TurnState.ASKED and not self._is_answered_by_somebody(found):
            self.store.ended(turn_id, TurnState.LOST)
            return self.store.turn(turn_id)
        return found

    def tidy(self) -> None:
        """Delete for good what was deleted long ago, at most once a day: a server may run for months."""
        now = time.monotonic()
        with self._guard:
            if self._tidied is not None and now - self._tidied < _DAY:
                return
            self._tidied = now
        try:
            self.store.purge()
        except KBError as error:  # whoever opens the page has nothing to do with it
            _LOG.warning("deleted conversations are not purged: %s", error)

    def offering(self, turn_id: str) -> bool:
        """Whether follow-ups to a turn are still being looked for."""
        return turn_id in self._works and not self._closing.is_set()

    def close(self) -> None:
        """Stop answering, and wait a moment for the threads to let go of the base. Once is enough."""
        if self._closing.is_set():
            return
        self._closing.set()
        with self._guard:
            works = list(self._works.values())
        for work in works:
            work.stopped.set()
        until = time.monotonic() + _GRACE
        for work in works:
            if work.thread is not None:
                work.thread.join(max(0.0, until - time.monotonic()))
        self.store.close()

    # In the thread of a turn

    def _answer(self, work: _Work) -> None:
        turn_id = work.turn.turn_id
        try:
            try:
                with self._room.answers:
                    answer = self._made(work)
            finally:
                self._room.leave(work.account)
                self.desk.running.end()
            if answer is None:
                return
            work.ended.set()
            self._offer(work, answer)
        except Exception:  # what goes wrong behind the answer is nobody's concern but the log's
            _LOG.exception("a turn failed")
        finally:
            work.ended.set()
            with self._guard:
                self._works.pop(turn_id, None)

    def _made(self, work: _Work) -> Answer | None:
        """Make and save the answer, or save why there is none."""
        turn = work.turn
        try:
            answer = None
            self.desk.hurry()
            while not work.stopped.is_set() and not self.desk.ready.wait(_PAUSE):
                pass
            if work.stopped.is_set():  # while it waited
                return None
            for answer in self.desk.base.ask_stream(
                turn.question, filters=turn.filters, as_of=date.fromisoformat(turn.as_of), history=turn.history
            ):
                if work.stopped.is_set():
                    return None
                work.grown = answer
            assert answer is not None, "a stream of answers ends with the whole one"
            made_with = self._made_with(answer) if self._made_with else {}
            return answer if self.store.answered(turn.turn_id, answer, self._texts(answer), made_with) else None
        except KBError as error:
            self.store.ended(turn.turn_id, TurnState.FAILED, str(error))
        except Exception:  # whatever goes wrong, the reader gets a message and the log the traceback
            _LOG.exception("question failed")
            self.store.ended(turn.turn_id, TurnState.FAILED, UNEXPECTED)
        return None

    def _texts(self, answer: Answer) -> list[tuple[str, str, str]]:
        cited = dict.fromkeys((c.policy_id, c.revision) for c in answer.citations)
        found = ((at, self.desk.load(*at)) for at in cited)
        return [(*at, document.text) for at, document in found if document is not None]

    def _offer(self, work: _Work, answer: Answer) -> None:
        if self._follow_ups is None or answer.abstained or self._closing.is_set():
            return
        with self._room.follow_ups:
            offered = self._follow_ups(answer)
        if offered:
            self.store.offer(work.turn.turn_id, offered)

    # Whose turn it is

    def _now(self, turn_id: str) -> TurnState:
        try:
            return self.turn(turn_id).state
        except UnknownTurn:
            return TurnState.LOST

    def _is_answered_by_somebody(self, turn: Turn) -> bool:
        with self._guard:
            if turn.turn_id in self._works:
                return True
        process, _, _ = turn.worker.partition("-")
        asked = datetime.fromisoformat(turn.asked_at)
        old = (datetime.now(UTC) - asked).total_seconds() > _LONGEST
        if turn.worker == self._run or old or not process.isdigit() or int(process) == os.getpid():
            return False
        return _is_running(int(process))


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


#: Gives the conversations of who asks in this thread or task.
Mine: TypeAlias = Callable[[], Answering]


def open_answering(
    desk: Desk, base: KnowledgeBase | None = None, folder: str = "", room: Room | None = None
) -> Answering:
    """Answering into a folder of a base's home; without a base into one of its own, for as long as it runs."""
    if base is None:
        place = Path(tempfile.gettempdir(), f"zhice-{secrets.token_hex(8)}")
        return Answering(desk, ConversationStore(place), room=room)
    store = ConversationStore(base.settings.home / folder)
    return Answering(
        desk,
        store,
        longest=base.settings.max_question_chars,
        made_with=lambda answer: identity(base, answer),
        follow_ups=desk.follow_ups,
        room=room,
    )
