"""``accounts.db`` in the home, readable by its owner alone, made when the first account is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, insert, select

from kb.accounts.tables import SCHEMA, accounts, meta, metadata
from kb.catalog.db import Database
from kb.errors import BaseTooNew, HomeNotWritable

FILE = "accounts.db"
_REPAIR = "请从备份恢复（python -m kb restore），或移走该文件后重新建立账号。"


class AccountsFile:
    """The file of one home. Threads and processes may share it; nothing is made by looking."""

    def __init__(self, home: Path) -> None:
        """Open the file where there is one. Raises BaseTooNew, Corrupt."""
        self.home, self.path = home, home / FILE
        self._database = Database(self.path, _REPAIR)
        self._any = self._prepared = False
        if self.path.exists():
            self._prepare()

    @property
    def any(self) -> bool:
        """Whether there are accounts; once there are it stays so, as the last administrator cannot be removed."""
        if not self._any and self.path.exists():
            if not self._prepared:
                self._prepare()  # another process has made the file, and may be about to make the tables
            with self._database.read() as connection:
                self._any = connection.execute(select(accounts.c.account_id).limit(1)).first() is not None
        return self._any

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot of the file, which must exist."""
        with self._database.read() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One write transaction; the file is made where there is none. Raises HomeNotWritable."""
        if not self._prepared:
            self._prepare()
        with self._database.write() as connection:
            yield connection

    def close(self) -> None:
        """Give up the file."""
        self._database.close()

    def _prepare(self) -> None:
        """Make the file where there is none, and its tables."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)
        except OSError as error:
            raise HomeNotWritable(self.home, str(error.strerror or error)) from error
        with self._database.write() as connection:
            metadata.create_all(connection)
            found = connection.execute(select(meta.c.value).where(meta.c.key == "schema")).scalar()
            if found is None:
                connection.execute(insert(meta).values(key="schema", value=str(SCHEMA)))
            elif int(found) > SCHEMA:
                raise BaseTooNew(self.home, int(found), SCHEMA)
        self._prepared = True
