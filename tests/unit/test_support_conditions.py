"""A provision's conditions, one by one: every one an exact slice, nothing that asks for nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model import PolicyDocument, Provision, Table
from kb.support.cutting import conditions_of
from tests.support_cases import provision

TEXT = (
    "澄洲市支持创业若干措施\n"
    "1．创业补贴。首次在本市创办小微企业或者个体工商户，正常经营满6个月的，每户补贴8000元。对象为：毕业5年内的高校毕业生，"
    "登记失业人员，退役军人。自领取营业执照之日起3年内申请。\n"
    "2．租金补贴。第1条所列人员租用经营场地的，按年租金的50%补贴，每年不超过1万元。租用本人房产，或者已经享受租金减免的，不予补贴。\n"
    "3．载体奖补。入驻企业不少于15户、带动就业不少于60人的，一次性奖补30万元，次年考核合格的再拨付20万元。\n"
)


def texts(document: PolicyDocument, one: Provision) -> list[str]:
    found = conditions_of(document, one)
    assert all(document.text[c.start : c.end] == c.text for c in found)
    return [f"{'不：' if c.bars else ''}{c.text}" for c in found]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "每户补贴8000元",
            [
                "首次在本市创办小微企业或者个体工商户",
                "正常经营满6个月",
                "毕业5年内的高校毕业生，登记失业人员，退役军人",
                "自领取营业执照之日起3年内申请",
            ],
        ),
        ("按年租金的50%补贴", ["第1条所列人员", "租用经营场地", "不：租用本人房产", "不：已经享受租金减免"]),
        ("一次性奖补30万元", ["入驻企业不少于15户", "带动就业不少于60人", "次年考核合格"]),
    ],
)
def test_clauses_before_the_grant(said: str, expected: list[str]) -> None:
    document = PolicyDocument(TEXT)
    found = texts(document, provision(TEXT, "补贴", said))
    assert [t.removesuffix("的") for t in found] == expected


def test_a_row_gives_its_cells_under_the_heads_that_say_who() -> None:
    text = "事项 | 对象 | 标准 | 条件\n创业补贴 | 高校毕业生 | 8000元 | 经营满6个月\n"
    row = "创业补贴 | 高校毕业生 | 8000元 | 经营满6个月"
    document = PolicyDocument(
        text, tables=(Table(None, ("事项", "对象", "标准", "条件"), (tuple(row.split(" | ")),), 0, len(text)),)
    )
    assert texts(document, provision(text, "创业补贴", row)) == ["高校毕业生", "经营满6个月"]


def test_items_of_a_list_whose_head_rules_out_do_rule_out() -> None:
    text = "租房补贴每月800元\n第四条 下列人员不享受租房补贴：\n（一）在编人员；\n（二）已有住房的人员。\n"
    one = Provision("租房补贴", 0, 9, conditions=("在编人员", "已有住房的人员"))
    assert texts(PolicyDocument(text), one) == ["不：在编人员", "不：已有住房的人员"]


def test_lines_beside_the_sum() -> None:
    text = "（一）扩岗补助\n1.招用对象：高校毕业生；\n2.条件：签订劳动合同；\n3.标准：每招用1人发1500元；\n"
    found = texts(PolicyDocument(text), provision(text, "扩岗补助", "标准：每招用1人发1500元"))
    assert found[:2] == ["招用对象：高校毕业生", "签订劳动合同"]


def test_what_the_body_does_is_no_condition() -> None:
    text = "补贴每人500元。由市人社局审核。同一事项另有规定的，按标准高的执行。逾期视为放弃。\n"
    one = Provision("补贴", 0, 7, conditions=("由市人社局审核", "逾期视为放弃", "同一事项另有规定的，按标准高的执行"))
    assert texts(PolicyDocument(text), one) == []


@given(
    st.text(alphabet="企业在本市注册满2年的，。；、\n（一）0不予补贴或者1.：| ", max_size=80),
    st.integers(0, 80),
    st.integers(0, 80),
)
def test_every_condition_is_a_slice_and_none_overlaps(text: str, a: int, b: int) -> None:
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    found = conditions_of(PolicyDocument(text), Provision("补贴", start, end))
    assert all(text[c.start : c.end] == c.text for c in found)
    assert all(x.end <= y.start for x, y in zip(found, found[1:], strict=False))
