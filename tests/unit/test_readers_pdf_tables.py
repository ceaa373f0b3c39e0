"""Ruled tables of PDF pages: cells, merged cells, tables over pages, frames that are none; no character is lost.

The reference is pdfplumber, which finds tables by other code on the same files.
"""

import io
import re
from collections import Counter

import pdfplumber
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.raw import BlockKind, RawDocument
from ingest.readers.pdf import read_pdf
from tests.typeset import Sheet, pdf

Cell = tuple[int, int, int, int, str]  # row, column, rows, columns, text
XS = [60.0, 150.0, 300.0, 500.0]


def read(*sheets: Sheet) -> RawDocument:
    return read_pdf(pdf(list(sheets)), "表.pdf")


def rows(raw: RawDocument) -> list[tuple[int | None, tuple[str, ...]]]:
    return [(b.table, b.cells) for b in raw.blocks if b.kind is BlockKind.TABLE_ROW]


def texts(raw: RawDocument) -> list[str]:
    return [raw.text[b.start : b.end] for b in raw.blocks]


def plain(cells: list[list[str]]) -> list[Cell]:
    return [(r, c, 1, 1, text) for r, row in enumerate(cells) for c, text in enumerate(row)]


def ys(top: float, count: int, height: float = 30) -> list[float]:
    return [top - height * i for i in range(count + 1)]


def test_rows_stand_in_their_place_with_merged_cells_repeated():
    cells = [
        (0, 0, 2, 1, "类\n别"), (0, 1, 1, 2, "补贴标准（万元）"), (1, 1, 1, 1, "国家级"), (1, 2, 1, 1, "省级"),
        (2, 0, 1, 1, "孵化器"), (2, 1, 1, 1, "60"), (2, 2, 1, 1, "60"),
    ]  # fmt: skip
    sheet = Sheet().text(60, 740, 14, "表一：补贴标准").table(XS, ys(700, 3), cells, 10)
    raw = read(sheet.text(60, 560, 14, "注：以当年预算为限。"))
    assert texts(raw) == [
        "表一：补贴标准",
        "类别 | 补贴标准（万元）",
        "类别 | 国家级 | 省级",
        "孵化器 | 60 | 60",
        "注：以当年预算为限。",
    ]
    assert rows(raw) == [
        (0, ("类别", "补贴标准（万元）", "补贴标准（万元）")),
        (0, ("类别", "国家级", "省级")),
        (0, ("孵化器", "60", "60")),
    ]
    assert [b.box for b in raw.blocks][1:4] == [
        (60.0, 670.0, 500.0, 700.0), (60.0, 640.0, 500.0, 670.0), (60.0, 610.0, 500.0, 640.0),
    ]  # fmt: skip
    assert {b.page for b in raw.blocks} == {1}


def test_the_lines_of_a_cell_that_filled_it_are_one_text():
    cells = plain(
        [
            ["任务", "单位", "说明"],
            [
                "加强领导",
                "市科技局",
                "到2033年，新增孵化\n面积160万平方米，支\nopen\nsource社区的建设，\n“创客”活动2400人次",
            ],
        ]
    )
    raw = read(Sheet().table([60, 150, 240, 348], [700, 660, 560], cells, 10))
    told = "到2033年，新增孵化面积160万平方米，支open source社区的建设，“创客”活动2400人次"
    assert rows(raw)[1] == (0, ("加强领导", "市科技局", told))


def test_lines_of_a_cell_that_ended_before_its_edge_are_said_apart():
    cells = plain(
        [
            ["任务", "单位", "说明"],
            ["新建书房", "市科技局\n市文化局\n各区政府", "面积（\n平方米），\n藏书、\n座位"],
        ]
    )
    raw = read(Sheet().table(XS, [700, 660, 560], cells, 10))
    assert rows(raw)[1] == (0, ("新建书房", "市科技局 市文化局 各区政府", "面积（平方米），藏书、座位"))


def test_a_merged_cell_is_as_wide_as_its_columns():
    wide = "全市新建城市书房四十处以上\n每处面积不少于二百平方米"  # filled none of its two columns' 130 and 260 points
    cells = [(0, 0, 1, 1, "目标"), (0, 1, 1, 2, wide), (1, 0, 1, 1, "单位"), (1, 1, 1, 1, "甲"), (1, 2, 1, 1, "乙")]
    told = "全市新建城市书房四十处以上 每处面积不少于二百平方米"
    assert rows(read(Sheet().table([60, 150, 290, 420], ys(700, 2, 40), cells, 10)))[0] == (0, ("目标", told, told))


HEAD = ["序号", "任务", "责任单位"]


def long_table(page: int) -> list[list[str]]:
    return [HEAD, *([f"{page}{i}", f"任务{page}之{i}", "市科技局"] for i in range(3))]


def test_a_table_goes_on_over_pages_without_its_repeated_head():
    first = Sheet().text(60, 760, 14, "附件：任务分工表").table(XS, ys(700, 4), plain(long_table(1)), 10)
    second = Sheet().table(XS, ys(790, 4), plain(long_table(2)), 10)
    third = Sheet().table(XS, ys(790, 3), plain(long_table(3)[1:]), 10).text(60, 600, 14, "联系人：李工")
    fourth = Sheet().table(XS, ys(790, 4), plain(long_table(4)), 10)
    sheets = [first, second, third, fourth]
    for number, sheet in enumerate(sheets, 1):
        sheet.text(290, 30, 9, f"— {number} —")
    found = rows(read(*sheets))
    assert [table for table, _ in found] == [0] * 10 + [1] * 4
    assert [cells for _, cells in found] == [
        tuple(row) for part in (long_table(1), long_table(2)[1:], long_table(3)[1:], long_table(4)) for row in part
    ]


def test_a_table_of_other_columns_on_the_next_page_is_another():
    first = Sheet().table(XS, ys(700, 2), plain([HEAD, ["1", "甲任务", "市科技局"]]), 10)
    second = Sheet().table(XS[:3], ys(790, 2), plain([["指标", "数值"], ["孵化器", "6家"]]), 10)
    assert [table for table, _ in rows(read(first, second))] == [0, 0, 1, 1]


def test_two_tables_on_a_page_with_text_between():
    sheet = Sheet().table(XS, ys(780, 2), plain([HEAD, ["1", "甲任务", "市科技局"]]), 10).text(60, 660, 12, "其中：")
    sheet.table(XS, ys(640, 2), plain([HEAD, ["2", "乙任务", "市财政局"]]), 10)
    raw = read(sheet)
    assert [table for table, _ in rows(raw)] == [0, 0, 1, 1]
    assert texts(raw)[2] == "其中："


def test_a_table_in_one_of_two_columns_is_read_with_its_column():
    sheet = Sheet()
    body = [f"第{n}行是左栏里的正文一共十六个字的。" for n in "一二三四五六七八九十"]
    sheet.lines(40, 780, 14, body[:4], 22).table([40, 120, 200, 280], ys(700, 2), plain([HEAD, ["1", "甲", "乙"]]), 10)
    sheet.lines(40, 610, 14, body[4:], 22)
    sheet.lines(310, 780, 14, [line.replace("左", "右") for line in body], 24)
    got = texts(read(sheet))
    assert got == [
        *body[:4],
        "序号 | 任务 | 责任单位",
        "1 | 甲 | 乙",
        *body[4:],
        *(s.replace("左", "右") for s in body),
    ]


def frames() -> list[Sheet]:
    prose = ["云溪市人民政府办公室文件", "各县（市、区）人民政府：", "现将若干措施印发给你们，请认真贯彻执行。"]
    page = Sheet().lines(80, 700, 15, prose, 30)
    around = Sheet().lines(80, 700, 15, prose, 30).box(40, 40, 555, 800)
    split = Sheet().lines(80, 700, 15, prose, 30).box(40, 40, 555, 800).rule(40, 655, 555, 655)
    red = Sheet().lines(80, 700, 15, prose, 30).rule(60, 715, 535, 715, 2).rule(60, 718, 535, 718)
    white = Sheet().lines(80, 700, 15, prose, 30)
    white.ops[:0] = ["1 1 1 rg 40 690 200 40 re f 240 690 300 40 re f 40 600 200 90 re f 240 600 300 90 re f 0 g"]
    return [page, around, split, red, white]


@pytest.mark.parametrize("sheet", frames(), ids=["no lines", "box", "box in two", "red rules", "white boxes"])
def test_frames_and_rules_are_no_table(sheet):
    assert texts(read(sheet)) == texts(read(frames()[0]))


def test_boxes_around_whole_articles_are_no_table():
    article = ["".join(f"这一段是第{n}篇的第{i}句话，写给读者看。" for i in range(60)) for n in range(4)]
    sheet = Sheet(1200, 1600)
    for n, text in enumerate(article):
        left, top = 40 + 560 * (n % 2), 1560 - 760 * (n // 2)
        sheet.box(left, top - 760, left + 560, top)
        sheet.lines(left + 20, top - 40, 14, [text[i : i + 36] for i in range(0, len(text), 36)], 22)
    raw = read(sheet)
    assert rows(raw) == []
    assert "".join("".join(texts(raw)).split()) == "".join(article[n] for n in (0, 2, 1, 3))


def test_a_table_without_lines_stays_lines():
    sheet = Sheet()
    for i, row in enumerate([HEAD, ["1", "甲任务", "市科技局"], ["2", "乙任务", "市财政局"]]):
        for x, text in zip(XS, row, strict=False):
            sheet.text(x, 700 - 24 * i, 10, text)
    raw = read(sheet)
    assert (rows(raw), [line.split() for line in texts(raw)]) == (
        [], [HEAD, ["1", "甲任务", "市科技局"], ["2", "乙任务", "市财政局"]],
    )  # fmt: skip


def test_sides_left_open_and_a_last_row_cut_by_the_page_are_closed():
    cells = [HEAD, ["1", "甲任务", "市科技局"], ["2", "乙任务", "市财政局"]]
    sheet = Sheet()
    for level in (700, 670, 640):
        sheet.rule(60, level, 500, level)
    for x in (150, 300):
        sheet.rule(x, 700, x, 610)
    sheet.rule(60, 610, 500, 610)
    for i, row in enumerate(cells):
        for x, text in zip(XS, row, strict=False):
            sheet.text(x + 5, 680 - 30 * i, 10, text)
    cut = Sheet()
    for x in XS:
        cut.rule(x, 700, x, 610)
    for level in (700, 670, 640):
        cut.rule(60, level, 500, level)
    cut.ops += [op for op in sheet.ops if op.startswith("BT")]
    assert rows(read(sheet)) == rows(read(cut)) == [(0, tuple(row)) for row in cells]


def test_double_rules_and_filled_bars_are_lines_too():
    sheet = Sheet().table(XS, ys(700, 2), plain([HEAD, ["1", "甲任务", "市科技局"]]), 10).box(56, 636, 504, 704)
    bars = Sheet()
    for x in XS:
        bars.box(x - 0.5, 640, x + 0.5, 700, "f")
    for y in ys(700, 2):
        bars.box(60, y - 0.5, 500, y + 0.5, "f")
    bars.ops += [op for op in sheet.ops if op.startswith("BT")]
    assert rows(read(sheet)) == rows(read(bars)) == [(0, tuple(HEAD)), (0, ("1", "甲任务", "市科技局"))]


def test_a_drawing_of_thousands_of_lines_is_no_table_and_keeps_its_text():
    sheet = Sheet().text(100, 700, 12, "规划范围示意图，比例尺一比五千。")
    for i in range(2500):
        sheet.rule(50, 100 + i / 5, 500, 100 + i / 5, 0.1).rule(50 + i / 6, 100, 50 + i / 6, 600, 0.1)
    assert texts(read(sheet)) == ["规划范围示意图，比例尺一比五千。"]


@st.composite
def grids(draw: st.DrawFn) -> tuple[list[Cell], list[float], list[float]]:
    """Tables with merged cells: in each row and each column one cell stays unmerged, so that all lines are drawn."""
    height, width = draw(st.integers(2, 5)), draw(st.integers(2, 4))
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for row in range(height):
        for column in range(width):
            if (row, column) in taken:
                continue
            down = draw(st.integers(1, 2)) if row + 1 < height and column + 1 < width else 1
            across = draw(st.integers(1, 2)) if column + 2 < width and row + 1 < height else 1
            spot = {(row + i, column + j) for i in range(down) for j in range(across)}
            if spot & taken:
                down = across = 1
                spot = {(row, column)}
            taken |= spot
            text = draw(st.text("市科技局孵化器补贴标准任务单位万元〔〕，", max_size=6))
            cells.append((row, column, down, across, text))
    left = [60 + 110.0 * i for i in range(width + 1)]
    return cells, left, ys(700, height, draw(st.sampled_from([24.0, 40.0])))


def han(text: str) -> Counter[str]:
    return Counter(re.findall(r"[\u3400-\u9fff]", text))


@settings(max_examples=60)
@given(grids())
def test_no_character_is_lost_or_doubled_and_cells_are_those_of_the_reference(grid):
    cells, xs, levels = grid
    above, below = "表一：甲方案", "注：丙丁戊己庚辛壬癸"
    data = pdf([Sheet().text(60, 760, 14, above).table(xs, levels, cells, 10).text(60, 300, 14, below)])
    raw = read_pdf(data, "表.pdf")
    is_table = sum(bool(text) for *_, text in cells) > 1
    # a merged cell is said in each of its rows
    assert han(raw.text) == han(
        above + below + "".join(text * (down if is_table else 1) for _, _, down, _, text in cells)
    )
    with pdfplumber.open(io.BytesIO(data)) as document:
        expected = document.pages[0].find_tables()[0].extract()
    found = [list(row) for _, row in rows(raw)]
    shown = {row for row, _, down, _, text in cells for row in range(row, row + down) if text}
    assert len(found) == (len(shown) if is_table else 0)
    for mine, theirs in zip(found, [row for number, row in enumerate(expected) if number in shown], strict=False):
        assert [m for m, t in zip(mine, theirs, strict=True) if t is not None] == [t for t in theirs if t is not None]
