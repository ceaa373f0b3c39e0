"""What a document numbers as the article a question asks for."""

from __future__ import annotations

import pytest

from kb.article import items
from kb.model import PolicyDocument, Section

STATUTE = ["第一章", "第一条", "（一）", "（二）", "第二条", "（一）"]
THROUGH = ["一、", "1．", "2．", "二、", "3．", "4．"]
ANEW = ["一、", "1．", "2．", "二、", "1．", "2．", "三、"]
PARTS = ["一、", "（一）", "（二）", "二、", "（三）"]


def document(labels: list[str]) -> PolicyDocument:
    sections = tuple(Section(label, "", label, 1, n, n + 1) for n, label in enumerate(labels))
    return PolicyDocument("文" * len(labels), sections=sections)


@pytest.mark.parametrize(
    ("labels", "value", "starts"),
    [
        (STATUTE, 2, [4]),
        (STATUTE, 3, []),
        (THROUGH, 2, [2]),  # its items run through the document
        (THROUGH, 4, [5]),
        (THROUGH, 5, []),
        (ANEW, 2, [3]),  # they begin anew in each part
        (ANEW, 3, [6]),
        (PARTS, 3, [4]),
        ([], 1, []),
    ],
)
def test_what_a_document_numbers_so(labels: list[str], value: int, starts: list[int]) -> None:
    assert [section.start for section in items(document(labels), value)] == starts
