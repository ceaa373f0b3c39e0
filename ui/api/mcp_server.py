"""MCP under ``/mcp``: tools for agents, each only reading. Imported late: it needs the SDK at once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field

from kb.model import Answer
from ui.api.errors import fault_of
from ui.api.front import TEXT, Front
from ui.api.holdings import Holdings
from ui.api.matching import Given, MatchOut, MatchRequest, Sentence, matched
from ui.api.models import (
    LONGEST_TEXT,
    MOST_HITS,
    MOST_TURNS,
    AnswerOut,
    AskRequest,
    Day,
    Restrictions,
    SearchOut,
    SearchRequest,
    ShownOut,
    Text,
)
from ui.api.pool import Gone, Pool, Work
from ui.api.questions import Questions
from ui.api.replies import answer_values, hit_values
from ui.api.telling import faulty, gone_of

PATH = "/mcp"
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_ABOUT = (
    "知策：中文政策文件的知识库，只凭已导入的文件作答。先用 ask 得到逐句带出处的回答；没有依据时它拒答并说明原因，"
    "不要替它补上。要看原文用 search 和 show；要知道某人或某企业能申请哪些扶持用 match。引用时带上标题、文号和原文。"
)
_PIECE = 20_000  # characters of a document that are shown at once

Here: TypeAlias = Context[Any, Any]  # of a call: the SDK gives it, agents do not see it
Question = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT, description="中文的问题，写明地区、年份更准")]
Turns = Annotated[list[str] | None, Field(max_length=MOST_TURNS, description="此前问过的问题，先问的在前")]
Only = Annotated[Restrictions | None, Field(description="只在这些文件里找")]
AsOf = Annotated[Day | None, Field(description="按该日判断有效性，如 2025-07-01，默认今天")]


@dataclass(frozen=True, slots=True)
class Tools:
    """The application behind its limits, and what must run beside it."""

    app: Front
    running: Callable[[], AbstractAsyncContextManager[None]]


def tools(questions: Questions, holdings: Holdings, pool: Pool) -> Tools:
    """The tools of a base."""
    server: MCPServer[Any] = MCPServer("zhice", title="知策", instructions=_ABOUT, log_level="WARNING")
    calls = _Calls(questions, holdings, pool)
    for name, title, tool, told in (
        ("ask", "提问", calls.ask, "回答一个关于政策的问题，逐句带出处；没有依据时拒答并说明原因。"),
        ("search", "检索", calls.search, "找出与问题最相关的原文片段，最相关的在前。"),
        ("show", "查看文件", calls.show, "一份文件的字段、有效性、与其他文件的关系和全文；长的分几次看。"),
        ("match", "政策匹配", calls.match, "按一句话或画像查找某人、某企业可以申请的扶持，逐条对照条件。"),
    ):
        server.add_tool(tool, name=name, title=title, description=told, annotations=_READS)
    inner = server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        # Hosts and origins are checked before it, by the address that is listened on: a list would have to name them.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return Tools(Front(inner, lambda path: TEXT, faulty, frozenset({"POST"})), server.session_manager.run)


class _Calls:
    """The tools' functions."""

    def __init__(self, questions: Questions, holdings: Holdings, pool: Pool) -> None:
        self._questions, self._holdings, self._pool = questions, holdings, pool

    async def ask(
        self, here: Here, question: Question, history: Turns = None, filters: Only = None, as_of: AsOf = None
    ) -> Annotated[CallToolResult, AnswerOut]:
        asked = AskRequest(question=question, history=history or [], filters=filters or Restrictions(), as_of=as_of)

        def work(work: Work) -> tuple[str, dict[str, Any]]:
            answer = self._questions.answer(asked, work)
            return _told(answer), answer_values(answer)

        return await self._done(here, work)

    async def search(
        self,
        here: Here,
        question: Question,
        k: Annotated[int, Field(ge=1, le=MOST_HITS, description="最多几个片段")] = 5,
        filters: Only = None,
        as_of: AsOf = None,
    ) -> Annotated[CallToolResult, SearchOut]:
        asked = SearchRequest(question=question, k=k, filters=filters or Restrictions(), as_of=as_of)

        def work(work: Work) -> tuple[str, dict[str, Any]]:
            hits = [hit_values(hit) for hit in self._questions.search(asked, work)]
            lines = [f"{n}. {h['title']}〔{h['policy_id']}〕\n{h['text']}" for n, h in enumerate(hits, 1)]
            return "\n\n".join(lines) or "没有找到相关内容。", {"hits": hits}

        return await self._done(here, work)

    async def show(
        self,
        here: Here,
        policy_id: Annotated[Text, Field(description="文件编号，ask 和 search 的结果里有")],
        start: Annotated[int, Field(ge=0, description="从第几个字看起")] = 0,
        revision: Annotated[Text | None, Field(description="引用里的修订号，默认当前的")] = None,
        as_of: AsOf = None,
    ) -> Annotated[CallToolResult, ShownOut]:
        def work(work: Work) -> tuple[str, dict[str, Any]]:  # noqa: ARG001
            values = self._holdings.shown(policy_id, revision, as_of)
            whole = values["text"]
            piece = whole[start : start + _PIECE]
            values |= {"text": piece, "text_start": start, "total_chars": len(whole)}
            number = f"（{values['doc_number']}）" if values["doc_number"] else ""
            left = len(whole) - start - len(piece)
            more = f"\n（后面还有 {left} 字，用 start={start + len(piece)} 接着看）" if left > 0 else ""
            return f"{values['title']}{number}\n有效性：{values['status']}\n\n{piece}{more}", values

        return await self._done(here, work)

    async def match(
        self,
        here: Here,
        text: Sentence = None,
        profile: Given = None,
        as_of: AsOf = None,
    ) -> Annotated[CallToolResult, MatchOut]:
        asked = MatchRequest(text=text, profile=profile, as_of=as_of)

        def work(work: Work) -> tuple[str, dict[str, Any]]:  # noqa: ARG001
            found = matched(self._questions.base, asked)
            return found.text, found.values

        return await self._done(here, work)

    async def _done(self, here: Here, work: Callable[[Work], tuple[str, dict[str, Any]]]) -> CallToolResult:
        """What a piece of work gives, as text and as values; a failure as a message for the agent."""
        try:
            text, values = await self._pool.run(work, _gone(here))
        except Exception as error:
            fault = fault_of(error)
            return CallToolResult(content=[TextContent(type="text", text=fault.message)], is_error=True)
        plain = json.loads(json.dumps(values, ensure_ascii=False))
        return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=plain)


def _told(answer: Answer) -> str:
    """An answer with its evidence, as an agent reads it."""
    numbered = ((c, f"（{c.doc_number}）" if c.doc_number else "") for c in answer.citations)
    sources = [f"[{c.n}] {c.title}{number}：{c.quote}" for c, number in numbered]
    said = f"没有依据，拒答：{answer.text}" if answer.abstained else answer.text
    notes = [f"注意：{warning}" for warning in answer.warnings]
    return "\n".join([said, *(["", "依据："] if sources else []), *sources, *notes])


def _gone(here: Here) -> Gone:
    """Returns when whoever called is gone; a call that is taken back the SDK cancels."""
    request = here.request_context.request
    return gone_of(request) if request is not None else asyncio.get_running_loop().create_future
