"""Conditions that stand elsewhere than with the sum, wants of several things, and figures as people state them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kb.model import Kind, PolicyDocument, Provision, Section, Status
from kb.support.applicable import Place
from kb.support.around import conditions_around
from kb.support.candidates import Candidate
from kb.support.cutting import conditions_of
from kb.support.kinds import single, topical
from kb.support.measures import measures
from kb.support.profile import Statement
from tests.support_cases import provision

RULES = (
    "第一条 云服务\n企业购买云服务的，按实际支付额的50%补助，每年最高3万元。\n"
    "第二条 标杆企业\n新评定的标杆企业，奖励60万元。\n"
    "第三条 有下列情形之一的，不予支持：\n（一）列入严重失信主体名单的；\n（二）同一投入已获得其他财政资金的。\n"
)


def candidate(text: str, one: Provision, **fields: object) -> Candidate:
    document = PolicyDocument(text, policy_id="p", provisions=(one,), **fields)  # type: ignore[arg-type]
    return Candidate(document, one, Place(names=("澄洲市",)), Status.IN_FORCE)


def test_what_a_document_rules_out_holds_for_each_of_its_supports() -> None:
    one = candidate(RULES, provision(RULES, "云服务补助", "企业购买云服务的，按实际支付额的50%补助，每年最高3万元"))
    found = conditions_around(one, [one], [])
    assert [(c.text, c.bars) for c in found] == [
        ("列入严重失信主体名单的", True),
        ("同一投入已获得其他财政资金的", True),
    ]
    assert all(RULES[c.start : c.end] == c.text for c in found)


def test_the_section_of_a_support_gives_its_conditions() -> None:
    text = (
        "一、一览\n1. 创业资助：给创业者，1万元。\n二、创业资助\n"
        "申请人是初创企业的法定代表人；属于下面任何一类：\n1. 登记失业人员。\n2. 退役军人。\n登记满6个月。\n三、其他\n"
    )
    sections = tuple(
        Section(label, title, title, 1, text.index(f"{label}{title}"), text.index(until) if until else len(text))
        for label, title, until in (("一、", "一览", "二、"), ("二、", "创业资助", "三、"), ("三、", "其他", ""))
    )
    one = candidate(text, provision(text, "创业资助", "创业资助：给创业者，1万元"), sections=sections)
    assert [(c.text, c.choice) for c in conditions_around(one, [one], [])] == [
        ("登记失业人员", "人员"),
        ("退役军人", "人员"),
        ("申请人是初创企业的法定代表人", ""),
        ("登记满6个月", ""),
    ]


def test_detailed_rules_add_what_they_ask_of_the_support_by_its_name() -> None:
    text = "引进人才的单位，每人给予引才奖励10万元。"
    one = candidate(text, provision(text, "引才奖励", "每人给予引才奖励10万元"), title="澄洲市人才支持办法")
    rules = PolicyDocument(
        "澄洲市人才支持办法实施细则\n（一）引才奖励每年9月申报，人才应当已在岗满12个月。\n（二）安家补贴应当首次购房。\n",
        policy_id="r",
        title="澄洲市人才支持办法实施细则",
        kind=Kind.DETAILED_RULES,
    )
    other = PolicyDocument(rules.text, policy_id="x", title="别市实施细则", kind=Kind.DETAILED_RULES)
    found = conditions_around(one, [one], [one.document, rules, other])
    assert [(c.text, c.policy_id) for c in found] == [("人才应当已在岗满12个月", "r")]


def test_persons_listed_behind_the_sum_are_alternatives() -> None:
    text = "下列人员首次创业的，每户补贴5000元：登记失业人员，退役军人。"
    said = conditions_of(PolicyDocument(text), provision(text, "创业补贴", "下列人员首次创业的，每户补贴5000元"))
    assert ("登记失业人员，退役军人", "人员") in [(c.text, c.choice) for c in said]


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("上班一年多了", "12", "23"),
        ("干了不到3个月", "0", "2.5"),
        ("从4月起一直交着社保", "6", "7"),
        ("签了3年合同", "36", "36"),
    ],
)
def test_terms_as_people_state_them(said: str, low: str, high: str) -> None:
    (one,) = measures(Statement("情况", said), date(2026, 11, 27))
    assert (one.unit, one.low, one.high) == ("个月", Decimal(low), Decimal(high))


def test_two_things_wanted_are_two_and_money_alone_is_no_topic() -> None:
    assert single(("补贴和贷款", "租金补贴")) == ("补贴", "贷款", "租金补贴")
    assert [topical((w,)) for w in ("补贴", "贷款", "一次性奖励")] == [False, True, False]
