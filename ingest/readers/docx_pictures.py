"""Pictures of a .docx that may hold text: one as large as a page is a scan and is read by OCR; large ones are flagged.

Seals, logos and codes are small and pass. A picture behind the text may be one that the text was recognised from, so it
is read only where there is no text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ingest.raw import BlockKind
from ingest.readers.build import Builder
from ingest.readers.detect import NotADocument
from ingest.readers.docx_chunks import append
from ingest.readers.docx_package import Parts, R, W
from kb.errors import UnreadableFile

_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V = "{urn:schemas-microsoft-com:vml}"
BLIP, IMAGE_DATA = f"{_A}blip", f"{_V}imagedata"
UNREAD = "pictures_unread"
_EMU, _TWIP = 12_700, 20  # of a point
_A4 = 595.0 * 842.0
_PAGE = 0.4  # of the page's area: a scan within the margins of a page has about half
_LARGE = 0.08  # a table or a paragraph as a picture; a seal has .03
_MAX_PICTURES = 200
_STYLE = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*(\d{1,6}(?:\.\d{1,20})?)(pt|in|cm|mm|px)?", re.IGNORECASE)
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "px": 0.75, "": 0.75}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as placed: the id of its relation, its area in square points, whether it lies behind the text."""

    relation: str | None
    area: float
    behind: bool = False


def placed(element: Any) -> Picture | None:  # noqa: ANN401 - an lxml element
    """The picture an a:blip or v:imagedata shows; None for the face of an embedded object."""
    if element.tag == IMAGE_DATA:
        if next(element.iterancestors(f"{W}object"), None) is not None:
            return None
        return Picture(element.get(f"{R}id"), _styled(element.getparent().get("style") or ""))
    frame = next(element.iterancestors(f"{_WP}inline", f"{_WP}anchor"), None)
    extent = None if frame is None else frame.find(f"{_WP}extent")
    if frame is None or extent is None:
        return None
    area = _number(extent.get("cx")) * _number(extent.get("cy")) / _EMU**2
    return Picture(element.get(f"{R}embed"), area, frame.get("behindDoc") in {"1", "true", "on"})


def page_area(body: Any) -> float:  # noqa: ANN401 - an lxml element
    """The area of the pages of a body, in square points; that of A4 where it states none."""
    size = next(body.iter(f"{W}pgSz"), None)
    area = 0.0 if size is None else _number(size.get(f"{W}w")) * _number(size.get(f"{W}h")) / _TWIP**2
    return area or _A4


@dataclass(slots=True)
class Pictures:
    """Appends what is written on the pictures of a document; ``why`` is the reason why the last one was not read."""

    parts: Parts
    page: float
    why: str | None = None
    _behind: list[Picture] = field(default_factory=list)
    _read: set[str] = field(default_factory=set)

    def add(self, builder: Builder, picture: Picture, tables: int) -> int:
        """Append the text of a picture, its tables numbered from ``tables`` on. Returns the next free number."""
        if picture.area < _LARGE * self.page:
            return tables
        if picture.area < _PAGE * self.page:
            builder.flag(UNREAD)
            return tables
        if picture.behind:
            self._behind.append(picture)
            return tables
        return self._append(builder, picture, tables)

    def finish(self, builder: Builder, tables: int) -> None:
        """Append what lies behind the text, if there is no text before it."""
        empty = all(block.kind is BlockKind.HEADER for block in builder.blocks)
        for picture in self._behind if empty else ():
            tables = self._append(builder, picture, tables)
        if self._behind and not empty:
            builder.flag(UNREAD)

    def _append(self, builder: Builder, picture: Picture, tables: int) -> int:
        from ingest.readers.image import read_image

        name = self.parts.by_id(picture.relation)
        if name in self._read:
            return tables
        try:
            data = None if name is None or len(self._read) >= _MAX_PICTURES else self.parts.package.bytes(name)
            if name is None or data is None:
                raise UnreadableFile(self.parts.package.path, "图片不在文件里，或图片太多")
            self._read.add(name)
            raw = read_image(data, self.parts.package.path)
        except NotADocument:
            return tables
        except UnreadableFile as error:
            self.why = error.why
            builder.flag(UNREAD)
            return tables
        for flag in raw.flags:
            if flag != "low_text":  # of the picture, not of the document
                builder.flag(flag)
        return append(builder, raw, tables, lines=True)


def _styled(style: str) -> float:
    sizes = {name.lower(): float(value) * _POINTS[unit.lower()] for name, value, unit in _STYLE.findall(style)}
    return sizes.get("width", 0.0) * sizes.get("height", 0.0)


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdecimal() and len(value) < 12 else 0
