"""LlamaIndex's view of the base: a retriever and a query engine for its pipelines and agents."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator
from datetime import date
from typing import Any, Protocol

from llama_index.core import Settings
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import RESPONSE_TYPE, AsyncStreamingResponse, Response, StreamingResponse
from llama_index.core.callbacks import CallbackManager, CBEventType, EventPayload
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

    A streaming response gives its text line by line, once all of it is checked: what was shown is never taken back,
    and the source nodes are whole from the start.
    """

    def __init__(
        self,
        base: Base,
        *,
        filters: Filters | None = None,
        as_of: date | None = None,
        model: bool = True,
        streaming: bool = False,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        """``model`` lets the language model of the settings word the answers.

        Events go to LlamaIndex's ``Settings.callback_manager`` unless another is given.
        """
        self._base, self._filters, self._as_of, self._model = base, filters, as_of, model
        self._streaming = streaming
        super().__init__(callback_manager or Settings.callback_manager)

    def _query(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        asked = query_bundle.query_str
        with self.callback_manager.event(CBEventType.QUERY, {EventPayload.QUERY_STR: asked}) as event:
            response = _response(self._ask(asked), streaming=self._streaming)
            event.on_end({EventPayload.RESPONSE: response})
        return response

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        asked = query_bundle.query_str
        with self.callback_manager.event(CBEventType.QUERY, {EventPayload.QUERY_STR: asked}) as event:
            answer = await asyncio.to_thread(self._ask, asked)
            response = _async_response(answer) if self._streaming else _response(answer)
            event.on_end({EventPayload.RESPONSE: response})
        return response

    def _ask(self, question: str) -> Answer:
        return self._base.ask(question, filters=self._filters, as_of=self._as_of, model=self._model)

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}


def _response(answer: Answer, *, streaming: bool = False) -> Response | StreamingResponse:
    nodes, metadata = _nodes(answer), _metadata(answer)
    if streaming:
        return StreamingResponse(_lines(answer.text), nodes, metadata)
    return Response(answer.text, nodes, metadata)


def _async_response(answer: Answer) -> AsyncStreamingResponse:
    async def lines() -> AsyncGenerator[str, None]:
        for line in _lines(answer.text):
            yield line

    return AsyncStreamingResponse(lines(), _nodes(answer), _metadata(answer))


def _lines(text: str) -> Generator[str, None, None]:
    yield from text.splitlines(keepends=True)


def _nodes(answer: Answer) -> list[NodeWithScore]:
    return [NodeWithScore(node=_cited(citation)) for citation in answer.citations]


def _metadata(answer: Answer) -> dict[str, Any]:
    return {name: getattr(answer, name) for name in ("abstained", "reason", "warnings", "mode", "understood")}


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
