"""OFD (GB/T 33190-2016): lines and tables of its pages with page and box, as the PDF reader makes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from ingest.pulse import beat
from ingest.raw import RawDocument
from ingest.readers.build import Builder
from ingest.readers.encoding import tidy
from ingest.readers.ofd_package import Document, Package, bodies, child, children, stated
from ingest.readers.ofd_page import POINTS, Cost, Glyph, Matrix, Reader, Shown, moved, numbers, page_matrix
from ingest.readers.pdf_chars import Box, turned
from ingest.readers.pdf_layout import Char, TextLine, page_lines
from ingest.readers.pdf_objects import Ruling
from ingest.readers.pdf_pages import Page, add_pages, is_head, make_page, running_heads
from ingest.readers.pdf_scans import is_garbled
from kb.errors import UnreadableFile

_MAX_PAGES = 2000
_FEW = 10  # characters: less is no text
_SCAN, _PICTURE = 0.5, 0.05  # of the page: what the pictures of a scan cover together, and each of them at least
_UNMAPPED = 0.3  # of letters and glyphs together: more unmapped ones, and the others make no sense
_A4 = (0.0, 0.0, 210.0, 297.0)
_MAX_DATA, _MAX_VALUE = 200, 2000
_INFO = ("Title", "Author", "CreationDate", "Subject")


class NoText(UnreadableFile):
    """An OFD that shows something but has no text to read: :func:`page_images` may give what OCR can."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page as read. ``pictures`` are the (resource id, box) worth reading, from the top down.

    ``is_scan``: they cover most of the page. ``traced``: its text is one laid unseen over them.
    """

    page: Page
    pictures: tuple[tuple[str, Box], ...] = ()
    is_scan: bool = False
    traced: bool = False
    garbled: bool = False
    missing: bool = False

    def is_empty(self, heads: set[str]) -> bool:
        """Whether it has hardly any text beside its running heads."""
        return _length(self.page, heads) < _FEW


def read_ofd(data: bytes, path: str) -> RawDocument:
    """The documents of an OFD, page by page. Text of stamps and notes on a page stands behind the page's own.

    Raises UnreadableFile if it is encrypted, damaged or too long, NoText if its pages are pictures.
    """
    package, cost = Package(data, path), Cost(path)
    builder = Builder("ofd")
    sheets: list[_Sheet] = []
    for body, document in bodies(package):
        for key, value in _info(body):
            builder.meta.setdefault(key, value)
        if document is None:
            builder.flag("low_text")
            continue
        sheets.extend(_sheets(document, len(sheets), cost))
    if all(sheet.missing for sheet in sheets):
        raise UnreadableFile(path, "OFD 里没有页面内容（Document.xml 或各页缺失），可能已损坏。请重新获取该文件")
    if sum(_length(sheet.page, set()) for sheet in sheets) < _FEW:
        raise _nothing(sheets, path)
    heads = running_heads([sheet.page for sheet in sheets])
    if any(sheet.missing or sheet.garbled or (sheet.pictures and sheet.is_empty(heads)) for sheet in sheets):
        builder.flag("low_text")
    if any(sheet.traced for sheet in sheets):
        builder.flag("ocr")
    add_pages(builder, [sheet.page for sheet in sheets])
    return builder.finish()


def page_images(data: bytes, path: str = "OFD") -> list[bytes]:
    """The pictures of the pages that are scans without text, as they are in the file, in order.

    Most are JPEG or PNG; some are JBIG2 (.jb2) as nothing but OFD and PDF has. Raises UnreadableFile.
    """
    package, cost = Package(data, path), Cost(path)
    found: list[bytes] = []
    pages = 0
    for _, document in bodies(package):
        for sheet in () if document is None else _sheets(document, pages, cost):
            pages += 1
            if document is None or not sheet.is_scan or not sheet.is_empty(set()):
                continue
            parts = (_picture_part(document, resource_id) for resource_id, _ in sheet.pictures)
            found.extend(package.bytes(part) for part in dict.fromkeys(parts) if part is not None)
    return found


def _sheets(document: Document, before: int, cost: Cost) -> Iterator[_Sheet]:
    """The pages of a document, of which the file has ``before`` in others."""
    path = document.package.path
    for number, (page_id, part) in enumerate(document.pages(), before + 1):
        if number > _MAX_PAGES:
            raise UnreadableFile(path, f"OFD 超过上限 {_MAX_PAGES} 页。请拆分文件后再试")
        if part is None:
            yield _Sheet(Page((), 0.0, 0.0), missing=True)
        else:
            yield _sheet(document, page_id, document.package.root(part), cost)
        beat()


def _sheet(document: Document, page_id: str, root: Any, cost: Cost) -> _Sheet:  # noqa: ANN401 - an lxml element
    area = numbers(document.area(root), 4)
    x, y, width, height = area if min(area[2:]) > 0 else _A4
    frame, matrix = (0.0, 0.0, width * POINTS, height * POINTS), page_matrix((x, y, width, height))
    reader = Reader(cost, document.unit)
    for template in document.templates(root):
        reader.read(template, matrix)
    reader.read(root, matrix)
    shown = reader.shown
    pictures = _pictures(shown, frame)
    is_scan = sum(_area(box) for _, box in pictures) >= _SCAN * _area(frame)
    traced = is_scan and len(_inside(shown.glyphs, frame)) < _FEW <= len(_inside(shown.hidden, frame))
    glyphs = _inside([*shown.glyphs, *shown.hidden] if traced else shown.glyphs, frame)
    quarter = Counter(glyph.quarter for glyph in glyphs).most_common(1)[0][0] if glyphs else 0
    chars = _upright(glyphs, quarter)
    garbled = _is_garbled(chars, shown.unmapped)
    _, bottom, _, top = turned(frame, quarter)
    page = make_page([] if garbled else chars, [_ruling(turned(box, quarter)) for box in shown.rulings], bottom, top)
    page = replace(page, items=(*page.items, *_notes(document, page_id, cost, matrix, frame, quarter)))
    return _Sheet(page, pictures, is_scan, traced, garbled)


def _notes(
    document: Document, page_id: str, cost: Cost, matrix: Matrix, frame: Box, quarter: int
) -> Iterator[TextLine]:
    """The lines of what is stamped or noted on a page in Chinese; watermarks are none of the text."""
    region = count(1_000_000)  # apart from those of the page
    for annotation in document.annotations(page_id):
        appearance = child(annotation, "Appearance")
        unseen = annotation.get("Visible", "true").strip() == "false"
        if appearance is None or unseen or annotation.get("Type", "").strip().lower() == "watermark":
            continue
        x, y, _, _ = numbers(appearance.get("Boundary"), 4)
        reader = Reader(cost, document.unit)
        reader.read(appearance, moved(matrix, x, y))
        lines = page_lines(_upright(_inside(reader.shown.glyphs, frame), quarter))
        if any("\u3400" <= c <= "\u9fff" for line in lines for c in line.text):
            number = next(region)
            yield from (replace(line, region=number) for line in lines)


def _inside(glyphs: Sequence[Glyph], frame: Box) -> list[Glyph]:
    """Without what lies off the page."""
    return [
        glyph
        for glyph in glyphs
        if frame[0] <= (glyph.char.left + glyph.char.right) / 2 <= frame[2]
        and frame[1] <= (glyph.char.bottom + glyph.char.top) / 2 <= frame[3]
    ]


def _upright(glyphs: Sequence[Glyph], quarter: int) -> list[Char]:
    """The characters along the main writing direction, with the page turned so that it runs to the right."""
    if not quarter:
        return [glyph.char for glyph in glyphs if not glyph.quarter]
    return [
        Char(char.text, *turned((char.left, char.bottom, char.right, char.top), quarter))
        for char, own in ((glyph.char, glyph.quarter) for glyph in glyphs)
        if own == quarter
    ]


def _is_garbled(chars: Sequence[Char], unmapped: int) -> bool:
    """Whether the text of a page is glyphs that have no characters; the dots of a table of contents prove nothing."""
    letters = sum(char.text.isalnum() for char in chars)
    return is_garbled(chars, unmapped) or (unmapped >= _FEW and unmapped > _UNMAPPED * (letters + unmapped))


def _ruling(box: Box) -> Ruling:
    left, bottom, right, top = box
    if right - left >= top - bottom:
        return Ruling(True, (bottom + top) / 2, left, right)
    return Ruling(False, (left + right) / 2, bottom, top)


def _pictures(shown: Shown, frame: Box) -> tuple[tuple[str, Box], ...]:
    """The pictures that are more than an emblem, as far as they are on the page."""
    seen = [
        (name, (max(box[0], frame[0]), max(box[1], frame[1]), min(box[2], frame[2]), min(box[3], frame[3])))
        for name, box in shown.pictures
    ]
    return tuple(sorted((p for p in seen if _area(p[1]) >= _PICTURE * _area(frame)), key=lambda p: -p[1][3]))


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _length(page: Page, heads: set[str]) -> int:
    """How much text a page has beside its running heads, in characters."""
    lines = sum(len("".join(line.text.split())) for line in page.lines if not heads or not is_head(line, page, heads))
    return lines + sum(len("".join(row.cells)) for table in page.tables for row in table.rows)


def _nothing(sheets: Sequence[_Sheet], path: str) -> UnreadableFile:
    """Why an OFD without readable text is refused."""
    if any(sheet.garbled for sheet in sheets):
        return NoText(path, "OFD 的文字只有字形，没有对应的字符。请换一个来源的文件，或用文字识别软件转成 .docx")
    if any(sheet.pictures for sheet in sheets):
        return NoText(path, "OFD 是扫描件或图片，没有文字层。请用文字识别软件转成带文字层的 PDF 或 .docx")
    return UnreadableFile(path, "OFD 里没有文字")


def _picture_part(document: Document, resource_id: str) -> str | None:
    found = document.resource(resource_id)
    if found is None:
        return None
    medium, folder = found
    location = stated(medium, "MediaFile")
    within = location if location.startswith("/") else folder + location
    return document.package.find(within, "") or document.package.find(location, document.name)


def _info(body: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - an lxml element
    """What OFD.xml says of a document, by the names it has there."""
    info = child(body, "DocInfo")
    if info is None:
        return
    custom, keywords = child(info, "CustomDatas"), child(info, "Keywords")
    values = [(name, stated(info, name)) for name in _INFO]
    words = () if keywords is None else (w.text or "" for w in children(keywords, "Keyword"))
    values.append(("Keywords", "、".join(word.strip() for word in words if word.strip())))
    for item in () if custom is None else list(children(custom, "CustomData"))[:_MAX_DATA]:
        values.append((item.get("Name", "").strip(), "".join(item.itertext())))
    for name, value in values:
        if name and value.strip() and len(value) <= _MAX_VALUE:
            yield name, tidy(value).strip()
