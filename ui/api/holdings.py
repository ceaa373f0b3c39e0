"""Documents over the interfaces: listed, shown, uploaded, removed, by what the page does the same with."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from ingest.readers.names import MAGIC_LENGTH, refused_by_name
from ingest.removals import Removals
from ingest.uploads import Received, Uploads
from kb.base import KnowledgeBase
from kb.library import Wanted
from ui.api.errors import SOON, ApiError, Fault, busy
from ui.api.replies import document_values, list_values, row_values
from ui.library_desk import LibraryDesk
from ui.library_jobs import SETTLED, Job, Stage, UploadJobs

_LOOK = 0.05  # seconds between two looks how far an upload is
_MOST_UPLOADS = 8  # at once; they are read one after another
_EMPTY = Fault(422, "empty_file", "文件是空的。请选一个有内容的文件再传。")
_BUSY = Fault(503, "base_busy", "知识库正由另一个程序写入，没有收录。请等它做完再传。", retry_after=SOON)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """An upload that is in the base: ``outcome`` is added, replaced or unchanged."""

    outcome: str
    values: dict[str, Any]


class Holdings:
    """The documents of a base. Threads may share it."""

    def __init__(self, base: KnowledgeBase) -> None:
        """Take an open base."""
        self.base = base
        self._desk = LibraryDesk(base)
        uploads = Uploads(base)
        self._jobs, self._removals = UploadJobs(uploads), Removals(uploads)
        self._under_way = 0

    def listed(self, wanted: Wanted, size: int) -> dict[str, Any]:
        """A page of documents. Raises KBError."""
        return list_values(self._desk.look(wanted, size), date.today())

    def shown(self, policy_id: str, revision: str | None = None, as_of: date | None = None) -> dict[str, Any]:
        """A document in full. Raises UnknownDocument, KBError."""
        document = self.base.document(policy_id, revision)
        current = document.revision == self.base.header(policy_id).revision
        relations = [r for r in self.base.relations(policy_id) if current or r.direction == "in"]
        return document_values(document, relations, as_of or date.today())

    def removed(self, policy_id: str) -> dict[str, Any]:
        """Remove a document; the removal can be undone on the page. Raises UnknownDocument, HomeBusy."""
        removal = self._removals.remove(policy_id)
        return {"policy_id": removal.policy_id, "title": removal.title, "undo": removal.token}

    async def uploaded(self, name: str, content: IO[bytes], *, replace: bool) -> Uploaded:
        """Take a file in as the page does; one that would change what is there only with ``replace``.

        Once begun it is seen to its end, also when whoever sent it has left: nothing is left half done. Raises
        ApiError, KBError.
        """
        if self._under_way >= _MOST_UPLOADS:
            raise ApiError(busy())
        self._under_way += 1
        try:
            received = await asyncio.to_thread(self._received, name, content)
            return await self._ended(self._jobs.begin(received), replace)
        finally:
            self._under_way -= 1

    def _received(self, name: str, content: IO[bytes]) -> Received:
        received = self._jobs.uploads.receive(name)
        try:
            with received.path.open("wb") as file:
                shutil.copyfileobj(content, file)
            size = received.path.stat().st_size
            if not size:
                raise ApiError(_EMPTY)
            max_mb = self.base.settings.max_file_mb
            if size > max_mb * 1_000_000:
                raise ApiError(too_large(max_mb))
            refused = refused_by_name(received.name, lambda: _head(received))
            if refused:
                raise ApiError(Fault(415, "unsupported_file", f"{refused}，没有收录。"))
        except OSError as error:
            self._jobs.uploads.discard(received)
            why = f"不能保存（{error.strerror}）。请检查磁盘空间和权限。"
            raise ApiError(Fault(503, "not_stored", why)) from error
        except BaseException:
            self._jobs.uploads.discard(received)
            raise
        return received

    async def _ended(self, job: Job, replace: bool) -> Uploaded:
        await _settled(job)
        while job.stage is Stage.ASKING:  # again where another upload came in between
            if not replace:
                self._jobs.drop(job)
                raise ApiError(_conflict(job))
            self._jobs.confirm(job)
            await _settled(job)
        if job.stage is Stage.BUSY:
            self._jobs.drop(job)
            raise ApiError(_BUSY)
        if job.stage is Stage.UNFINISHED:
            raise ApiError(Fault(500, "unfinished", job.why))
        if job.stage not in (Stage.DONE, Stage.SAME):
            raise ApiError(Fault(422, "not_taken_in", f"没有收录：{job.why or job.stage.value}"))
        return _uploaded(job)


def too_large(max_mb: int) -> Fault:
    """A file is larger than the setting allows."""
    return Fault(413, "too_large", f"文件超过 {max_mb} MB（设置 max_file_mb）。请拆分后再传。")


async def _settled(job: Job) -> None:
    while job.stage not in SETTLED:
        await asyncio.sleep(_LOOK)


def _uploaded(job: Job) -> Uploaded:
    report = job.taken.report if job.taken else job.same
    assert report is not None, "an upload that is over has a report"
    outcome = "unchanged" if job.same else "replaced" if job.replacement else "added"
    values = {
        "outcome": outcome,
        "file": job.received.name,
        "state": report.state,
        "flags": list(report.flags),
        "documents": [row_values(header, date.today()) for header in report.documents],
    }
    return Uploaded(outcome, values)


def _conflict(job: Job) -> Fault:
    change = job.replacement
    assert change is not None, "what is asked about would replace something"
    told = f"库里已有同名的文件 {job.received.name}，内容不同，没有收录。核对改动后，要替换请加 ?replace=true 再传。"
    values = {
        "before": [header.policy_id for header in change.before],
        "added": list(change.added),
        "dropped": list(change.dropped),
        "added_count": change.added_count,
        "dropped_count": change.dropped_count,
    }
    return Fault(409, "would_replace", told, {"change": values})


def _head(received: Received) -> bytes:
    with received.path.open("rb") as file:
        return file.read(MAGIC_LENGTH)
