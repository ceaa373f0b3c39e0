"""What may decide a condition: what is so of the claimant itself, here, and not denied."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.support.profile import Statement
from kb.support.speaking import in_its_place, may_decide
from tests.support_cases import SCOPE, state

OWNER: dict[str, Any] = {"主体": "个体工商户", "成立": "2025-01-01"}
PERSON: dict[str, Any] = {"主体": "个人"}
FIRM: dict[str, Any] = {"主体": "小微企业", "成立": "2025-01-01"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("自主就业退役军人", "我父亲是退役军人"),
        ("残疾人", "我爸是残疾人"),
        ("B类人才", "老婆是B类人才"),
        ("年满18周岁", "孩子20岁"),
        ("参加创业培训", "朋友参加过创业培训"),
        ("登记失业人员", "我哥在失业登记"),
        ("就业困难人员", "邻居是就业困难人员"),
        ("取得职业资格证书", "我表弟拿到电工证"),
        ("年龄不超过45周岁", "员工平均30岁"),
        ("签订劳动合同", "和房东签了合同"),
    ],
)
def test_what_is_said_of_another_person_decides_nothing(text: str, said: str) -> None:
    assert state(text, 情况=[said], **OWNER) == "unknown"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("登记失业人员", "打算去办失业登记"),
        ("登记失业人员", "失业登记过期了"),
        ("参加创业培训", "准备参加创业培训"),
        ("被认定为高新技术企业", "正在申请认定高新技术企业"),
        ("高新技术企业", "明年申报高新技术企业"),
        ("上年度营业收入达到2000万元", "营业收入预计3000万元"),
        ("具有本科以上学历", "本科在读"),
        ("签订1年以上劳动合同", "还在谈1年劳动合同"),
        ("购买住房", "想买住房"),
    ],
)
def test_what_is_only_intended_or_over_decides_nothing(text: str, said: str) -> None:
    assert state(text, 情况=[said], **FIRM) == "unknown"


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("办理灵活就业登记", "没有办灵活就业登记", "not_met"),
        ("户籍在本市", "户口不在本市", "not_met"),
        ("购买住房", "名下无房", "unknown"),
        ("没有自有住房", "没有租房", "unknown"),
        ("没有自有住房", "没有房贷", "unknown"),
        ("没有自有住房", "名下无房", "met"),
        ("住房租赁合同已经登记备案", "住房租赁合同没有登记备案", "not_met"),
        ("没有列入严重失信主体名单", "没有列入严重失信主体名单", "met"),
        ("连续缴纳社会保险费", "社会保险费连续缴纳没有断过", "met"),
    ],
)
def test_a_denial_meets_only_what_asks_for_one(text: str, said: str, expected: str) -> None:
    assert state(text, 情况=[said], **PERSON) == expected


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("在青岩区购买自住商品住房", "在松口县购买自住商品住房一套", "unknown"),
        ("在青岩区购买自住商品住房", "在青岩区以外购买自住商品住房一套", "unknown"),
        ("在青岩区购买自住商品住房", "在青岩区购买自住商品住房一套", "met"),
        ("港澳青年", "去过香港旅游", "unknown"),
        ("港澳青年", "香港居民", "met"),
    ],
)
def test_what_is_said_of_another_place_meets_nothing(text: str, said: str, expected: str) -> None:
    assert state(text, 情况=[said], **PERSON) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("自主就业退役军人", "我是自主就业退役军人"),
        ("残疾人", "本人是残疾人"),
        ("B类人才", "我是B类人才"),
        ("年满18周岁", "今年20岁"),
        ("参加创业培训", "参加过创业培训"),
        ("登记失业人员", "办了失业登记"),
        ("具有本科以上学历", "本科毕业"),
        ("取得职业资格证书", "拿到电工证"),
        ("与配偶均没有自有住房", "本人和配偶都没有自有住房"),
        ("租用直系亲属以外的房产", "不是亲戚的房子，租用的房产"),
    ],
)
def test_what_the_claimant_says_of_itself_meets(text: str, said: str) -> None:
    assert state(text, 情况=[said], **PERSON) == "met"


def test_what_ruled_somebody_out_and_is_over_is_asked_about() -> None:
    text, said = "列入失信名单的，不予支持", "去年被列入失信名单"
    assert [state(text, bars=True, 情况=[s]) for s in (said, f"{said}，已经移出", f"{said}，还没移出")] == [
        "not_met",
        "unknown",
        "not_met",
    ]


def test_a_gate_opens_for_what_a_condition_asks_for() -> None:
    def may(text: str, said: str, *, met: bool = True, bars: bool = False) -> bool:
        return may_decide(text, [Statement("情况", said)], met=met, bars=bars)

    assert may("配偶为退役军人", "配偶是退役军人") and not may("本人为退役军人", "配偶是退役军人")
    assert may("有创业意愿的", "打算创业") and not may("正在创业的", "打算创业")
    assert not may("参加培训", "没有参加培训") and may("参加培训", "没有参加培训", met=False)
    assert may("参加培训", "没有参加培训", bars=True)
    assert may_decide("参加培训", [Statement("人数", "父亲3")], met=True, bars=False)  # no free statement
    assert in_its_place("在东湖区购买", [Statement("情况", "买在西山区")], SCOPE)


KIN = ("父亲", "妈妈", "丈夫", "爱人", "儿子", "女儿", "姐姐", "表弟", "舅舅", "朋友", "同学", "邻居", "房东")
ASKED = {
    "毕业5年内的高校毕业生": "去年6月大学毕业",
    "登记失业人员": "办了失业登记",
    "就业困难人员": "认定为就业困难人员",
    "自主就业退役军人": "是自主就业退役军人",
    "残疾人": "是残疾人",
    "返乡入乡创业人员": "从外地打工回来创业",
    "B类人才": "认定为B类人才",
    "年满18周岁": "30岁",
    "具有大专以上学历": "本科毕业",
    "参加创业培训并取得合格证书": "参加创业培训并取得合格证书",
    "连续缴纳职工基本养老保险满6个月": "职工基本养老保险连续缴纳8个月",
    "在岗满12个月": "在岗14个月",
    "投入改造资金20万元以上": "改造资金投入35万元",
    "签订1年以上劳动合同": "签了2年劳动合同",
    "住房租赁合同已经登记备案": "住房租赁合同已登记备案",
    "首次创办企业": "第一次创办企业",
}


@given(
    st.sampled_from(sorted(ASKED)),
    st.sampled_from(KIN),
    st.sampled_from(("我{}{}", "{}{}", "我的{}{}", "{}今年{}")),
    st.sampled_from((PERSON, OWNER, FIRM)),
)
def test_a_statement_of_a_relative_never_meets_what_asks_for_none(
    text: str, kin: str, form: str, values: dict[str, Any]
) -> None:
    own, of_kin = state(text, **values), state(text, 情况=[form.format(kin, ASKED[text])], **values)
    assert of_kin != "met" or own == "met"


def test_the_property_is_of_statements_that_would_meet_if_said_of_the_claimant() -> None:
    met = [text for text, said in ASKED.items() if state(text, 情况=[said], **PERSON) == "met"]
    assert len(met) >= len(ASKED) - 3


@pytest.mark.parametrize("kind", [None, "个人", "个体工商户", "小微企业", "企业", "农民专业合作社", "社会组织"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("高校毕业生", "招了3名毕业生"),
        ("毕业5年内的高校毕业生", "今年招用2名2026届高校毕业生"),
        ("登记失业人员", "吸纳登记失业人员2人"),
        ("自主就业退役军人", "聘用了1名退役军人"),
        ("博士后研究人员", "引进博士后2人"),
        ("残疾人", "录用残疾人1名"),
    ],
)
def test_whom_a_firm_takes_on_it_is_not_itself(kind: str | None, text: str, said: str) -> None:
    values = {"主体": kind} if kind else {}
    assert state(text, 情况=[said], **values) == "unknown"
    assert state(f"招用{text}", 情况=[said.replace("吸纳", "招用").replace("引进", "招用")], **values) != "not_met"
