"""Profiles: what is read, and contradictions that are refused with both statements and a way out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kb.support.applicable import Places, Scope
from kb.support.profile import ProfileError, Statement, read_profile
from kb.support.scopes import scope_of
from tests.support_cases import profile


def test_all_keys_are_read() -> None:
    read = read_profile(
        {
            "地区": "澄洲市东湖区",
            "行业": "文旅",
            "主体": "个体工商户",
            "成立": "2025-06",
            "人数": 3,
            "营业收入": "80万元",
            "情况": ["毕业3年内的高校毕业生", "  "],
            "想要": ["租金补贴"],
            "截至": "2026-11-27",
        }
    )
    assert (read.region, read.industry, read.kind) == ("澄洲市东湖区", "文旅", "个体工商户")
    assert (read.founded, read.founded_by) == (date(2025, 6, 1), date(2025, 6, 30))
    assert (read.headcount, read.revenue, read.as_of) == (3, Decimal(800_000), date(2026, 11, 27))
    assert (read.facts, read.wants) == (("毕业3年内的高校毕业生",), ("租金补贴",))
    assert read.stated("成立") == Statement("成立", "2025-06")
    assert [s.key for s in read.statements] == [
        "地区",
        "行业",
        "主体",
        "成立",
        "人数",
        "营业收入",
        "情况",
        "想要",
        "截至",
    ]


def test_only_the_region_is_needed() -> None:
    read = read_profile({"地区": "澄洲市"})
    assert read.statements == (Statement("地区", "澄洲市"),)
    assert (read.kind, read.founded, read.facts, read.wants) == (None, None, (), ())


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"成立": "2027-01-01", "截至": "2026-11-27"}, ("成立：2027-01-01", "截至：2026-11-27", "核对")),
        ({"人数": -3}, ("人数：-3", "负数")),
        ({"人数": "-3人"}, ("人数：-3人", "不小于 0")),
        ({"人数": 2.5}, ("人数：2.5", "整数")),
        ({"营业收入": "-5万元"}, ("营业收入：-5万元", "负数")),
        ({"营业收入": "很多"}, ("营业收入：很多", "80万元")),
        ({"主体": "个人", "成立": "2025-06-01"}, ("主体：个人", "成立：2025-06-01", "个体工商户")),
        ({"主体": "外星人"}, ("主体：外星人", "社会组织")),
        ({"成立": "2025-13-40"}, ("成立：2025-13-40", "2025-06-01")),
        ({"情况": [3]}, ("情况", "列表")),
        ({"规模": "大"}, ("规模", "可用的项")),
        ({"人数": 3, "情况": ["现有员工8人"]}, ("人数：3", "情况：现有员工8人", "矛盾")),
        ({"营业收入": "80万元", "情况": ["年营业收入300万元"]}, ("营业收入：80万元", "年营业收入300万元", "矛盾")),
        ({"成立": "2025-06-01", "情况": ["公司2023年3月成立"]}, ("成立：2025-06-01", "公司2023年3月成立", "矛盾")),
        ({"情况": ["登记失业", "没有登记失业"]}, ("登记失业", "没有登记失业", "矛盾")),
        ({"情况": ["长" * 500]}, ("情况", "500")),
        *(
            ({key: value}, (key, "不是一个有限的数", "删去"))
            for key in ("人数", "营业收入")
            for value in (float("inf"), float("-inf"), float("nan"))
        ),
        ({"人数": 1e300}, ("人数", "太大", "3")),
        ({"人数": 10**30}, ("人数", "太大")),
        ({"人数": "9" * 60}, ("人数", "太大")),
        ({"营业收入": 1e300}, ("营业收入", "太大", "80万元")),
        ({"营业收入": "9" * 60 + "元"}, ("营业收入", "太大")),
        ({"营业收入": -1e300}, ("营业收入", "负数")),
        ({"营业收入": "1e400"}, ("营业收入：1e400", "80万元")),
        ({"人数": True}, ("“人数”应是数或文字，如 3，而不是 true",)),
        ({"营业收入": False}, ("“营业收入”应是数或文字，如 80万元，而不是 false",)),
        ({"人数": [[[3]]]}, ("“人数”应是数或文字", "而不是列表")),
        ({"行业": {"名": 1}}, ("“行业”应是文字，而不是对象",)),
        ({"情况": [["残疾人"]]}, ("情况", "列表")),
        ({"想要": 3}, ("想要", "列表")),
    ],
)
def test_what_cannot_be_is_refused(values: dict[str, Any], said: tuple[str, ...]) -> None:
    with pytest.raises(ProfileError) as caught:
        profile(**values)
    assert [part for part in said if part not in str(caught.value)] == []


@pytest.mark.parametrize("values", [[], "云溪", None, {}, {"地区": " "}, {"地区": 3}])
def test_a_profile_without_a_region_is_refused(values: object) -> None:
    with pytest.raises(ProfileError, match="地区|JSON"):
        read_profile(values)


def test_what_agrees_is_no_contradiction() -> None:
    read = profile(成立="2025-06-01", 人数=3, 情况=["2025年6月成立", "员工3人", "没有失信记录", "登记失业"])
    assert len(read.facts) == 4


def test_regions_are_chains_and_two_are_refused() -> None:
    places = Places(())
    assert scope_of("澄洲市东湖区", places) == Scope("澄洲市东湖区", (), ("澄洲市", "东湖区"))
    assert scope_of("澄洲市 东湖区", places).names == ("澄洲市", "东湖区")
    assert scope_of("浙江省温州市鹿城区", places).codes == ("330302", "330300", "330000")
    for two in ("澄洲市东湖区、澄洲市西山区", "温州市鹿城区和温州市瓯海区"):
        with pytest.raises(ProfileError, match="两个地方"):
            scope_of(two, places)
    with pytest.raises(ProfileError, match="不认识"):
        scope_of("火星", places)
