"""Which document a submission is: ids are minted once and stay.

The id a caller gives wins. Else the document its source already has, unless other sources share that document and
the text changed. Else a document with the same text and no other 文号 (one document, several sources): a page may state
the 文号 beside its text, and notices of two years may share every word. Else a new id made from the source, so that a
run killed and repeated gives the same ids.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from sqlalchemy import select

from kb.catalog import schema as t
from kb.catalog.reading import CatalogView
from kb.model import PolicyDocument, SourceRef, Submission

_ID_DIGITS = 12


@dataclass(slots=True)
class Identities:
    """Ids for the submissions of one batch: what the catalog knows, then what the batch has settled."""

    view: CatalogView
    owners: dict[SourceRef, str] = field(default_factory=dict)
    revisions: dict[str, str] = field(default_factory=dict)
    _numbers: dict[str, str | None] = field(default_factory=dict)

    def resolve(self, submission: Submission) -> str:
        """The id of a submission; changes nothing."""
        given = submission.policy_id or submission.document.policy_id
        if given:
            return given
        revision = submission.document.revision
        source = submission.source
        current = self.owner(source) if source else None
        if current and self.revision_of(current) == revision:
            return current
        twin = self._with_text(submission.document)
        if twin:
            return twin
        if current and source and self._sources(current) <= {source}:
            return current
        return self._mint(source, revision)

    def settle(self, policy_id: str, submission: Submission) -> None:
        """Remember what was resolved, for the rest of the batch."""
        if submission.source:
            self.owners[submission.source] = policy_id
        self.revisions[policy_id] = submission.document.revision
        self._numbers[policy_id] = submission.document.doc_number

    def owner(self, source: SourceRef) -> str | None:
        """The document a source belongs to."""
        if source in self.owners:
            return self.owners[source]
        columns = t.sources.c
        query = select(columns.policy_id).where(
            columns.root == source.root, columns.path == source.path, columns.article == source.article
        )
        return self.view.connection.execute(query).scalar()

    def revision_of(self, policy_id: str) -> str | None:
        """The current revision of a document, None when there is no such document."""
        if policy_id in self.revisions:
            return self.revisions[policy_id]
        columns = t.documents.c
        return self.view.connection.execute(select(columns.revision).where(columns.policy_id == policy_id)).scalar()

    def parent_id(self, parent: str | None, source: SourceRef | None) -> str | None:
        """``#0`` as the id of article 0 of the same file; anything else as it is."""
        if parent is None or not parent.startswith("#") or not parent[1:].isdigit() or source is None:
            return parent
        sibling = SourceRef(source.root, source.path, int(parent[1:]))
        return self.owner(sibling) or self._mint(sibling, "")

    def _with_text(self, document: PolicyDocument) -> str | None:
        if not document.text.strip():
            return None
        revision = document.revision
        columns = t.documents.c
        query = select(columns.policy_id, columns.doc_number).where(columns.revision == revision)
        numbers = {p: n for p, n in self.view.connection.execute(query) if self.revision_of(p) == revision}
        numbers.update({p: self._numbers.get(p) for p, r in self.revisions.items() if r == revision})
        own = document.doc_number
        return min((p for p, n in numbers.items() if n is None or own is None or n == own), default=None)

    def _sources(self, policy_id: str) -> set[SourceRef]:
        stored = {s for s in self.view.sources(policy_id) if self.owners.get(s, policy_id) == policy_id}
        return stored | {s for s, owner in self.owners.items() if owner == policy_id}

    def _mint(self, source: SourceRef | None, revision: str) -> str:
        seed = f"{source.root}|{source.path}|{source.article}" if source else f"text|{revision}"
        salt = 0
        while True:
            salted = seed if salt == 0 else f"{seed}|{salt}"
            candidate = "p" + hashlib.sha256(salted.encode("utf-8", "surrogatepass")).hexdigest()[:_ID_DIGITS]
            if self.revision_of(candidate) is None:
                return candidate
            salt += 1
