"""What a file is taken for: by its bytes, by the folders of an archive, by how a text begins."""

import io
import time
import zipfile

import pytest

from ingest.raw import BlockKind
from ingest.readers import read_bytes
from ingest.readers.detect import Format, binary_format
from ingest.readers.detect_text import text_format, without_preamble
from kb.errors import UnreadableFile

NOTICE = "<p>各街道办事处：</p><p>现将托育补贴标准通知如下。</p><p>每名幼儿每月补贴300元。</p>"
LINES = ["各街道办事处：", "现将托育补贴标准通知如下。", "每名幼儿每月补贴300元。"]
WORD_2003 = '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body/></w:wordDocument>'
EXCEL_2003 = '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'


@pytest.mark.parametrize(
    ("text", "suffix", "expected"),
    [
        ("<!-- 正文 --> <!-- 第二处 -->\n<div>甲</div>", "", Format.HTML),
        ('<?xml version="1.0"?>\n<!DOCTYPE html><html>', ".xml", Format.HTML),
        (f"<form id='f'><div>{NOTICE}</div></form>", "", Format.HTML),
        (f"<main><b>标题</b>{NOTICE}</main>", ".txt", Format.HTML),
        (f'<%@ page contentType="text/html" %>\n<main>{NOTICE}</main>', ".txt", Format.HTML),
        (f"网站名称\n{NOTICE}", ".html", Format.HTML),
        (f"网站名称\n{NOTICE}", ".txt", Format.TEXT),  # a text that shows what a page looks like
        ("只有文字，没有标记。", ".html", Format.TEXT),
        ("<区委人才办>牵头，<b>配合。", ".txt", Format.TEXT),
        ("<b>重点</b>\n\n# 标题\n\n<b>一</b><b>二</b>", ".md", Format.MARKDOWN),
        ("<!-- 没有结尾的注释\n第一条　为了规范管理。", ".txt", Format.TEXT),
        ("---\ntitle: 甲\n\n---\n正文", "", Format.MARKDOWN),
        ("---\n\n正文\n---\n", ".txt", Format.TEXT),
        (f'<?xml version="1.0"?>\n<?mso-application progid="Word.Document"?>\n{WORD_2003}', ".doc", Format.OFFICE),
        (WORD_2003, ".doc", Format.OFFICE),
        (f'\ufeff<?xml version="1.0"?>{EXCEL_2003}', ".xls", Format.SHEET),
        ('<?xml version="1.0"?><Workbook xmlns="urn:other"/>', ".xls", Format.XML),
        ('<?xml version="1.0"?><data><row>甲</row></data>', ".txt", Format.XML),
    ],
)
def test_the_format_of_a_text(text: str, suffix: str, expected: Format) -> None:
    assert text_format(text, suffix) is expected


def test_a_page_that_begins_with_a_form_or_a_directive_is_read_as_one() -> None:
    for data in (f"<form><div id='zoom'>{NOTICE}</div></form>", f"<%@ page import='a' %>\n<main>{NOTICE}</main>"):
        raw = read_bytes(data.encode(), "某页")
        assert (raw.format, [raw.text[b.start : b.end] for b in raw.blocks]) == ("html", LINES)
    assert without_preamble("<% x %> <!-- y -->\n<main>甲 <% z %>") == "<main>甲 <% z %>"


def test_xml_data_are_refused_by_name() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_bytes('<?xml version="1.0"?><data><row>甲</row></data>'.encode(), "a.doc")
    assert caught.value.why == "是 XML 数据，不是能读取的文档。请用生成它的程序打开后另存为 .docx 或 .xlsx 再试"


@pytest.mark.parametrize(
    "text",
    [
        "<!-- 注 --> " * 20_000 + "文字",
        "<!-- 注 " * 20_000,
        "<% a %>" * 20_000 + "<%" * 20_000,
        "---" + "\n" * 50_000 + "甲",
        "---\n" + "a: b\n   \n" * 20_000 + "甲",
        "<" * 50_000,
        "<b " * 20_000,
        "<?xml " * 20_000,
    ],
    ids=["comments", "open comments", "directives", "blank lines", "keys", "brackets", "open tags", "declarations"],
)
def test_no_beginning_takes_long_to_tell(text: str) -> None:
    started = time.process_time()
    text_format(text, ".txt")
    assert time.process_time() - started < 1.0


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["[Content_Types].xml", "word/document.xml"], Format.DOCX),
        (["[Content_Types].xml", "Word\\Main.xml"], Format.DOCX),
        (["word/document.xml", "_rels/.rels"], Format.DOCX),
        (["xl/workbook.xml", "_rels/.rels"], Format.SHEET),
        (["Word/通知.docx", "PDF/说明.txt"], Format.ARCHIVE),
        (["word/document.xml"], Format.ARCHIVE),
        (["xl/名单.xlsx", "ppt/课件.pptx"], Format.ARCHIVE),
    ],
)
def test_a_folder_of_an_archive_makes_no_office_file(names: list[str], expected: Format) -> None:
    assert binary_format(zipped(*names), "a.zip") is expected


def test_an_office_file_without_its_list_of_parts_is_known_by_its_name() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(zipped("word/document.xml"), "甲.DOCX")
    assert "word/document.xml 已损坏" in caught.value.why


def archived(*parts: tuple[str, str, bytes], kind: str = "related", head: str = "From: <a>\r\nSubject: b\r\n") -> bytes:
    """A page saved as one file: parts as (type, transfer encoding, encoded content)."""
    out = f'{head}MIME-Version: 1.0\r\nContent-Type: multipart/{kind};\r\n\tboundary="x"\r\n\r\n多余\r\n'.encode()
    for media, transfer, content in parts:
        out += f"--x\r\nContent-Type: {media}\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n".encode() + content
        out += b"\r\n"
    return out + b"--x--\r\n"


def quoted(text: bytes) -> bytes:
    return b"".join(b"=%02X" % byte for byte in text)


def test_a_page_saved_as_one_file_is_read_whatever_it_is_called() -> None:
    picture = ("image/png", "base64", b"iVBORw0KGgo=")
    page = f"<html><body>{NOTICE}</body></html>"
    data = archived(picture, ('text/html; charset="gb2312"', "quoted-printable", quoted(page.encode("gbk"))))
    for name in ("a.doc", "a.mht", "a"):
        raw = read_bytes(data, name)
        assert (raw.format, [raw.text[b.start : b.end] for b in raw.blocks]) == ("mht", LINES)
    plain = read_bytes(archived(("text/plain", "8bit", "只有文字。".encode())), "a.mht")
    assert (plain.format, plain.text, plain.blocks[0].kind) == ("mht", "只有文字。", BlockKind.LINE)
    with pytest.raises(UnreadableFile, match="没有文字"):
        read_bytes(archived(picture), "a.mht")


@pytest.mark.parametrize(
    "text",
    [
        "From: 甲\n\n正文。",
        "Subject: a\nMIME-Version: 1.0\n\n正文。",
        "说明：MIME-Version: 1.0\nContent-Type: text/html\n",
    ],
)
def test_a_text_with_some_headers_is_a_text(text: str) -> None:
    assert read_bytes(text.encode(), "a.txt").format == "txt"


def test_parts_within_parts_without_end_are_survived() -> None:
    nested = b"MIME-Version: 1.0\n" + b"".join(
        b'Content-Type: multipart/related; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3_000)
    )
    with pytest.raises(UnreadableFile):
        read_bytes(nested, "a.mht")
