"""The stages of bulk ingest, each an argument of ``map_batches``: fetch, read, embed. They run in Ray's processes.

Rows travel as Arrow tables. A file is one row until it is read; then a row for each text to embed, and after them
the row that has what became of the file. A stage that cannot work says so in a ``Fault`` row.
"""

from __future__ import annotations

import pickle
import socket
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ingest.isolation import Workers
from ingest.reading import INGEST_VERSION, Outcome, Reading, Refusal, Request, fetched
from kb.config import Settings
from kb.embedding import open_embedding
from kb.embedding.protocol import Vectors
from kb.errors import KBError
from kb.model import indexed_text
from kb.vectors import vector_key

if TYPE_CHECKING:
    import pyarrow as pa

#: The first 64 bits of keys, sorted.
Keys = NDArray[np.uint64]
#: A row by the names of its columns; what is not named is null.
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a stage cannot work, in Chinese: the run ends with it."""

    why: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What the process that writes asks of those that read: its own version, its model, the limits on a file.

    ``worker`` is the module of the processes that open files (see ``Workers``).
    """

    version: str
    model: str
    seconds: float
    memory_mb: int
    worker: str = "ingest.worker"


def pack(requests: Iterable[Request]) -> pa.Table:
    """Requests as the first stage takes them."""
    return _table([{"file": pickle.dumps(request)} for request in requests])


def unpack(tables: Iterable[pa.Table]) -> Iterator[tuple[Outcome | Fault, dict[str, Vectors]]]:
    """What became of each file, in order, with the vectors of its texts by key; a file's rows may span tables."""
    vectors: dict[str, Vectors] = {}
    for table in tables:
        for row in table.to_pylist():
            if row["outcome"] is None:
                vectors[row["key"]] = np.frombuffer(row["vector"], dtype="<f4")
            else:
                yield pickle.loads(row["outcome"]), vectors
                vectors = {}


def fetch(batch: pa.Table) -> pa.Table:
    """The bytes of each file, from a process that sees it."""
    return _table([{"file": pickle.dumps(fetched(pickle.loads(row["file"])))} for row in batch.to_pylist()])


class Read:
    """Reads, parses and chunks files, in a limited process beside this one; rows for texts not in ``known``.

    ``known`` is a reference to Keys, pickled: a bare one makes Ray complain on the terminal that it could be lost.
    """

    def __init__(self, terms: Terms, known: bytes) -> None:
        self._terms, self._reference = terms, known
        self._known: Keys | None = None
        self._workers = Workers(count=1, seconds=terms.seconds, memory_mb=terms.memory_mb, module=terms.worker)

    def __call__(self, batch: pa.Table) -> pa.Table:
        """Rows of a batch of files."""
        if self._terms.version != INGEST_VERSION:
            return _fault("的知策与本机不是同一版本，读出的内容会不一样。请在每台机器装上同一版本后再运行")
        asked: list[Request | Refusal] = [pickle.loads(row["file"]) for row in batch.to_pylist()]
        outcomes = self._workers.read([one for one in asked if isinstance(one, Request)])
        rows: list[Row] = []
        for one in asked:
            outcome = next(outcomes) if isinstance(one, Request) else one
            rows += self._texts(outcome)
            rows.append({"outcome": pickle.dumps(outcome)})
        return _table(rows)

    def _texts(self, outcome: Outcome) -> Iterator[Row]:
        if not isinstance(outcome, Reading):
            return
        keys = {
            vector_key(self._terms.model, text): text
            for submission in outcome.submissions
            for chunk in submission.chunks
            for text in [indexed_text(chunk.context, submission.document.text[chunk.start : chunk.end])]
        }
        here = shortened(keys)
        known = self._keys()
        for (key, text), short in zip(keys.items(), here, strict=True):
            place = int(np.searchsorted(known, short))
            if place == len(known) or known[place] != short:
                yield {"key": key, "text": text}

    def _keys(self) -> Keys:
        if self._known is None:
            import ray

            self._known = ray.get(ray.cloudpickle.loads(self._reference))
        return self._known


class Embed:
    """Makes the vectors of texts; all other rows go through. The model is loaded with the first text."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = Settings(**settings)
        self._embedder = open_embedding(self._settings, remember=0)

    def __call__(self, batch: pa.Table) -> pa.Table:
        """The rows with vectors in place of texts."""
        rows = batch.to_pylist()
        texts = [row["text"] for row in rows if row["text"] is not None]
        vectors: Iterator[Vectors]
        try:
            vectors = iter(self._embedder.embed_passages(texts)) if texts else iter(())
        except KBError as error:
            return _fault(f"算不了向量：{error}")
        for row in rows:
            if row["text"] is not None:
                row["text"], row["vector"] = None, next(vectors).astype("<f4").tobytes()
        return _table(rows)


def shortened(keys: Iterable[str]) -> Keys:
    """Keys (64 hex digits) as their first 64 bits: enough to know them by, since a mistake only costs time."""
    return np.array([int(key[:16], 16) for key in keys], dtype=np.uint64)


def _fault(why: str) -> pa.Table:
    return _table([{"outcome": pickle.dumps(Fault(f"集群里的机器 {socket.gethostname()} {why}"))}])


def _table(rows: Iterable[Row]) -> pa.Table:
    import pyarrow as pa

    columns = {"file": pa.binary(), "key": pa.string(), "text": pa.string()}
    columns |= {"vector": pa.binary(), "outcome": pa.binary()}
    return pa.Table.from_pylist(list(rows), schema=pa.schema(list(columns.items())))
