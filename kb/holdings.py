"""What a base holds: its documents, files and relations, read from the catalog."""

from __future__ import annotations

from kb.catalog import FileRow, UnreadRow
from kb.model import Chunk, DocumentHeader, PolicyDocument, Relation, SourceRef
from kb.store import Store


class Holdings:
    """Reading of a store's catalog. Each call sees one consistent state."""

    store: Store

    def documents(self) -> list[DocumentHeader]:
        """All documents, without their text, by id."""
        with self.store.catalog.view() as view:
            found = view.documents()
            self.store.kept.learn(view, found)
            return found

    def header(self, policy_id: str) -> DocumentHeader:
        """One document without its text. Raises UnknownDocument."""
        with self.store.catalog.view() as view:
            return view.header(policy_id)

    def document(self, policy_id: str, revision: str | None = None) -> PolicyDocument:
        """One document in full, at a revision (superseded ones are kept) or as it is now. Raises UnknownDocument."""
        with self.store.catalog.view() as view:
            return view.document(policy_id, revision)

    def relations(self, policy_id: str) -> tuple[Relation, ...]:
        """All a document states of others, then all that others state of it."""
        with self.store.catalog.view() as view:
            return view.relations(policy_id)

    def revisions(self, policy_id: str) -> list[str]:
        """All revisions of a document that are kept, the current one and superseded ones."""
        with self.store.catalog.view() as view:
            return view.revisions(policy_id)

    def payloads(self, policy_id: str) -> dict[str, str]:
        """All revisions of a document that are kept, as they are stored: for bringing them back."""
        with self.store.catalog.view() as view:
            return view.payloads(policy_id)

    def chunks(self, policy_id: str) -> list[Chunk]:
        """The chunks of a document as it is now, in order."""
        with self.store.catalog.view() as view:
            return view.chunks(policy_id)

    def files(self, root: str) -> dict[str, FileRow]:
        """Files known under a root, by relative path."""
        with self.store.catalog.view() as view:
            return view.files(root)

    def unrecorded(self, root: str) -> set[str]:
        """Paths under a root that documents came from, but that ``files`` does not know as a run was killed."""
        with self.store.catalog.view() as view:
            return view.unrecorded(root)

    def file(self, root: str, path: str) -> FileRow | None:
        """One file under a root, if it is known."""
        with self.store.catalog.view() as view:
            return view.file(root, path)

    def places(self, root: str, path: str) -> dict[SourceRef, str]:
        """The ids of one file's documents by their places in it, in its order."""
        with self.store.catalog.view() as view:
            return view.places(root, path)

    def read_from(self, policy_id: str) -> SourceRef | None:
        """The source that a document's text and source map were read from; None where it has gone since."""
        with self.store.catalog.view() as view:
            return view.read_from(policy_id)

    def unread(self) -> list[UnreadRow]:
        """Files that gave no documents when last looked at, by path."""
        with self.store.catalog.view() as view:
            return view.unread()

    def documents_of_files(self) -> dict[tuple[str, str], list[str]]:
        """The ids of each file's documents, in file order, by root and path."""
        with self.store.catalog.view() as view:
            return view.documents_of_files()

    def roots(self) -> list[str]:
        """All roots documents came from."""
        with self.store.catalog.view() as view:
            return view.roots()

    @property
    def generation(self) -> int:
        """A number that grows with every change a reader could see."""
        return self.store.catalog.generation()
