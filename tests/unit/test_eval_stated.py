"""What counts as said: not a part of a number, not what is denied, not a choice offered."""

from __future__ import annotations

import pytest

from eval.stated import mentions, states


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
def test_a_number_is_mentioned_and_said_only_as_a_whole(text: str, wanted: str, said: bool) -> None:
    assert (mentions(text, wanted), states(text, wanted)) == (said, said)


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
        ("小学一年级", "1年", False),
        ("一周年", "1周", False),
        ("上一次、每一次、二十一次", "1次", False),
        ("1 800元", "800元", False),
        ("1 800元", "1800元", True),
        ("800 万元", "800", False),
        ("8月11日", "11天", False),
        ("晚11天", "11天", True),
        ("8月11日", "11日", True),
        ("申请一项", "一项", True),
        ("申请两项", "一项", False),
    ],
)
def test_a_figure_is_stated_in_whatever_way_it_is_written(text: str, wanted: str, stated: bool) -> None:
    assert (mentions(text, wanted), states(text, wanted)) == (stated, stated)


_DENIALS = (
    "不|没|无|未|非|没有|不能|不得|不可|不予|不再|不会再|不由|并非|无需|无须|毋须|无法|尚未|禁止|不允许|不要求|不必|"
    "不用自己|不属于|不 "
)


@pytest.mark.parametrize("denial", _DENIALS.split("|"))
def test_what_is_denied_is_mentioned_and_not_said(denial: str) -> None:
    text = f"期间{denial}可以提取"
    assert (mentions(text, "可以提取"), states(text, "可以提取")) == (True, False)


@pytest.mark.parametrize(
    ("text", "wanted", "said"),
    [
        ("缓缴期间可以提取。", "可以提取", True),
        ("缓缴期间不可以提取，期满后可以提取。", "可以提取", True),
        ("除非单位申请", "单位申请", True),
        ("不得不缴纳", "缴纳", True),
        ("没有资格", "有资格", False),
        ("有没有资格", "没有资格", False),
        ("算不算年薪", "不算", False),
        ("算不算年薪", "算", False),
        ("不算年薪", "不算", True),
        ("符合不符合条件", "不符合条件", False),
        ("可以不可以", "可以", False),
        ("能不能两头拿", "不能两头", False),
        ("您可能不能领", "不能领", True),
        ("合计不计入年薪", "不计入", True),
        ("最多30家", "多30家", False),
        ("至少1年", "少1年", False),
        ("多出30家，差30家", "差30家", True),
        ("不足5年", "5年", True),
        ("不超过三年", "三年", True),
        ("都不是3年", "都是3年", False),
        ("不", "不", True),
    ],
)
def test_what_is_denied_or_offered_as_a_choice_is_not_said(text: str, wanted: str, said: bool) -> None:
    assert states(text, wanted) is said
