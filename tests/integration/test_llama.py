"""The base as a LlamaIndex retriever and query engine."""

import asyncio
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from llama_index.core import Settings as LlamaSettings
from llama_index.core.base.response.schema import AsyncStreamingResponse, Response, StreamingResponse
from llama_index.core.callbacks import CallbackManager, CBEventType, EventPayload, LlamaDebugHandler
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers.no_text import NoText
from llama_index.core.tools import QueryEngineTool

from kb.base import KnowledgeBase
from kb.config import Settings
from kb.model import Filters, Status
from tests.bases import many, open_base, submission
from tests.loops import run

REPOSITORY = Path(__file__).resolve().parents[2]
FAIR = "对夜市摊位，摊位费每平方米每月补助20元，单个摊位每年最高3000元。补助由市城市管理局负责发放。"
ASKED = "云溪市夜市摊位费每平方米每月补助多少元？"
ANSWER = f"《云溪市夜市扶持办法》（云政办发〔2026〕4号）：{FAIR}[1]"

ANSWERED = {"abstained": False, "reason": None, "warnings": (), "mode": "extractive", "understood": None}
DAY = date(2026, 6, 1)


@pytest.fixture
def base(tmp_path):
    """A measure and the one it took the place of."""
    with open_base(tmp_path) as base:
        base.put_many(
            [
                submission(
                    "fair.txt",
                    FAIR,
                    title="云溪市夜市扶持办法",
                    doc_number="云政办发〔2026〕4号",
                    size=60,
                    policy_id="fair",
                    effective_from="2026-02-01",
                ),
                submission(
                    "old.txt",
                    FAIR.replace("20元", "12元"),
                    title="云溪市夜市扶持办法（试行）",
                    doc_number="云政办发〔2022〕1号",
                    size=60,
                    policy_id="old",
                    effective_from="2022-01-01",
                    expires_on="2026-01-31",
                ),
            ]
        )
        yield base


def awaited(work: Coroutine[Any, Any, Any]) -> Any:
    """The result, from a thread of its own: a browser test may have left a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def test_a_llamaindex_retriever_gives_the_base_s_own_hits(tmp_path):
    from kb.llama import PolicyRetriever

    with open_base(tmp_path) as base:
        base.put_many(many(6))
        question = "河道治理项目达到多少个？"
        hits = base.search(question, k=4)
        nodes = PolicyRetriever(base, k=4).retrieve(question)
        assert [(n.node.node_id, n.score) for n in nodes] == [(h.chunk.chunk_id, h.score) for h in hits]
        with ThreadPoolExecutor(1) as own_thread:  # a browser test may have left a loop running in this one
            found = own_thread.submit(lambda: asyncio.run(PolicyRetriever(base, k=4).aretrieve(question))).result()
        assert found == nodes
        for node in nodes:
            document = base.document(node.node.metadata["policy_id"])
            assert document.text[node.node.start_char_idx : node.node.end_char_idx] == node.node.get_content()
        only = base.documents()[0].policy_id
        found = PolicyRetriever(base, k=4, filters=Filters(policy_ids=(only,))).retrieve(question)
        assert {n.node.metadata["policy_id"] for n in found} == {only}


def cited(response):
    """The source nodes, all that is in them."""
    return [
        (n.metadata, n.node.get_content(), (n.node.start_char_idx, n.node.end_char_idx)) for n in response.source_nodes
    ]


def source(base, policy_id, title, doc_number, path):
    """The one source node of an answer that quotes a document's whole text."""
    document = base.document(policy_id)
    metadata = {
        "n": 1,
        "policy_id": policy_id,
        "revision": document.revision,
        "title": title,
        "doc_number": doc_number,
        "section": "",
        "source": path,
    }
    return [(metadata, document.text, (0, len(document.text)))]


def test_the_query_engine_answers_with_its_citations_as_source_nodes(base):
    response = base.as_query_engine(as_of=DAY).query(ASKED)
    assert type(response) is Response
    assert str(response) == ANSWER == base.ask(ASKED, as_of=DAY).text
    assert cited(response) == source(base, "fair", "云溪市夜市扶持办法", "云政办发〔2026〕4号", "fair.txt")
    assert response.metadata == ANSWERED
    assert awaited(base.as_query_engine(as_of=DAY).aquery(ASKED)) == response


def test_filters_and_the_day_are_those_of_the_base(base):
    then = base.as_query_engine(as_of=date(2023, 8, 1), filters=Filters(statuses=(Status.IN_FORCE,))).query(ASKED)
    assert cited(then) == source(base, "old", "云溪市夜市扶持办法（试行）", "云政办发〔2022〕1号", "old.txt")
    in_force = base.as_retriever(as_of=date(2023, 8, 1), filters=Filters(statuses=(Status.IN_FORCE,)))
    assert [n.metadata["policy_id"] for n in in_force.retrieve(ASKED)] == ["old"]
    one = base.as_retriever(k=1, as_of=DAY)
    assert [n.metadata["policy_id"] for n in one.retrieve(ASKED)] == ["fair"]
    assert [n.metadata["policy_id"] for n in awaited(one.aretrieve(ASKED))] == ["fair"]


def test_a_refusal_is_a_response_with_the_reason_and_no_source_nodes(base):
    nowhere = Filters(policy_ids=("none",))
    expected = base.ask(ASKED, as_of=DAY, filters=nowhere)
    refused = Response(expected.reason, [], ANSWERED | {"abstained": True, "reason": expected.reason})
    engine = base.as_query_engine(as_of=DAY, filters=nowhere)
    assert (engine.query(ASKED), awaited(engine.aquery(ASKED))) == (refused, refused)
    streaming = base.as_query_engine(as_of=DAY, filters=nowhere, streaming=True)
    assert streaming.query(ASKED).get_response() == refused


def test_a_streaming_response_has_its_source_nodes_from_the_start(base):
    engine = base.as_query_engine(as_of=DAY, streaming=True)
    response = engine.query(ASKED)
    assert type(response) is StreamingResponse
    assert cited(response) == source(base, "fair", "云溪市夜市扶持办法", "云政办发〔2026〕4号", "fair.txt")
    assert response.metadata == ANSWERED
    assert "".join(response.response_gen) == ANSWER

    async def streamed():
        response = await engine.aquery(ASKED)
        assert type(response) is AsyncStreamingResponse
        return [piece async for piece in response.async_response_gen()]

    assert "".join(awaited(streamed())) == ANSWER


def test_a_streaming_response_comes_line_by_line(base):
    asked = "云政办发〔2022〕1号和云政办发〔2026〕4号的摊位费补助有什么不同？"
    whole = base.ask(asked, as_of=DAY).text
    assert whole.count("\n") >= 1
    pieces = list(base.as_query_engine(as_of=DAY, streaming=True).query(asked).response_gen)
    assert pieces == whole.splitlines(keepends=True)


@pytest.mark.parametrize("is_async", [False, True])
def test_a_query_is_an_event_with_its_question_and_response(base, is_async, monkeypatch):
    handler = LlamaDebugHandler(print_trace_on_end=False)
    monkeypatch.setattr(LlamaSettings, "_callback_manager", CallbackManager([handler]))
    engine = base.as_query_engine(as_of=DAY)
    response = awaited(engine.aquery(ASKED)) if is_async else engine.query(ASKED)
    events = [(e.event_type, e.payload) for e in handler.get_events()]
    assert events == [
        (CBEventType.QUERY, {EventPayload.QUERY_STR: ASKED}),
        (CBEventType.QUERY, {EventPayload.RESPONSE: response}),
    ]


def test_both_fit_into_llamaindex_s_own_engines_and_tools(base):
    retriever = base.as_retriever(k=2, as_of=DAY)
    stock = RetrieverQueryEngine(retriever, response_synthesizer=NoText(llm=MockLLM()))
    response = stock.query(ASKED)
    assert [n.metadata["policy_id"] for n in response.source_nodes] == ["fair", "old"]
    tool = QueryEngineTool.from_defaults(base.as_query_engine(as_of=DAY), name="zhice", description="查政策")
    assert tool.call(ASKED).content == ANSWER
    assert awaited(tool.acall(ASKED)).content == ANSWER


@pytest.fixture
def home(tmp_path, tmp_path_factory, monkeypatch):
    """A home on disk with the bundled model, as a reader of the example has it."""
    cache = tmp_path_factory.getbasetemp() / "model-cache"  # the bundled model is unpacked once a test run
    monkeypatch.setenv("ZHICE_CACHE", str(cache))
    with KnowledgeBase.open(Settings(home=tmp_path / ".zhice", cache=cache), create=True) as base:
        base.put_many([submission("fair.txt", FAIR, title="云溪市夜市扶持办法", size=60)])
    return tmp_path / ".zhice"


# No name is looked up, no key is there: were a model of OpenAI's wanted, LlamaIndex would raise.
OFFLINE = """
import os, runpy, socket, sys
os.environ.pop("OPENAI_API_KEY", None)
def refuse(event, _):
    if event in ("socket.getaddrinfo", "socket.connect"):
        raise SystemExit("network: " + event)
sys.addaudithook(refuse)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def offline(script: Path, *arguments: str, cwd: Path = REPOSITORY) -> list[str]:
    """The lines a script prints."""
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, str(script), *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_example_runs_without_any_model_or_network(home):
    answer = f"《云溪市夜市扶持办法》：{FAIR}[1]"
    found, *rest = offline(REPOSITORY / "examples" / "llamaindex.py", str(home), ASKED)
    assert re.fullmatch(rf"\d\.\d\d  云溪市夜市扶持办法：{FAIR[:40]}", found)
    assert rest == [answer, f"[1] 云溪市夜市扶持办法：{FAIR}", answer]


def test_the_agent_finds_asks_and_passes_the_answer_on(home):
    answer = f"《云溪市夜市扶持办法》：{FAIR}[1]"
    assert offline(REPOSITORY / "examples" / "agent.py", str(home), ASKED) == [
        f"find：{ASKED}",
        f"ask：{ASKED}",
        answer,
        f"[1] 云溪市夜市扶持办法：{FAIR}",
    ]


def test_the_agent_passes_a_refusal_on_without_evidence(base):
    example = runpy.run_path(str(REPOSITORY / "examples" / "agent.py"))

    async def asked() -> Any:
        return await example["agent"](base, example["scripted"]()).run("月球基地的建设标准是什么？")

    done = run(asked())
    answer = done.tool_calls[-1].tool_output.raw_output
    assert (answer.metadata["abstained"], answer.source_nodes) == (True, [])
    assert done.response.content == answer.metadata["reason"]


def test_the_code_of_the_readme_runs_as_it_stands(home, tmp_path):
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    (code,) = re.findall(r"^```python\n(from kb\.base .*?)^```$", readme, re.M | re.S)
    (tmp_path / "readme.py").write_text(code, "utf-8")
    assert offline(tmp_path / "readme.py", cwd=tmp_path) == [
        f"《云溪市夜市扶持办法》：{FAIR}[1] False ['云溪市夜市扶持办法']"
    ]
