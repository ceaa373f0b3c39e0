"""Supports told without a sum beside them, and texts as amended."""

from __future__ import annotations

from datetime import date

import pytest

from kb.model import PolicyDocument, Provision
from kb.support.candidates import amended_later
from kb.support.unlisted import provisions_of


def test_a_remitted_fee_is_a_support_with_whom_it_is_for() -> None:
    text = "（四）在东门集市经营的摊位，自首次设摊起免收摊位费6个月；第7个月起减半收取。责任单位：区商务局。"
    (found,) = provisions_of(PolicyDocument(text, policy_id="a"))
    assert (found.benefit, found.audience) == ("免收摊位费", "在东门集市经营的摊位")
    assert found.amount == "自首次设摊起免收摊位费6个月；第7个月起减半收取"


def test_the_sums_of_a_list_in_the_chapter_belong_to_its_support() -> None:
    text = (
        "四、技能补贴\n1. 初级：1000元；\n2. 高级：2000元。\n每人每年最多三次。\n五、其他\n1. 甲：1元；\n2. 乙：2元。"
    )
    at = text.index("每人每年最多三次")
    own = Provision("技能补贴", at, at + 8, cap="每人每年最多三次")
    (found,) = provisions_of(PolicyDocument(text, policy_id="a", provisions=(own,)))
    assert found.amount == "初级：1000元；高级：2000元"
    assert text[found.start : found.end] == text[text.index("初级") : at + 8]


@pytest.mark.parametrize(("day", "out"), [(date(2026, 8, 31), True), (date(2026, 9, 1), False)])
def test_a_text_as_amended_counts_from_its_amendment(day: date, out: bool) -> None:
    head = "（2022年8月29日公布，根据2026年6月25日市人民政府令修正，修正内容自2026年\n9月1日起施行）"
    text = f"某办法\n{head}\n第一条 为了"
    assert (amended_later(PolicyDocument(text, policy_id="a"), day) is not None) is out
