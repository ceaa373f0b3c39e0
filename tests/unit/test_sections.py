"""The innermost section at a place, and what short titles stand for, found without looking at all that came before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.parse import parse_text
from ingest.sections import SectionIndex
from kb.model import Section

_SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 12)), max_size=12)


@given(_SPANS)
def test_the_innermost_section(spans: list[tuple[int, int]]) -> None:
    sections = [Section("", str(i), str(i), 1, start, start + size) for i, (start, size) in enumerate(spans)]
    index = SectionIndex(sections)
    for place in range(-1, 45):
        inside = [s for s in sections if s.start <= place < s.end]
        assert index.at(place) == max(inside, key=lambda s: s.start, default=None)


def test_sections_end_where_the_next_of_their_rank_begins() -> None:
    (doc,) = parse_text("云溪市夜市办法\n一、总则\n（一）范围\n内容一。\n（二）原则\n内容二。\n二、附则\n内容三。")
    assert [(s.label, doc.text[s.start : s.end]) for s in doc.sections] == [
        ("一、", "一、总则\n（一）范围\n内容一。\n（二）原则\n内容二。"),
        ("（一）", "（一）范围\n内容一。"),
        ("（二）", "（二）原则\n内容二。"),
        ("二、", "二、附则\n内容三。"),
    ]


def test_a_short_title_stands_for_the_last_title_that_ends_so() -> None:
    (doc,) = parse_text(
        "云溪市夜市办法\n一、依据《云溪省市容行动方案（试行）》《行动方案》《云溪省小店行动方案》《行动方案》《条例》制定。"
    )
    assert [r.title for r in doc.references] == [
        *("云溪省市容行动方案（试行）", "云溪省市容行动方案（试行）"),
        *("云溪省小店行动方案", "云溪省小店行动方案", "条例"),
    ]
