"""Logging in and out, one's own account, and for administrators all of them. The guard says who may come here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from anyio import CapacityLimiter, to_thread

from kb.accounts import AccountError, Accounts, Scope
from kb.accounts.model import role_of
from kb.errors import KBError
from ui.account_view import account_page, login_page, nobody_page, users_page
from ui.caller import address_of, caller
from ui.document import failed_page
from ui.guard import COOKIE, session_of

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_SAFE = {"Cache-Control": "no-store", "Content-Security-Policy": _POLICY}
_LARGEST = 10_000  # bytes of a form
_WEEK = 7 * 24 * 3600
_PAGE = "page"
_THREADS = 4

Form = Mapping[str, str]


def add_accounts(app: Any, accounts: Accounts) -> None:  # noqa: ANN401 - FastAPI is imported late
    """Serve the pages of accounts."""
    routes = _Routes(accounts)
    # Of none that serve others: who tries passwords waits for a hash, and may come in crowds.
    threads = cache(lambda: CapacityLimiter(_THREADS))  # made in the loop that it belongs to
    app.add_route("/login", routes.login_form)
    app.add_route("/account", routes.own)
    app.add_route("/account/users", routes.users)
    for path, handler in {
        "/login": routes.login,
        "/logout": routes.logout,
        "/account/password": routes.password,
        "/account/keys": routes.make_key,
        "/account/keys/drop": routes.drop_key,
        "/account/users": routes.managing(routes.add),
        "/account/users/role": routes.managing(routes.role),
        "/account/users/password": routes.managing(routes.reset),
        "/account/users/remove": routes.managing(routes.remove),
        "/account/users/drop-key": routes.managing(routes.drop_any_key),
    }.items():
        app.add_route(path, _with_form(handler, threads), methods=["POST"])


class _Routes:
    """The handlers, over the accounts of one home."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts

    # The login

    def login_form(self, request: Any) -> Any:  # noqa: ANN401
        if not self.accounts.any or self.accounts.by_session(session_of(request.scope)):
            return _to("/")
        return _page(login_page(_inside(request.query_params.get("next", "/"))))

    def login(self, request: Any, form: Form) -> Any:  # noqa: ANN401
        back = _inside(form.get("next", "/"))
        try:
            token = self._begun(form.get("name", ""), form.get("password", ""), request)
        except AccountError as error:
            return _page(login_page(back, str(error)), 403)
        return _with_session(_to(back), token, request)

    def logout(self, request: Any, form: Form) -> Any:  # noqa: ANN401, ARG002
        self.accounts.logout(session_of(request.scope))
        answer = _to("/login")
        answer.delete_cookie(COOKIE, path="/")
        # What was typed and not sent is kept in the browser: whoever uses it next is not to see it.
        answer.headers["Clear-Site-Data"] = '"storage"'
        return answer

    def _begun(self, name: str, password: str, request: Any) -> str:  # noqa: ANN401
        place = address_of(request.scope)
        token = self.accounts.login(name, password, place)
        who = self.accounts.by_session(token)
        if who is not None:
            self.accounts.note(who, _PAGE, "登录", address=place)
        return token

    # One's own account

    def own(self, request: Any) -> Any:  # noqa: ANN401, ARG002
        return _page(self._own_page()) if self.accounts.any else _page(nobody_page())

    def password(self, request: Any, form: Form) -> Any:  # noqa: ANN401
        who, place = caller(), address_of(request.scope)
        try:
            new = form.get("password", "")
            drop_keys = form.get("keys") == "1"
            self.accounts.change_password(who, form.get("old", ""), new, place, drop_keys=drop_keys)
            self.accounts.note(who, _PAGE, "改自己的密码", "并作废密钥" if drop_keys else "", address=place)
            token = self.accounts.login(who.name, new, place)
        except AccountError as error:
            return _page(self._own_page(problem=str(error)), 400)
        said = f"密码改好了。别处登录的都已退出{_keys_too(drop_keys)}。"
        return _with_session(_page(self._own_page(said)), token, request)

    def make_key(self, request: Any, form: Form) -> Any:  # noqa: ANN401
        who = caller()
        try:
            scope = Scope.WRITE if form.get("scope") == Scope.WRITE.value else Scope.READ
            key, secret = self.accounts.make_key(who.name, form.get("label", ""), scope)
        except AccountError as error:
            return _page(self._own_page(problem=str(error)), 400)
        self.accounts.note(who, _PAGE, "制作密钥", f"{key.key_id}（{scope.told}）", address=address_of(request.scope))
        return _page(self._own_page(secret=secret))

    def drop_key(self, request: Any, form: Form) -> Any:  # noqa: ANN401
        who = caller()
        try:
            key = self.accounts.drop_key(form.get("key", ""), who.account_id)
        except AccountError as error:
            return _page(self._own_page(problem=str(error)), 400)
        self.accounts.note(who, _PAGE, "作废密钥", key.key_id, address=address_of(request.scope))
        return _page(self._own_page(f"已作废密钥“{key.label}”。"))

    def _own_page(self, said: str = "", problem: str = "", secret: str = "") -> str:
        who = caller()
        return account_page(who, self.accounts.keys(who.name), said, problem, secret)

    # All accounts

    def users(self, request: Any) -> Any:  # noqa: ANN401, ARG002
        return _page(self._users_page()) if self.accounts.any else _page(nobody_page())

    def managing(self, deed: Callable[[Form], tuple[str, str, str]]) -> Callable[[Any, Form], Any]:
        """A handler that does it, logs it, and shows the page again; a deed tells its name, its object, what to say."""

        def run(request: Any, form: Form) -> Any:  # noqa: ANN401
            who = caller()
            try:
                action, target, said = deed(form)
            except AccountError as error:
                return _page(self._users_page(problem=str(error)), 400)
            self.accounts.note(who, _PAGE, action, target, address=address_of(request.scope))
            return _page(self._users_page(said))

        return run

    def add(self, form: Form) -> tuple[str, str, str]:
        made = self.accounts.add(form.get("name", ""), form.get("password", ""), role_of(form.get("role", "")))
        return "添加账号", f"{made.name}（{made.role.told}）", f"已添加{made.role.told}“{made.name}”。"

    def role(self, form: Form) -> tuple[str, str, str]:
        name, role = form.get("name", ""), role_of(form.get("role", ""))
        self.accounts.set_role(name, role)
        return "修改角色", f"{name}（{role.told}）", f"“{name}”现在是{role.told}。"

    def reset(self, form: Form) -> tuple[str, str, str]:
        name, drop_keys = form.get("name", ""), form.get("keys") == "1"
        self.accounts.set_password(name, form.get("password", ""), drop_keys=drop_keys)
        target = f"{name}（并作废密钥）" if drop_keys else name
        return "重设密码", target, f"已重设“{name}”的密码，原来登录的都已退出{_keys_too(drop_keys)}。"

    def remove(self, form: Form) -> tuple[str, str, str]:
        if form.get("sure") != "1":
            raise AccountError("移除账号前，请先勾选确认。")
        gone = self.accounts.remove(form.get("name", ""))
        return "移除账号", gone.name, f"已移除“{gone.name}”和它的密钥。"

    def drop_any_key(self, form: Form) -> tuple[str, str, str]:
        key = self.accounts.drop_key(form.get("key", ""))
        return "作废密钥", key.key_id, f"已作废密钥“{key.label}”。"

    def _users_page(self, said: str = "", problem: str = "") -> str:
        return users_page(self.accounts.list(), self.accounts.keys(), self.accounts.deeds(), said, problem)


def _keys_too(dropped: bool) -> str:
    return "，密钥都已作废" if dropped else ""


def _with_form(handler: Callable[[Any, Form], Any], threads: Callable[[], CapacityLimiter]) -> Callable[[Any], Any]:
    """A handler of a sent form, in one of the threads; a form that is too large is not read to its end."""

    async def run(request: Any) -> Any:  # noqa: ANN401
        data = b""
        async for piece in request.stream():
            data += piece
            if len(data) > _LARGEST:
                return _page(failed_page("没有提交", "提交的内容太长。请回到上一页改短后再试。"), 413)
        try:
            form = dict(parse_qsl(data.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20))
        except ValueError:
            form = {}
        try:
            return await to_thread.run_sync(handler, request, form, limiter=threads())
        except KBError as error:
            return _page(failed_page("没有完成", str(error)), 503)

    return run


def _inside(address: str) -> str:
    """An address of this server, whatever was asked for."""
    plain = address.startswith("/") and not address.startswith("//") and address.isprintable() and "\\" not in address
    return address if plain else "/"


def _page(html: str, status: int = 200) -> Any:  # noqa: ANN401
    from starlette.responses import HTMLResponse

    return HTMLResponse(html, status, headers=_SAFE)


def _to(address: str) -> Any:  # noqa: ANN401
    from starlette.responses import RedirectResponse

    return RedirectResponse(address, 303, headers=_SAFE)


def _with_session(answer: Any, token: str, request: Any) -> Any:  # noqa: ANN401
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, token, max_age=_WEEK, path="/", httponly=True, samesite="lax", secure=secure)
    return answer
