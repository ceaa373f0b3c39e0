"""LlamaIndex's view of the base: a retriever and a query engine for its pipelines and agents."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any, Protocol

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from kb.model import Answer, Citation, Filters, Hit


class Base(Protocol):
    """What LlamaIndex needs of the base."""

    def search(
        self, question: str, *, k: int = 10, filters: Filters | None = None, as_of: date | None = None
    ) -> list[Hit]:
        """The k best chunks."""
        ...

    def ask(
        self, question: str, *, filters: Filters | None = None, as_of: date | None = None, model: bool = True
    ) -> Answer:
        """An answer with its citations, or a refusal."""
        ...


class PolicyRetriever(BaseRetriever):
    """The base's hybrid search as a LlamaIndex retriever. A node is a chunk: an exact slice with its offsets."""

    def __init__(self, base: Base, *, k: int = 10, filters: Filters | None = None, as_of: date | None = None) -> None:
        """``k`` chunks a question, within the filters; ``as_of`` is the day they are asked on, today by default."""
        self._base, self._k, self._filters, self._as_of = base, k, filters, as_of
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._base.search(query_bundle.query_str, k=self._k, filters=self._filters, as_of=self._as_of)
        return [_node(hit) for hit in hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


class PolicyQueryEngine(BaseQueryEngine):
    """The base's answers as a LlamaIndex query engine.

    The response's text is the answer with ``[n]`` behind each sentence, its source nodes are the citations in that
    order, each an exact slice with its offsets. A refusal gives its reason and no source nodes. Metadata holds
    ``abstained``, ``reason``, ``warnings``, ``mode`` and ``understood``.
    """

    def __init__(
        self,
        base: Base,
        *,
        filters: Filters | None = None,
        as_of: date | None = None,
        model: bool = True,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        """``model`` lets the language model of the settings word the answers."""
        self._base, self._filters, self._as_of, self._model = base, filters, as_of, model
        super().__init__(callback_manager)

    def _query(self, query_bundle: QueryBundle) -> Response:
        asked = query_bundle.query_str
        return _response(self._base.ask(asked, filters=self._filters, as_of=self._as_of, model=self._model))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}


def _response(answer: Answer) -> Response:
    names = ("abstained", "reason", "warnings", "mode", "understood")
    nodes = [NodeWithScore(node=_cited(citation)) for citation in answer.citations]
    return Response(answer.text, source_nodes=nodes, metadata={name: getattr(answer, name) for name in names})


def _cited(citation: Citation) -> TextNode:
    metadata = {
        "n": citation.n,
        "policy_id": citation.policy_id,
        "revision": citation.revision,
        "title": citation.title,
        "doc_number": citation.doc_number or "",
        "section": citation.section or "",
        "source": citation.source or "",
    }
    return TextNode(
        id_=f"{citation.policy_id}@{citation.revision}:{citation.start}-{citation.end}",
        text=citation.quote,
        start_char_idx=citation.start,
        end_char_idx=citation.end,
        metadata=metadata,
        excluded_embed_metadata_keys=list(metadata),
        excluded_llm_metadata_keys=["n", "policy_id", "revision"],
    )


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
