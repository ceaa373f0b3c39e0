"""One consistent look at the base: catalog rows and index hits of the same generation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet

from kb.catalog import CatalogView
from kb.catalog.kept import Kept
from kb.catalog.rows import chunk_id_of
from kb.index import Scored, SearchIndex
from kb.model import Chunk, DocumentHeader, Filters, PolicyDocument, Relation
from kb.vectors import Matrix, VectorCache, unit


class Snapshot:
    """What a question is answered from. Hits are chunks of this generation only, each once."""

    def __init__(
        self,
        view: CatalogView,
        index: SearchIndex,
        vectors: VectorCache,
        kept: Kept,
        prepare: Callable[[CatalogView], None],
    ) -> None:
        """Take a catalog view, the index and the vectors beside it; ``prepare`` is called before the first search.

        ``kept`` is what earlier snapshots have read.
        """
        self.view, self._index, self._vectors, self._kept, self._prepare = view, index, vectors, kept, prepare
        self._refreshed = False
        self._idf: dict[str, float] = {}
        self._chunks: dict[str, tuple[Chunk, str]] = {}

    @property
    def generation(self) -> int:
        """The catalog's generation."""
        return self.view.generation

    def lexical(self, tokens: Sequence[str], k: int, allowed: AbstractSet[str] | None = None) -> Scored:
        """The k best chunks by words: (chunk_id, score)."""
        self._refresh()
        return self._live(lambda n: self._index.lexical(tokens, n, allowed), k)

    def dense(self, vector: Matrix, k: int, allowed: AbstractSet[str] | None = None) -> Scored:
        """The k best chunks by cosine: (chunk_id, score)."""
        self._refresh()
        return self._live(lambda n: self._index.dense(self.view, vector, n, allowed), k)

    def cosines(self, vector: Matrix, chunk_ids: Sequence[str]) -> dict[str, float]:
        """The cosines of those of the chunks that exist. Raises Corrupt when a vector is missing."""
        found = self._with_keys(chunk_ids)
        if not found:
            return {}
        dimension = int(self.view.meta("dimension") or 0)
        matrix = unit(self._vectors.recent([key for _, key in found.values()], dimension))
        return dict(zip(found, (matrix @ unit(vector)).tolist(), strict=True))

    def openings(self, policy_ids: Iterable[str]) -> dict[str, str]:
        """The text of the first chunk of each of these documents that exists and has one."""
        firsts = {p: chunk_id_of(p, header.revision, 0) for p, header in self.headers(policy_ids).items()}
        found = self.chunks_by_id(firsts.values())
        return {p: found[chunk_id].text for p, chunk_id in firsts.items() if chunk_id in found}

    def chunks_by_id(self, chunk_ids: Iterable[str]) -> dict[str, Chunk]:
        """Those of the chunks that exist."""
        return {chunk_id: chunk for chunk_id, (chunk, _) in self._with_keys(chunk_ids).items()}

    def hits_by_id(self, chunk_ids: Iterable[str]) -> dict[str, tuple[Chunk, DocumentHeader]]:
        """Those of the chunks that exist, with their documents' headers."""
        found = self.chunks_by_id(chunk_ids)
        headers = self.headers({chunk.policy_id for chunk in found.values()})
        return {chunk_id: (chunk, headers[chunk.policy_id]) for chunk_id, chunk in found.items()}

    def allowed(self, filters: Filters) -> set[str] | None:
        """Ids of the documents that pass the filters; None where nothing is restricted."""
        ancestors: tuple[str, ...] = ()
        if filters.region:
            from kb.regions import ancestors as ancestors_of

            ancestors = ancestors_of(filters.region)
        return self.view.allowed(filters, ancestors)

    def region_codes(self) -> set[str]:
        """Codes of all divisions that documents are of or about."""
        return self.view.region_codes()

    def issuers(self) -> set[str | None]:
        """The bodies that issued documents, each once."""
        return self.view.issuers()

    def find_by_doc_number(self, doc_number: str) -> list[str]:
        """Ids of the documents with this 发文字号."""
        return self.view.find_by_doc_number(doc_number)

    def find_digests(self, doc_number: str) -> list[str]:
        """Ids of the digests of a document with this 发文字号."""
        return self.view.find_digests(doc_number)

    def citing(self, doc_number: str) -> list[str]:
        """Ids of the documents that state something of one with this 发文字号."""
        return self.view.citing(doc_number)

    def relations(self, policy_id: str) -> tuple[Relation, ...]:
        """What a document states of others, and they of it."""
        return self.view.relations(policy_id)

    def issued_with(self, policy_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        """The ids of the documents that each of these issues (附件), by its id."""
        return self.view.issued_with(policy_ids)

    def find_by_title(self, text: str) -> list[str]:
        """Ids of documents whose title stands in the text or contains it, the longest shared part first."""
        return self._kept.titles(self.view).named(text)

    def documents(self) -> list[DocumentHeader]:
        """All documents' headers."""
        return self.view.documents()

    def headers(self, policy_ids: Iterable[str]) -> dict[str, DocumentHeader]:
        """Headers of those documents that exist."""
        return self._kept.headers(self.view, policy_ids)

    def document(self, policy_id: str, revision: str | None = None) -> PolicyDocument:
        """A document in full. Raises UnknownDocument."""
        return self.view.document(policy_id, revision, self.headers([policy_id]).get(policy_id))

    def chunks(self, policy_id: str) -> list[Chunk]:
        """The chunks of a document, in order."""
        return self.view.chunks(policy_id)

    def idf(self, token: str) -> float:
        """How rare a token is among the chunks: log(1 + (N - n + 0.5) / (n + 0.5)), as in BM25."""
        if token not in self._idf:
            self._refresh()
            self._idf[token] = self._index.idf(token)
        return self._idf[token]

    def having(self, token: str) -> int:
        """How many chunks hold a token (a word of the dictionary, or two neighbouring characters)."""
        self._refresh()
        return self._index.having(token)

    def _with_keys(self, chunk_ids: Iterable[str]) -> dict[str, tuple[Chunk, str]]:
        """Those of the chunks that exist, with the keys of their vectors."""
        wanted = list(dict.fromkeys(chunk_ids))
        unread = [chunk_id for chunk_id in wanted if chunk_id not in self._chunks]
        if unread:
            self._chunks |= self._kept.chunks(self.view, unread)
        return {chunk_id: self._chunks[chunk_id] for chunk_id in wanted if chunk_id in self._chunks}

    def _refresh(self) -> None:
        if not self._refreshed:
            self._prepare(self.view)
            self._index.refresh(self.view)
            self._refreshed = True

    def _live(self, search: Callable[[int], Scored], k: int) -> Scored:
        """Hits of this generation, searching deeper while others take their places."""
        n = k
        while True:
            hits = search(n)
            live = self.chunks_by_id(chunk_id for chunk_id, _ in hits)  # of which most are read soon after
            kept = [hit for hit in hits if hit[0] in live]
            if len(kept) >= k or len(hits) < n:
                return kept[:k]
            n *= 4
