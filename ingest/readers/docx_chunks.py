"""Documents a .docx takes in whole (w:altChunk): exports of web systems keep their HTML or another .docx there."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message

from ingest.raw import Block, BlockKind, RawDocument
from ingest.readers.build import Builder
from kb.errors import UnreadableFile

_MIME = (b"mime-version:", b"from:", b"content-type:", b"date:", b"subject:")
_ZIP = b"PK\x03\x04"


def is_docx(data: bytes) -> bool:
    """Whether a chunk is a zip, which can only be a .docx."""
    return data.startswith(_ZIP)


def read_chunk(data: bytes, path: str) -> RawDocument:
    """A chunk of HTML (plain or as a web archive) or text. Raises UnreadableFile for other formats."""
    from ingest.readers import read_bytes

    if data.lstrip()[:20].lower().startswith(_MIME):
        data = _page(message_from_bytes(data.lstrip()))
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if is_docx(data) or data.startswith(b"%PDF") or (b"\0" in data[:4096] and not wide):
        raise UnreadableFile(path, "嵌入的内容不是网页或文字")
    return read_bytes(data, path)


def append(builder: Builder, raw: RawDocument, tables: int) -> int:
    """Append the blocks of a document, its tables numbered from ``tables`` on. Returns the next free number."""
    following = tables
    for block in raw.blocks:
        number = None if block.table is None else tables + block.table
        following = max(following, 0 if number is None else number + 1)
        _append(builder, raw, block, number)
    return following


def _append(builder: Builder, raw: RawDocument, block: Block, table: int | None) -> None:
    text = raw.text[block.start : block.end]
    # a line of a web page or of another .docx is a whole paragraph here
    kind = BlockKind.PARAGRAPH if block.kind is BlockKind.LINE else block.kind
    builder.add(text, kind, level=block.level, cells=block.cells, table=table)


def _page(message: Message) -> bytes:
    """The HTML part of a web archive, in UTF-8; its first text part if there is none."""
    parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
    parts.sort(key=lambda part: part.get_content_subtype() != "html")
    content = parts[0].get_payload(decode=True) if parts else b""
    return content if isinstance(content, bytes) else b""
