"""Uploads over HTTP: what the page sends and is told, and that no other page can change anything."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from ingest.uploads import INCOMING
from kb.base import KnowledgeBase
from kb.config import Settings
from kb.errors import KBError
from tests.fakes import HashEmbedder
from tests.uploaded import NEW, OLD
from ui.desk import Desk
from ui.server import application

MARK = {"X-Zhice": "page"}


@pytest.fixture
def base(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(Settings(home=tmp_path / "home"), create=True, embedder=HashEmbedder()) as base:
        yield base


@pytest.fixture
def client(base: KnowledgeBase) -> Iterator[TestClient]:
    desk = Desk(base)
    desk.ready.set()
    desk.prepared.set()
    with TestClient(application(desk, base)) as client:
        yield client


def sent(client: TestClient, name: str, content: bytes, **headers: str) -> Any:  # noqa: ANN401
    return client.post("/library/uploads", content=content, headers=MARK | {"X-File-Name": quote(name)} | headers)


def settled(client: TestClient, answer: dict[str, Any]) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while not answer["settled"] and time.monotonic() < deadline:
        time.sleep(0.1)
        answer = client.get(f"/library/uploads/{answer['token']}").json()
    return answer


def test_over_http_a_file_goes_in_is_replaced_removed_and_brought_back(client: TestClient, base: KnowledgeBase) -> None:
    name = "<img src=x onerror=alert(1)>.txt"
    done = settled(client, sent(client, name, OLD.encode()).json())
    assert done["stage"] == "已收录" and "<img" not in done["html"] and "&lt;img src=x" in done["html"]
    asked = settled(client, sent(client, name, NEW.encode()).json())
    assert asked["stage"] == "等你确认" and "3万元" in asked["html"]
    assert client.post(f"/library/uploads/{asked['token']}/drop", headers=MARK).json()["stage"] == "已放弃"
    asked = settled(client, sent(client, name, NEW.encode()).json())
    done = settled(client, client.post(f"/library/uploads/{asked['token']}/confirm", headers=MARK).json())
    assert done["stage"] == "已收录"
    (header,) = base.documents()
    assert "3万元" in base.document(header.policy_id).text
    assert settled(client, sent(client, name, NEW.encode()).json())["stage"] == "没有变化"
    gone = client.post(f"/library/remove/{header.policy_id}", headers=MARK).json()
    assert (base.documents(), "撤销" in client.get("/library/removed").json()["removed"]) == ([], True)
    assert "还没有文件" in client.get("/library/look").text
    client.post(f"/library/undo/{gone['token']}", headers=MARK)
    assert base.documents() == [header]
    assert header.policy_id in client.get("/library/look").text


@pytest.mark.parametrize(
    "headers", [{}, {"X-Zhice": "no"}, MARK | {"Sec-Fetch-Site": "cross-site"}, MARK | {"Sec-Fetch-Site": "same-site"}]
)
def test_another_page_can_change_nothing(client: TestClient, base: KnowledgeBase, headers: dict[str, str]) -> None:
    for path in ("/library/uploads", "/library/remove/p", "/library/undo/t", "/library/uploads/t/confirm"):
        answer = client.post(path, content=b"x", headers={"X-File-Name": "a.txt"} | headers)
        assert (answer.status_code, answer.json()["why"]) == (403, "这个操作只能在知策的网页里做。")
    assert not (base.settings.home / "uploads").exists()


EVIL = {"Origin": "http://evil.example"}


@pytest.mark.parametrize(
    ("server", "headers"),
    [
        (("192.168.1.5", 7860), {"Host": "192.168.1.5:7860"} | EVIL),
        (("127.0.0.1", 7860), {"Host": "evil.example:7860", "Origin": "http://evil.example:7860"}),
    ],
)
def test_a_foreign_page_is_refused_before_anything_is_answered(
    client: TestClient, base: KnowledgeBase, server: tuple[str, int], headers: dict[str, str]
) -> None:
    app = client.app

    async def there(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        await app(scope | {"server": server}, receive, send)

    foreign = TestClient(there, base_url=f"http://{headers['Host']}")
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-zhice,x-file-name"}
    answers = [foreign.options("/library/uploads", headers=headers | asked)]
    answers.append(foreign.post("/library/uploads", content=b"x", headers=headers | MARK | {"X-File-Name": "a.txt"}))
    answers.append(foreign.get("/library/removed", headers=headers))
    assert [(a.status_code, a.json()["why"]) for a in answers] == [(403, "这个操作只能在知策的网页里做。")] * 3
    assert [name for a in answers for name in a.headers if name.startswith("access-control")] == []
    assert not (base.settings.home / "uploads").exists()


def test_what_is_refused_says_why_in_chinese(client: TestClient, base: KnowledgeBase) -> None:
    base.settings = base.settings.model_copy(update={"max_file_mb": 1})
    assert sent(client, "空.txt", b"").json()["why"] == "文件是空的。"
    refused = settled(client, sent(client, "程序.exe", b"MZ").json())
    assert refused["stage"] == "没有收录" and "不支持的文件类型（.exe）" in refused["html"]
    assert client.post("/library/remove/none", headers=MARK).json()["why"].startswith("没有编号为 none 的文件")
    assert client.get("/library/uploads/none").json()["why"].startswith("这次上传的进展没有留下")
    folder = base.settings.home / "uploads"
    assert [p for p in folder.rglob("*") if p.is_file()] == []
    assert list((folder / INCOMING).glob("*")) == []


def test_a_base_at_fault_is_told_not_raised(
    client: TestClient, base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:  # noqa: E501
    monkeypatch.setattr(base, "documents", lambda: (_ for _ in ()).throw(KBError("目录损坏。")))
    answer = client.get("/library/look")
    assert (answer.status_code, "目录损坏。" in answer.text) == (503, True)


def test_an_upload_that_fails_once_it_is_in_the_base_says_so(client: TestClient, base: KnowledgeBase) -> None:
    def fail(name: str) -> None:
        if name == "committed":
            raise OSError("磁盘满了")

    base.store.on_step = fail
    answer = settled(client, sent(client, "办法.txt", OLD.encode()).json())
    base.store.on_step = lambda name: None
    assert (answer["stage"], len(base.documents())) == ("没有收完", 1)
    assert "没有收尾（磁盘满了）" in answer["html"] and "库里和原来一样" not in answer["html"]
    assert settled(client, sent(client, "办法.txt", OLD.encode()).json())["stage"] == "等你确认"
