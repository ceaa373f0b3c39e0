"""Documents removed through the page, kept so that the removal can be undone, also after a restart."""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ingest.plan import file_digest
from ingest.uploads import REMOVED, Uploads
from kb.base import KnowledgeBase
from kb.catalog import FileRow
from kb.catalog.codec import decode_document
from kb.errors import KBError, UnknownDocument
from kb.model import ChunkDraft, DocumentHeader, PolicyDocument, SourceRef, Submission

_LOG = logging.getLogger(__name__)
_RECORD = "removed.json"
_KEPT = 30 * 86_400  # seconds
_TOKEN_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Removal:
    """A document that was removed: what it was called, when (seconds since 1970), and the files that went with it.

    ``files`` are paths within the folder of uploads.
    """

    token: str
    policy_id: str
    title: str
    when: float
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Record:
    """All that is needed to bring a document back: what the catalog held of it, older revisions and files' rows too."""

    removal: Removal
    revision: str
    payloads: dict[str, str]
    chunks: tuple[ChunkDraft, ...]
    sources: tuple[SourceRef, ...]
    rows: tuple[FileRow, ...]

    @property
    def document(self) -> PolicyDocument:
        return decode_document(self.payloads[self.revision], self.removal.policy_id, ())


class Removals:
    """Removes documents, and brings them back as they were."""

    def __init__(self, uploads: Uploads) -> None:
        """Take the uploads whose files go with their last document."""
        self.uploads = uploads
        self.base = uploads.base
        self.folder = uploads.folder / REMOVED
        self._home = uploads.folder.parent

    def remove(self, policy_id: str) -> Removal:
        """Remove a document; an uploaded file that gave nothing else goes with it. Raises UnknownDocument, HomeBusy.

        What is needed to undo it is on the disk before anything is removed.
        """
        with self.base.store.writing():
            document = self.base.document(policy_id)
            owned = self._own_files(policy_id, document.sources)
            record = self._record(document, owned)
            token = record.removal.token
            self._write(record)
            try:
                self.base.remove([policy_id])
            except BaseException as error:
                if _header(self.base, policy_id) is not None:
                    shutil.rmtree(self.folder / token, ignore_errors=True)
                    raise
                if not isinstance(error, Exception):
                    raise
                _LOG.warning("removed, but the indexes are left to the next change", exc_info=True)
            for number, source in enumerate(owned):
                self._put_away(source, self.folder / token / f"{number}")
        return record.removal

    def undo(self, token: str) -> Removal:
        """Bring a document back with the id it had. Raises KBError where that is not known any more, HomeBusy.

        An undoing that was cut off is finished by the next.
        """
        record = self._read(token)
        removal = record.removal
        with self.base.store.writing():
            document = record.document
            self._check_free(record, document)
            free = [source for source in self._free(record.sources) if self._is_there(source, removal)]
            if free[:1] != list(record.sources[:1]):
                document = replace(document, source_map=())  # its places are those of a file it has no more
            given: list[SourceRef | None] = [*free] or [None]
            self.base.put_many(Submission(document, record.chunks, s, removal.policy_id) for s in given)
            self.base.keep_revisions(removal.policy_id, record.payloads)
            for kept, target in self._kept_files(removal):
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(kept, target)
            self.base.record_files(row for row in record.rows if Path(row.root, row.path).is_file())
        shutil.rmtree(self.folder / token, ignore_errors=True)
        return removal

    def recent(self) -> list[Removal]:
        """What can be undone, the latest first; what is older than a month is thrown away."""
        found: list[Removal] = []
        for place in self.folder.glob("*"):
            try:
                removal = self._read(place.name).removal
            except KBError:
                continue
            if time.time() - removal.when > _KEPT:
                shutil.rmtree(place, ignore_errors=True)
            elif not self._undone(removal):
                found.append(removal)
        return sorted(found, key=lambda removal: -removal.when)

    def _record(self, document: PolicyDocument, owned: list[SourceRef]) -> _Record:
        """What is kept of a document, with the uploaded files that go with it."""
        policy_id = document.policy_id
        files = tuple(Path(s.root, s.path).relative_to(self.uploads.folder).as_posix() for s in owned)
        return _Record(
            Removal(uuid.uuid4().hex, policy_id, document.display_title, time.time(), files),
            document.revision,
            self.base.payloads(policy_id),
            tuple(ChunkDraft(c.start, c.end, c.context, c.section) for c in self.base.chunks(policy_id)),
            document.sources,
            tuple(row for s in owned if (row := self.base.file(s.root, s.path))),
        )

    def _put_away(self, source: SourceRef, place: Path) -> None:
        """An uploaded file, out of the folder; one that cannot be moved stays known, so that no sync reads it again."""
        path = Path(source.root, source.path)
        try:
            if path.is_file():
                os.replace(path, place)
            self.base.remove_sources(source.root, [source.path])
        except Exception:  # the document is gone, which is what was asked for
            _LOG.warning("the file of a removed document is not put away", exc_info=True)

    def _undone(self, removal: Removal) -> bool:
        """Whether the document is there as it was, with its files: a crash cut the removal off, or the undoing."""
        now = _header(self.base, removal.policy_id)
        record = self._read(removal.token)
        return now is not None and now.revision == record.revision and not self._kept_files(removal)

    def _own_files(self, policy_id: str, sources: Iterable[SourceRef]) -> list[SourceRef]:
        """The uploaded files that give this document and no other."""
        mine = {(s.root, s.path): s for s in sources if Path(s.root, s.path).is_relative_to(self.uploads.folder)}
        return [source for at, source in mine.items() if set(self.base.places(*at).values()) == {policy_id}]

    def _free(self, sources: tuple[SourceRef, ...]) -> list[SourceRef]:
        """Those of the places in files that no document has now."""
        return [source for source in sources if source not in self.base.places(source.root, source.path)]

    def _is_there(self, source: SourceRef, removal: Removal) -> bool:
        """Whether a file is there, or comes back: a document of one that is gone would go at the next sync."""
        path = Path(source.root, source.path)
        return path.is_file() or path in (target for _, target in self._kept_files(removal))

    def _check_free(self, record: _Record, document: PolicyDocument) -> None:
        """Nothing may have come since that the document would double or cover. Raises KBError."""
        now = _header(self.base, record.removal.policy_id)
        if now is not None:  # an id is made from the file's place: a file that came there since may have it
            if now.revision != record.revision:
                raise _taken(now)
        else:
            for header in self.base.documents():
                if header.revision == record.revision and _one_number(header.doc_number, document.doc_number):
                    raise KBError(f"库里已有正文相同的文件（《{header.title}》），恢复会重复。要恢复旧的，请先移除它。")
            if record.sources and not self._free(record.sources):
                first = record.sources[0]
                raise _taken(self.base.header(self.base.places(first.root, first.path)[first]))
        for kept, target in self._kept_files(record.removal):
            if target.exists() and not (target.is_file() and file_digest(target) == file_digest(kept)):
                raise KBError(f"上传的文件里已有另一个“{target.name}”，恢复会盖掉它。请先移除它，再恢复。")

    def _kept_files(self, removal: Removal) -> list[tuple[Path, Path]]:
        """The files that were put away with a document, each with its place in the folder of uploads."""
        kept = (
            (self.folder / removal.token / f"{n}", self.uploads.folder / name) for n, name in enumerate(removal.files)
        )
        folder = self.uploads.folder.resolve()
        return [(path, to) for path, to in kept if path.is_file() and to.resolve().is_relative_to(folder)]

    def _write(self, record: _Record) -> None:
        place = self.folder / record.removal.token
        place.mkdir(parents=True)
        values = asdict(record)
        for one in (*values["sources"], *values["rows"]):
            one["root"] = self._within_home(one["root"])
        with (place / _RECORD).open("w", encoding="utf-8") as stream:
            json.dump(values, stream, ensure_ascii=False)
            stream.flush()
            os.fsync(stream.fileno())

    def _within_home(self, root: str) -> str:
        """A folder as it is kept: one of the home by its place in it, for the home may be restored elsewhere."""
        path = Path(root)
        return path.relative_to(self._home).as_posix() if path.is_relative_to(self._home) else root

    def _read(self, token: str) -> _Record:
        if len(token) != _TOKEN_LENGTH or not token.isascii() or not token.isalnum():
            raise KBError("这次移除已经撤销过，或者太久以前了。")
        try:
            values = json.loads((self.folder / token / _RECORD).read_text("utf-8"))
            for one in (*values["sources"], *values["rows"]):
                one["root"] = str(self._home / one["root"])
            return _decoded(values)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KBError("这次移除已经撤销过，或者太久以前了。") from error


def _decoded(values: Any) -> _Record:  # noqa: ANN401 - JSON
    return _Record(
        Removal(**values["removal"] | {"files": tuple(values["removal"]["files"])}),
        values["revision"],
        values["payloads"],
        tuple(ChunkDraft(**c) for c in values["chunks"]),
        tuple(SourceRef(**s) for s in values["sources"]),
        tuple(FileRow(**row) for row in values["rows"]),
    )


def _taken(now: DocumentHeader) -> KBError:
    return KBError(f"同名文件已经重新上传（《{now.title}》），恢复会盖掉它。要恢复旧的，请先移除新的。")


def _one_number(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


def _header(base: KnowledgeBase, policy_id: str) -> DocumentHeader | None:
    try:
        return base.header(policy_id)
    except UnknownDocument:
        return None
