"""Uploads as they go, one after another: received, read, asked about where they replace something, put in."""

from __future__ import annotations

import logging
import queue
import threading
from dataclasses import dataclass
from enum import StrEnum

from ingest.isolation import Workers
from ingest.librarian import FileReport
from ingest.reading import Reading
from ingest.swap import Unfinished
from ingest.uploads import Received, Replacement, Taken, Uploads
from kb.errors import HomeBusy, KBError
from ui.answers import UNEXPECTED

_LOG = logging.getLogger(__name__)
_KEPT = 200
_IDLE = 20.0  # seconds until the reading process is ended


class Stage(StrEnum):
    """How far an upload is, in the reader's words."""

    WAITING = "排队"
    READING = "正在读取"
    ASKING = "等你确认"
    PUTTING = "正在收录"
    DONE = "已收录"
    SAME = "没有变化"
    REFUSED = "没有收录"
    BUSY = "稍后再试"
    UNFINISHED = "没有收完"
    DROPPED = "已放弃"


#: Nothing more happens at all.
OVER = frozenset({Stage.DONE, Stage.SAME, Stage.REFUSED, Stage.UNFINISHED, Stage.DROPPED})
#: Nothing more happens by itself.
SETTLED = OVER | {Stage.ASKING, Stage.BUSY}


@dataclass(slots=True)
class Job:
    """One upload. ``why`` tells of what went wrong."""

    received: Received
    stage: Stage = Stage.WAITING
    why: str = ""
    reading: Reading | None = None
    replacement: Replacement | None = None
    taken: Taken | None = None
    same: FileReport | None = None


class UploadJobs:
    """Takes uploads in, one at a time, in a thread that lives while there is work."""

    def __init__(self, uploads: Uploads) -> None:
        """Take the folder; the thread is started by the first upload."""
        self.uploads = uploads
        self._jobs: dict[str, Job] = {}
        self._work: queue.Queue[Job] = queue.Queue()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None

    def begin(self, received: Received) -> Job:
        """The file is there: read it and take it in, or ask."""
        job = Job(received)
        with self._guard:
            self._jobs[received.token] = job
            over = [token for token, one in self._jobs.items() if one.stage in OVER]
            for token in over[: max(0, len(self._jobs) - _KEPT)]:
                del self._jobs[token]
        self._enqueue(job)
        return job

    def get(self, token: str) -> Job | None:
        """An upload by its token; None for one of before a restart."""
        return self._jobs.get(token)

    def open(self) -> list[Job]:
        """Uploads that are under way or wait for an answer, the latest first: for a page that was loaded again."""
        with self._guard:
            return [job for job in reversed(self._jobs.values()) if job.stage not in OVER]

    def confirm(self, job: Job) -> None:
        """Take in what was asked about, or what the base was too busy for."""
        with self._guard:
            if job.stage not in (Stage.ASKING, Stage.BUSY):
                return
            job.stage, job.why = Stage.PUTTING if job.reading else Stage.WAITING, ""
        self._enqueue(job)

    def drop(self, job: Job) -> None:
        """Give an upload up; what was there stays."""
        with self._guard:
            if job.stage not in (Stage.ASKING, Stage.BUSY):
                return
            job.stage = Stage.DROPPED
        self.uploads.discard(job.received)

    def _enqueue(self, job: Job) -> None:
        with self._guard:
            self._work.put(job)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="uploads", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        settings = self.uploads.base.settings
        with Workers(1, settings.read_seconds, memory_mb=settings.read_memory_mb) as workers:
            while True:
                try:
                    job = self._work.get(timeout=_IDLE)
                except queue.Empty:
                    with self._guard:
                        if self._work.empty():
                            self._thread = None
                            return
                    continue
                self._do(job, workers)

    def _do(self, job: Job, workers: Workers) -> None:
        try:
            if job.reading is None:
                self._read(job, workers)
            else:
                self._take(job, job.reading)
        except HomeBusy as error:
            job.stage, job.why = Stage.BUSY, str(error)
        except Unfinished as error:
            _LOG.warning("an upload is not finished", exc_info=True)
            self.uploads.discard(job.received)
            job.stage, job.why = Stage.UNFINISHED, str(error)
        except KBError as error:
            self._refuse(job, str(error))
        except Exception:
            _LOG.exception("an upload failed")
            self._refuse(job, UNEXPECTED)

    def _read(self, job: Job, workers: Workers) -> None:
        job.stage = Stage.READING
        if self._is_same(job):
            return
        outcome = self.uploads.read(job.received, workers)
        if not isinstance(outcome, Reading):
            self._refuse(job, outcome.why)
            return
        job.reading = outcome
        job.replacement = self.uploads.replacement(job.received, outcome)
        if job.replacement is not None:
            job.stage = Stage.ASKING
        else:
            self._take(job, outcome)

    def _take(self, job: Job, reading: Reading) -> None:
        """Put the file in; where that would replace other documents than were shown, ask first."""
        job.stage = Stage.PUTTING
        with self.uploads.base.store.writing():
            if self._is_same(job):
                return
            now = self.uploads.replacement(job.received, reading)
            shown, job.replacement = job.replacement, now
            if now is not None and (shown is None or _replaced(now) != _replaced(shown)):
                job.stage = Stage.ASKING
                return
            job.taken = self.uploads.take(job.received, reading)
        job.reading = None
        job.stage = Stage.DONE

    def _is_same(self, job: Job) -> bool:
        """Whether the base has the very file; then nothing is to be done."""
        job.same = self.uploads.unchanged(job.received)
        if job.same is None:
            return False
        self.uploads.discard(job.received)
        job.reading = None
        job.stage = Stage.SAME
        return True

    def _refuse(self, job: Job, why: str) -> None:
        self.uploads.discard(job.received)
        job.stage, job.why = Stage.REFUSED, why


def _replaced(change: Replacement) -> list[tuple[str, str]]:
    """The documents that would be replaced, as they are."""
    return [(header.policy_id, header.revision) for header in change.before]
