"""Sets our own texts as newspapers do and takes them apart as extraction does: columns, doubled heads, lost order.

Also makes PDF files of them (no font is embedded: a reader knows the characters by Adobe's GB1 collection) and scans.
"""

from __future__ import annotations

import shutil
import subprocess
import zlib
from dataclasses import dataclass, field
from math import cos, radians, sin
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

_NO_LINE_START = "，。；：！？、”’）》】"


def column(paragraphs: list[str], width: int, *, indent: int = 2) -> list[str]:
    """Physical lines of a justified column ``width`` Han characters wide (Latin and digits take half).

    First lines are indented, which extraction drops; no line begins with a stop.
    """
    lines: list[str] = []
    for paragraph in paragraphs:
        line, room = "", width - indent
        for char in paragraph:
            if _size(line) + _size(char) > room and char not in _NO_LINE_START:
                lines.append(line)
                line, room = "", width
            line += char
        lines.append(line)
    return lines


def _size(text: str) -> float:
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def doubled(headline: str) -> str:
    """A headline printed twice by extraction, run by run."""
    return "".join(part * 2 for part in headline.replace("，", "|，|").split("|") if part)


def spaced(lines: list[str]) -> str:
    """Lines as a file, a blank line behind each."""
    return "\n\n".join(lines) + "\n"


@dataclass
class Sheet:
    """A page of a PDF being set: points, y upwards, ``y`` of a text is its baseline. A4 unless said."""

    width: float = 595
    height: float = 842
    rotate: int = 0
    ops: list[str] = field(default_factory=list)
    pictures: list[Image] = field(default_factory=list)

    def text(
        self, x: float, y: float, size: float, text: str, *, bold: bool = False, angle: float = 0, hidden: bool = False
    ) -> Sheet:
        """One run of text; ``bold`` prints it twice a hair apart, ``hidden`` puts it into the text layer only."""
        c, s = cos(radians(angle)), sin(radians(angle))
        code = text.encode("utf-16-be").hex()
        for shift in (0.0, 0.4) if bold else (0.0,):
            at = f"{c:.5f} {s:.5f} {-s:.5f} {c:.5f} {x + shift:.2f} {y:.2f}"
            self.ops.append(f"BT {3 if hidden else 0} Tr /F1 {size} Tf {at} Tm <{code}> Tj ET")
        return self

    def lines(self, x: float, y: float, size: float, lines: list[str], leading: float) -> Sheet:
        """Lines below one another, the first with its baseline at ``y``."""
        for number, line in enumerate(lines):
            self.text(x, y - number * leading, size, line)
        return self

    def rule(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.5) -> Sheet:
        """A stroked line."""
        self.ops.append(f"{width} w {x0} {y0} m {x1} {y1} l S")
        return self

    def box(self, left: float, bottom: float, right: float, top: float, paint: str = "S") -> Sheet:
        """A rectangle: ``S`` strokes it, ``f`` fills it."""
        self.ops.append(f"0.5 w {left} {bottom} {right - left} {top - bottom} re {paint}")
        return self

    def picture(self, image: Image, left: float, bottom: float, right: float, top: float) -> Sheet:
        """A grey picture stretched over a box."""
        self.ops.append(f"q {right - left} 0 0 {top - bottom} {left} {bottom} cm /P{len(self.pictures)} Do Q")
        self.pictures.append(image.convert("L"))
        return self

    def table(
        self, xs: list[float], ys: list[float], cells: list[tuple[int, int, int, int, str]], size: float
    ) -> Sheet:
        """A ruled table: ``ys`` from the top down; a cell is (row, column, rows, columns, text), a line each in it."""
        for row, col, rows, cols, text in cells:
            left, top, right, bottom = xs[col], ys[row], xs[col + cols], ys[row + rows]
            self.box(left, bottom, right, top)
            lines = text.split("\n") if text else []
            middle = (top + bottom) / 2 + (len(lines) - 1) * size * 0.65 - size * 0.35
            self.lines(left + 4, middle, size, lines, size * 1.3)
        return self


def pdf(sheets: list[Sheet], *, trailer: str = "", encoding: str = "UniGB-UTF16-H") -> bytes:
    """The sheets as a PDF file. With ``encoding`` Identity-H the text layer is codes without a meaning."""
    collection = "Identity" if encoding.startswith("Identity") else "GB1"
    info = f"/CIDSystemInfo << /Registry (Adobe) /Ordering ({collection}) /Supplement 4 >>"
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        f"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /{encoding} "
        "/DescendantFonts [4 0 R] >>".encode(),
        f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light {info} /DW 1000 /W [1 95 500] "
        "/FontDescriptor 5 0 R >>".encode(),
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
        b"/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    kids = []
    for sheet in sheets:
        names = []
        for number, image in enumerate(sheet.pictures):
            objects.append(_picture(image))
            names.append(f"/P{number} {len(objects)} 0 R")
        objects.append(_stream("\n".join(sheet.ops).encode("latin-1")))
        kids.append(len(objects) + 1)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {sheet.width} {sheet.height}] /Rotate {sheet.rotate} "
            f"/Resources << /Font << /F1 3 0 R >> /XObject << {' '.join(names)} >> >> "
            f"/Contents {len(objects)} 0 R >>".encode()
        )
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(f'{k} 0 R' for k in kids)}] /Count {len(kids)} >>".encode()
    return _file(objects, trailer)


def _stream(data: bytes, entries: str = "") -> bytes:
    packed = zlib.compress(data)
    return f"<< {entries} /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream"


def _picture(image: Image) -> bytes:
    entries = f"/Type /XObject /Subtype /Image /Width {image.width} /Height {image.height}"
    return _stream(image.tobytes(), f"{entries} /ColorSpace /DeviceGray /BitsPerComponent 8")


def _file(objects: list[bytes], trailer: str) -> bytes:
    out, offsets = bytearray(b"%PDF-1.5\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += "".join(f"{offset:010d} 00000 n \n" for offset in offsets).encode()
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF".encode()
    return bytes(out)


def chinese_font() -> tuple[str, int] | None:
    """File and index of an installed Chinese font to draw scans with; a serif one if there is any."""
    if not shutil.which("fc-match"):
        return None
    asked = ["fc-match", "-f", "%{file}|%{index}|%{lang}", "serif:lang=zh-cn"]
    file, index, languages = subprocess.run(asked, capture_output=True, text=True).stdout.split("|", 2)
    return (file, int(index)) if "zh-cn" in languages else None


def scan(
    lines: list[str],
    font: tuple[str, int],
    *,
    dpi: int = 150,
    size: float = 16,
    skew: float = 0.0,
    noise: float = 0.0,
    leading: float = 28.0,
    margin: float = 74.0,
    page: tuple[float, float] = (595, 842),
) -> Image:
    """A grey picture of a page with these lines: ``skew`` in degrees counter-clockwise, ``noise`` in grey levels."""
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    unit = dpi / 72
    sheet = Image.new("L", (round(page[0] * unit), round(page[1] * unit)), 255)
    face = ImageFont.truetype(font[0], round(size * unit), index=font[1])
    for number, line in enumerate(lines):
        write(ImageDraw.Draw(sheet), margin * unit, (margin + number * leading) * unit, line, face)
    if skew:
        sheet = sheet.rotate(skew, resample=Image.Resampling.BICUBIC, fillcolor=255)
    if noise:
        grey = np.asarray(sheet) * 0.9 + 12 + np.random.default_rng(7).normal(0, noise, (sheet.height, sheet.width))
        sheet = Image.fromarray(np.clip(grey, 0, 255).astype("uint8"))
    return sheet


def write(draw: object, x: float, y: float, line: str, face: FreeTypeFont) -> None:
    """A line with every Han character one em wide and every other a half, as in :func:`column`."""
    for char in line:
        draw.text((x, y), char, font=face, fill=0)  # type: ignore[attr-defined]
        x += face.size * _size(char)
