"""LlamaIndex with 知策: as a retriever, a query engine and an agent's tool.

Run: python examples/llamaindex.py 数据目录 问题
"""

from __future__ import annotations

import sys

from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers.no_text import NoText
from llama_index.core.tools import QueryEngineTool

from kb.base import KnowledgeBase
from kb.config import load_settings


def main(home: str, question: str) -> None:
    """Ask one question in three ways."""
    with KnowledgeBase.open(load_settings(home=home)) as base:
        # 1. 检索器：放进 LlamaIndex 自己的查询引擎。
        #    只取片段，用不到大模型；但不给一个，LlamaIndex 就会去找 OpenAI。
        stock = RetrieverQueryEngine(base.as_retriever(k=3), response_synthesizer=NoText(llm=MockLLM()))
        for node in stock.query(question).source_nodes:
            print(f"{node.score:.2f}  {node.metadata['title']}：{node.get_content()[:40]}")

        # 2. 查询引擎：知策的回答，逐句引用，引用就是 source_nodes；没有依据时 metadata["abstained"] 为真。
        engine = base.as_query_engine()
        response = engine.query(question)
        print(response)
        for node in response.source_nodes:
            print(f"[{node.metadata['n']}] {node.metadata['title']}：{node.get_content()}")

        # 3. 工具：交给智能体去用。
        tool = QueryEngineTool.from_defaults(engine, name="zhice", description="查中国政策文件，回答逐句有出处")
        print(tool.call(question).content)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
