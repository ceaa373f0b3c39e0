"""The conversations of a home as things to list, rename, delete and erase.

Deleting hides a conversation until it is purged, so that it can be undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Row, delete, func, select, update

from kb import userdata
from kb.conversations.model import LONGEST_TITLE, ConversationInvalid, ConversationRow, UnknownConversation
from kb.conversations.rows import readable
from kb.conversations.tables import conversations, feedback, turns
from kb.userdata import UserFile, turn_citations

_REPAIR = "这个文件存着草稿和对话，与知识库无关。请从备份恢复它，或先改名移走，再继续。"
_C, _T = conversations.c, turns.c
DAYS_KEPT = 30  # a deleted conversation can be restored so long


def now() -> str:
    """The time, in UTC, to the millisecond: what is saved later sorts later."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Shelf:
    """The conversations of one home. Threads and processes may share it; nothing is made by looking."""

    def __init__(self, home: Path) -> None:
        """Open the file in the home. Raises BaseTooNew, Corrupt, HomeNotWritable."""
        self._file = UserFile(home, _REPAIR)
        self.home, self.path = home, self._file.path

    def __enter__(self) -> Self:
        """The store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Give up the file."""
        self._file.close()

    def list(self, *, deleted: bool = False) -> tuple[ConversationRow, ...]:
        """All conversations, the last saved first; with ``deleted`` those that can still be restored."""
        if not self._file.exists:
            return ()
        count = select(func.count()).where(_T.conversation_id == _C.conversation_id).scalar_subquery()
        there = _C.deleted_on.is_not(None) if deleted else _C.deleted_on.is_(None)
        query = select(_C.conversation_id, _C.title, _C.made_on, _C.saved_on, count, _C.deleted_on).where(there)
        with self._file.read() as connection:
            rows = connection.execute(query.order_by(_C.saved_on.desc(), _C.conversation_id)).all()
        return tuple(
            ConversationRow(key, readable(title), readable(made), readable(saved), n, gone)
            for key, title, made, saved, n, gone in rows
        )

    def rename(self, conversation_id: str, title: str) -> str:
        """Give a conversation another title; the title as kept. Raises UnknownConversation, ConversationInvalid."""
        kept = " ".join(printable(title).split())
        if not kept:
            raise ConversationInvalid("名称是空的。请写一个名称。")
        if len(kept) > LONGEST_TITLE:
            raise ConversationInvalid(f"名称有 {len(kept)} 个字，最多 {LONGEST_TITLE} 个字。请写短一些。")
        self._set(conversation_id, title=kept)
        return kept

    def delete(self, conversation_id: str) -> None:
        """Hide a conversation until it is restored or purged. Raises UnknownConversation."""
        self._set(conversation_id, deleted_on=now())

    def restore(self, conversation_id: str) -> None:
        """Undo ``delete``. Raises UnknownConversation."""
        self._set(conversation_id, deleted_on=None)

    def purge(self, older_than: timedelta = timedelta(days=DAYS_KEPT)) -> int:
        """Delete for good what was deleted longer ago than this; how many conversations. Raises LeftInFile."""
        if not self._file.exists:
            return 0
        until = (datetime.now(UTC) - older_than).isoformat(timespec="milliseconds")
        with self._file.write() as connection:
            gone = list(connection.scalars(select(_C.conversation_id).where(_C.deleted_on <= until)))
            self._drop(connection, gone)
        if gone:
            self._file.shrink()
        return len(gone)

    def erase(self, conversation_id: str = "") -> int:
        """Delete one or all conversations with their remarks for good, so that nothing is left in the file; how many.

        Raises UnknownConversation; LeftInFile where they are gone, but somebody keeps the file from being written anew.
        """
        if not self._file.exists:
            return 0
        with self._file.write() as connection:
            if conversation_id:
                self._row(connection, conversation_id)
            gone = [conversation_id] if conversation_id else list(connection.scalars(select(_C.conversation_id)))
            self._drop(connection, gone)
        self._file.shrink()
        return len(gone)

    # Within a transaction

    def _row(self, connection: Connection, conversation_id: str) -> Row[tuple[object, ...]]:
        row = connection.execute(select(conversations).where(_C.conversation_id == conversation_id)).first()
        if row is None:
            raise UnknownConversation(conversation_id)
        return row

    def _set(self, conversation_id: str, **values: str | None) -> None:
        if not self._file.exists:
            raise UnknownConversation(conversation_id)
        with self._file.write() as connection:
            mine = _C.conversation_id == conversation_id
            if not connection.execute(update(conversations).where(mine).values(**values)).rowcount:
                raise UnknownConversation(conversation_id)

    def _drop(self, connection: Connection, ids: Sequence[str]) -> None:
        for conversation_id in ids:
            mine = select(_T.turn_id).where(_T.conversation_id == conversation_id)
            connection.execute(delete(turn_citations).where(turn_citations.c.turn_id.in_(mine)))
            for table in (turns, feedback, conversations):
                connection.execute(delete(table).where(table.c.conversation_id == conversation_id))
        userdata.forget(connection)


def printable(text: str) -> str:
    """Text without control characters, each replaced by a space."""
    return "".join(c if c.isprintable() else " " for c in text)


def titled(question: str) -> str:
    """What a conversation is called until it is renamed: the beginning of its first question."""
    words = " ".join(printable(question).split()) or "（无题）"
    return words if len(words) <= LONGEST_TITLE else f"{words[: LONGEST_TITLE - 1]}…"
