"""Documents a .docx takes in whole (w:altChunk): exports of web systems keep their HTML or another .docx there."""

from __future__ import annotations

from ingest.raw import BlockKind, RawDocument
from ingest.readers.build import Builder
from ingest.readers.web_archive import page
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
        data, _ = page(data)
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if is_docx(data) or data.startswith(b"%PDF") or (b"\0" in data[:4096] and not wide):
        raise UnreadableFile(path, "嵌入的内容不是网页或文字")
    return read_bytes(data, path)


def append(builder: Builder, raw: RawDocument, tables: int, *, lines: bool = False) -> int:
    """Append the blocks of a document, its tables numbered from ``tables`` on. Returns the next free number.

    ``lines``: those of it are the lines of a page, of which several make a paragraph.
    """
    following = tables
    for block in raw.blocks:
        number = None if block.table is None else tables + block.table
        following = max(following, 0 if number is None else number + 1)
        text = raw.text[block.start : block.end]
        # a line of a web page or of another .docx is a whole paragraph here
        kind = BlockKind.PARAGRAPH if block.kind is BlockKind.LINE and not lines else block.kind
        box = block.box if lines else None
        builder.add(text, kind, level=block.level, cells=block.cells, table=number, box=box)
    return following
