"""Places a condition names: divisions by what is known of them, and zones, which may lie anywhere."""

from __future__ import annotations

import pytest

from kb.support.applicable import Places
from kb.support.divisions import divisions_in
from kb.support.scopes import scope_of
from tests.support_cases import facts, header, state


@pytest.mark.parametrize(
    "zone",
    [
        *("工业园区", "示范区", "国家级景区", "产业集聚区", "高新区", "经济技术开发区", "贫困地区", "综合保税区"),
        *("自贸试验区", "偏远山区", "历史文化街区", "农村集市", "老旧小区", "中心城区"),
    ],
)
def test_a_zone_is_no_division_and_fails_nobody(zone: str) -> None:
    assert divisions_in(f"在{zone}注册") == frozenset()
    for text in (f"在{zone}注册", f"位于{zone}内创业", f"户籍在{zone}"):
        assert state(text, 主体="小微企业", 情况=["我在东湖区开店", "户口在澄洲市"]) != "not_met"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("在松山县注册", "not_met"),
        ("注册地在杭州市的企业", "not_met"),
        ("在松山县、青岩区创业", "not_met"),
        ("在松山县或东湖区创业", "met"),
        ("在东湖区登记注册", "met"),
        ("在澄洲市登记注册", "met"),
        ("在东湖区工业园区注册", "unknown"),
    ],
)
def test_a_division_is_the_claimants_or_another(text: str, expected: str) -> None:
    assert state(text, 主体="小微企业") == expected


def test_a_division_that_only_the_base_knows_is_one() -> None:
    places = Places([header("一", issuer="中心新市人民政府"), header("二", issuer="澄洲市东湖区人民政府")])
    scope = scope_of("澄洲市", places)
    assert "中心新市" in scope.known and divisions_in("在中心新市注册", scope.known) == {"中心新市"}
    assert scope == scope_of("澄洲市", Places(()))
    assert facts(scope=scope).scope.levels == ("澄洲市",)
