"""PDF: lines and tables with page and box in reading order; pages without readable text in them are read by OCR."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ingest.pulse import beat
from ingest.raw import RawDocument
from ingest.readers.build import Builder
from ingest.readers.encoding import tidy
from ingest.readers.ocr_engine import EngineMissing
from ingest.readers.pdf_chars import PageChars, page_chars
from ingest.readers.pdf_objects import Drawn, page_objects
from ingest.readers.pdf_pages import Page, add_pages, is_head, make_page, running_heads
from ingest.readers.pdf_scans import is_garbled, look, pictures_to_read, read_page, read_pictures, shows_something
from kb.errors import UnreadableFile

_LOCK = threading.Lock()  # pdfium may be in one thread at a time
_MAX_PAGES = 2000
_MAX_SCANNED = 200
_MAX_CHARS = 10_000_000
_PASSWORD_ERROR = 4
_FEW = 10


@dataclass(slots=True)
class _Sheet:
    """A page as far as it is read. ``empty`` until text is found on it: then ``shows`` says if it has a picture."""

    page: Page
    garbled: bool
    shows: bool
    pictures: int
    empty: bool = False
    broken: bool = False


def read_pdf(data: bytes, path: str) -> RawDocument:
    """The document of a PDF, page by page from its text layer or its picture.

    Raises UnreadableFile if it is encrypted, damaged, too long, or nothing readable is in it.
    """
    with opened(data, path) as document:
        sheets = _survey(document, path)
        with _LOCK:
            meta = document.get_metadata_dict()
        builder = Builder("pdf", {k: tidy(v).strip() for k, v in meta.items() if v.strip()})
        try:
            _read_scans(document, sheets, builder, path)
        except EngineMissing as error:
            raise UnreadableFile(path, f"需要文字识别，但识别组件不完整（{error}）。请重新安装 rapidocr") from error
    if any(sheet.empty and (sheet.shows or sheet.garbled or sheet.broken) for sheet in sheets):
        builder.flag("low_text")
    pages = [sheet.page for sheet in sheets]
    heads = running_heads(pages)
    if sum(_length(page, heads) for page in pages) < _FEW:
        raise UnreadableFile(path, _nothing(sheets))
    add_pages(builder, pages)
    return builder.finish()


@contextmanager
def opened(data: bytes, path: str) -> Iterator[Any]:
    """The PDF, closed at the end. Raises UnreadableFile."""
    import pypdfium2 as pdfium

    with _LOCK:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            encrypted = getattr(error, "err_code", None) == _PASSWORD_ERROR or "assword" in str(error)
            why = "PDF 设有打开密码。请去掉密码后再试" if encrypted else "PDF 已损坏，无法打开。请重新获取该文件"
            raise UnreadableFile(path, why) from error
    try:
        yield document
    finally:
        with _LOCK:
            document.close()


@contextmanager
def _page(document: Any, index: int) -> Iterator[Any]:  # noqa: ANN401 - a pypdfium2 document
    with _LOCK:
        page = document[index]
        try:
            yield page
        finally:
            page.close()


def _survey(document: Any, path: str) -> list[_Sheet]:  # noqa: ANN401 - a pypdfium2 document
    """All pages by their text layers, with what else they show."""
    import pypdfium2 as pdfium

    count = len(document)
    if count > _MAX_PAGES:
        raise UnreadableFile(path, f"PDF 有 {count} 页，超过上限 {_MAX_PAGES} 页。请拆分文件后再试")
    sheets: list[_Sheet] = []
    total = 0
    for index in range(count):
        try:
            with _page(document, index) as page:
                found = page_chars(page)
                drawn = page_objects(page, found.quarter, found.frame)
        except pdfium.PdfiumError:
            sheets.append(_Sheet(Page((), 0, 0), False, False, 0, broken=True))
            continue
        total += len(found.chars)
        if total > _MAX_CHARS:
            raise UnreadableFile(path, f"PDF 的文字超过上限（{_MAX_CHARS // 10_000} 万字）。请拆分文件后再试")
        sheets.append(_sheet(found, drawn))
        beat()
    if sheets and all(sheet.broken for sheet in sheets):
        raise UnreadableFile(path, "PDF 已损坏，所有页都无法读取。请重新获取该文件")
    heads = running_heads([sheet.page for sheet in sheets])
    for sheet in sheets:
        sheet.empty = sheet.garbled or _length(sheet.page, heads) < _FEW
    return sheets


def _sheet(found: PageChars, drawn: Drawn) -> _Sheet:
    garbled = is_garbled(found.chars, found.unmapped)
    bottom, top = found.frame[1], found.frame[3]
    page = Page((), bottom, top) if garbled else make_page(found.chars, drawn.rulings, bottom, top)
    return _Sheet(page, garbled, shows_something(drawn, found.frame), len(pictures_to_read(found, drawn)))


def _length(page: Page, heads: set[str]) -> int:
    """How much text a page has beside its running heads, in characters."""
    lines = sum(len("".join(line.text.split())) for line in page.lines if not is_head(line, page, heads))
    return lines + sum(len("".join(row.cells)) for table in page.tables for row in table.rows)


def _read_scans(document: Any, sheets: Sequence[_Sheet], builder: Builder, path: str) -> None:  # noqa: ANN401
    """Read what is a picture: pages without text, and large pictures beside text as far as the limit goes."""
    scans = [i for i, sheet in enumerate(sheets) if sheet.empty and (sheet.garbled or sheet.shows)]
    if len(scans) > _MAX_SCANNED:
        raise UnreadableFile(
            path, f"PDF 有 {len(scans)} 页是扫描图片，超过文字识别的上限 {_MAX_SCANNED} 页。请拆分文件后再试"
        )
    beside = [i for i, sheet in enumerate(sheets) if sheet.pictures and not sheet.empty]
    for index in [*scans, *beside[: _MAX_SCANNED - len(scans)]]:
        sheet = sheets[index]
        with _page(document, index) as page:
            sight = look(page)
        scanned = read_page(sight, keep=not sheet.garbled) if sheet.empty else read_pictures(sight)
        beat()
        if not scanned.read:
            continue
        sheet.page, sheet.empty = scanned.page, False
        builder.flag("ocr")
        if scanned.lost:
            builder.flag("ocr_gap")


def _nothing(sheets: Sequence[_Sheet]) -> str:
    """Why a PDF without readable text is refused."""
    if any(sheet.garbled for sheet in sheets):
        return "PDF 的文字层是乱码（字体没有编码表），文字识别也没有认出文字。请换一个来源的文件"
    if any(sheet.shows for sheet in sheets):
        return "PDF 没有文字层（扫描件或图片），文字识别也没有认出文字。请换一份更清晰的扫描件或可搜索的 PDF"
    return "PDF 没有文字层，页面上也没有可以识别的图片。请换一个来源的文件"
