"""Drafts on disk: ``user.db`` in the home, apart from the base, which can be rebuilt or restored without it.

A step is saved whole or not at all, and one made elsewhere meanwhile is not overwritten. The text of every revision
a saved draft cites is kept with it, so that its citations can be checked even when the base has lost the document.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from sqlalchemy import Column, Connection, Integer, String, Table, Text, delete, insert, select, update

from kb import userdata
from kb.errors import Corrupt, KBError
from kb.letters.draft import Draft
from kb.userdata import FILE, UserFile, draft_citations, metadata

__all__ = ["FILE", "DraftChanged", "DraftRow", "DraftStore", "UnknownDraft"]

_REPAIR = "这个文件存着草稿和对话，与知识库无关。请从备份恢复它，或先改名移走，再继续。"

_drafts = Table(
    "drafts",
    metadata,
    Column("draft_id", String(16), primary_key=True),
    Column("edition", Integer, nullable=False),
    Column("made_on", String(20), nullable=False),
    Column("saved_on", String(20), nullable=False),
    Column("title", Text, nullable=False),
    Column("number", Text),
    Column("payload", Text, nullable=False),
)


class UnknownDraft(KBError):
    """No draft has this id."""

    def __init__(self, draft_id: str) -> None:
        self.draft_id = draft_id
        super().__init__(f"没有编号为 {draft_id} 的草稿。用 python -m kb reply --drafts list 查看所有草稿。")


class DraftChanged(KBError):
    """The draft was saved elsewhere since it was loaded."""

    def __init__(self, draft_id: str) -> None:
        self.draft_id = draft_id
        super().__init__(f"草稿 {draft_id} 已在别处改过。请重新打开它，或把这一份另存为新草稿，两份都不会丢。")


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A saved draft in a list."""

    draft_id: str
    title: str
    number: str | None
    made_on: str
    saved_on: str


class DraftStore:
    """The drafts of one home. Threads and processes may share it."""

    def __init__(self, home: Path) -> None:
        """Open the file in the home, made at the first save. Raises BaseTooNew, Corrupt, HomeNotWritable."""
        self._file = UserFile(home, _REPAIR)
        self.home, self.path = home, self._file.path

    def __enter__(self) -> DraftStore:
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

    def save(self, draft: Draft, texts: Iterable[tuple[str, str, str]] = ()) -> Draft:
        """Save a step; the draft as saved, with its id. ``texts``: (id, revision, text) of what it cites.

        Raises DraftChanged where it was saved elsewhere since, UnknownDraft where it was deleted.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        saved = replace(
            draft,
            draft_id=draft.draft_id or f"d{secrets.token_hex(5)}",
            saved_on=now,
            edition=draft.edition + 1,
        )
        values = {
            "edition": saved.edition,
            "saved_on": now,
            "title": saved.suggestion.title or "（无题）",
            "number": saved.suggestion.number,
            "payload": _encode(saved),
        }
        with self._file.write() as connection:
            if draft.draft_id:
                self._replace(connection, draft, values)
            else:
                connection.execute(insert(_drafts).values(draft_id=saved.draft_id, made_on=now, **values))
            self._keep(connection, saved, texts)
        return saved

    def load(self, draft_id: str) -> Draft:
        """A saved draft. Raises UnknownDraft, Corrupt where what is stored is no draft."""
        if not self._file.exists:
            raise UnknownDraft(draft_id)
        with self._file.read() as connection:
            row = connection.execute(
                select(_drafts.c.payload, _drafts.c.edition).where(_drafts.c.draft_id == draft_id)
            ).first()
        if row is None:
            raise UnknownDraft(draft_id)
        return replace(_decode(row[0], draft_id, self.path), draft_id=draft_id, edition=int(row[1]))

    def list(self) -> tuple[DraftRow, ...]:
        """All drafts, the last saved first."""
        if not self._file.exists:
            return ()
        columns = _drafts.c
        query = select(columns.draft_id, columns.title, columns.number, columns.made_on, columns.saved_on)
        with self._file.read() as connection:
            rows = connection.execute(query.order_by(columns.saved_on.desc(), columns.draft_id)).all()
        return tuple(DraftRow(*row) for row in rows)

    def delete(self, draft_id: str) -> None:
        """Delete a draft, and the kept texts that no other cites. Raises UnknownDraft."""
        if not self._file.exists:
            raise UnknownDraft(draft_id)
        with self._file.write() as connection:
            gone = connection.execute(delete(_drafts).where(_drafts.c.draft_id == draft_id))
            if not gone.rowcount:
                raise UnknownDraft(draft_id)
            connection.execute(delete(draft_citations).where(draft_citations.c.draft_id == draft_id))
            self._forget(connection)

    def texts(self, draft_id: str) -> dict[tuple[str, str], str]:
        """The kept text of every revision a draft cites, by (id, revision)."""
        if not self._file.exists:
            return {}
        with self._file.read() as connection:
            return userdata.kept_texts(connection, draft_citations, [draft_id])

    # Within a transaction

    def _replace(self, connection: Connection, draft: Draft, values: dict[str, object]) -> None:
        mine = _drafts.c.draft_id == draft.draft_id
        edition = connection.execute(select(_drafts.c.edition).where(mine)).scalar()
        if edition is None:
            raise UnknownDraft(draft.draft_id)
        if edition != draft.edition:
            raise DraftChanged(draft.draft_id)
        connection.execute(update(_drafts).where(mine).values(**values))

    def _keep(self, connection: Connection, saved: Draft, texts: Iterable[tuple[str, str, str]]) -> None:
        picked = {k for chosen in saved.picks for k in (*chosen.actuals, *chosen.measures)}
        cited = {
            (e.citation.policy_id, e.citation.revision) for found in saved.sets for e in found.items if e.key in picked
        }
        userdata.keep(connection, draft_citations, saved.draft_id, cited, texts)
        self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        """Drop kept texts that nothing cites."""
        userdata.forget(connection)


def _encode(draft: Draft) -> str:
    from pydantic import TypeAdapter

    return TypeAdapter(Draft).dump_json(draft).decode()


def _decode(payload: str, draft_id: str, path: Path) -> Draft:
    from pydantic import TypeAdapter, ValidationError

    try:
        draft = TypeAdapter(Draft).validate_json(payload)
    except ValidationError as error:
        raise Corrupt(
            f"草稿 {draft_id} 的内容无法读取（{error.error_count()} 处不合格式）。{path} 中的其他草稿不受影响。"
        ) from error
    if len(draft.sets) != len(draft.picks) or len(draft.sets) != len(draft.suggestion.asks) + 1:
        raise Corrupt(f"草稿 {draft_id} 的内容前后不一致。{path} 中的其他草稿不受影响。")
    return draft
