"""Filters: what is offered and what is understood."""

from __future__ import annotations

import pytest

from kb.errors import QuestionInvalid
from kb.model import DocumentHeader, Filters, Kind
from ui.filters import Choices, choices, chosen, described


def test_choices_are_what_occurs() -> None:
    documents = [
        DocumentHeader("1", "r", "t", Kind.NOTICE, issuer="乙局", issuer_region="330302", subject_regions=("330100",)),
        DocumentHeader("2", "r", "t", Kind.MEASURES, issuer="甲局", issuer_region="330302"),
        DocumentHeader("3", "r", "t", Kind.NOTICE),
    ]
    assert choices(documents) == Choices(
        regions=(("浙江省杭州市", "330100"), ("浙江省温州市鹿城区", "330302")),
        issuers=(("乙局", "乙局"), ("甲局", "甲局")),
        kinds=(("通知", "通知"), ("办法", "办法")),
    )
    assert choices([]) == Choices()


def test_a_form_becomes_filters() -> None:
    assert chosen("", "", [], "", None) == chosen(None, None, None, None, " ") == Filters()
    assert chosen("330302", "甲局", ["通知", "办法"], "2024-01-01", " 2025-12-31 ") == Filters(
        "330302", "甲局", (Kind.NOTICE, Kind.MEASURES), "2024-01-01", "2025-12-31"
    )


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ((None, None, [], "2025-13-01", ""), "起始日期“2025-13-01”不是日期，请写成 2025-06-12 这样。"),
        ((None, None, [], "", "去年"), "截止日期“去年”不是日期，请写成 2025-06-12 这样。"),
        ((None, None, [], "2025-02-01", "2025-01-01"), "起始日期 2025-02-01 晚于截止日期 2025-01-01，请改正后再问。"),
        ((None, None, ["圣旨"], "", ""), "文种不在可选范围内，请重新选择。"),
    ],
)
def test_a_form_that_makes_no_sense_is_refused(form: tuple[object, ...], message: str) -> None:
    with pytest.raises(QuestionInvalid) as caught:
        chosen(*form)  # type: ignore[arg-type]
    assert str(caught.value) == message


def test_restrictions_in_words() -> None:
    assert described(Filters()) == ""
    assert described(Filters("330302", "甲局", (Kind.NOTICE, Kind.MEASURES), None, "2025-12-31")) == (
        "筛选：浙江省温州市鹿城区 · 甲局 · 通知、办法 · 不限 至 2025-12-31"
    )
