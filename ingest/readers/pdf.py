"""PDF with a text layer: lines with page and box in reading order; running headers and page numbers marked."""

from __future__ import annotations

import math
import re
import threading
from collections import Counter
from collections.abc import Sequence
from typing import Any

from ingest.raw import BlockKind, RawDocument
from ingest.readers.build import Builder
from ingest.readers.encoding import PLAUSIBLE, plausibility, tidy
from ingest.readers.pdf_layout import Char, TextLine, page_lines
from kb.errors import UnreadableFile

_LOCK = threading.Lock()  # pdfium may be in one thread at a time
_MARGIN = 0.12
_PAGE_NUMBER = re.compile(
    r"[-—–―－·\s]*(?:第?\s*\d{1,4}\s*页?|\d{1,4}\s*/\s*\d{1,4}|第\s*\d+\s*页\s*[/,，]?\s*共\s*\d+\s*页)[-—–―－·\s]*"
)
_PASSWORD_ERROR = 4
_FEW = 10


def read_pdf(data: bytes, path: str) -> RawDocument:
    """The document of a PDF. Raises UnreadableFile if it is encrypted, damaged, scanned or garbled."""
    with _LOCK:
        pages, sizes, meta, unmapped = _extract(data, path)
    lines = [page_lines(chars) for chars in pages]
    _check_text(pages, unmapped, path)
    builder = Builder("pdf", meta)
    margins = _running_heads(lines, sizes)
    for number, (page, size) in enumerate(zip(lines, sizes, strict=True), 1):
        previous: TextLine | None = None
        for line in page:
            header = _is_margin(line, size) and (_key(line) in margins or bool(_PAGE_NUMBER.fullmatch(line.text)))
            if previous is not None and not header and _stands_apart(previous, line):
                builder.gap()
            box = (round(line.left, 1), round(line.bottom, 1), round(line.right, 1), round(line.top, 1))
            builder.add(line.text, BlockKind.HEADER if header else BlockKind.LINE, page=number, box=box)
            previous = None if header else line
    if len({block.page for block in builder.blocks if block.kind is BlockKind.LINE}) < len(pages):
        builder.flag("low_text")  # a page is an image
    return builder.finish()


def _extract(data: bytes, path: str) -> tuple[list[list[Char]], list[tuple[float, float]], dict[str, str], int]:
    """Characters and (bottom, top) of every page, document properties, and how many characters have no Unicode."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        encrypted = getattr(error, "err_code", None) == _PASSWORD_ERROR or "assword" in str(error)
        why = "PDF 设有打开密码。请去掉密码后再试" if encrypted else "PDF 已损坏，无法打开。请重新获取该文件"
        raise UnreadableFile(path, why) from error
    try:
        pages: list[list[Char]] = []
        sizes: list[tuple[float, float]] = []
        unmapped = 0
        for page in document:
            chars, bad = _page_chars(page)
            left, bottom, right, top = page.get_mediabox()
            pages.append(chars)
            sizes.append(_extent(chars, (bottom, top), (left, right)))
            unmapped += bad
            page.close()
        meta = {k: tidy(v).strip() for k, v in document.get_metadata_dict().items() if v.strip()}
        return pages, sizes, meta, unmapped
    except pdfium.PdfiumError as error:
        raise UnreadableFile(path, "PDF 已损坏，有的页无法读取。请重新获取该文件") from error
    finally:
        document.close()


def _extent(chars: list[Char], upright: tuple[float, float], lying: tuple[float, float]) -> tuple[float, float]:
    """Bottom and top of a page in the coordinates of its (perhaps turned) characters."""
    if not chars:
        return upright
    low, high = min(c.bottom for c in chars), max(c.top for c in chars)
    if low >= upright[0] - 1 and high <= upright[1] + 1:
        return upright
    height = lying[1] - lying[0]
    return (low, low + height) if high - low <= height else (low, high)


def _page_chars(page: Any) -> tuple[list[Char], int]:  # noqa: ANN401 - a pypdfium2 page
    """Visible characters along the page's main writing direction: a slanted watermark is none of the text."""
    import pypdfium2.raw as raw

    text_page = page.get_textpage()
    found: list[tuple[int, Char]] = []
    unmapped = 0
    for index in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(text_page, index)
        if code <= 32 or code in {0xA0, 0x3000, 0xFFFE, 0xFEFF} or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
            continue
        if raw.FPDFText_HasUnicodeMapError(text_page, index) == 1 or code == 0xFFFD or 0xE000 <= code <= 0xF8FF:
            unmapped += 1
        angle = raw.FPDFText_GetCharAngle(text_page, index) % (2 * math.pi)
        quarter = round(angle / (math.pi / 2))
        if abs(angle - quarter * math.pi / 2) > 0.1:
            continue
        left, bottom, right, top = text_page.get_charbox(index, loose=True)
        found.append((quarter % 4, _turned(chr(code), left, bottom, right, top, quarter % 4)))
    text_page.close()
    main = Counter(quarter for quarter, _ in found).most_common(1)
    return [char for quarter, char in found if quarter == main[0][0]], unmapped


def _turned(text: str, left: float, bottom: float, right: float, top: float, quarter: int) -> Char:
    """A character in coordinates where its line runs to the right; its height cut to the body of the type."""
    for _ in range(quarter):
        left, bottom, right, top = bottom, -right, top, -left
    trim = 0.15 * (top - bottom)
    return Char(text, left, bottom + trim, right, top - trim)


def _check_text(pages: Sequence[Sequence[Char]], unmapped: int, path: str) -> None:
    total = sum(map(len, pages))
    if total < _FEW and total < _FEW * len(pages):
        raise UnreadableFile(path, "PDF 没有文字层（扫描件或图片）。请先用文字识别软件转成可搜索的 PDF 或 .docx")
    text = "".join(char.text for chars in pages for char in chars)
    han = sum("\u4e00" <= c <= "\u9fff" for c in text)
    if unmapped > 0.3 * total or (han >= 200 and plausibility(text) < PLAUSIBLE / 2):
        raise UnreadableFile(path, "PDF 的文字层是乱码（字体没有编码表）。请用文字识别软件转换，或换一个来源的文件")


def _is_margin(line: TextLine, size: tuple[float, float]) -> bool:
    bottom, top = size
    depth = _MARGIN * (top - bottom)
    return line.top < bottom + depth or line.bottom > top - depth


def _key(line: TextLine) -> str:
    return re.sub(r"\d+", "#", "".join(line.text.split()))


def _running_heads(lines: Sequence[Sequence[TextLine]], sizes: Sequence[tuple[float, float]]) -> set[str]:
    """What stands in the margin of several pages, numbers aside."""
    seen: Counter[str] = Counter()
    for page, size in zip(lines, sizes, strict=True):
        seen.update({_key(line) for line in page if _is_margin(line, size)})
    needed = max(2, 0.3 * len(lines))
    return {key for key, count in seen.items() if count >= needed}


def _stands_apart(above: TextLine, below: TextLine) -> bool:
    """Whether more than a line of white parts two lines of one column."""
    return above.region == below.region and above.bottom - below.top > 1.6 * max(above.em, below.em)
