"""Keyword search: tantivy over tokens made by ``kb.text``.

An entry is a chunk with the text that was indexed: ``chunk_id~key``. Replacing a chunk adds the new entry before
the old one is deleted, so for a moment both are there; searching gives each chunk once.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kb.catalog import LexicalEntry
from kb.errors import Corrupt, disk_is_full

if TYPE_CHECKING:
    import tantivy

LEXICAL_VERSION = 2  # raise when tokens or fields change: entries are then made anew
_BODY, _WHOLE = "body", "whole"  # a chunk's text, and the same with the words of its context
_HEAP_BYTES = 32_000_000
_MOST_IDS_IN_QUERY = 20_000
_MOST_COUNTED = 50_000  # tokens whose count is kept
_STATE = "zhice.json"
_APPLIED = "applied.json"


class LexicalIndex:
    """One tantivy index. Reading needs no lock; only the holder of the home's write lock may write."""

    def __init__(self, folder: Path, base_id: str, context_boost: float) -> None:
        """Name the index; it is opened at first use. ``context_boost``: see Tuning."""
        self.folder, self.base_id = folder, base_id
        self._boosts = {n: b for n, b in ((_BODY, 1 - context_boost), (_WHOLE, context_boost)) if b > 0}
        self._index: tantivy.Index | None = None
        self._writer: tantivy.IndexWriter | None = None
        self._having: dict[str, int] = {}  # what was counted since the last reload
        self._lock = threading.RLock()

    def usable(self) -> bool:
        """Whether there is an index here that belongs to this base and this version, and it opens."""
        try:
            state = json.loads((self.folder / _STATE).read_text("utf-8"))
        except (OSError, ValueError):
            return False
        if state != self._state():
            return False
        with self._lock:
            try:
                self._open().searcher()
            except (Corrupt, ValueError, OSError):
                self._index = None
                return False
        return True

    def create(self) -> None:
        """Start over with an empty index."""
        import tantivy

        with self._lock:
            self.close()
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            tantivy.Index(_schema(), str(self.folder))
            (self.folder / _STATE).write_text(json.dumps(self._state()), "utf-8")

    def applied(self) -> int | None:
        """The catalog's ``seq`` up to which its changes are here; None where that is not known."""
        try:
            return int(json.loads((self.folder / _APPLIED).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def note(self, seq: int) -> None:
        """Say that all changes up to ``seq`` were committed here."""
        if self.applied() != seq:
            draft = self.folder / f"{_APPLIED}.tmp"
            draft.write_text(json.dumps(seq), "utf-8")
            os.replace(draft, self.folder / _APPLIED)

    def reload(self) -> None:
        """See what was committed, by this process or another."""
        with self._lock:
            self._open().reload()
            self._having = {}

    def search(self, tokens: Sequence[str], k: int, allowed: AbstractSet[str] | None = None) -> list[tuple[str, float]]:
        """The k best chunks for these tokens within the allowed documents: (chunk_id, BM25 score), best first."""
        if not tokens or k < 1 or (allowed is not None and not allowed):
            return []
        in_query = allowed is not None and len(allowed) <= _MOST_IDS_IN_QUERY
        query = self._query(tokens, allowed if in_query else None)
        searcher = self._open().searcher()
        limit = k + 10
        while True:
            hits = searcher.search(query, limit, count=False).hits
            best: dict[str, float] = {}
            for score, address in hits:
                chunk_id = _chunk_id(searcher.doc(address)["entry"][0])
                if allowed is None or in_query or _policy_id(chunk_id) in allowed:
                    best[chunk_id] = max(score, best.get(chunk_id, 0.0))
            if len(best) >= k or len(hits) < limit:
                return sorted(best.items(), key=lambda item: (-item[1], item[0]))[:k]
            limit *= 4

    def add(self, entries: Iterable[LexicalEntry]) -> None:
        """Add entries and commit; those already there are replaced."""
        with self._committing() as writer:
            for entry in entries:
                writer.delete_documents_by_term("entry", entry.entry)
                writer.add_document(_document(entry))

    def renew(self, policy_ids: Iterable[str], entries: Iterable[LexicalEntry]) -> None:
        """Put these entries in the place of all that the documents have, and commit."""
        with self._committing() as writer:
            for policy_id in policy_ids:
                writer.delete_documents_by_term("policy_id", policy_id)
            for entry in entries:
                writer.add_document(_document(entry))

    def delete(self, entries: Iterable[str]) -> None:
        """Delete entries by key and commit; missing ones are passed over."""
        with self._committing() as writer:
            for entry in entries:
                writer.delete_documents_by_term("entry", entry)

    def idf(self, token: str) -> float:
        """BM25's idf of a token over the chunks' text: log(1 + (N - n + 0.5) / (n + 0.5))."""
        having, count = self.having(token), self.count()
        return math.log(1 + (count - having + 0.5) / (having + 0.5))

    def having(self, token: str) -> int:
        """How many entries hold a token in their text."""
        counts = self._having
        found = counts.get(token)
        if found is None:
            searcher = self._open().searcher()
            found = int(min(searcher.doc_freq(_BODY, token), searcher.num_docs))
            if len(counts) >= _MOST_COUNTED:
                counts.clear()
            counts[token] = found
        return found

    def count(self) -> int:
        """How many entries there are, as of the last reload."""
        return int(self._open().searcher().num_docs)

    def entries(self) -> list[str]:
        """The keys of all entries, as of the last reload; an entry that is there twice comes twice."""
        import tantivy

        searcher = self._open().searcher()
        if not searcher.num_docs:
            return []
        hits = searcher.search(tantivy.Query.all_query(), searcher.num_docs, count=False).hits
        return [searcher.doc(address)["entry"][0] for _, address in hits]

    def close(self) -> None:
        """Give up the writer and its lock."""
        with self._lock:
            if self._writer is not None:
                with suppress(ValueError):
                    self._writer.wait_merging_threads()
                self._writer = None
            self._index = None
            self._having = {}

    def _state(self) -> dict[str, object]:
        return {"base": self.base_id, "version": LEXICAL_VERSION}

    def _open(self) -> tantivy.Index:
        import tantivy

        with self._lock:
            if self._index is None:
                try:
                    self._index = tantivy.Index.open(str(self.folder))
                except (ValueError, OSError) as error:
                    raise Corrupt(f"关键词索引无法打开（{error}）。请运行 python -m kb doctor 修复。") from error
            return self._index

    @contextmanager
    def _committing(self) -> Iterator[tantivy.IndexWriter]:
        with self._lock:
            if self._writer is None:
                self._writer = self._open().writer(_HEAP_BYTES, 1)
                # A writer killed before its commit leaves files under the very names the next one will give its own.
                self._writer.garbage_collect_files()
            try:
                yield self._writer
                self._writer.commit()
            except BaseException as error:
                try:
                    self._writer.rollback()  # else the next commit would carry the half of this one
                except ValueError:
                    self._writer = None
                if isinstance(error, ValueError) and not disk_is_full(self.folder):  # tantivy's own
                    raise Corrupt(f"关键词索引写不进去（{error}）。请再运行一次，会自动重建它。") from error
                raise
            self.reload()

    def _query(self, tokens: Sequence[str], allowed: AbstractSet[str] | None) -> tantivy.Query:
        from tantivy import Occur, Query

        schema = self._open().schema
        terms = [
            (Occur.Should, Query.boost_query(Query.term_query(schema, name, token, "freq"), boost * count))
            for token, count in Counter(tokens).items()
            for name, boost in self._boosts.items()
        ]
        query = Query.boolean_query(terms)
        if allowed is None:
            return query
        ids = Query.const_score_query(Query.term_set_query(schema, "policy_id", sorted(allowed)), 0.0)
        return Query.boolean_query([(Occur.Must, ids), (Occur.Must, query)])


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("entry", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("policy_id", tokenizer_name="raw", index_option="basic")
    for name in (_BODY, _WHOLE):
        builder.add_text_field(name, tokenizer_name="raw", index_option="freq")
    return builder.build()


def _document(entry: LexicalEntry) -> tantivy.Document:
    import tantivy

    from kb.text import index_tokens

    document = tantivy.Document()
    document.add_text("entry", entry.entry)
    document.add_text("policy_id", entry.policy_id)
    body = index_tokens(entry.text)
    for name, words in ((_BODY, body), (_WHOLE, [*index_tokens(entry.context), *body])):
        tokens = [tantivy.Token(word, n, 0, 0) for n, word in enumerate(words)]
        document.add_pre_tokenized_text(name, tantivy.PreTokenizedString("", tokens))
    return document


def _chunk_id(entry: str) -> str:
    return entry.rpartition("~")[0]


def _policy_id(chunk_id: str) -> str:
    return chunk_id.rpartition("@")[0]
