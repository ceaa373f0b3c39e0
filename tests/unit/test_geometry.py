"""Lines of a typeset page put together to paragraphs, on pages whose boxes we set ourselves."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ingest.geometry import paragraphs_by_box
from ingest.layout import Line, em
from ingest.mapped import Mapped

SIZE = 12.0
LEFT = 72.0
WIDTH = 30  # em of a full line
PROSE = "市文化局会同各区文化局，每年在人口较多的街道新建城市书房，免费向所有人开放，并在节假日延长开放时间"


@dataclass
class At:
    """A line: so many em right of the margin, of this type size, so many times the usual distance below the last."""

    text: str
    indent: float = 0.0
    size: float = SIZE
    below: float = 1.0
    wide: float | None = None  # em; as wide as its text unless said
    x: float = LEFT


def prose(width: int, end: str = "") -> str:
    """Running text exactly so wide."""
    text = (PROSE * 2)[: width - len(end)] + end
    assert em(text) == width
    return text


FULL = prose(WIDTH)
STOP = prose(WIDTH, "。")


def joined(*lines: At | str) -> list[str]:
    """The paragraphs of a page, each as its lines with / between."""
    y = 800.0
    made = []
    for at in (line if isinstance(line, At) else At(line) for line in lines):
        y -= 20 * at.below
        left = at.x + at.indent * SIZE
        wide = (em(at.text) if at.wide is None else at.wide) * at.size
        made.append(Line(Mapped.of(at.text, 0, len(at.text)), 0, page=1, box=(left, y, left + wide, y + 0.7 * at.size)))
    return ["/".join(line.content.text for line in made[s.first : s.last + 1]) for s in paragraphs_by_box(made)]


def test_paragraphs_are_indented_and_their_last_lines_short() -> None:
    first = prose(WIDTH - 2)
    page = (At(first, 2), FULL, prose(12, "。"), At(first, 2), FULL, prose(20, "。"))
    assert joined(*page) == ["/".join([first, FULL, prose(12, "。")]), "/".join([first, FULL, prose(20, "。")])]


def test_without_indentation_a_short_line_ends_a_paragraph() -> None:
    assert joined(FULL, prose(20, "。"), FULL, STOP) == [f"{FULL}/{prose(20, '。')}", f"{FULL}/{STOP}"]
    assert joined(FULL, prose(20), FULL) == [f"{FULL}/{prose(20)}", FULL]  # a heading without a stop


@pytest.mark.parametrize("piece", ["2400人次的规模。", "〔2031〕5号文件执行。", "ISO/IEC认证的书房。"])
def test_a_line_is_full_that_has_no_room_for_the_next_word(piece: str) -> None:
    line = prose(WIDTH - 2)
    assert joined(FULL, line, piece) == [f"{FULL}/{line}/{piece}"]


def test_a_long_link_at_the_head_of_a_line_does_not_join_what_ended() -> None:
    link = "http://www.example.com/a/b/c/d/e/f"
    assert joined(FULL, prose(20), link) == [f"{FULL}/{prose(20)}", link]


def test_a_line_whose_stops_were_squeezed_is_full() -> None:
    line = prose(WIDTH - 1, "。")
    assert joined(FULL, line, FULL) == [f"{FULL}/{line}/{FULL}"]


def test_items_hang_below_their_text() -> None:
    items = (f"1. {prose(WIDTH - 2)}", prose(5, "；"), f"（2）{prose(WIDTH - 3)}", prose(7, "。"))
    page = (At(items[0]), At(items[1], 1.5), At(items[2]), At(items[3], 2.5), At(FULL), At(prose(9, "。")))
    assert joined(*page) == ["/".join(items[:2]), "/".join(items[2:]), f"{FULL}/{prose(9, '。')}"]
    three = (At(items[0]), At(prose(WIDTH - 2), 1.5), At(prose(5, "；"), 1.5))
    assert len(joined(*three)) == 1


def test_an_indented_line_below_an_item_that_ended_is_a_paragraph() -> None:
    item = f"1. {prose(20, '。')}"
    assert joined(STOP, item, At(prose(20), 1.5)) == [STOP, item, prose(20)]


@pytest.mark.parametrize("stop", ["。", ";"])
@pytest.mark.parametrize("label", ["第二条", "（二）", "2.", "二、"])
def test_an_ordinal_behind_a_full_line_that_ends_a_sentence_begins_a_paragraph(label: str, stop: str) -> None:
    end = prose(WIDTH - 1) + stop
    assert joined(FULL, end, label + prose(15, "。")) == [f"{FULL}/{end}", label + prose(15, "。")]
    assert joined(FULL, FULL, label + prose(15, "。")) == [f"{FULL}/{FULL}/{label}{prose(15, '。')}"]


def test_at_the_margin_of_indented_text_a_line_goes_on() -> None:
    """Behind a stop two em before the edge, where 市级重点 would not have fit as the page sets its words."""
    first, loose = prose(WIDTH - 2), prose(WIDTH - 2, "。")
    assert joined(At(first, 2), loose, STOP) == [f"{first}/{loose}/{STOP}"]
    assert joined(FULL, loose, STOP) == [f"{FULL}/{loose}", STOP]
    centred = At("城市书房建设办法", 11)  # no first line of a paragraph
    assert joined(centred, FULL, loose, STOP) == [centred.text, f"{FULL}/{loose}", STOP]


def test_more_white_parts_paragraphs_behind_a_stop_sooner_than_within_a_sentence() -> None:
    lines = [FULL, FULL, FULL]
    for end, below, parted in ((STOP, 1.3, True), (FULL, 1.3, False), (FULL, 1.8, True)):
        page = joined(*lines, end, At(FULL, below=below), FULL, FULL)
        assert len(page) == 1 + parted


def test_lines_of_another_type_are_no_part_of_the_text_below() -> None:
    large = At(prose(20), size=18)
    assert joined(large, large, FULL, STOP) == [f"{large.text}/{large.text}", f"{FULL}/{STOP}"]


def test_digits_are_as_wide_as_their_font_has_them() -> None:
    """A line of digits and letters is measured by its height: it is in the type of the lines about it."""
    mixed = "2031-05-06 ISO 9001:2031 GB/T 9704-2031 www.example.com/"
    assert joined(FULL, At(mixed, wide=WIDTH), STOP) == [f"{FULL}/{mixed}/{STOP}"]


def test_the_last_word_of_a_paragraph_and_an_entry_of_a_form() -> None:
    assert joined(FULL, "行。") == [f"{FULL}/行。"]
    assert joined(FULL, "计划") == [f"{FULL}/计划"]
    assert joined(prose(20), "计划") == [f"{prose(20)}/计划"]
    assert joined("云溪市书房", "书房", "云溪市书房") == ["云溪市书房", "书房", "云溪市书房"]


@pytest.mark.parametrize(
    ("above", "line"),
    [
        ("开放安排：全年无休对外开放", "所在位置：青岩区文化馆一层"),
        ("120.401122 27.450011 120.401123 27.45", "中心点坐标"),
        ("青岩区城市书房    四十五处    六百册图书", "云溪区城市书房    十二处    三百册图书"),
        ("各区文化局、教育局，市各有关单位：", "为方便居民就近读书现将有关事项通知"),
        ("财政、金融、审计、文化、教育、社会信用", "索引号：0011/2031-5 主题分类："),
    ],
)
def test_what_is_a_line_by_itself_though_it_is_full(above: str, line: str) -> None:
    width = max(em(above), em(line))
    assert joined(At(above, wide=width), At(line, wide=width)) == [above, line]


def test_a_line_beside_the_others_is_alone() -> None:
    number = At("编号6611号", x=LEFT + 40 * SIZE)
    assert joined(FULL, STOP, number) == [f"{FULL}/{STOP}", number.text]
    assert joined(number, FULL, STOP) == [number.text, f"{FULL}/{STOP}"]


def test_a_headline_over_columns_does_not_widen_them() -> None:
    column = [prose(14), prose(14), prose(6, "。")]
    page = (At(prose(10), 10), *(At(text) for text in column), *(At(text, 16) for text in column))
    assert joined(*page)[1:] == ["/".join(column), "/".join(column)]
