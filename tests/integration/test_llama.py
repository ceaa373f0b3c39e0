"""The base as a LlamaIndex retriever."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from kb.model import Filters
from tests.bases import many, open_base


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
