"""Which years a passage may speak of."""

from __future__ import annotations

import pytest

from kb.evidence import Question, judge
from kb.model import PolicyDocument
from kb.query import analyse
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
