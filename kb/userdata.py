"""``user.db`` in the home: what users made, apart from the base, which can be rebuilt or restored without it.

Drafts of replies and conversations live in it. The text of every revision they cite is kept beside them, so that
their citations can be checked even when the base has lost the document; a text goes with the last that cites it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Column, Connection, Index, MetaData, String, Table, Text, delete, insert, select, update

from kb.catalog.db import Database
from kb.errors import BaseTooNew, HomeNotWritable, KBError

FILE = "user.db"
SCHEMA = 2  # 2 added the conversations: an older program would drop the texts only they cite

_PATIENCE = 10.0  # seconds somebody who reads is waited for

#: A cited revision: (id, revision).
At = tuple[str, str]
#: The text of a cited revision: (id, revision, text).
CitedText = tuple[str, str, str]

metadata = MetaData()
_meta = Table(
    "letters_meta",  # named when the file held only drafts
    metadata,
    Column("key", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)
_kept = Table(
    "kept_revisions",
    metadata,
    Column("policy_id", String(200), primary_key=True),
    Column("revision", String(16), primary_key=True),
    Column("text", Text, nullable=False),
)


def _citing(name: str, owner: str) -> Table:
    return Table(
        name,
        metadata,
        Column(owner, String(24), primary_key=True),
        Column("policy_id", String(200), primary_key=True),
        Column("revision", String(16), primary_key=True),
        Index(f"{name}_at", "policy_id", "revision"),  # who else cites it: asked of each kept text when one goes
    )


draft_citations = _citing("draft_citations", "draft_id")
turn_citations = _citing("turn_citations", "turn_id")


class LeftInFile(KBError):
    """What was deleted can still be read in the file or beside it."""

    def __init__(self, path: Path) -> None:
        """Say what to do."""
        self.path = path
        super().__init__(
            f"已经删除，不能再打开；但别的程序正在读 {path}，删掉的文字还留在磁盘上。请关掉它，再永久删除一次。"
        )


class UserFile:
    """The file of one home. Threads and processes may share it; nothing is made by looking."""

    def __init__(self, home: Path, repair: str) -> None:
        """Open the file where there is one. ``repair`` says what to do when it is damaged.

        Raises BaseTooNew, Corrupt, HomeNotWritable.
        """
        self.home, self.path = home, home / FILE
        self._database = Database(self.path, repair, wipes=True, lenient=True)
        self._prepared = False
        if self.exists:
            self._prepare()

    @property
    def exists(self) -> bool:
        """Whether anything was ever saved."""
        return self.path.exists()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot of the file, which must exist."""
        if not self._prepared:
            self._prepare()
        with self._database.read() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One write transaction, whole or not at all; the file is made where there is none. Raises HomeNotWritable."""
        if not self.exists:
            self._prepared = False
            try:
                self.home.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise HomeNotWritable(self.home, str(error.strerror or error)) from error
        with self._database.write() as connection:
            if not self._prepared:
                self._create(connection)
            yield connection
        self._prepared = True

    def shrink(self) -> None:
        """Write the file anew without what was deleted from it, so that none of it can be read there any more.

        Raises LeftInFile where somebody reads what was there before: it stays in the log beside the file so long.
        """
        with closing(sqlite3.connect(self.path, timeout=_PATIENCE)) as connection:
            connection.execute("VACUUM")
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise LeftInFile(self.path)

    def close(self) -> None:
        """Give up the file."""
        self._database.close()

    def _prepare(self) -> None:
        with self._database.write() as connection:
            self._create(connection)
        self._prepared = True

    def _create(self, connection: Connection) -> None:
        metadata.create_all(connection)
        for table in (draft_citations, turn_citations):  # a table that was there keeps to what it had
            for index in table.indexes:
                index.create(connection, checkfirst=True)
        found = connection.execute(select(_meta.c.value).where(_meta.c.key == "schema")).scalar()
        if found is None:
            connection.execute(insert(_meta).values(key="schema", value=str(SCHEMA)))
        elif int(found) > SCHEMA:
            raise BaseTooNew(self.home, int(found), SCHEMA)
        elif int(found) < SCHEMA:
            connection.execute(update(_meta).where(_meta.c.key == "schema").values(value=str(SCHEMA)))


def keep(connection: Connection, citing: Table, owner: str, cited: Iterable[At], texts: Iterable[CitedText]) -> None:
    """Note what a draft or turn cites in place of what it cited before, and keep those texts that are new."""
    wanted = set(cited)
    owner_column = citing.c[0]
    connection.execute(delete(citing).where(owner_column == owner))
    for policy_id, revision in sorted(wanted):
        values = {owner_column.name: owner, "policy_id": policy_id, "revision": revision}
        connection.execute(insert(citing).values(**values))
    for policy_id, revision, text in texts:
        here = (_kept.c.policy_id == policy_id) & (_kept.c.revision == revision)
        if (policy_id, revision) in wanted and connection.execute(select(_kept.c.revision).where(here)).first() is None:
            connection.execute(insert(_kept).values(policy_id=policy_id, revision=revision, text=text))


def forget(connection: Connection) -> None:
    """Drop kept texts that nothing cites any more."""
    used = [
        select(table.c.policy_id)
        .where((table.c.policy_id == _kept.c.policy_id) & (table.c.revision == _kept.c.revision))
        .exists()
        for table in (draft_citations, turn_citations)
    ]
    connection.execute(delete(_kept).where(~used[0], ~used[1]))


def kept_texts(connection: Connection, citing: Table, owners: Iterable[str]) -> dict[At, str]:
    """The kept text of every revision these drafts or turns cite, by (id, revision)."""
    mine = select(citing.c.policy_id, citing.c.revision).where(citing.c[0].in_(list(owners))).distinct().subquery()
    same = (_kept.c.policy_id == mine.c.policy_id) & (_kept.c.revision == mine.c.revision)
    query = select(_kept.c.policy_id, _kept.c.revision, _kept.c.text).join(mine, same)
    return {(p, r): text for p, r, text in connection.execute(query)}


def kept_text(connection: Connection, policy_id: str, revision: str) -> str | None:
    """The kept text of a revision; None where nothing cites it."""
    here = (_kept.c.policy_id == policy_id) & (_kept.c.revision == revision)
    found: str | None = connection.execute(select(_kept.c.text).where(here)).scalar()
    return found
