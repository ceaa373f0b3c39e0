"""Pictures of a .docx: a scan of a page is read where it stands, other large ones are flagged, seals pass."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from ingest.raw import BlockKind, RawDocument
from ingest.readers import image, read_bytes
from ingest.readers.build import Builder
from ingest.readers.detect import NotADocument
from kb.errors import UnreadableFile
from tests.typeset import chinese_font, scan
from tests.unit.test_readers_docx import R, cell, make_docx, mark, p, row, run, table

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
PAGE, HALF, SEAL = (415, 587), (415, 200), (120, 120)


def drawn(relation: str, size: tuple[int, int], place: str = "inline", extra: str = "") -> str:
    width, height = (side * 12_700 for side in size)
    return (
        f'<w:r><w:drawing><wp:{place} xmlns:wp="{WP}" {extra}><wp:extent cx="{width}" cy="{height}"/>'
        f'<a:graphic xmlns:a="{A}"><a:blip r:embed="{relation}"/></a:graphic></wp:{place}></w:drawing></w:r>'
    )


def vml(relation: str, size: tuple[int, int], around: str = "pict") -> str:
    style = f"position:absolute;width:{size[0]}pt;height:{size[1] / 72}in"
    return f'<w:{around}><v:shape style="{style}"><v:imagedata r:id="{relation}"/></v:shape></w:{around}>'


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def document(body: str, **pictures: bytes) -> bytes:
    related = "".join(f'<Relationship Id="{n}" Type="{R}/image" Target="media/{n}.png"/>' for n in pictures)
    outside = f'<Relationship Id="out" Type="{R}/image" Target="http://127.0.0.1:9/x.png" TargetMode="External"/>'
    files = {f"word/media/{name}.png": data for name, data in pictures.items()}
    return make_docx(body, relations=related + outside, files=files)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Stands in for OCR: a picture's bytes are its lines; records what was asked for."""
    asked: list[bytes] = []

    def read_image(data: bytes, path: str) -> RawDocument:
        asked.append(data)
        text = data.decode()
        if text == "图标":
            raise NotADocument(path, "小图标")
        if text == "照片":
            raise UnreadableFile(path, "图片里没有认出文字")
        builder = Builder("image", flags=["ocr", "low_text"])
        for number, line in enumerate(text.split("\n")):
            builder.add(line, BlockKind.LINE, page=1, box=(0.0, 700.0 - number, 300.0, 710.0 - number))
        builder.add("甲 | 乙", BlockKind.TABLE_ROW, cells=("甲", "乙"), table=0, page=1, box=(0.0, 0.0, 1.0, 1.0))
        return builder.finish()

    monkeypatch.setattr(image, "read_image", read_image)
    return asked


def shown(raw: RawDocument) -> list[tuple[str, int | None, str]]:
    return [(b.kind.value, b.table, raw.text[b.start : b.end]) for b in raw.blocks]


def test_a_scan_of_a_page_stands_where_it_is_placed(reads: list[bytes]) -> None:
    body = (
        p("印发通知。")
        + paragraph(drawn("a", PAGE))
        + paragraph(vml("b", PAGE))
        + p("附表。")
        + table(row(cell(paragraph(run("格"), drawn("c", PAGE))), "丁"))
        + paragraph(drawn("a", PAGE), vml("a", PAGE))
    )
    raw = read_bytes(document(body, a="第一行\n第二行".encode(), b="第三行".encode(), c="第四行".encode()), "甲.docx")
    assert shown(raw) == [
        ("paragraph", None, "印发通知。"),
        ("line", None, "第一行"), ("line", None, "第二行"), ("table_row", 0, "甲 | 乙"),
        ("line", None, "第三行"), ("table_row", 1, "甲 | 乙"),
        ("paragraph", None, "附表。"),
        ("table_row", 2, "格 | 丁"),
        ("line", None, "第四行"), ("table_row", 3, "甲 | 乙"),
    ]  # fmt: skip
    assert [(b.page, b.box) for b in raw.blocks[:3]] == [
        (None, None), (None, (0.0, 700.0, 300.0, 710.0)), (None, (0.0, 699.0, 300.0, 709.0)),
    ]  # fmt: skip
    assert (raw.format, raw.flags, len(reads)) == ("docx", ("ocr",), 3)


def test_what_is_no_page_is_not_read(reads: list[bytes]) -> None:
    flagged = ("pictures_unread",)
    for content, flags in (
        (drawn("a", SEAL), ()),
        (drawn("a", HALF), flagged),
        (vml("a", HALF), flagged),
        (vml("a", PAGE, "object"), ()),  # the face of an embedded object
        (drawn("a", PAGE, "anchor", 'behindDoc="1"'), flagged),
        (drawn("a", (415, 587)).replace("extent", "other"), ()),
        (drawn("out", PAGE), flagged),
        (drawn("none", PAGE), flagged),
    ):
        raw = read_bytes(document(p("正文。") + paragraph(content), a=b"x"), "甲.docx")
        assert (raw.text.strip(), raw.flags) == ("正文。", flags)
    assert reads == []


def test_the_size_of_the_page_counts(reads: list[bytes]) -> None:
    large = '<w:sectPr><w:pgSz w:w="23800" w:h="16840"/></w:sectPr>'  # A3 lying: twice as large
    raw = read_bytes(document(p("正文。") + paragraph(drawn("a", PAGE)) + large, a=b"x"), "甲.docx")
    assert (raw.flags, reads) == (("pictures_unread",), [])


def test_pictures_that_cannot_be_read_are_flagged_and_icons_are_not(reads: list[bytes]) -> None:
    for data, flags in ((b"\xe5\x9b\xbe\xe6\xa0\x87", ()), ("照片".encode(), ("pictures_unread",))):
        assert read_bytes(document(p("正文。") + paragraph(drawn("a", PAGE)), a=data), "甲.docx").flags == flags
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(document(paragraph(drawn("a", PAGE)), a="照片".encode()), "甲.docx")
    assert caught.value.why == "文件里只有图片，没有读出文字：图片里没有认出文字"


def test_a_picture_behind_the_text_is_read_where_there_is_no_text(reads: list[bytes]) -> None:
    behind = paragraph(drawn("a", PAGE, "anchor", 'behindDoc="1"'))
    footer = f"<w:p>{run('第')}{mark('begin')}{mark('end')}{run('页')}</w:p>"
    raw = read_bytes(document(behind + "<w:p/>", a="扫描的文字".encode()), "甲.docx")
    assert (shown(raw)[0], raw.flags) == (("line", None, "扫描的文字"), ("ocr",))
    assert read_bytes(document(behind + footer, a=b"x"), "甲.docx").flags == ("pictures_unread",)


def test_the_number_of_pictures_has_a_limit(reads: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.docx_pictures._MAX_PICTURES", 2)
    body = paragraph(drawn("a", PAGE), drawn("b", PAGE), drawn("c", PAGE))
    raw = read_bytes(document(body, a="一".encode(), b="二".encode(), c="三".encode()), "甲.docx")
    assert (len(reads), raw.flags) == (2, ("ocr", "pictures_unread"))


def test_a_scanned_page_is_recognised() -> None:
    font = chinese_font()
    if font is None:
        pytest.skip("no Chinese font is installed (apt-get install fonts-noto-cjk)")
    lines = ["云溪市托育机构管理办法", "第一条　托育机构应当备案。", "第二条　本办法自发布之日起施行。"]
    page = scan(lines, font, dpi=100)
    buffer = io.BytesIO()
    page.save(buffer, "PNG")
    raw = read_bytes(document(p("现予印发。") + paragraph(drawn("a", PAGE)), a=buffer.getvalue()), "甲.docx")
    assert raw.text.replace("　", "").split() == ["现予印发。", *(line.replace("　", "") for line in lines)]
    blank = Image.new("RGB", (600, 800), "white")
    ImageDraw.Draw(blank).ellipse((100, 100, 400, 400), fill="red")
    buffer = io.BytesIO()
    blank.save(buffer, "PNG")
    raw = read_bytes(document(p("现予印发。") + paragraph(drawn("a", PAGE)), a=buffer.getvalue()), "甲.docx")
    assert (raw.text.strip(), raw.flags) == ("现予印发。", ("pictures_unread",))
