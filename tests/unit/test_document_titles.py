"""What of a title tells that it names a document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.catalog.codec import title_key
from kb.catalog.titles import SHORTEST_TITLE, Titles, names_document


@pytest.mark.parametrize(
    ("title", "document"),
    [
        ("云溪市书房管理办法（试行）", True),
        ("关于开放书房的若干意见", True),
        ("书房建设行动（2031－2033年）", True),
        ("云溪市紧缺人才目录（2031年度）", True),
        ("青岩区书房新政十五条", True),
        ("惠企政策汇编", True),
        ("书房管理办法政策解读", True),
        ("拟支持书房公示名单", True),
        ("政府工作报告（2031年）摘登", True),
        ("云溪市书房条例", True),
        ("交通运输部", False),
        ("云溪科技园", False),
        ("城市书房", False),
        ("河湾区", False),
        ("领导班子", False),
        ("政策法规", False),  # a column of a site
        ("办公司法", False),
    ],
)
def test_names_of_documents_and_of_other_things(title: str, document: bool) -> None:
    assert names_document(title_key(title)) is document


WORDS = st.lists(
    st.sampled_from(("云溪市", "孵化器", "管理办法", "通知", "细则", "的", "意见")), min_size=1, max_size=6
)
TITLES = st.lists(WORDS.map("".join).filter(lambda t: len(t) >= SHORTEST_TITLE), max_size=40)


@given(TITLES, WORDS.map("".join))
def test_documents_are_found_as_by_comparing_each_title(titles: list[str], text: str) -> None:
    rows = [(title, f"p{n}") for n, title in enumerate(titles)]
    named = [(t, p) for t, p in rows if text in t or (t in text and names_document(t))]
    wanted = sorted(named, key=lambda row: (-min(len(row[0]), len(text)), len(row[0]), row[1]))
    assert Titles(rows).named(text) == ([p for _, p in wanted] if len(text) >= SHORTEST_TITLE else [])
