"""Rows of tables in words, with the heads over them."""

from datetime import date

import pytest

from kb.compose import Composer
from kb.model import PolicyDocument, Table
from kb.scope import year_agreement
from kb.tabular import heads_of, heads_span, row_in_words, rows_in_words, table_at, years_in
from kb.view import DocumentView

_HEAD = "指标 | 单位 | 2024年 | 2025年"
_ROW = "上云企业 | 家 | 2100 | 2550"
_TEXT = f"附件1 分年度指标\n{_HEAD}\n{_ROW}\n区县名单如下。"


def _document(text: str = _TEXT, header: str = _HEAD) -> PolicyDocument:
    rows = [line for line in text.split("\n") if " | " in line]
    start = text.index(rows[0])
    table = Table("分年度指标", tuple(header.split(" | ")), (tuple(_ROW.split(" | ")),), start, text.index("\n区县"))
    return PolicyDocument(text=text, title="数字化方案", tables=(table,))


def _span(text: str, part: str) -> tuple[int, int]:
    return text.index(part), text.index(part) + len(part)


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ((), "指标：上云企业；单位：家；2024年：2100；2025年：2550。"),
        ((2025,), "指标：上云企业；单位：家；2025年：2550。"),
        ((2024, 2025), "指标：上云企业；单位：家；2024年：2100；2025年：2550。"),
        ((2031,), "指标：上云企业；单位：家；2024年：2100；2025年：2550。"),
    ],
)
def test_of_columns_by_year_those_asked_for_are_said(years: tuple[int, ...], said: str) -> None:
    assert row_in_words(_document(), *_span(_TEXT, _ROW), years) == said


def test_heads_and_prose_are_no_rows() -> None:
    document = _document()
    assert table_at(document, *_span(_TEXT, _HEAD)) is None
    assert row_in_words(document, *_span(_TEXT, _HEAD)) is None
    assert row_in_words(document, *_span(_TEXT, "区县名单如下。")) is None


def test_heads_are_cited_beside_a_row_where_they_hold_figures() -> None:
    document = _document()
    start, end = heads_span(document, *_span(_TEXT, _ROW)) or (0, 0)
    assert _TEXT[start:end] == _HEAD
    plain = _TEXT.replace("2024年", "上年").replace("2025年", "今年")
    assert heads_span(_document(plain, "指标 | 单位 | 上年 | 今年"), *_span(plain, _ROW)) is None


def test_the_heads_over_a_row_in_one_line() -> None:
    document = _document()
    assert heads_of(document, *_span(_TEXT, _ROW)) == _HEAD
    assert heads_of(document, *_span(_TEXT, _HEAD)) is None
    assert heads_of(document, *_span(_TEXT, "区县名单如下。")) is None
    assert heads_of(_document(header=" |  |  | "), *_span(_TEXT, _ROW)) is None


def test_a_quoted_row_carries_the_citation_of_its_heads() -> None:
    composer = Composer(date(2026, 1, 1), (2025,))
    assert composer.quote(DocumentView(_document()), *_span(_TEXT, _ROW))
    (sentence,) = composer.sentences
    assert sentence.text == "《数字化方案》：指标：上云企业；单位：家；2025年：2550。"
    assert [composer.citations[n - 1].quote for n in sentence.citations] == [_ROW, _HEAD]


def test_a_row_speaks_of_the_years_over_its_cells() -> None:
    view = DocumentView(_document())
    row = next(i for i in range(len(view)) if view.text(i) == _ROW)
    assert view.column_years(row) == (2024, 2025)
    assert view.columns_key(row) == "分年度指标指标单位2024年2025年"
    assert [year_agreement(y, view, row) for y in (2025, 2031)] == [1.0, 0.0]
    head = next(i for i in range(len(view)) if view.text(i) == _HEAD)
    assert view.columns_key(head) == ""


def test_years_of_a_text() -> None:
    assert years_in("2023—2025年，2027年") == (2023, 2024, 2025, 2027)


def test_of_a_head_in_two_rows_both_are_said_and_cited() -> None:
    head = "学历 | 月补贴（元） | 月补贴（元） | 期限"
    second, row = "学历 | 青岩区 | 松口县 | 期限", "博士 | 1800 | 1620 | 36个月"
    text = f"{head}\n{second}\n{row}"
    rows = tuple(tuple(line.split(" | ")) for line in (second, row))
    document = PolicyDocument(
        text, title="租房补贴", tables=(Table(None, tuple(head.split(" | ")), rows, 0, len(text)),)
    )
    at = _span(text, row)
    assert (
        row_in_words(document, *at)
        == "学历：博士；月补贴（元）（青岩区）：1800；月补贴（元）（松口县）：1620；期限：36个月。"
    )
    assert heads_span(document, *at) == (0, text.index(row) - 1)
    assert heads_of(document, *at) == "学历 | 月补贴（元）（青岩区） | 月补贴（元）（松口县） | 期限"
    one = PolicyDocument(text, tables=(Table(None, tuple(head.split(" | ")), rows[1:], 0, len(text)),))
    assert row_in_words(one, *at) == "学历：博士；月补贴（元）：1800；月补贴（元）：1620；期限：36个月。"


def test_several_rows_are_said_one_behind_the_other() -> None:
    text = "四、申请材料\n序号 | 材料 | 说明\n1 | 身份证 | —\n2 | 申请表 | 一式两份。\n备注"
    table = Table(
        None, ("序号", "材料", "说明"), (("1", "身份证", "—"), ("2", "申请表", "一式两份。")), 7, len(text) - 3
    )
    document = PolicyDocument(text, tables=(table,))
    assert rows_in_words(document, 0, len(text)) == (
        "四、申请材料；序号，材料，说明；1，身份证；2，申请表，一式两份；备注。"
    )
    assert rows_in_words(document, 0, 7) is None
    assert rows_in_words(PolicyDocument(text), 0, len(text)) is None
