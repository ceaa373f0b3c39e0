"""Workbooks of Excel 2003 as one XML: where cells stand, how numbers are shown, what is merged, hidden or refused."""

import time

import pytest

from ingest.raw import BlockKind, RawDocument
from ingest.readers import read_bytes
from ingest.readers.sheet_xml import read_sheet_xml
from kb.errors import UnreadableFile

NS = "urn:schemas-microsoft-com:office:spreadsheet"


def sheet(body: str, name: str = "Sheet1", options: str = "") -> str:
    return (
        f'<Worksheet ss:Name="{name}"><Table>{body}</Table>'
        f'<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">{options}</WorksheetOptions></Worksheet>'
    )


def book(*sheets: str, styles: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="gb2312"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        f'<Workbook xmlns="{NS}" xmlns:ss="{NS}"><Styles>{styles}</Styles>{"".join(sheets)}</Workbook>'
    )


def cell(text: str, kind: str = "String", more: str = "") -> str:
    return f'<Cell {more}><Data ss:Type="{kind}">{text}</Data></Cell>'


def row(*cells: str, more: str = "") -> str:
    return f"<Row {more}>{''.join(c if c.startswith('<') else cell(c) for c in cells)}</Row>"


def shown(raw: RawDocument) -> list[object]:
    out: list[object] = []
    for block in raw.blocks:
        text = raw.text[block.start : block.end]
        is_row = block.kind is BlockKind.TABLE_ROW
        out.append((block.table, *block.cells) if is_row else f"#{text}" if block.level else text)
    return out


def why(text: str) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_sheet_xml(text, "a.xls")
    return caught.value.why


def test_values_as_they_are_shown_in_their_places() -> None:
    month = "yyyy&quot;年&quot;m&quot;月&quot;"
    codes = {"p": "Percent", "q": "0.0%", "f": "Fixed", "d": "Short Date", "m": month}
    styles = "".join(f'<Style ss:ID="{n}"><NumberFormat ss:Format="{code}"/></Style>' for n, code in codes.items())
    text = book(
        sheet(
            row("情况表")
            + row("项目", "数", "占比", "日期")
            + row("甲", cell("45", "Number"), cell("0.125", "Number", 'ss:StyleID="p"'))
            + row("乙", cell("2", "Number", 'ss:StyleID="f"'), cell("0.5", "Number", 'ss:StyleID="q"'),
                  cell("2031-03-05T00:00:00.000", "DateTime", 'ss:StyleID="d"'))
            + row("丙", cell("1", "Boolean"), cell("1899-12-31T08:30:00.000", "DateTime"),
                  cell("2031-03-01T00:00:00.000", "DateTime", 'ss:StyleID="m"'))
            + row("丁", cell("无", more='ss:Index="4"'))
            + row("注：数为估计。", more='ss:Index="9"')
        ),
        styles=styles,
    )  # fmt: skip
    raw = read_bytes(text.encode("gb2312"), "a.xls")
    assert shown(raw) == [
        "情况表",
        (0, "项目", "数", "占比", "日期"),
        (0, "甲", "45", "12.50%", ""),
        (0, "乙", "2.00", "50.0%", "2031-03-05"),
        (0, "丙", "是", "08:30", "2031-03"),
        (0, "丁", "", "", "无"),
        "注：数为估计。",
    ]
    assert (raw.format, raw.flags) == ("xls", ())


def test_merged_cells_notes_and_rich_text() -> None:
    across, down = 'ss:MergeAcross="1"', 'ss:MergeDown="1"'
    rich = '<Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40">戊<B>己</B></ss:Data></Cell>'
    note = '<Cell><Data ss:Type="String">庚</Data><Comment><ss:Data>批注</ss:Data></Comment></Cell>'
    long = "长" * 201
    text = book(
        sheet(
            row(cell("类别", more=down), cell("标准", more=across))
            + row(cell("国家级", more='ss:Index="2"'), "省级")
            + row("甲", rich, note)
            + row(cell(long, more=down), "乙", "丙")
            + row(cell("丁", more='ss:Index="2"'), "戊")
        )
    )
    assert shown(read_sheet_xml(text, "a.xls")) == [
        (0, "类别", "标准", "标准"),
        (0, "类别", "国家级", "省级"),
        (0, "甲", "戊己", "庚"),
        (0, long, "乙", "丙"),
        (0, "", "丁", "戊"),
    ]


def test_sheets_hidden_ones_and_formulas_without_results() -> None:
    rows = row("甲", "乙") + row(cell("1", "Number"), cell("2", "Number"))
    hidden = "<Visible>SheetHidden</Visible>"
    text = book(sheet(rows, "名单"), sheet(rows, "Sheet2"), sheet(rows, "藏", hidden), sheet("", "空"))
    raw = read_sheet_xml(text, "a.xls")
    table = [("甲", "乙"), ("1", "2")]
    assert shown(raw) == ["#名单", *((0, *cells) for cells in table), *((1, *cells) for cells in table)]
    assert raw.flags == ("hidden_sheets",)
    unvalued = sheet(row("甲", "乙") + row("丙", '<Cell ss:Formula="=1+2"/>'))
    assert read_sheet_xml(book(unvalued), "a.xls").flags == ("formulas_unread",)
    valued = sheet(row("甲", "乙") + row("丙", cell("3", "Number", 'ss:Formula="=1+2"')))
    assert read_sheet_xml(book(valued), "a.xls").flags == ()


DAMAGED = "工作簿已损坏或不完整，无法读取。请用 Excel 或 WPS 打开后另存为 .xlsx 再试"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", "工作簿里没有可见的内容"),
        (row(cell("甲", "Number")), DAMAGED),
        (row(cell("2031", "DateTime")), DAMAGED),
        (row(cell("甲", more='ss:Index="0"')), DAMAGED),
        (row("甲", more='ss:Index="-5"'), DAMAGED),
        (row(cell("甲", more='ss:MergeDown="99999999999"')), DAMAGED),
        ("<Row>", DAMAGED),
    ],
)
def test_damaged_and_empty_ones_are_named(body: str, expected: str) -> None:
    assert why(book(sheet(body))) == expected


def test_hostile_ones_end() -> None:
    too_many = "表格的非空单元格超过 200,000 个（合并单元格按格数计），未读取。请拆分文件，或只保留需要的区域"
    started = time.process_time()
    assert why(book(sheet(row(cell("甲", more='ss:MergeDown="900000" ss:MergeAcross="900000"'))))) == too_many
    assert why(book(sheet(row("甲") * 200_001))) == too_many
    assert why(book(sheet("<Row/>" * 1_048_577))) == DAMAGED
    assert time.process_time() - started < 30
    entities = f'<!DOCTYPE Workbook [<!ENTITY a "啊">]><Workbook xmlns="{NS}">&a;</Workbook>'
    assert why(entities) == "文件带有实体声明，不安全，未读取。请用 Excel 或 WPS 打开后另存为 .xlsx 再试"
