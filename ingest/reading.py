"""One file from its bytes to documents ready to be put: read, parsed, chunked. A refusal is a value, not an error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest import pulse
from ingest.chunk import CHUNKER, chunk_document
from ingest.coverage import LeftOut, foremost, han_count, left_out
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
    """A file to read: where it lies, and what it is called in the base (root and path below it).

    ``data`` are its bytes where they were fetched before, for a reader that may not see the file.
    """

    file: Path
    root: str
    path: str
    max_mb: int
    data: bytes | None = None


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
    except Exception as error:  # noqa: BLE001 - one hostile file must not stop the others; it is named with its error
        return Refusal(_reason(error))


def fetched(request: Request) -> Request | Refusal:
    """The request with the bytes of its file."""
    try:
        return replace(request, data=_bytes(request))
    except (UnreadableFile, OSError, MemoryError) as error:
        return Refusal(_reason(error))


def _bytes(request: Request) -> bytes:
    size = request.file.stat().st_size
    if size > request.max_mb * 1_000_000:
        raise too_large(request.path, size, request.max_mb)
    return request.file.read_bytes()


def _reason(error: Exception) -> str:
    """Why a file or a member of an archive was not read, in Chinese."""
    if isinstance(error, UnreadableFile):
        return error.why
    if isinstance(error, OSError):
        return f"无法打开（{error.strerror or error}）"
    if isinstance(error, MemoryError):
        return "读取所需的内存超过上限（设置 read_memory_mb）。请拆分文件后再试"
    return f"解析出错（{type(error).__name__}: {error}）。请报告这个文件"


def _read(request: Request) -> Reading:
    data = _bytes(request) if request.data is None else request.data
    if is_archive(data, request.path):
        submissions, note = _read_archive(data, request)
    else:
        submissions, note = _read_document(data, request, "", 0)
    if not any(submission.chunks for submission in submissions):
        why = f"压缩包里没有读出文件（{'；'.join(note.refused[:3])}）" if note.refused else "没有读出正文文字"
        raise UnreadableFile(request.path, why)
    return Reading(tuple(submissions), digest(data), note)


def _read_document(data: bytes, request: Request, member: str, first: int) -> tuple[list[Submission], Note]:
    """The documents of a file or of a member of an archive, numbered from ``first``, and how they were read."""
    name = member or request.path
    raw = read_bytes(data, name)
    documents = parse_document(raw, Path(name).name)
    "".join(d.text for d in documents).encode()  # what cannot be stored is this file's fault alone
    submissions = [
        Submission(
            _renumbered(document, first),
            chunk_document(document),
            SourceRef(request.root, request.path, number, member),
        )
        for number, document in enumerate(documents, first)
    ]
    return submissions, _note(raw, documents)


def _read_archive(data: bytes, request: Request) -> tuple[list[Submission], Note]:
    """The documents of all members; one that cannot be read is named and the rest go on."""
    from ingest.readers.archive import members

    submissions: list[Submission] = []
    notes: list[Note] = []
    refused: list[str] = []
    for member in members(data, request.path, request.max_mb):
        pulse.beat()
        try:
            if member.data is None:
                raise UnreadableFile(member.name, member.why or "无法读取")
            found, note = _read_document(member.data, request, member.name, len(submissions))
        except Exception as error:  # noqa: BLE001 - as for a file
            refused.append(f"{member.name}：{_reason(error)}")
        else:
            submissions += found
            notes.append(note)
    return submissions, _merged(notes, tuple(refused))


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


def _merged(notes: Sequence[Note], refused: tuple[str, ...]) -> Note:
    """One note for an archive: those of its members together."""
    return Note(
        "zip",
        None,
        sum(n.characters for n in notes),
        tuple(dict.fromkeys(flag for n in notes for flag in n.flags)),
        foremost(one for n in notes for one in n.left_out),
        refused,
    )
