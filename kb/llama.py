"""LlamaIndex's view of the base: a retriever for its query engines and agents."""

from __future__ import annotations

import asyncio

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from kb.base import KnowledgeBase
from kb.model import Filters, Hit


class PolicyRetriever(BaseRetriever):
    """The base's hybrid search as a LlamaIndex retriever. A node is a chunk: an exact slice with its offsets."""

    def __init__(self, base: KnowledgeBase, *, k: int = 10, filters: Filters | None = None) -> None:
        self._base, self._k, self._filters = base, k, filters
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [_node(hit) for hit in self._base.search(query_bundle.query_str, k=self._k, filters=self._filters)]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _node(hit: Hit) -> NodeWithScore:
    chunk, document = hit.chunk, hit.document
    # LlamaIndex overwrites keys such as doc_id; `policy_id` is ours.
    metadata = {
        "policy_id": chunk.policy_id,
        "revision": chunk.revision,
        "title": document.title,
        "doc_number": document.doc_number or "",
        "section": chunk.section or "",
        "source": document.source or "",
    }
    node = TextNode(
        id_=chunk.chunk_id,
        text=chunk.text,
        start_char_idx=chunk.start,
        end_char_idx=chunk.end,
        metadata=metadata,
        excluded_embed_metadata_keys=list(metadata),
        excluded_llm_metadata_keys=["policy_id", "revision"],
    )
    return NodeWithScore(node=node, score=hit.score)
