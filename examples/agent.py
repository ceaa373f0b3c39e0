"""A LlamaIndex agent that works with 知策: it looks for passages, then asks, and says only what came back.

The language model here is scripted, so that the example runs offline; any model of LlamaIndex's that calls functions
takes its place: ``agent(base, OpenAILike(model=…, api_base=…, is_function_calling_model=True))``.

Run: python examples/agent.py 数据目录 问题
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

from llama_index.core.agent.workflow import AgentOutput, FunctionAgent
from llama_index.core.base.llms.types import ChatMessage, MessageRole, ToolCallBlock
from llama_index.core.base.response.schema import Response
from llama_index.core.llms import MockFunctionCallingLLM
from llama_index.core.llms.function_calling import FunctionCallingLLM
from llama_index.core.tools import QueryEngineTool, RetrieverTool

from kb.base import KnowledgeBase
from kb.config import load_settings

RULES = (
    "你帮人查中国的政策。先用 find 看有哪些文件，再用 ask 得到回答。ask 的回答逐句带出处 [n]，原样转告，"
    "不要改数字、不要去掉 [n]、不要补充；它拒答时如实说没有依据和原因。"
)


def agent(base: KnowledgeBase, llm: FunctionCallingLLM) -> FunctionAgent:
    """An agent with two tools over a base."""
    find = RetrieverTool.from_defaults(
        base.as_retriever(k=3), name="find", description="找出与问题最相关的原文片段和它们所在的文件"
    )
    ask = QueryEngineTool.from_defaults(
        base.as_query_engine(), name="ask", description="回答政策问题，逐句带出处；没有依据时拒答并说明原因"
    )
    return FunctionAgent(tools=[find, ask], llm=llm, system_prompt=RULES)


def scripted() -> FunctionCallingLLM:
    """What a model would do that keeps to the rules: find, ask, pass the answer on."""

    def next_step(messages: Sequence[ChatMessage], **_: Any) -> ChatMessage:  # noqa: ANN401
        told = [message.content or "" for message in messages if message.role == MessageRole.TOOL]
        if len(told) == 2:
            return ChatMessage(told[-1], role=MessageRole.ASSISTANT)
        asked = next(message.content for message in reversed(messages) if message.role == MessageRole.USER)
        name = ("find", "ask")[len(told)]
        call = ToolCallBlock(tool_call_id=f"call-{name}", tool_name=name, tool_kwargs={"input": asked})
        return ChatMessage(role=MessageRole.ASSISTANT, blocks=[call])

    return MockFunctionCallingLLM(response_generator=next_step)


async def main(home: str, question: str) -> None:
    """Ask the agent; print what it did, what it says, and the evidence behind it."""
    with KnowledgeBase.open(load_settings(home=home)) as base:
        done: AgentOutput = await agent(base, scripted()).run(question)
        for call in done.tool_calls:
            print(f"{call.tool_name}：{call.tool_kwargs['input']}")
        print(done.response.content)
        answer = done.tool_calls[-1].tool_output.raw_output
        assert isinstance(answer, Response)
        for node in answer.source_nodes:
            print(f"[{node.metadata['n']}] {node.metadata['title']}：{node.get_content()}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
