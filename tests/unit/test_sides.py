"""kb.sides: a comparison as one question a side, and what is none."""

from __future__ import annotations

import pytest

from kb.query import analyse
from kb.sides import of_any_edition, sides_of


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        (
            "公益岗位2024年比2023年少了多少个？",
            {"2024年": "公益岗位2024年少了多少个？", "2023年": "公益岗位2023年少了多少个？"},
        ),
        (
            "甲山县和乙水县的租房补贴哪边多？",
            {"甲山县": "甲山县的租房补贴哪边多？", "乙水县": "乙水县的租房补贴哪边多？"},
        ),
        (
            "孵化器数量，杭州滨江（2022年）和深圳市（2023年底）哪边多？",
            {"滨江": "孵化器数量，杭州滨江（2022年）哪边多？", "深圳市": "孵化器数量，深圳市（2023年底）哪边多？"},
        ),
        (
            "出资数额，征求意见稿与正式文件分别写的是多少？",
            {"征求意见稿": "出资数额，征求意见稿分别写的是多少？", "正式文件": "出资数额，正式文件分别写的是多少？"},
        ),
        (
            "云政办发〔2023〕18号和云政办发〔2026〕7号的补贴标准有什么不同？",
            {
                "云政办发〔2023〕18号": "云政办发〔2023〕18号的补贴标准？",
                "云政办发〔2026〕7号": "云政办发〔2026〕7号的补贴标准？",
            },
        ),
        (
            "参保时长，2031年国家通知跟海川十条措施有什么不一样",
            {"2031年国家通知": "参保时长，2031年国家通知", "海川十条措施": "参保时长，海川十条措施"},
        ),
        (
            "在松口县开店，市里加县里一共补多少元？",
            {"市级": "开店，补多少元？", "县级": "在松口县开店，县里补多少元？"},
        ),
        (
            "新评的孵化器，市科技局和区科技局两头奖补加起来多少元？",
            {"市级": "新评的孵化器，奖补多少元？", "区级": "新评的孵化器，区科技局奖补多少元？"},
        ),
    ],
)
def test_each_side_is_asked_about_alone(question: str, sides: dict[str, str]) -> None:
    assert {side.name: side.text for side in sides_of(analyse(question))} == sides


@pytest.mark.parametrize(
    "question",
    [
        "2026—2028年孵化器提质计划的目标是多少？",
        "温州市和宁波市有哪些高新区？",
        "2024年和2025年都有哪些政策？",
        "租房补贴比购房补贴高吗？",
        "2023年3月1日与2024年5月1日相差多少天？",
        "第三条和第五条有什么不同？",
        "征求意见稿里写的是多少，有何变化？",
        "市里8000元和区里6000元能不能两头都拿？",
        "市里和区里的电话各是多少？",
        "申请条件和流程分别是什么？",
    ],
)
def test_what_names_no_two_sides_is_one_question(question: str) -> None:
    assert sides_of(analyse(question)) == ()


@pytest.mark.parametrize(
    ("question", "either"),
    [
        ("新旧两版创业措施有什么不同？", "创业措施？"),
        ("云溪两轮孵化器计划各奖多少？", "云溪孵化器计划各奖多少？"),
        ("租赁办法修订前后，押金期限各是多少天？", "租赁办法，押金期限各是多少天？"),
        ("新旧措施第三条各怎么写？", None),
        ("新旧动能转换项目补多少？", None),
        ("两轮面试各占多少分？", None),
        ("第三条和第五条新旧两版有何不同？", None),
    ],
)
def test_a_question_about_two_editions_is_asked_of_either(question: str, either: str | None) -> None:
    assert of_any_edition(analyse(question)) == either


def test_a_rank_goes_with_the_side_of_a_level_only() -> None:
    assert [s.rank for s in sides_of(analyse("市里加县里一共补多少元？"))] == ["市", "县"]
    assert [s.rank for s in sides_of(analyse("公益岗位2024年比2023年少了多少个？"))] == ["", ""]
