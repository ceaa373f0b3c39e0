"""Headings count in order, and only in order."""

from __future__ import annotations

import pytest
from hypothesis import given

from ingest.outline import find_headings, ordinal
from ingest.sections import build_sections
from tests.strategies import any_texts


def _labels(text: str) -> list[tuple[int, str, str]]:
    return [(h.level, h.label, h.title) for h in find_headings(text)]


def test_four_levels_with_their_titles() -> None:
    text = (
        "一、总体要求\n坚持便民。\n二、重点任务\n（一）降低成本。减免房租。\n1.房租。三个月。\n2.水电：打折。\n"
        "（1）水费\n（2）电费\n（二）帮助经营\n三、保障"
    )
    assert _labels(text) == [
        (1, "一、", "总体要求"),
        (1, "二、", "重点任务"),
        (2, "（一）", "降低成本"),
        (3, "1.", "房租"),
        (3, "2.", "水电"),
        (4, "（1）", "水费"),
        (4, "（2）", "电费"),
        (2, "（二）", "帮助经营"),
        (1, "三、", "保障"),
    ]


def test_headings_of_a_text_without_line_breaks() -> None:
    text = (
        "现通知如下：一、降低成本（一）减免房租。国有房屋减免三个月，统一、规范办理。"
        "（二）打折水电。按八折收取。二、帮助经营。办好课堂。"
    )
    assert _labels(text) == [
        (1, "一、", "降低成本"),
        (2, "（一）", "减免房租"),
        (2, "（二）", "打折水电"),
        (1, "二、", "帮助经营"),
    ]


def test_the_second_level_may_count_on_under_the_next_first_level() -> None:
    text = "一、拓宽渠道\n（一）稳岗\n（二）扩岗\n二、优化服务\n（三）培训\n（四）招聘"
    assert [label for _, label, _ in _labels(text)] == ["一、", "（一）", "（二）", "二、", "（三）", "（四）"]


@pytest.mark.parametrize(
    "text",
    [
        "要做到统一、规范、有序。",
        "依照本法第三条规定处理，适用第二条第（一）项。",
        "增长1.5倍，达到2.3亿元。",
        "三、没有前两个的序号",
        "按照（二）的要求办理。",
    ],
)
def test_what_only_looks_like_an_ordinal_is_none(text: str) -> None:
    assert _labels(text) == []


def test_a_statute_written_without_breaks() -> None:
    text = (
        "云溪市养犬办法第一章总则第一条为了规范养犬，根据《云溪市条例》第五条，制定本办法。第二条本办法适用于城区。"
        "第二章登记第三条养犬应当登记：（一）带身份证；（二）带免疫证。第四条违反第三条规定的，处五十元罚款。"
    )
    assert [label for _, label, _ in _labels(text)] == [
        "第一章", "第一条", "第二条", "第二章", "第三条", "（一）", "（二）", "第四条",
    ]  # fmt: skip


def test_run_in_ordinals_are_a_level_below_and_end_with_their_paragraph() -> None:
    text = "一、做法\n一是抓培训。办好课堂。二是抓服务。上门帮办。\n以上做法成效明显。\n二、打算\n继续努力。"
    sections = build_sections(text)
    assert [(s.level, s.path) for s in sections] == [
        (1, "一、做法"),
        (2, "一、做法 > 一是抓培训"),
        (2, "一、做法 > 二是抓服务"),
        (1, "二、打算"),
    ]
    assert text[sections[2].start : sections[2].end] == "二是抓服务。上门帮办。"
    assert text[sections[0].start : sections[0].end].endswith("成效明显。")


def test_a_repeated_ordinal_is_kept_and_marked() -> None:
    headings = find_headings("一、做法。一是抓培训。二是抓服务。二是抓督查。")
    assert [(h.label, h.irregular) for h in headings] == [
        ("一、", False), ("一是", False), ("二是", False), ("二是", True),
    ]  # fmt: skip


@pytest.mark.parametrize(("label", "value"), [("（十一）", 11), ("二十、", 20), ("第一百零三条", 103), ("12.", 12)])
def test_the_number_of_a_label(label: str, value: int) -> None:
    assert ordinal(label) == value


@given(any_texts)
def test_sections_nest(text: str) -> None:
    sections = build_sections(text)
    for i, outer in enumerate(sections):
        assert 0 <= outer.start < outer.end <= len(text)
        for inner in sections[i + 1 :]:
            assert inner.start >= outer.start
            assert inner.end <= outer.end or inner.start >= outer.end
