"""Conditions in words that people use, each with what looks like it and does not meet it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from kb.regions import find_regions
from kb.support.applicable import Places
from kb.support.identities import takes_others
from kb.support.scopes import scope_of
from kb.support.sentence import read_sentence
from tests.support_cases import facts, header, state

M, N, U = "met", "not_met", "unknown"


@pytest.mark.parametrize(
    ("text", "kind", "said", "expected"),
    [
        ("申请人为个体工商户经营者", "个体工商户", [], M),
        ("申请人为个体工商户经营者", "企业", [], U),
        ("申请时未被列入经营异常名录", None, ["从没进过经营异常名录"], M),
        ("未被列入失信被执行人名单", None, ["去年进了失信名单，今年已经移出"], U),
        ("未列入经营异常名录", None, ["没有失信记录"], U),
        ("列入市级专精特新名单的企业", "企业", ["没有失信记录"], U),
        ("经市主管部门认定的科技型中小企业", "小微企业", ["市里认定过的科技型中小企业"], M),
        ("经市主管部门认定的科技型中小企业", "小微企业", ["正在申请市里认定科技型中小企业"], U),
        ("A、B、C、D、E五类人才", None, ["我是D类人才"], M),
        ("A、B、C三类人才", None, ["我是D类人才"], N),
        ("带动就业不少于2人", "企业", ["招了俩人"], M),
        ("带动就业不少于60人", "企业", ["带着七十多号人干活"], M),
        ("带动就业不少于60人", "企业", ["带着五十来号人干活"], N),
        ("生育三孩及以上的家庭", None, ["家里仨娃"], M),
        ("生育三孩及以上的家庭", None, ["家里俩娃"], U),
        ("生育二孩的家庭", None, ["生了三个娃"], U),
        ("多子女家庭", None, ["我姐家里仨娃"], U),
        ("夫妻双方缴存", None, ["跟我爱人都在交公积金"], M),
        ("夫妻双方缴存", None, ["跟我同事都在交公积金"], U),
        ("单方缴存", None, ["跟媳妇都在交公积金"], U),
        ("足额缴费12个月以上", "企业", ["从3月起每个月都给他们缴社保"], U),
        ("足额缴费12个月以上", "企业", ["去年全年足额缴了失业保险"], M),
        ("为其连续缴纳社会保险费满3个月", "企业", ["从6月起每个月给他们交社保"], M),
        ("单台价格20万元以上", "企业", ["买了2台机床，每台30万"], M),
        ("单台价格20万元以上", "企业", ["买了2台机床，每台12万"], N),
        ("毕业2年内未就业的高校毕业生", "个人", ["去年6月大专毕业", "从来没上过班"], M),
        ("毕业2年内未就业的高校毕业生", "个人", ["2025年6月大专毕业", "一直在厂里上班"], U),
        ("残疾人和低保家庭成员", "个人", ["我妈有残疾证"], U),
        ("特困人员、孤儿", "个人", ["我是孤儿"], M),
        ("特困人员、孤儿", "个人", ["我哥是特困人员"], U),
        ("防止返贫监测对象", "个人", ["我家以前是监测对象，去年消除风险了"], U),
        ("50周岁以上", "个人", ["今年52了"], M),
        ("50周岁以上", "个人", ["我妈今年52了"], U),
        ("每毕业1家企业", "园区运营机构", ["今年毕业了3家企业"], M),
        ("每毕业1家企业", "园区运营机构", ["明年要毕业3家企业"], U),
        ("每招用1人", "企业", ["今年没有招用过1个人"], U),
        ("申请时该员工仍在本企业上班", "企业", ["人都还在店里上班"], M),
        ("申请时该员工仍在本企业上班", "企业", ["本人还在厂里上班"], U),
        ("在东湖区首次创业", "个体工商户", ["以前办过就业登记", "第一次创业"], M),
    ],
)
def test_conditions_as_people_tell_them(text: str, kind: str | None, said: list[str], expected: str) -> None:
    values: dict[str, Any] = {"情况": said} | ({"主体": kind} if kind else {})
    assert state(text, **values) == expected


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("劳务派遣单位不予补贴", {"主体": "社会组织"}, M),
        ("劳务派遣单位不予补贴", {"主体": "企业", "行业": "人力资源服务"}, U),
        ("劳务派遣单位不予补贴", {"主体": "企业"}, U),
        ("机关和全额拨款事业单位不列入范围", {"主体": "事业单位", "情况": ["全额拨款的公办幼儿园"]}, N),
        ("机关和全额拨款事业单位不列入范围", {"主体": "事业单位", "情况": ["差额拨款的卫生院"]}, U),
        ("机关和全额拨款事业单位不列入范围", {"主体": "小微企业"}, M),
        ("已享受同类补贴的，不再重复享受", {"情况": ["没领过别的补贴"]}, M),
        ("已享受租金减免的，不再重复补贴", {"情况": ["没领过租金补贴"]}, U),
        ("申报时仍列入严重失信主体名单的", {"情况": ["没有申报过市级项目"]}, U),
        ("租用本人或直系亲属房产的不予补贴", {"情况": ["跟街道办的公司租的店面"]}, M),
        ("租用本人或直系亲属房产的不予补贴", {"情况": ["跟我哥的公司租的店面"]}, U),
    ],
)
def test_what_rules_out_is_ruled_out_by_what_one_is(text: str, values: Mapping[str, Any], expected: str) -> None:
    assert state(text, bars=True, **values) == expected


@pytest.mark.parametrize(
    ("asked", "wants"),
    [
        ("公积金最高能贷多少", ("公积金贷款",)),
        ("像我这样社保一个月能补多少", ("社保",)),
        ("能奖多少钱", ("奖励",)),
        ("这种情况政府补多少", ("补贴",)),
        ("2027年的居民医保政府能给我出多少、自己还得掏多少", ("居民医保",)),
        ("园区能拿多少奖补", ("园区奖补",)),
        ("稳岗返还能返多少", ("稳岗返还",)),
        ("想要租房补贴，能补多少", ("租房补贴",)),
    ],
)
def test_a_question_names_what_is_wanted(asked: str, wants: tuple[str, ...]) -> None:
    assert read_sentence(f"我在澄洲市东湖区上班，{asked}", date(2026, 11, 27)).profile.wants == wants


@pytest.mark.parametrize(
    ("text", "said", "others"),
    [
        ("招用高校毕业生", "招了两个退役军人", True),
        ("招用高校毕业生和退役军人", "招了两个退役军人", False),
        ("招用高校毕业生", "招了两个人", False),
        ("高校毕业生", "招了两个退役军人", False),
    ],
)
def test_who_took_on_others_is_not_offered_what_is_for_these(text: str, said: str, others: bool) -> None:
    assert takes_others(text, facts(主体="企业", 情况=[said])) is others


def test_the_short_name_of_a_city_before_its_district() -> None:
    places = Places([header("甲", issuer="澄洲市人民政府"), header("乙", issuer="东湖区人民政府")])
    assert scope_of("澄洲东湖区", places).names == ("澄洲市", "东湖区")
    assert scope_of("澄洲新区", places).names == ("澄洲新区",)


@pytest.mark.parametrize("text", ["我在云南昆明上班", "我在海南三亚上班"])
def test_a_province_and_its_city_in_one_word(text: str) -> None:
    assert [text[m.start : m.end] for m in find_regions(text)] == [text[2:4], text[4:6]]
