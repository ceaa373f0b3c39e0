"""The form in which a sentence and its evidence are compared: digits of one width, one way of saying the same."""

from __future__ import annotations

import re
from functools import lru_cache

_WIDTH = str.maketrans("０１２３４５６７８９．％", "0123456789.%")
_SAME = (
    (re.compile(r"[（(](?:不?含)[^（）()\d]{0,6}[）)]"), ""),  # 30人（含）以下
    (re.compile(r"[（(]以下(?:简)?称[^（）()]{1,20}[）)]"), ""),
    (re.compile(r"(?<=\d)周岁"), "岁"),
    (re.compile(r"自己"), "个人"),
    (re.compile(r"小计|总计|共计|一共|总共|总额"), "合计"),
)


@lru_cache(maxsize=256)
def plain(text: str) -> str:
    """The text to compare. Not for showing: lengths change."""
    text = text.translate(_WIDTH)
    for pattern, other in _SAME:
        text = pattern.sub(other, text)
    return text
