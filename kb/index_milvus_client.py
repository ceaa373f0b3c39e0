"""One collection in Milvus, a cluster or milvus-lite: entries with their words (Milvus's own BM25) and vectors.

Words are our own tokens joined by spaces, for Milvus to split there and nowhere else: jieba with our dictionary plus
bigrams, as on the query's side (``kb.text.index_tokens``).
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.catalog import LexicalEntry
from kb.catalog.db import batches
from kb.errors import Corrupt, IndexUnavailable, KBError, SettingsError
from kb.index import Address, Scored, Space
from kb.lexical import LEXICAL_VERSION
from kb.text import index_tokens
from kb.vectors import Matrix

if TYPE_CHECKING:
    from pymilvus import MilvusClient

MOST_FETCHED = 16_384  # Milvus gives no more at once
BODY, WHOLE = "body", "whole"  # a chunk's text, and the same with the words of its context
_FORMAT = 1  # raise when fields change: the collection is then made anew
_ANSWER_SECONDS = 30
_BATCH = 200
_SETTLED_FROM = 200
_LONGEST_TEXT = 65_535  # bytes of a VARCHAR
_LONGEST_ID = 1_024
# Milvus takes words apart at white space only; milvus-lite knows no such analyser, and its standard one splits our
# tokens at the same places once they have no mark in them.
_ANALYSERS = ("whitespace", "standard")
_NOT_THERE = 100  # Milvus's code for a collection that does not exist
_BM25 = {"bm25_k1": 1.2, "bm25_b": 0.75}  # as tantivy
_HNSW = {"M": 16, "efConstruction": 200}
_users: Counter[str] = Counter()  # how many clients of this process use a file of milvus-lite
_users_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Row:
    """An entry with its vector."""

    entry: LexicalEntry
    vector: Matrix


class MilvusCollection:
    """What a base has in Milvus for one model. Threads may share it. Methods raise IndexUnavailable."""

    def __init__(self, address: Address, base_id: str, space: Space) -> None:
        """Name the collection; Milvus is called at the first use."""
        self.address, self.space = address, space
        made_by = f"{space.embedding}\0{space.dimension}\0{LEXICAL_VERSION}\0{_FORMAT}"
        self._family = f"zhice_{base_id[:16]}_"
        self.name = self._family + hashlib.sha256(made_by.encode()).hexdigest()[:12]
        self._client: MilvusClient | None = None
        self._lock = threading.RLock()
        self._unsettled = 0

    def exists(self) -> bool:
        """Whether Milvus has it."""
        with self._calling() as client:
            return bool(client.has_collection(self.name, timeout=_ANSWER_SECONDS))

    def create(self) -> None:
        """Make it, empty, unless it is there."""
        if self.exists():
            return
        with self._calling() as client:
            for analyser in _ANALYSERS:
                try:
                    self._create(client, analyser)
                    return
                except _milvus_error():
                    if analyser == _ANALYSERS[-1]:
                        raise

    def drop_others(self) -> None:
        """Drop what the base had with other models or other tokens."""
        with self._calling() as client:
            for name in client.list_collections():
                if name.startswith(self._family) and name != self.name:
                    client.drop_collection(name)

    def put(self, rows: Iterable[Row]) -> None:
        """Add entries; those already there are replaced."""
        for some in batches(rows, _BATCH):
            data = []
            for row in some:
                body = index_tokens(row.entry.text)
                whole = [*index_tokens(row.entry.context), *body]
                texts = {BODY: _text(body), WHOLE: _text(whole)}
                data.append(
                    {"entry": row.entry.entry, "policy_id": row.entry.policy_id, "vector": row.vector.tolist()} | texts
                )
            with self._calling() as client:
                client.upsert(self.name, data, timeout=_ANSWER_SECONDS)
            self._unsettled += len(data)

    def settle(self) -> None:
        """Let milvus-lite write down what was put, if it is much: until then it indexes that anew for each search."""
        if self.address.is_file and self._unsettled >= _SETTLED_FROM:
            with self._calling() as client:
                client.flush(self.name)
            self._unsettled = 0

    def delete(self, entries: Iterable[str]) -> None:
        """Delete entries; missing ones are passed over."""
        for some in batches(entries, _BATCH):
            with self._calling() as client:
                client.delete(self.name, ids=some, timeout=_ANSWER_SECONDS)

    def having(self, token: str) -> int:
        """How many entries have a token in their text."""
        word = _word(token)
        if not word.isalnum():
            return 0
        if self.address.is_file:  # TEXT_MATCH of milvus-lite cuts all texts anew, its BM25 has them cut
            found = len(self.by_words(BODY, [word], MOST_FETCHED, None))
            if found < MOST_FETCHED:
                return found
        return self.count(f"TEXT_MATCH({BODY}, '{word}')")

    def count(self, condition: str = "") -> int:
        """How many entries there are that meet a condition."""
        with self._calling() as client:
            found = client.query(self.name, filter=condition, output_fields=["count(*)"], timeout=_ANSWER_SECONDS)
        return int(found[0]["count(*)"])

    def entries(self) -> list[str]:
        """The keys of all entries."""
        found: list[str] = []
        with self._calling() as client:
            pages = client.query_iterator(self.name, batch_size=1000, output_fields=["entry"])
            while page := pages.next():
                found += [row["entry"] for row in page]
            pages.close()
        return found

    def vectors(self, entries: Iterable[str]) -> dict[str, Any]:
        """The vectors of these entries."""
        found: dict[str, Any] = {}
        for some in batches(entries, _BATCH):
            with self._calling() as client:
                for row in client.query(self.name, ids=some, output_fields=["entry", "vector"]):
                    found[row["entry"]] = row["vector"]
        return found

    def by_words(self, field: str, tokens: Sequence[str], n: int, allowed: AbstractSet[str] | None) -> Scored:
        """The n best entries by BM25 over a field: (entry, score), best first."""
        hits = self._search(f"{field}_words", _text(tokens), n, allowed, {"metric_type": "BM25"})
        return [(entry, abs(score)) for entry, score in hits]  # milvus-lite gives them with a minus

    def by_vector(self, vector: Matrix, n: int, allowed: AbstractSet[str] | None) -> Scored:
        """The n nearest entries: (entry, cosine), best first."""
        parameters = {"metric_type": "COSINE", "params": {"ef": max(64, n)}}
        return self._search("vector", vector.tolist(), n, allowed, parameters)

    def close(self) -> None:
        """Let go of Milvus; the last user of a file in this process frees it."""
        with self._lock:
            if self._client is not None:
                with suppress(Exception):
                    self._client.close()
                self._client = None
                if self.address.is_file:
                    _release(self.address.url)

    def _search(
        self,
        field: str,
        wanted: str | list[float],
        n: int,
        allowed: AbstractSet[str] | None,
        parameters: dict[str, Any],
    ) -> Scored:
        condition = "" if allowed is None else f"policy_id in {json.dumps(sorted(allowed), ensure_ascii=False)}"
        with self._calling() as client:
            found = client.search(
                self.name,
                data=[wanted],
                anns_field=field,
                limit=min(n, MOST_FETCHED),
                filter=condition,
                output_fields=["entry"],
                search_params=parameters,
                timeout=_ANSWER_SECONDS,
            )
        return [(hit["entry"], float(hit["distance"])) for hit in found[0]]

    def _create(self, client: MilvusClient, analyser: str) -> None:
        from pymilvus import DataType, Function, FunctionType

        schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("entry", DataType.VARCHAR, is_primary=True, max_length=_LONGEST_ID)
        schema.add_field("policy_id", DataType.VARCHAR, max_length=_LONGEST_ID)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=self.space.dimension)
        index = client.prepare_index_params()
        index.add_index("policy_id", index_type="INVERTED")
        index.add_index("vector", index_type="HNSW", metric_type="COSINE", params=_HNSW)
        for name in (BODY, WHOLE):
            schema.add_field(
                name,
                DataType.VARCHAR,
                max_length=_LONGEST_TEXT,
                enable_analyzer=True,
                enable_match=name == BODY,
                analyzer_params={"tokenizer": analyser},
            )
            words = f"{name}_words"
            schema.add_field(words, DataType.SPARSE_FLOAT_VECTOR)
            schema.add_function(Function(f"bm25_{name}", FunctionType.BM25, [name], [words]))
            index.add_index(words, index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=_BM25)
        client.create_collection(
            self.name, schema=schema, index_params=index, consistency_level="Strong", timeout=_ANSWER_SECONDS
        )

    @contextmanager
    def _calling(self) -> Iterator[MilvusClient]:
        try:
            yield self._open()
        except KBError:
            raise
        except Exception as error:  # pymilvus raises its own, grpc's and bare ones
            if getattr(error, "code", None) == _NOT_THERE:
                raise Corrupt("检索索引里没有这个库的数据。请运行 python -m kb doctor 重建。") from error
            raise IndexUnavailable(self.address.url, _reason(error)) from error

    def _open(self) -> MilvusClient:
        with self._lock:
            if self._client is None:
                try:
                    from pymilvus import MilvusClient
                except ImportError as error:
                    raise SettingsError(
                        f"设置 index 指向 Milvus，缺少它的包 {error.name}。请运行：pip install 'zhice[milvus]'"
                    ) from error
                logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it logs what it raises, with a traceback
                if self.address.is_file:
                    Path(self.address.url).parent.mkdir(parents=True, exist_ok=True)
                    _take(self.address.url)
                try:
                    self._client = MilvusClient(
                        uri=self.address.url, token=self.address.key or "", timeout=_ANSWER_SECONDS
                    )
                except BaseException:
                    if self.address.is_file:
                        _release(self.address.url)
                    raise
            return self._client


def _milvus_error() -> type[Exception]:
    from pymilvus import MilvusException

    error: type[Exception] = MilvusException
    return error


def _reason(error: Exception) -> str:
    return str(getattr(error, "message", "") or error).partition("\n")[0]


def _word(token: str) -> str:
    """A token without marks, at which an analyser might split it: 12.5 -> 12点5."""
    return token.replace(".", "点")


def _text(tokens: Iterable[str]) -> str:
    """Tokens as a text for Milvus, at most as long as a field takes."""
    text = " ".join(_word(token) for token in tokens)
    encoded = text.encode()
    if len(encoded) <= _LONGEST_TEXT:
        return text
    return encoded[:_LONGEST_TEXT].decode(errors="ignore").rpartition(" ")[0]


def _take(path: str) -> None:
    with _users_lock:
        _users[path] += 1


def _release(path: str) -> None:
    from milvus_lite.server_manager import server_manager_instance

    with _users_lock:
        _users[path] -= 1
        if not _users[path]:
            server_manager_instance.release_server(path)
