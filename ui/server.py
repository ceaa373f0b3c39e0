"""One web application: the chat at ``/``, documents at ``/doc/{policy_id}``, static files. Nothing else is served."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from typing import Any

from eval.jobs import Jobs
from kb.accounts import Accounts
from kb.base import KnowledgeBase
from kb.errors import KBError
from ui.account_routes import add_accounts
from ui.answering import Mine
from ui.api.mount import add_api
from ui.chat_routes import add_chat
from ui.desk import Desk
from ui.document import not_found_page
from ui.document_opened import add_document_page
from ui.document_routes import add_documents
from ui.downloads import add_downloads, add_reports
from ui.gradio_start import leave_out_stubs, without_applications
from ui.guard import Guard
from ui.library_routes import add_library
from ui.ops.routes import add_ops
from ui.ops.service import Service
from ui.ops.watch import Watch
from ui.page import HEAD, STATIC, TITLE, build
from ui.rooms import Rooms
from ui.same_origin import is_loopback
from ui.sent_files import Bounded

# Gradio's page compiles templates and sets inline styles; all that is allowed to it is to stay on this machine.
_CHAT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
# Not "no-referrer": under it browsers send forms of this very page as from nowhere (Origin: null).
_COMMON_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY"}
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


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
    leave_out_stubs()
    import gradio as gr
    from fastapi import FastAPI
    from starlette.responses import FileResponse, HTMLResponse

    mine = mine or Rooms(desk, base).mine
    service = service or Service(desk, base)
    app = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url=None)
    files = {p.name: p for p in STATIC.iterdir() if p.suffix in _TYPES}

    def static(request: Any) -> Any:  # noqa: ANN401
        path = files.get(request.path_params["name"])
        if path is None:
            return HTMLResponse(not_found_page("没有这个文件。"), 404)
        return FileResponse(path, media_type=_TYPES[path.suffix], headers={"Cache-Control": "no-cache"})

    def icon(request: Any) -> Any:  # noqa: ANN401, ARG001
        return FileResponse(files["favicon.svg"], media_type="image/svg+xml")

    add_document_page(app, desk, base, mine)
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
    if base is not None:
        app.add_middleware(Bounded, max_mb=base.settings.max_file_mb)
    app.add_middleware(Guard, accounts=accounts)
    app.add_middleware(_Headers)
    app.add_middleware(Watch, service=service)
    with without_applications():
        page = build(mine, desk, base, jobs, accounts)
    return gr.mount_gradio_app(
        app,
        page,
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
