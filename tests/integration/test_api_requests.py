"""Requests over REST that are refused and how, and the description of those that are not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from kb.base import KnowledgeBase
from tests.api import interface, told
from tests.served import (
    ASKED,
    ID,
    served_base,
    warmed,
)
from tests.uploaded import OLD
from ui.api.front import LARGEST_QUESTION
from ui.guard import Guard
from ui.server import application

EMPTY = "问题是空的。请输入想问的内容，例如：某项补贴的标准是多少，由哪个部门负责。"
NOT_FOUND = "没有这个接口。可用的接口见 /api/docs。"
WRONG_METHOD = "这个地址不接受这种请求方法。可用的方法见 /api/docs。"
WRONG_TYPE = "这个接口要的内容类型是 application/json。"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with served_base(tmp_path_factory.mktemp("api") / "home") as base:
        yield base


@pytest.fixture(scope="module")
def client(shared: KnowledgeBase) -> Iterator[TestClient]:
    """The whole application, on a base that is only read."""
    with TestClient(application(warmed(shared), shared)) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", "ask", {"question": " \n"}, (422, "question_invalid", EMPTY)),
        ("POST", "ask", {"question": " ", "stream": True}, (422, "question_invalid", EMPTY)),
        (
            "POST",
            "ask",
            {"question": "问" * 2001},
            (422, "question_invalid", "问题有 2001 个字，最多 2000 个字。请把问题缩短，或分成几个问题来问。"),
        ),
        ("POST", "ask", {}, (422, "invalid", "请求有误。question：缺这一项。写法见 /api/docs。")),
        (
            "POST",
            "ask",
            {"question": "问", "过滤": 1},
            (422, "invalid", "请求有误。过滤：没有这一项，请核对写法或删去。写法见 /api/docs。"),
        ),
        (
            "POST",
            "search",
            {"question": "问", "k": 101, "filters": {"kinds": ["诗"], "date_from": "2025-13-01"}},
            (
                422,
                "invalid",
                "请求有误。filters.kinds：只能是 '法律'、'法规'、'规章'、'规范性文件'、'通知'、'意见'、'办法'、'细则'、"
                "'行动计划'、'实施方案'、'规划'、'公告'、'批复'、'函'、'答复函'、'办事指南'、'解读'、'新闻'、'调研文章'、"
                "'图片说明'、'摘要'、'其他'；filters.date_from：没有 2025-13-01 这一天；k：不能大于 100。"
                "写法见 /api/docs。",
            ),
        ),
        ("POST", "ask", [1], (422, "invalid", "请求有误。请求：应是 JSON 对象。写法见 /api/docs。")),
        (
            "POST",
            "search",
            {"question": "问", "filters": {"region": "火星"}},
            (422, "question_invalid", "不认识地区“火星”。请写区划名称（如 温州市鹿城区）或六位代码。"),
        ),
        (
            "POST",
            "search",
            {"question": "问", "filters": {"date_from": "2026-01-02", "date_to": "2026-01-01"}},
            (422, "question_invalid", "起始日期 2026-01-02 晚于截止日期 2026-01-01，请改正后再问。"),
        ),
        ("GET", "documents?page=0", None, (422, "invalid", "请求有误。page：不能小于 1。写法见 /api/docs。")),
        (
            "GET",
            "documents/none",
            None,
            (404, "unknown_document", "没有编号为 none 的文件。用 GET /api/documents 列出所有文件。"),
        ),
        ("POST", "match", {}, (422, "invalid", "text 和 profile 写一个，不能都写或都不写。")),
        (
            "POST",
            "match",
            {"profile": {"主体": "企业"}},
            (422, "profile_invalid", "画像没有写“地区”。请写明所在的市、区或县，如 温州市鹿城区。"),
        ),
        ("GET", "none", None, (404, "not_found", NOT_FOUND)),
        ("PUT", "ask", {}, (405, "method_not_allowed", WRONG_METHOD)),
        (
            "DELETE",
            "documents/none",
            None,
            (404, "unknown_document", "没有编号为 none 的文件。用 GET /api/documents 列出所有文件。"),
        ),
    ],
)
def test_a_faulty_request_is_told_what_to_mend(
    client: TestClient, method: str, path: str, body: Any, expected: tuple[int, str, str]
) -> None:
    answer = client.request(method, f"/api/{path}", **({} if body is None else {"json": body}))
    assert told(answer) == expected
    assert answer.headers["content-type"] == "application/json"


def test_a_body_that_is_no_json_is_told_so(client: TestClient) -> None:
    broken = client.post("/api/ask", content=b"{", headers={"Content-Type": "application/json"})
    assert told(broken) == (422, "invalid", "请求有误。请求：不是 JSON。写法见 /api/docs。")
    form = client.post("/api/ask", content=b"question=1", headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert told(form) == (415, "unsupported_media_type", WRONG_TYPE)


def test_what_is_too_large_is_refused_with_or_without_its_length(client: TestClient) -> None:
    json_type = {"Content-Type": "application/json"}
    too_large = (413, "too_large", f"请求超过 {LARGEST_QUESTION // 1_000_000} MB。请缩短后重试。")
    whole = client.post("/api/ask", content=b" " * (LARGEST_QUESTION + 1), headers=json_type)
    pieces = client.post("/api/ask", content=(b" " * 100_000 for _ in range(41)), headers=json_type)
    assert [told(whole), told(pieces)] == [too_large, too_large]


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
def test_a_page_of_another_site_gets_nowhere(
    client: TestClient, shared: KnowledgeBase, headers: dict[str, str]
) -> None:
    refused = (403, "foreign", "不接受别的网站的网页发来的请求。请从自己的程序里调用。")
    file = {"file": ("办法.txt", OLD.encode())}
    assert told(client.post("/api/documents", files=file, headers=headers)) == refused
    assert told(client.delete(f"/api/documents/{ID}", headers=headers)) == refused
    assert told(client.post("/api/ask", json={"question": ASKED}, headers=headers)) == refused
    assert [h.policy_id for h in shared.documents()] == [ID]


def test_a_name_pointed_at_this_machine_is_not_answered(shared: KnowledgeBase) -> None:
    """DNS rebinding: a page of another site under a name of its own that leads here."""
    client = TestClient(Guard(interface(shared), None), base_url="http://127.0.0.1:7860")
    assert client.get("/documents", headers={"Host": "localhost:7860"}).status_code == 200
    assert told(client.get("/documents", headers={"Host": "evil.example:7860"}))[:2] == (403, "foreign")


def test_the_page_of_the_description_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/api/docs")
    assert (page.status_code, "http" in page.text.replace("http-equiv", "")) == (200, False)
    assert "connect-src 'self'" in page.headers["content-security-policy"]
    kinds = {"openapi.json": "application/json", "docs/swagger-ui.css": "text/css; charset=utf-8"}
    kinds["docs/swagger-ui-bundle.js"] = "text/javascript; charset=utf-8"
    for path, kind in kinds.items():
        answer = client.get(f"/api/{path}")
        assert (answer.status_code, answer.headers["content-type"], path in page.text) == (200, kind, True)
    assert told(client.get("/api/docs/core.py")) == (404, "not_found", NOT_FOUND)


def test_the_description_tells_every_way_in_Chinese(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()
    ways = {(method, path) for path, ways in described["paths"].items() for method in ways}
    assert ways == {
        ("post", "/ask"),
        ("post", "/search"),
        ("post", "/match"),
        ("get", "/documents"),
        ("post", "/documents"),
        ("get", "/documents/{policy_id}"),
        ("delete", "/documents/{policy_id}"),
    }
    assert described["servers"] == [{"url": "/api"}]
    told_of = [way["description"] for ways in described["paths"].values() for way in ways.values()]
    own = [
        s for name, s in described["components"]["schemas"].items() if "Validation" not in name and "Body" not in name
    ]
    told_of += [schema["description"] for schema in own]
    assert [text for text in told_of if not any("\u4e00" <= c <= "\u9fff" for c in text)] == []
