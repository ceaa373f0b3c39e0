"""A baseline nobody here wrote: LlamaIndex with SentenceSplitter and Chroma at their defaults, and the same model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.environment import model_identity
from eval.extras import require
from eval.model import Question, Record, Span
from eval.systems import Context, Kind, Progress, SearchOnly
from kb.embedding import open_embedding

if TYPE_CHECKING:
    from llama_index.core import VectorStoreIndex
    from llama_index.core.schema import BaseNode

_DOCUMENTS_AT_ONCE = 64
_DONE = "complete.json"
_STATE = "documents.txt"


def prepare(context: Context, progress: Progress) -> None:
    """Split, embed and store the documents that are not stored yet."""
    folder = _folder(context)
    if (folder / _DONE).is_file():
        return
    folder.mkdir(parents=True, exist_ok=True)
    stored = folder / _STATE
    held = set(stored.read_text("utf-8").split()) if stored.is_file() else set()
    index = _index(context, folder)
    progress(len(held))
    missing = (r for r in context.dataset.records.values() if r.record_id not in held)
    while batch := list(islice(missing, _DOCUMENTS_AT_ONCE)):
        index.insert_nodes(_nodes(batch))
        with stored.open("a", encoding="utf-8") as log:
            log.writelines(f"{record.record_id}\n" for record in batch)
        progress(len(batch))
    (folder / _DONE).write_text(json.dumps({"documents": len(context.dataset.records)}), "utf-8")


class LlamaIndexSystem(SearchOnly):
    """``VectorStoreIndex.as_retriever`` over the stored nodes."""

    def __init__(self, context: Context) -> None:
        self._records = context.dataset.records
        self._index = _index(context, _folder(context))

    def search(self, question: Question, k: int) -> list[Span]:
        """Nodes by Chroma's similarity."""
        from llama_index.core.vector_stores import ExactMatchFilter, MetadataFilters

        filters: Any = None
        if question.context_id:
            filters = MetadataFilters(filters=[ExactMatchFilter(key="record", value=question.context_id)])
        found = self._index.as_retriever(similarity_top_k=k, filters=filters).retrieve(question.text)
        return [self._span(hit.node) for hit in found]

    def _span(self, node: Any) -> Span:  # noqa: ANN401 - BaseNode has no offsets in its type
        """Where a node stands in its document; the offsets are LlamaIndex's where they are right."""
        record: Record = self._records[node.metadata["record"]]
        text = node.text
        start = node.start_char_idx
        if start is None or record.text[start : start + len(text)] != text:
            start = record.text.find(text)
        return Span(record.record_id, start, start + len(text)) if start >= 0 else Span(record.record_id)


def _folder(context: Context) -> Path:
    model = model_identity(context.settings)
    key = "\0".join((context.dataset.documents_digest, model, version("llama-index-core")))
    return context.work / "llamaindex" / hashlib.sha256(key.encode()).hexdigest()[:16]


def _index(context: Context, folder: Path) -> VectorStoreIndex:
    require("llama_index.vector_stores.chroma", "llama-index-vector-stores-chroma")
    import chromadb
    from chromadb.config import Settings as ChromaSettings
    from llama_index.core import VectorStoreIndex
    from llama_index.vector_stores.chroma import ChromaVectorStore

    from kb.embedding.llama import LlamaIndexEmbedding

    client = chromadb.PersistentClient(str(folder / "chroma"), settings=ChromaSettings(anonymized_telemetry=False))
    store = ChromaVectorStore(chroma_collection=client.get_or_create_collection("nodes"))
    embedding = LlamaIndexEmbedding(open_embedding(context.settings, remember=0))
    return VectorStoreIndex.from_vector_store(store, embed_model=embedding)


def _nodes(records: Sequence[Record]) -> list[BaseNode]:
    """Nodes as SentenceSplitter makes them by default, with ids that a repeated run gives again."""
    from llama_index.core import Document
    from llama_index.core.node_parser import SentenceSplitter

    nodes: list[BaseNode] = []
    documents = [Document(text=r.text, metadata={"title": r.title, "record": r.record_id}) for r in records]
    for document in documents:
        document.excluded_embed_metadata_keys = ["record"]
    for record, made in zip(records, _split(SentenceSplitter(), documents), strict=True):
        for number, node in enumerate(made):
            node.id_ = f"{record.record_id}#{number}"
            nodes.append(node)
    return nodes


def _split(splitter: Any, documents: Sequence[Any]) -> Iterator[list[Any]]:  # noqa: ANN401
    for document in documents:
        yield splitter.get_nodes_from_documents([document])


KIND = Kind("llamaindex", "对照：LlamaIndex 默认（SentenceSplitter、Chroma），同一向量模型", LlamaIndexSystem, prepare)
