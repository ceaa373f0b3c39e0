"""MCP with the SDK's own client, against a server that runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
import pytest
from mcp import Client
from starlette.applications import Starlette
from starlette.routing import Route

from kb.base import KnowledgeBase
from kb.model import Answer
from tests.loops import run
from tests.served import (
    ANSWER,
    ASKED,
    FAIR,
    FOLLOW_UP,
    ID,
    NUMBER,
    REFUSED,
    TITLE,
    Scripted,
    answered,
    link,
    revision,
    running,
    served_base,
    warmed,
)
from ui.api.holdings import Holdings
from ui.api.mcp_server import tools
from ui.api.pool import Pool
from ui.api.questions import Questions
from ui.server import application

HEADERS = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}
LISTING = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with served_base(tmp_path_factory.mktemp("mcp") / "home") as base:
        yield base


@pytest.fixture(scope="module")
def server(base: KnowledgeBase) -> Iterator[str]:
    with running(application(warmed(base), base)) as address:
        yield address


def talk(server: str, say: Callable[[Client], Awaitable[Any]]) -> Any:  # noqa: ANN401
    async def session() -> Any:  # noqa: ANN401
        async with Client(f"{server}/mcp") as client:
            return await say(client)

    return run(session())


def called(server: str, tool: str, **given: Any) -> tuple[bool, str, Any]:  # noqa: ANN401
    """Whether a call failed, its text, its values."""
    result = talk(server, lambda client: client.call_tool(tool, given))
    (content,) = result.content
    return bool(result.is_error), content.text, result.structured_content


def test_the_tools_say_what_they_are_for_and_only_read(server: str) -> None:
    listed = talk(server, lambda client: client.list_tools()).tools
    wanted = {"ask": ["question"], "search": ["question"], "show": ["policy_id"], "match": []}
    assert {tool.name: tool.input_schema.get("required", []) for tool in listed} == wanted
    assert all(tool.annotations.read_only_hint and tool.description and tool.output_schema for tool in listed)


def test_ask_answers_with_its_evidence(server: str, base: KnowledgeBase) -> None:
    failed, text, values = called(server, "ask", question=ASKED)
    del values["timings_ms"]
    assert (failed, text) == (False, f"{ANSWER}\n\n依据：\n[1] {TITLE}（{NUMBER}）：{FAIR}")
    assert values == answered(base)


def test_a_refusal_is_no_failure_and_says_so(server: str) -> None:
    failed, text, values = called(server, "ask", question=REFUSED)
    assert (failed, text, values["status"]) == (False, f"没有依据，拒答：{values['reason']}", "refused")


def test_ask_understands_follow_ups_filters_and_days(server: str) -> None:
    statuses = [
        called(server, "ask", question=FOLLOW_UP)[2]["status"],
        called(server, "ask", question=FOLLOW_UP, history=[ASKED])[2]["status"],
        called(server, "ask", question=ASKED, filters={"kinds": ["通知"]})[2]["status"],
    ]
    assert statuses == ["refused", "answered", "refused"]
    early = called(server, "ask", question=ASKED, as_of="2026-01-01")
    assert "尚未施行" in early[1]


def test_search_gives_passages(server: str, base: KnowledgeBase) -> None:
    failed, text, values = called(server, "search", question="夜市摊位费", k=1)
    (hit,) = values["hits"]
    assert (failed, text) == (False, f"1. {TITLE}〔{ID}〕\n{FAIR}")
    assert (hit["policy_id"], hit["revision"], hit["start"], hit["end"], hit["text"], hit["url"]) == (
        ID, revision(base), 0, len(FAIR), FAIR, link(base),
    )  # fmt: skip


def test_show_gives_a_document_piece_by_piece(server: str) -> None:
    failed, text, values = called(server, "show", policy_id=ID, start=10)
    assert (failed, text) == (False, f"{TITLE}（{NUMBER}）\n有效性：现行\n\n{FAIR[10:]}")
    assert (values["text"], values["text_start"], values["total_chars"]) == (FAIR[10:], 10, len(FAIR))


def test_match_finds_what_a_company_can_claim(server: str) -> None:
    by_sentence = called(server, "match", text="云溪市的个体工商户，摆夜市摊位")
    by_profile = called(server, "match", profile={"地区": "云溪市", "主体": "个体工商户"}, as_of="2026-03-01")
    assert [(failed, text.partition("\n")[0]) for failed, text, _ in (by_sentence, by_profile)] == [
        (False, "你的情况："),
        (False, "你的情况："),
    ]
    assert by_profile[2]["as_of"] == "2026-03-01"
    assert {"groups", "near", "apart", "summary", "not_understood", "citations"} <= set(by_profile[2])


@pytest.mark.parametrize(
    ("tool", "given", "message"),
    [
        ("ask", {"question": " "}, "问题是空的。请输入想问的内容，例如：某项补贴的标准是多少，由哪个部门负责。"),
        (
            "search",
            {"question": "问", "filters": {"region": "火星"}},
            "不认识地区“火星”。请写区划名称（如 温州市鹿城区）或六位代码。",
        ),
        ("show", {"policy_id": "none"}, "没有编号为 none 的文件。用 GET /api/documents 列出所有文件。"),
        ("match", {}, "text 和 profile 写一个，不能都写或都不写。"),
        ("match", {"profile": {"主体": "企业"}}, "画像没有写“地区”。请写明所在的市、区或县，如 温州市鹿城区。"),
    ],
)
def test_a_faulty_call_is_told_to_the_agent(server: str, tool: str, given: Any, message: str) -> None:  # noqa: ANN401
    assert called(server, tool, **given) == (True, message, None)


def test_an_argument_of_another_kind_is_a_failure(server: str) -> None:
    failed, text, _ = called(server, "search", question="问", k=0)
    assert (failed, "k" in text) == (True, True)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
    ],
)
def test_pages_of_other_sites_get_no_further(server: str, headers: dict[str, str], status: int) -> None:
    answer = httpx.post(f"{server}/mcp", json=LISTING, headers=HEADERS | headers, timeout=60)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_no_stream_is_kept_open_for_nothing(server: str, method: str) -> None:
    answer = httpx.request(method, f"{server}/mcp", headers=HEADERS, timeout=60)
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")


def test_work_for_an_agent_that_is_gone_is_stopped(base: KnowledgeBase) -> None:
    begun, left, ended, over = (threading.Event() for _ in range(4))

    def script() -> Iterator[Answer]:
        try:
            begun.set()
            left.wait(30)
            while not over.wait(0.01):
                yield Answer(ASKED)
        finally:
            ended.set()

    mcp = tools(Questions(warmed(base), cast(KnowledgeBase, Scripted(script))), Holdings(base), Pool())

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:  # noqa: ANN401
        async with mcp.running():
            yield

    async def leave(address: str) -> None:
        given = {"name": "ask", "arguments": {"question": ASKED}}
        calling = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": given}
        async with httpx.AsyncClient(timeout=60) as client:
            asked = asyncio.ensure_future(client.post(f"{address}/mcp", json=calling, headers=HEADERS))
            assert await asyncio.to_thread(begun.wait, 30)
            asked.cancel()

    app = Starlette(lifespan=lifespan, routes=[Route("/mcp", mcp.app)])
    with running(app) as address:
        run(leave(address))
        left.set()
        try:
            assert ended.wait(30)
        finally:
            over.set()
