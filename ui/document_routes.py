"""What belongs to a document's page: what stands around it, its original as a download, a page of it as an image."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from ingest.page_image import PagePictures
from kb.base import KnowledgeBase
from kb.errors import KBError
from kb.model import PolicyDocument, Span
from ui.document import DocumentView, failed_page
from ui.document_context import boxes_of, can_draw, pages_of, surroundings_of
from ui.originals import original_of

_LONGEST = 9  # digits of a number in an address
_SAFE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; sandbox",
}


def in_context(view: DocumentView, base: KnowledgeBase | None, page: str | None) -> DocumentView:
    """A view with what the base knows around the document; pages are of the current revision only."""
    if base is None:
        return view
    around = surroundings_of(base, view.document)
    if view.document.revision != view.current_revision:
        around = replace(around, pages=(), notes=())
    return replace(view, around=around, page=_number(page))


def add_documents(app: Any, base: KnowledgeBase) -> None:  # noqa: ANN401 - FastAPI is imported late
    """Serve originals and their pages."""
    pictures = PagePictures(base.settings.max_file_mb, base.settings.read_memory_mb)

    def original(request: Any) -> Any:  # noqa: ANN401
        from starlette.responses import FileResponse

        try:
            document = base.document(request.path_params["policy_id"])
            found = original_of(base, document.sources, _number(request.query_params.get("source")) or 0)
        except KBError as error:
            return _refused("原件不能下载", str(error))
        headers = _SAFE | {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"}
        return FileResponse(found.path, media_type="application/octet-stream", headers=headers)

    def page_image(request: Any) -> Any:  # noqa: ANN401
        from starlette.responses import Response

        asked = request.query_params
        number = _number(asked.get("page")) or 0
        try:
            document = base.document(request.path_params["policy_id"])
            found = original_of(base, document.sources)
            if number not in pages_of(document) or not can_draw(base, found, document):
                raise KBError("这份文件没有这一页的图像。")
            boxes = boxes_of(document, _span(document, asked.get("start"), asked.get("end"))).get(number, ())
            image = pictures.draw(found.path, number, boxes)
        except KBError as error:
            return _refused("这一页不能显示", str(error))
        return Response(image.data, media_type="image/jpeg", headers=_SAFE | {"Cache-Control": "private, max-age=300"})

    app.add_route("/original/{policy_id:path}", original)
    app.add_route("/page-image/{policy_id:path}", page_image)


def _span(document: PolicyDocument, start: str | None, end: str | None) -> Span:
    first, last = _number(start), _number(end)
    if first is None or last is None or not first < last <= len(document.text):
        return Span(0, 0)
    return Span(first, last)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= _LONGEST else None


def _refused(heading: str, message: str) -> Any:  # noqa: ANN401
    from starlette.responses import HTMLResponse

    return HTMLResponse(failed_page(heading, message), 404, headers=_SAFE)
