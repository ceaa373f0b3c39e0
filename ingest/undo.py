"""What was removed or replaced of the library and can be undone, for the page and the command."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from ingest import replaced
from ingest.isolation import Workers
from ingest.reading import Reading
from ingest.removals import Removals
from ingest.uploads import REPLACED, Uploads
from kb.errors import KBError

REMOVAL, REPLACEMENT = "移除", "替换"


@dataclass(frozen=True, slots=True)
class Undoable:
    """A change that can be undone: what it was, of which document and files, when (seconds since 1970)."""

    token: str
    what: str
    title: str
    when: float
    files: tuple[str, ...] = ()


class Undo:
    """Undoes removals and replacements of one base."""

    def __init__(self, uploads: Uploads) -> None:
        """Take the uploads."""
        self.uploads = uploads
        self.removals = Removals(uploads)
        self._folder = uploads.folder / REPLACED

    def recent(self) -> list[Undoable]:
        """What can be undone, the latest first."""
        found = [Undoable(r.token, REMOVAL, r.title, r.when, r.files) for r in self.removals.recent()]
        found += [Undoable(r.token, REPLACEMENT, r.title, r.when, (r.name,)) for r in replaced.recent(self._folder)]
        return sorted(found, key=lambda one: -one.when)

    def undo(self, token: str) -> Undoable:
        """Undo a change. Raises KBError where it is not known any more or cannot be undone, HomeBusy."""
        found = next((one for one in self.recent() if one.token == token), None)
        if found is None:
            raise KBError("这次改动已经撤销过，或者太久以前了。")
        if found.what == REMOVAL:
            self.removals.undo(token)
        else:
            self._put_back(token)
        return found

    def _put_back(self, token: str) -> None:
        """Take a replaced file in again, in the place of the one that replaced it, which is kept in its turn."""
        settings = self.uploads.base.settings
        old, file = replaced.kept(self._folder, token)
        received = self.uploads.receive(old.name)
        try:
            shutil.copy2(file, received.path)
            with Workers(1, settings.read_seconds, memory_mb=settings.read_memory_mb) as workers:
                outcome = self.uploads.read(received, workers)
            if not isinstance(outcome, Reading):
                raise KBError(f"原来的文件现在读不出来，没有改动：{outcome.why}")
            self.uploads.take(received, outcome)
        finally:
            self.uploads.discard(received)
        replaced.forget(self._folder, token)
