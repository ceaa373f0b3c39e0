"""The .docx reader: what is raised, struck through, set in columns by tabs, or a typed table of contents."""

import time

import pytest

from ingest.clean import clean
from ingest.raw import BlockKind
from ingest.readers import read_bytes
from tests.unit.test_readers_docx import a_field, cell, item, level, lines, make_docx, mark, p, part, row, run, table

RAISED, LOWERED = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'
TAB = "<w:r><w:tab/></w:r>"


def tabbed(text: str) -> str:
    return "<w:p>" + TAB.join(run(piece) for piece in text.split("\t")) + "</w:p>"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (run("1×10") + run("4", RAISED) + run("个/m") + run("3", RAISED), "1×10⁴个/m³"),
        (run("10") + run("-12", RAISED), "10⁻¹²"),
        (run("10") + run("-", RAISED) + run("3", RAISED), "10⁻³"),
        (run("注释") + run("[1]", RAISED), "注释[1]"),
        (run("商标") + run("TM", RAISED), "商标TM"),
        (run("CO") + run("2", LOWERED), "CO2"),
        (run("m") + run("2", '<w:vertAlign w:val="baseline"/>'), "m2"),
        (run("m") + f"<w:r><w:rPr>{RAISED}</w:rPr>{a_field('REF x', run('2'))}</w:r>" + run("3"), "m23"),
    ],
)  # fmt: skip
def test_raised_numbers_are_raised(content: str, expected: str) -> None:
    assert lines(f"<w:p>{content}</w:p>") == [expected]


def test_a_formula_raises_as_text_does() -> None:
    def power(sup: str) -> str:
        return (
            f"<m:oMath><m:sSup><m:e><m:r><m:t>a</m:t></m:r></m:e><m:sup><m:r><m:t>{sup}</m:t></m:r></m:sup></m:sSup>"
            "</m:oMath>"
        )

    assert lines(f"<w:p>{power('2')}{run('，')}{power('-4')}{run('，')}{power('n+1')}</w:p>") == ["a²，a⁻⁴，a^(n+1)"]


def test_text_struck_through_is_none_and_is_kept_beside_the_document() -> None:
    struck, twice, off = "<w:strike/>", "<w:dstrike/>", '<w:strike w:val="0"/>'
    body = (
        f"<w:p>{run('补贴')}{run('三', struck)}{run('五', off)}{run('千元')}"
        f"{run('（税后）', twice)}{run('。')}</w:p>"
        f"<w:p>{run('整段删去。', struck)}</w:p>"
        f"<w:p><w:pPr><w:rPr>{struck}</w:rPr></w:pPr>{run('段落标记不算。')}</w:p>"
        f"<w:p><w:r><w:rPr>{struck}</w:rPr><w:pict><w:txbxContent>{p('框内')}</w:txbxContent></w:pict></w:r></w:p>"
        f"<w:p><w:r><w:rPr>{struck}</w:rPr>{mark('begin')}</w:r>{run('藏')}{mark('separate')}{run('见')}{mark('end')}</w:p>"
        + table(row(cell(f"<w:p>{run('甲', struck)}{run('乙')}</w:p>"), "丙"))
    )
    raw = read_bytes(make_docx(body), "甲.docx")
    assert [raw.text[b.start : b.end] for b in raw.blocks] == [
        "补贴五千元。", "段落标记不算。", "框内", "见", "乙 | 丙",
    ]  # fmt: skip
    assert (raw.flags, raw.outside) == (("struck_text",), "三（税后）整段删去。甲")
    assert read_bytes(make_docx(p("甲")), "甲.docx").flags == ()


def test_an_automatic_number_does_not_run_into_a_figure() -> None:
    def labelled(form: str, *texts: str) -> list[str]:
        definition = level(0, "decimal", form, '<w:suff w:val="nothing"/>')
        numbering = part(
            "numbering",
            f'<w:abstractNum w:abstractNumId="7">{definition}</w:abstractNum>'
            '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>',
        )
        return lines("".join(map(item, texts)) + table(row(cell(item(texts[0])), "乙")), numbering=numbering)

    year = "2033年底前建成"
    assert labelled("%1.", year, "建成") == [f"1. {year}", "2.建成", f"3. {year} | 乙"]
    assert labelled("%1", year, "建成") == [f"1 {year}", "2建成", f"3 {year} | 乙"]
    assert labelled("（%1）", year) == [f"（1）{year}", f"（2）{year} | 乙"]


# --- columns set with tabs


def blocks(body: str) -> list[object]:
    raw = read_bytes(make_docx(body), "甲.docx")
    return [
        (b.table, *b.cells) if b.kind is BlockKind.TABLE_ROW else raw.text[b.start : b.end]
        for b in raw.blocks
    ]  # fmt: skip


def test_paragraphs_with_tabs_alike_are_the_rows_of_a_table() -> None:
    body = (
        p("各区托位数如下。")
        + tabbed("\t地区\t托位数\t备注")
        + tabbed("甲区\t1,200\t\t含在建")
        + tabbed("乙区\t 80.5% \t无")
        + p("以上为初步数。")
        + table(row("丙", "丁"))
        + tabbed("项目\t金额")
        + tabbed("租金\t30万元")
        + tabbed("水电\t2")
    )
    raw = read_bytes(make_docx(body), "甲.docx")
    assert blocks(body) == [
        "各区托位数如下。",
        (1, "地区", "托位数", "备注"), (1, "甲区", "1,200", "含在建"), (1, "乙区", "80.5%", "无"),
        "以上为初步数。", (0, "丙", "丁"),
        (2, "项目", "金额"), (2, "租金", "30万元"), (2, "水电", "2"),
    ]  # fmt: skip
    assert raw.text.split("\n")[2] == "甲区\t1,200\t\t含在建"
    assert clean(raw).text.split("\n")[1:4] == ["地区 | 托位数 | 备注", "甲区 | 1,200 | 含在建", "乙区 | 80.5% | 无"]


@pytest.mark.parametrize(
    "rows",
    [
        ["地区\t数\t注", "甲区\t1\t无"],  # two rows are no table yet
        ["联系人：甲\t电话：1", "联系人：乙\t电话：2", "联系人：丙\t电话：3"],
        ["一、目标\t1", "二、任务\t2", "三、保障\t3"],
        ["甲某\t乙某\t丙某", "丁某\t戊某\t己某", "庚某\t辛某\t壬某"],  # none of them is a head
        ["地区\t数\t注", "甲区\t1\t这是一句话。", "乙区\t2\t无"],
        ["地区\t数", "甲区\t1", "乙区\t2\t无"],
        ["地区\t数", "甲区\t1", "", "乙区\t2"],
    ],
)
def test_other_tabs_stay_as_they_are(rows: list[str]) -> None:
    assert blocks("".join(map(tabbed, rows))) == [text for text in rows if text]


# --- tables of contents typed by hand


def test_a_typed_table_of_contents_is_left_out() -> None:
    numbering = part(
        "numbering",
        f'<w:abstractNum w:abstractNumId="7">{level(0, "chineseCounting", "%1、")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>',
    )
    leader = '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="8000"/></w:tabs>'
    body = (
        p("目　　录")
        + tabbed("一、总体目标\t1").replace("<w:p>", f"<w:p><w:pPr>{leader}</w:pPr>")
        + p("二、重点任务………………3")
        + p("")
        + tabbed("（一）扩大托位\t3")
        + tabbed("附表：任务分工\t9")
        + item("总体目标")
        + item("重点任务")
        + p("（一）扩大托位。到2033年建成1200个。")
    )
    expected = ["附表：任务分工\t9", "一、总体目标", "二、重点任务", "（一）扩大托位。到2033年建成1200个。"]
    assert lines(body, numbering=numbering) == expected


@pytest.mark.parametrize(
    "body",
    [
        p("目录") + tabbed("甲区\t1") + tabbed("乙区\t2") + p("甲区"),  # one of them recurs
        tabbed("总体目标\t1") + tabbed("重点任务\t2") + p("总体目标") + p("重点任务"),  # no title
        p("目录") + p("总体目标 2033") + p("重点任务") + p("总体目标") + p("重点任务"),
    ],
)
def test_what_only_looks_like_one_stays(body: str) -> None:
    texts = [text for text in lines(body) if text]
    assert len(texts) == body.count("<w:p>")


def test_many_tables_of_contents_take_their_time() -> None:
    body = (p("目录") + tabbed("甲\t1") + tabbed("乙\t2")) * 4_000 + p("甲") + p("乙")
    started = time.process_time()
    assert lines(body) == ["甲", "乙"]
    assert time.process_time() - started < 10
