"""The readers of workbooks and CSV: which lines are text, which rows a table, what a cell shows, what is refused."""

import csv
import datetime
import io
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.raw import BlockKind, RawDocument
from ingest.readers.csv_table import looks_like_csv, read_csv
from ingest.readers.encoding import Decoded, decode
from ingest.readers.grid import Format, value_text
from ingest.readers.sheet import read_sheet
from kb.errors import UnreadableFile
from tests.office_maker import compound

ROOT = Path(__file__).resolve().parents[2]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SAVE_AS = "请用 Excel 或 WPS 打开后另存为 .xlsx 再试"
DAMAGED = f"工作簿已损坏或不完整，无法读取。{SAVE_AS}"
NO_WORKBOOK = f"不是能读取的工作簿（.xlsx、.xlsm、.xls、.et、.ods），或文件不完整。{SAVE_AS}"


def shown(raw: RawDocument) -> list[object]:
    """Every block in short: a heading with a #, a paragraph as its text, a row as its table's number and cells."""
    out: list[object] = []
    for block in raw.blocks:
        text = raw.text[block.start : block.end]
        if block.kind is BlockKind.TABLE_ROW:
            out.append((block.table, *block.cells))
        else:
            assert block.kind in {BlockKind.PARAGRAPH, BlockKind.HEADING}
            out.append(f"#{block.level} {text}" if block.kind is BlockKind.HEADING else text)
    return out


def why(read: object, *arguments: object) -> str:
    """The reason of a refusal, without the path."""
    with pytest.raises(UnreadableFile) as caught:
        read(*arguments)  # type: ignore[operator]
    return caught.value.why


# --- .xlsx


def workbook(
    *sheets: tuple[str, list[list[object]]],
    merges: tuple[str, ...] = (),
    formats: dict[str, str] | None = None,
    hidden: tuple[str, ...] = (),
) -> bytes:
    """A workbook by openpyxl; ``merges`` and ``formats`` are those of the first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    for merge in merges:
        book.worksheets[0].merge_cells(merge)
    for cell, code in (formats or {}).items():
        book.worksheets[0][cell].number_format = code
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_parts(data: bytes, **parts: bytes) -> bytes:
    """A workbook with parts replaced or added: ``sheet`` for its first sheet, ``strings``, ``styles``."""
    names = {"sheet": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}
    changed = {names.get(key, key): content for key, content in parts.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *changed]):
            new.writestr(name, changed[name] if name in changed else old.read(name))
    return buffer.getvalue()


def sheet_xml(body: str, behind: str = "", before: str = "") -> bytes:
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData>{behind}</worksheet>'.encode()


def one_sheet(body: str, behind: str = "", before: str = "") -> bytes:
    """A workbook whose only sheet has this XML."""
    return with_parts(workbook(("Sheet", [["x"]])), sheet=sheet_xml(body, behind, before))


def test_title_and_unit_above_and_notes_below_are_text_and_the_rest_is_a_table() -> None:
    data = workbook(
        (
            "Sheet1",
            [
                ["云桥区孵化载体情况表"],
                ["填报单位：云桥区科技局", None, None, "填报日期：", datetime.date(2025, 6, 12)],
                ["单位：个"],
                ["序号", "载体", "类型", "在孵企业", "占比"],
                [1, "东溪孵化器", "市级", 45, 0.125],
                [2, "南岭空间", "市级", 30, 0.5],
                [None, "合计", None, 75, None],
                ["注：1. 在孵企业指签有协议的企业。\n2. 数据截至上月底。"],
                ["填表人：王一", None, "审核人：李二"],
            ],
        ),
        merges=("A1:E1", "C5:C6", "A8:E8"),
        formats={"E5": "0.0%"},
    )
    raw = read_sheet(data, "a.xlsx")
    assert shown(raw) == [
        "云桥区孵化载体情况表",
        "填报单位：云桥区科技局   填报日期：2025-06-12",
        "单位：个",
        (0, "序号", "载体", "类型", "在孵企业", "占比"),
        (0, "1", "东溪孵化器", "市级", "45", "12.5%"),
        (0, "2", "南岭空间", "市级", "30", "0.5"),
        (0, "", "合计", "", "75", ""),
        "注：1. 在孵企业指签有协议的企业。",
        "2. 数据截至上月底。",
        "填表人：王一   审核人：李二",
    ]
    assert (raw.format, raw.flags, raw.meta) == ("xlsx", (), {})
    assert raw.text.splitlines()[3:5] == ["序号 | 载体 | 类型 | 在孵企业 | 占比", "1 | 东溪孵化器 | 市级 | 45 | 12.5%"]


def test_a_merged_cell_stands_in_each_place_it_covers_and_is_said_once_a_row() -> None:
    data = workbook(
        ("Sheet", [["地区", "载体", None], [None, "市级", "县级"], ["东溪", 1, 2], [None, 3, 4]]),
        merges=("A1:A2", "B1:C1", "A3:A4"),
    )
    raw = read_sheet(data, "a.xlsx")
    assert shown(raw) == [
        (0, "地区", "载体", "载体"),
        (0, "地区", "市级", "县级"),
        (0, "东溪", "1", "2"),
        (0, "东溪", "3", "4"),
    ]
    assert raw.text == "地区 | 载体\n地区 | 市级 | 县级\n东溪 | 1 | 2\n东溪 | 3 | 4\n\n"


def test_long_text_is_not_said_again_in_the_rows_below() -> None:
    long = "扶持" * 101
    data = workbook(("Sheet", [["一", long], ["二", None]]), merges=("B1:B2",))
    assert shown(read_sheet(data, "a.xlsx")) == [(0, "一", long), (0, "二", "")]


def test_a_merge_beyond_the_values_adds_no_columns() -> None:
    data = workbook(("Sheet", [["甲", "乙"], ["丙", "丁"]]), merges=("B2:Z90",))
    assert shown(read_sheet(data, "a.xlsx")) == [(0, "甲", "乙"), (0, "丙", "丁")]


def test_blank_rows_part_tables_and_columns_without_a_value_are_left_out() -> None:
    rows: list[list[object]] = [
        [None, "甲", None, "乙", None, " "],
        [None, 1, None, None],
        [],
        [None, None, "表二"],
        [None, None, "丙", "丁"],
        [None, None, 3, 4],
        ["  "],
        ["戊", "己"],
    ]
    assert shown(read_sheet(workbook(("Sheet1", rows)), "a.xlsx")) == [
        (0, "甲", "乙"),
        (0, "1", ""),
        "表二",
        (1, "丙", "丁"),
        (1, "3", "4"),
        (2, "戊", "己"),
    ]


def test_a_header_that_begins_with_an_empty_corner_stays_in_the_table() -> None:
    rows: list[list[object]] = [[None, None, "2024 年"], ["甲", "家", 3], ["乙", "家", 4]]
    assert shown(read_sheet(workbook(("Sheet1", rows)), "a.xlsx")) == [
        (0, "", "", "2024 年"),
        (0, "甲", "家", "3"),
        (0, "乙", "家", "4"),
    ]


def test_a_short_last_row_is_data_a_long_one_is_a_note() -> None:
    rows: list[list[object]] = [["名称", "数"], ["甲", 1], ["乙"]]
    assert shown(read_sheet(workbook(("Sheet1", rows)), "a.xlsx"))[-1] == (0, "乙", "")
    long = "本表由各街道按季度填报，数据以区科技局核定的为准，未经核定的不计入全年任务完成情况。"
    assert shown(read_sheet(workbook(("Sheet1", [*rows, [long]])), "a.xlsx"))[-2:] == [(0, "乙", ""), long]


def test_a_column_of_text_is_paragraphs() -> None:
    rows: list[list[object]] = [["关于申报的通知"], ["各街道："], ["请于月底前报送。"]]
    assert shown(read_sheet(workbook(("Sheet1", rows)), "a.xlsx")) == ["关于申报的通知", "各街道：", "请于月底前报送。"]


def test_lines_of_a_cell_are_one_line_of_its_row() -> None:
    rows: list[list[object]] = [["名\n称", "说明"], ["甲", "第一点。\n 第二点。"]]
    assert shown(read_sheet(workbook(("Sheet1", rows)), "a.xlsx")) == [
        (0, "名称", "说明"),
        (0, "甲", "第一点。 第二点。"),
    ]


TWO: list[list[object]] = [["甲", "乙"], [1, 2]]


def test_names_of_sheets_are_headings_where_there_are_several_and_they_say_something() -> None:
    several = workbook(("孵化器", TWO), ("空的", []), ("Sheet2", TWO), ("工作表3", TWO))
    assert shown(read_sheet(several, "a.xlsx")) == [
        "#1 孵化器",
        *[(0, "甲", "乙"), (0, "1", "2")],
        *[(1, "甲", "乙"), (1, "1", "2")],
        *[(2, "甲", "乙"), (2, "1", "2")],
    ]
    assert shown(read_sheet(workbook(("孵化器", TWO), ("空的", [])), "a.xlsx")) == [(0, "甲", "乙"), (0, "1", "2")]


def test_the_line_above_the_first_table_is_the_title_and_stands_above_the_name_of_the_sheet() -> None:
    titled = [["扶持标准一览表"], ["单位：元"], *TWO]
    assert shown(read_sheet(workbook(("市本级", titled), ("各区县", [["各区县标准"], *TWO])), "a.xlsx")) == [
        *["#1 扶持标准一览表", "单位：元", "#1 市本级", (0, "甲", "乙"), (0, "1", "2")],
        *["#1 各区县", "各区县标准", (1, "甲", "乙"), (1, "1", "2")],
    ]
    assert shown(read_sheet(workbook(("Sheet1", titled), ("Sheet2", TWO)), "a.xlsx"))[0] == "扶持标准一览表"


@pytest.mark.parametrize(
    ("cell", "flags"),
    [
        ('<c r="A2"><f>1+2</f><v></v></c>', ("formulas_unread",)),
        ('<c r="A2"><f>1+2</f></c>', ("formulas_unread",)),
        ('<c r="A2"><f>1+2</f><v>3</v></c>', ()),
        ('<c r="A2" t="str"><f>""</f><v></v></c>', ()),
        ('<c r="A2"><v></v></c>', ()),
    ],
)
def test_formulas_without_their_results_are_flagged(cell: str, flags: tuple[str, ...]) -> None:
    raw = read_sheet(one_sheet(f'<row><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row>{cell}</row>'), "a.xlsx")
    assert raw.flags == flags
    hidden = workbook(("甲", [["乙", "丙"], ["1", "2"]]), ("藏", [["=1+2"]]), hidden=("藏",))
    assert read_sheet(hidden, "a.xlsx").flags == ("hidden_sheets",)


def test_hidden_sheets_are_left_out_with_a_flag() -> None:
    raw = read_sheet(workbook(("孵化器", TWO), ("底稿", [["密", "密"]]), hidden=("底稿",)), "a.xlsx")
    assert (shown(raw), raw.flags) == ([(0, "甲", "乙"), (0, "1", "2")], ("hidden_sheets",))


def test_a_workbook_without_content_says_so() -> None:
    assert why(read_sheet, workbook(("Sheet1", [[" "]])), "a.xlsx") == "工作簿里没有可见的内容"


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (45, None, "45"),
        (45.0, "General", "45"),
        (0.125, None, "0.125"),
        (0.1 + 0.2, None, "0.3"),
        (-3.5, None, "-3.5"),
        (-0.0, None, "0"),
        (20250612, None, "20250612"),
        (110101199001011234, None, "110101199001011000"),  # what Excel itself keeps of it
        (1e-7, None, "0.0000001"),
        (1e300, None, "1e+300"),
        (0.5, "0%", "50%"),
        (0.28125, "0.00%", "28.13%"),
        (-0.005, "0%", "-1%"),
        (1 / 3, "0.00", "0.33"),
        (2.5, "0", "3"),
        (12345.5, "#,##0.00", "12345.50"),
        (1.5, "0.##", "1.5"),
        (7, "0.##", "7"),
        (42, "00000", "00042"),
        (5, '0"万元"', "5万元"),
        (5, '"约"0\\家', "约5家"),
        (1200, "[$¥-804]#,##0.00", "¥1200.00"),
        (1200, "_ * #,##0.00_ ;_ * -#,##0.00_ ", "1200.00"),
        (-1200, "#,##0_);[Red](#,##0)", "-1200"),
        (15000, '0.0,"千"', "15000"),  # scaled: shown as it is
        (0.5, "# ?/?", "0.5"),
        (3, "[>=5]0.0;0", "3"),
        (3, "0" * 300, "3"),
        (True, None, "是"),
        (False, None, "否"),
        (datetime.date(2025, 6, 2), None, "2025-06-02"),
        (datetime.date(2025, 6, 2), "yyyy/m/d", "2025-06-02"),
        (datetime.date(2025, 6, 1), 'yyyy"年"m"月"', "2025-06"),
        (datetime.date(2025, 6, 1), "yyyy", "2025"),
        (datetime.date(2025, 6, 1), 'm"月"d"日"', "2025-06-01"),
        (datetime.datetime(2025, 6, 2), None, "2025-06-02"),
        (datetime.datetime(2025, 6, 2, 9, 30), None, "2025-06-02 09:30"),
        (datetime.datetime(2025, 6, 2, 9, 30, 5), None, "2025-06-02 09:30:05"),
        (datetime.time(8, 5), None, "08:05"),
        (datetime.timedelta(hours=30, minutes=5), None, "30:05"),
        (datetime.timedelta(seconds=61), None, "0:01:01"),
        (" 甲\r\n乙\x07 ", None, "甲\n乙"),
    ],
)
def test_a_value_is_shown_as_a_person_sees_it(value: object, code: str | None, expected: str) -> None:
    assert value_text(value, None if code is None else Format.of(code)) == expected


def test_formats_of_cells_are_found_through_styles() -> None:
    data = workbook(
        ("Sheet", [["甲", 0.5, datetime.date(2025, 6, 1), True], ["乙", 0.25, datetime.datetime(2025, 6, 1, 8), "=1"]]),
        formats={"B1": "0%", "B2": '0.0"倍"', "C1": 'yyyy"年"m"月"'},
    )
    assert shown(read_sheet(data, "a.xlsx")) == [
        (0, "甲", "50%", "2025-06", "是"),
        (0, "乙", "0.3倍", "2025-06-01 08:00", ""),
    ]


@pytest.mark.parametrize(
    ("number", "expected"), [(9, "4582000%"), (2, "45820.00"), (14, "2025-06-12"), (57, "2025-06")]
)
def test_formats_that_are_built_in(number: int, expected: str) -> None:
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="{number}"/></cellXfs></styleSheet>'
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="1"><v>45820</v></c></row>'
    data = with_parts(one_sheet(rows), styles=styles.encode())
    assert shown(read_sheet(data, "a.xlsx")) == [(0, "1", expected)]


def test_cells_by_writers_that_leave_out_references_or_use_prefixes() -> None:
    bare = one_sheet('<row><c><v>2</v></c><c/><c t="str"><v>甲</v></c></row><row><c><v>3</v></c><c><v>4</v></c></row>')
    assert shown(read_sheet(bare, "a.xlsx")) == [(0, "2", "", "甲"), (0, "3", "4", "")]
    cells = '<x:c r="A1"><x:v>2</x:v></x:c><x:c r="B1"><x:v>3</x:v></x:c>'
    prefixed = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1">{cells}</x:row></x:sheetData></x:worksheet>'
    data = with_parts(workbook(("Sheet", [["x"]])), sheet=prefixed.encode())
    assert shown(read_sheet(data, "a.xlsm")) == [(0, "2", "3")]


def shared_strings(count: str) -> bytes:
    data = one_sheet('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>')
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        relations = archive.read("xl/_rels/workbook.xml.rels").decode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    added = f'<Relationship Id="r99" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
    strings = (
        f'<sst xmlns="{MAIN}" uniqueCount="{count}"><si><r><t>甲</t></r><r><t>一</t></r></si><si><t>乙</t></si></sst>'
    )
    parts = {"xl/_rels/workbook.xml.rels": relations.replace("</Relationships>", added).encode()}
    return with_parts(data, strings=strings.encode(), **parts)


@pytest.mark.parametrize("count", ["2", "4294967295", "-1"])
def test_the_number_of_strings_a_file_states_is_not_believed(count: str) -> None:
    assert shown(read_sheet(shared_strings(count), "a.xlsx")) == [(0, "甲一", "乙")]


FAR = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'


def test_a_sheet_that_claims_to_be_full_costs_nothing() -> None:
    claim = FAR + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    dimension = '<mergeCells count="999999999"><mergeCell ref="C3:XFD1048576"/></mergeCells>'
    assert shown(read_sheet(one_sheet(claim, dimension), "a.xlsx")) == [(0, "1", "2")]
    alone = '<row r="1048576"><c r="XFC1048576"><v>1</v></c><c r="XFD1048576"><v>2</v></c></row>'
    assert shown(read_sheet(one_sheet(alone), "a.xlsx")) == [(0, "1", "2")]


SPREAD = "工作表的内容分散在 600 万格以上的区域。请删除远离表格的单元格"
TOO_MANY = "表格的非空单元格超过 200,000 个（合并单元格按格数计），未读取。请拆分文件，或只保留需要的区域"


def test_values_far_apart_are_refused_before_a_rectangle_is_made_of_them() -> None:
    corner = FAR + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert why(read_sheet, one_sheet(corner), "a.xlsx") == SPREAD
    far = FAR + '<row r="1000"><c r="XFD1000"><v>1</v></c></row>'
    assert why(read_sheet, one_sheet(far), "a.xlsx") == SPREAD
    near = FAR + '<row r="100"><c r="XFD100"><v>1</v></c></row>'
    assert shown(read_sheet(one_sheet(near), "a.xlsx")) == [(0, "1", "2"), "1"]
    outside = FAR + '<row r="99999999"><c r="ZZZ9999999"><v>1</v></c></row>'
    assert why(read_sheet, one_sheet(outside), "a.xlsx") == DAMAGED


def test_more_cells_than_are_read_name_the_limit() -> None:
    line = "".join(f'<c r="{letter}{{0}}"><v>1</v></c>' for letter in "ABCDEFGHIJKLMNOPQRST")
    rows = [f'<row r="{n}">{line.format(n)}</row>' for n in range(1, 10_002)]
    assert why(read_sheet, one_sheet("".join(rows)), "a.xlsx") == TOO_MANY
    assert len(read_sheet(one_sheet("".join(rows[:-1])), "a.xlsx").blocks) == 10_000


def test_a_merged_cell_counts_as_often_as_it_stands() -> None:
    corner = FAR + '<row r="3000"><c r="CV3000"><v>1</v></c></row>'
    merged = '<mergeCells><mergeCell ref="A1:CV3000"/></mergeCells>'
    assert why(read_sheet, one_sheet(corner, merged), "a.xlsx") == TOO_MANY


def test_one_long_text_in_many_cells_is_refused() -> None:
    text = "长" * 30_000
    rows = "".join(f'<row><c t="s"><v>0</v></c><c><v>{n}</v></c></row>' for n in range(700))
    data = shared_strings("2")
    strings = f'<sst xmlns="{MAIN}"><si><t>{text}</t></si></sst>'
    data = with_parts(data, sheet=sheet_xml(rows), strings=strings.encode())
    assert why(read_sheet, data, "a.xlsx") == "表格文字超过 2000 万字（合并单元格按格数计），未读取。请拆分文件"


def test_a_table_mostly_of_empty_places_is_refused() -> None:
    rows = "".join(f'<row r="{n + 1}"><c r="{column(n)}{n + 1}"><v>1</v></c></row>' for n in range(1500))
    assert why(read_sheet, one_sheet(rows), "a.xlsx") == (
        "表格的行数乘列数超过 200 万，多为空格，未读取。请只保留需要的区域"
    )


def column(number: int) -> str:
    return openpyxl.utils.get_column_letter(number + 1)


def test_entities_are_refused() -> None:
    data = one_sheet(FAR, before='<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>')
    assert (
        why(read_sheet, data, "a.xlsx") == "文件带有实体声明，不安全，未读取。请用 Excel 或 WPS 打开后另存为 .xlsx 再试"
    )


def test_a_bomb_is_refused() -> None:
    data = one_sheet(FAR + "<row/>" * 3_000_000)
    assert len(data) < 60_000
    assert why(read_sheet, data, "a.xlsx") == "解压后超过压缩前的 200 倍，疑似压缩炸弹，未读取"


def test_more_than_is_unpacked_names_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.sheet._MAX_UNPACKED", 1_000_000)
    assert why(read_sheet, one_sheet(FAR + "<row/>" * 180_000), "a.xlsx") == "解压后超过 1 MB，未读取。请拆分文件"
    assert shown(read_sheet(one_sheet(FAR), "a.xlsx")) == [(0, "1", "2")]


def test_more_structure_than_is_looked_at_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.sheet_survey.Steps.__init__.__defaults__", (20_000,))
    assert why(read_sheet, one_sheet(FAR + "<row/>" * 30_000), "a.xlsx") == (
        "工作簿的内部结构超过 1000 万项，未读取。请用 Excel 或 WPS 打开后另存为 .xlsx 再试"
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "不是 Excel、WPS 表格或 ODS 文件。请用 Excel 或 WPS 打开后另存为 .xlsx 再试"),
        (
            b"<table><tr><td>1</td></tr></table>",
            "不是 Excel、WPS 表格或 ODS 文件。请用 Excel 或 WPS 打开后另存为 .xlsx 再试",
        ),
        (workbook(("Sheet", TWO))[:-700], "压缩结构已损坏，无法打开（没有下载完整？）。请重新获取该文件"),
        (compound({"EncryptedPackage": bytes(5000), "EncryptionInfo": bytes(200)}), "设有打开密码。请去掉密码后再试"),
        (
            compound({"WordDocument": bytes(5000)}),
            "不是 Excel 或 WPS 表格文件，或文件不完整。请用 Excel 或 WPS 打开后另存为 .xlsx 再试",
        ),
        (one_sheet('<row r="1"><c r="A1"><v>1</v>'), DAMAGED),
        (one_sheet('<row r="1"><c r="1A"><v>1</v></c></row>'), DAMAGED),
        (one_sheet('<row r="1"><c r="A1" t="s"><v>9</v></c></row>'), DAMAGED),
        (with_parts(workbook(("Sheet", TWO)), **{"xl/workbook.xml": b"<workbook"}), DAMAGED),
        (with_parts(workbook(("Sheet", TWO)), **{"xl/_rels/workbook.xml.rels": b"<Relationships/>"}), DAMAGED),
    ],
)
def test_what_cannot_be_read_has_its_reason(data: bytes, reason: str) -> None:
    assert why(read_sheet, data, "a.xlsx") == reason


def test_a_zip_that_is_no_workbook_has_its_reason() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.bin", b"1")
    assert why(read_sheet, buffer.getvalue(), "a.xlsb") == NO_WORKBOOK


# --- .ods


ODF = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = " ".join(f'xmlns:{name}="{ODF}:{name}:1.0"' for name in ("office", "table", "text", "style"))


def ods(*tables: str, styles: str = "", manifest: str = "", kind: str = "spreadsheet") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {SPACES}><office:automatic-styles>{styles}'
            "</office:automatic-styles><office:body><office:spreadsheet>"
            f"{''.join(tables)}</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
    return buffer.getvalue()


def table(*rows: str, name: str = "S", more: str = "") -> str:
    return f'<table:table table:name="{name}" {more}>{"".join(rows)}</table:table>'


def row(*cells: str, times: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def cell(text: str, kind: str = "string", value: str = "", **numbers: int) -> str:
    more = "".join(f' table:number-{name.replace("_", "-")}="{number}"' for name, number in numbers.items())
    return f'<table:table-cell office:value-type="{kind}" {value}{more}><text:p>{text}</text:p></table:table-cell>'


COVERED = "<table:covered-table-cell/>"


def test_an_ods_with_merged_cells_and_numbers_as_they_are_shown() -> None:
    data = ods(
        table(
            row(cell("情况表", columns_spanned=3), COVERED, COVERED),
            row(cell("项目", rows_spanned=2), cell("数", columns_spanned=2), COVERED),
            row(COVERED, cell("个"), cell("占比")),
            row(
                cell("甲"),
                cell("45", "float", 'office:value="45"'),
                cell("12.5%", "percentage", 'office:value="0.125"'),
            ),
            row(
                cell("2025年6月2日", "date", 'office:date-value="2025-06-02"'),
                cell("2025年6月", "date", 'office:date-value="2025-06-01"'),
                cell("TRUE", "boolean", 'office:boolean-value="true"'),
            ),
            row(
                cell("8:30", "time", 'office:time-value="PT8H30M"'),
                cell("¥5.00", "currency", 'office:value="5"'),
                '<table:table-cell office:value-type="float" office:value="7"><office:annotation><text:p>批注</text:p>'
                "</office:annotation><text:p>7.00</text:p></table:table-cell>",
            ),
            row("<table:table-cell/>", times=1_000_000),
        )
    )
    raw = read_sheet(data, "a.ods")
    assert (raw.format, shown(raw)) == (
        "ods",
        [
            "情况表",
            (0, "项目", "数", "数"),
            (0, "项目", "个", "占比"),
            (0, "甲", "45", "12.5%"),
            (0, "2025-06-02", "2025年6月", "是"),
            (0, "8:30", "¥5.00", "7.00"),
        ],
    )


def test_repeated_cells_and_rows_of_an_ods() -> None:
    number = cell("1.0", "float", 'office:value="1"', columns_repeated=2)
    data = ods(table(row(cell("甲"), number, times=2), row("<table:table-cell/>", times=3), row(cell("乙"), number)))
    assert shown(read_sheet(data, "a.ods")) == [
        (0, "甲", "1.0", "1.0"),
        (0, "甲", "1.0", "1.0"),
        (1, "乙", "1.0", "1.0"),
    ]


def test_a_hidden_table_of_an_ods_is_left_out() -> None:
    style = (
        '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style>'
    )
    tables = [table(row(cell("甲"), cell("乙"))), table(row(cell("密")), name="T", more='table:style-name="h"')]
    raw = read_sheet(ods(*tables, styles=style), "a.ods")
    assert (shown(raw), raw.flags) == ([(0, "甲", "乙")], ("hidden_sheets",))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (ods(table(row(cell("甲", columns_repeated=1000), times=1_000_000))), TOO_MANY),
        (ods(table(row(cell("甲", columns_repeated=10**18), times=10**18))), TOO_MANY),
        (ods(table(*[row(cell("甲", columns_repeated=500), times=300)] * 2)), TOO_MANY),
        (
            ods(table(row(cell("甲")), row("<table:table-cell/>", times=900_000), row(cell("乙", columns_repeated=9)))),
            SPREAD,
        ),
        (ods(table(row(cell("甲", columns_repeated=-3)))), DAMAGED),
        (ods(table(row(cell("甲", "float", 'office:value="x"')))), DAMAGED),
        (ods("<table:table>"), DAMAGED),
        (ods(manifest="<encryption-data/>"), "设有打开密码。请去掉密码后再试"),
        (
            ods(kind="presentation"),
            NO_WORKBOOK,
        ),
    ],
)
def test_an_ods_that_cannot_be_read_has_its_reason(data: bytes, reason: str) -> None:
    assert why(read_sheet, data, "a.ods") == reason


# --- .xls: the few records a reader looks at ([MS-XLS] 2.4)


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def wide(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def records(
    *sheets: tuple[str, int, bytes],
    strings: tuple[str, ...] = (),
    formats: tuple[tuple[int, bytes], ...] = (),
    styles: tuple[int, ...] = (0,),
    first: bytes = b"",
) -> bytes:
    """A Workbook stream; a sheet is its name, whether it is hidden, and its records."""

    def begin(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x7CC, 0, 6))

    head = begin(5) + first + record(0x42, b"\xb0\x04")
    head += b"".join(record(0x41E, struct.pack("<H", number) + code) for number, code in formats)
    head += b"".join(record(0xE0, struct.pack("<HH16x", 0, number)) for number in styles)
    table = record(0xFC, struct.pack("<II", len(strings), len(strings)) + b"".join(map(wide, strings)))
    names = [struct.pack("<BB", len(name), 1) + name.encode("utf-16-le") for name, _, _ in sheets]
    at = len(head) + sum(10 + len(name) for name in names) + len(table) + 4
    bodies = [begin(0x10) + body + record(0x0A) for _, _, body in sheets]
    for (_, hidden, _), name, body in zip(sheets, names, bodies, strict=True):
        head += record(0x85, struct.pack("<IBB", at, hidden, 0) + name)
        at += len(body)
    return head + table + record(0x0A) + b"".join(bodies)


def xls(stream: bytes) -> bytes:
    return compound({"Workbook": stream.ljust(4096, b"\0")}, shift=9 if len(stream) < 50_000 else 12)


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, style, value))


def text(row: int, column: int, index: int) -> bytes:
    return record(0xFD, struct.pack("<HHHI", row, column, 0, index))


def whole(row: int, column: int, value: int, style: int = 0) -> bytes:
    return record(0x27E, struct.pack("<HHHI", row, column, style, value << 2 | 2))


def numbers(row: int, column: int, *values: int, style: int = 0) -> bytes:
    body = b"".join(struct.pack("<HI", style, value << 2 | 2) for value in values)
    return record(0xBD, struct.pack("<HH", row, column) + body + struct.pack("<H", column + len(values) - 1))


def size(rows: int, columns: int, first: int = 0) -> bytes:
    return record(0x200, struct.pack("<IIHHH", first, rows, 0, columns, 0))


SHEET = (
    size(6, 3)
    + text(0, 0, 0)
    + text(1, 0, 1)
    + text(1, 1, 2)
    + whole(1, 2, 45)
    + text(2, 0, 3)
    + number(2, 1, 0.125, 1)
    + numbers(2, 2, 7, style=2)
    + record(0x205, struct.pack("<HHHBB", 3, 0, 0, 1, 0))
    + number(3, 1, 45820, 3)
    + number(3, 2, 45820, 4)
    + record(0xE5, struct.pack("<HHHHH", 1, 0, 0, 0, 2))
)
XLS = records(
    ("名单", 0, SHEET),
    ("底稿", 1, number(0, 0, 1)),
    strings=("情况表", "项目", "数", "甲"),
    formats=((164, wide("0.00%")), (165, struct.pack("<HB", 5, 0) + b'0"x"?'), (166, wide('yyyy"年"m"月"'))),
    styles=(0, 164, 2, 14, 166),
)
XLS_SHOWN = [
    "情况表",
    (0, "项目", "数", "45"),
    (0, "甲", "12.50%", "7.00"),
    (0, "是", "2025-06-12", "2025-06"),
]


@pytest.mark.parametrize("name", ["a.xls", "a.et"])
def test_an_xls_with_merged_cells_and_formats(name: str) -> None:
    raw = read_sheet(xls(XLS), name)
    assert (raw.format, shown(raw), raw.flags) == ("xls", XLS_SHOWN, ("hidden_sheets",))


def small(stream: bytes) -> bytes:
    """An .xls whose stream is too short for sectors of its own: those of the root hold it, in pieces of 64 bytes."""
    data = bytearray(compound({"Workbook": stream}))
    pieces = -(-len(stream) // 64)
    added = len(data) // 512 - 1  # the sector of the table of pieces
    data += struct.pack(f"<{pieces}I", *range(1, pieces), 0xFFFFFFFE).ljust(512, b"\xff")
    data[60:68] = struct.pack("<II", added, 1)
    fat = (int.from_bytes(data[76:80], "little") + 1) * 512
    data[fat + 4 * added : fat + 4 * added + 4] = struct.pack("<I", 0xFFFFFFFE)
    return bytes(data)


def test_an_xls_of_a_short_stream() -> None:
    assert len(XLS) < 4096
    assert shown(read_sheet(small(XLS), "a.xls")) == XLS_SHOWN


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (xls(records(("a", 0, number(0, 0, 1) + number(65535, 255, 2)))), SPREAD),
        (xls(records(*[(f"a{n}", 0, number(0, 0, 1) + number(65535, 39, 2)) for n in range(3)])), SPREAD),
        (xls(records(("a", 0, size(0xFFFFFFFF, 0xFFFF) + number(0, 0, 1)))), DAMAGED),
        (xls(records(("a", 0, size(5, 3, first=9) + number(0, 0, 1)))), DAMAGED),
        (xls(records(("a", 0, b"".join(numbers(n, 0, *range(250)) for n in range(801))))), TOO_MANY),
        (xls(records(("a", 0, number(0, 0, 1)), first=record(0x2F, bytes(6)))), "设有打开密码。请去掉密码后再试"),
        (xls(records(("a", 0, number(0, 0, 1))))[:-900], DAMAGED),
        (xls(b""), DAMAGED),
    ],
)
def test_an_xls_that_cannot_be_read_has_its_reason(data: bytes, reason: str) -> None:
    assert why(read_sheet, data, "a.xls") == reason


def test_an_empty_corner_of_an_xls_costs_nothing() -> None:
    body = size(65536, 256) + number(0, 0, 1) + number(0, 1, 2) + record(0x201, struct.pack("<HHH", 65535, 255, 0))
    assert shown(read_sheet(xls(records(("a", 0, body))), "a.xls")) == [(0, "1", "2")]


# --- memory


HOSTILE = (
    'one_sheet(FAR + \'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>\')',
    "one_sheet(FAR, '<mergeCells><mergeCell ref=\"A1:XFD1048576\"/></mergeCells>')",
    "shared_strings('4294967295')",
    "ods(table(row(cell('甲', columns_repeated=10**9), times=10**9)))",
    "xls(records(('a', 0, size(0xFFFFFFFF, 0xFFFF) + number(0, 0, 1))))",
    "xls(records(('a', 0, size(5, 3, first=9) + number(0, 0, 1))))",
    "xls(records(('a', 0, number(0, 0, 1) + number(65535, 255, 2))))",
)


def test_hostile_sizes_stay_within_little_memory() -> None:
    """Calamine aborts the process when it cannot have the memory: so they are tried in one that may have little."""
    program = f"""
import resource
from tests.unit.test_readers_sheet import *
resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))
read_sheet(one_sheet(FAR), "a")
for data in [{", ".join(HOSTILE)}]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        read_sheet(data, "a")
    except UnreadableFile:
        pass
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr, done.stdout.split()) == (0, "", ["True"] * len(HOSTILE))


# --- CSV


def csv_of(text: str) -> RawDocument:
    return read_csv(decode(text.encode()), "a.csv")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_cuts_rows_alike(separator: str) -> None:
    rows = [("名称", "数，量"), ("甲 1.5", "a:b"), ("乙", "3")]
    assert shown(csv_of("\n".join(map(separator.join, rows)))) == [(0, *row) for row in rows]
    assert shown(csv_of(separator.join(rows[0]))) == [(0, *rows[0])]


def test_another_separator_within_the_cells_does_not_win() -> None:
    text = "项目;数\n甲;1,5\n乙;2,5\n丙、丁;3,25\n合计;7,25,0\n"
    assert shown(csv_of(text))[:2] == [(0, "项目", "数"), (0, "甲", "1,5")]


def test_quoted_separators_quotes_and_line_breaks() -> None:
    raw = csv_of('\ufeff名称,说明\r\n"甲,乙","第一行。\r\n第二行说""好"""\r\n丙,"="\r\n')
    assert shown(raw) == [(0, "名称", "说明"), (0, "甲,乙", '第一行。 第二行说"好"'), (0, "丙", "=")]
    assert (raw.format, raw.flags) == ("csv", ())


def test_titles_notes_ragged_rows_and_blank_lines_of_a_csv() -> None:
    raw = csv_of("情况表,,\n单位：个,,\n名称,数,注\n甲,1\n乙,2,丙,\n\n丁,3\n戊,4\n注：数为估计,,\n")
    assert shown(raw) == [
        "情况表",
        "单位：个",
        (0, "名称", "数", "注"),
        (0, "甲", "1", ""),
        (0, "乙", "2", "丙"),
        (1, "丁", "3"),
        (1, "戊", "4"),
        "注：数为估计",
    ]


def test_what_excel_writes_to_keep_zeros_and_to_name_the_separator() -> None:
    assert shown(csv_of('sep=;\n代码;名\n="00123";甲\n')) == [(0, "代码", "名"), (0, "00123", "甲")]


def test_a_quotation_mark_that_is_never_closed_is_taken_as_it_stands() -> None:
    raw = csv_of('名称,数\n"甲,1\n乙,2\n丙,3\n')
    assert (shown(raw), raw.flags) == (
        [(0, "名称", "数"), (0, '"甲', "1"), (0, "乙", "2"), (0, "丙", "3")],
        ("csv_quotes",),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # the mark around a part of a cell is lost, the separators within others are none
            '名称,备注\n"甲,乙",无\n"丙"（筹）,说"好"\n"丁,戊",有\n',
            [(0, "名称", "备注"), (0, "甲,乙", "无"), (0, "丙（筹）", '说"好"'), (0, "丁,戊", "有")],
        ),
        (  # one that is never closed runs to the end of its line only
            '名称,备注\n"甲,乙",无\n丙,"无\n"丁,戊",有\n"己,庚",有\n',
            [(0, "名称", "备注"), (0, "甲,乙", "无"), (0, "丙", "无"), (0, "丁,戊", "有"), (0, "己,庚", "有")],
        ),
    ],
)
def test_odd_quotation_marks_leave_the_other_rows_as_they_are(text: str, expected: list[object]) -> None:
    raw = csv_of(text)
    assert (shown(raw), raw.flags) == (expected, ("csv_quotes",))


def test_a_flood_of_odd_quotation_marks_ends() -> None:
    text = '甲,"乙"丙\n' * 60_000
    assert len(csv_of(text).blocks) == 60_000
    assert shown(csv_of('甲,乙\n"' + "丙" * 200_000 + '"丁,1\n戊,2\n'))[-1] == (0, "戊", "2")


def test_the_limits_of_a_csv() -> None:
    assert why(csv_of, "1,2\n" * 100_001) == TOO_MANY
    assert len(csv_of("1,2\n" * 100_000).blocks) == 100_000
    assert why(csv_of, ",,\n ,\n") == "表格里没有内容"
    diagonal = "\n".join("," * n + "1" for n in range(1500))
    assert why(csv_of, diagonal) == "表格的行数乘列数超过 200 万，多为空格，未读取。请只保留需要的区域"


def test_damage_of_the_encoding_is_flagged() -> None:
    assert read_csv(Decoded("甲,乙\n1,\ufffd\n", "utf-8", 1), "a.csv").flags == ("encoding_damaged",)


@pytest.mark.parametrize(
    ("text", "suffix", "expected"),
    [
        ("甲,乙\n1,2\n", ".csv", True),
        ("甲\t乙\n1\t2\n", ".TSV", True),
        ("情况表\n单位：个\n甲,乙\n1,2\n注：估计\n", ".csv", True),
        ('"甲\n甲",乙\n1,2\n', ".csv", True),
        ("sep=;\n甲\n", ".csv", True),
        ("甲,乙\n1,2\n", ".txt", False),
        ("甲,乙\n", ".csv", False),
        ("甲\n乙\n", ".csv", False),
        ("", ".csv", False),
        ("a,b\na,b,c\na,b,c,d\na,b,c,d,e\n", ".csv", False),
        ('"' + "甲,乙\n" * 60_000, ".csv", False),
    ],
)
def test_what_looks_like_csv(text: str, suffix: str, expected: bool) -> None:
    assert looks_like_csv(text, suffix) is expected


# --- any grid

VALUE = st.text("甲乙丙注：,;|\"'= 0123456789ab", min_size=1, max_size=8).filter(
    lambda text: text == text.strip() and "  " not in text and not text.startswith("=")
)
GRID = st.dictionaries(st.tuples(st.integers(0, 9), st.integers(0, 6)), VALUE, min_size=1, max_size=40)


def as_read(raw: RawDocument) -> list[str]:
    """The text of each block without the signs between cells, checked against the document."""
    found = []
    for block in raw.blocks:
        text = raw.text[block.start : block.end]
        if block.kind is BlockKind.TABLE_ROW:
            assert text == " | ".join(block.cells)
            found.append("".join(block.cells))
        else:
            found.append(text)
    return [text.replace(" ", "") for text in found]


def by_rows(grid: dict[tuple[int, int], str]) -> list[str]:
    rows = sorted({row for row, _ in grid})
    return ["".join(grid[key] for key in sorted(grid) if key[0] == row).replace(" ", "") for row in rows]


def tables(raw: RawDocument) -> list[set[int]]:
    """The widths of the rows of each table."""
    numbers = sorted({block.table for block in raw.blocks if block.table is not None})
    assert numbers == list(range(len(numbers)))
    return [{len(block.cells) for block in raw.blocks if block.table == number} for number in numbers]


@settings(max_examples=60)
@given(GRID)
def test_every_value_of_a_workbook_is_in_the_block_of_its_row(grid: dict[tuple[int, int], str]) -> None:
    book = openpyxl.Workbook()
    for (row, column), value in grid.items():
        book.active.cell(row + 1, column + 1).value = value
        book.active.cell(row + 1, column + 1).data_type = "s"
    buffer = io.BytesIO()
    book.save(buffer)
    raw = read_sheet(buffer.getvalue(), "a.xlsx")
    assert as_read(raw) == by_rows(grid)
    assert all(len(widths) == 1 for widths in tables(raw))
    values = {cell for block in raw.blocks for cell in block.cells}
    lines = [raw.text[b.start : b.end] for b in raw.blocks if b.kind is BlockKind.PARAGRAPH]
    assert all(value in values or any(value in line for line in lines) for value in grid.values())


@settings(max_examples=100)
@given(GRID, st.sampled_from(",;\t|"))
def test_every_value_of_a_csv_is_in_the_block_of_its_row(grid: dict[tuple[int, int], str], separator: str) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, quoting=csv.QUOTE_ALL)
    for row in range(10):
        writer.writerow([grid.get((row, column), "") for column in range(7)])
    raw = read_csv(Decoded(buffer.getvalue().replace("\r\n", "\n"), "utf-8"), "a.csv")
    assert as_read(raw) == by_rows(grid)
    assert all(len(widths) == 1 for widths in tables(raw))
