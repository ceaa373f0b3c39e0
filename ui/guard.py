"""Stands before everything that is served: finds out who asks, and lets through what they may do.

A home without accounts serves this machine alone, called by its own names (a foreign name that is pointed here is a
page of somebody else) and not through a proxy, behind which could be anybody. With accounts everybody logs in: people
by a session in a cookie, programs by a key.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote, unquote

from kb.accounts import LOCAL, Accounts, Caller, Role
from kb.accounts import Scope as ReadOrWrite
from kb.errors import KBError
from ui import deeds
from ui.caller import SCOPE, address_of, calling
from ui.permissions import SAFE, Rule, allowed, rule_of, takes_keys
from ui.same_origin import called_by_own_name, came_through_a_proxy, from_own_page
from ui.sent_files import sent_bytes

_LOG = logging.getLogger(__name__)
COOKIE = "zhice_session"
_THREADS = 4  # that look up who asks; none of those that answer, which a crowd can fill
_FOREIGN = "这个操作只能在知策的网页里做。"
_FOREIGN_PAGE = "不接受别的网站的网页发来的请求。请从自己的程序里调用。"
_NO_SUCH = "没有这个操作。"
_NO_METHOD = "这个地址不接受这种请求方法。可用的方法见 /api/docs。"
_LOGIN = "请先登录。程序请带上密钥：Authorization: Bearer 密钥。"
_BAD_KEY = "密钥不对，或已经作废。请检查，或找管理员要一个新的。"
_NO_KEYS = "密钥只能用于接口（/api、/v1、/mcp）。网页请用账号登录。"

_CODES = {401: "unauthorized", 403: "forbidden", 405: "method_not_allowed", 413: "too_large"}
_NOBODY = Caller("", "未登录", Role.READER, "users/-", ReadOrWrite.READ)

Scope = Any
App = Callable[..., Any]


class Refused(Exception):
    """A request that is not let through."""

    def __init__(self, status: int, message: str, code: str = "") -> None:
        self.status, self.message = status, message
        self.code = code or _CODES.get(status, "unavailable")
        super().__init__(message)


class Guard:
    """The middleware."""

    def __init__(self, app: App, accounts: Accounts | None) -> None:
        """Take the application, and the accounts of its home; None where it has no home."""
        self.app, self.accounts = app, accounts
        self._limiter: Any = None

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:  # noqa: ANN401
        """Let a request through, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing here speaks WebSocket
            await send({"type": "websocket.close", "code": 1008})
            return
        try:
            rule, who = await self._let_in(scope)
        except Refused as refused:
            await _answer(scope, refused)(scope, receive, send)
            return
        scope[SCOPE] = who
        with calling(who):
            if rule.action:
                await self._noted(rule, who, scope, receive, send)
            else:
                await self.app(scope, receive, send)

    async def _let_in(self, scope: Scope) -> tuple[Rule, Caller]:
        """The rule that lets it in, and who asks. Raises Refused."""
        rule = rule_of(scope["method"], scope["path"])
        try:
            who, by_key = await self._in_thread(partial(self._known, scope, rule))
        except KBError as error:
            raise Refused(503, str(error)) from error
        if not by_key and not from_own_page(scope):
            raise _foreign(scope)
        if rule is None:
            raise Refused(405, _NO_METHOD if takes_keys(scope["path"]) else _NO_SUCH)
        if who is None and rule.role is not None:
            raise Refused(401, _LOGIN)
        if who is not None and rule.role is not None and not rule.lets(who):
            raise Refused(403, f"这个操作需要{rule.role.told}权限{'和读写密钥' if by_key else ''}。请找管理员开通。")
        if rule.most is not None and sent_bytes(scope) > rule.most:
            raise Refused(413, f"发来的内容太多（最多 {rule.most // 1_000_000} MB）。请缩短后重试。")
        return rule, who or _NOBODY

    def _known(self, scope: Scope, rule: Rule | None) -> tuple[Caller | None, bool]:
        """Who asks, None where that is not known, and whether by key. Raises Refused."""
        if self.accounts is None or not self.accounts.any:
            if not called_by_own_name(scope) or came_through_a_proxy(scope):
                raise _foreign(scope)
            return LOCAL, False
        if rule is not None and rule.role is None:
            return None, False
        given = _header(scope, b"authorization")
        kind, _, secret = given.partition(" ")
        if kind.lower() == "bearer":
            if not takes_keys(scope["path"]):
                raise Refused(403, _NO_KEYS)
            who = self.accounts.by_key(secret.strip())
            if who is None:
                raise Refused(401, _BAD_KEY)
            return who, True
        return self.accounts.by_session(session_of(scope)), False

    async def _noted(self, rule: Rule, who: Caller, scope: Scope, receive: Any, send: Any) -> None:  # noqa: ANN401
        """Let a change through, and log what came of it before that is told."""
        noted = False
        told = scope[deeds.SCOPE] = deeds.Told()

        async def note(status: int) -> None:
            nonlocal noted
            noted = True
            outcome = (told.outcome or deeds.DONE) if status < 400 else f"{deeds.NOT_DONE}（{status}）"
            if self.accounts is not None:
                given = (rule.action, told.target or _target(rule, scope), outcome, address_of(scope))
                try:
                    await self._in_thread(
                        partial(self.accounts.note, who, f"key:{who.key_id}" if who.key_id else "page", *given)
                    )
                except Exception:  # the change stands: to tell of a failure would be untrue
                    _LOG.exception("a change is not in the log of changes: %s", rule.action)

        async def watched(message: Any) -> None:  # noqa: ANN401
            if message["type"] == "http.response.start":
                await note(message["status"])
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            if not noted:
                await note(500)

    async def _in_thread(self, work: Callable[[], Any]) -> Any:  # noqa: ANN401
        import anyio

        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(_THREADS)
        return await anyio.to_thread.run_sync(work, limiter=self._limiter)


def _foreign(scope: Scope) -> Refused:
    return Refused(403, _FOREIGN_PAGE if takes_keys(scope["path"]) else _FOREIGN, "foreign")


def session_of(scope: Scope) -> str:
    """The token of the session in the cookies of a request; "" where there is none."""
    for pair in _header(scope, b"cookie").split(";"):
        name, _, value = pair.strip().partition("=")
        if name == COOKIE:
            return value
    return ""


def _target(rule: Rule, scope: Scope) -> str:
    found = rule.path.fullmatch(scope["path"])
    return found[1] if found and found.lastindex else unquote(_header(scope, b"x-file-name"))


def _header(scope: Scope, name: bytes) -> str:
    for key, value in scope["headers"]:
        if key.lower() == name:
            return str(value.decode("latin-1"))
    return ""


def _answer(scope: Scope, refused: Refused) -> Any:  # noqa: ANN401
    """A page for who reads pages, the way to the login where that helps, and else JSON as the API has it."""
    from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse

    from ui.document import failed_page
    from ui.library_view import failed

    headers = {"Cache-Control": "no-store"}
    page = scope["method"] in SAFE and "text/html" in _header(scope, b"accept")
    if refused.status == 401 and page:
        query = scope["query_string"].decode("latin-1")
        back = scope["path"] + (f"?{query}" if query else "")
        return RedirectResponse(f"/login?next={quote(back, safe='')}", 303, headers=headers)
    if page:
        return HTMLResponse(failed_page("打不开", refused.message), refused.status, headers=headers)
    if refused.status == 405:
        headers["Allow"] = allowed(scope["path"])
    if refused.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    told = {"code": refused.code, "message": refused.message, "type": "invalid_request_error", "param": None}
    # The page's scripts show what stands in ``html``.
    shown = {"why": refused.message, "html": failed(refused.message)}
    return JSONResponse({"error": told} | shown, refused.status, headers=headers)
