"""One file from its bytes to documents ready to be put: read, parsed, chunked. A refusal is a value, not an error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.chunk import CHUNKER, chunk_document
from ingest.coverage import LeftOut, han_count, left_out
from ingest.parse import PARSER, parse_document
from ingest.plan import digest
from ingest.raw import RawDocument
from ingest.readers import READERS, NotADocument, read_bytes, too_large
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
    """How a file was read: for the report, not for answers. ``characters`` are Han characters in the documents."""

    format: str
    pages: int | None
    characters: int
    flags: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


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
    raw = read_bytes(data, request.path)
    documents = parse_document(raw, Path(request.path).name)
    submissions = tuple(
        Submission(document, chunk_document(document), SourceRef(request.root, request.path, article))
        for article, document in enumerate(documents)
    )
    if not any(submission.chunks for submission in submissions):
        raise UnreadableFile(request.path, "没有读出正文文字")
    "".join(d.text for d in documents).encode()  # what cannot be stored is this file's fault alone
    return Reading(submissions, digest(data), _note(raw, documents))


def _note(raw: RawDocument, documents: Sequence[PolicyDocument]) -> Note:
    return Note(
        raw.format,
        max((b.page for b in raw.blocks if b.page is not None), default=None),
        sum(han_count(d.text) for d in documents),
        raw.flags,
        left_out(raw, documents),
    )
