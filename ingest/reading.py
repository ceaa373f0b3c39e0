"""One file from its bytes to documents ready to be put: read, parsed, chunked. A refusal is a value, not an error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest import pulse
from ingest.chunk import CHUNKER, chunk_document
from ingest.coverage import MOST, LeftOut, han_count, left_out
from ingest.parse import PARSER, parse_document
from ingest.plan import digest
from ingest.raw import RawDocument
from ingest.readers import READERS, NotADocument, is_archive, read_bytes, too_large
from kb.errors import UnreadableFile
from kb.model import PolicyDocument, SourceRef, Submission

#: Version of everything between a file and its chunks; when it changes, unchanged files are read again.
INGEST_VERSION = f"{READERS}/{PARSER}/{CHUNKER}"


@dataclass(frozen=True, slots=True)
class Request:
    """A file to read: where it lies, and what it is called in the base (root and path below it)."""

    file: Path
    root: str
    path: str
    max_mb: int


@dataclass(frozen=True, slots=True)
class Note:
    """How a file was read: for the report, not for answers. ``characters`` are Han characters in the documents.

    ``refused`` are the members of an archive that gave no documents, with the reason.
    """

    format: str
    pages: int | None
    characters: int
    flags: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """The documents of a file with their chunks, in file order, the digest of its bytes, and how it was read."""

    submissions: tuple[Submission, ...]
    sha256: str
    note: Note


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file gives no documents, in Chinese. ``document``: it was meant as one, so leaving it out is a failure."""

    why: str
    document: bool = True


Outcome = Reading | Refusal


def read_request(request: Request) -> Outcome:
    """Read, parse and chunk one file. Never raises for what the file holds."""
    try:
        return _read(request)
    except NotADocument as error:
        return Refusal(error.why, document=False)
    except UnreadableFile as error:
        return Refusal(error.why)
    except OSError as error:
        return Refusal(f"无法打开（{error.strerror or error}）")
    except MemoryError:
        return Refusal("读取所需的内存超过上限（设置 read_memory_mb）。请拆分文件后再试")
    except Exception as error:  # noqa: BLE001 - one hostile file must not stop the others; it is named with its error
        return Refusal(f"解析出错（{type(error).__name__}: {error}）。请报告这个文件")


def _read(request: Request) -> Reading:
    size = request.file.stat().st_size
    if size > request.max_mb * 1_000_000:
        raise too_large(request.path, size, request.max_mb)
    data = request.file.read_bytes()
    parts, refused = _parts(data, request)
    submissions: list[Submission] = []
    notes: list[Note] = []
    for member, raw in parts:
        documents = parse_document(raw, Path(member or request.path).name)
        "".join(d.text for d in documents).encode()  # what cannot be stored is this file's fault alone
        first = len(submissions)
        for number, document in enumerate(documents, first):
            source = SourceRef(request.root, request.path, number, member)
            submissions.append(Submission(_renumbered(document, first), chunk_document(document), source))
        notes.append(_note(raw, documents))
    if not any(submission.chunks for submission in submissions):
        why = f"压缩包里没有读出文件（{'；'.join(refused[:3])}）" if refused else "没有读出正文文字"
        raise UnreadableFile(request.path, why)
    return Reading(tuple(submissions), digest(data), _merged(notes, tuple(refused), is_archive=bool(parts[0][0])))


def _parts(data: bytes, request: Request) -> tuple[list[tuple[str, RawDocument]], list[str]]:
    """The documents' raw texts: of the file, or of each member of an archive; and what members were refused, why."""
    if not is_archive(data, request.path):
        return [("", read_bytes(data, request.path))], []
    from ingest.readers.archive import members

    parts: list[tuple[str, RawDocument]] = []
    refused: list[str] = []
    for member in members(data, request.path, request.max_mb):
        pulse.beat()
        try:
            if member.data is None:
                raise UnreadableFile(member.name, member.why or "无法读取")
            parts.append((member.name, read_bytes(member.data, member.name)))
        except UnreadableFile as error:
            refused.append(f"{member.name}：{error.why}")
    return parts, refused


def _renumbered(document: PolicyDocument, first: int) -> PolicyDocument:
    """The document with its parent counted through all members of the archive."""
    parent = document.parent
    if not first or not parent or not parent.startswith("#"):
        return document
    return replace(document, parent=f"#{int(parent[1:]) + first}")


def _note(raw: RawDocument, documents: Sequence[PolicyDocument]) -> Note:
    return Note(
        raw.format,
        max((b.page for b in raw.blocks if b.page is not None), default=None),
        sum(han_count(d.text) for d in documents),
        raw.flags,
        left_out(raw, documents),
    )


def _merged(notes: Sequence[Note], refused: tuple[str, ...], *, is_archive: bool) -> Note:
    """One note for a file: that of its only part, or those of an archive's members together."""
    if not is_archive:
        return notes[0]
    return Note(
        "zip",
        None,
        sum(n.characters for n in notes),
        tuple(dict.fromkeys(flag for n in notes for flag in n.flags)),
        tuple(one for n in notes for one in n.left_out)[:MOST],
        refused,
    )
