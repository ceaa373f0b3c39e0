"""The .docx reader on documents written as XML in the test: what Word shows is what is read."""

import base64
import io
import struct
import zipfile

import pytest

from ingest.raw import BlockKind
from ingest.readers import read_bytes
from ingest.readers.docx import read_docx
from ingest.readers.ordinals import ordinal
from kb.errors import UnreadableFile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
V = "urn:schemas-microsoft-com:vml"
OFFICE = "urn:schemas-microsoft-com:office:office"
NAMESPACES = f'xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="{MC}" xmlns:m="{M}" xmlns:v="{V}" xmlns:o="{OFFICE}"'
DOCUMENT_TYPE = f"{R}/officeDocument"


def part(tag: str, content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{tag} {NAMESPACES}>{content}</w:{tag}>'


def make_docx(body: str, *, files: dict[str, str | bytes] | None = None, relations: str = "", **parts: str) -> bytes:
    """A .docx with this body; ``parts`` are further parts of the word folder (numbering=…, styles=…, core=…).

    ``files`` are added to the archive or replace what is there, ``relations`` go to those of the main part.
    """
    named = {name: name.rstrip("0123456789") for name in parts if name != "core"}
    related = "".join(f'<Relationship Id="{n}" Type="{R}/{kind}" Target="{n}.xml"/>' for n, kind in named.items())
    types = {"document": "document.main", **named}
    content: dict[str, str | bytes] = {
        "[Content_Types].xml": content_types(types),
        "_rels/.rels": relations_of(f'<Relationship Id="a" Type="{DOCUMENT_TYPE}" Target="word/document.xml"/>'),
        "word/document.xml": part("document", f"<w:body>{body}</w:body>"),
        "word/_rels/document.xml.rels": relations_of(related + relations),
        **{"docProps/core.xml" if name == "core" else f"word/{name}.xml": text for name, text in parts.items()},
        **(files or {}),
    }
    return zipped(content)


def zipped(content: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def content_types(types: dict[str, str]) -> str:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    package = "http://schemas.openxmlformats.org/package/2006/content-types"
    overrides = "".join(
        f'<Override PartName="/word/{n}.xml" ContentType="{word}.{kind}+xml"/>' for n, kind in types.items()
    )
    return (
        f'<Types xmlns="{package}"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>'
    )


def relations_of(content: str) -> str:
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
    assert lines(body) == ["第3页见链接", "下一行☑□-"]


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


def numbered(levels: str, *items: tuple[str, int], nums: str = "") -> list[str]:
    """What a list with these levels shows for items (text, level)."""
    abstract = f'<w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
    numbering = part("numbering", abstract + '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>' + nums)
    return lines("".join(item(*each) for each in items), numbering=numbering)


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("chineseCounting", "%1、", ["一、甲", "二、乙"]),
        ("chineseCountingThousand", "第%1条", ["第一条 甲", "第二条 乙"]),
        ("ideographDigital", "（%1）", ["（一）甲", "（二）乙"]),
        ("japaneseCounting", "%1、", ["一、甲", "二、乙"]),
        ("chineseLegalSimplified", "%1、", ["壹、甲", "贰、乙"]),
        ("decimalFullWidth", "%1．", ["１．甲", "２．乙"]),
        ("decimalEnclosedCircle", "%1", ["① 甲", "② 乙"]),
        ("decimalEnclosedCircleChinese", "%1", ["① 甲", "② 乙"]),
        ("decimal", "（%1）", ["（1）甲", "（2）乙"]),
        ("upperLetter", "附件%1：", ["附件A：甲", "附件B：乙"]),
        ("none", "说明：%1", ["说明：甲", "说明：乙"]),
        ("decimal", "", ["甲", "乙"]),
    ],
)
def test_numbers_are_kept_in_their_form(form, text, expected):
    assert numbered(level(0, form, text), ("甲", 0), ("乙", 0)) == expected


def test_legal_numbering_makes_all_its_places_decimal_and_can_be_off():
    first = level(0, "chineseCounting", "第%1章")
    items = [("甲", 0), ("乙", 1)]
    assert numbered(first + level(1, "decimal", "%1.%2"), *items) == ["第一章 甲", "一.1 乙"]
    assert numbered(first + level(1, "decimal", "%1.%2", "<w:isLgl/>"), *items) == ["第一章 甲", "1.1 乙"]
    assert numbered(first + level(1, "decimal", "%1.%2", '<w:isLgl w:val="0"/>'), *items) == ["第一章 甲", "一.1 乙"]


def test_restarts_follow_the_level_they_name():
    items = [("甲", 0), ("乙", 1), ("丙", 2), ("丁", 1), ("戊", 2), ("己", 0), ("庚", 1), ("辛", 2)]
    two = level(0, "decimal", "%1.") + level(1, "decimal", "%2)")

    def third(restart: str) -> list[str]:
        return [line for line in numbered(two + level(2, "decimal", "[%3]", restart), *items) if line[0] == "["]

    assert third("") == ["[1] 丙", "[1] 戊", "[1] 辛"]
    assert third('<w:lvlRestart w:val="1"/>') == ["[1] 丙", "[2] 戊", "[1] 辛"]
    assert third('<w:lvlRestart w:val="0"/>') == ["[1] 丙", "[2] 戊", "[3] 辛"]


def test_a_level_that_was_skipped_counts_as_begun():
    levels = level(0, "decimal", "%1.") + level(1, "decimal", "%1.%2") + level(2, "decimal", "%1.%2.%3")
    assert numbered(levels, ("甲", 0), ("乙", 2), ("丙", 1), ("丁", 2)) == ["1. 甲", "1.1.1 乙", "1.2 丙", "1.2.1 丁"]


def test_a_level_of_bullets_shows_nothing_within_a_number():
    levels = level(0, "decimal", "%1.") + level(1, "bullet", "—") + level(2, "decimal", "%1.%2%3.")
    assert numbered(levels, ("甲", 0), ("乙", 1), ("丙", 2)) == ["1. 甲", "乙", "1.1. 丙"]


def test_start_values_and_overrides_hold_whenever_a_list_begins_again():
    levels = level(0, "decimal", "%1.") + level(1, "decimal", "%2)")
    override = (
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="1"><w:startOverride w:val="4"/>'
        '</w:lvlOverride></w:num><w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0">'
        + level(0, "chineseCounting", "%1、")
        + "</w:lvlOverride></w:num>"
    )
    numbering = part("numbering", f'<w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>{override}')
    body = (
        item("甲", 0, 2) + item("乙", 1, 2) + item("丙", 1, 2) + item("丁", 0, 2) + item("戊", 1, 2) + item("己", 0, 3)
    )
    assert lines(body, numbering=numbering) == ["1. 甲", "4)乙", "5)丙", "2. 丁", "4)戊", "三、己"]


def test_a_list_starts_where_it_says():
    third = '<w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
    assert numbered(third, ("甲", 0), ("乙", 0)) == ["三、甲", "四、乙"]


def test_a_form_only_newer_versions_know_falls_back():
    custom = '<mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001"/></mc:Choice>'
    alternate = f'<mc:AlternateContent>{custom}<mc:Fallback><w:numFmt w:val="chineseCounting"/></mc:Fallback>'
    one = f'<w:lvl w:ilvl="0"><w:start w:val="1"/>{alternate}</mc:AlternateContent><w:lvlText w:val="%1、"/></w:lvl>'
    assert numbered(one, ("甲", 0)) == ["一、甲"]


def test_hidden_numbers_count_and_show_nothing():
    hidden = level(0, "decimal", "%1.").replace("</w:lvl>", "<w:rPr><w:vanish/></w:rPr></w:lvl>")
    assert numbered(hidden + level(1, "decimal", "%1.%2"), ("甲", 0), ("乙", 0), ("丙", 1)) == ["甲", "乙", "2.1 丙"]


def test_a_style_bound_to_a_level_takes_that_level():
    bound = level(0, "chineseCounting", "%1、", '<w:pStyle w:val="one"/>') + level(
        1, "chineseCounting", "（%2）", '<w:pStyle w:val="two"/>'
    )
    numbering = part(
        "numbering",
        f'<w:abstractNum w:abstractNumId="7">{bound}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/>'
        "</w:num>",
    )
    styles = part(
        "styles",
        "".join(
            f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/><w:pPr><w:numPr>'
            '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
            for name in ("one", "two")
        )
        + '<w:style w:type="paragraph" w:styleId="mine"><w:name w:val="mine"/><w:basedOn w:val="two"/></w:style>',
    )
    body = "".join(
        p(text, f'<w:pStyle w:val="{style}"/>')
        for text, style in zip("甲乙丙丁", ["one", "two", "mine", "one"], strict=True)
    )
    assert lines(body, numbering=numbering, styles=styles) == ["一、甲", "（一）乙", "（二）丙", "二、丁"]


def test_a_list_style_lends_its_levels():
    numbering = part(
        "numbering",
        f'<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="公文"/></w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="2"><w:styleLink w:val="公文"/>{level(0, "chineseCounting", "%1、")}'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>',
    )
    assert lines(item("甲") + item("乙"), numbering=numbering) == ["一、甲", "二、乙"]


def test_section_breaks_and_joined_paragraphs_take_no_number():
    joined = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    body = (
        item("甲")
        + f"<w:p><w:pPr>{joined}<w:sectPr/></w:pPr></w:p>"
        + f"<w:p><w:pPr>{joined}<w:rPr><w:vanish/></w:rPr></w:pPr></w:p>"
        + p("乙的", joined + "<w:rPr><w:del/></w:rPr>")
        + item("后半")
        + f"<w:p><w:pPr>{joined}</w:pPr></w:p>"
        + item("丙")
    )
    numbering = part(
        "numbering",
        f'<w:abstractNum w:abstractNumId="7">{level(0, "decimal", "%1.")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>',
    )
    assert lines(body, numbering=numbering) == ["1. 甲", "2. 乙的后半", "4. 丙"]


def test_what_cannot_be_a_list_is_a_plain_paragraph():
    numbering = part(
        "numbering",
        '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="x"><w:start w:val="9999999999999"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>'
        "<w:num/>",
    )
    body = item("甲") + item("乙", 99) + item("丙", num=2) + item("丁", num=3) + item("戊", level=4)
    assert lines(body, numbering=numbering) == list("甲乙丙丁戊")


def test_labels_and_chains_of_styles_have_an_end():
    long = numbered(level(0, "upperLetter", "%1" * 1000).replace('start w:val="1"', 'start w:val="30000"'), ("甲", 0))
    assert long == ["V" * 100 + " 甲"]
    styles = part(
        "styles",
        "".join(
            f'<w:style w:type="paragraph" w:styleId="s{n}"><w:name w:val="{n}"/><w:basedOn w:val="s{n + 1}"/></w:style>'
            for n in range(60)
        )
        + '<w:style w:type="paragraph" w:styleId="s60"><w:name w:val="heading 2"/><w:basedOn w:val="s0"/></w:style>',
    )
    body = p("远", '<w:pStyle w:val="s0"/>') + p("近", '<w:pStyle w:val="s50"/>')
    assert kinds(body, styles=styles) == [(BlockKind.PARAGRAPH, None, "远"), (BlockKind.HEADING, 2, "近")]


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def test_moved_text_stands_where_it_went():
    gone = '<w:rPr><w:moveFrom w:id="1"/></w:rPr>'
    body = (
        p("第一段。")
        + f"<w:p><w:pPr>{gone}</w:pPr><w:moveFromRangeStart/><w:moveFrom>{run('搬家的一段。')}</w:moveFrom></w:p>"
        + p("第二段。")
        + f"<w:p><w:pPr><w:rPr><w:moveTo/></w:rPr></w:pPr><w:moveTo>{run('搬家的一段。')}</w:moveTo></w:p>"
        + f"<w:p><w:ins>{run('增')}<w:del>{run('增后又删')}</w:del></w:ins></w:p>"
    )
    assert lines(body) == ["第一段。", "第二段。", "搬家的一段。", "增"]


def cell(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content if content.startswith('<') else p(content)}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return (
        f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(c if c.startswith('<w:tc>') else cell(c) for c in cells)}</w:tr>"
    )


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def test_a_paragraph_whose_end_is_deleted_stops_at_a_table_and_at_the_end_of_a_cell():
    open_end = "<w:rPr><w:del/></w:rPr>"
    body = (
        p("表前，", open_end)
        + table(row(cell(p("格内", open_end) + p("续行")), cell(p("甲格", open_end)), "乙格"))
        + p("表后，", open_end)
        + p("续。", open_end)
    )
    assert lines(body) == ["表前，", "格内续行 | 甲格 | 乙格", "表后，续。"]


def test_deleted_rows_and_cells_go_and_inserted_ones_stay():
    nested = table(row("内一", "内二"), row("删", "去", properties="<w:del/>"))
    body = table(
        row("甲", "乙", properties='<w:ins w:id="1"/>'),
        row("删", "除", properties="<w:del/>"),
        row(cell("丙", "<w:cellDel/>"), cell("丁", "<w:cellIns/>"), cell(nested + p("戊"))),
    )
    assert lines(body) == ["甲 | 乙", "丁 | 内一 | 内二 戊"]


def test_cells_merged_across_in_the_old_way_and_rows_that_begin_late():
    body = table(
        row(cell("合并", '<w:hMerge w:val="restart"/>'), cell("", "<w:hMerge/>"), "单"),
        row("晚", "开", properties='<w:gridBefore w:val="1"/>'),
    )
    raw = read_bytes(make_docx(body), "甲.docx")
    assert [(b.cells, raw.text[b.start : b.end]) for b in raw.blocks] == [
        (("合并", "合并", "单"), "合并 | 单"),
        (("", "晚", "开"), " | 晚 | 开"),
    ]


def test_a_long_text_merged_downwards_is_said_once():
    long = "申请单位应当具备下列条件。" * 20
    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = table(
        row(cell(long, down), "甲"), row(cell("", on), "乙"), row(cell("短", down), "丙"), row(cell("", on), "丁")
    )
    assert lines(body) == [f"{long} | 甲", " | 乙", "短 | 丙", "短 | 丁"]


def test_spans_that_would_fill_memory_are_held_to_what_word_allows():
    huge = '<w:gridSpan w:val="50000"/>'
    body = table(row(cell("甲", huge), cell("乙", huge), properties='<w:gridBefore w:val="50000"/>'), row("丙", "丁"))
    raw = read_bytes(make_docx(body), "甲.docx")
    assert [(len(b.cells), raw.text[b.start : b.end].strip(" |")) for b in raw.blocks] == [
        (65, "甲 | 乙"),
        (2, "丙 | 丁"),
    ]


def test_a_column_of_automatic_numbers_is_read():
    numbering = part(
        "numbering",
        f'<w:abstractNum w:abstractNumId="7">{level(0, "decimal", "%1")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>',
    )
    serial = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p>'
    body = table(row("序号", "事项"), row(cell(serial), "甲"), row(cell(serial), "乙"))
    assert lines(body, numbering=numbering) == ["序号 | 事项", "1 | 甲", "2 | 乙"]


def test_a_table_of_one_cell_is_a_frame_around_its_paragraphs():
    inner = table(row("甲", "乙"), row("丙", "丁"))
    body = table(row(cell(p("框内第一段。") + p("框内第二段。") + inner))) + table(row("又", "一"))
    raw = read_bytes(make_docx(body), "甲.docx")
    assert [(b.kind, b.table, raw.text[b.start : b.end]) for b in raw.blocks] == [
        (BlockKind.PARAGRAPH, None, "框内第一段。"),
        (BlockKind.PARAGRAPH, None, "框内第二段。"),
        (BlockKind.TABLE_ROW, 0, "甲 | 乙"),
        (BlockKind.TABLE_ROW, 0, "丙 | 丁"),
        (BlockKind.TABLE_ROW, 1, "又 | 一"),
    ]


def test_content_controls_around_rows_cells_and_runs_are_seen_through():
    control = "<w:sdt><w:sdtPr><w:alias w:val='名'/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    body = (
        f"<w:p>{run('申请人：')}{control.format(run('某公司'))}</w:p>"
        + table(control.format(row("甲", "乙")), f"<w:tr>{control.format(cell('丙'))}{cell('丁')}</w:tr>")
        + control.format(control.format(p("层层控件")))
    )
    assert lines(body) == ["申请人：某公司", "甲 | 乙", "丙 | 丁", "层层控件"]


def test_text_boxes_of_both_kinds_in_paragraphs_cells_and_boxes():
    def box(content: str) -> str:
        inside = f"<v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox>"
        return f"<w:r><w:pict><v:shape>{inside}</v:shape></w:pict></w:r>"

    drawn = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><w:txbxContent>{0}</w:txbxContent></w:drawing>"
        "</mc:Choice><mc:Fallback><w:pict><w:txbxContent>{0}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    art = "<w:r><w:pict><v:shape><v:textpath string='某某市人民政府文件'/></v:shape></w:pict></w:r>"
    body = (
        f"<w:p>{art}</w:p><w:p>{run('甲')}{box(p('外框') + f'<w:p>{box(p(chr(0x5185) + chr(0x6846)))}</w:p>')}</w:p>"
        f"<w:p>{drawn.format(p('一'))}{drawn.format(p('二') + table(row('三', '四')))}</w:p>"
        + table(row(cell(f"<w:p>{run('格')}{box(p('格中框'))}</w:p>"), "邻格"))
    )
    assert kinds(body) == [
        (BlockKind.TEXTBOX, None, "某某市人民政府文件"),
        (BlockKind.PARAGRAPH, None, "甲"),
        (BlockKind.TEXTBOX, None, "外框"),
        (BlockKind.TEXTBOX, None, "内框"),
        (BlockKind.TEXTBOX, None, "一"),
        (BlockKind.TEXTBOX, None, "二"),
        (BlockKind.TABLE_ROW, None, "三 | 四"),
        (BlockKind.TABLE_ROW, None, "格 | 邻格"),
        (BlockKind.TEXTBOX, None, "格中框"),
    ]


def test_headers_of_many_sections_are_said_once_and_notes_are_told_apart():
    section = '<w:p><w:pPr><w:sectPr><w:headerReference r:id="header1"/></w:sectPr></w:pPr></w:p>'
    body = (
        f"<w:p>{run('甲')}<w:r><w:endnoteReference w:id='1'/><w:footnoteReference w:id='3'/></w:r></w:p>"
        f"<w:p>{run('乙')}<w:r><w:footnoteReference w:id='2'/><w:footnoteReference w:id='3'/></w:r></w:p>"
        + section
        + section
        + '<w:sectPr><w:headerReference r:id="header1"/><w:footerReference r:id="footer1"/></w:sectPr>'
    )
    parts = {
        "footnotes": part(
            "footnotes",
            f'<w:footnote w:id="0">{p("分隔")}</w:footnote><w:footnote w:id="2">{p("后注。")}</w:footnote>'
            f'<w:footnote w:id="3">{p("前注。")}{table(row("注", "表"))}'
            f"<w:p>{run('藏', '<w:vanish/>')}</w:p></w:footnote>",
        ),
        "endnotes": part("endnotes", f'<w:endnote w:id="1">{p("文末。")}</w:endnote>'),
        "header1": part("hdr", p("某某局文件")),
        "footer1": part(
            "ftr", f"<w:p>{run('第')}<w:fldSimple w:instr=' PAGE '>{run('7')}</w:fldSimple>{run('页')}</w:p>"
        ),
    }
    assert kinds(body, **parts) == [
        (BlockKind.HEADER, None, "某某局文件"),
        (BlockKind.PARAGRAPH, None, "甲"),
        (BlockKind.PARAGRAPH, None, "乙"),
        (BlockKind.PARAGRAPH, None, "注1：前注。 注 | 表"),
        (BlockKind.PARAGRAPH, None, "注2：后注。"),
        (BlockKind.PARAGRAPH, None, "尾注1：文末。"),
        (BlockKind.HEADER, None, "第页"),
    ]


def mark(kind: str, data: str = "") -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}">{data}</w:fldChar></w:r>'


def a_field(instruction: str, result: str) -> str:
    return f"{mark('begin')}<w:r><w:instrText>{instruction}</w:instrText></w:r>{mark('separate')}{result}{mark('end')}"


def test_fields_give_their_results_and_page_numbers_none():
    body = (
        f"<w:p>{run('见')}{a_field(' REF _Ref1 ', run('第三条'))}，{a_field('HYPERLINK &quot;x&quot;', run('链接'))}"
        f"{run('第')}{a_field(' PAGE ', run('9'))}{run('页共')}{a_field('NUMPAGES', run('12'))}{run('页')}</w:p>"
        f"<w:p>{mark('begin')}<w:r><w:instrText>IF </w:instrText></w:r>{a_field('REF a', run('条件'))}"
        f"<w:r><w:instrText> = 1 </w:instrText></w:r>{mark('separate')}{run('成立')}{mark('end')}{run('。')}</w:p>"
        f"<w:p>{a_field('PAGE', a_field('REF x', run('5')))}{run('后')}</w:p>"
    )
    assert lines(body) == ["见第三条链接第页共页", "成立。", "后"]


def test_form_fields_show_their_boxes_and_choices():
    def box(default: int, state: str = "") -> str:
        data = f'<w:ffData><w:checkBox><w:default w:val="{default}"/>{state}</w:checkBox></w:ffData>'
        return (
            f"{mark('begin', data)}<w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r>{mark('separate')}{mark('end')}"
        )

    entries = '<w:listEntry w:val="内资"/><w:listEntry w:val="外资"/>'
    chosen = mark("begin", f'<w:ffData><w:ddList><w:result w:val="1"/>{entries}</w:ddList></w:ffData>')
    ticked, cleared = box(0, "<w:checked/>"), box(1, '<w:checked w:val="0"/>')
    body = (
        f"<w:p>{ticked}{run('是')}{cleared}{run('否')}{box(1)}{run('可')}{box(0)}{run('不详')}</w:p>"
        f"<w:p>{chosen}<w:r><w:instrText>FORMDROPDOWN</w:instrText></w:r>{mark('end')}{run('企业')}</w:p>"
    )
    assert lines(body) == ["☑是□否☑可□不详", "外资企业"]


@pytest.mark.parametrize(
    ("instruction", "shown"),
    [
        (r"eq \o\ac(○,3)", "③"),
        (r"EQ \o\ac(○,21)", "21"),
        (r'EQ \* jc2 \* "Font:宋体" \* hps10 \o\ad(\s\up 9(zhì),智)', "智"),
        (r"EQ \f(1,2)", ""),
    ],
)
def test_characters_in_circles_and_old_phonetic_guides(instruction, shown):
    escaped = instruction.replace('"', "&quot;")
    body = (
        f"<w:p>{run('甲')}{mark('begin')}<w:r><w:instrText>{escaped}</w:instrText></w:r>{mark('end')}{run('乙')}</w:p>"
    )
    assert lines(body) == [f"甲{shown}乙"]


@pytest.mark.parametrize("opening", [mark("begin"), mark("begin") * 60, mark("separate"), mark("end") * 3])
def test_a_field_without_its_end_hides_nothing(opening):
    body = f"<w:p>{opening}<w:r><w:instrText>PAGE</w:instrText></w:r>{run('正文')}</w:p>" + p("后文")
    assert lines(body) == ["正文", "后文"]


CONTENTS_STYLES = part(
    "styles",
    "".join(
        f'<w:style w:type="paragraph" w:styleId="s{n}"><w:name w:val="{name}"/></w:style>'
        for n, name in enumerate(["toc 1", "TOC Heading", "WPSOffice手动目录 1", "heading 1"])
    ),
)


def test_a_table_of_contents_is_left_out():
    def entry(text: str, page: str) -> str:
        return f"{run(text)}<w:r><w:tab/></w:r>{a_field('PAGEREF a', run(page))}"

    open_field = f"{mark('begin')}<w:r><w:instrText> TOC \\o </w:instrText></w:r>{mark('separate')}"
    body = (
        p("目　录")
        + f"<w:p>{open_field}{entry('一、总则', '1')}</w:p><w:p>{entry('二、附则', '12')}</w:p>"
        + f"<w:p>{run('写在目录里的一段话。')}</w:p>"
        + f"<w:p>{mark('end')}{run('一、总则')}<w:r><w:tab/></w:r>{run('2024')}</w:p>"
        + p("目录", '<w:pStyle w:val="s1"/>')
        + p("断了域的条目 3", '<w:pStyle w:val="s0"/>')
        + p("手动的条目 4", '<w:pStyle w:val="s2"/>')
        + f"<w:p><w:fldSimple w:instr='TOC \\o'>{run('简单域')}</w:fldSimple></w:p>"
        + p("二、附则", '<w:pStyle w:val="s3"/>')
    )
    assert kinds(body, styles=CONTENTS_STYLES) == [
        (BlockKind.PARAGRAPH, None, "写在目录里的一段话。"),
        (BlockKind.PARAGRAPH, None, "一、总则\t2024"),
        (BlockKind.HEADING, 1, "二、附则"),
    ]


def test_without_a_table_of_contents_its_words_are_text():
    body = (
        p("目录") + f"<w:p>{mark('begin')}<w:r><w:instrText>TOC</w:instrText></w:r>{mark('separate')}{run('甲')}</w:p>"
    )
    assert lines(body + p("乙\t1")) == ["目录", "甲", "乙\t1"]


def test_ruby_soft_hyphens_page_breaks_and_line_ends_of_the_xml():
    ruby = f"<w:ruby><w:rubyPr/><w:rt>{run('zhì')}</w:rt><w:rubyBase>{run('智')}</w:rubyBase></w:ruby>"
    body = (
        f"<w:p><w:r>{ruby}</w:r>{run('库建&#173;设')}<w:r><w:softHyphen/></w:r>{run('办法')}</w:p>"
        f"<w:p>{run('正文完。')}<w:r><w:br w:type='page'/></w:r>{run('附件1')}</w:p>"
        f"<w:p><w:r><w:t>\n  第一行\n  接着写\n</w:t></w:r></w:p>"
    )
    assert [line.strip() for line in lines(body)] == ["智库建设办法", "正文完。", "附件1", "第一行 接着写"]
    assert lines(f"<w:p>{run(chr(10) + ' ' * 2_000_000 + '甲')}</w:p>") == [" 甲"]


def test_symbol_fonts():
    def sign(font: str, code: str) -> str:
        return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'

    fonts = '<w:rFonts w:ascii="{}"/>'
    body = (
        f"<w:p>{sign('Wingdings 2', 'F0A3')}{run('是')}{sign('Wingdings', 'F0FC')}{run('否')}{sign('Symbol', 'F0B3')}"
        f"{run('5')}{sign('Wingdings', 'F04A')}{sign('x', 'D800')}{sign('x', 'zz')}{sign('宋体', '2605')}</w:p>"
        f"<w:p>{run('&#xF0A8;有', fonts.format('Wingdings'))}{run('&#xF0A3;3', fonts.format('Symbol'))}"
        f"{run('&#xF0A3;', fonts.format('仿宋'))}</w:p>"
    )
    assert lines(body) == ["□是√否≥5★", "□有≤3\uf0a3"]


def test_formulas_become_one_line():
    def t(text: str) -> str:
        return f"<m:r><m:t>{text}</m:t></m:r>"

    bracketed = f"<m:d><m:e>{t('甲+乙')}</m:e></m:d>"
    fraction = f"<m:f><m:num>{t('年增量')}</m:num><m:den>{t('上年+本年')}</m:den></m:f>"
    power = f"<m:sSup><m:e>{t('m')}</m:e><m:sup>{t('2')}</m:sup></m:sSup>"
    limits = f"<m:sub>{t('i=1')}</m:sub><m:sup>{t('n')}</m:sup>"
    total = f"<m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr>{limits}<m:e>{t('x')}</m:e></m:nary>"
    square = (
        f"<m:d><m:dPr><m:begChr m:val='['/><m:endChr m:val=']'/></m:dPr><m:e>{t('a')}</m:e><m:e>{t('b')}</m:e></m:d>"
    )
    body = (
        f"<w:p>{run('补贴=')}<m:oMath>{bracketed}{t('×')}{fraction}<w:del>{t('删')}</w:del></m:oMath>{run('，每')}"
        f"<m:oMathPara><m:oMath>{power}{total}{square}<m:rad><m:deg/><m:e>{t('c')}</m:e></m:rad></m:oMath></m:oMathPara></w:p>"
    )
    assert lines(body) == ["补贴=(甲+乙)×年增量/(上年+本年)，每m²∑[i=1～n]x[a|b]√c"]


def chunk(name: str, data: str | bytes, mode: str = "") -> bytes:
    relation = f'<Relationship Id="c" Type="{R}/aFChunk" Target="{name}" {mode}/>'
    body = p("前") + '<w:altChunk r:id="c"/>' + p("后")
    return make_docx(body, relations=relation, files={f"word/{name}": data})


PAGE = (
    "<html><body><p>第一条　网页里的正文，足够长的一句话。</p>"
    + "<table><tr><td>甲</td><td>乙</td></tr></table></body></html>"
)
ARCHIVE = "\r\n".join(
    [
        *("MIME-Version: 1.0", "Content-Type: multipart/related; boundary=x", ""),
        *("--x", "Content-Type: text/plain", "", "不要"),
        *("--x", "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: base64", "", ""),
    ]
)


@pytest.mark.parametrize(
    "data",
    [
        chunk("a.html", PAGE),
        chunk("a.mht", f"{ARCHIVE}{base64.encodebytes(PAGE.encode()).decode()}\r\n--x--\r\n"),
        chunk("a.docx", make_docx(p("第一条　网页里的正文，足够长的一句话。") + table(row("甲", "乙")))),
    ],
    ids=["html", "web archive", "docx"],
)
def test_documents_taken_in_whole_are_read_in_place(data):
    raw = read_bytes(data, "甲.docx")
    assert [raw.text[b.start : b.end] for b in raw.blocks] == [
        "前",
        "第一条　网页里的正文，足够长的一句话。",
        "甲 | 乙",
        "后",
    ]
    assert raw.flags == ()


@pytest.mark.parametrize(
    "data",
    [
        chunk("a.html", PAGE, 'TargetMode="External"'),
        chunk("a.bin", b"\x00\x01\x02" * 99),
        chunk("a.docx", b"PK\x03\x04"),
        make_docx(p("前") + '<w:altChunk r:id="none"/>' + p("后")),
    ],
    ids=["outside", "binary", "broken docx", "no such part"],
)
def test_documents_that_cannot_be_taken_in_are_flagged(data):
    raw = read_bytes(data, "甲.docx")
    assert (raw.text, raw.flags) == ("前\n后\n", ("annex_missing",))


def test_a_docx_in_a_docx_takes_in_no_third():
    inner = chunk("b.docx", make_docx(p("第三层")))
    raw = read_bytes(chunk("a.docx", inner), "甲.docx")
    assert raw.text == "前\n前\n后\n后\n"


def test_the_same_chunk_is_taken_in_once():
    relation = f'<Relationship Id="c" Type="{R}/aFChunk" Target="a.docx"/>'
    body = p("前") + '<w:altChunk r:id="c"/>' * 1000
    raw = read_bytes(make_docx(body, relations=relation, files={"word/a.docx": make_docx(p("内"))}), "甲.docx")
    assert (raw.text, raw.flags) == ("前\n内\n", ("annex_missing",))


def test_embedded_documents_are_flagged_and_formulas_are_not():
    def embedded(program: str) -> str:
        return f'<w:p>{run("甲")}<w:r><w:object><o:OLEObject ProgID="{program}"/></w:object></w:r></w:p>'

    assert read_bytes(make_docx(embedded("Equation.3")), "甲.docx").flags == ()
    for program in ("Word.Document.12", "Excel.Sheet.12", "Package", "KWPS.Document.12", "AcroExch.Document.DC"):
        assert read_bytes(make_docx(embedded(program)), "甲.docx").flags == ("annex_missing",)


STRICT = "http://purl.oclc.org/ooxml"


def test_strict_documents_are_read():
    def strict(text: str) -> str:
        return text.replace(W, f"{STRICT}/wordprocessingml/main").replace(R, f"{STRICT}/officeDocument/relationships")

    numbering = part("numbering", OUTLINE + '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>')
    body = item("总则") + f"<w:p>{run('m')}<m:oMath><m:r><m:t>公式</m:t></m:r></m:oMath></w:p>"
    data = make_docx(
        body + '<w:sectPr><w:headerReference r:id="header1"/></w:sectPr>',
        numbering=numbering,
        header1=part("hdr", p("眉")),
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {
            n: strict(archive.read(n).decode()).replace(M, f"{STRICT}/officeDocument/math") for n in archive.namelist()
        }
    raw = read_bytes(zipped(files), "甲.docx")
    assert raw.text == "眉\n一、总则\nm公式\n"


def moved(data: bytes, names: dict[str, str], edits: dict[str, str]) -> bytes:
    """A .docx with parts under other names, and texts replaced in all of them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files: dict[str, str | bytes] = {}
        for name in archive.namelist():
            text = archive.read(name).decode()
            for old, new in edits.items():
                text = text.replace(old, new)
            files[names.get(name, name)] = text
    return zipped(files)


def test_parts_may_have_any_name():
    numbering = part("numbering", OUTLINE + '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>')
    data = make_docx(item("总则"), numbering=numbering)
    names = {
        "word/document.xml": "正文/main.xml",
        "word/_rels/document.xml.rels": "正文/_rels/main.xml.rels",
        "word/numbering.xml": "正文/编号 1.xml",
    }
    edits = {'Target="word/document.xml"': 'Target="/正文/main.xml"', "numbering.xml": "%E7%BC%96%E5%8F%B7%201.xml"}
    assert read_docx(moved(data, names, edits), "甲.docx").text == "一、总则\n"


def test_the_main_part_is_found_by_its_type_without_relations_and_names_differ_by_no_case():
    data = make_docx(p("甲"))
    names = {"word/document.xml": "Word/Main.XML", "_rels/.rels": "none"}
    assert read_docx(moved(data, names, {"/word/document.xml": "/word/main.xml"}), "甲.docx").text == "甲\n"
    backslashes = {"word/document.xml": "word\\document.xml", "_rels/.rels": "none", "[Content_Types].xml": "no"}
    assert read_docx(moved(data, backslashes, {}), "甲.docx").text == "甲\n"


def test_parts_in_utf_16_are_read():
    document = part("document", f"<w:body>{p('甲')}</w:body>").replace("UTF-8", "UTF-16").encode("utf-16")
    assert read_docx(make_docx("", files={"word/document.xml": document}), "甲.docx").text == "甲\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "entity", ['a "啊啊"', 'a SYSTEM "file:///etc/hostname"', '% a SYSTEM "http://127.0.0.1:9/x"', 'a "&b;&b;"']
)
def test_declared_entities_are_refused(entity, encoding):
    declared = f"<!DOCTYPE w:document [<!ENTITY {entity}>]>"
    document = f"{declared}<w:document {NAMESPACES}><w:body>{p('甲&a;乙')}</w:body></w:document>".encode(encoding)
    styles = f"{declared}<w:styles {NAMESPACES}/>".encode(encoding)
    for files in ({"word/document.xml": document}, {"word/styles.xml": styles}):
        with pytest.raises(UnreadableFile) as caught:
            read_bytes(make_docx(p("甲"), files=files), "甲.docx")
        assert "实体声明" in caught.value.why


def test_a_gigabyte_when_unpacked_is_refused_before_unpacking():
    """Twenty names for one entry of the archive: small on disk, 1.2 GB by its directory."""
    data = make_docx(p("甲"), files={f"word/media/{n}.bin": bytes(60_000_000) for n in range(1)})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = archive.getinfo("word/media/0.bin")
    directory = data.index(b"PK\x01\x02")
    at = data.index(b"word/media/0.bin", directory) - 46
    one = data[at : at + 46 + len(entry.filename)]
    end = data.rindex(b"PK\x05\x06")
    count, size = struct.unpack("<HI", data[end + 10 : end + 16])
    repeated = one * 20
    tail = struct.pack("<HHI", count + 20, count + 20, size + len(repeated))
    bomb = data[:end] + repeated + data[end : end + 8] + tail + data[end + 16 :]
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(bomb, "甲.docx")
    assert "1260 MB" in caught.value.why and "压缩炸弹" in caught.value.why


def test_a_hundred_thousand_paragraphs():
    raw = read_bytes(make_docx("".join(f"<w:p><w:r><w:t>第{n}段</w:t></w:r></w:p>" for n in range(100_000))), "甲.docx")
    assert (len(raw.blocks), raw.text[-8:]) == (100_000, "第99999段\n")


def test_deletions_over_many_paragraphs_and_deep_nesting_end():
    joined = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>" * 50_000
    assert read_bytes(make_docx(joined), "甲.docx").text == "甲" * 50_000 + "\n"
    nested = p("底")
    for _ in range(80):
        nested = table(row("甲", cell(nested)))
    raw = read_bytes(make_docx(nested), "甲.docx")
    assert raw.text == "甲 | " * 80 + "底\n"
    framed = p("底")
    for _ in range(80):
        framed = table(row(cell(framed)))
    assert read_bytes(make_docx(framed), "甲.docx").text == "底\n"
    tagged = f"<w:p>{'<w:smartTag>' * 240}{run('底')}{'</w:smartTag>' * 240}</w:p>"
    assert read_bytes(make_docx(tagged), "甲.docx").text == "底\n"
    fields = "".join(f"<w:p>{mark('begin')}{run('甲')}</w:p>" for _ in range(5_000))
    assert len(read_bytes(make_docx(fields), "甲.docx").blocks) == 5_000


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (make_docx(p("甲")) [:300], "压缩结构已损坏"),
        (make_docx("<w:p>"), "word/document.xml 已损坏"),
        (make_docx("<w:p>" * 300 + "</w:p>" * 300), "word/document.xml 已损坏"),
        (make_docx(p("甲"), files={"word/document.xml": f"<w:document xmlns:w='{W}'/>"}), "没有正文"),
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
