"""Logging in, and what a reader can do on the whole application: nothing that changes the base, on any route."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from kb.accounts import Role, Scope, secrets
from kb.base import KnowledgeBase
from tests.accounts import CHEAP
from tests.served import ASKED, ID
from tests.site import PASSWORD, Site, event, served_site
from ui.guard import COOKIE
from ui.places import Share

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
TEXT = "X-File-Name"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served_site(tmp_path_factory.mktemp("accounts") / "home") as site:
        yield site


def state_of(base: KnowledgeBase) -> dict[str, str]:
    """What a reader must not change: the documents, and every file of the home but those of accounts and their own."""
    home = base.settings.home
    found = {f"document {h.policy_id}": h.revision for h in base.documents()}
    for path in sorted(home.rglob("*")):
        name = str(path.relative_to(home))
        if path.is_file() and not re.match(r"(users/|accounts\.db|user\.db|.*-(wal|shm)$)", name):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def routes_of(app: Any, prefix: str = "") -> set[str]:  # noqa: ANN401
    """The paths of all routes, with something in place of their parameters."""
    found: set[str] = set()
    for _ in range(6):
        if hasattr(app, "routes"):
            break
        app = getattr(app, "app", None)
    for route in getattr(app, "routes", ()):
        path = prefix + getattr(route, "path", "")
        if hasattr(route, "endpoint"):
            found.add(re.sub(r"\{[^}]*\}", ID if "policy_id" in path else "x", path) or "/")
        elif hasattr(route, "app"):
            found |= routes_of(route.app, path) | {f"{path}/x"}
        elif hasattr(route, "original_router"):  # FastAPI's place of a router that was included
            found |= routes_of(route.original_router, prefix)
    return found


def test_a_readers_session_and_key_change_nothing_on_any_route(site: Site) -> None:
    paths = routes_of(site.app)
    assert {"/library/uploads", f"/api/documents/{ID}", "/gradio_api/queue/join", "/v1/chat/completions"} <= paths
    assert len(paths) > 80
    secret = site.accounts.make_key("读者", "测试", Scope.READ)[1]
    before = state_of(site.base)
    let_in: dict[str, set[tuple[str, str]]] = {}
    for way, client in (("session", site.client("读者")), ("key", site.client(key=secret))):
        for path in sorted(paths):
            for method in UNSAFE:
                status = client.request(method, path, headers={TEXT: "a.txt"}).status_code
                if path == "/logout":
                    client = site.client("读者")
                if status not in (401, 403, 405):
                    let_in.setdefault(way, set()).add((method, path))
    reading = {("POST", f"/api/{name}") for name in ("ask", "search", "match")} | {("POST", "/v1/chat/completions")}
    assert {entry for entry in let_in["key"] if not entry[1].startswith("/mcp")} == reading
    page = {f"/gradio_api/{name}" for name in ("queue/join", "cancel", "reset", "reset/", "upload")}
    own = {"/logout", "/account/password", "/account/keys", "/account/keys/drop"}
    assert {entry for entry in let_in["session"] if not entry[1].startswith("/mcp")} == reading | {
        ("POST", path) for path in page | own
    }
    assert state_of(site.base) == before


def test_a_reader_changes_nothing_by_any_event_of_the_page(site: Site) -> None:
    client = site.client("读者")
    config = client.get("/config").json()
    before = state_of(site.base)
    events = [d for d in config["dependencies"] if d["backend_fn"]]
    assert len(events) > 30
    said = ""
    for dependency in events:
        for given in ({}, {"do": "delete", "id": "x"}, {"do": "resume", "id": "x"}):
            data = [None] * len(dependency["inputs"])
            message = event(client, dependency["id"], data, event_data=given or None)
            said += json.dumps(message, ensure_ascii=False)
    assert said.count("这个操作需要编辑权限") >= 3  # to begin, to delete, to take up again an evaluation
    assert state_of(site.base) == before


def test_each_account_has_conversations_of_its_own(site: Site) -> None:
    from kb.conversations.store import ConversationStore

    client = site.client("编辑")
    config = client.get("/config").json()
    question = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "question")
    ask = next(d for d in config["dependencies"] if [question, "submit"] in d["targets"])
    data = [ASKED if component == question else None for component in ask["inputs"]]
    message = event(client, ask["id"], data)
    assert message["success"] is True, message
    folders = {a.name: a.folder for a in site.accounts.list()}
    home = site.base.settings.home
    titles = {}
    for name, folder in folders.items():
        with ConversationStore(home / folder) as store:
            titles[name] = [row.title for row in store.list()]
    assert titles == {"管理": [], "编辑": [ASKED], "读者": []}
    with ConversationStore(home / folders["编辑"]) as store:
        made = store.list()[0].conversation_id
    assert client.get(f"/chat/{made}.json").status_code == 200
    for other in ("管理", "读者"):
        assert site.client(other).get(f"/chat/{made}.json").status_code == 404


def test_the_end_of_an_answer_changes_nothing_on_the_page(site: Site) -> None:
    """Gradio tells what an event showed last once more at its end, when the page may show the next question."""
    client = site.client("编辑")
    config = client.get("/config").json()
    question = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "question")
    ask = next(d for d in config["dependencies"] if [question, "submit"] in d["targets"])
    load = next(d for d in config["dependencies"] if d["outputs"] == ask["outputs"] and d["inputs"] == [])
    for asked in (ask, load):
        message = event(client, asked["id"], [ASKED if c == question else None for c in asked["inputs"]])
        assert message["success"] is True, message
        nothing = {"__type__": "update"}
        told = message["output"]["data"]
        assert len(told) == len(asked["outputs"])
        assert [one for one in told if one not in (nothing, nothing | {"props": nothing})] == []


# The pages of accounts


def test_a_crowd_at_the_login_holds_nobody_else_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client, go_on = site.client("读者"), threading.Event()

    class Slow:
        def verify(self, kept: str, password: str) -> bool:
            go_on.wait(30)
            return bool(CHEAP.verify(kept, password))

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401
            return getattr(CHEAP, name)

    monkeypatch.setattr(secrets, "_hasher", Slow)

    def enter(n: int) -> int:
        with httpx.Client(base_url=site.url, timeout=60) as one:
            return one.post("/login", data={"name": ["管理", "编辑", "读者"][n % 3], "password": PASSWORD}).status_code

    with ThreadPoolExecutor(60) as pool:
        entering = [pool.submit(enter, n) for n in range(60)]
        try:
            time.sleep(1.0)
            assert client.get("/library/look", timeout=10).status_code == 200
            assert client.get("/static/chat.css", timeout=10).status_code == 200
        finally:
            go_on.set()
        assert [one.result() for one in entering] == [303] * 60


def test_logging_in_and_out(site: Site) -> None:
    client = httpx.Client(base_url=site.url)
    shown = client.get("/", headers={"Accept": "text/html"})
    assert (shown.status_code, shown.headers["location"]) == (303, "/login?next=%2F")
    form = client.get("/login", params={"next": '/doc/a?x=1"><b>'})
    assert 'value="/doc/a?x=1&quot;&gt;&lt;b&gt;"' in form.text
    assert "form-action 'self'" in form.headers["content-security-policy"]
    wrong = client.post("/login", data={"name": "读者", "password": "不对", "next": "/doc/a"})
    assert (wrong.status_code, "用户名或密码不对" in wrong.text, COOKIE in wrong.cookies) == (403, True, False)
    given = {"name": "读者", "password": PASSWORD, "next": "/doc/a?x=1"}
    done = client.post("/login", data=given)
    assert (done.status_code, done.headers["location"]) == (303, "/doc/a?x=1")
    kept = done.headers["set-cookie"]
    assert re.fullmatch(rf"{COOKIE}=[\w-]{{43}}; HttpOnly; Max-Age=604800; Path=/; SameSite=lax", kept)
    token = client.cookies[COOKIE]
    assert client.get("/").status_code == 200
    left = client.post("/logout").headers
    assert (left["location"], left["clear-site-data"]) == ("/login", '"storage"')
    assert COOKIE not in client.cookies
    client.cookies.set(COOKIE, token)
    assert client.get("/").status_code == 401


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nX: y", "javascript:1"]
)
def test_the_way_back_leads_nowhere_else(site: Site, back: str) -> None:
    answer = httpx.post(f"{site.url}/login", data={"name": "读者", "password": PASSWORD, "next": back}, timeout=60)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_form_that_is_too_large_is_not_read(site: Site) -> None:
    answer = httpx.post(f"{site.url}/login", content=b"a" * 20_000, timeout=60)
    assert (answer.status_code, "提交的内容太长" in answer.text) == (413, True)


def test_ones_own_password_and_keys(site: Site) -> None:
    site.accounts.add("小王", PASSWORD, Role.EDITOR)
    elsewhere, client = site.client("小王"), site.client("小王")
    assert "<h1>小王<small>编辑</small></h1>" in client.get("/account").text
    assert client.get("/account/users").status_code == 403
    made = client.post("/account/keys", data={"label": "<b>脚本", "scope": "write"})
    secret = re.findall(r"<code>(zk_[\w-]+)</code>", made.text)[0]
    assert "&lt;b&gt;脚本" in made.text
    assert secret not in client.get("/account").text
    assert (
        httpx.get(f"{site.url}/api/documents", headers={"Authorization": f"Bearer {secret}"}, timeout=60).status_code
        == 200
    )
    key_id = secret.split("_")[1]
    others = site.client("编辑").post("/account/keys/drop", data={"key": key_id})
    assert (others.status_code, "没有编号为" in others.text) == (400, True)
    assert "已作废密钥" in client.post("/account/keys/drop", data={"key": key_id}).text
    assert (
        httpx.get(f"{site.url}/api/documents", headers={"Authorization": f"Bearer {secret}"}, timeout=60).status_code
        == 401
    )
    wrong = client.post("/account/password", data={"old": "不对", "password": "另一个-很长的-密码"})
    assert (wrong.status_code, "用户名或密码不对" in wrong.text) == (400, True)
    kept = site.accounts.make_key("小王", "脚本", Scope.READ)[1]
    changed = client.post("/account/password", data={"old": PASSWORD, "password": "另一个-很长的-密码"})
    assert (changed.status_code, "别处登录的都已退出。" in changed.text) == (200, True)
    assert site.accounts.by_key(kept)
    given = {"old": "另一个-很长的-密码", "password": "第三个-很长的-密码", "keys": "1"}
    assert "别处登录的都已退出，密钥都已作废。" in client.post("/account/password", data=given).text
    assert site.accounts.by_key(kept) is None
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 401
    site.accounts.remove("小王")
    assert client.get("/account").status_code == 401


def test_an_administrator_manages_accounts(site: Site) -> None:
    admin = site.client("管理")

    def does(what: str, **form: str) -> tuple[int, str]:
        answer = admin.post(f"/account/users{what}", data=form)
        told = re.search(r'<p class="notice[^>]*>(.*?)</p>', answer.text)
        assert told, answer.text
        return answer.status_code, told[1]

    assert does("", name="新人", password=PASSWORD, role="reader") == (200, "已添加读者“新人”。")
    assert does("", name="新人", password=PASSWORD, role="reader")[0] == 400
    assert does("", name="又一个", password=PASSWORD, role="boss")[0] == 400
    client = site.client("新人")
    assert does("/role", name="新人", role="editor") == (200, "“新人”现在是编辑。")
    assert "<small>编辑</small>" in client.get("/account").text
    kept = site.accounts.make_key("新人", "脚本", Scope.READ)[1]
    assert does("/password", name="新人", password="另一个-很长的-密码") == (
        200,
        "已重设“新人”的密码，原来登录的都已退出。",
    )
    assert site.accounts.by_key(kept)
    told = "已重设“新人”的密码，原来登录的都已退出，密钥都已作废。"
    assert does("/password", name="新人", password="第三个-很长的-密码", keys="1") == (200, told)
    assert site.accounts.by_key(kept) is None
    assert client.get("/account").status_code == 401
    assert does("/remove", name="新人") == (400, "移除账号前，请先勾选确认。")
    assert does("/remove", name="新人", sure="1") == (200, "已移除“新人”和它的密钥。")
    assert does("/remove", name="管理", sure="1")[0] == 400
    log = [(d.name, d.action, d.target) for d in site.accounts.deeds(6)]
    assert log[:5] == [
        ("管理", "移除账号", "新人"),
        ("管理", "重设密码", "新人（并作废密钥）"),
        ("管理", "重设密码", "新人"),
        ("管理", "修改角色", "新人（编辑）"),
        ("新人", "登录", ""),
    ]
    assert "重设密码" in admin.get("/account/users").text


def test_what_a_key_asks_for_by_any_interface_counts_for_its_account(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []
    enter = Share.enter

    def noted(share: Share, account: str) -> bool:
        taken.append(account)
        return enter(share, account)

    monkeypatch.setattr(Share, "enter", noted)
    _, secret = site.accounts.make_key("读者", "脚本", Scope.READ)
    client = site.client(key=secret)
    call = {"name": "search", "arguments": {"question": ASKED}}
    answers = [
        client.post("/api/search", json={"question": ASKED}),
        client.post("/api/ask", json={"question": ASKED, "stream": True}),
        client.post("/v1/chat/completions", json={"model": "zhice", "messages": [{"role": "user", "content": ASKED}]}),
        client.post(
            "/mcp",
            json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call},
            headers={"Accept": "application/json, text/event-stream"},
        ),
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert "error" not in answers[3].json()
    assert taken == [site.accounts.get("读者").account_id] * 4
