"""What can be downloaded: the answer of the support desk, and drafts of replies. Each address says all it needs."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from eval.jobs import Jobs, report_of
from kb.base import KnowledgeBase
from kb.errors import KBError
from kb.match import SUFFIXES, ProfileError, compare, match, read_profile, write
from ui.document import failed_page
from ui.reply_desk import ReplyDesk
from ui.rooms import folder_of

_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
_SAFE = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'"}


def matches_file(base: KnowledgeBase, suffix: str, profile_json: str, by: str) -> tuple[bytes, str]:
    """The answer to a profile as a file, and the file's name. Raises KBError."""
    if suffix not in SUFFIXES:
        raise KBError(f"不能导出为 {suffix}。")
    try:
        values = json.loads(profile_json)
    except (ValueError, RecursionError) as error:
        raise ProfileError("链接里的画像不完整。请回到政策匹配再导出一次。") from error
    profile = read_profile(values)
    day = profile.as_of or date.today()

    def answer(snapshot: Any) -> Any:  # noqa: ANN401 - both parts from one snapshot
        table = compare(snapshot.view, profile, day, by) if by else None
        return match(snapshot.view, profile, day), table

    found, table = base.on_snapshot(answer)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"matches{suffix}"
        write(found, path, table)
        return path.read_bytes(), f"政策匹配-{profile.region}-{day.isoformat()}{suffix}"


def add_downloads(app: Any, base: KnowledgeBase) -> None:  # noqa: ANN401 - FastAPI is imported late
    """Serve the files."""

    def matches(request: Any) -> Any:  # noqa: ANN401
        given = request.query_params
        suffix = f".{request.path_params['suffix']}"
        return _served(lambda: matches_file(base, suffix, given.get("profile", ""), given.get("by", "")), suffix)

    def letter(request: Any) -> Any:  # noqa: ANN401
        draft_id, review = request.path_params["draft_id"], request.query_params.get("copy") != "clean"
        return _served(lambda: ReplyDesk(base, lambda: folder_of(base)).file(draft_id, review=review), ".docx")

    app.add_route("/support.{suffix}", matches)
    app.add_route("/reply/{draft_id}.docx", letter)


def add_reports(app: Any, jobs: Jobs) -> None:  # noqa: ANN401 - FastAPI is imported late
    """Serve the reports of evaluations: pages without script, with their own style."""
    from starlette.responses import HTMLResponse

    def report(request: Any) -> Any:  # noqa: ANN401
        try:
            page = report_of(jobs, request.path_params["job_id"])
        except KBError as error:
            return HTMLResponse(failed_page("没有这份报告", str(error)), 404, headers=_SAFE)
        return HTMLResponse(page, headers=_SAFE | {"Content-Security-Policy": _REPORT_POLICY})

    app.add_route("/eval/{job_id}/report.html", report)


def _served(make: Callable[[], tuple[bytes, str]], suffix: str) -> Any:  # noqa: ANN401
    from starlette.responses import HTMLResponse, Response

    try:
        data, name = make()
    except KBError as error:
        return HTMLResponse(failed_page("没有导出", str(error)), 400, headers=_SAFE)
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(data, media_type=_TYPES[suffix], headers=_SAFE | {"Content-Disposition": disposition})
