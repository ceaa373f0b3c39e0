"""Scans, garbled text layers and pictures are read by OCR: on pages drawn in the test from our own texts."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rapidfuzz.distance import LCSseq

from ingest.raw import BlockKind, RawDocument
from ingest.readers import ocr
from ingest.readers.detect import NotADocument
from ingest.readers.image import read_image
from ingest.readers.ocr_engine import EngineMissing, engine
from ingest.readers.ocr_picture import pieces, skew, straightened
from ingest.readers.pdf import read_pdf
from ingest.readers.pdf_layout import page_lines
from ingest.readers.pdf_scans import look
from kb.errors import UnreadableFile
from tests.policy_texts import TEXTS
from tests.typeset import Sheet, chinese_font, column, pdf, scan

Font = tuple[str, int]
NOTICE = [
    "云溪市人民政府办公室关于印发云溪市支持",
    "小微企业稳定发展若干措施的通知",
    "云政办发〔2025〕18号",
    *column([text for text in TEXTS[2:14] if "\n" not in text], 28),
][:22]
SHORT = ["云政办发〔2025〕18号", "各县（市、区）人民政府：", "现将若干措施印发给你们，请认真执行。"]


@pytest.fixture(scope="module")
def font() -> Font:
    found = chinese_font()
    if found is None:
        pytest.skip("no Chinese font is installed (apt-get install fonts-noto-cjk)")
    return found


def small(lines: list[str], font: Font, **options: float) -> Image.Image:
    """A small page: quick to read."""
    return scan(lines, font, page=(420, 60 + 28 * len(lines)), margin=30, **options)


def as_page(image: Image.Image, unit: float = 72 / 150) -> Sheet:
    """A page that is nothing but this picture."""
    sheet = Sheet(image.width * unit, image.height * unit)
    return sheet.picture(image, 0, 0, sheet.width, sheet.height)


def han(text: str) -> str:
    return "".join(re.findall(r"[\u3400-\u9fff]", text))


def recall(read: str, written: str) -> tuple[float, float]:
    """Share of the Han characters written that were read: in any order, and in order."""
    a, b = han(written), han(read)
    return (Counter(a) & Counter(b)).total() / len(a), LCSseq.similarity(a, b) / len(a)


def lines_of(raw: RawDocument) -> list[str]:
    """The lines read, without spaces; the brackets of a number may come as others, which the parser takes as well."""
    lines = ["".join(raw.text[b.start : b.end].split()) for b in raw.blocks if b.kind is BlockKind.LINE]
    return [re.sub(r"[〔［\[](\d{4})[〕］\]]", r"〔\1〕", line) for line in lines]


def test_a_skewed_noisy_scan_is_read(font):
    page = as_page(scan(NOTICE, font, dpi=150, skew=2, noise=8))
    raw = read_pdf(pdf([page]), "扫描.pdf")
    anyhow, in_order = recall(raw.text, "".join(NOTICE))
    assert anyhow >= 0.98
    assert in_order >= 0.98
    assert "云政办发〔2025〕18号" in lines_of(raw)
    assert (raw.flags, raw.format, len(lines_of(raw))) == (("ocr",), "pdf", len(NOTICE))
    boxes = [b.box for b in raw.blocks if b.page == 1 and b.box]
    assert len(boxes) == len(raw.blocks)
    # straightened: the left margin, which ran 26 points aside, is one (a bracket is white on its left half)
    assert max(left for left, *_ in boxes) - min(left for left, *_ in boxes) < 12


def test_columns_of_a_scan_are_read_one_after_the_other(font):
    text = column([t for t in TEXTS[20:34] if "\n" not in t and "垵" not in t], 14)
    left, right = text[:12], text[12:24]
    sheet = Image.new("L", (1100, 760), 255)
    for lines, x in ((left, 40), (right, 580)):
        sheet.paste(scan(lines, font, size=15, page=(240, 360), margin=10), (x, 20))
    raw = read_pdf(pdf([as_page(sheet)]), "报.pdf")
    assert min(recall(raw.text, "".join(text[:24]))) >= 0.98


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_a_page_scanned_lying_or_on_its_head_is_turned(font, quarter):
    image = small([*SHORT, *NOTICE[4:6]], font, skew=1).rotate(90 * quarter, expand=True)
    raw = read_pdf(pdf([as_page(image)]), "甲.pdf")
    assert min(recall(raw.text, "".join([*SHORT, *NOTICE[4:6]]))) >= 0.98


def test_each_page_is_read_as_it_needs(font):
    """Text, a scan, a garbled text layer over the picture of its text, a blank page, a picture without text."""
    text = Sheet().lines(
        70, 700, 15, ["第一条 为支持小微企业发展，制定本办法。", "第二条 本办法自公布之日起施行。"], 30
    )
    garbled = as_page(small(SHORT, font))
    for number, line in enumerate(SHORT):
        garbled.text(20, 100 - 28 * number, 16, "乱码的文字层" + line, hidden=True)
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (300, 600)).astype("uint8"))
    coded = read_pdf(pdf([text]), "甲.pdf").text
    raw = read_pdf(pdf([text, as_page(small(SHORT, font)), Sheet()]), "甲.pdf")
    assert raw.text.startswith(coded)
    assert lines_of(raw)[2:] == SHORT
    assert [b.page for b in raw.blocks] == [1, 1, 2, 2, 2]
    assert raw.flags == ("ocr",)
    unreadable = read_pdf(pdf([as_page(small(SHORT, font)), as_page(noise)]), "甲.pdf")
    assert (lines_of(unreadable), unreadable.flags) == (SHORT, ("ocr", "low_text"))
    unmapped = read_pdf(pdf([garbled], encoding="Identity-H"), "甲.pdf")
    assert (lines_of(unmapped), unmapped.flags) == (SHORT, ("ocr",))


def test_a_page_with_running_heads_only_is_a_scan_and_keeps_them(font):
    image = small(SHORT, font)
    sheets = []
    for number in (1, 2, 3):
        sheet = Sheet().text(60, 810, 9, "云溪市人民政府公报").text(290, 30, 9, f"— {number} —")
        if number == 2:
            sheet.picture(image, 60, 400, 480, 550)
        else:
            sheet.text(70, 600, 15, f"第{number}页是有文字层的，共二十多个字，照原样保留。")
        sheets.append(sheet)
    raw = read_pdf(pdf(sheets), "甲.pdf")
    second = [(b.kind, "".join(raw.text[b.start : b.end].split())) for b in raw.blocks if b.page == 2]
    assert second == [
        (BlockKind.HEADER, "云溪市人民政府公报"),
        *((BlockKind.LINE, line) for line in SHORT),
        (BlockKind.HEADER, "—2—"),
    ]


def table_picture(font: Font) -> Image.Image:
    """A ruled table as a picture, 800 x 240 pixels."""
    from PIL import ImageDraw, ImageFont

    image = Image.new("L", (800, 240), 255)
    draw = ImageDraw.Draw(image)
    for x in (10, 190, 500, 790):
        draw.line((x, 10, x, 230), fill=0, width=2)
    for y in (10, 80, 150, 230):
        draw.line((10 if y != 150 else 190, y, 790, y), fill=0, width=2)
    face = ImageFont.truetype(font[0], 28, index=font[1])
    for x, y, text in [
        (60, 28, "类别"), (300, 28, "补贴标准"), (590, 28, "责任单位"), (50, 138, "孵化器"),
        (260, 98, "每年六十万元"), (590, 98, "市科技局"), (260, 172, "每年八十万元"), (590, 172, "市财政局"),
    ]:  # fmt: skip
        draw.text((x, y), text, font=face, fill=0)
    return image


def test_a_table_shown_as_a_picture_in_a_page_of_text(font):
    sheet = Sheet().text(70, 760, 15, "附件：补贴标准和责任单位一览表如下。")
    sheet.picture(table_picture(font), 70, 520, 520, 655).text(70, 400, 15, "以上标准自公布之日起执行。")
    raw = read_pdf(pdf([sheet]), "甲.pdf")
    assert [raw.text[b.start : b.end] for b in raw.blocks] == [
        "附件：补贴标准和责任单位一览表如下。",
        "类别 | 补贴标准 | 责任单位",
        "孵化器 | 每年六十万元 | 市科技局",
        "孵化器 | 每年八十万元 | 市财政局",
        "以上标准自公布之日起执行。",
    ]
    assert raw.flags == ("ocr",)


def test_a_picture_under_the_text_is_not_read(monkeypatch):
    monkeypatch.setattr(ocr, "engine", lambda: pytest.fail("OCR of a background"))
    sheet = Sheet().picture(Image.new("L", (200, 280), 230), 0, 0, 595, 842)
    raw = read_pdf(pdf([sheet.lines(70, 700, 15, ["第一条 为支持小微企业发展，制定本办法。"] * 3, 30)]), "甲.pdf")
    assert (len(raw.blocks), raw.flags) == (3, ())


@dataclass
class Engine:
    """The real engine, with its detection blind for some lines or its recognition unsure of them."""

    blind: str = ""
    unsure: str = ""
    sure: float | None = None
    seen: list[str] = field(default_factory=list)

    def boxes(self, picture: np.ndarray) -> list[np.ndarray]:
        found = engine().boxes(picture)
        texts = [engine().texts([ocr.cut(picture, quad)])[0][0] for quad in found] if self.blind else []
        return [q for q, text in zip(found, texts, strict=True) if self.blind not in text] if self.blind else found

    def texts(self, crops: Sequence[np.ndarray]) -> list[tuple[str, float]]:
        read = engine().texts(crops)
        self.seen += [text for text, _ in read]
        return [(text, 0.3 if self.unsure and self.unsure in text else self.sure or score) for text, score in read]


def test_a_line_that_detection_passes_over_is_read_by_itself(font, monkeypatch):
    fake = Engine(blind="各县")
    monkeypatch.setattr(ocr, "engine", lambda: fake)
    raw = read_pdf(pdf([as_page(small(SHORT, font))]), "甲.pdf")
    assert (lines_of(raw), raw.flags) == (SHORT, ("ocr",))


@pytest.mark.parametrize("fake", [Engine(blind="各县", unsure="各县"), Engine(unsure="各县")], ids=["missed", "unsure"])
def test_a_line_that_cannot_be_read_is_left_out_and_said(font, monkeypatch, fake):
    monkeypatch.setattr(ocr, "engine", lambda: fake)
    raw = read_pdf(pdf([as_page(small(SHORT, font))]), "甲.pdf")
    assert (lines_of(raw), raw.flags) == ([SHORT[0], SHORT[2]], ("ocr", "ocr_gap"))
    assert any("各县" in text for text in fake.seen)


def test_more_scanned_pages_than_are_read_are_refused_at_once(monkeypatch):
    monkeypatch.setattr(ocr, "engine", lambda: pytest.fail("OCR before counting"))
    sheets = [as_page(Image.new("L", (40, 60), 0)) for _ in range(201)]
    with pytest.raises(UnreadableFile, match="有 201 页是扫描图片，超过文字识别的上限 200 页"):
        read_pdf(pdf(sheets), "甲.pdf")


@pytest.mark.parametrize("box", ["0 0 0 0", "0 0 14400 14400", "0 0 1000000000 1", "-500 -500 95 342", "0 0 20 30"])
@pytest.mark.parametrize("rotate", [0, 90])
def test_the_picture_of_a_page_is_bounded_and_matches_its_frame(box, rotate):
    import pypdfium2

    data = pdf([Sheet(rotate=rotate).picture(Image.new("L", (40, 60), 0), 0, 0, 595, 842)])
    document = pypdfium2.PdfDocument(data.replace(b"/MediaBox [0 0 595 842]", f"/MediaBox [{box}]".encode()))
    sight = look(document[0])
    height, width = sight.picture.shape[:2]
    left, bottom, right, top = sight.found.frame
    assert 1500 <= max(height, width) <= 4000
    assert (width * sight.unit, height * sight.unit) == (
        pytest.approx(right - left, abs=2 * sight.unit), pytest.approx(top - bottom, abs=2 * sight.unit),
    )  # fmt: skip
    document.close()


@pytest.mark.parametrize(("sure", "kept"), [(0.55, ""), (0.65, "".join(SHORT))])
def test_a_page_whose_lines_are_all_guesses_counts_as_lost(font, monkeypatch, sure, kept):
    fake = Engine(sure=sure)
    monkeypatch.setattr(ocr, "engine", lambda: fake)
    picture = np.stack([np.asarray(small(SHORT, font))] * 3, axis=-1)
    reading = ocr.read_picture(picture, 72 / 150, level=True)
    assert (len(reading.chars), reading.han) == (len(kept), len(han(kept)))
    assert reading.lost == (0 if kept else len(SHORT))


def test_columns_set_from_top_to_bottom_are_read_from_the_right(font):
    from PIL import ImageDraw, ImageFont

    image = Image.new("L", (500, 700), 255)
    face = ImageFont.truetype(font[0], 32, index=font[1])
    lines = ["云溪市人民政府公告二〇三一年", "为支持小微企业稳定发展制定本", "办法各县人民政府请认真执行"]
    for column_, line in enumerate(lines):
        for row, char in enumerate(line):
            ImageDraw.Draw(image).text((400 - 70 * column_, 60 + 38 * row), char, font=face, fill=0)
    assert min(recall(read_image(encoded(image), "甲.png").text, "".join(lines))) >= 0.95


def test_a_scan_without_readable_text_is_refused(font):
    page = as_page(Image.new("L", (600, 300), 255))
    with pytest.raises(UnreadableFile, match="没有文字层（扫描件或图片），文字识别也没有认出文字"):
        read_pdf(pdf([page]), "甲.pdf")
    page.text(10, 100, 12, "乱码的文字层乱码的文字层", hidden=True)
    with pytest.raises(UnreadableFile, match="乱码"):
        read_pdf(pdf([page], encoding="Identity-H"), "甲.pdf")


def test_running_heads_over_pictures_without_text_are_no_document(font):
    head = "云溪市人民政府公报二〇三一年合订本"
    blank = Image.new("L", (300, 300), 255)
    sheets = [Sheet().text(60, 810, 9, head).picture(blank, 60, 200, 500, 700) for _ in range(3)]
    with pytest.raises(UnreadableFile, match="没有认出文字"):
        read_pdf(pdf(sheets), "甲.pdf")


def missing() -> None:
    raise EngineMissing("PP-OCR.onnx")


def test_without_its_models_the_reader_says_what_to_install(monkeypatch):
    monkeypatch.setattr(ocr, "engine", missing)
    with pytest.raises(UnreadableFile, match="请重新安装 rapidocr"):
        read_pdf(pdf([as_page(Image.new("L", (600, 300), 0))]), "甲.pdf")
    with pytest.raises(UnreadableFile, match="请重新安装 rapidocr"):
        read_image(encoded(Image.new("L", (600, 300), 0)), "甲.png")


def test_nothing_is_fetched(font, tmp_path: Path):
    """A new process without a network reads a picture."""
    path = tmp_path / "甲.png"
    path.write_bytes(encoded(small(SHORT, font)))
    code = (
        "import socket, sys\n"
        "def refuse(*args, **kwargs): raise AssertionError('the network was tried')\n"
        "socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refuse\n"
        "from pathlib import Path\n"
        "from ingest.readers.image import read_image\n"
        "sys.stdout.reconfigure(encoding='utf-8')\n"
        f"print(read_image(Path({str(path)!r}).read_bytes(), 'a.png').text)"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert "".join(done.stdout.split()) == "".join(SHORT)


@pytest.mark.parametrize("angle", [-4.0, -0.5, 0.0, 0.5, 2.0, 5.0])
def test_the_skew_of_a_page_is_measured(font, angle):
    page = np.stack([np.asarray(scan(NOTICE, font, dpi=100, skew=angle))] * 3, axis=-1)
    assert skew(page) == pytest.approx(angle, abs=0.15)
    assert skew(straightened(page, angle)) == 0.0


def test_a_blank_sheet_has_no_skew():
    assert skew(np.full((500, 400, 3), 255, np.uint8)) == 0.0


def test_a_very_long_line_is_cut_where_it_is_white():
    line = np.full((20, 2500, 3), 255, np.uint8)
    line[:, 3::8] = 0
    cuts = list(pieces(line))
    assert [cuts[0][0], cuts[-1][1]] == [0, 2500]
    assert all(a[1] == b[0] for a, b in zip(cuts, cuts[1:], strict=False))
    assert all(b - a <= 60 * 20 for a, b in cuts)
    assert all((line[:, b] == 255).all() for _, b in cuts[:-1])


def encoded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.copy().save(buffer, form, **options)
    return buffer.getvalue()


FORMS = [("PNG", "L"), ("PNG", "LA"), ("PNG", "P"), ("PNG", "RGBA"), ("PNG", "I;16"), ("JPEG", "RGB"), ("JPEG", "CMYK"),
         ("BMP", "1"), ("WEBP", "RGB"), ("GIF", "P"), ("TIFF", "L")]  # fmt: skip


@pytest.mark.parametrize(("form", "mode"), FORMS)
def test_pictures_of_every_kind_are_read(font, form, mode):
    image = small(SHORT[:2], font)
    image = Image.fromarray(np.asarray(image).astype("uint16") * 257) if mode == "I;16" else image.convert(mode)
    raw = read_image(encoded(image, form), "甲")
    assert (lines_of(raw), raw.format, raw.flags) == (SHORT[:2], "image", ("ocr",))


def test_a_transparent_background_is_white_and_a_turned_photograph_upright(font):
    letters = small(SHORT, font)
    clear = Image.merge("RGBA", [Image.new("L", letters.size, 0)] * 3 + [Image.eval(letters, lambda v: 255 - v)])
    assert lines_of(read_image(encoded(clear), "甲.png")) == SHORT
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = letters.rotate(90, expand=True)
    assert lines_of(read_image(encoded(turned, "JPEG", exif=exif), "甲.jpg")) == SHORT


def test_a_tiff_has_pages(font):
    first, second = small(SHORT[:2], font), small(SHORT[2:], font)
    raw = read_image(encoded(first, "TIFF", save_all=True, append_images=[second.copy()]), "甲.tif")
    assert [(b.page, "".join(raw.text[b.start : b.end].split())) for b in raw.blocks] == [
        (1, SHORT[0]), (1, SHORT[1]), (2, SHORT[2]),
    ]  # fmt: skip


def claimed(width: int, height: int) -> bytes:
    """A PNG whose header claims this size, with next to nothing behind it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (claimed(30_000, 30_000), "图片太大（上限 6000 万像素）"),
        (claimed(9000, 8000), "图片太大"),
        (claimed(11_000, 10_000), "图片太大"),
        (claimed(400, 300), "图片第 1 页已损坏"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "图片已损坏，无法打开"),
        (encoded(Image.new("L", (400, 300), 255)), "图片里没有认出文字"),
    ],
    ids=["huge", "large", "larger", "cut off", "no picture", "blank"],
)
def test_what_cannot_be_read_is_named(data, why):
    with pytest.raises(UnreadableFile, match=re.escape(why)) as caught:
        read_image(data, "某.png")
    assert not isinstance(caught.value, NotADocument)


@pytest.mark.parametrize("size", [(199, 500), (500, 59), (16, 16)])
def test_icons_are_no_documents(size):
    with pytest.raises(NotADocument, match="小图标"):
        read_image(encoded(Image.new("L", size, 255)), "某.png")


def test_reading_keeps_boxes_where_the_characters_are(font):
    """Left and right of each character in points, as drawn: 30 points from the edge, 16 points a character."""
    text = "现将若干措施印发给你们，请认真执行。"
    picture = np.stack([np.asarray(small([text], font, dpi=200))] * 3, axis=-1)
    chars = ocr.read_picture(picture, 72 / 200).chars
    assert "".join(char.text for char in chars) == text
    assert [char.left for char in chars] == pytest.approx([30 + 16 * i for i in range(len(text))], abs=6)
    (line,) = page_lines(chars)
    assert line.em == pytest.approx(16, abs=1)
