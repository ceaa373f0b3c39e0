"""Indexing by the product: from text to searchable, by stage."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from eval.bench.drawn import DrawnEmbedder
from eval.bench.limits import bert_operations, matmul_tflops
from eval.bench.measure import Clock, folder_mb, memory_mb
from eval.model import Record
from ingest.records import record_submission
from kb.base import KnowledgeBase
from kb.config import Settings
from kb.embedding import Embedder, open_embedding
from kb.embedding.bundled import BundledEmbedder, has_bfloat16
from kb.embedding.protocol import Progress as EmbeddingProgress
from kb.embedding.protocol import Vectors
from kb.model import Submission

#: By step of the store: the stage that ends with it
_STAGES = {
    "planned": "plan",
    "vectors": "cache",
    "marked": "catalog",
    "words added": "words",
    "committing": "catalog",
    "committed": "catalog",
    "words deleted": "words",
    "unmarked": "catalog",
    "searchable": "dense",
}
#: So many texts tell how near embedding is to the limit
SAMPLED_TEXTS = 1500


def index(
    home: Path, settings: Settings, records: Iterable[Record], chunks: int, real: int, seed: int
) -> dict[str, Any]:
    """Put documents until the base has so many chunks, the first ``real`` of them with vectors of the model's own.

    Figures are of this run alone; ``added`` tells how much of the base it made.
    """
    clock = Clock()
    model = open_embedding(settings)
    model.embed_query("预热")
    with KnowledgeBase.open(settings.apart(home), write=True, create=True) as base:
        drawn = DrawnEmbedder(_Timed(model, clock), real, seed)
        base.store.on_step = lambda step: clock.lap(_STAGES[step])
        held = sum(header.chunks for header in base.documents())
        fed = _Feed(records, {header.policy_id for header in base.documents()}, max(0, chunks - held), clock)
        began = time.perf_counter()
        clock.start()
        report = base.store.put_many(fed, drawn)
        seconds = time.perf_counter() - began
        total = sum(header.chunks for header in base.documents())
    return {
        "seconds": round(seconds, 2),
        "chars": fed.chars,
        "chars_per_s": round(fed.chars / seconds, 1),
        "documents": fed.documents,
        "documents_per_s": round(fed.documents / seconds, 2),
        "chunks": total,
        "added": report.chunks,
        "chunks_per_s": round(report.chunks / seconds, 2),
        "embedded": drawn.embedded,
        "drawn": drawn.drawn,
        "stages_s": clock.rounded(),
        "memory": memory_mb(),
        "disk": folder_mb(home),
    }


def embedding_share(settings: Settings, texts: Sequence[str]) -> dict[str, Any]:
    """How near embedding is to the rate at which this processor multiplies matrices, measured in turn."""
    model = open_embedding(settings, remember=0)
    if not isinstance(model, BundledEmbedder):
        return {}
    model.embed_query("预热")
    native = has_bfloat16()
    lengths = [n for text in texts for n in model.window_lengths(text)]
    before = matmul_tflops(bfloat16=native)
    began = time.perf_counter()
    model.embed_passages(texts)
    seconds = time.perf_counter() - began
    after = matmul_tflops(bfloat16=native)
    reached = bert_operations(lengths) / seconds / 1e12
    return {
        "texts": len(texts),
        "tokens": sum(lengths),
        "tokens_per_s": round(sum(lengths) / seconds, 1),
        "reached_tflops": round(reached, 4),
        "matmul_tflops": [round(before, 4), round(after, 4)],
        "share": round(reached / ((before + after) / 2), 4),
        "number_type": "bfloat16" if native else "float32",
    }


def passages(records: Iterable[Record]) -> Iterator[str]:
    """The texts that are embedded of documents' chunks, so many of them."""
    drafts = (
        (made.document.text, chunk)
        for record in records
        for made in [record_submission(record.record_id, record.title, record.text)]
        for chunk in made.chunks
    )
    for text, chunk in islice(drafts, SAMPLED_TEXTS):
        body = text[chunk.start : chunk.end]
        yield f"{chunk.context}\n{body}" if chunk.context else body


class _Timed:
    """A model whose work is counted apart."""

    def __init__(self, model: Embedder, clock: Clock) -> None:
        self.name, self.dimension = model.name, model.dimension
        self._model, self._clock = model, clock

    def embed_passages(self, texts: Sequence[str], progress: EmbeddingProgress | None = None) -> Vectors:
        """The model's vectors."""
        with self._clock.apart("embed"):
            return self._model.embed_passages(texts, progress)

    def embed_query(self, text: str) -> Vectors:
        """The model's vector."""
        return self._model.embed_query(text)


class _Feed:
    """Documents parsed as they are taken, until they have so many chunks; those that are held are passed over."""

    def __init__(self, records: Iterable[Record], held: set[str], chunks: int, clock: Clock) -> None:
        self._records, self._held, self._left, self._clock = records, held, chunks, clock
        self.documents = self.chars = 0

    def __iter__(self) -> Iterator[Submission]:
        for record in self._records:
            if self._left <= 0:
                return
            if record.record_id in self._held:
                continue
            with self._clock.apart("parse"):
                made = record_submission(record.record_id, record.title, record.text)
            self._left -= len(made.chunks)
            self.documents += 1
            self.chars += len(record.text)
            yield made
