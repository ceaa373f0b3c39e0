"""Uploading, replacing, removing, undoing over HTTP. Every change must come from this page: it bears a header."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from ingest.undo import Undo
from ingest.uploads import Received, Uploads
from kb.base import KnowledgeBase
from kb.errors import KBError
from ui.answers import UNEXPECTED
from ui.deeds import named, tell
from ui.library_jobs import SETTLED, Job, UploadJobs
from ui.library_view import failed
from ui.upload_view import removals_list, upload_item

_LOG = logging.getLogger(__name__)
_HEADER, _NAME = "x-zhice", "x-file-name"
_RECEIVED = "已收到"  # what becomes of it shows later
FRESH = {"Cache-Control": "no-store"}
_FOREIGN = "这个操作只能在知策的网页里做。"
_LOST = "这次上传的进展没有留下（程序重新启动过）。请看看列表里有没有这份文件，没有就再选一次。"


class TooLarge(KBError):
    """More was sent than a file may have."""


def add_uploads(app: Any, base: KnowledgeBase) -> None:  # noqa: ANN401 - FastAPI is imported late
    """Serve the uploads of a base."""
    routes = _Routes(base)
    _tidy(routes.uploads)
    jobs = routes.jobs
    for path, handler in {
        "/library/uploads/{token}/confirm": routes.choosing(jobs.confirm),
        "/library/uploads/{token}/drop": routes.choosing(jobs.drop),
        "/library/remove/{policy_id:path}": routes.remove,
        "/library/undo/{token}": routes.undo,
    }.items():
        app.add_route(path, _guarded(handler), methods=["POST"])
    app.add_route("/library/uploads", routes.send, methods=["POST"])
    app.add_route("/library/uploads", routes.under_way)
    app.add_route("/library/uploads/{token}", routes.one)
    app.add_route("/library/removed", routes.removed)


class _Routes:
    """The handlers, over one base."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.uploads = Uploads(base)
        self.jobs, self.changes = UploadJobs(self.uploads), Undo(self.uploads)
        self.max_mb = base.settings.max_file_mb

    async def send(self, request: Any) -> Any:  # noqa: ANN401
        from starlette.concurrency import run_in_threadpool

        if not _from_page(request):
            return _answer(403, why=_FOREIGN)
        received: Received | None = None
        try:
            received = await run_in_threadpool(self.uploads.receive, unquote(request.headers.get(_NAME, "")))
            await _store(request, received, self.max_mb)
            tell(request.scope, received.name, _RECEIVED)
            return _shown(self.jobs.begin(received))
        except Exception as error:  # a reader who goes away in mid-upload is one of them
            if received is not None:
                self.uploads.discard(received)
            if isinstance(error, KBError):
                return _answer(400, why=str(error))
            if isinstance(error, OSError):
                return _answer(400, why=f"不能保存（{error.strerror}）。请检查磁盘空间和权限。")
            raise

    def one(self, request: Any) -> Any:  # noqa: ANN401
        job = self.jobs.get(request.path_params["token"])
        return _shown(job) if job else _answer(404, why=_LOST)

    def under_way(self, request: Any) -> Any:  # noqa: ANN401, ARG002
        return _answer(200, uploads=[_values(job) for job in self.jobs.open()])

    def choosing(self, choice: Callable[[Job], None]) -> Callable[[Any], Any]:
        def choose(request: Any) -> Any:  # noqa: ANN401
            job = self.jobs.get(request.path_params["token"])
            if job is None:
                return _answer(404, why=_LOST)
            tell(request.scope, job.received.name)
            choice(job)
            return _shown(job)

        return choose

    def remove(self, request: Any) -> Any:  # noqa: ANN401
        removal = self.changes.removals.remove(request.path_params["policy_id"])
        tell(request.scope, named(removal.policy_id, removal.title))
        return _answer(200, token=removal.token, title=removal.title, removed=self._removals())

    def undo(self, request: Any) -> Any:  # noqa: ANN401
        undone = self.changes.undo(request.path_params["token"])
        tell(request.scope, f"{undone.what}《{undone.title}》")
        return _answer(200, title=undone.title, removed=self._removals())

    def removed(self, request: Any) -> Any:  # noqa: ANN401, ARG002
        return _answer(200, removed=self._removals())

    def _removals(self) -> str:
        return removals_list(self.changes.recent())


async def _store(request: Any, received: Received, max_mb: int) -> None:  # noqa: ANN401
    """Write what is sent to the file. Raises TooLarge, OSError."""
    size = 0
    with received.path.open("wb") as file:
        async for piece in request.stream():
            size += len(piece)
            if size > max_mb * 1_000_000:
                raise TooLarge(f"文件超过 {max_mb} MB（设置 max_file_mb）。请拆分后再传。")
            file.write(piece)
    if not size:
        raise KBError("文件是空的。")


def _guarded(handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A handler that only this page may call, and whose failures are told in Chinese."""

    def run(request: Any) -> Any:  # noqa: ANN401
        if not _from_page(request):
            return _answer(403, why=_FOREIGN)
        try:
            return handler(request)
        except KBError as error:
            return _answer(409, why=str(error))
        except Exception:
            _LOG.exception("a change failed")
            return _answer(500, why=UNEXPECTED)

    return run


def _from_page(request: Any) -> bool:  # noqa: ANN401
    """Whether the page's script asks: a form of another site's page cannot set the header."""
    return bool(request.headers.get(_HEADER) == "page")


def _shown(job: Job) -> Any:  # noqa: ANN401
    return _answer(200, **_values(job))


def _values(job: Job) -> dict[str, Any]:
    stage = job.stage
    return {
        "token": job.received.token,
        "stage": stage.value,
        "settled": stage in SETTLED,
        "html": upload_item(job),
    }


def _answer(status: int, **values: Any) -> Any:  # noqa: ANN401
    from starlette.responses import JSONResponse

    if "why" in values:
        values["html"] = failed(values["why"])
    return JSONResponse(values, status, headers=FRESH)


def _tidy(uploads: Uploads) -> None:
    try:
        uploads.tidy()
    except Exception:  # another process writes, or the disk is read-only: the next start will do it
        _LOG.warning("uploads of before cannot be tidied", exc_info=True)
