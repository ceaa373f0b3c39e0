"""Escaping and marking: text shows exactly its characters, marks hold exactly the quotation."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from kb.model import DocumentHeader, Kind, Status
from ui.markup import document_url, esc, facts_line, marked, numbered_title, status_badge

# What HTML can hold: no control characters, no surrogates, no carriage return (a parser turns it into a line feed).
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn"), include_characters="\n\t"), max_size=60)


@given(TEXT)
def test_escaped_text_shows_the_same_characters(text: str) -> None:
    node = html.fragment_fromstring(f'<p title="{esc(text)}">{esc(text)}</p>')
    assert (node.text_content(), len(node)) == (text, 0)
    assert re.search(r"[<>\"'{}$`]", esc(text)) is None


@given(TEXT, st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_the_mark_is_the_overlap_of_slice_and_quotation(text: str, a: int, b: int, c: int, d: int) -> None:
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    quote_start, quote_end = sorted((min(c, len(text)), min(d, len(text))))
    node = html.fragment_fromstring(f"<p>{marked(text, start, end, quote_start, quote_end)}</p>")
    low, high = max(start, quote_start), min(end, quote_end)
    assert node.text_content() == text[start:end]
    assert [m.text_content() for m in node.iter("mark")] == ([text[low:high]] if low < high else [])


def test_only_the_mark_that_begins_the_quotation_has_the_id() -> None:
    assert marked("甲乙丙丁", 0, 2, 1, 4, first_id="quote") == ('甲<mark id="quote" tabindex="-1" autofocus>乙</mark>')
    assert marked("甲乙丙丁", 2, 4, 1, 4, first_id="quote") == "<mark>丙丁</mark>"


@pytest.mark.parametrize(
    ("arguments", "address"),
    [
        (("p1",), "/doc/p1"),
        (("p1", "00ff"), "/doc/p1?revision=00ff"),
        (("p1", "00ff", 3, 9), "/doc/p1?revision=00ff&start=3&end=9#quote"),
        (("p1", None, 0, 9), "/doc/p1?start=0&end=9#quote"),
        (("a/../b?c#d 文",), "/doc/a%2F..%2Fb%3Fc%23d%20%E6%96%87"),
    ],
)
def test_document_url(arguments: tuple[str, ...], address: str) -> None:
    assert document_url(*arguments) == address  # type: ignore[arg-type]


def test_titles_carry_their_number() -> None:
    assert numbered_title("a<b", "云政〔2025〕7号") == 'a&lt;b<span class="number">云政〔2025〕7号</span>'
    assert numbered_title("甲", None) == "甲"


def test_the_facts_line_has_what_is_stated_and_nothing_else() -> None:
    full = DocumentHeader(
        "p",
        "r",
        "t",
        Kind.NOTICE,
        issuer="某<局>",
        issuer_region="330100",
        status=Status.REPEALED,
        written_on="2024-01-02",
    )
    assert facts_line(full) == (
        '<p class="facts"><span class="badge kind">通知</span><span class="badge over">废止</span>'
        "<span>某&lt;局&gt;</span><span>浙江省杭州市</span><span>2024-01-02</span></p>"
    )
    bare = DocumentHeader("p", "r", "t", Kind.OTHER, published_on="2023-05-06")
    assert facts_line(bare) == '<p class="facts"><span class="badge kind">其他</span><span>2023-05-06</span></p>'


def header(**fields: Any) -> DocumentHeader:
    return DocumentHeader("p", "r", "t", Kind.OTHER, **fields)


def test_every_status_has_a_badge_or_deliberately_none() -> None:
    shown = {s: html.fragment_fromstring(b).text_content() for s in Status if (b := status_badge(header(status=s)))}
    assert shown == {s: s.value for s in Status if s not in (Status.UNKNOWN, Status.NOT_APPLICABLE)}


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"expires_on": "2001-12-31"}, '<span class="badge over">失效</span>'),
        ({"expires_on": "2001-12-31", "status": Status.IN_FORCE}, '<span class="badge over">失效</span>'),
        ({"effective_from": "2001-01-01", "expires_on": "9999-12-31"}, '<span class="badge ok">现行</span>'),
        ({"effective_from": "9999-01-01"}, '<span class="badge soon">尚未施行</span>'),
        ({"expires_on": "2001-12-31", "status": Status.REPEALED}, '<span class="badge over">废止</span>'),
        ({"expires_on": "2001-12-31", "status": Status.NOT_APPLICABLE}, ""),
    ],
)
def test_the_badge_is_the_status_of_today(fields: dict[str, Any], shown: str) -> None:
    assert status_badge(header(**fields)) == shown
    assert facts_line(header(**fields)) == f'<p class="facts"><span class="badge kind">其他</span>{shown}</p>'
