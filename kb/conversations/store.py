"""Conversations on disk. Every step is saved whole or not at all; a question is saved before it is answered.

The texts of the revisions that answers
cite are kept with them (``kb.userdata``).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from kb import userdata
from kb.conversations import remarks
from kb.conversations.codec import encode_answer, encode_filters
from kb.conversations.model import (
    Conversation,
    StillAnswering,
    Turn,
    TurnState,
    UnknownConversation,
    UnknownTurn,
    Verdict,
)
from kb.conversations.rows import feedback_of, filters_of, readable, turn_of
from kb.conversations.shelf import Shelf, now, titled
from kb.conversations.tables import conversations, feedback, turns
from kb.model import Answer, Filters
from kb.userdata import CitedText, turn_citations

_C, _T = conversations.c, turns.c
_ORDER = (func.typeof(_T.n) == "integer", _T.n)  # a damaged number before all others: the last turn is a whole one


class ConversationStore(Shelf):
    """The conversations of one home. Threads and processes may share it; nothing is made by looking."""

    # Reading

    def load(self, conversation_id: str) -> Conversation:
        """A conversation with its turns, also a deleted one. Raises UnknownConversation."""
        if not self._file.exists:
            raise UnknownConversation(conversation_id)
        with self._file.read() as connection:
            row = self._row(connection, conversation_id)
            mine = select(turns).where(_T.conversation_id == conversation_id)
            asked = connection.execute(mine.order_by(*_ORDER)).all()
            said = connection.execute(select(feedback).where(feedback.c.conversation_id == conversation_id)).all()
        remarked = {r.turn_id: feedback_of(r) for r in said}
        found = tuple(turn_of(t, remarked.get(t.turn_id)) for t in asked)
        title, made_on, saved_on = (readable(value) for value in (row.title, row.made_on, row.saved_on))
        return Conversation(conversation_id, title, made_on, saved_on, filters_of(row), found, row.deleted_on)

    def turn(self, turn_id: str) -> Turn:
        """One turn. Raises UnknownTurn."""
        if not self._file.exists:
            raise UnknownTurn(turn_id)
        with self._file.read() as connection:
            row = connection.execute(select(turns).where(_T.turn_id == turn_id)).first()
            said = connection.execute(select(feedback).where(feedback.c.turn_id == turn_id)).first()
        if row is None:
            raise UnknownTurn(turn_id)
        return turn_of(row, feedback_of(said) if said else None)

    def text(self, policy_id: str, revision: str) -> str | None:
        """The kept text of a cited revision, whatever has become of the document; None where nothing cites it."""
        if not self._file.exists:
            return None
        with self._file.read() as connection:
            return userdata.kept_text(connection, policy_id, revision)

    # Asking

    def ask(
        self,
        question: str,
        filters: Filters,
        as_of: date,
        *,
        conversation_id: str = "",
        replaces: str = "",
        worker: str = "",
    ) -> Turn:
        """Save a question that is about to be answered, in a conversation or a new one.

        ``replaces`` is the id of the last turn, where this one takes its place. Raises UnknownConversation,
        StillAnswering, UnknownTurn where what is to be replaced is no longer the last turn.
        """
        when, asked_with = now(), encode_filters(filters)
        with self._file.write() as connection:
            if conversation_id:
                row = self._row(connection, conversation_id)
                if row.deleted_on is not None:
                    raise UnknownConversation(conversation_id)
            else:
                conversation_id = f"c{secrets.token_hex(8)}"
                made = {"title": titled(question), "made_on": when, "saved_on": when, "filters": asked_with}
                connection.execute(insert(conversations).values(conversation_id=conversation_id, **made))
            before: Sequence[Any] = connection.execute(
                select(_T.turn_id, _T.n, _T.question, _T.state)
                .where(_T.conversation_id == conversation_id)
                .order_by(*_ORDER)
            ).all()
            if replaces:
                before = self._without_last(connection, list(before), replaces)
            if before and before[-1].state == TurnState.ASKED:
                raise StillAnswering
            turn = Turn(
                turn_id=f"t{secrets.token_hex(8)}",
                conversation_id=conversation_id,
                n=max((b.n for b in before if isinstance(b.n, int)), default=0) + 1,
                question=question,
                filters=filters,
                as_of=as_of.isoformat(),
                asked_at=when,
                history=tuple(readable(b.question) for b in before if b.state == TurnState.ANSWERED),
                worker=worker,
            )
            self._insert(connection, turn)
            mine = _C.conversation_id == conversation_id
            connection.execute(update(conversations).where(mine).values(saved_on=when, filters=asked_with))
        return turn

    def answered(
        self, turn_id: str, answer: Answer, texts: Iterable[CitedText] = (), made_with: Mapping[str, str] | None = None
    ) -> bool:
        """Save the answer with the texts of what it cites; False where nobody waits for it any more."""
        values = {"answer": encode_answer(answer), "made_with": json.dumps(made_with or {}, ensure_ascii=False)}
        with self._file.write() as connection:
            if not self._end(connection, turn_id, TurnState.ANSWERED, values):
                return False
            cited = {(c.policy_id, c.revision) for c in answer.citations}
            userdata.keep(connection, turn_citations, turn_id, cited, texts)
            return True

    def ended(self, turn_id: str, state: TurnState, problem: str | None = None) -> bool:
        """Save that a turn that was asked has no answer; False where it had ended before."""
        with self._file.write() as connection:
            return self._end(connection, turn_id, state, {"problem": problem})

    def offer(self, turn_id: str, follow_ups: Sequence[str]) -> None:
        """Save the questions offered behind an answer."""
        with self._file.write() as connection:
            values = {"follow_ups": json.dumps(list(follow_ups), ensure_ascii=False)}
            connection.execute(update(turns).where(_T.turn_id == turn_id).values(**values))

    def remark(self, turn_id: str, verdict: Verdict, text: str) -> None:
        """Save what a reader says of an answer, in place of what was said before, with all that reproduces it.

        Raises UnknownTurn, ConversationInvalid for a text that is too long or where there is no answer.
        """
        checked = remarks.checked(text)
        with self._file.write() as connection:
            row = connection.execute(select(turns).where(_T.turn_id == turn_id)).first()
            if row is None:
                raise UnknownTurn(turn_id)
            remarks.save(connection, row, verdict, checked, now())

    def remarks(self) -> list[dict[str, Any]]:
        """Every remark with what it is about, the first given first."""
        if not self._file.exists:
            return []
        with self._file.read() as connection:
            rows = connection.execute(select(feedback).order_by(feedback.c.given_on)).all()
        return [remarks.as_json(row) for row in rows]

    # Within a transaction

    def _without_last(self, connection: Connection, before: list[Any], replaces: str) -> list[Any]:
        if not before or before[-1].turn_id != replaces:
            raise UnknownTurn(replaces)
        if before[-1].state == TurnState.ASKED:
            raise StillAnswering
        connection.execute(delete(turns).where(_T.turn_id == replaces))
        connection.execute(delete(turn_citations).where(turn_citations.c.turn_id == replaces))
        userdata.forget(connection)
        return before[:-1]

    def _insert(self, connection: Connection, turn: Turn) -> None:
        connection.execute(
            insert(turns).values(
                turn_id=turn.turn_id,
                conversation_id=turn.conversation_id,
                n=turn.n,
                question=turn.question,
                filters=encode_filters(turn.filters),
                as_of=turn.as_of,
                asked_at=turn.asked_at,
                state=turn.state.value,
                history=json.dumps(turn.history, ensure_ascii=False),
                made_with="{}",
                follow_ups="[]",
                worker=turn.worker,
            )
        )

    def _end(self, connection: Connection, turn_id: str, state: TurnState, values: Mapping[str, str | None]) -> bool:
        waiting = (_T.turn_id == turn_id) & (_T.state == TurnState.ASKED.value)
        done = connection.execute(update(turns).where(waiting).values(state=state.value, **values)).rowcount
        if done:
            conversation = select(_T.conversation_id).where(_T.turn_id == turn_id).scalar_subquery()
            connection.execute(update(conversations).where(_C.conversation_id == conversation).values(saved_on=now()))
        return bool(done)
