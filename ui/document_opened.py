"""The page of a document at ``/doc/{policy_id}``: the revision that is asked for, opened at a quotation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from kb.base import KnowledgeBase
from kb.errors import KBError, UnknownDocument
from kb.model import PolicyDocument, Span
from ui.answering import Answering, Mine
from ui.desk import Base, Desk
from ui.document import DocumentView, document_page, not_found_page
from ui.document_routes import in_context

_DOCUMENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_REVISION = re.compile(r"[0-9a-f]{16}")


def add_document_page(app: Any, desk: Desk, base: KnowledgeBase | None, mine: Mine) -> None:  # noqa: ANN401 - FastAPI is imported late
    """Serve the pages; ``mine`` gives the conversations that keep what they cite."""
    from starlette.responses import HTMLResponse

    def kept_text(policy_id: str, revision: str) -> str | None:
        return mine().store.text(policy_id, revision)

    def document(request: Any) -> Any:  # noqa: ANN401
        revision, start, end = (request.query_params.get(k) for k in ("revision", "start", "end"))
        try:
            view = view_of(desk.base, request.path_params["policy_id"], revision, start, end, kept_text)
            html, status = document_page(in_context(view, base, request.query_params.get("page"))), 200
        except UnknownDocument as error:
            kept = kept_view(mine(), request.path_params["policy_id"], request.query_params)
            html, status = (document_page(kept), 200) if kept else (not_found_page(str(error)), 404)
        except KBError as error:
            html, status = not_found_page(str(error)), 503
        return HTMLResponse(
            html, status, headers={"Content-Security-Policy": _DOCUMENT_POLICY, "Cache-Control": "no-store"}
        )

    app.add_route("/doc/{policy_id:path}", document)


def view_of(
    base: Base,
    policy_id: str,
    revision: str | None,
    start: str | None,
    end: str | None,
    kept: Callable[[str, str], str | None] = lambda policy_id, revision: None,
) -> DocumentView:
    """What a request asks for; a quotation that does not lie in the text is left out, with a notice.

    ``kept`` gives the text of a revision that the base no longer has, where a conversation that cites it keeps it.
    Raises UnknownDocument where there is no such document.
    """
    current = base.document(policy_id)
    document, notice = current, ""
    if revision and revision != current.revision:
        older = _older(base, policy_id, revision) or _kept(kept, current, revision)
        if older is None:
            notice = "引用时的版本已不在知识库里，下面是当前版本，引文位置可能已经变化。"
        document = older or current
    quote = _quote(document, start, end) if not notice else Span(0, 0)
    if start is not None and quote.start == quote.end and not notice:
        notice = "链接里的引文位置不在这份文件里，所以没有高亮。"
    return DocumentView(document, quote, current.revision, notice)


def kept_view(answering: Answering, policy_id: str, query: Mapping[str, str]) -> DocumentView | None:
    """A revision that the base has lost, as a conversation or draft that cites it keeps it; None where none does."""
    revision = query.get("revision") or ""
    text = answering.store.text(policy_id, revision) if _REVISION.fullmatch(revision) else None
    if text is None:
        return None
    document = PolicyDocument(text, policy_id)
    quote = _quote(document, query.get("start"), query.get("end"))
    return DocumentView(document, quote, revision, "这份文件已不在知识库里，下面是引用时留存的全文。")


def _kept(kept: Callable[[str, str], str | None], current: PolicyDocument, revision: str) -> PolicyDocument | None:
    """The revision by its text alone: what else is known is known of the current one."""
    text = kept(current.policy_id, revision) if _REVISION.fullmatch(revision) else None
    return PolicyDocument(text, current.policy_id, title=current.title) if text is not None else None


def _older(base: Base, policy_id: str, revision: str) -> PolicyDocument | None:
    if not _REVISION.fullmatch(revision):
        return None
    try:
        return base.document(policy_id, revision)
    except UnknownDocument:
        return None


def _quote(document: PolicyDocument, start: str | None, end: str | None) -> Span:
    if not (start and end and start.isascii() and end.isascii() and start.isdigit() and end.isdigit()):
        return Span(0, 0)
    if len(start) > 12 or len(end) > 12 or not int(start) < int(end) <= len(document.text):
        return Span(0, 0)
    return Span(int(start), int(end))
