"""What moves to the next line as a whole."""

from __future__ import annotations

import pytest

from ingest.breaking import unbroken_head


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("施、投资", "施、"),
        ("  行。", "行。"),
        ("2400人次", "2400"),
        ("〔2031〕5号文件", "〔2031〕5"),
        ("“创客”活动", "“创"),
        ("《云溪市书房办法》", "《云"),
        ("open source", "open"),
        ("50%，其中", "50%，"),
        ("", ""),
    ],
)
def test_the_piece_at_the_head_of_a_line(text: str, head: str) -> None:
    assert unbroken_head(text) == head
