"""Statements that share a condition's words and say something else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.support.contrary import against
from kb.support.facts import _clauses
from tests.support_cases import state

OWNER: dict[str, Any] = {"主体": "个体工商户", "成立": "2025-01-01"}
CASES = (
    ("取得高级工证书", "拿到中级工证书", "拿到高级工证书"),
    ("取得中级以上职业技能等级证书", "拿到初级工证", "拿到高级工证"),
    ("全日制本科", "非全日制本科", "全日制本科毕业"),
    ("购买新建商品住房", "购买二手房", "购买新建商品住房"),
    ("租用经营场地", "免租的经营场地", "租用经营场地60平方米"),
    ("在本市缴纳社会保险", "在外地缴纳社会保险", "在本市缴纳社会保险"),
    ("足额缴纳社会保险费", "缴了社保", "社保都足额缴纳"),
    ("足额缴纳社会保险费", "缴纳社会保险费，欠了2个月", "社会保险费足额缴纳，没有欠"),
    ("连续缴纳社会保险费满12个月", "断断续续缴了15个月社保", "社保连续缴了15个月"),
    ("连续缴费满12个月", "缴费15个月，中间断过", "连续缴费15个月"),
    ("入驻市级孵化基地", "从市级孵化基地搬走了", "入驻市级孵化基地"),
    ("获得银行贷款", "银行贷款被拒", "获得银行贷款20万元"),
    ("获得银行贷款", "申请银行贷款", "申请银行贷款下来了"),
    ("取得营业执照", "营业执照被吊销", "领了营业执照"),
)


@pytest.mark.parametrize(("text", "contrary", "plain"), CASES)
def test_what_is_said_against_a_condition_does_not_meet_it(text: str, contrary: str, plain: str) -> None:
    assert state(text, 情况=[contrary], **OWNER) in ("unknown", "not_met")
    assert state(text, 情况=[plain], **OWNER) == "met"


@pytest.mark.parametrize(
    ("said", "expected"), [("有3项高新技术", "unknown"), ("认定为高新技术企业", "met"), ("我们是高新技术企业", "met")]
)
def test_a_title_is_had_by_who_says_to_have_it(said: str, expected: str) -> None:
    assert state("高新技术企业", 情况=[said], 主体="企业") == expected


def test_what_is_asked_for_in_the_same_words_is_not_against_it() -> None:
    assert not against("被吊销营业执照的", ["营业执照被吊销"])
    assert not against("首套、二套住房", ["二套住房"])
    assert not against("返乡创业人员在本市创办企业", ["在外地打工回来创办企业"])
    assert against("在本市创办企业", ["在外地创办企业"])
    assert against("初级、中级工", ["高级工"]) and not against("初级以上", ["高级工"])
    assert not against("连续缴费", ["缴费从未中断", "没有欠费"])


def test_what_became_of_a_thing_stays_with_it() -> None:
    assert _clauses("缴费15个月，中间断过；第一次创业，后来执照被吊销") == [
        "缴费15个月，中间断过",
        "第一次创业",
        "后来执照被吊销",
    ]
    assert _clauses("断过") == ["断过"]


@given(st.lists(st.sampled_from(("缴费", "，", "中间断过", "。", "开店", " ", "退租了", ";")), max_size=9).map("".join))
def test_clauses_are_slices_in_order_that_leave_out_only_marks(text: str) -> None:
    at = 0
    for clause in _clauses(text):
        at = text.index(clause, at) + len(clause)
    kept = "".join(_clauses(text))
    assert [c for c in text if c not in "，。; "] == [c for c in kept if c not in "，。; "]
