"""Words that turn a statement: one of a kind that the source has not is told, other uses of the character are not."""

from __future__ import annotations

import pytest

from kb.llm.qualifiers import added
from kb.text import squash

SOURCE = "到2027年累计新增孵化空间160万平方米。9月30日提交申请的企业给予20万元奖励，由市财政局拨付。"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("新增孵化空间160万平方米以上。", ["以上"]),
        ("新增孵化空间超过160万平方米。", ["超过"]),
        ("新增孵化空间约160万平方米。", ["约"]),
        ("新增孵化空间160万平方米左右。", ["左右"]),
        ("企业最高给予20万元奖励。", ["最高"]),
        ("企业给予不超过20万元奖励。", ["不超过"]),
        ("企业至少给予20万元奖励。", ["至少"]),
        ("企业每年给予20万元奖励。", ["每年"]),
        ("企业每月给予20万元奖励。", ["每月"]),
        ("企业一次性给予20万元奖励。", ["一次性"]),
        ("企业不给予20万元奖励。", ["不"]),
        ("提交申请的企业取消20万元奖励。", ["取消"]),
        ("9月30日内提交申请。", ["内"]),
        ("9月30日后提交申请。", ["后"]),
        ("不给予20万元以上奖励。", ["不", "以上"]),
    ],
)
def test_a_qualifier_of_which_the_source_has_no_kind_is_told(text: str, found: list[str]) -> None:
    assert added(text, squash(SOURCE)) == found


@pytest.mark.parametrize(
    "text",
    [
        "新增孵化空间160万平方米。",
        "以上企业不仅获得20万元奖励，未来还可申请。",
        "该公约内容包括以下事项，上下级企业无论规模均可申请。",
        "工作完成后，9月份提交申请，满足条件的企业给予奖励。",
        "由市财政局免费拨付到未成年人账户。",
    ],
)
def test_other_uses_of_the_characters_are_not(text: str) -> None:
    assert added(text, squash(SOURCE)) == []


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("给予不超过20万元奖励。", "最高奖励20万元。"),
        ("最高20万元。", "奖励20万元以内，超出部分自理。"),
        ("至少20家。", "不少于20家。"),
        ("20家以上。", "达到20家。"),
        ("每年20万元。", "按20万元/年给予补助。"),
        ("每月800元。", "月租金补贴800元。"),
        ("没有缴纳社保的不给予补贴。", "未缴纳社保的，不予补贴。"),
        ("9月30日之前、3个月内申请。", "当年3个月期间申请。"),
        ("一次性奖励。", "一次奖励到位。"),
        ("大约100家。", "100家左右。"),
    ],
)
def test_a_source_may_say_it_in_other_words(text: str, source: str) -> None:
    assert added(text, squash(source)) == []


def test_over_and_not_over_are_no_kin() -> None:
    assert added("补助超过20万元。", squash("补助不超过20万元。")) == ["超过"]
    assert added("补助不得超过20万元。", squash("补助超过20万元。")) == ["不得超过"]
