"""The PDF reader on pages written in the test: order, headers, doubled print, what cannot be read."""

import pytest

from ingest.raw import BlockKind
from ingest.readers import read_bytes
from kb.errors import UnreadableFile

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


def test_a_page_without_text_beside_others_is_flagged():
    raw = read_bytes(make_pdf([column(60, 700, "a"), []]), "a.pdf")
    assert raw.flags == ("low_text",)


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
    ],
    ids=["no text", "encrypted", "damaged"],
)
def test_what_cannot_be_read_is_named(data, why):
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(data, "某.pdf")
    assert why in caught.value.why
