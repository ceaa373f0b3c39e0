"""Text, Markdown and HTML readers, encodings, and what no reader takes."""

import io
import zipfile
from pathlib import Path

import pytest

from ingest.raw import Block, BlockKind, RawDocument
from ingest.readers import NotADocument, read, read_bytes
from ingest.readers.build import joined
from ingest.readers.compound import MAGIC
from kb.errors import UnreadableFile
from tests.office_maker import compound

PROSE = "为促进科技成果转化，根据国家有关规定，结合本市实际，制定本办法。\n市科技局负责组织实施，各区政府应当予以支持。"
TRADITIONAL = (
    "為促進科技成果轉化，根據國家有關規定，結合本市實際，制定本辦法。\n各區政府應當予以支持，並會同有關部門實施。"
)


def blocks(data: bytes, name: str = "甲.txt") -> list[tuple[str, int | None, str]]:
    raw = read_bytes(data, name)
    return [(b.kind.value, b.level, raw.text[b.start : b.end]) for b in raw.blocks]


def texts(data: bytes, name: str = "甲.txt") -> list[str]:
    return [text for _, _, text in blocks(data, name)]


def html(body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


def test_every_physical_line_is_a_block_and_the_text_is_kept():
    raw = read_bytes("  第一行\n\n\n　第二行 \n".encode(), "甲.txt")
    assert raw.text == "  第一行\n\n\n　第二行 \n"
    assert [(b.kind, raw.text[b.start : b.end]) for b in raw.blocks] == [
        (BlockKind.LINE, "  第一行"),
        (BlockKind.LINE, "　第二行 "),
    ]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (PROSE, "utf-8"), (PROSE, "utf-8-sig"), (PROSE, "gb18030"), (PROSE, "gbk"), (PROSE, "utf-16"),
        (PROSE, "utf-16-le"), (PROSE, "utf-16-be"), (PROSE, "utf-32"), (TRADITIONAL, "big5"), (TRADITIONAL, "utf-8"),
        ("Plain ASCII text.\nSecond line.", "ascii"), ("到2027年，新增160万㎡。", "gb18030"),
    ],
)  # fmt: skip
def test_encodings(text, encoding):
    if encoding in {"utf-16-le", "utf-16-be"}:
        text = "\n".join([text] * 4 + ["2025 12 30"])
    assert read_bytes(text.encode(encoding), "甲.txt").text == text


def test_line_ends_controls_and_nul_bytes():
    data = "第一行\r\n第二\x00行\x07\r第三行\x0c第四行\u2028第五行\tA".encode()
    assert texts(data) == ["第一行", "第二行", "第三行", "第四行", "第五行\tA"]


def test_one_broken_byte_does_not_change_the_encoding():
    data = (PROSE * 20).encode()
    raw = read_bytes(data[:30] + b"\xff" + data[30:], "甲.txt")
    assert raw.text.replace("\ufffd", "") == PROSE * 20
    assert raw.flags == ("encoding_damaged",)


def test_a_wrong_declaration_is_not_believed():
    page = html(f"<p>{PROSE}</p>", '<meta charset="gb2312">')
    assert PROSE.split("\n")[0] in read_bytes(page, "甲.html").text
    declared = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><p>{PROSE}</p>'
    assert PROSE.split("\n")[0] in read_bytes(declared.encode("gbk"), "甲.html").text


def _zip(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


OLE = MAGIC + b"\x00" * 600


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "0 字节"), (b" \n\t\n", "没有文字"), (OLE, "已损坏"),
        (compound({"EncryptedPackage": b"x"}), "密码"), (compound({"Workbook": b"x"}), ".xls"),
        (compound({"PowerPoint Document": b"x"}), "另存为 .docx"), (compound({"其他": b"x"}), "另存为 .docx"),
        (_zip("[Content_Types].xml", "xl/workbook.xml"), "Excel"),
        (_zip("[Content_Types].xml"), "没有正文"), (b"PK\x03\x04 cut off", "已损坏"),
        (bytes(range(256)) * 20, "不认识的二进制文件"), (b"\x81\x20\xfe\x20\xfd\x21" * 50, "无法判断文字编码"),
        (html("<script>load()</script>"), "没有正文"),
    ],
)  # fmt: skip
def test_unreadable_documents_say_why(data, why):
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(data, "某文件")
    assert why in caught.value.why
    assert not isinstance(caught.value, NotADocument)


@pytest.mark.parametrize("data", [b"ID3\x04\x00" + b"x" * 50, b"\x7fELF\x02\x01", b"\x1f\x8b\x08\x00"])
def test_what_is_no_document_is_told_apart(data):
    with pytest.raises(NotADocument):
        read_bytes(data, "图.jpg")


def test_size_limit_and_missing_file(tmp_path: Path):
    big = tmp_path / "大.txt"
    big.write_bytes(b"a" * 1_000_001)
    with pytest.raises(UnreadableFile, match="超过上限 1 MB"):
        read(big, max_mb=1)
    with pytest.raises(UnreadableFile, match="无法打开"):
        read(tmp_path / "无.txt")


def test_the_suffix_does_not_decide(tmp_path: Path):
    path = tmp_path / "网页.txt"
    path.write_bytes(html(f"<p>{PROSE}</p>"))
    assert read(path).format == "html"


MARKDOWN = """---
title: "关于某事的摘要"
kind: 摘要
cites:
  - 甲
  - 乙
---

# 关于**某事**的摘要

第一段，见[原文](http://example.org)和`代码`，<区委办>与&lt;区府办&gt;。

第一行没有完
第二行接着

1. 甲项
2. 乙项

- （一）丙项

| 指标 | 数值 |
|---|---|
| 孵化器 | 6<br>家 |

## 附注

不是标题的一段话，后面画了线。
---
"""


def test_markdown():
    raw = read_bytes(MARKDOWN.encode(), "甲.md")
    assert raw.meta == {"title": "关于某事的摘要", "kind": "摘要", "cites": "甲\n乙"}
    assert raw.format == "md"
    assert [(b.kind.value, b.level, b.cells, raw.text[b.start : b.end]) for b in raw.blocks] == [
        ("heading", 1, (), "关于某事的摘要"),
        ("paragraph", None, (), "第一段，见原文和代码，<区委办>与<区府办>。"),
        ("line", None, (), "第一行没有完"),
        ("line", None, (), "第二行接着"),
        ("paragraph", None, (), "1.甲项"),
        ("paragraph", None, (), "2.乙项"),
        ("paragraph", None, (), "（一）丙项"),
        ("table_row", None, ("指标", "数值"), "指标 | 数值"),
        ("table_row", None, ("孵化器", "6 家"), "孵化器 | 6 家"),
        ("heading", 2, (), "附注"),
        ("paragraph", None, (), "不是标题的一段话，后面画了线。"),
    ]


def test_markdown_with_an_html_table_and_without_any_markup():
    table = "# 表\n\n<table><tr><td rowspan=2>甲</td><td>1</td></tr><tr><td>2</td></tr></table>\n"
    raw = read_bytes(table.encode(), "甲.md")
    assert [b.cells for b in raw.blocks if b.kind is BlockKind.TABLE_ROW] == [("甲", "1"), ("甲", "2")]
    assert blocks(PROSE.encode(), "甲.md") == [("line", None, line) for line in PROSE.split("\n")]


def test_text_that_only_begins_with_a_rule_keeps_it():
    assert texts("---\n这不是元数据\n---\n正文".encode()) == ["---", "这不是元数据", "---", "正文"]


PAGE = """
<div class="nav"><a href="/">首页</a> <a href="/zc">政策文件</a></div>
<table class="info"><tr><td>索 引 号：</td><td>0010/2025-1</td><td>文号</td><td>某政办〔2025〕2号</td></tr>
<tr><td>成文日期</td><td>2025-06-12</td><td>公开方式</td><td>主动公开</td></tr></table>
<h1>关于某事的通知</h1><p><span>发布时间：2025-06-19</span><span>来源：市府办</span></p>
<div id="zoom"><style>p{color:red}</style>
<h2>一、总体要求</h2>
<p>　　各区<b>人民</b>政府，负责&lt;区委办&gt;的工作，
到2027年新增6家。</p><p style="display:none">看不见</p>
<table><caption>任务表</caption><tr><th>单位</th><th colspan="2">数量</th></tr>
<tr><td rowspan="2">某局</td><td>6</td><td>6</td></tr>
<tr><td>7</td><td><p>第一句。</p><p>第二句。</p></td></tr></table>
第一行<br>第二行 <a href="/a/b.docx">附件1.任务表</a><script>x()</script></div>
<div class="footer">版权所有 某市人民政府</div>
"""


def test_html_body_tables_and_statements():
    raw = read_bytes(html(PAGE, '<title>某站</title><meta name="ArticleTitle" content="关于某事的通知">'), "甲.html")
    assert [(b.kind.value, b.level, b.cells, raw.text[b.start : b.end]) for b in raw.blocks] == [
        ("heading", 2, (), "一、总体要求"),
        ("paragraph", None, (), "各区人民政府，负责<区委办>的工作，到2027年新增6家。"),
        ("paragraph", None, (), "任务表"),
        ("table_row", None, ("单位", "数量", "数量"), "单位 | 数量"),
        ("table_row", None, ("某局", "6", "6"), "某局 | 6 | 6"),
        ("table_row", None, ("某局", "7", "第一句。 第二句。"), "某局 | 7 | 第一句。 第二句。"),
        ("paragraph", None, (), "第一行"),
        ("paragraph", None, (), "第二行 附件1.任务表"),
    ]
    assert raw.meta == {
        "ArticleTitle": "关于某事的通知", "title": "某站", "h1": "关于某事的通知", "附件": "附件1.任务表",
        "索引号": "0010/2025-1", "文号": "某政办〔2025〕2号", "成文日期": "2025-06-12", "公开方式": "主动公开",
        "发布时间": "2025-06-19", "来源": "市府办",
    }  # fmt: skip


def test_html_of_an_unknown_site_is_found_by_its_sentences():
    menu = "".join(f'<li><a href="/{i}">栏目{i}</a></li>' for i in range(30))
    page = (
        f'<ul class="m">{menu}</ul><div class="qq"><div class="kk"><p>{PROSE}</p><p>{PROSE}</p></div></div><p>版权</p>'
    )
    raw = read_bytes(html(page), "甲.html")
    assert "栏目3" not in raw.text
    assert [raw.text[b.start : b.end] for b in raw.blocks] == ["".join(PROSE.split("\n"))] * 2


def test_a_layout_table_is_no_table_and_deep_nesting_is_read():
    layout = f"<table><tr><td><table><tr><td>左</td><td>右</td></tr></table><p>{PROSE}</p></td></tr></table>"
    assert [kind for kind, _, _ in blocks(html(layout), "甲.html")] == ["table_row", "paragraph"]
    deep = "<div>" * 3000 + PROSE + "</div>" * 3000
    assert texts(html(deep), "甲.html") == ["".join(PROSE.split("\n"))]


def test_a_span_of_a_million_columns_does_not_fill_the_memory():
    page = html(
        '<div id="zoom"><table><tr><td colspan="1000000" rowspan="1000000">甲</td><td>乙</td></tr></table></div>'
    )
    (row,) = read_bytes(page, "甲.html").blocks
    assert len(row.cells) < 1000


def test_pages_read_one_by_one_are_one_document():
    pages = [
        RawDocument(
            "甲\n一 | 二\n", (Block(0, 1, BlockKind.LINE, page=1), Block(2, 7, BlockKind.TABLE_ROW, table=0)), "image"
        ),
        RawDocument(
            "三 | 四\n乙\n",
            (Block(0, 5, BlockKind.TABLE_ROW, table=0), Block(6, 7, BlockKind.LINE)),
            "image",
            {},
            ("ocr",),
        ),
    ]
    raw = joined(pages, "ofd")
    assert [(raw.text[b.start : b.end], b.page, b.table) for b in raw.blocks] == [
        ("甲", 1, None), ("一 | 二", 1, 0), ("三 | 四", 2, 1), ("乙", 2, None),
    ]  # fmt: skip
    assert (raw.text, raw.format, raw.flags) == ("甲\n一 | 二\n三 | 四\n乙\n", "ofd", ("ocr",))
