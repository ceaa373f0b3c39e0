"""Rows that other modules pass around."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as it was when it was last ingested; ``ingest_version`` names the code that read it.

    ``note`` tells how it was read, as JSON that only the reader's report understands.
    """

    root: str
    path: str
    size: int
    mtime_ns: int
    sha256: str
    ingest_version: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class UnreadRow:
    """A file (absolute path) that gave no documents, and why. ``document``: it was meant as one."""

    path: str
    why: str
    document: bool


def chunk_id_of(policy_id: str, revision: str, ordinal: int) -> str:
    """The id of a document's chunk; its first has ordinal 0."""
    return f"{policy_id}@{revision}#{ordinal:03d}"


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """What an index needs to know of a chunk. ``seq`` grows with every change of the row."""

    chunk_id: str
    policy_id: str
    vector_key: str
    lexical_key: str
    seq: int

    @property
    def entry(self) -> str:
        """The key of its lexical entry: differs when the indexed text does."""
        return f"{self.chunk_id}~{self.lexical_key}"


@dataclass(frozen=True, slots=True)
class LexicalEntry:
    """A chunk on its way into the lexical index."""

    entry: str
    policy_id: str
    context: str
    text: str


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A chunk that was removed at ``seq``; the same id may live again later."""

    chunk_id: str
    seq: int

    @property
    def policy_id(self) -> str:
        """The document it was of."""
        return self.chunk_id.rpartition("@")[0]
