"""Goals with several years, ranges and lists: every number with the year that its sentence gives it."""

from __future__ import annotations

import time

import pytest

from ingest.parse import parse_text
from ingest.targets import find_targets
from kb.model import PolicyDocument

PLAN = (
    "云溪市科技发展规划\n云政发〔2026〕8号\n各单位：\n现将规划印发给你们。\n一、目标\n{}\n云溪市人民政府\n2026年3月1日"
)
Goal = tuple[str, float, str, str | None, str | None]


def goals(sentence: str) -> list[Goal]:
    (doc,) = parse_text(PLAN.format(sentence))
    return [(t.indicator, t.value, t.unit, t.modifier, t.deadline) for t in doc.targets]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "2028年，全市建成孵化器20家，到2030年建成40家，2035年建成60家。",
            [("孵化器", y, "家", None, d) for y, d in ((20, "2028"), (40, "2030"), (60, "2035"))],
        ),
        (
            "到2028年，新增孵化器20家，力争达到30家。",
            [("孵化器", 20, "家", None, "2028"), ("孵化器", 30, "家", None, "2028")],
        ),
        (
            "到2027年、2030年底，孵化器分别达到20家、40家。",
            [("孵化器", 20, "家", None, "2027"), ("孵化器", 40, "家", None, "2030-12-31")],
        ),
        ("到2027年、2030年，孵化器分别达到20家、30家、40家。", [("孵化器", 20, "家", None, "2027")]),
        ("到2030年，长沙、株洲的孵化器分别达到20家、40家。", [("长沙、株洲的孵化器", 20, "家", None, "2030")]),
        (
            "到2030年，新增孵化空间100万平方米至160万平方米。",
            [("新增孵化空间", 100, "万平方米", "至160万平方米", "2030")],
        ),
        ("到2030年，建成孵化空间100万至160万平方米。", [("孵化空间", 100, "万平方米", "至160万平方米", "2030")]),
        (
            "建成孵化器20家，到2028年培育企业300家，到2030年培育企业500家。",  # by when the first is to be, is not said
            [("孵化器", 20, "家", None, None), ("企业", 300, "家", None, "2028"), ("企业", 500, "家", None, "2030")],
        ),
        ("力争建成孵化器20家（2030年底前）。", [("孵化器", 20, "家", None, "2030-12-31")]),
    ],
)
def test_each_number_has_its_own_year(sentence: str, expected: list[Goal]) -> None:
    assert goals(sentence) == expected


@pytest.mark.parametrize(
    "text", ["到2033年，新增企业5家、" * 8000, "（给予5万元）" * 10_000, "补贴1元" * 10_000, "“甲”5家" * 10_000]
)
def test_one_long_line_is_read_in_linear_time(text: str) -> None:
    started = time.process_time()
    find_targets(PolicyDocument(text))
    assert time.process_time() - started < 5
