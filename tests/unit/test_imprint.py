"""Issuers and date in one line below the title."""

from __future__ import annotations

import pytest

from ingest.imprint import find_imprint
from ingest.parse import parse_text

TITLE = "云溪市城市书房管理办法"


@pytest.mark.parametrize(
    ("line", "issuers", "date"),
    [
        ("（云溪市文化局、云溪市财政局2031年2月6日印发）", ("云溪市文化局", "云溪市财政局"), "2031-02-06"),
        ("云溪市文化局　2031年2月6日", ("云溪市文化局",), "2031-02-06"),
        ("云溪市文化局编 2031年9月", ("云溪市文化局",), None),
    ],
)
def test_a_line_below_the_title_names_issuers_and_day(line: str, issuers: tuple[str, ...], date: str | None) -> None:
    found = find_imprint(f"{TITLE}\n{line}\n第一条 制定本办法。")
    assert found
    assert (found.issuers, found.date) == (issuers, date)
    assert (found.start, found.end) == (len(TITLE) + 1, len(TITLE) + 1 + len(line))


@pytest.mark.parametrize(
    "line",
    [
        "云溪市文化局 2031-02-06",  # a page's day of publication
        "（2031年2月6日云溪市人民政府令第7号公布）",
        "云溪市文化局2031年2月6日至3月6日",
        "云溪书房热线 2031年2月6日",
        "云溪市文化局2031年2月6日召开会议",
    ],
)
def test_what_is_no_imprint(line: str) -> None:
    assert find_imprint(f"{TITLE}\n{line}\n第一条 制定本办法。") is None


def test_behind_the_first_sentence_there_is_none() -> None:
    assert find_imprint(f"{TITLE}\n为方便居民读书，制定本办法。\n云溪市文化局　2031年2月6日") is None


def test_a_document_without_a_signature_is_by_whom_its_imprint_names() -> None:
    (doc,) = parse_text(f"{TITLE}\n（云溪市文化局2031年2月6日印发）\n第一条 为方便居民读书，制定本办法。\n")
    assert (doc.issuer, doc.written_on) == ("云溪市文化局", "2031-02-06")


def test_the_signature_at_the_foot_comes_first() -> None:
    text = f"{TITLE}\n云溪市文化局编　2031年2月6日\n为方便居民读书，制定本办法。\n云溪市教育局\n2031年3月9日\n"
    (doc,) = parse_text(text)
    assert (doc.issuer, doc.written_on) == ("云溪市教育局", "2031-03-09")
