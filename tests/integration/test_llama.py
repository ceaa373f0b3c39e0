"""The base as a LlamaIndex retriever."""

import asyncio
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kb.base import KnowledgeBase
from kb.config import Settings
from kb.model import Filters
from tests.bases import many, open_base, submission

REPOSITORY = Path(__file__).resolve().parents[2]
FAIR = "对夜市摊位，摊位费每平方米每月补助20元，单个摊位每年最高3000元。补助由市城市管理局负责发放。"
ASKED = "云溪市夜市摊位费每平方米每月补助多少元？"


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


def test_the_query_engine_answers_with_its_citations_as_source_nodes(tmp_path):
    with open_base(tmp_path) as base:
        base.put_many([submission("fair.txt", FAIR, title="云溪市夜市扶持办法", size=60)])
        question = ASKED
        answer = base.ask(question)
        assert answer.citations
        engine = base.as_query_engine()
        response = engine.query(question)
        assert str(response) == answer.text
        assert response.metadata == {
            "abstained": False,
            "reason": None,
            "warnings": answer.warnings,
            "mode": "extractive",
            "understood": None,
        }
        assert [n.metadata["n"] for n in response.source_nodes] == [c.n for c in answer.citations]
        for node in response.source_nodes:
            text = base.document(node.metadata["policy_id"], node.metadata["revision"]).text
            assert text[node.node.start_char_idx : node.node.end_char_idx] == node.get_content()
        with ThreadPoolExecutor(1) as own_thread:
            found = own_thread.submit(lambda: asyncio.run(engine.aquery(question))).result()
        assert str(found) == answer.text
        refused = base.as_query_engine(filters=Filters(policy_ids=("none",))).query(question)
        assert (refused.source_nodes, refused.metadata["abstained"]) == ([], True)
        assert str(refused) == refused.metadata["reason"]


def test_the_example_runs_without_any_model_or_network(tmp_path, tmp_path_factory):
    home = tmp_path / "home"
    cache = tmp_path_factory.getbasetemp() / "model-cache"  # the bundled model is unpacked once a test run
    with KnowledgeBase.open(Settings(home=home, cache=cache), create=True) as base:
        base.put_many([submission("fair.txt", FAIR, title="云溪市夜市扶持办法", size=60)])
    done = subprocess.run(
        [sys.executable, str(REPOSITORY / "examples" / "llamaindex.py"), str(home), ASKED],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "ZHICE_CACHE": str(cache)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "[1]" in done.stdout
