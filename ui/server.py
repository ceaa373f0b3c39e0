"""One web application: the chat at ``/``, documents at ``/doc/{policy_id}``, static files. Nothing else is served."""

from __future__ import annotations

import errno
import os
import re
import socket
from collections.abc import Callable, Mapping
from typing import Any

from eval.jobs import Jobs
from kb.accounts import Accounts
from kb.base import KnowledgeBase
from kb.errors import KBError, UnknownDocument
from kb.model import PolicyDocument, Span
from ui.account_routes import add_accounts
from ui.answering import Answering, Mine
from ui.api.mount import add_api
from ui.chat_routes import add_chat
from ui.desk import Base, Desk
from ui.document import DocumentView, document_page, not_found_page
from ui.document_routes import add_documents, in_context
from ui.downloads import add_downloads, add_reports
from ui.guard import Guard
from ui.library_routes import add_library
from ui.ops.routes import add_ops
from ui.ops.service import Service
from ui.ops.watch import Watch
from ui.page import HEAD, STATIC, TITLE, build
from ui.rooms import Rooms
from ui.same_origin import is_loopback

_DOCUMENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Gradio's page compiles templates and sets inline styles; all that is allowed to it is to stay on this machine.
_CHAT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
# Not "no-referrer": under it browsers send forms of this very page as from nowhere (Origin: null).
_COMMON_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY"}
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_REVISION = re.compile(r"[0-9a-f]{16}")


_REFUSALS = {
    errno.EADDRINUSE: "端口已被占用",
    errno.EACCES: "没有权限使用这个端口",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
}


class PortInUse(KBError):
    """The address cannot be listened on."""

    def __init__(self, host: str, port: int, why: str) -> None:
        """Keep the address, and say what to do."""
        self.host, self.port, self.why = host, port, why
        super().__init__(
            f"无法在 {host}:{port} 打开网页（{why}）。请关掉占用它的程序，或用 --host、--port 换一个地址。"
        )


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


def application(
    desk: Desk,
    base: KnowledgeBase | None = None,
    mine: Mine | None = None,
    jobs: Jobs | None = None,
    accounts: Accounts | None = None,
    service: Service | None = None,
) -> Any:  # noqa: ANN401 - FastAPI is imported late
    """The FastAPI application with the page mounted at its root; without a ``base`` the page is the chat alone.

    ``mine`` gives the conversations of who asks, by default in the base's home; without ``jobs`` there is no tab for
    evaluations, without ``accounts`` nobody logs in. ``service`` watches requests and answers, by default for this
    application alone.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr
    from fastapi import FastAPI
    from starlette.responses import FileResponse, HTMLResponse

    mine = mine or Rooms(desk, base).mine
    service = service or Service(desk, base)
    app = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url=None)
    files = {p.name: p for p in STATIC.iterdir() if p.suffix in _TYPES}

    def document(request: Any) -> Any:  # noqa: ANN401
        wanted = (request.query_params.get(k) for k in ("revision", "start", "end"))
        try:
            view = view_of(
                desk.base, request.path_params["policy_id"], *wanted, kept=lambda *at: mine().store.text(*at)
            )
            html, status = document_page(in_context(view, base, request.query_params.get("page"))), 200
        except UnknownDocument as error:
            kept = kept_view(mine(), request.path_params["policy_id"], request.query_params)
            html, status = (document_page(kept), 200) if kept else (not_found_page(str(error)), 404)
        except KBError as error:
            html, status = not_found_page(str(error)), 503
        return HTMLResponse(
            html, status, headers={"Content-Security-Policy": _DOCUMENT_POLICY, "Cache-Control": "no-store"}
        )

    def static(request: Any) -> Any:  # noqa: ANN401
        path = files.get(request.path_params["name"])
        if path is None:
            return HTMLResponse(not_found_page("没有这个文件。"), 404)
        return FileResponse(path, media_type=_TYPES[path.suffix], headers={"Cache-Control": "no-cache"})

    def icon(request: Any) -> Any:  # noqa: ANN401, ARG001
        return FileResponse(files["favicon.svg"], media_type="image/svg+xml")

    app.add_route("/doc/{policy_id:path}", document)
    app.add_route("/static/{name}", static)
    app.add_route("/favicon.ico", icon)
    add_ops(app, service)
    add_chat(app, mine)
    if base is not None:
        add_downloads(app, base)
        add_library(app, base)
        add_documents(app, base)
        add_api(app, desk, base)
    if jobs is not None:
        add_reports(app, jobs)
    if accounts is not None:
        add_accounts(app, accounts)
    app.add_middleware(Guard, accounts=accounts)
    app.add_middleware(_Headers)
    app.add_middleware(Watch, service=service)
    return gr.mount_gradio_app(
        app,
        build(mine, desk, base, jobs, accounts),
        path="/",
        theme=_theme(),
        css_paths=[STATIC / f"{name}.css" for name in ("chat", "talks", "desks", "library")],
        head=HEAD,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        max_file_size=base.settings.max_file_mb * 1_000_000 if base else 0,
        favicon_path=str(STATIC / "favicon.svg"),
    )


def _theme() -> Any:  # noqa: ANN401
    import gradio as gr

    fonts = ["system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"]
    return gr.themes.Base(primary_hue="blue", neutral_hue="slate", font=fonts, font_mono=["ui-monospace", "monospace"])


class _Headers:
    """Adds the headers that keep a page on this machine; a response's own policy stands."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        async def send_with_headers(message: Any) -> None:  # noqa: ANN401
            if message["type"] == "http.response.start":
                names = {name.lower() for name, _ in message["headers"]}
                extra = _COMMON_HEADERS | {"Content-Security-Policy": _CHAT_POLICY}
                added = [(k.lower().encode(), v.encode()) for k, v in extra.items() if k.lower().encode() not in names]
                message = message | {"headers": [*message["headers"], *added]}
            await send(message)

        await self.app(scope, receive, send_with_headers)


class NoAccounts(KBError):
    """Others could reach a server where nobody has to log in."""

    def __init__(self, host: str) -> None:
        """Keep the address, and say what to do."""
        self.host = host
        super().__init__(
            f"在 {host} 打开，别的机器也能访问，但还没有账号，谁都能改库。请先加一个管理员再启动："
            "python -m kb users add 用户名 --role admin。只在本机用就不要写 --host。"
        )


def check_open(listener: socket.socket, accounts: Accounts) -> None:
    """Raises NoAccounts where a socket can be reached from elsewhere and nobody would have to log in."""
    host = listener.getsockname()[0]
    if not is_loopback(host) and not accounts.any:
        raise NoAccounts(host)


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address; raises PortInUse where that is not possible."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PortInUse(host, port, "这个地址无法解析") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise PortInUse(host, port, _REFUSALS.get(error.errno or 0, str(error))) from error
    return listener
