"""Rows, classes and raised sums that stand for themselves, and a higher sum for some."""

from __future__ import annotations

import pytest

from kb.model import PolicyDocument, Provision, Section, Table
from kb.support.cases import higher_cases
from kb.support.cutting import conditions_of
from kb.support.lone import classes_of, raised_in, rows_of, rows_within, stands_alone
from tests.support_cases import provision

HEAD = "澄洲市学生资助标准\n二、生活补助\n"


def with_table(
    rows: list[str], *, head: str = HEAD, provisions: tuple[Provision, ...] = (), title: str = "澄洲市学生资助标准"
) -> PolicyDocument:
    text = head + "\n".join(rows) + "\n三、其他\n"
    cells = [tuple(c.strip() for c in row.split("|")) for row in rows]
    table = Table(None, cells[0], tuple(cells[1:]), len(head), len(head) + len("\n".join(rows)))
    at = text.index("二、")
    section = Section("二、", "生活补助", "", 1, at, text.index("三、"))
    return PolicyDocument(text, policy_id="a", title=title, tables=(table,), sections=(section,), provisions=provisions)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["学生类别 | 补助标准", "孤儿 | 3000元", "残疾学生 | 2000元"], [("孤儿", "3000元"), ("残疾学生", "2000元")]),
        (["家庭情况 | 户型 | 原标准 | 现在标准", "两人户 | 小套 | 500元 | 600元"], [("两人户；小套", "600元")]),
        (["资助对象 | 资助比例 | 自付", "低保对象 | 90% | 40"], [("低保对象", "90%")]),
        (["序号 | 人员类别 | 金额（元）", "1 | 一线护工 | 800"], [("一线护工", "800")]),
        (["指标 | 目标值", "孵化器 | 42家"], []),
        (["单位所在地 | 咨询电话", "东湖区 | 8623107"], []),
        (["人员类别 | 受理时间", "应届毕业生 | 6月30日前"], []),
        (["人员 | 登记办法", "在校学生 | 由学校统一办理"], []),
    ],
)  # fmt: skip
def test_a_row_says_whose_it_is_and_what_he_gets(rows: list[str], told: list[tuple[str, str]]) -> None:
    document = with_table(rows)
    found = list(rows_of(document))
    assert [(p.audience, p.amount) for p in found] == told
    for one in found:
        assert one.benefit == "生活补助" and stands_alone(document, one).startswith("row")
        asked = [c.text for c in conditions_of(document, one)]
        assert asked == (one.audience or "").split("；")


def test_a_row_that_is_a_provision_already_is_told_once() -> None:
    rows = ["学生类别 | 补助标准", "孤儿 | 每年3000元", "残疾学生 | 每年2000元"]
    at = len(HEAD) + len(rows[0]) + 1
    own = Provision("孤儿补助", at, at + len(rows[1]), amount="每年3000元")
    assert [p.audience for p in rows_of(with_table(rows, provisions=(own,)))] == ["残疾学生"]


def test_the_table_within_a_support_gives_a_row_to_each() -> None:
    rows = ["单位规模 | 返还比例", "大型企业 | 30%", "有雇工的个体工商户 | 60%"]
    document = with_table(rows)
    whole = Provision("稳岗返还", 0, len(document.text), rate="30%；60%", conditions=("没有裁员",))
    assert [(p.audience, p.amount) for p in rows_within(document, whole)] == [
        ("大型企业", "30%"),
        ("有雇工的个体工商户", "60%"),
    ]
    assert rows_within(document, Provision("返还", 0, 5)) == []


CLASSES = (
    "一、对象\n甲类为获得市级以上奖项的教练员；乙类为从事青少年训练满5年的教练员。两类人员均应当在本市注册。\n"
    "二、标准\n甲类：每人每月800元。\n乙类：每人每月500元。\n三、附则\n"
)


def test_a_sum_of_a_class_is_for_whom_the_document_puts_into_it() -> None:
    own = provision(
        CLASSES, "教练员津贴", "甲类：每人每月800元。\n乙类：每人每月500元", amount="每人每月800元；每人每月500元"
    )
    document = PolicyDocument(CLASSES, policy_id="a", provisions=(own,))
    assert [(p.amount, p.audience) for p in classes_of(document, own)] == [
        ("每人每月800元", "获得市级以上奖项的教练员；均应当在本市注册"),
        ("每人每月500元", "从事青少年训练满5年的教练员；均应当在本市注册"),
    ]


def test_classes_that_nobody_defines_stay_one_support() -> None:
    text = "甲类：每人每月800元。\n乙类：每人每月500元。"
    own = provision(text, "津贴", text)
    assert classes_of(PolicyDocument(text, policy_id="a", provisions=(own,)), own) == []


@pytest.mark.parametrize(
    ("line", "gain"),
    [
        ("2. 购买装配式住宅的家庭：上浮15%；", "上浮15%"),
        ("现役军人家庭购买首套住房，最高额度提高到100万元。", "最高额度提高到100万元"),
        ("缴存余额的倍数从10倍提高到12倍；", None),
        ("每人每年1160元，比上年度提高60元。", None),
    ],
)
def test_a_sum_that_is_raised_for_some_is_a_support(line: str, gain: str | None) -> None:
    document = PolicyDocument(f"额度\n{line}\n", policy_id="a", title="澄洲市住房公积金贷款办法")
    found = list(raised_in(document))
    assert [p.amount for p in found] == ([gain] if gain else [])
    assert [p.benefit for p in found] == (["住房公积金贷款"] if gain else [])


@pytest.mark.parametrize(
    ("text", "beyond"),
    [
        ("每招用1人补贴1000元；招用退役军人的，每人补贴1500元", ["招用退役军人的，每人补贴1500元"]),
        ("每户补贴3000元；其中女性创办的，再给1000元", []),
        ("成立满1年的，每户补贴3000元；高校毕业生创办的，每户补贴5000元", []),
        ("每人补贴1000元。已领过的，不再补贴1000元", []),
    ],
)
def test_what_a_higher_sum_asks_for_is_not_asked_for_the_first(text: str, beyond: list[str]) -> None:
    assert [text[a:b] for a, b in higher_cases(text, provision(text, "补贴", text))] == beyond
