"""Tables of the catalog, the truth every index is derived from: in SQLite, or in PostgreSQL.

Both order text by code points, so that both give the same answers. PostgreSQL bounds what a B-tree holds of a row:
long names are indexed by hashes there.

``seq`` grows with every change of a chunk row; an index that knows up to which ``seq`` it has applied the catalog
can catch up from the chunk rows above it and the tombstones above it.
"""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    event,
    func,
)
from sqlalchemy import String as AnyString
from sqlalchemy import Text as AnyText
from sqlalchemy.types import TypeEngine

SCHEMA_VERSION = 2

metadata = MetaData()

_BY_CODE_POINT = AnyText(collation="C")


def String(length: int) -> TypeEngine[str]:  # noqa: N802 - a type of columns
    """Short text."""
    return AnyString(length).with_variant(_BY_CODE_POINT, "postgresql")


#: Text of any length, and numbers beyond 32 bits, which SQLite's integers hold as they are.
Text = AnyText().with_variant(_BY_CODE_POINT, "postgresql")
Long = Integer().with_variant(BigInteger(), "postgresql")


def hashed(column: Column[str]) -> None:
    """An index of long text, for looking up by equality."""
    Index(f"ix_{column.table.name}_{column.name}", column).ddl_if(dialect="sqlite")
    _hash_in_postgresql(column)


def _hash_in_postgresql(column: Column[str]) -> None:
    # As words of SQL, for the option of Index would load PostgreSQL's dialect in every command.
    table, name = column.table, f"ix_{column.table.name}_{column.name}"
    made = DDL(f'CREATE INDEX {name} ON {table.name} USING hash ("{column.name}")')  # type: ignore[no-untyped-call]
    event.listen(table, "after_create", made.execute_if(dialect="postgresql"))


def path_key(table: Table, *names: str) -> None:
    """A primary key of paths, which in PostgreSQL is one of their hashes."""
    columns = [table.c[name] for name in names]
    table.append_constraint(PrimaryKeyConstraint(*columns).ddl_if(dialect="sqlite"))
    keys = [func.md5(column) if isinstance(column.type, AnyText) else column for column in columns]
    Index(f"{table.name}_place", *keys, unique=True).ddl_if(dialect="postgresql")
    _hash_in_postgresql(table.c.path)


meta = Table("meta", metadata, Column("key", String(64), primary_key=True), Column("value", Text, nullable=False))

documents = Table(
    "documents",
    metadata,
    Column("policy_id", String(200), primary_key=True),
    Column("revision", String(16), nullable=False, index=True),
    Column("content_key", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("title_key", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("doc_number", Text),
    Column("doc_number_key", Text),
    Column("issuer", Text),
    Column("issuer_region", String(12)),
    Column("subject_regions", Text, nullable=False),
    Column("status", String(8), nullable=False),
    Column("written_on", String(10)),
    Column("published_on", String(10)),
    Column("effective_from", String(10)),
    Column("expires_on", String(10)),
    Column("dated", Integer, index=True),
    Column("digest_of", Text),
    Column("source", Text),
    Column("flags", Text, nullable=False),
    Column("chunks", Integer, nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    Column("policy_id", String(200), primary_key=True),
    Column("revision", String(16), primary_key=True),
    Column("payload", Text, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("root", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("article", Integer, nullable=False),
    Column("policy_id", String(200), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("member", Text, nullable=False, server_default=""),
)

files = Table(
    "files",
    metadata,
    Column("root", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("size", Long, nullable=False),
    Column("mtime_ns", Long, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("ingest_version", String(64), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
)

# Files that gave no documents when they were last looked at, and why: for the report.
unread = Table(
    "unread",
    metadata,
    Column("path", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("document", Boolean, nullable=False),
)

chunks = Table(
    "chunks",
    metadata,
    Column("chunk_id", String(240), primary_key=True),
    Column("policy_id", String(200), nullable=False, index=True),
    Column("revision", String(16), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("context", Text, nullable=False),
    Column("section", Text),
    Column("vector_key", String(64), nullable=False),
    Column("lexical_key", String(12), nullable=False),
    Column("seq", Long, nullable=False, unique=True),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("seq", Long, primary_key=True, autoincrement=False),
    Column("chunk_id", String(240), nullable=False),
)

document_regions = Table(
    "document_regions",
    metadata,
    Column("policy_id", String(200), primary_key=True),
    Column("code", String(12), primary_key=True),
    Column("role", String(8), primary_key=True),
)
Index("document_regions_code", document_regions.c.code)

# Names a document goes by, for finding it from where it is cited: its 发文字号, its title, its title without the place
# or agency in front ("short"), its title without year and 修订 ("family"). A digest goes by its original's names.
document_keys = Table(
    "document_keys",
    metadata,
    Column("policy_id", String(200), primary_key=True),
    Column("role", String(8), primary_key=True),
    Column("key", Text, nullable=False),
    Column("digest", Boolean, nullable=False),
)

# What a document states of another: 依据 修订 废止 替代 延长 随同 见, and of itself, that it is a digest of (摘自) or
# issued with (附于) another. ``target`` is the document that is meant, null where the base does not hold it or two
# could be meant; with digests of one original, or copies of one document, there is a row for each, told apart by
# ``place``. ``since`` is the day the sentence itself gives (自2025年1月1日起废止).
edges = Table(
    "edges",
    metadata,
    Column("policy_id", String(200), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("relation", String(4), nullable=False),
    Column("title", Text, nullable=False),
    Column("doc_number", Text),
    Column("title_key", Text, nullable=False),
    Column("short_key", Text),
    Column("number_key", Text),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("quote", Text, nullable=False),
    Column("since", String(10)),
    Column("target", String(200), index=True),
    Column("digest", Boolean, nullable=False),
)

hashed(documents.c.doc_number_key)
hashed(document_keys.c.key)
for _name in ("title_key", "short_key", "number_key"):
    hashed(edges.c[_name])
path_key(sources, "root", "path", "article")
path_key(files, "root", "path")
path_key(unread, "path")
