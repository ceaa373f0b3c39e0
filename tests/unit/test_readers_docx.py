"""The .docx reader on documents written as XML in the test: what Word shows is what is read."""

import io
import zipfile

import pytest

from ingest.raw import BlockKind
from ingest.readers import read_bytes
from ingest.readers.ordinals import ordinal
from kb.errors import UnreadableFile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
NAMESPACES = f'xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="{MC}"'
DOCUMENT_TYPE = f"{R}/officeDocument"


def part(tag: str, content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{tag} {NAMESPACES}>{content}</w:{tag}>'


def make_docx(body: str, **parts: str) -> bytes:
    """A .docx with this body; ``parts`` are further parts of the word folder (numbering=…, styles=…, core=…)."""
    relations = "".join(
        f'<Relationship Id="{name}" Type="{R}/{name}" Target="{name}.xml"/>' for name in parts if name != "core"
    )
    files = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": _relations(f'<Relationship Id="a" Type="{DOCUMENT_TYPE}" Target="word/document.xml"/>'),
        "word/document.xml": part("document", f"<w:body>{body}</w:body>"),
        "word/_rels/document.xml.rels": _relations(relations),
    }
    for name, content in parts.items():
        files["docProps/core.xml" if name == "core" else f"word/{name}.xml"] = content
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _relations(content: str) -> str:
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{content}</Relationships>'
    )


def p(text: str, properties: str = "") -> str:
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def item(text: str, level: int = 0, num: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>')


def level(number: int, form: str, text: str, extra: str = "") -> str:
    start = f'<w:start w:val="1"/><w:numFmt w:val="{form}"/>{extra}'
    return f'<w:lvl w:ilvl="{number}">{start}<w:lvlText w:val="{text}"/></w:lvl>'


OUTLINE = (
    '<w:abstractNum w:abstractNumId="7">'
    + level(0, "chineseCounting", "%1、")
    + level(1, "chineseCountingThousand", "（%2）")
    + level(2, "decimal", "%3.")
    + level(3, "decimal", "%3.%4", '<w:isLgl/><w:suff w:val="space"/>')
    + "</w:abstractNum>"
)


def lines(body: str, **parts: str) -> list[str]:
    raw = read_bytes(make_docx(body, **parts), "甲.docx")
    return [raw.text[b.start : b.end] for b in raw.blocks]


def kinds(body: str, **parts: str) -> list[tuple[BlockKind, int | None, str]]:
    raw = read_bytes(make_docx(body, **parts), "甲.docx")
    return [(b.kind, b.level, raw.text[b.start : b.end]) for b in raw.blocks]


def test_automatic_numbers_are_text_and_lower_levels_restart():
    numbering = part("numbering", OUTLINE + '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>')
    body = (
        item("总则") + item("目的", 1) + item("范围", 1) + item("甲", 2) + item("乙", 2) + item("细目", 3)
        + p("一段正文。") + item("支持措施") + item("补贴", 1) + item("丙", 2)
    )  # fmt: skip
    assert lines(body, numbering=numbering) == [
        "一、总则", "（一）目的", "（二）范围", "1. 甲", "2. 乙", "2.1 细目",
        "一段正文。", "二、支持措施", "（一）补贴", "1. 丙",
    ]  # fmt: skip


def test_numbers_come_from_styles_and_a_start_override_begins_again():
    numbering = part(
        "numbering",
        OUTLINE
        + '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        + '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>'
        + "</w:lvlOverride></w:num>",
    )
    styles = part(
        "styles",
        '<w:style w:type="paragraph" w:styleId="base"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/>'
        '</w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="mine"><w:name w:val="我的标题"/>'
        '<w:basedOn w:val="base"/></w:style>',
    )
    styled = '<w:pStyle w:val="mine"/>'
    body = (
        p("第一", styled) + p("第二", styled) + p("无号", styled + '<w:numPr><w:numId w:val="0"/></w:numPr>')
        + item("另起", num=2) + item("续上", num=2)
    )  # fmt: skip
    assert kinds(body, numbering=numbering, styles=styles) == [
        (BlockKind.HEADING, 1, "一、第一"),
        (BlockKind.HEADING, 1, "二、第二"),
        (BlockKind.HEADING, 1, "无号"),
        (BlockKind.PARAGRAPH, None, "五、另起"),
        (BlockKind.PARAGRAPH, None, "六、续上"),
    ]


def test_bullets_are_not_text():
    abstract = f'<w:abstractNum w:abstractNumId="1">{level(0, "bullet", chr(0xF0B7))}</w:abstractNum>'
    numbering = part("numbering", abstract + '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>')
    assert lines(item("一项") + item("二项"), numbering=numbering) == ["一项", "二项"]


def test_insertions_stay_and_deletions_go():
    body = (
        "<w:p><w:r><w:t>补贴</w:t></w:r><w:del><w:r><w:delText>十</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>二十</w:t></w:r></w:ins><w:r><w:t>万元。</w:t></w:r>"
        "<w:moveFrom><w:r><w:t>搬走</w:t></w:r></w:moveFrom></w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前半句，</w:t></w:r></w:p>" + p("后半句。")
    )
    assert lines(body) == ["补贴二十万元。", "前半句，后半句。"]


def test_fields_links_breaks_hidden_text_and_symbols():
    body = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGEREF x</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>第3页</w:t></w:r>'
        '<w:hyperlink r:id="none"><w:r><w:t>见链接</w:t></w:r></w:hyperlink><w:r><w:br/><w:t>下一行</w:t></w:r>'
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"
        '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:font="x" w:char="25A1"/><w:noBreakHyphen/></w:r></w:p>'
    )
    assert lines(body) == ["第3页见链接", "下一行□-"]


def test_tables_repeat_merged_cells_and_keep_equal_neighbours():
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"

    down, two = '<w:vMerge w:val="restart"/>', '<w:gridSpan w:val="2"/>'
    body = (
        "<w:tbl>"
        f"<w:tr>{cell('类别', down)}{cell('标准（万元）', two)}</w:tr>"
        f"<w:tr>{cell('', '<w:vMerge/>')}{cell('国家级')}{cell('省级')}</w:tr>"
        f"<w:tr>{cell('孵化器')}{cell('6')}{cell('6')}</w:tr>"
        "<w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    )
    raw = read_bytes(make_docx(body), "甲.docx")
    assert [(b.kind, b.table, b.cells, raw.text[b.start : b.end]) for b in raw.blocks] == [
        (BlockKind.TABLE_ROW, 0, ("类别", "标准（万元）", "标准（万元）"), "类别 | 标准（万元）"),
        (BlockKind.TABLE_ROW, 0, ("类别", "国家级", "省级"), "类别 | 国家级 | 省级"),
        (BlockKind.TABLE_ROW, 0, ("孵化器", "6", "6"), "孵化器 | 6 | 6"),
    ]


def test_text_boxes_once_notes_at_the_end_headers_marked():
    box = f"<w:txbxContent>{p('框内文字')}</w:txbxContent>"
    body = (
        f"<w:p><w:r><w:t>正文</w:t><w:footnoteReference w:id='2'/></w:r><w:r><mc:AlternateContent><mc:Choice>{box}"
        f"</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
        '<w:sectPr><w:headerReference r:id="header1"/><w:footerReference r:id="footer1"/></w:sectPr>'
    )
    parts = {
        "footnotes": part("footnotes", f'<w:footnote w:id="2">{p("注的文字。")}</w:footnote>'),
        "header1": part("hdr", p("某某市文件")),
        "footer1": part("ftr", p("— 1 —")),
    }
    assert kinds(body, **parts) == [
        (BlockKind.HEADER, None, "某某市文件"),
        (BlockKind.PARAGRAPH, None, "正文"),
        (BlockKind.TEXTBOX, None, "框内文字"),
        (BlockKind.PARAGRAPH, None, "注1：注的文字。"),
    ]


def test_core_properties_are_meta_and_content_controls_are_read():
    core = (
        '<cp:coreProperties xmlns:cp="urn:cp" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>关于某事的通知</dc:title><dc:creator/></cp:coreProperties>"
    )
    body = f"<w:sdt><w:sdtContent>{p('控件里的段落')}</w:sdtContent></w:sdt>"
    raw = read_bytes(make_docx(body, core=core), "甲.docx")
    assert (raw.text, raw.meta, raw.format) == ("控件里的段落\n", {"title": "关于某事的通知"}, "docx")


def test_entities_are_not_expanded():
    body = f"<w:document {NAMESPACES}><w:body>{p('甲&a;乙')}</w:body></w:document>"
    declared = f'<!DOCTYPE w:document [<!ENTITY a "啊啊">]>{body}'
    data = make_docx("")
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, declared if name == "word/document.xml" else old.read(name))
    assert "啊" not in read_bytes(buffer.getvalue(), "甲.docx").text


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (make_docx(p("甲")) [:300], "压缩结构已损坏"),
        (make_docx("<w:p>"), "word/document.xml 已损坏"),
        (make_docx("<w:p/>"), "没有文字"),
        (make_docx(p("甲") + f"<!--{'a' * 30_000_000}-->"), "压缩炸弹"),
    ],
)  # fmt: skip
def test_damaged_empty_and_bombs_are_named(data, why):
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(data, "甲.docx")
    assert why in caught.value.why
    assert caught.value.path == "甲.docx"


@pytest.mark.parametrize(
    ("number", "form", "expected"),
    [
        (1, "chineseCounting", "一"), (10, "chineseCounting", "十"), (23, "chineseCounting", "二十三"),
        (100, "chineseCounting", "一〇〇"), (101, "chineseCountingThousand", "一百零一"),
        (110, "chineseCountingThousand", "一百一十"), (1005, "chineseCountingThousand", "一千零五"),
        (12, "ideographDigital", "一二"), (20, "chineseLegalSimplified", "贰拾"), (3, "ideographTraditional", "丙"),
        (28, "upperLetter", "BB"), (4, "lowerRoman", "iv"), (3, "decimalEnclosedCircle", "③"), (7, "decimal", "7"),
        (5, "decimalFullWidth", "５"), (9, "decimalZero", "09"), (3, "unknownForm", "3"),
    ],
)  # fmt: skip
def test_ordinals(number, form, expected):
    assert ordinal(number, form) == expected
