"""Drafts by their title, and extensions of a term by their sentence."""

from __future__ import annotations

import pytest

from kb.text.legal import extended_by, extended_to, is_draft


@pytest.mark.parametrize(
    "title",
    [
        "云溪市夜市办法(征求意见稿)",
        "云溪市夜市条例（送审稿）",
        "云溪市夜市条例（修订草案）",
        "云溪市夜市条例（草案）",
        "云溪市夜市条例草案",
        "关于再次征求《云溪市夜市办法》意见的函",
        "关于向社会公开征求<云溪市夜市办法>意见的公告",
        "关于公开征集《云溪市夜市办法》意见的公告",
        "《云溪市夜市办法》（2031年修订）向社会公开征求意见的公告",
    ],
)
def test_titles_of_drafts(title: str) -> None:
    assert is_draft(title)


@pytest.mark.parametrize(
    "title",
    [
        None,
        "",
        "云溪市夜市办法（试行草案）",
        "关于2031年财政预算草案的报告",
        "云溪市公开征求意见办法",
        "云溪市规章草案公开征求意见规定",
        "关于征集夜市典型案例的通知",
        "关于做好征求意见工作的若干规定",
    ],
)
def test_titles_of_what_is_none(title: str | None) -> None:
    assert not is_draft(title)


@pytest.mark.parametrize(
    ("sentence", "until", "months"),
    [
        ("《甲办法》有效期延长至2033年12月31日。", "2033-12-31", 0),
        ("《甲办法》继续执行到2033年底。", "2033-12-31", 0),
        ("《甲办法》有效期延续至2033年2月。", "2033-02-28", 0),
        ("将《甲办法》有效期延长2年。", None, 24),
        ("将《甲办法》有效期延长期限六个月。", None, 6),
        ("决定延长《甲办法》有效期。", None, 0),
        ("自2031年1月1日至2033年12月31日延长开放时间。", None, 0),
    ],
)
def test_until_when_or_by_how_much_a_term_is_extended(sentence: str, until: str | None, months: int) -> None:
    assert (extended_to(sentence), extended_by(sentence)) == (until, months)
