"""What the guard lets through, asked of a small application behind it, with real accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from kb.accounts import LOCAL, Accounts, Caller, Forbidden, Role, Scope, audit, secrets
from kb.errors import HomeNotWritable
from tests.accounts import CHEAP
from ui.caller import caller, calling, need
from ui.guard import COOKIE, Guard
from ui.permissions import RULES, rule_of

PASSWORD = "风起云涌-2026-夏"
LAN = ("192.168.1.5", 7860)
LOOPBACK = ("127.0.0.1", 7860)
PAGE = {"Accept": "text/html"}


class Served:
    """An application behind the guard, called at the address it listens on."""

    def __init__(self, accounts: Accounts | None, server: tuple[str, int] = LAN) -> None:
        inner = Starlette()
        methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
        inner.add_route("/{path:path}", _tells, methods=methods)
        guard = Guard(inner, accounts)

        async def there(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
            await guard(scope | {"server": server}, receive, send)

        self.host = f"{server[0]}:{server[1]}"
        self.client = TestClient(there, base_url=f"http://{self.host}", follow_redirects=False)

    def __call__(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, *, token: str = "", key: str = ""
    ) -> Any:  # noqa: ANN401
        sent = dict(headers or {})
        if token:
            sent["Cookie"] = f"other=1; {COOKIE}={token}"
        if key:
            sent["Authorization"] = f"Bearer {key}"
        return self.client.request(method, path, headers=sent)


def _tells(request: Any) -> JSONResponse:  # noqa: ANN401
    who = caller()
    return JSONResponse({"name": who.name, "role": who.role.value}, 409 if "fails" in request.url.path else 200)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_hasher", lambda: CHEAP)


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    with closing(Accounts(tmp_path)) as made:
        yield made


@pytest.fixture
def people(accounts: Accounts) -> dict[Role, str]:
    """One account of each role, with the token of a session."""
    names = {Role.ADMIN: "管理", Role.EDITOR: "编辑", Role.READER: "读者"}
    for role, name in names.items():
        accounts.add(name, PASSWORD, role)
    return {role: accounts.login(name, PASSWORD, "") for role, name in names.items()}


def test_without_accounts_this_machine_may_do_everything_named(accounts: Accounts) -> None:
    served = Served(accounts, LOOPBACK)
    for rule in RULES:
        path = rule.path.pattern.replace("(static/.*|favicon\\.ico|healthz|readyz|login)", "healthz")
        if any(c in path for c in "(*|"):
            continue
        for method in rule.methods:
            answer = served(method, path.replace("/?", ""))
            assert answer.status_code == 200, (method, path)
            assert method == "HEAD" or answer.json() == {"name": "本机", "role": "admin"}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:7860", ""])
def test_without_accounts_a_foreign_name_that_leads_here_reads_nothing(accounts: Accounts, host: str) -> None:
    served = Served(accounts, LOOPBACK)
    for method in ("GET", "POST"):
        answer = served(method, "/library/uploads", {"Host": host})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign")


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_without_accounts_nobody_is_served_through_a_proxy(accounts: Accounts, header: str) -> None:
    """A proxy on this machine may call it by its own name, whoever stands behind."""
    served = Served(accounts, LOOPBACK)
    answer = served("GET", "/doc/p1", {header: "203.0.113.9"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign")
    accounts.add("管理", PASSWORD, Role.ADMIN)
    token = accounts.login("管理", PASSWORD, "")
    assert served("GET", "/doc/p1", {header: "203.0.113.9"}, token=token).status_code == 200


def test_a_websocket_is_closed(accounts: Accounts, people: dict[Role, str]) -> None:
    client, cookie = Served(accounts).client, {"Cookie": f"{COOKIE}={people[Role.ADMIN]}"}
    with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect("/", headers=cookie):
        pass
    assert closed.value.code == 1008


def test_a_change_that_cannot_be_logged_is_not_said_to_have_failed(
    accounts: Accounts, people: dict[Role, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*given: object, **more: object) -> None:
        raise HomeNotWritable(accounts.home, "disk is full")

    monkeypatch.setattr(audit, "note", full)
    answer = Served(accounts)("POST", "/library/remove/p1", token=people[Role.EDITOR])
    assert (answer.status_code, answer.json()["name"]) == (200, "编辑")
    assert [r.getMessage() for r in caplog.records] == ["a change is not in the log of changes: 移除文件"]


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://192.168.1.5", "http://192.168.1.50:7860"])
def test_another_page_can_use_no_session(accounts: Accounts, people: dict[Role, str], origin: str) -> None:
    served = Served(accounts)
    token = people[Role.ADMIN]
    for method, path in (("POST", "/library/remove/p1"), ("GET", "/library/removed"), ("POST", "/login")):
        answer = served(method, path, {"Origin": origin}, token=token)
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers
    assert served("POST", "/logout", {"Origin": "http://192.168.1.5:7860"}, token=token).status_code == 200
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    assert served("OPTIONS", "/library/uploads", asked).status_code == 403


#: Method, path, and the least role that may.
NEEDED = [
    ("GET", "/", Role.READER),
    ("GET", "/doc/p1", Role.READER),
    ("GET", "/library/look", Role.READER),
    ("POST", "/gradio_api/queue/join", Role.READER),
    ("POST", "/api/ask", Role.READER),
    ("POST", "/api/match", Role.READER),
    ("POST", "/v1/chat/completions", Role.READER),
    ("POST", "/mcp", Role.READER),
    ("POST", "/account/keys", Role.READER),
    ("POST", "/library/uploads", Role.EDITOR),
    ("POST", "/library/uploads/t1/confirm", Role.EDITOR),
    ("POST", "/library/uploads/t1/drop", Role.EDITOR),
    ("POST", "/library/remove/a/b", Role.EDITOR),
    ("POST", "/library/undo/t1", Role.EDITOR),
    ("POST", "/api/documents", Role.EDITOR),
    ("DELETE", "/api/documents/p1", Role.EDITOR),
    ("GET", "/account/users", Role.ADMIN),
    ("POST", "/account/users", Role.ADMIN),
    ("POST", "/account/users/remove", Role.ADMIN),
    ("GET", "/metrics", Role.ADMIN),
    ("GET", "/monitoring/summary", Role.ADMIN),
]


@pytest.mark.parametrize(("method", "path", "needed"), NEEDED)
def test_what_each_role_may_do(
    accounts: Accounts, people: dict[Role, str], method: str, path: str, needed: Role
) -> None:
    served = Served(accounts)
    for role, token in people.items():
        answer = served(method, path, token=token)
        assert answer.status_code == (200 if role.covers(needed) else 403), role
        if answer.status_code == 403:
            assert answer.json()["why"] == f"这个操作需要{needed.told}权限。请找管理员开通。"
    nobody = served(method, path)
    assert (nobody.status_code, nobody.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/run/predict"),
        ("POST", "/gradio_api/api/x"),
        ("POST", "/gradio_api/call/x"),
        ("POST", "/gradio_api/vibe-edit"),
        ("POST", "/gradio_api/component_server"),
        ("GET", "/gradio_api/deep_link?session_hash=x"),
        ("GET", "/gradio_api/dev/reload"),
        ("GET", "/gradio_api/call/x/y"),
        ("GET", "/gradio_api/stream/a/b/c/playlist.m3u8"),
        ("GET", "/gradio_api/proxy=http://127.0.0.1:1/"),
        ("PUT", "/api/documents"),
        ("PATCH", "/doc/p1"),
        ("DELETE", "/library/remove/p1"),
        ("POST", "/library/remove"),
        ("POST", "/"),
        ("POST", "/library/uploads/t1/confirm/"),
        ("POST", "//library/uploads"),
    ],
)
def test_what_is_not_named_is_refused_whoever_asks(
    accounts: Accounts, people: dict[Role, str], method: str, path: str
) -> None:
    answer = Served(accounts)(method, f"http://192.168.1.5:7860{path}", token=people[Role.ADMIN])
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")
    assert method not in answer.headers["allow"].split(", ")


def test_who_is_not_logged_in_is_shown_the_way(accounts: Accounts, people: dict[Role, str]) -> None:
    served = Served(accounts)
    answer = served("GET", "/doc/p1?revision=1&q=税", PAGE)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/login?next=%2Fdoc%2Fp1%3Frevision%3D1%26q%3D%25E7%25A8%258E",
    )
    assert served("GET", "/gradio_api/queue/data").status_code == 401
    for path in ("/static/chat.css", "/healthz", "/readyz", "/login", "/favicon.ico"):
        assert served("GET", path).status_code == 200
    assert served("GET", "/", token="x" * 43).status_code == 401
    assert served("GET", "/account/users", PAGE, token=people[Role.READER]).text.count("需要管理员权限") == 1


def test_a_key_does_what_its_scope_and_its_account_may(accounts: Accounts, people: dict[Role, str]) -> None:
    served = Served(accounts)
    keys = {
        (name, scope): accounts.make_key(name, "测试", scope)[1]
        for name, scope in (("管理", Scope.READ), ("编辑", Scope.WRITE), ("读者", Scope.READ))
    }
    for (name, scope), key in keys.items():
        assert served("POST", "/api/ask", key=key).json()["name"] == name
        assert served("GET", "/v1/models", key=key).status_code == 200
        writes = served("DELETE", "/api/documents/p1", key=key)
        assert writes.status_code == (200 if scope is Scope.WRITE else 403)
        for method, path in (("GET", "/"), ("POST", "/gradio_api/queue/join"), ("POST", "/library/remove/p1")):
            assert served(method, path, key=key).json()["error"]["message"].startswith("密钥只能用于接口"), path
    told = {name: served("GET", "/metrics", key=key).status_code for (name, _), key in keys.items()}
    assert told == {"管理": 200, "编辑": 403, "读者": 403}  # what only reads takes no key that could write
    accounts.set_role("编辑", Role.READER)
    assert served("DELETE", "/api/documents/p1", key=keys["编辑", Scope.WRITE]).status_code == 403
    wrong = served("POST", "/api/ask", token=people[Role.ADMIN], key="zk_1")  # a bad key is not made good by a session
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "unauthorized")
    # a program has no page, and may say where it is from
    assert served("POST", "/api/ask", {"Origin": "http://tool.example"}, key=keys["读者", Scope.READ]).is_success


@pytest.mark.parametrize(
    ("length", "status"),
    [({"Content-Length": "8000001"}, 413), ({"Transfer-Encoding": "chunked"}, 413), ({"Content-Length": "2"}, 200)],
)
def test_an_event_of_the_page_is_of_bounded_size(
    accounts: Accounts, people: dict[Role, str], length: dict[str, str], status: int
) -> None:
    """The framework reads all of it into memory."""
    for path in ("/gradio_api/queue/join", "/gradio_api/cancel", "/gradio_api/reset/"):
        answer = Served(accounts)("POST", path, length, token=people[Role.READER])
        assert answer.status_code == status
        assert status == 200 or answer.json()["why"] == "发来的内容太多（最多 8 MB）。请缩短后重试。"


def test_changes_are_logged_with_what_came_of_them(accounts: Accounts, people: dict[Role, str]) -> None:
    served = Served(accounts)
    made, key = accounts.make_key("编辑", "脚本", Scope.WRITE)
    named = {"X-File-Name": "%E6%96%B9%E6%A1%88.pdf"}
    served("POST", "/library/uploads", named, token=people[Role.EDITOR])
    served("POST", "/library/remove/fails", token=people[Role.ADMIN])
    served("DELETE", "/api/documents/p1", key=key)
    served("POST", "/library/remove/p2", token=people[Role.READER])  # refused: nothing was changed
    served("GET", "/library/look", token=people[Role.EDITOR])
    deeds = [(d.name, d.via, d.action, d.target, d.outcome, d.address) for d in accounts.deeds()]
    assert deeds == [
        ("编辑", f"key:{made.key_id}", "移除文件", "p1", "完成", "testclient"),
        ("管理", "page", "移除文件", "fails", "没有完成（409）", "testclient"),
        ("编辑", "page", "上传文件", "方案.pdf", "完成", "testclient"),
    ]
    assert [d.way for d in accounts.deeds()] == [f"接口（密钥 {made.key_id}）", "网页", "网页"]


def test_without_a_known_caller_nothing_is_done() -> None:
    with pytest.raises(Forbidden):
        caller()
    with calling(Caller("a1", "读者", Role.READER)):
        assert need(Role.READER).name == "读者"
        with pytest.raises(Forbidden, match="需要编辑权限"):
            need(Role.EDITOR)
    with calling(LOCAL):
        assert need(Role.ADMIN) == LOCAL


def test_a_line_break_in_a_path_is_no_way_around(accounts: Accounts, people: dict[Role, str]) -> None:
    assert rule_of("POST", "/library/remove/a\nb") is not None
    served = Served(accounts)
    assert served("POST", "/library/remove/a%0Ab", token=people[Role.READER]).status_code == 403
