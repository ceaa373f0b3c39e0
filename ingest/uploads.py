"""Files given to the base through the page: kept in ``uploads/`` of its home, a root of its own for sync.

A file is received beside that folder's files, read before it is put among them, and put there only once the base can
be written. Whatever fails or dies in between, what was there stays, in the folder and in the base.
"""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.isolation import Workers
from ingest.librarian import FINE, FileReport, state_of
from ingest.plan import file_digest
from ingest.reading import Outcome, Reading, Refusal, Request
from ingest.replaced import Replaced, keep
from ingest.scan import scan
from ingest.swap import State, Swap, put_back
from ingest.sync import sync
from ingest.upload_names import safe_name
from kb.base import KnowledgeBase
from kb.catalog import FileRow
from kb.errors import KBError
from kb.model import DocumentHeader, PolicyDocument

FOLDER = "uploads"
INCOMING, REMOVED, REPLACED, ASIDE = ".incoming", ".removed", ".replaced", ".aside"  # hidden: sync passes them over
_STALE = 86_400  # seconds after which what was never finished is thrown away
_SHOWN_LINES = 6


@dataclass(frozen=True, slots=True)
class Received:
    """A file on its way in, under the name it is to have."""

    token: str
    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """What taking a file in the place of an older one would change; lines are of the documents' texts."""

    before: tuple[DocumentHeader, ...]
    after: tuple[PolicyDocument, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    added_count: int
    dropped_count: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that is in the base: how it was read, and which of its documents the base had already."""

    report: FileReport
    held_before: frozenset[str]


class Uploads:
    """The folder of uploads of one base. Threads may share it; the base lets one change it at a time."""

    def __init__(self, base: KnowledgeBase) -> None:
        """Take an open base; nothing is made on the disk yet."""
        self.base = base
        self.folder = base.settings.home.resolve() / FOLDER

    def receive(self, given_name: str) -> Received:
        """A place for a file that is about to be sent."""
        token = uuid.uuid4().hex
        name = safe_name(given_name)
        place = self.folder / INCOMING / token
        place.mkdir(parents=True)
        return Received(token, place / name, name)

    def discard(self, received: Received) -> None:
        """Throw away what was received."""
        shutil.rmtree(received.path.parent, ignore_errors=True)

    def tidy(self) -> None:
        """Throw away what was received long ago, and put back files whose replacement a crash has cut off.

        Raises HomeBusy.
        """
        for place in (self.folder / INCOMING).glob("*"):
            if time.time() - place.stat().st_mtime > _STALE:
                shutil.rmtree(place, ignore_errors=True)
        left = list((self.folder / ASIDE).glob("*"))
        with self.base.store.writing() if left else nullcontext():
            for aside in left:
                put_back(aside, self.folder, self._state, self._keep)

    def read(self, received: Received, workers: Workers) -> Outcome:
        """Read a received file as the command reads files, in a process of its own and in the same limits."""
        looked = scan(received.path)
        if looked.failed:
            return Refusal(looked.failed[0].why)
        max_mb = self.base.settings.max_file_mb
        request = Request(received.path, str(self.folder), received.name, max_mb)
        return next(workers.read([request]))

    def unchanged(self, received: Received) -> FileReport | None:
        """The file of the same name, where it has the same content and is in the base with all its documents."""
        path, row = self.folder / received.name, self._row(received.name)
        if row is None or not path.is_file() or not row.sha256 == file_digest(path) == file_digest(received.path):
            return None
        report = self.report(received.name)
        return report if report.documents else None

    def replacement(self, received: Received, reading: Reading) -> Replacement | None:
        """What taking the file would replace; None where there is no file of its name with documents."""
        before = self.report(received.name).documents
        if not before:
            return None
        after = tuple(submission.document for submission in reading.submissions)
        old = _lines(self.base.document(header.policy_id) for header in before)
        new = _lines(after)
        added, dropped = new - old, old - new
        return Replacement(
            before,
            after,
            tuple(list(added)[:_SHOWN_LINES]),
            tuple(list(dropped)[:_SHOWN_LINES]),
            added.total(),
            dropped.total(),
        )

    def take(self, received: Received, reading: Reading) -> Taken:
        """Put a received file among the others and into the base, in the place of one of the same name.

        Raises KBError (HomeBusy among them); then everything is as it was and the file still waits. But Unfinished
        where the base holds part of it, or all.
        """
        target = self.folder / received.name
        if target.is_dir():
            raise KBError(f"上传目录里有一个叫“{received.name}”的文件夹。请给文件改名后再传。")
        with self.base.store.writing():
            held = frozenset(header.policy_id for header in self.base.documents())
            row = self._row(received.name)
            if row is not None and not self.report(received.name).documents:
                self.base.remove_sources(row.root, [row.path])  # its documents were removed: it is new again
                row = None
            root = row.root if row else str(self.folder)  # also where a synced folder holds the base's home
            aside = self.folder / ASIDE / received.token
            with Swap(received.path, target, aside, lambda: self._state(received.name), self._keeper(received)):
                found = scan(target)
                done = sync(self.base, found, reader=_already(reading), root=root)
                if done.failed or done.skipped:
                    raise KBError((done.failed + done.skipped)[0].why)
        self.discard(received)
        return Taken(self.report(received.name), held)

    def _keeper(self, received: Received) -> Callable[[Path], None]:
        """What keeps the file that is replaced, so that this can be undone; one without documents is not kept."""
        before = self.report(received.name).documents
        return lambda old: self._keep(received.name, old, before[0].title) if before else None

    def _keep(self, name: str, old: Path, title: str = "") -> None:
        one = Replaced(uuid.uuid4().hex, name, title or Path(name).stem, time.time())
        keep(self.folder / REPLACED, one, old)

    def report(self, name: str) -> FileReport:
        """How a file of the folder was read, and its documents."""
        row = self._row(name)
        root = row.root if row else str(self.folder)
        path = row.path if row else name
        ids = self.base.places(root, path).values()
        documents = tuple(self.base.header(policy_id) for policy_id in dict.fromkeys(ids))
        note = json.loads(row.note) if row and row.note else None
        report = FileReport(root, path, FINE, note=note, documents=documents)
        return replace(report, state=state_of(report))

    def _state(self, name: str) -> State:
        """What the base holds of a file of the folder."""
        documents = [[header.policy_id, header.revision] for header in self.report(name).documents]
        return {"generation": self.base.generation, "documents": documents}

    def _row(self, name: str) -> FileRow | None:
        """What the base knows of a file of the folder, under whichever root."""
        whole = self.folder / name
        for root in self.base.roots():
            if whole.is_relative_to(root):
                row = self.base.file(root, whole.relative_to(root).as_posix())
                if row is not None:
                    return row
        return None


def _already(reading: Reading) -> Callable[[Sequence[Request], Callable[[], bool]], Iterator[Outcome]]:
    """A reader that gives what was read before, as of the place it is asked for."""
    return lambda requests, _stopping: (_placed(reading, request) for request in requests)


def _placed(reading: Reading, request: Request) -> Reading:
    placed = (
        replace(one, source=one.source and replace(one.source, root=request.root, path=request.path))
        for one in reading.submissions
    )
    return replace(reading, submissions=tuple(placed))


def _lines(documents: Iterator[PolicyDocument] | Sequence[PolicyDocument]) -> Counter[str]:
    return Counter(line.strip() for d in documents for line in d.text.splitlines() if line.strip())
