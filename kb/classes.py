"""Classes of a row: 一类, 二类; 一等奖; 第二批; A级; 省级. Who goes from one to another means it in its place."""

from __future__ import annotations

import re

_ROWS = (
    re.compile(r"第?[一二三四五六七八九十\d]{1,3}(?P<row>类|等奖|等|档|级|批次?|期|组|型|阶段|星级?)"),
    re.compile(r"[甲乙丙丁戊A-Ha-h](?P<row>类|等|档|级|组|型)"),
    re.compile(r"(?:国家|省部?|市|区|县|乡|镇)(?P<row>级)"),
)


def classes_in(text: str) -> frozenset[str]:
    """The classes a text names."""
    return frozenset(word for row in _ROWS for word in _found(row, text))


def left_behind(before: str, now: str) -> list[str]:
    """The classes that a text names where the one after it names another of the same row.

    Where the text names several of a row (省级孵化器区级配套) it is not known which is meant, and all stay.
    """
    left: list[str] = []
    for pattern in _ROWS:
        was, said = _found(pattern, before), _found(pattern, now)
        for kind in dict.fromkeys(said.values()):
            row = [word for word, k in was.items() if k == kind and word not in said]
            left += row if len(row) == 1 else []
    return left


def _found(pattern: re.Pattern[str], text: str) -> dict[str, str]:
    return {m.group(): m["row"] for m in pattern.finditer(text)}
