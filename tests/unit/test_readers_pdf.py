"""The PDF reader on pages written in the test: order, headers, doubled print, limits, what cannot be read."""

import re
import sys

import pytest
from rapidfuzz.distance import Levenshtein

from ingest.raw import BlockKind, RawDocument
from ingest.readers import read_bytes
from ingest.readers.pdf_chars import is_flat
from ingest.readers.pdf_layout import Char, page_lines
from kb.errors import UnreadableFile
from tests.policy_texts import TEXTS
from tests.typeset import Sheet, pdf
from tests.typeset import column as set_column

WIDTH, HEIGHT = 600, 800
Placed = tuple[float, float, float, str]  # x, y, size, text


def make_pdf(pages: list[list[Placed]], trailer: str = "", rotate: int = 0) -> bytes:
    """A PDF of pages with text in Courier, whose characters are all 0.6 em wide."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>"]
    kids = []
    for texts in pages:
        stream = "\n".join(f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET" for x, y, size, text in texts)
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        kids.append(len(objects) + 1)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Rotate {rotate} "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects)} 0 R >>"
        )
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(f'{k} 0 R' for k in kids)}] /Count {len(kids)} >>"
    out, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF"
    return out.encode("latin-1")


def column(x: float, top: float, name: str, count: int = 6, width: int = 36) -> list[Placed]:
    """Lines of running text, 10 points in 14: ``a1 xxxx…``."""
    return [(x, top - 14 * i, 10, f"{name}{i} ".ljust(width, "x")) for i in range(count)]


def body(pages: list[list[Placed]]) -> list[str]:
    raw = read_bytes(make_pdf(pages), "a.pdf")
    return [raw.text[b.start : b.end] for b in raw.blocks if b.kind is BlockKind.LINE]


def heads(lines: list[str]) -> list[str]:
    return [line.split()[0] for line in lines]


def test_columns_are_read_one_after_the_other_below_their_headline():
    page = [(60, 700, 20, "Headline over both of the columns"), *column(60, 660, "a"), *column(320, 660, "b")]
    shuffled = page[::2] + page[1::2]
    expected = ["Headline", *(f"a{i}" for i in range(6)), *(f"b{i}" for i in range(6))]
    assert heads(body([shuffled])) == expected


def test_three_columns_whose_lines_do_not_align_then_text_across():
    page = [
        *column(40, 700, "a", width=26),
        *column(220, 695, "b", width=26),
        *column(400, 691, "c", width=26),
        *column(40, 590, "z", count=3, width=86),
    ]
    names = [f"{n}{i}" for n in "abc" for i in range(6)] + ["z0", "z1", "z2"]
    assert heads(body([page])) == names


def test_rows_of_a_table_are_not_taken_for_columns():
    rows = [("No", "Name", "Sum"), ("1", "Incubator", "60"), ("2", "Hub", "15"), ("3", "Accelerator", "7")]
    page = [
        (x, 700 - 20 * i, 10, cell) for i, row in enumerate(rows) for x, cell in zip((60, 200, 420), row, strict=True)
    ]
    assert [line.split() for line in body([page])] == [list(row) for row in rows]


def test_running_headers_and_page_numbers_are_marked():
    pages = [
        [(60, 780, 9, f"Gazette 2025 No. {n}"), *column(60, 700, f"p{n}x", count=4), (290, 20, 9, f"- {n} -")]
        for n in (1, 2, 3)
    ]
    raw = read_bytes(make_pdf(pages), "a.pdf")
    found = [(b.kind, b.page, raw.text[b.start : b.end].split("x")[0]) for b in raw.blocks]
    assert found == [
        entry
        for n in (1, 2, 3)
        for entry in [
            (BlockKind.HEADER, n, f"Gazette 2025 No. {n}"),
            *[(BlockKind.LINE, n, f"p{n}")] * 4,
            (BlockKind.HEADER, n, f"- {n} -"),
        ]
    ]


def test_a_doubled_print_is_read_once_and_double_letters_stay():
    bold = [(100, 700, 12, "Balloon 1100"), (100.4, 700, 12, "Balloon 1100")]
    assert body([bold]) == ["Balloon 1100"]


def test_blocks_have_page_and_box_and_a_blank_line_where_white_parts_them():
    raw = read_bytes(make_pdf([[(100, 700, 10, "first line"), (100, 686, 10, "second"), (100, 600, 10, "third")]]), "a")
    assert raw.text == "first line\nsecond\n\nthird\n"
    assert [b.page for b in raw.blocks] == [1, 1, 1]
    left, bottom, right, top = raw.blocks[0].box
    assert (left, right) == (pytest.approx(100, abs=1), pytest.approx(160, abs=1))
    assert 694 < bottom < 702 < top < 712


def test_a_turned_page_reads_the_same():
    page = column(60, 700, "a") + column(320, 700, "b")
    upright, turned = read_bytes(make_pdf([page]), "a"), read_bytes(make_pdf([page], rotate=90), "a")
    assert turned.text == upright.text


def test_an_empty_page_beside_others_is_no_loss():
    raw = read_bytes(make_pdf([column(60, 700, "a"), []]), "a.pdf")
    assert (raw.flags, len(raw.blocks)) == ((), 6)


ENCRYPTED = (
    "/ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 "
    f"/O <{'11' * 32}> /U <{'22' * 32}> >>"
)  # fmt: skip


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (make_pdf([[]]), "没有文字层"),
        (make_pdf([column(60, 700, "a")], trailer=ENCRYPTED), "密码"),
        (b"%PDF-1.7\nthis is no PDF", "已损坏"),
        (make_pdf([[]] * 2001), "有 2001 页，超过上限 2000 页"),
        (make_pdf([[], []]).replace(b"/Type /Page ", b"/Type /Pag "), "已损坏|没有文字层"),
    ],
    ids=["no text", "encrypted", "damaged", "too long", "pages that are none"],
)
def test_what_cannot_be_read_is_named(data, why):
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(data, "某.pdf")
    assert re.search(why, caught.value.why)


def lines_of(raw: RawDocument, kind: BlockKind = BlockKind.LINE) -> list[str]:
    return [raw.text[b.start : b.end] for b in raw.blocks if b.kind is kind]


SENTENCES = [re.sub(r"\s", "", text) for text in TEXTS]


def newspaper(columns: int, *, inset: bool) -> tuple[bytes, list[list[str]]]:
    """Two newspaper pages as a PDF, and the lines of each in reading order.

    A bold headline over all columns, a running head, a page number; ``inset``: a framed text in the way of the last
    columns, which is read behind them.
    """
    width, height, size, gap = 780, 1080, 10, 20
    across = (width - 100 - gap * (columns - 1)) / columns
    sheets, pages = [], []
    for number, headline in enumerate(["云溪市把办事窗口搬到家门口", "松原县为乡村点亮五千盏路灯"]):
        sheet = Sheet(width, height)
        sheet.text(50, height - 40, 9, f"云溪日报 2031年6月{number + 1}日 第{number + 3}版")
        sheet.text(width / 2, 25, 9, f"— {number + 3} —")
        sheet.text(120, height - 110, 36, headline, bold=True)
        lines, order = iter(set_column(SENTENCES[5 * number :] * 3, int(across / size))), [headline]
        for at in range(columns):
            for row in range(38):
                if not (inset and at and 15 <= row < 27):
                    order.append(next(lines))
                    sheet.text(50 + at * (across + gap), height - 160 - 22 * row, size, order[-1])
        if inset:
            left, right = 50 + across + gap, width - 50
            sheet.box(left, height - 160 - 22 * 26, right, height - 160 - 22 * 14.5)
            box = set_column(SENTENCES[40:], int((right - left - 20) / 12))[:8]
            sheet.lines(left + 10, height - 160 - 22 * 16, 12, box, 22)
            order += box
        sheets.append(sheet)
        pages.append(order)
    return pdf(sheets), pages


@pytest.mark.parametrize("columns", [2, 3])
@pytest.mark.parametrize("inset", [False, True])
def test_newspaper_pages_are_read_in_order(columns, inset):
    data, pages = newspaper(columns, inset=inset)
    raw = read_bytes(data, "报.pdf")
    assert lines_of(raw, BlockKind.HEADER) == [
        "云溪日报2031年6月1日第3版", "—3—", "云溪日报2031年6月2日第4版", "—4—",
    ]  # fmt: skip
    for number, order in enumerate(pages, 1):
        read = [raw.text[b.start : b.end] for b in raw.blocks if b.page == number and b.kind is BlockKind.LINE]
        assert Levenshtein.normalized_similarity("".join("".join(read).split()), "".join(order)) >= 0.98


def test_a_box_around_one_of_the_paragraphs_changes_nothing():
    lines = set_column(SENTENCES[:8], 30)
    sheet = Sheet().lines(70, 760, 15, lines, 26).box(60, 760 - 26 * 6.5, 540, 760 - 26 * 2.5)
    assert ["".join(line.split()) for line in lines_of(read_bytes(pdf([sheet]), "甲.pdf"))] == lines


def test_a_slanted_watermark_and_what_lies_off_the_page_are_no_text():
    sheet = Sheet().text(100, 700, 12, "本办法自公布之日起施行，有效期三年。").text(150, 300, 60, "内部资料", angle=40)
    sheet.text(100, -50, 12, "裁掉的文字")
    assert read_bytes(pdf([sheet]), "甲.pdf").text == "本办法自公布之日起施行，有效期三年。\n"


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_lying_text_is_read_along_its_lines(turns):
    lines = ["云溪市人民政府办公室文件", "云政办发〔2031〕18号", "各县（市、区）人民政府："]
    angle = 90 * turns
    step = {1: (30, 0), 2: (0, 30), 3: (-30, 0)}[turns]
    sheet = Sheet(800, 800, rotate=angle)
    for number, line in enumerate(lines):
        sheet.text(400 + step[0] * number, 400 + step[1] * number, 14, line, angle=angle)
    assert lines_of(read_bytes(pdf([sheet]), "甲.pdf")) == lines


def test_what_a_browser_prints_around_a_page_is_a_header():
    sheet = Sheet().text(24, 818, 8, "2031/7/26 13:02").text(180, 818, 8, "关于印发若干措施的通知_云溪市人民政府")
    sheet.text(70, 600, 15, "云溪市支持小微企业稳定发展若干措施").text(24, 16, 8, "https://www.example.gov.cn/a/1.htm")
    raw = read_bytes(pdf([sheet.text(550, 16, 8, "1/1")]), "甲.pdf")
    assert lines_of(raw) == ["云溪市支持小微企业稳定发展若干措施"]
    assert [line.split()[0] for line in lines_of(raw, BlockKind.HEADER)] == [
        "2031/7/26", "https://www.example.gov.cn/a/1.htm",
    ]  # fmt: skip


def test_numbered_annexes_at_the_top_of_pages_are_no_running_head():
    pages = [Sheet().text(70, 790, 15, f"附件{n}").text(70, 500, 15, f"任务分工表之{n}，共三张。") for n in (1, 2, 3)]
    assert lines_of(read_bytes(pdf(pages), "甲.pdf")) == [
        line for n in (1, 2, 3) for line in (f"附件{n}", f"任务分工表之{n}，共三张。")
    ]


def test_a_page_tree_in_a_circle_and_a_broken_cross_reference_table():
    good = pdf([Sheet().text(100, 700, 12, "本办法自公布之日起施行，有效期三年。")])
    start = good.rindex(b"startxref")
    assert read_bytes(good[:start] + b"startxref\n7\n%%EOF", "甲.pdf").text == "本办法自公布之日起施行，有效期三年。\n"
    circle = re.sub(rb"/Kids \[(\d+ 0 R)\] /Count 1", rb"/Kids [2 0 R \1] /Count 2", good)
    assert circle != good
    assert "本办法自公布之日起施行" in read_bytes(circle, "甲.pdf").text


def calls_to_read_rows(rows: int) -> int:
    """How many calls the search for columns makes on a table without lines: the clock of this test."""
    chars = [
        Char("表", 70 * cell + 10 * i, 15_000 - 12 * row, 70 * cell + 10 * i + 10, 15_007 - 12 * row)
        for row in range(rows)
        for cell in range(6)
        for i in range(3)
    ]
    made = 0

    def count(*_: object) -> None:
        nonlocal made
        made += 1

    sys.setprofile(count)
    try:
        lines = page_lines(chars)
    finally:
        sys.setprofile(None)
    assert len(lines) == rows
    return made


def test_a_long_table_without_lines_costs_no_more_than_its_length():
    assert calls_to_read_rows(120) < 2.5 * calls_to_read_rows(60)


def set_line(*runs: tuple[str, float, float]) -> str:
    """The text of a line of runs: text, size, how far the baseline is raised."""
    chars, x = [], 60.0
    for text, size, rise in runs:
        for char in text:
            wide = size * (0.5 if char.isascii() else 1.0)
            chars.append(Char(char, x, 700 + rise, x + wide, 700 + rise + 0.7 * size))
            x += wide
    (line,) = page_lines(chars)
    return line.text


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        ((("不超过1×10", 14, 0), ("4", 8, 6), ("个/m", 14, 0), ("3", 8, 6), ("，", 14, 0)), "不超过1×10⁴个/m³，"),
        ((("低于10", 14, 0), ("-12", 8, 6)), "低于10⁻¹²"),
        ((("面积200米", 14, 0), ("2", 8, 6), ("的书房", 14, 0)), "面积200米²的书房"),
        ((("第1号", 14, 0), ("2", 8, 6), ("说明", 14, 0)), "第1号2说明"),  # the mark of a note
        ((("藏书10", 14, 0), ("4", 10, 0), ("册", 14, 0)), "藏书104册"),  # small on the line
        ((("2031", 14, 0), ("5", 12, 3.5), ("版", 14, 0)), "20315版"),  # hardly smaller
    ],
)
def test_powers_are_said_as_such(runs, text):
    assert set_line(*runs) == text


@pytest.mark.parametrize(
    ("char", "height", "flat"),
    [
        ("，", 0.5, True),
        (",", 0.43, True),
        (";", 0.6, True),
        ("x", 0.5, False),
        ("4", 0.55, False),
        ("府", 0.9, False),
        ("-", 0.1, True),
    ],
)
def test_a_box_no_higher_than_its_stop_is_no_measure_of_the_line(char, height, flat):
    assert is_flat(ord(char), height * 16, 16) is flat


def test_two_dashes_drawn_as_one_glyph_stay_two():
    cmap = "1 begincodespacerange <00> <FF> endcodespacerange 2 beginbfchar <41> <7533> <42> <20142014> endbfchar"
    data = make_pdf([[(60, 700, 14, "ABA" + "A" * 30)]]).replace(b"/Courier >>", b"/Courier /ToUnicode 6 0 R >>")
    stream = f"6 0 obj\n<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream\nendobj\nxref\n".encode()
    assert read_bytes(data.replace(b"xref\n", stream, 1), "a.pdf").text.strip() == "申——申" + "申" * 30
