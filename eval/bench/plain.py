"""What ours is compared with: LlamaIndex's own ingestion at its defaults, with the same model and the same texts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from eval.bench.measure import folder_mb, memory_mb, timed
from eval.extras import require
from eval.model import Record


def index(records: Sequence[Record], model: Path, folder: Path) -> dict[str, object]:
    """Split, embed and store the texts; imports and the loading of the model are not counted."""
    require("llama_index.embeddings.huggingface", "llama-index-embeddings-huggingface")
    require("llama_index.vector_stores.chroma", "llama-index-vector-stores-chroma")
    import chromadb
    from chromadb.config import Settings as ChromaSettings
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.ingestion import IngestionPipeline
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    embedding = HuggingFaceEmbedding(model_name=str(model))
    embedding.get_text_embedding("预热")
    client = chromadb.PersistentClient(str(folder), settings=ChromaSettings(anonymized_telemetry=False))
    store = ChromaVectorStore(chroma_collection=client.get_or_create_collection("nodes"))
    pipeline = IngestionPipeline(transformations=[SentenceSplitter(), embedding], vector_store=store)
    documents = [Document(text=r.text, metadata={"title": r.title}) for r in records]
    began = time.perf_counter()
    nodes = pipeline.run(documents=documents)
    seconds = time.perf_counter() - began
    retriever = VectorStoreIndex.from_vector_store(store, embed_model=embedding).as_retriever(similarity_top_k=10)
    retriever.retrieve("预热")
    chars = sum(len(r.text) for r in records)
    asked = [timed(retriever.retrieve, f"{r.title}的主要内容是什么？") for r in records[:100]]
    return {
        "seconds": round(seconds, 2),
        "chars": chars,
        "chars_per_s": round(chars / seconds, 1),
        "chunks": len(nodes),
        "chunks_per_s": round(len(nodes) / seconds, 2),
        "query_p50_ms": round(sorted(asked)[len(asked) // 2] * 1000, 2),
        "memory": memory_mb(),
        "disk": folder_mb(folder)["total"],
    }
