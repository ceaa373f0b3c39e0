"""Cleaning: artefacts go, everything else stays as it was and can be found in the file again."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ingest.clean import Role, clean
from ingest.mapped import Mapped, concat
from ingest.marks import is_doubled, respaced, undoubled, without_noise
from ingest.raw import Block, BlockKind, RawDocument
from tests.strategies import any_texts, policy_texts


def _raw(text: str) -> RawDocument:
    blocks, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            blocks.append(Block(start, start + len(line), BlockKind.LINE))
        start += len(line) + 1
    return RawDocument(text, tuple(blocks), "txt")


def _mapped(text: str) -> Mapped:
    return Mapped.of(text, 0, len(text))


@pytest.mark.parametrize(
    ("found", "cleaned"),
    [
        ("投资总额约 13.9亿元，创业导师 1731 人次", "投资总额约13.9亿元，创业导师1731人次"),
        ("围 绕 装 备 产 业 ，2031 年 5月", "围绕装备产业，2031年5月"),
        ("答 复 函", "答复函"),
        ("本报讯 （记者 何小满） 4月17日，云溪市", "本报讯（记者 何小满）4月17日，云溪市"),
        ("第一条 为了方便市民，制定本办法。", "第一条 为了方便市民，制定本办法。"),
        ("市长 王小明，副市长 李大同", "市长 王小明，副市长 李大同"),
        ("云溪市科技局办公室                 2031年6月20日印发", "云溪市科技局办公室 2031年6月20日印发"),
        ("为 AIGC 技术 in depth 应用", "为 AIGC 技术 in depth 应用"),
        ("3.1 术语和定义", "3.1 术语和定义"),
        ("拨打电话 0999 8123456 咨询", "拨打电话0999 8123456咨询"),
        ("青岩区\t45\t600", "青岩区 45 600"),
        ("一、总体要求 \t 1", "一、总体要求 1"),
    ],
)
def test_stray_spaces_go_and_telling_ones_stay(found: str, cleaned: str) -> None:
    assert respaced(_mapped(found)).text == cleaned


@pytest.mark.parametrize(
    ("found", "once"),
    [
        ("打造花廊打造花廊，，富了村庄富了村庄", "打造花廊，富了村庄"),
        ("有个小镇有个小镇，，在在1010号线号线““花廊花廊””", "有个小镇，在10号线“花廊”"),
        ("□□云溪市政协云溪市政协", "□云溪市政协"),
        ("研究研究再研究研究", None),
        ("哈哈哈哈", None),
        ("——————", None),
        ("20312031", None),
    ],
)
def test_a_line_printed_twice_is_said_once(found: str, once: str | None) -> None:
    result = undoubled(_mapped(found))
    assert (result.text if result else None) == once


def test_a_paragraph_of_many_lines_is_put_together_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lines are copied a few times each, however many there are."""
    copied = 0

    def counting(parts: Sequence[Mapped], *args: str) -> Mapped:
        nonlocal copied
        copied += sum(map(len, parts))
        return concat(parts, *args)

    monkeypatch.setattr("ingest.clean.concat", counting)
    line = "为方便居民就近读书，各区新建城市书房并向所有人开放"
    text = "\n".join([line] * 2000)
    assert len(clean(_raw(text)).paragraphs) == 1
    assert copied < 4 * len(text)


def test_bookmarks_and_invisible_characters_go() -> None:
    assert without_noise(_mapped("[bookmark: _GoBack]近年来\u200b，云\ufeff溪市\x0c")).text == "近年来，云溪市"


def test_a_metadata_table_drawn_with_pipes_becomes_labels() -> None:
    table = "索引号 | 0010/2031-7 | ||\n发布机构 | 市政府办公室 | 生成日期 | 2031-06-19\n"
    text = table + "下载阅读版本 |\n|||||\n正文第一句。"
    cleaned = clean(_raw(text))
    assert cleaned.labels == {"索引号": "0010/2031-7", "发布机构": "市政府办公室", "生成日期": "2031-06-19"}
    assert cleaned.text.split("\n") == [
        "索引号：0010/2031-7",
        "发布机构：市政府办公室",
        "生成日期：2031-06-19",
        "正文第一句。",
    ]


def test_other_rows_with_pipes_are_rows_of_a_table() -> None:
    cleaned = clean(_raw("街道 | 金额\n甲街道 | 6 | 6\n"))
    assert [(p.role, p.text) for p in cleaned.paragraphs] == [(Role.ROW, "街道 | 金额"), (Role.ROW, "甲街道 | 6 | 6")]


def test_lines_of_label_and_value_are_metadata_only_in_company() -> None:
    digest = clean(_raw("小店计划摘要\n类型：摘要\n原文标题：云溪市小店振兴行动计划\n地区：云溪市\n正文。"))
    assert digest.labels == {"类型": "摘要", "原文标题": "云溪市小店振兴行动计划", "地区": "云溪市"}
    prose = clean(_raw("办事说明\n来源：云溪市商务局\n请带身份证。"))
    assert prose.labels == {}


def test_a_text_on_one_line_gets_its_paragraphs_back() -> None:
    body = "为了让街边小店热闹起来，方便居民买菜修鞋、配钥匙取快递，根据市委工作安排，结合我市实际，制定本计划。" * 3
    sections = "一、总体要求 坚持便民。 二、重点任务 (一)降低成本。减免房租。 (二)帮助经营。办好课堂。"
    text = f"云溪市小店振兴计划 {body} {sections}"
    assert clean(_raw(text)).text.split("\n") == [
        "云溪市小店振兴计划",
        body,
        "一、总体要求",
        "坚持便民。",
        "二、重点任务",
        "(一)降低成本。减免房租。",
        "(二)帮助经营。办好课堂。",
    ]


@given(st.one_of(policy_texts, any_texts))
@example("云溪市\u3000  云溪市")
@example("云溪市\u3000\u3000\u3000云溪市")
def test_the_source_map_is_monotone_in_range_and_true(text: str) -> None:
    cleaned = clean(_raw(text))
    previous = 0
    for span in cleaned.source_map:
        assert previous <= span.start < span.end <= len(cleaned.text)
        assert 0 <= span.raw_start < span.raw_end <= len(text)
        previous = span.end
        shown = cleaned.text[span.start : span.end]
        assert shown == text[span.raw_start : span.raw_end]


@given(policy_texts)
def test_cleaning_invents_nothing(text: str) -> None:
    cleaned = clean(_raw(text))
    ours = sum(s.end - s.start for s in cleaned.source_map)
    rest = len(cleaned.text) - ours
    assert rest == sum(
        cleaned.text[a:b].count("\n") + cleaned.text[a:b].count("：") + cleaned.text[a:b].count(" ")
        + cleaned.text[a:b].count("|")
        for a, b in _gaps(cleaned.text, [(s.start, s.end) for s in cleaned.source_map])
    )  # fmt: skip


def _gaps(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    bounds = [0, *(x for span in spans for x in span), len(text)]
    return list(zip(bounds[::2], bounds[1::2], strict=True))


@given(policy_texts)
def test_cleaning_a_clean_text_changes_little(text: str) -> None:
    once = clean(_raw(text)).text
    twice = clean(_raw(once)).text
    assume(not any(is_doubled(line) for line in twice.split("\n")))  # what a gap parted may look printed twice
    assert clean(_raw(twice)).text.replace("\n", "").replace(" ", "") == twice.replace("\n", "").replace(" ", "")


def test_spaces_of_a_long_line_are_found_in_linear_time() -> None:
    started = time.process_time()
    assert respaced(Mapped.of("甲　" * 30_000, 0, 60_000)).text.strip() == "甲" * 30_000
    assert time.process_time() - started < 5
