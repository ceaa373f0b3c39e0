"""Which years a passage may speak of."""

from __future__ import annotations

import pytest

from kb.evidence import Question, judge
from kb.model import PolicyDocument
from kb.query import analyse
from kb.scope import UNSTATED, year_agreement
from kb.view import DocumentView

RULES = {
    "title": "服务商遴选办法",
    "written_on": "2026-11-20",
    "effective_from": "2027-01-01",
    "expires_on": "2029-12-31",
}


@pytest.mark.parametrize(
    ("question", "text", "agreement"),
    [
        ("2026年印发的办法怎样考核？", "每年12月组织考核。", 1.0),  # it is the document of that year
        ("2026年印发的办法怎样考核？", "2028年组织考核。", 1.0),
        ("2026年怎样考核？", "2028年组织考核。", 0.0),
        ("2028年怎样考核？", "每年12月组织考核。", 0.8),  # it is in force then
        ("2026年怎样考核？", "每年12月组织考核。", 0.8),  # the year it is of, though not yet in force
        ("2021年怎样考核？", "每年12月组织考核。", 0.15),
    ],
)
def test_agreement_on_years(question: str, text: str, agreement: float) -> None:
    view = DocumentView(PolicyDocument(text, **RULES))
    assert judge(Question(analyse(question), ()), view, 0, "", 1.0).features.year == agreement


@pytest.mark.parametrize(
    ("title", "digest_of", "agreement"),
    [
        ("见习基地办法要点", "见习基地管理办法 青人社规字〔2029〕6号", {2029: 0.8, 2031: UNSTATED}),
        ("2029年见习工作要点", "关于做好见习工作的通知 青人社〔2029〕6号", {2029: 0.8, 2031: 0.15}),
        ("见习基地办法要点", None, {2029: UNSTATED}),
    ],
)
def test_a_digest_has_the_years_of_what_it_is_of(
    title: str, digest_of: str | None, agreement: dict[int, float]
) -> None:
    view = DocumentView(PolicyDocument("示范基地每两年可以申请1次补贴。", title=title, digest_of=digest_of))
    assert {year: year_agreement(year, view, 0) for year in agreement} == agreement


def test_the_first_year_of_a_range_need_not_be_said() -> None:
    view = DocumentView(PolicyDocument("截至2030年底，累计改造15.2万平方米。"))
    for question, agreement in (("2029年以来到2030年底改造多少？", 1.0), ("2029年和2030年改造多少？", 0.0)):
        assert judge(Question(analyse(question), ()), view, 0, "", 1.0).features.year == agreement


def test_a_span_of_time_is_the_same_in_months_and_years() -> None:
    view = DocumentView(PolicyDocument("免收摊位费6个月。"))
    for question, agreement in (("免半年摊位费由谁负责？", 1.0), ("免1年摊位费由谁负责？", 0.0)):
        assert judge(Question(analyse(question), ()), view, 0, "", 1.0).features.stated == agreement
