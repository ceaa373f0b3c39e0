"""kb.text: search keys, sentences, tokens, document numbers, dates and quantities."""

import re
from datetime import date
from decimal import Decimal

import numpy  # noqa: F401, ICN001 - long texts are folded as arrays where it is loaded
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text import (
    find_dates,
    find_doc_numbers,
    find_quantities,
    fold,
    index_tokens,
    query_tokens,
    shadow,
    split_clauses,
    split_sentences,
    squash,
    squash_lines,
    words,
)
from kb.text.dates import add_months
from kb.text.numerals import chinese_value

ANY_TEXT = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("一二三〔〕2025年月日号第万亿元家。；，！？《》（）% ")),
    max_size=120,
)


@given(ANY_TEXT)
def test_shadow_is_the_squashed_key_and_points_back(text: str) -> None:
    made = shadow(text)
    assert made.key == squash(text)
    assert len(made.offsets) == len(made.key) + 1
    assert list(made.offsets) == sorted(made.offsets)
    assert all(0 <= o <= len(text) for o in made.offsets)


@given(ANY_TEXT)
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY_TEXT, st.integers(1, 40))
def test_a_long_text_has_the_key_of_its_characters(text: str, times: int) -> None:
    long = f"{text}：" * times
    assert squash(long) == squash(f"{text}：") * times
    assert fold(long) == re.sub(r"\s+", " ", "".join(map(fold, long)))
    assert squash_lines([long, "", text]).split("\n") == [squash(long), "", squash(text)]


def test_fold_ignores_width_case_and_traditional_characters() -> None:
    assert squash("王競 ＡＢｃ１２％　（測試）") == squash("王竞abc12%(测试)")


@given(ANY_TEXT)
def test_sentences_are_ordered_slices_that_lose_only_white_space(text: str) -> None:
    for spans in (split_sentences(text), split_clauses(text)):
        assert all(a < b for a, b in spans)
        assert all(spans[i][1] <= spans[i + 1][0] for i in range(len(spans) - 1))
        kept = "".join("".join(text[a:b].split()) for a, b in spans)
        assert kept == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("投入12.5%。结束！", ["投入12.5%。", "结束！"]),
        ("他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]),
        ("见《办法》（试行。草案）第三条。完", ["见《办法》（试行。草案）第三条。", "完"]),
        ("第一行\n第二行", ["第一行", "第二行"]),
        ("", []),
    ],
)
def test_sentence_ends(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in split_sentences(text)] == expected


def test_clauses_also_end_at_semicolons() -> None:
    text = "（一）甲；（二）乙。"
    assert [text[a:b] for a, b in split_clauses(text)] == ["（一）甲；", "（二）乙。"]


def test_index_tokens_are_words_and_bigrams_with_numbers_whole() -> None:
    assert index_tokens("新增1,600家，占12.5%") == ["新增", "新增", "1600", "家", "占", "12.5"]
    assert query_tokens("人社局") == index_tokens("人社局")
    assert "人社局" in words("市人社局负责")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("根据国办发[2020]1 号和温政办〔2025〕30号", ["国办发〔2020〕1号", "温政办〔2025〕30号"]),
        ("穗人社规字（2019）第6号", ["穗人社规字〔2019〕6号"]),
        ("温鹿政办〔二〇二五〕二十一号", ["温鹿政办〔2025〕21号"]),
        ("请问温科提复〔2024〕89号是什么", ["温科提复〔2024〕89号"]),
        ("国务院令第711号", ["国务院令第711号"]),
        ("财政部 税务总局公告2022年第14号", ["财政部税务总局公告2022年第14号"]),
        ("2024年第5号公告", ["2024年第5号公告"]),
        ("中国（浙江）自贸办〔2021〕3号", ["中国（浙江）自贸办〔2021〕3号"]),
        ("2024年6月20日第5号楼", []),
    ],
)
def test_document_numbers(text: str, expected: list[str]) -> None:
    found = find_doc_numbers(text)
    assert [d.canonical for d in found] == expected
    assert all(text[d.start : d.end].endswith(("号", "公告")) for d in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025年6月12日", ["2025-06-12"]),
        ("二○一一年三月", ["2011-03"]),
        ("二〇二五年十一月二十二日", ["2025-11-22"]),
        ("2011- 09- 01", ["2011-09-01"]),
        ("2025-2027年", ["2025..2027"]),
        ("4月17日", ["--04-17"]),
        ("2025年2月30日", []),
        ("电话0577-88287012", []),
    ],
)
def test_dates(text: str, expected: list[str]) -> None:
    assert [d.iso + (f"..{d.until}" if d.until else "") for d in find_dates(text)] == expected


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2031年2月", "2031-02-01", "2031-02-28"),
        ("2032年2月", "2032-02-01", "2032-02-29"),
        ("2031年", "2031-01-01", "2031-12-31"),
        ("２０３１年３月９日", "2031-03-09", "2031-03-09"),
        ("3月9日", None, None),
    ],
)
def test_the_days_a_date_begins_and_ends_with(text: str, first: str | None, last: str | None) -> None:
    (found,) = find_dates(text)
    assert (found.first_day, found.last_day) == (first, last)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2031-05-30", 2, "2031-07-30"),
        ("2031-05-31", 1, "2031-06-30"),
        ("2031-12-31", 2, "2032-02-29"),
        ("2032-02-29", 12, "2033-02-28"),
        ("2031-05-30", 0, "2031-05-30"),
    ],
)
def test_a_later_month_has_the_same_day_or_its_last(day: str, months: int, expected: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)


def test_a_year_before_1000_is_none() -> None:
    assert [d.precision for d in find_dates("零零零一年三月、一零三一年三月")] == ["month"]


@pytest.mark.parametrize(
    ("text", "value", "unit", "modifier"),
    [
        ("160万平方米", "1600000", "平方米", None),
        ("超542万方", "5420000", "平方米", "超"),
        ("近200亿元", "20000000000", "元", "近"),
        ("一万六千人", "16000", "人", None),
        ("百分之二十五", "25", "%", None),
        ("占1/8左右", "0.125", "", None),
        ("百亿产业", "10000000000", "", None),
        ("6600多个", "6600", "个", None),
        ("1,600家", "1600", "家", None),
        ("不超过50万元", "500000", "元", "不超过"),
        ("5个工作日", "5", "个工作日", None),
        ("1亿2千万元", "120000000", "元", None),
        ("一万二千元", "12000", "元", None),
        ("一万二元", "12000", "元", None),
        ("２０万元", "200000", "元", None),
        ("半年", "0.5", "年", None),
    ],
)
def test_quantities(text: str, value: str, unit: str, modifier: str | None) -> None:
    (found,) = find_quantities(text)
    assert (found.value, found.unit, found.modifier) == (Decimal(value), unit, modifier)


def test_words_that_look_like_numbers_are_none() -> None:
    assert find_quantities("一是统一规划，二是万一失败，三五家、数十家企业") == []


def test_both_ends_of_a_range_have_the_unit() -> None:
    assert [(q.value, q.unit) for q in find_quantities("奖励100-200万元")] == [(1_000_000, "元"), (2_000_000, "元")]


@given(st.integers(min_value=0, max_value=99_999_999))
def test_chinese_numerals_read_back(number: int) -> None:
    assert chinese_value(_chinese(number)) == number


def _chinese(number: int) -> str:
    """A plain independent writer of numerals, with every zero written out."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        return _chinese(high) + "万" + (("零" if low < 1000 else "") + _chinese(low) if low else "")
    digits, out = "零一二三四五六七八九", ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        out += digits[digit] + name if digit else ("零" if out and number and not out.endswith("零") else "")
    return out or "零"


@given(ANY_TEXT)
def test_finders_never_fail_and_stay_in_the_text(text: str) -> None:
    for found in (find_doc_numbers(text), find_dates(text), find_quantities(text)):
        assert all(0 <= f.start < f.end <= len(text) for f in found)
        assert all(found[i].end <= found[i + 1].start for i in range(len(found) - 1))
