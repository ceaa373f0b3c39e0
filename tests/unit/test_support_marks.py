"""Marks: by value, by the lexicon, never without a statement that decides them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.support.answering import answer_line
from kb.support.conditions import Condition, about
from kb.support.marks import mark
from kb.support.reading import State
from tests.support_cases import facts, marked, state

FIRM: dict[str, Any] = {
    "主体": "小微企业",
    "成立": "2025-06-01",
    "人数": 12,
    "营业收入": "300万元",
    "行业": "竹木制品制造",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("经营满6个月", "met"),
        ("正常经营满6个月", "unknown"),
        ("连续经营满12个月", "unknown"),
        ("连续经营满2年", "not_met"),
        ("成立时间不超过24个月", "met"),
        ("成立不超过1年的企业", "not_met"),
        ("自领取营业执照之日起3年内申请", "met"),
        ("职工30人（含）以下的单位", "met"),
        ("职工不少于20人", "not_met"),
        ("职工不低于十二人", "met"),
        ("上年度营业收入不超过500万元", "met"),
        ("营业收入超过三百万元", "not_met"),
        ("竹木制品企业", "met"),
        ("泵阀、纺织企业", "not_met"),
        ("餐饮企业", "not_met"),
        ("社会组织", "not_met"),
        ("企业和社会组织", "met"),
        ("中小企业", "met"),
        ("高新技术企业", "unknown"),
        ("注册地在松山县的企业", "not_met"),
        ("在本市登记注册的企业", "met"),
        ("在编人员", "unknown"),
    ],
)
def test_a_firm(text: str, expected: str) -> None:
    assert state(text, **FIRM) == expected


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("毕业5年内的高校毕业生", ["2024年6月大学毕业"], "met"),
        ("毕业2年内的高校毕业生", ["2024年6月大学毕业"], "not_met"),
        ("毕业5年内的高校毕业生", ["毕业3年内的高校毕业生"], "met"),
        ("毕业2年内的高校毕业生", ["毕业3年内的高校毕业生"], "unknown"),
        ("登记失业人员、就业困难人员和退役军人", ["退役军人"], "met"),
        ("登记失业人员、就业困难人员和退役军人", ["不是退役军人"], "unknown"),
        ("登记失业人员和退役军人", ["不是退役军人，没有登记失业"], "not_met"),
        ("女年满45周岁、男年满55周岁的就业困难人员", ["48岁", "女", "就业困难人员"], "met"),
        ("女年满45周岁、男年满55周岁的就业困难人员", ["48岁", "男", "就业困难人员"], "not_met"),
        ("提交申请当日不满35周岁", ["38岁"], "not_met"),
        ("年龄在18周岁至59周岁之间", ["1990年出生"], "met"),
        ("具有大专以上学历", ["本科毕业"], "met"),
        ("具有硕士以上学历", ["本科毕业"], "not_met"),
        ("招用毕业年度高校毕业生", ["我是高校毕业生"], "unknown"),
        ("招用2026届高校毕业生", ["招用2名2026届高校毕业生"], "met"),
        ("首次创办企业", ["第一次创业"], "unknown"),
        ("投入改造资金20万元以上", ["改造资金投入35万元"], "met"),
        ("投入改造资金20万元以上", ["改造资金投入15万元"], "not_met"),
        ("场地面积不少于3000平方米", ["孵化场地面积2500平方米"], "not_met"),
        ("签订1年以上劳动合同", ["签了2年劳动合同"], "met"),
        ("带动就业不少于60人", ["带动就业45人"], "not_met"),
        ("裁员率不高于5.5%", ["没有裁员"], "met"),
        ("覆盖生产、质检、仓储、订单四个环节中的两个", ["覆盖生产和质检两个环节"], "met"),
        ("覆盖生产、质检、仓储、订单四个环节中的两个", ["只做了生产环节"], "unknown"),
        ("开工不早于2025年1月1日", ["2025年6月开工"], "met"),
        ("开工不早于2025年1月1日", ["2024年6月开工"], "not_met"),
        ("住房租赁合同已经登记备案", ["住房租赁合同已登记备案"], "met"),
        ("住房租赁合同已经登记备案", ["住房租赁合同没有登记备案"], "not_met"),
        ("没有列入严重失信主体名单", ["没有列入严重失信主体名单"], "met"),
        ("户籍在松山县", ["户籍在松山县"], "met"),
        ("裁员率不高于5.5%", ["裁员率3%"], "met"),
        ("裁员率不高于5.5%", ["裁员率8%"], "not_met"),
        ("全职引进B类人才", ["全职引进1名C类人才"], "not_met"),
        ("B类至E类人才", ["认定为D类人才"], "met"),
        ("A类人才", ["认定为D类人才"], "not_met"),
        ("女不过55周岁，男不过60周岁", ["我25岁"], "met"),
        ("博士研究生不满40周岁", ["38岁", "硕士"], "not_met"),
        ("连续缴纳职工基本养老保险满6个月", ["公司上班一年多了", "职工社保一直交着"], "met"),
        ("到县内企业就业满6个月", ["到现在干了不到3个月"], "not_met"),
        ("在岗满12个月", ["2025年1月引进2人，一直在岗"], "met"),
        ("足额缴费12个月以上", ["社保缴满7个月", "签2年合同"], "not_met"),
        ("当年新招用人员达到职工总数的10%", ["今年没有新招用人员"], "not_met"),
        ("在孵企业第一年租金减免40%以上", ["在孵企业头一年房租减免三成"], "not_met"),
        ("在岗满12个月", ["张某在岗14个月", "李某在岗8个月"], "unknown"),
        ("利用老街民居开办民宿、手作、研学等文旅项目", ["用老街民居开民宿"], "met"),
        ("博士后研究人员", ["我是博士后"], "met"),
        ("出站后一年内", ["2026年3月出站"], "met"),
        ("具有大专以上学历，或者毕业于技工院校", ["本科毕业"], "met"),
        ("签订1年以上劳动合同", ["裁员率3%"], "unknown"),
        ("在编人员", ["我是博士后"], "unknown"),
    ],
)
def test_a_person_or_project(text: str, said: list[str], expected: str) -> None:
    assert state(text, 情况=said) == expected


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("个体工商户不适用本条", {"主体": "个体工商户"}, "not_met"),
        ("个体工商户不适用本条", {"主体": "小微企业"}, "met"),
        ("个体工商户不适用本条", {}, "unknown"),
        ("租用直系亲属房产的，不予补贴", {"情况": ["房东不是亲戚"]}, "met"),
        ("不得与场地租金补贴同时享受", {"情况": ["没有领过场地租金补贴"]}, "met"),
        ("已享受租金减免的，不予补贴", {}, "unknown"),
    ],
)
def test_what_rules_out(text: str, values: dict[str, Any], expected: str) -> None:
    assert state(text, bars=True, **values) == expected


def test_a_mark_tells_what_decided_it_or_what_to_ask() -> None:
    met, open_ = marked("经营满6个月", 成立="2025-06-01"), marked("正常经营满6个月")
    assert [s.shown for s in met.because] == ["成立：2025-06-01"]
    assert (met.question, open_.question) == (None, "请确认：是否正常经营满6个月？")
    assert open_.because == ()


def test_another_kind_of_claimant_is_told_as_such() -> None:
    assert marked("孵化器", 主体="个体工商户").claimant
    assert not marked("连续经营满2年", 成立="2026-06-01").claimant


PARTS = (
    *("毕业5年内", "高校毕业生", "登记失业人员", "在本市", "注册", "经营满6个月", "企业", "20人以上", "营业收入"),
    *("300万元", "不超过", "的", "、", "和", "首次", "35周岁", "没有"),
)
WORDS = st.lists(st.sampled_from(PARTS), max_size=8).map("".join)
SAID = ("高校毕业生", "没有失业登记", "28岁", "招用3人", "第一次创业")
PROFILES = st.fixed_dictionaries(
    {},
    optional={
        "主体": st.sampled_from(["个人", "小微企业", "个体工商户", "社会组织"]),
        "人数": st.integers(0, 500),
        "行业": st.sampled_from(["餐饮", "软件", "竹木制品"]),
        "情况": st.lists(
            st.sampled_from(["高校毕业生", "没有失业登记", "28岁", "招用3人", "第一次创业"]), max_size=3, unique=True
        ),
    },
)


@given(WORDS, PROFILES, st.booleans())
def test_nothing_is_decided_without_a_statement(text: str, values: dict[str, Any], bars: bool) -> None:
    made = marked(text, bars=bars, **values)
    assert (made.state is State.UNKNOWN) == (made.because == ())
    assert (made.question is None) == (made.state is not State.UNKNOWN)


@given(WORDS)
def test_of_a_region_alone_nothing_is_failed(text: str) -> None:
    assert marked(text).state is not State.NOT_MET


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("企业与高校联合培养工程硕士、工程博士", ["与本地大学联合培养工程硕士8人"], "met"),
        ("个人创业担保贷款按期还本付息", ["办了个人创业担保贷款18万元，一直按期还本付息"], "met"),
        ("个人创业担保贷款按期还本付息", ["办了个人创业担保贷款18万元"], "unknown"),
        ("经市主管部门认定的", ["还没有经过主管部门认定"], "not_met"),
        ("证书核发之日起12个月内", ["2026年8月拿到证书"], "met"),
        ("证书核发之日起12个月内", ["2024年8月拿到证书"], "not_met"),
        ("首次购买自住住房", ["买了自住住房"], "unknown"),
    ],
)
def test_what_statements_say_between_them(text: str, said: list[str], expected: str) -> None:
    assert state(text, 情况=said) == expected


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        *(("正常经营满6个月", [said], "met") for said in ("一直正常经营", "营业正常", "没有停过业", "开了一年多")),
        *(("正常经营满6个月", said, "unknown") for said in ([], ["停业了"], ["一直正常经营", "注销了"], ["请了2人"])),
        ("正常经营满24个月", [], "not_met"),
        ("正常经营满24个月", ["一直正常经营"], "not_met"),
        ("自领取营业执照之日起正常经营满6个月", ["一直正常经营"], "met"),
        *(("首次创办小微企业", [said], "not_met") for said in ("第2家店", "这是我开的第三家公司", "另外还有一家店")),
        *(("首次创办小微企业", [said], "unknown") for said in ("第二个月", "第一次创业在外地", "没有开过", "第1家")),
        ("首次创办小微企业", ["第一次创办企业"], "met"),
        ("首次创办小微企业", ["第一次创办企业", "第三家门店"], "unknown"),
    ],
)
def test_how_a_business_was_run_and_begun_must_be_said(text: str, said: list[str], expected: str) -> None:
    assert state(text, 情况=said, 主体="小微企业", 成立="2025-06-01") == expected


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("带动3人以上就业", [], "unknown"),
        ("吸纳就业50人以上", [], "unknown"),
        ("带动3人以上就业", ["现在招了4个人"], "met"),
        ("带动就业不少于3人", ["雇了2名员工"], "not_met"),
        ("吸纳3名以上高校毕业生就业", ["招了4个人"], "unknown"),
        ("吸纳就业3人以上并缴纳社会保险", ["招了4个人"], "unknown"),
        ("参保职工不少于10人", [], "unknown"),
        ("参保职工不少于20人", [], "not_met"),
        ("职工不少于10人", [], "met"),
    ],
)
def test_how_many_there_are_is_not_how_many_were_taken_on(text: str, said: list[str], expected: str) -> None:
    assert state(text, 情况=said, 主体="企业", 人数=12) == expected


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        *(("每人只能享受一次", s, "met") for s in ("没领过补贴", "从未享受过", "首次申请", "没有拿过任何政府补贴")),
        *(("每人只能享受一次", s, "met") for s in ("没有领过租金补贴", "以前没享受过场地租金补贴")),
        *(("每人只能享受一次", s, "unknown") for s in ("没有领过失业金", "没有拿过驾照", "第一次申请执照", "领过补贴")),
        *(("每人只能享受一次", s, "unknown") for s in ("没有领过培训补贴", "没拿过创业补贴", "没有获得过贷款")),
        ("同一人员只能享受一次租金补贴", "没领过租金补贴，领了执照", "met"),
        ("同一人员只能享受一次租金补贴", "没领过租金补贴，去年享受过租金补贴", "unknown"),
    ],
)
def test_a_support_that_is_had_once_must_not_have_been_had_itself(text: str, said: str, expected: str) -> None:
    one = Condition(text, 0, len(text), about(text), bars=True)
    assert mark(one, facts(情况=said.split("，")), "场地租金补贴").state == expected


CONDITIONS = (
    "首次在本市创办小微企业或者个体工商户",
    "户籍在本市",
    "2026年1月1日以后开工",
    "在本市注册，具有独立法人资格",
    "登记失业人员，就业困难人员，残疾人",
    "没有领过补贴的",
    "高新技术企业",
    "裁员率不高于5.5%",
)
BARS = ("存在失信、偷税，或者拖欠工资的，不予支持", "公务员和国有企业在编人员不予补贴", "每人只能享受一次")


@pytest.mark.parametrize("text", CONDITIONS)
def test_an_answer_decides_its_condition_and_says_nothing_else(text: str) -> None:
    for yes, expected in ((True, "met"), (False, "not_met")):
        line = answer_line(text, bars=False, yes=yes)
        assert state(text, 情况=[line]) == expected
        others = [other for other in CONDITIONS if other != text]
        assert [state(other, 情况=[line]) for other in others] == [state(other) for other in others]


@pytest.mark.parametrize("text", BARS)
def test_an_answer_to_what_rules_somebody_out(text: str) -> None:
    given = [state(text, bars=True, 情况=[answer_line(text, bars=True, yes=yes)]) for yes in (True, False)]
    assert given == ["not_met", "met"]
