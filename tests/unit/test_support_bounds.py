"""Bounds and counts: every form of words that sets the least or the most, and of whom a figure is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kb.support.bounds import Bound, bound_of
from kb.text.quantity import find_quantities
from tests.support_cases import state

OLD: dict[str, Any] = {"主体": "企业", "成立": "2010-01-01", "人数": 500, "营业收入": "3000万元", "情况": ["今年50岁"]}
YOUNG: dict[str, Any] = {"主体": "企业", "成立": "2026-01-01", "人数": 5, "营业收入": "30万元", "情况": ["今年20岁"]}

MOST = (
    *("年龄在35周岁（含）以下", "45周岁（含45周岁）以下", "年龄35周岁以内", "年龄不得超过35周岁", "年龄未超过35周岁"),
    *(
        "成立时间不得超过5年",
        "成立时间未超过3年",
        "登记注册不到3年",
        "成立5年（含5年）以内",
        "成立没有超过4年",
        "成立不足2年",
    ),
    *("从业人员100人（含100人）以下", "职工人数≤20人", "职工未达到50人", "职工不得多于100人"),
    *("营业收入未达到2000万元", "上年度营业收入2000万元（不含）以下", "营业收入不得高于2000万元"),
)
LEAST = (
    *(
        "年满35周岁",
        "年龄不得低于35周岁",
        "35周岁（含）以上",
        "成立满3年",
        "经营时间不得少于3年",
        "成立3年（含3年）以上",
    ),
    *("职工人数≥20人", "职工不得少于20人", "职工达到20人", "营业收入2000万元（含）以上", "营业收入不得低于2000万元"),
)
NONE = ("成立3年", "职工20人", "营业收入2000万元", "年龄35周岁")
BETWEEN = (
    *("营业收入500万元至2000万元", "营业收入500万元到2000万元之间", "营业收入在100-1000万元", "职工10至50人"),
    *("职工20～100人", "年龄18～35周岁", "年龄在22–40周岁之间", "成立时间3年至5年"),
)


@pytest.mark.parametrize(
    ("text", "old", "young"),
    [
        *((text, "not_met", "met") for text in MOST),
        *((text, "met", "not_met") for text in LEAST),
        *((text, "unknown", "unknown") for text in NONE),
        *((text, "not_met", "not_met") for text in BETWEEN if "18" not in text),
    ],
)
def test_a_bound_is_read_or_nothing_is(text: str, old: str, young: str) -> None:
    assert (state(text, **OLD), state(text, **YOUNG)) == (old, young)


@pytest.mark.parametrize(
    ("text", "low", "high", "opened"),
    [
        ("不超过5年", None, 60, False),
        ("不满5年", None, 60, True),
        ("超过10人", 10, None, True),
        ("不少于人民币500万元", 5_000_000, None, False),
        ("10万元至20万元之间", 100_000, 200_000, False),
    ],
)
def test_the_bound_of_a_figure(text: str, low: int | None, high: int | None, opened: bool) -> None:
    bound, start, end = bound_of(text, find_quantities(text)[0])
    wanted = Bound(None if low is None else Decimal(low), None if high is None else Decimal(high), opened)
    assert (bound, text[start:end]) == (wanted, text)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("营业收入500万元以上", {"营业收入": "不到500万元"}),
        ("营业收入500万元至2000万元", {"营业收入": "不到500万元"}),
        ("营业收入100万元以上", {"营业收入": "100万元以下"}),
        ("营业收入100万元以上", {"情况": ["营业收入目标200万元"]}),
        ("营业收入100万元以上", {"情况": ["营业收入比去年增加了200万元"]}),
        ("职工20人以上", {"人数": "不到20人"}),
        ("职工20人以上", {"人数": "最多20人"}),
        ("设备投资不低于500万元", {"情况": ["设备投资500万元以内"]}),
        ("纳税额100万元以上", {"情况": ["纳税额120万元以下"]}),
        ("研发投入300万元以上", {"情况": ["研发投入计划300万元"]}),
        ("登记失业6个月以上", {"成立": "2010-01-01"}),
        ("经营场地租赁期限1年以上", {"成立": "2010-01-01"}),
        ("经营者从事本行业1年以上", {"成立": "2010-01-01"}),
        ("注册商标有效期5年以上", {"成立": "2010-01-01"}),
        ("商标注册满5年", {"成立": "2010-01-01"}),
        ("经营许可证剩余有效期1年以上", {"成立": "2010-01-01"}),
        ("女职工不少于20人", {"人数": 30}),
        ("新员工5人以上", {"人数": 30}),
        ("残疾职工3人以上", {"人数": 30}),
        ("研发人员不少于10人", {"人数": 30}),
    ],
)
def test_a_figure_of_something_else_or_less_meets_nothing(text: str, values: dict[str, Any]) -> None:
    assert state(text, **({"主体": "企业"} | values)) != "met"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("营业收入500万元以上", {"营业收入": "600万元以上"}),
        ("营业收入达到500万元", {"情况": ["去年营业收入增加到600万元"]}),
        ("登记注册满3年", {"成立": "2010-01-01"}),
        ("自领取营业执照之日起经营满1年", {"成立": "2010-01-01"}),
        ("在本市登记注册并经营时间不少于1年", {"成立": "2010-01-01"}),
        ("用工人数不少于20人", {"人数": "二十多人"}),
    ],
)
def test_a_figure_of_the_thing_itself_meets(text: str, values: dict[str, Any]) -> None:
    assert state(text, **({"主体": "企业"} | values)) == "met"
