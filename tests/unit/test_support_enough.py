"""A statement in a condition's words meets it only with figures that are enough: 在岗9个月 is no 在岗满12个月."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support_cases import state

FIRM = {"主体": "企业", "成立": "2008-09-01"}


@pytest.mark.parametrize(
    ("text", "said", "mark"),
    [
        ("引进的人才应当已在岗满12个月", "2026年2月全职引进1名B类高层次人才，到现在在岗9个月", "unknown"),
        ("引进的人才应当已在岗满12个月", "2025年2月全职引进1名B类高层次人才，到现在在岗21个月", "met"),
        ("新建标准厂房并投入使用满2年的", "新建的标准厂房投入使用1年", "not_met"),
        ("新建标准厂房并投入使用满2年的", "新建的标准厂房投入使用3年", "met"),
        ("完成技术改造后稳定生产不少于6个月", "完成技术改造后稳定生产4个月", "not_met"),
        ("完成技术改造后稳定生产不少于6个月", "完成技术改造后稳定生产8个月", "met"),
    ],
)
def test_too_little_is_not_enough(text: str, said: str, mark: str) -> None:
    assert state(text, 情况=[said], **FIRM) == mark


@given(st.integers(1, 60), st.integers(1, 60))
def test_no_figure_below_the_least_meets_a_condition(told: int, least: int) -> None:
    text, said = f"引进的人才应当已在岗满{least}个月", f"全职引进1名高层次人才，到现在在岗{told}个月"
    assert (state(text, 情况=[said], **FIRM) == "met") == (told >= least)
