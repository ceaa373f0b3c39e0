"""Every change of the base by page or interface is in the log, with what it was of and what came of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from kb.accounts import Scope
from tests.site import Site, event, served_site

PAGE = {"X-Zhice": "page"}
TEXT = "夜市补充办法\n摊位费再减{}元。\n"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with served_site(tmp_path / "home") as site:
        yield site


def log(site: Site) -> list[tuple[str, str, str, str, str, str]]:
    """The log from the first entry on, but for who logged in."""
    deeds = [(d.name, d.via, d.action, d.target, d.outcome, d.address) for d in reversed(site.accounts.deeds())]
    return [deed for deed in deeds if deed[2] != "登录"]


def test_what_a_key_changes(site: Site) -> None:
    key, secret = site.accounts.make_key("编辑", "脚本", Scope.WRITE)
    client = site.client(key=secret)

    def send(text: str, query: str = "") -> Any:  # noqa: ANN401
        return client.post(f"/api/documents{query}", files={"file": ("夜市补充.txt", text.encode())})

    policy_id = send(TEXT.format(5)).json()["documents"][0]["policy_id"]
    assert [send(TEXT.format(5)).status_code, send(TEXT.format(6)).status_code] == [200, 409]
    assert send(TEXT.format(6), "?replace=true").status_code == 200
    assert client.delete(f"/api/documents/{policy_id}").status_code == 200
    assert client.delete(f"/api/documents/{policy_id}").status_code == 404
    by = ("编辑", f"key:{key.key_id}")
    assert log(site) == [
        (*by, "上传文件", "夜市补充.txt", "新收录", "127.0.0.1"),
        (*by, "上传文件", "夜市补充.txt", "没有变化", "127.0.0.1"),
        (*by, "上传文件", "夜市补充.txt", "没有完成（409）", "127.0.0.1"),
        (*by, "上传文件", "夜市补充.txt", "替换", "127.0.0.1"),
        (*by, "移除文件", f"{policy_id}《夜市补充办法》", "完成", "127.0.0.1"),
        (*by, "移除文件", policy_id, "没有完成（404）", "127.0.0.1"),
    ]


def test_what_is_changed_on_the_page(site: Site) -> None:
    client = site.client("编辑")
    client.headers.update(PAGE)

    def send(text: str) -> str:
        name = {"X-File-Name": quote("夜市补充.txt")}
        token = str(client.post("/library/uploads", content=text.encode(), headers=name).json()["token"])
        until = time.monotonic() + 60
        while not client.get(f"/library/uploads/{token}").json()["settled"] and time.monotonic() < until:
            time.sleep(0.05)
        return token

    send(TEXT.format(5))
    client.post(f"/library/uploads/{send(TEXT.format(6))}/drop")
    token = send(TEXT.format(7))
    client.post(f"/library/uploads/{token}/confirm")
    until = time.monotonic() + 60
    while not client.get(f"/library/uploads/{token}").json()["settled"] and time.monotonic() < until:
        time.sleep(0.05)
    policy_id = next(h.policy_id for h in site.base.documents() if h.title == "夜市补充办法")
    removed = client.post(f"/library/remove/{policy_id}").json()["token"]
    client.post(f"/library/undo/{removed}")
    by = ("编辑", "page")
    assert log(site) == [
        (*by, "上传文件", "夜市补充.txt", "已收到", "127.0.0.1"),
        (*by, "上传文件", "夜市补充.txt", "已收到", "127.0.0.1"),
        (*by, "放弃上传", "夜市补充.txt", "完成", "127.0.0.1"),
        (*by, "上传文件", "夜市补充.txt", "已收到", "127.0.0.1"),
        (*by, "确认替换", "夜市补充.txt", "完成", "127.0.0.1"),
        (*by, "移除文件", f"{policy_id}《夜市补充办法》", "完成", "127.0.0.1"),
        (*by, "撤销修改", "移除《夜市补充办法》", "完成", "127.0.0.1"),
    ]


def test_what_is_changed_of_evaluations(site: Site) -> None:
    client = site.client("编辑")
    config = client.get("/config").json()
    ids = {c["props"].get("elem_id"): c["id"] for c in config["components"]}

    def fire(element: str, what: str, data: list[Any], **more: Any) -> None:  # noqa: ANN401
        found = next(d for d in config["dependencies"] if [ids[element], what] in d["targets"])
        assert event(client, found["id"], data, **more)["success"] is True

    fire("eval-start", "click", [None, ["bm25"], 0, False])
    for do in ("stop", "resume", "delete"):
        fire("eval-runs", "click", [None], event_data={"do": do, "id": "20260101-000000-abcd"})
    fire("eval-bring", "upload", ["我的题", None])
    by = ("编辑", "page")
    assert log(site) == [
        (*by, "开始评测", "（bm25）", "没有完成", "127.0.0.1"),
        (*by, "停止评测", "20260101-000000-abcd", "完成", "127.0.0.1"),
        (*by, "接着评测", "20260101-000000-abcd", "没有完成", "127.0.0.1"),
        (*by, "删除评测", "20260101-000000-abcd", "没有完成", "127.0.0.1"),
        (*by, "加入题集", "我的题", "没有完成", "127.0.0.1"),
    ]
