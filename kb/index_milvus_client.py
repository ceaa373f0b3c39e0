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
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kb.catalog import LexicalEntry
from kb.catalog.db import batches
from kb.errors import Corrupt, IndexUnavailable, KBError, SettingsError
from kb.index import Address, Scored, Space
from kb.lexical import LEXICAL_VERSION
from kb.text import index_tokens
from kb.vectors import Matrix

if TYPE_CHECKING:
    from pymilvus import MilvusClient

T = TypeVar("T")
MOST_FETCHED = 16_384  # Milvus gives no more at once
BODY, WHOLE = "body", "whole"  # a chunk's text, and the same with the words of its context
_FORMAT = 1  # raise when fields change: the collection is then made anew
_CONNECT_SECONDS, _ASK_SECONDS, _CHANGE_SECONDS = 5, 20, 60
_BATCH, _PAGE = 200, 1000
_SETTLED_FROM = 200
_LONGEST_TEXT = 65_535  # bytes of a VARCHAR
_LONGEST_ID = 1_024
# Milvus takes words apart at white space only; milvus-lite knows no such analyser, and its standard one splits our
# tokens at the same places once they have no mark in them.
_ANALYSERS = ("whitespace", "standard")
_NOT_THERE, _NOT_LOADED = 100, 101  # Milvus's codes for a collection
_BM25 = {"bm25_k1": 1.2, "bm25_b": 0.75}  # as tantivy
# Else a server that comes back is taken for dead as long as grpc has got used to waiting, up to two minutes.
_GRPC = {"grpc.use_local_subchannel_pool": 1}
_INDEXES = 4
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
        self._whole = False

    def exists(self) -> bool:
        """Whether Milvus has it."""
        return bool(self._do("has_collection", timeout=_ASK_SECONDS))

    def create(self) -> None:
        """Make it, empty, unless it is there."""
        if self.exists():
            if self._whole or len(self._do("list_indexes")) == _INDEXES:
                self._whole = True
                return
            self._drop(self.name)  # who made it died over it
        self._call(self._create)
        self._whole = True

    def drop_others(self) -> None:
        """Drop what the base had with other models or other tokens."""
        for name in self._call(lambda client: client.list_collections()):
            if name.startswith(self._family) and name != self.name:
                self._drop(name)

    def put(self, rows: Iterable[Row]) -> None:
        """Add entries; those already there are replaced."""
        for some in batches(rows, _BATCH):
            data = [_fields(row) for row in some]
            self._do("upsert", data=data, timeout=_CHANGE_SECONDS)
            self._unsettled += len(data)

    def settle(self) -> None:
        """Let milvus-lite write down what was put, if it is much: until then it indexes that anew for each search."""
        if self.address.is_file and self._unsettled >= _SETTLED_FROM:
            self._do("flush")
            self._unsettled = 0

    def delete(self, entries: Iterable[str]) -> None:
        """Delete entries; missing ones are passed over."""
        for some in batches(entries, _BATCH):
            self._do("delete", ids=some, timeout=_CHANGE_SECONDS)

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
        found = self._do("query", filter=condition, output_fields=["count(*)"], timeout=_ASK_SECONDS)
        return int(found[0]["count(*)"])

    def entries(self) -> list[str]:
        """The keys of all entries."""

        def read(client: MilvusClient) -> list[str]:
            found: list[str] = []
            pages = client.query_iterator(self.name, batch_size=_PAGE, output_fields=["entry"])
            while page := pages.next():
                found += [row["entry"] for row in page]
            pages.close()
            return found

        return self._call(read)

    def vectors(self, entries: Iterable[str]) -> dict[str, Any]:
        """The vectors of these entries."""
        found: dict[str, Any] = {}
        for some in batches(entries, _BATCH):
            rows = self._do("query", ids=some, output_fields=["entry", "vector"], timeout=_CHANGE_SECONDS)
            found.update((row["entry"], row["vector"]) for row in rows)
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
        found = self._do(
            "search",
            data=[wanted],
            anns_field=field,
            limit=min(n, MOST_FETCHED),
            filter="" if allowed is None else f"policy_id in {json.dumps(sorted(allowed), ensure_ascii=False)}",
            output_fields=["entry"],
            search_params=parameters,
            timeout=_ASK_SECONDS,
        )
        return [(hit["entry"], float(hit["distance"])) for hit in found[0]]

    def _create(self, client: MilvusClient) -> None:
        from pymilvus import MilvusException

        for analyser in _ANALYSERS:
            try:
                self._create_with(client, analyser)
                return
            except MilvusException:
                if analyser == _ANALYSERS[-1]:
                    raise

    def _create_with(self, client: MilvusClient, analyser: str) -> None:
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
        client.create_collection(self.name, schema=schema, consistency_level="Strong", timeout=_CHANGE_SECONDS)
        client.create_index(self.name, index, timeout=_CHANGE_SECONDS, sync=False)  # else half a second for each
        client.load_collection(self.name, timeout=_CHANGE_SECONDS)

    def _drop(self, name: str) -> None:
        self._call(lambda client: client.drop_collection(name))

    def _do(self, method: str, **arguments: Any) -> Any:  # noqa: ANN401 - as pymilvus
        """Call a method of the client on this collection."""
        return self._call(lambda client: getattr(client, method)(self.name, **arguments))

    def _call(self, work: Callable[[MilvusClient], T]) -> T:
        try:
            client = self._open()
            try:
                return work(client)
            except Exception as error:
                if getattr(error, "code", None) != _NOT_LOADED:
                    raise
            client.load_collection(self.name, timeout=_CHANGE_SECONDS)  # it was released, or its server started anew
            return work(client)
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

                    if self.address.is_file:
                        import milvus_lite  # noqa: F401 - pymilvus opens files with it
                except ImportError as error:
                    raise SettingsError(
                        f"设置 index 指向 Milvus，缺少它的包 {error.name}。请运行：pip install 'zhice[milvus]'"
                    ) from error
                for logger in ("pymilvus", "milvus_lite"):  # they log what they raise, with a traceback
                    logging.getLogger(logger).setLevel(logging.CRITICAL)
                self._client = self._file_client() if self.address.is_file else self._connect(MilvusClient)
            return self._client

    def _connect(self, client: type[MilvusClient]) -> MilvusClient:
        key = self.address.key or ""
        return client(uri=self.address.url, token=key, timeout=_CONNECT_SECONDS, grpc_options=_GRPC)

    def _file_client(self) -> MilvusClient:
        from pymilvus import MilvusClient

        Path(self.address.url).parent.mkdir(parents=True, exist_ok=True)
        _take(self.address.url)
        try:
            return self._connect(MilvusClient)
        except Exception as error:
            _release(self.address.url)
            why = "milvus-lite 的文件一次只能由一个进程打开，可能别的进程正在用它"
            raise IndexUnavailable(self.address.url, why) from error


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


def _fields(row: Row) -> dict[str, Any]:
    """What Milvus is given for an entry; the BM25 fields it makes itself."""
    entry, body = row.entry, index_tokens(row.entry.text)
    texts = {BODY: _text(body), WHOLE: _text([*index_tokens(entry.context), *body])}
    return {"entry": entry.entry, "policy_id": entry.policy_id, "vector": row.vector.tolist()} | texts


def _take(path: str) -> None:
    with _users_lock:
        _users[path] += 1


def _release(path: str) -> None:
    from milvus_lite.server_manager import server_manager_instance

    with _users_lock:
        _users[path] -= 1
        if not _users[path]:
            server_manager_instance.release_server(path)
