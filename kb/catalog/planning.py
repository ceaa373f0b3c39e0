"""From submissions to the changes one transaction will make."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from kb.catalog import schema as t
from kb.catalog.codec import content_key, encode_document
from kb.catalog.identity import Identities
from kb.catalog.reading import CatalogView
from kb.catalog.rows import ChunkRow, LexicalEntry, chunk_id_of
from kb.errors import UnreadableFile
from kb.model import Chunk, PolicyDocument, SourceRef, Submission

_LEXICAL_KEY_DIGITS = 12


@dataclass(frozen=True, slots=True)
class NewChunk:
    """A chunk to insert, with the keys of its vector and of its lexical entry."""

    chunk: Chunk
    vector_key: str
    lexical_key: str

    @property
    def lexical_entry(self) -> LexicalEntry:
        """What the lexical index is given for it."""
        chunk = self.chunk
        return LexicalEntry(f"{chunk.chunk_id}~{self.lexical_key}", chunk.policy_id, chunk.context, chunk.text)


@dataclass(slots=True)
class Change:
    """What is to happen to one document. Without ``document`` only sources are attached."""

    policy_id: str
    revision: str
    is_new: bool = False
    document: PolicyDocument | None = None
    payload: str = ""
    content_key: str = ""
    chunk_count: int = 0
    added: list[NewChunk] = field(default_factory=list)
    dropped: list[ChunkRow] = field(default_factory=list)
    sources: list[SourceRef] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return self.document is None and not self.sources


@dataclass(slots=True)
class Batch:
    """Changes that one transaction makes; a document occurs in it once."""

    view: CatalogView
    vector_key: Callable[[str], str]
    changes: dict[str, Change] = field(default_factory=dict)
    _ids: Identities = field(init=False)

    def __post_init__(self) -> None:
        """Begin with what the catalog knows."""
        self._ids = Identities(self.view)

    def add(self, submission: Submission) -> str | None:
        """Plan a submission and return its document's id; None when it must wait for the next batch."""
        _check(submission)
        policy_id = self._ids.resolve(submission)
        if submission.source and self._ids.owners.get(submission.source, policy_id) != policy_id:
            return None  # in this batch the source was given to another document, which may go for want of it
        planned = self.changes.get(policy_id)
        if planned is None:
            planned = self._plan(policy_id, submission)
            self.changes[policy_id] = planned
        elif planned.revision != submission.document.revision or submission.policy_id:
            return None
        elif planned.document is None:  # so far only further copies of it were seen
            more = self._plan(policy_id, submission)
            more.sources = planned.sources + more.sources
            self.changes[policy_id] = more
        elif submission.source and self._ids.owner(submission.source) != policy_id:
            planned.sources.append(submission.source)
        self._ids.settle(policy_id, submission)
        return policy_id

    @property
    def chunk_count(self) -> int:
        """How many chunks are to be inserted."""
        return sum(len(change.added) for change in self.changes.values())

    def _plan(self, policy_id: str, submission: Submission) -> Change:
        revision = submission.document.revision
        source = submission.source
        change = Change(policy_id, revision, is_new=self._ids.revision_of(policy_id) is None)
        if source and self._ids.owner(source) != policy_id:
            change.sources.append(source)
        if not change.is_new and self._settled(change, submission):
            return change
        document = replace(
            submission.document, parent=self._ids.parent_id(submission.document.parent, source), policy_id=policy_id
        )
        change.document, change.payload = document, encode_document(document)
        change.content_key = content_key(change.payload, submission.chunks)
        if not change.is_new and self._stored_key(policy_id) == change.content_key:
            change.document = None
            return change
        change.chunk_count = len(submission.chunks)
        self._diff(change, self._chunks(document, submission))
        return change

    def _settled(self, change: Change, submission: Submission) -> bool:
        """Whether this is a further copy of a stored text, which does not replace what was read from the first."""
        if submission.policy_id or not submission.source or self._ids.revision_of(change.policy_id) != change.revision:
            return False
        stored = self.view.sources(change.policy_id)
        return bool(stored) and stored[0] != submission.source

    def _stored_key(self, policy_id: str) -> str | None:
        columns = t.documents.c
        query = select(columns.content_key).where(columns.policy_id == policy_id)
        return self.view.connection.execute(query).scalar()

    def _chunks(self, document: PolicyDocument, submission: Submission) -> list[NewChunk]:
        out: list[NewChunk] = []
        for ordinal, draft in enumerate(submission.chunks):
            chunk = Chunk(
                chunk_id=chunk_id_of(document.policy_id, document.revision, ordinal),
                policy_id=document.policy_id,
                revision=document.revision,
                ordinal=ordinal,
                start=draft.start,
                end=draft.end,
                text=document.text[draft.start : draft.end],
                context=draft.context,
                section=draft.section,
            )
            out.append(NewChunk(chunk, self.vector_key(chunk.indexed_text), _lexical_key(chunk)))
        return out

    def _diff(self, change: Change, wanted: list[NewChunk]) -> None:
        if change.is_new:
            change.added = wanted
            return
        stored = {chunk.chunk_id: chunk for chunk in self.view.chunks(change.policy_id)}
        rows = {row.chunk_id: row for row in self.view.chunk_rows([change.policy_id])}
        kept: set[str] = set()
        for new in wanted:
            row = rows.get(new.chunk.chunk_id)
            same = row and (row.vector_key, row.lexical_key) == (new.vector_key, new.lexical_key)
            if same and stored[new.chunk.chunk_id] == new.chunk:
                kept.add(new.chunk.chunk_id)
            else:
                change.added.append(new)
        change.dropped = [row for chunk_id, row in rows.items() if chunk_id not in kept]


def _lexical_key(chunk: Chunk) -> str:
    return hashlib.sha256(f"{chunk.context}\0{chunk.text}".encode()).hexdigest()[:_LEXICAL_KEY_DIGITS]


def _check(submission: Submission) -> None:
    text = submission.document.text
    where = submission.source.path if submission.source else submission.policy_id or "文件"
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UnreadableFile(where, "正文含有无法保存的字符（孤立的代理项），请另存为 UTF-8 后重试") from error
    if "\0" in text:  # which PostgreSQL cannot hold, and SQLite only by half
        raise UnreadableFile(where, "正文含有空字符（NUL），请删去后重试")
    document = submission.document
    named = [document.title, document.doc_number, document.issuer, document.digest_of]
    if any("\0" in (value or "") for d in submission.chunks for value in (*named, d.context, d.section)):
        raise UnreadableFile(where, "标题等栏目含有空字符（NUL），请删去后重试")
    for draft in submission.chunks:
        if not 0 <= draft.start < draft.end <= len(text):
            raise ValueError(f"chunk {draft.start}..{draft.end} is outside the text of {where} ({len(text)})")
