"""Readers: a file's bytes to text blocks with positions, one module a format family."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ingest.raw import RawDocument
from ingest.readers.detect import Format, NotADocument, binary_format
from ingest.readers.detect_text import text_format, without_preamble
from ingest.readers.encoding import Decoded, Undecidable, decode
from kb.config import Settings
from kb.errors import UnreadableFile

__all__ = ["READERS", "NotADocument", "is_archive", "read", "read_bytes", "too_large"]

#: Version of the readers; a change makes sync read unchanged files again.
READERS = "readers-9"
_DEFAULT_MAX_MB = int(Settings.model_fields["max_file_mb"].default)


def read(path: Path, max_mb: int = _DEFAULT_MAX_MB) -> RawDocument:
    """The file at ``path`` as text blocks; its format is found by its bytes.

    Raises UnreadableFile saying why and what to do, also for an archive, whose members are read one by one (see
    ``is_archive``); NotADocument (a kind of it) for icons, sound, programs and the like.
    """
    try:
        size = path.stat().st_size
        if size > max_mb * 1_000_000:
            raise too_large(str(path), size, max_mb)
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(str(path), f"无法打开（{error.strerror or error}）") from error
    return read_bytes(data, str(path))


def too_large(path: str, size: int, max_mb: int) -> UnreadableFile:
    """The error for a file of ``size`` bytes above the limit."""
    return UnreadableFile(
        path,
        f"文件有 {size / 1e6:.0f} MB，超过上限 {max_mb} MB。请拆分文件，或调大设置 max_file_mb（ZHICE_MAX_FILE_MB）",
    )


def read_bytes(data: bytes, path: str) -> RawDocument:
    """The same for bytes already in memory; ``path`` names the file in messages and gives its suffix."""
    found = binary_format(data, path)
    if found is Format.PDF:
        from ingest.readers.pdf import read_pdf

        return read_pdf(data, path)
    if found is Format.DOCX:
        from ingest.readers.docx import read_docx

        return read_docx(data, path)
    if found is Format.OFD:
        return _read_ofd(data, path)
    if found is Format.IMAGE:
        from ingest.readers.image import read_image

        return read_image(data, path)
    if found is Format.SHEET:
        from ingest.readers.sheet import read_sheet

        return read_sheet(data, path)
    if found is Format.OFFICE:
        from ingest.readers.office import read_office

        return read_office(data, path, Path(path).suffix)
    if found is Format.ARCHIVE:
        raise UnreadableFile(path, "是压缩包，里面的文件要逐个读取")
    if found is Format.WEB_ARCHIVE:
        from ingest.readers.web_archive import page

        return replace(_read_text_like(*page(data), path), format=Format.WEB_ARCHIVE)
    return _read_text_like(data, None, path)


def _read_ofd(data: bytes, path: str) -> RawDocument:
    """An OFD by its text; one that is only pictures of pages by OCR of these."""
    from ingest.readers.ofd import NoText, page_images, read_ofd

    try:
        return read_ofd(data, path)
    except NoText:
        images = page_images(data, path)
        if not images:
            raise
        from ingest.readers.build import joined
        from ingest.readers.image import read_image

        return joined([read_image(image, path) for image in images], Format.OFD)


def is_archive(data: bytes, path: str) -> bool:
    """Whether the bytes are those of a .zip whose members are to be read one by one (see ``archive.members``)."""
    return binary_format(data, path) is Format.ARCHIVE


def _read_text_like(data: bytes, charset: str | None, path: str) -> RawDocument:
    """Text in whatever encoding and format; ``charset`` is what is stated around it, before what it says itself."""
    from ingest.readers.html import declared_charset

    try:
        decoded = decode(data, charset or declared_charset(data))
    except Undecidable as error:
        raise UnreadableFile(path, "无法判断文字编码（不是 UTF-8、GB18030 或 Big5）。请另存为 UTF-8 后再试") from error
    if not decoded.text.strip():
        raise UnreadableFile(path, "文件里没有文字")
    raw = _read_decoded(decoded, path)
    if not raw.blocks:
        raise UnreadableFile(path, "文件里没有正文文字")
    return raw


def _read_decoded(decoded: Decoded, path: str) -> RawDocument:
    suffix = Path(path).suffix
    found = text_format(decoded.text, suffix)
    if found is Format.HTML:
        from ingest.readers.html import read_html

        return read_html(replace(decoded, text=without_preamble(decoded.text)), path)
    if found is Format.OFFICE:
        from ingest.readers.office import read_office

        return read_office(without_preamble(decoded.text).encode(), path, suffix)
    if found is Format.SHEET:
        from ingest.readers.sheet_xml import read_sheet_xml

        return read_sheet_xml(decoded.text, path)
    if found is Format.XML:
        raise UnreadableFile(path, "是 XML 数据，不是能读取的文档。请用生成它的程序打开后另存为 .docx 或 .xlsx 再试")
    return _read_plain(found, decoded, path)


def _read_plain(found: Format, decoded: Decoded, path: str) -> RawDocument:
    if found is Format.CSV:
        from ingest.readers.csv_table import read_csv

        return read_csv(decoded, path)
    if found is Format.MARKDOWN:
        from ingest.readers.markdown import read_markdown

        return read_markdown(decoded)
    from ingest.readers.text import read_text

    return read_text(decoded)
