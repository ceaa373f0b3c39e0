"""The evaluation's own reading of figures, which shares no code with the product's."""

from __future__ import annotations

from decimal import Decimal

import pytest

from eval.figures import figures, supports


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("补贴3.5万元", [("35000", "元")]),
        ("13.9亿元", [("1390000000", "元")]),
        ("共1,234家", [("1234", "家")]),
        ("增长１２.５％", [("12.5", "%")]),
        ("百分之二十", [("20", "%")]),
        ("百分之3", [("3", "%")]),
        ("三年、两百人", [("3", "年"), ("200", "人")]),
        ("面积160万平方米", [("1600000", "平方米")]),
        ("到2027年底", [("2027", "年")]),
        ("二〇二五年", [("2025", "年")]),
        ("30余家", [("30", "家")]),
        ("一万六千户", [("16000", "户")]),
        ("5%至10%", [("5", "%"), ("10", "%")]),
        ("千万不要", []),
        ("一般应当统一办理，一些企业十分困难", []),
        ("提交一个申请表，二是第二条", []),
        ("十分钟、3个工作日", [("10", "分钟"), ("3", "个工作日")]),
        ("二十多万元", [("200000", "元")]),
        ("20多万元", [("200000", "元")]),
        ("5千克、5千米", [("5", "公斤"), ("5", "公里")]),
        ("千分之五", [("5", "‰")]),
        ("20-30万元", [("200000", "元"), ("300000", "元")]),
        ("20万到30万元", [("200000", "元"), ("300000", "元")]),
        ("2～3年", [("2", "年"), ("3", "年")]),
        ("“百千万”行动", []),
        ("电话12345678", [("12345678", "")]),
        ("租金的七成，首付2.5成", [("70", "%"), ("25", "%")]),
        ("两成半、三成五、4成", [("25", "%"), ("35", "%"), ("40", "%")]),
        ("3成员、完成5成果", [("3", ""), ("5", "")]),
        ("15天内，2封信，4个小时", [("15", "日"), ("2", "封"), ("4", "小时")]),
        ("满一年、后一个月内，翻了一倍", [("1", "年"), ("1", "个月"), ("1", "倍")]),
        ("上一年、同一年、统一年审、每一年、新一年度、一项、一次性、一成不变", []),
        ("小学一年级、一周年、一周围、一年度", []),
        ("不满40周岁", [("40", "岁")]),
    ],
)
def test_figures_are_read_by_value(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(f.value, f.unit) for f in figures(text)] == [(Decimal(v), u) for v, u in expected]


@pytest.mark.parametrize(
    ("evidence", "said", "held"),
    [
        ("补贴20万元", "二十万元", True),
        ("补贴20万元", "200000", True),
        ("补贴20万元", "20元", False),
        ("共1,234家", "234家", False),
        ("共1,234家", "1234家", True),
        ("比例5%", "5家", False),
    ],
)
def test_a_figure_is_supported_by_value_and_unit(evidence: str, said: str, held: bool) -> None:
    assert all(supports(figures(evidence), f) for f in figures(said)) is held


def test_a_comma_of_ordinary_width_parts_figures_or_thousands() -> None:
    expected = {
        "300，500，800元": ["300", "500", "800"],
        "1,200元": ["1200"],
        "２，０００元": ["2000"],
        "1,2345": ["1", "2345"],
    }
    assert {text: [str(f.value) for f in figures(text)] for text in expected} == expected
