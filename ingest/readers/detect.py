"""What a file is, by its first bytes; what is left may be text (see ``detect_text``)."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Set
from enum import StrEnum

from ingest.readers.compound import MAGIC, Compound, Damaged
from ingest.readers.encoding import is_wide
from ingest.readers.web_archive import is_web_archive
from kb.errors import UnreadableFile


class Format(StrEnum):
    """The formats that can be read."""

    TEXT = "txt"
    MARKDOWN = "md"
    HTML = "html"
    DOCX = "docx"
    SHEET = "sheet"  # .xlsx, .xls, .et, .ods
    CSV = "csv"
    ARCHIVE = "zip"
    OFFICE = "office"  # what LibreOffice turns into .docx: .doc, .wps, .rtf, .odt
    PDF = "pdf"
    IMAGE = "image"
    OFD = "ofd"
    WEB_ARCHIVE = "mht"  # a page saved as one file (MIME)
    XML = "xml"  # of no kind that is read


class NotADocument(UnreadableFile):
    """An image, archive, program or the like: named and left out, but no failure."""


_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_OTHER: tuple[tuple[bytes, str], ...] = (
    (b"\x00\x00\x01\x00", "图标"),
    (b"8BPS", "Photoshop 图片"),
    (b"Rar!", "RAR 压缩包，请先解压"),
    (b"7z\xbc\xaf", "7z 压缩包，请先解压"),
    (b"\x1f\x8b", "gzip 压缩文件，请先解压"),
    (b"BZh", "bzip2 压缩文件，请先解压"),
    (b"\xfd7zXZ\x00", "xz 压缩文件，请先解压"),
    (b"ID3", "音频"),
    (b"OggS", "音频或视频"),
    (b"fLaC", "音频"),
    (b"\x1aE\xdf\xa3", "视频"),
    (b"\x7fELF", "程序"),
    (b"MZ", "程序"),
    (b"SQLite format 3\x00", "数据库"),
)
_TYPES = "[content_types].xml"
#: Of each kind of Office file: the folder of its parts, the main one, how the names of its files end.
_PARTS = (
    ("word/", "word/document.xml", (".docx", ".docm", ".dotx")),
    ("xl/", "xl/workbook.xml", (".xlsx", ".xlsm")),
    ("ppt/", "ppt/presentation.xml", (".pptx",)),
)


def binary_format(data: bytes, path: str) -> Format | None:
    """The format by magic bytes; None for what may be text.

    Raises UnreadableFile for documents of a kind not read yet, NotADocument for what is no document.
    """
    if not data:
        raise UnreadableFile(path, "文件是空的（0 字节）")
    if b"%PDF-" in data[:1024]:
        return Format.PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_format(data, path)
    if data.startswith(MAGIC):
        return _ole_format(data, path)
    if data.lstrip()[:5] == b"{\\rtf":
        return Format.OFFICE
    if is_web_archive(data):
        return Format.WEB_ARCHIVE
    if _is_picture(data):
        return Format.IMAGE
    _refuse_other(data, path)
    return None


def _zip_format(data: bytes, path: str) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            mimetype = archive.open("mimetype").read(200) if "mimetype" in names else b""
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError, NotImplementedError) as error:
        raise UnreadableFile(path, "压缩结构已损坏，无法打开（.docx 没有下载完整？）。请重新获取该文件") from error
    plain = {name.replace("\\", "/").lower() for name in names}
    if any(name.rpartition("/")[2] == "ofd.xml" and name.count("/") <= 1 for name in plain):
        return Format.OFD
    folder = _office_folder(plain, path)
    if folder == "word/":
        return Format.DOCX
    if folder == "xl/":
        return Format.SHEET
    if folder == "ppt/":
        raise UnreadableFile(path, "PowerPoint 演示文稿（.pptx）暂不支持。请另存为 .docx 或 .pdf")
    if _TYPES in plain:
        raise UnreadableFile(path, "Office 文件里没有正文（word/document.xml），可能已损坏。请重新获取该文件")
    if mimetype and "content.xml" in names:
        return Format.SHEET if b"spreadsheet" in mimetype else Format.OFFICE
    return Format.ARCHIVE


def _office_folder(names: Set[str], path: str) -> str | None:
    """The folder of an Office file's parts; None for an archive, though it may have a folder of such a name."""
    for folder, main, suffixes in _PARTS:
        stated = _TYPES in names or path.lower().endswith(suffixes)
        if (stated and any(name.startswith(folder) for name in names)) or {main, "_rels/.rels"} <= names:
            return folder
    return None


def _ole_format(data: bytes, path: str) -> Format:
    try:
        names = Compound.of(data).names()
    except Damaged as error:
        raise UnreadableFile(path, "旧版 Office 文件已损坏，无法打开。请重新获取该文件") from error
    if "EncryptedPackage" in names:
        raise UnreadableFile(path, "文件设有打开密码。请去掉密码后再试")
    if "Workbook" in names or "Book" in names:
        return Format.SHEET
    if "PowerPoint Document" in names:
        raise UnreadableFile(path, "旧版 PowerPoint（.ppt）暂不支持。请另存为 .docx 或 .pdf")
    return Format.OFFICE


def _is_picture(data: bytes) -> bool:
    return any(_begins(data, magic) for magic in _PICTURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def _begins(data: bytes, magic: bytes) -> bool:
    """Whether data begin so; letters, common in text, count only with the zeros or controls of the real thing."""
    sure = len(magic) > 3 or not magic.isascii() or 0 in data[:512] or _controls(data[:512]) > 8
    return data.startswith(magic) and sure


def _refuse_other(data: bytes, path: str) -> None:
    for magic, what in _OTHER:
        if _begins(data, magic):
            raise NotADocument(path, f"不是文档（{what}）")
    if data[:4] == b"RIFF" and data[8:12] in {b"AVI ", b"WAVE"}:
        raise NotADocument(path, "不是文档（音频或视频）")
    if data[4:8] == b"ftyp":
        raise NotADocument(path, "不是文档（视频或图片）")
    sample = data[:65_536]
    if _controls(sample) > max(8, len(sample) * 0.02) and not is_wide(data):
        raise UnreadableFile(path, "不认识的二进制文件，不是本程序认识的文档")


def _controls(data: bytes) -> int:
    return sum(b < 32 and b not in b"\t\n\r\x0b\x0c\x1b" for b in data)
