"""Documents removed through the page, kept so that the removal can be undone, also after a restart."""

from __future__ import annotations

import json
import os
import shutil
import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.uploads import REMOVED, Uploads
from kb.catalog import FileRow
from kb.catalog.codec import decode_document, encode_document
from kb.errors import KBError, UnknownDocument
from kb.model import ChunkDraft, SourceRef, Submission

_RECORD = "removed.json"
_KEPT = 30 * 86_400  # seconds
_TOKEN_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Removal:
    """A document that was removed: what it was called, when (seconds since 1970), and the files that went with it."""

    token: str
    policy_id: str
    title: str
    when: float
    files: tuple[str, ...] = ()


class Removals:
    """Removes documents, and brings them back as they were."""

    def __init__(self, uploads: Uploads) -> None:
        """Take the uploads whose files go with their last document."""
        self.uploads = uploads
        self.base = uploads.base
        self.folder = uploads.folder / REMOVED

    def remove(self, policy_id: str) -> Removal:
        """Remove a document; an uploaded file that gave nothing else goes with it. Raises UnknownDocument, HomeBusy.

        What is needed to undo it is on the disk before anything is removed.
        """
        with self.base.store.writing():
            document = self.base.document(policy_id)
            files = self._own_files(policy_id, document.sources)
            removal = Removal(
                uuid.uuid4().hex, policy_id, document.display_title, time.time(), tuple(s.path for s in files)
            )
            chunks = [[c.start, c.end, c.context, c.section] for c in self.base.chunks(policy_id)]
            self._write(
                removal,
                {
                    "removal": asdict(removal),
                    "payload": encode_document(document),
                    "chunks": chunks,
                    "rows": [asdict(row) for s in files if (row := self.base.files(s.root).get(s.path))],
                    "sources": [[s.root, s.path, s.article, s.member] for s in document.sources],
                },
            )
            self.base.remove([policy_id])
            for number, source in enumerate(files):
                path = Path(source.root, source.path)
                if path.is_file():
                    os.replace(path, self.folder / removal.token / f"{number}")
                self.base.remove_sources(source.root, [source.path])
        return removal

    def undo(self, token: str) -> Removal:
        """Bring a document back with the id it had. Raises KBError where that is not known any more, HomeBusy."""
        record = self._read(token)
        removal = Removal(**record["removal"] | {"files": tuple(record["removal"]["files"])})
        with self.base.store.writing():
            self._check_free(removal)
            self._restore_files(removal)
            sources = [SourceRef(*s) for s in record["sources"]]
            free = [source for source in sources if source not in self._occupied(sources)]
            document = decode_document(record["payload"], removal.policy_id, ())
            chunks = tuple(ChunkDraft(*c) for c in record["chunks"])
            given: list[SourceRef | None] = [*free] or [None]
            self.base.put_many(Submission(document, chunks, source, removal.policy_id) for source in given)
            self.base.record_files(FileRow(**row) for row in record["rows"] if Path(row["root"], row["path"]).is_file())
        shutil.rmtree(self.folder / token, ignore_errors=True)
        return removal

    def recent(self) -> list[Removal]:
        """What can be undone, the latest first; what is older than a month is thrown away."""
        found: list[Removal] = []
        for place in self.folder.glob("*"):
            try:
                record = self._read(place.name)
            except KBError:
                continue
            removal = Removal(**record["removal"] | {"files": tuple(record["removal"]["files"])})
            if time.time() - removal.when > _KEPT:
                shutil.rmtree(place, ignore_errors=True)
            else:
                found.append(removal)
        return sorted(found, key=lambda removal: -removal.when)

    def _own_files(self, policy_id: str, sources: tuple[SourceRef, ...]) -> list[SourceRef]:
        """The uploaded files that give this document and no other."""
        owned = self.base.documents_of_files()
        mine = {(s.root, s.path): s for s in sources if Path(s.root, s.path).is_relative_to(self.uploads.folder)}
        return [source for at, source in mine.items() if set(owned.get(at, ())) == {policy_id}]

    def _occupied(self, sources: list[SourceRef]) -> set[SourceRef]:
        """The places in the files of these sources that documents have now."""
        owned = self.base.documents_of_files()
        ids = {i for source in sources for i in owned.get((source.root, source.path), ())}
        return {place for policy_id in ids for place in self.base.document(policy_id).sources}

    def _check_free(self, removal: Removal) -> None:
        """An id is made from the file's place: a file that came there since may have it."""
        try:
            now = self.base.header(removal.policy_id)
        except UnknownDocument:
            return
        raise KBError(f"同名文件已经重新上传（《{now.title}》），恢复会盖掉它。要恢复旧的，请先移除新的。")

    def _restore_files(self, removal: Removal) -> None:
        for number, name in enumerate(removal.files):
            kept = self.folder / removal.token / f"{number}"
            target = self.uploads.folder / name
            if kept.is_file() and not target.exists() and target.parent == self.uploads.folder:
                os.replace(kept, target)

    def _write(self, removal: Removal, record: dict[str, Any]) -> None:
        place = self.folder / removal.token
        place.mkdir(parents=True)
        with (place / _RECORD).open("w", encoding="utf-8") as stream:
            json.dump(record, stream, ensure_ascii=False)
            stream.flush()
            os.fsync(stream.fileno())

    def _read(self, token: str) -> Any:  # noqa: ANN401 - JSON
        if len(token) != _TOKEN_LENGTH or not token.isascii() or not token.isalnum():
            raise KBError("这次移除已经撤销过，或者太久以前了。")
        try:
            return json.loads((self.folder / token / _RECORD).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise KBError("这次移除已经撤销过，或者太久以前了。") from error
