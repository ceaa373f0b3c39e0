"""What counts as said: not a part of a number, not what is denied, not a choice offered."""

from __future__ import annotations

import pytest

from eval.stated import states


@pytest.mark.parametrize(
    ("text", "wanted", "said"),
    [
        ("新增160万平方米。", "160万平方米", True),
        ("新增1160万平方米。", "160万平方米", False),
        ("增长3.160万平方米。", "160万平方米", False),
        ("共85 个", "85个", True),
        ("到2027年", "202", False),
        ("为12.5", "12", False),
        ("截至12。", "12", True),
        ("由市科技局负责", "市科技局。", True),
        ("任何", "  ", False),
        ("共1,200元", "200元", False),
        ("补贴，200元", "200元", True),
        ("二十万元", "十万元", False),
        ("一千五百元", "五百元", False),
        ("20万元", "20", False),
        ("共12,000家", "12", False),
        ("补贴50％", "50%", True),
        ("2026\n30日内", "30日", True),
    ],
)
def test_a_number_is_said_only_as_a_whole(text: str, wanted: str, said: bool) -> None:
    assert states(text, wanted) is said


@pytest.mark.parametrize(
    ("text", "wanted", "stated"),
    [
        ("补贴二十万元。", "20万元", True),
        ("补贴200000元。", "20万元", True),
        ("补贴120万元。", "20万元", False),
        ("补贴20万平方米。", "20万元", False),
        ("签约后15天内。", "15日", True),
        ("签约后15个工作日内。", "15日", False),
        ("市场价的七成", "70%", True),
        ("两个案例、两年", "2年", True),
        ("第2年", "2年", True),
        ("第二年", "2年", False),
        ("二十万元", "不超过20万元", False),
        ("市科技局", "市财政局", False),
        ("20万元", "20", False),
        ("可以延长一次", "1次", True),
        ("一次性补贴", "1次", False),
        ("第一次", "1次", False),
        ("二十一次", "1次", False),
        ("由一名专家推荐", "1名", True),
        ("一年之内", "1年", True),
    ],
)
def test_a_figure_is_stated_in_whatever_way_it_is_written(text: str, wanted: str, stated: bool) -> None:
    assert states(text, wanted) is stated


@pytest.mark.parametrize(
    ("text", "wanted", "said"),
    [
        ("缓缴期间可以提取。", "可以提取", True),
        ("缓缴期间不可以提取。", "可以提取", False),
        ("缓缴期间不可以提取，期满后可以提取。", "可以提取", True),
        ("已不再继续有效", "继续有效", False),
        ("无需单位申请", "单位申请", False),
        ("没有资格", "有资格", False),
        ("有没有资格", "没有资格", False),
        ("算不算年薪", "不算", False),
        ("不算年薪", "不算", True),
        ("能不能两头拿", "不能两头", False),
        ("不足5年", "5年", True),
        ("不超过三年", "三年", True),
        ("不", "不", True),
    ],
)
def test_what_is_denied_or_offered_as_a_choice_is_not_said(text: str, wanted: str, said: bool) -> None:
    assert states(text, wanted) is said
