"""kb.matching: how far a text holds a term."""

import pytest

from kb.matching import WeightedTerm, abbreviates, coverage, held
from kb.text import squash


@pytest.mark.parametrize(
    ("short", "full", "expected"),
    [
        ("科技局", "科学技术局", True),
        ("人社局", "人力资源和社会保障局", True),
        ("发改委", "发展和改革委员会", True),
        ("工信部", "工业和信息化部", True),
        ("市科技局", "温州市科学技术局", True),
        ("科技局", "财政局", False),
        ("发改委", "发展银行", False),
        ("教育局", "体育局", False),
    ],
)
def test_abbreviations_of_agencies(short: str, full: str, expected: bool) -> None:
    assert abbreviates(short, full) is expected


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("孵化空间", "新增孵化空间160万平方米", 1.0),
        ("孵化空间", "新增孵化场地", 0.4),  # half of its characters
        ("补贴", "给予补助", 0.8),
        ("做买卖", "首次创办小微企业的", 0.8),  # as people say it
        ("创办", "做买卖", 0.0),  # and not the other way round
        ("天气", "天然气", 0.0),
        ("ai", "AI应用", 1.0),
        ("ai", "maid", 0.0),
    ],
)
def test_held(term: str, text: str, expected: float) -> None:
    assert held(term, squash(text)) == pytest.approx(expected)


def test_coverage_is_weighted_and_full_without_terms() -> None:
    terms = [WeightedTerm("鹿城区", 3.0), WeightedTerm("天气", 1.0)]
    assert coverage(terms, squash("鹿城区的计划")) == pytest.approx(0.75)
    assert coverage([], "") == 1.0
