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

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, Text, delete, insert, select, update

from kb.catalog.db import Database
from kb.errors import BaseTooNew, Corrupt, HomeNotWritable, KBError
from kb.letters.draft import Draft

FILE = "user.db"
SCHEMA = 1
_REPAIR = "这个文件存着草稿，与知识库无关。请从备份恢复它，或先改名移走，再继续。"

metadata = MetaData()
_meta = Table(
    "letters_meta", metadata, Column("key", String(32), primary_key=True), Column("value", Text, nullable=False)
)
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
_cites = Table(
    "draft_citations",
    metadata,
    Column("draft_id", String(16), primary_key=True),
    Column("policy_id", String(200), primary_key=True),
    Column("revision", String(16), primary_key=True),
)
_kept = Table(
    "kept_revisions",
    metadata,
    Column("policy_id", String(200), primary_key=True),
    Column("revision", String(16), primary_key=True),
    Column("text", Text, nullable=False),
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
        self.home, self.path = home, home / FILE
        self._database = Database(self.path, _REPAIR)
        if self.path.exists():
            with self._database.write() as connection:
                self._prepare(connection)

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
        self._database.close()

    def save(self, draft: Draft, texts: Iterable[tuple[str, str, str]] = ()) -> Draft:
        """Save a step; the draft as saved, with its id. ``texts``: (id, revision, text) of what it cites.

        Raises DraftChanged where it was saved elsewhere since, UnknownDraft where it was deleted.
        """
        if not self.path.exists():
            try:
                self.home.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise HomeNotWritable(self.home, str(error.strerror or error)) from error
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
        with self._database.write() as connection:
            self._prepare(connection)
            if draft.draft_id:
                self._replace(connection, draft, values)
            else:
                connection.execute(insert(_drafts).values(draft_id=saved.draft_id, made_on=now, **values))
            self._keep(connection, saved, texts)
        return saved

    def load(self, draft_id: str) -> Draft:
        """A saved draft. Raises UnknownDraft, Corrupt where what is stored is no draft."""
        if not self.path.exists():
            raise UnknownDraft(draft_id)
        with self._database.read() as connection:
            row = connection.execute(
                select(_drafts.c.payload, _drafts.c.edition).where(_drafts.c.draft_id == draft_id)
            ).first()
        if row is None:
            raise UnknownDraft(draft_id)
        return replace(_decode(row[0], draft_id, self.path), draft_id=draft_id, edition=int(row[1]))

    def list(self) -> tuple[DraftRow, ...]:
        """All drafts, the last saved first."""
        if not self.path.exists():
            return ()
        columns = _drafts.c
        query = select(columns.draft_id, columns.title, columns.number, columns.made_on, columns.saved_on)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(columns.saved_on.desc(), columns.draft_id)).all()
        return tuple(DraftRow(*row) for row in rows)

    def delete(self, draft_id: str) -> None:
        """Delete a draft, and the kept texts that no other cites. Raises UnknownDraft."""
        if not self.path.exists():
            raise UnknownDraft(draft_id)
        with self._database.write() as connection:
            gone = connection.execute(delete(_drafts).where(_drafts.c.draft_id == draft_id))
            if not gone.rowcount:
                raise UnknownDraft(draft_id)
            connection.execute(delete(_cites).where(_cites.c.draft_id == draft_id))
            self._forget(connection)

    def texts(self, draft_id: str) -> dict[tuple[str, str], str]:
        """The kept text of every revision a draft cites, by (id, revision)."""
        if not self.path.exists():
            return {}
        mine = select(_cites.c.policy_id, _cites.c.revision).where(_cites.c.draft_id == draft_id).subquery()
        same = (_kept.c.policy_id == mine.c.policy_id) & (_kept.c.revision == mine.c.revision)
        query = select(_kept.c.policy_id, _kept.c.revision, _kept.c.text).join(mine, same)
        with self._database.read() as connection:
            return {(p, r): text for p, r, text in connection.execute(query)}

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
        connection.execute(delete(_cites).where(_cites.c.draft_id == saved.draft_id))
        for policy_id, revision in sorted(cited):
            connection.execute(insert(_cites).values(draft_id=saved.draft_id, policy_id=policy_id, revision=revision))
        held = {(p, r) for p, r in connection.execute(select(_kept.c.policy_id, _kept.c.revision))}
        for policy_id, revision, text in texts:
            at = (policy_id, revision)
            if at in cited and at not in held:
                connection.execute(insert(_kept).values(policy_id=policy_id, revision=revision, text=text))
                held.add(at)
        self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        """Drop kept texts that no draft cites."""
        cited = select(_cites.c.policy_id).where(
            (_cites.c.policy_id == _kept.c.policy_id) & (_cites.c.revision == _kept.c.revision)
        )
        connection.execute(delete(_kept).where(~cited.exists()))

    def _prepare(self, connection: Connection) -> None:
        metadata.create_all(connection)
        found = connection.execute(select(_meta.c.value).where(_meta.c.key == "schema")).scalar()
        if found is None:
            connection.execute(insert(_meta).values(key="schema", value=str(SCHEMA)))
        elif int(found) > SCHEMA:
            raise BaseTooNew(self.home, int(found), SCHEMA)


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
