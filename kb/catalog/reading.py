"""Reading the catalog: one view is one snapshot, whatever writers do meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from sqlalchemy import Connection, func, or_, select

from kb.catalog import schema as t
from kb.catalog.codec import date_number, decode_document, decode_supports, number_key, row_to_header
from kb.catalog.db import batches
from kb.catalog.feed import ChunkFeed
from kb.catalog.graph import Graph
from kb.catalog.rows import FileRow, UnreadRow
from kb.catalog.titles import SHORTEST_TITLE
from kb.errors import UnknownDocument
from kb.model import Chunk, DocumentHeader, Filters, PolicyDocument, Relation, SourceRef

_NATION = ("000000", "100000")
_CHUNK = tuple(t.chunks.c[name] for name in Chunk.__slots__)


class CatalogView(ChunkFeed):
    """One snapshot of the catalog. Valid inside the ``with`` that made it, in one thread."""

    def __init__(self, connection: Connection) -> None:
        """Begin the snapshot."""
        super().__init__(connection)
        # The first query begins the snapshot, so everything after it belongs to this generation.
        self.generation = int(self.meta("generation") or 0)
        self.graph = Graph(connection)

    def documents(self) -> list[DocumentHeader]:
        """All documents' headers, by id."""
        query = select(t.documents).order_by(t.documents.c.policy_id)
        affecting, families = self.graph.affecting(), self.graph.families()
        return [
            replace(header, affected_by=affecting.get(header.policy_id, ()), family=families.get(header.policy_id, ()))
            for header in (row_to_header(row) for row in self.connection.execute(query).mappings())
        ]

    def headers(self, policy_ids: Iterable[str]) -> dict[str, DocumentHeader]:
        """Headers of those documents that exist, by id."""
        found: dict[str, DocumentHeader] = {}
        for ids in batches(policy_ids):
            query = select(t.documents).where(t.documents.c.policy_id.in_(ids))
            for row in self.connection.execute(query).mappings().all():
                found[row["policy_id"]] = row_to_header(row)
        affecting, families = self.graph.affecting(found), self.graph.families(found)
        return {
            policy_id: replace(header, affected_by=affecting.get(policy_id, ()), family=families.get(policy_id, ()))
            for policy_id, header in found.items()
        }

    def known(self, policy_ids: Iterable[str]) -> set[str]:
        """Those of the ids that are documents."""
        found: set[str] = set()
        for ids in batches(policy_ids):
            query = select(t.documents.c.policy_id).where(t.documents.c.policy_id.in_(ids))
            found.update(self.connection.execute(query).scalars().all())
        return found

    def relations(self, policy_id: str) -> tuple[Relation, ...]:
        """All a document's current revision states of others, and all that others state of it."""
        return self.graph.relations(policy_id)

    def issued_with(self, policy_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        """The ids of the documents that each of these issues (附件), by its id."""
        return self.graph.issued_with(policy_ids)

    def header(self, policy_id: str) -> DocumentHeader:
        """The header of one document. Raises UnknownDocument."""
        found = self.headers([policy_id])
        if policy_id not in found:
            raise UnknownDocument(policy_id)
        return found[policy_id]

    def document(
        self, policy_id: str, revision: str | None = None, header: DocumentHeader | None = None
    ) -> PolicyDocument:
        """A document in full: the current revision, or a superseded one. Raises UnknownDocument.

        ``header`` is its header, where the caller has it.
        """
        header = header or self.header(policy_id)
        wanted = revision or header.revision
        query = select(t.revisions.c.payload).where(
            t.revisions.c.policy_id == policy_id, t.revisions.c.revision == wanted
        )
        payload = self.connection.execute(query).scalar()
        if payload is None:
            raise UnknownDocument(f"{policy_id}@{wanted}")
        document = decode_document(payload, policy_id, self.sources(policy_id))
        return replace(document, affected_by=header.affected_by, family=header.family)

    def provision_documents(self, policy_ids: Iterable[str], *, tables: bool = False) -> Iterator[PolicyDocument]:
        """Those of the documents that state supports (扶持条款), current revisions, by id.

        With ``tables`` those that hold a table as well. Without what lists of supports do not need: source map,
        targets, references, origins.
        """
        markers = ['%"provisions":[{%', *(['%"tables":[{%'] if tables else [])]
        for ids in batches(sorted(policy_ids)):
            headers = self.headers(ids)
            columns = t.revisions.c
            query = select(columns.policy_id, columns.payload).where(
                columns.policy_id.in_(ids),
                columns.revision
                == select(t.documents.c.revision).where(t.documents.c.policy_id == columns.policy_id).scalar_subquery(),
                or_(*(columns.payload.like(marker) for marker in markers)),
            )
            for policy_id, payload in self.connection.execute(query.order_by(columns.policy_id)):
                header = headers[policy_id]
                source = (SourceRef("", header.source),) if header.source else ()
                document = decode_supports(payload, policy_id, source)
                yield replace(document, affected_by=header.affected_by, family=header.family)

    def revisions(self, policy_id: str) -> list[str]:
        """All revisions of a document that are kept, the current one and superseded ones."""
        columns = t.revisions.c
        query = select(columns.revision).where(columns.policy_id == policy_id)
        return list(self.connection.execute(query.order_by(columns.revision)).scalars())

    def payloads(self, policy_id: str) -> dict[str, str]:
        """All revisions of a document that are kept, as they are stored, by revision."""
        columns = t.revisions.c
        query = select(columns.revision, columns.payload).where(columns.policy_id == policy_id)
        return {revision: payload for revision, payload in self.connection.execute(query).all()}

    def sources(self, policy_id: str) -> list[SourceRef]:
        """Where a document came from, the first source first."""
        columns = t.sources.c
        query = select(columns.root, columns.path, columns.article, columns.member).where(
            columns.policy_id == policy_id
        )
        return [SourceRef(*row) for row in self.connection.execute(query.order_by(columns.position)).all()]

    def read_from(self, policy_id: str) -> SourceRef | None:
        """The source that a document's text and source map were read from; None where it has gone since."""
        columns = t.sources.c
        query = select(columns.root, columns.path, columns.article, columns.member).where(
            columns.policy_id == policy_id, columns.position == 1
        )
        row = self.connection.execute(query).first()
        return SourceRef(*row) if row else None

    def chunks(self, policy_id: str) -> list[Chunk]:
        """The chunks of a document's current revision, in order."""
        query = select(*_CHUNK).where(t.chunks.c.policy_id == policy_id).order_by(t.chunks.c.ordinal)
        return [Chunk(*row) for row in self.connection.execute(query).all()]

    def chunks_by_id(self, chunk_ids: Iterable[str]) -> dict[str, Chunk]:
        """Those of the chunks that exist in this snapshot."""
        return {chunk_id: chunk for chunk_id, (chunk, _) in self.chunks_with_keys(chunk_ids).items()}

    def chunks_with_keys(self, chunk_ids: Iterable[str]) -> dict[str, tuple[Chunk, str]]:
        """Those of the chunks that exist in this snapshot, with the keys of their vectors."""
        found: dict[str, tuple[Chunk, str]] = {}
        for ids in batches(chunk_ids):
            query = select(t.chunks.c.vector_key, *_CHUNK).where(t.chunks.c.chunk_id.in_(ids))
            found.update((row[0], (Chunk(*row), key)) for key, *row in self.connection.execute(query).all())
        return found

    def allowed(self, filters: Filters, ancestors: Collection[str] = ()) -> set[str] | None:
        """Ids of the documents that pass the filters; None where nothing is restricted.

        A region takes documents of that division and of its ``ancestors``, and those bound to no division, which
        are national. The issuer is matched as a part of its name; dates compare 成文日期, else 发布日期.
        """
        if filters.empty:
            return None
        columns = t.documents.c
        query = select(columns.policy_id)
        if filters.issuer:
            query = query.where(columns.issuer.icontains(filters.issuer, autoescape=True))
        if filters.kinds:
            query = query.where(columns.kind.in_([kind.value for kind in filters.kinds]))
        if filters.date_from:
            query = query.where(columns.dated >= date_number(filters.date_from))
        if filters.date_to:
            query = query.where(columns.dated <= _upper(filters.date_to))
        if filters.region:
            regions = t.document_regions.c
            codes = [filters.region, *ancestors, *_NATION]
            bound = select(regions.policy_id)
            query = query.where(
                or_(columns.policy_id.in_(bound.where(regions.code.in_(codes))), columns.policy_id.not_in(bound))
            )
        found = set(self.connection.execute(query).scalars())
        return found & set(filters.policy_ids) if filters.policy_ids else found

    def region_codes(self) -> set[str]:
        """Codes of all divisions that documents are of or about."""
        return set(self.connection.execute(select(t.document_regions.c.code).distinct()).scalars())

    def issuers(self) -> set[str | None]:
        """The bodies that issued documents, each once."""
        return set(self.connection.execute(select(t.documents.c.issuer).distinct()).scalars())

    def find_by_doc_number(self, doc_number: str) -> list[str]:
        """Ids of the documents with this 发文字号, in any of its written forms."""
        columns = t.documents.c
        query = select(columns.policy_id).where(columns.doc_number_key == number_key(doc_number))
        return list(self.connection.execute(query.order_by(columns.policy_id)).scalars())

    def find_digests(self, doc_number: str) -> list[str]:
        """Ids of the digests (摘要) of a document with this 发文字号."""
        columns = t.documents.c
        query = select(columns.policy_id).where(columns.digest_of.icontains(doc_number, autoescape=True))
        return list(self.connection.execute(query.order_by(columns.policy_id)).scalars())

    def citing(self, doc_number: str) -> list[str]:
        """Ids of the documents that state something of one with this 发文字号, held or not."""
        columns = t.edges.c
        query = select(columns.policy_id).where(columns.number_key == number_key(doc_number)).distinct()
        return list(self.connection.execute(query.order_by(columns.policy_id)).scalars())

    def titles(self) -> list[tuple[str, str]]:
        """What each document's title is compared by, where it is long enough, with the document's id."""
        columns = t.documents.c
        query = select(columns.title_key, columns.policy_id).where(func.length(columns.title_key) >= SHORTEST_TITLE)
        return [(key, policy_id) for key, policy_id in self.connection.execute(query).all()]

    def files(self, root: str) -> dict[str, FileRow]:
        """What is known of the files under a root, by relative path."""
        query = select(t.files).where(t.files.c.root == root)
        return {row["path"]: FileRow(**row) for row in self.connection.execute(query).mappings()}

    def unrecorded(self, root: str) -> set[str]:
        """Paths under a root that documents came from and of which no file is known: a run was killed in between."""
        columns = t.sources.c
        query = select(columns.path).where(columns.root == root).distinct()
        known = select(t.files.c.path).where(t.files.c.root == root)
        return set(self.connection.execute(query.except_(known)).scalars().all())

    def file(self, root: str, path: str) -> FileRow | None:
        """What is known of one file."""
        query = select(t.files).where(t.files.c.root == root, t.files.c.path == path)
        row = self.connection.execute(query).mappings().first()
        return FileRow(**row) if row else None

    def places(self, root: str, path: str) -> dict[SourceRef, str]:
        """The documents of one file by their places in it, in its order."""
        columns = t.sources.c
        query = select(columns.article, columns.member, columns.policy_id).where(
            columns.root == root, columns.path == path
        )
        rows = self.connection.execute(query.order_by(columns.article))
        return {SourceRef(root, path, article, member): policy_id for article, member, policy_id in rows}

    def documents_of_files(self) -> dict[tuple[str, str], list[str]]:
        """The ids of each file's documents, in file order, by root and path."""
        columns = t.sources.c
        query = select(columns.root, columns.path, columns.policy_id).order_by(
            columns.root, columns.path, columns.article
        )
        found: dict[tuple[str, str], list[str]] = {}
        for root, path, policy_id in self.connection.execute(query).all():
            found.setdefault((root, path), []).append(policy_id)
        return found

    def unread(self) -> list[UnreadRow]:
        """Files that gave no documents, by path."""
        return [
            UnreadRow(**row) for row in self.connection.execute(select(t.unread).order_by(t.unread.c.path)).mappings()
        ]

    def roots(self) -> list[str]:
        """All roots that files or documents came from."""
        query = select(t.sources.c.root).union(select(t.files.c.root))
        return sorted(self.connection.execute(query).scalars())


def _upper(iso: str) -> int:
    """The last day number of a day, month or year: 2025 -> 20259999."""
    digits = "".join(c for c in iso[:10] if c.isdigit())
    return int(digits.ljust(8, "9"))
