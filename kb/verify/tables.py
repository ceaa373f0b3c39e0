"""Rows of a quoted table with the units that stand in the heads of their columns: 80 under 总额（万元） is 80万元."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_UNIT = re.compile(
    r"[（(](?:单位[:：])?\s*(万元|亿元|元|%|％|家|个|人|户|项|平方米|万平方米|亩|年|个月|天|日|分)(?:/[^（）()]*)?[）)]"
)
_BARE = re.compile(r"\d[\d,]*(?:\.\d+)?")


@lru_cache(maxsize=64)
def with_units(text: str) -> str:
    """The text, line by line; bare figures of a table get their column's unit, and columns the head over several."""
    if "|" not in text:
        return text
    out: list[str] = []
    heads: list[str] = []
    for line in text.split("\n"):
        cells = [c.strip() for c in line.split("|")]
        if len(cells) < 2:
            heads = []
            out.append(line)
        elif not any(re.search(r"\d", c) for c in cells) and (not heads or len(heads) != len(cells)):
            heads = _under(heads, cells)
            out.append(" | ".join(heads))
        elif len(heads) == len(cells):
            out.append(" | ".join(_united(h, c) for h, c in zip(heads, cells, strict=True)))
        else:
            out.append(line)
    return "\n".join(out)


def _under(over: Sequence[str], heads: Sequence[str]) -> list[str]:
    """The heads with the one that stands over several of them: 安家补贴（万元） over 总额 and 第一年."""
    spanning = [h for h in over if h not in heads]
    if len(spanning) != 1 or len(over) >= len(heads):
        return list(heads)
    return [h if h in over else f"{spanning[0]} {h}" for h in heads]


def _united(head: str, cell: str) -> str:
    unit = _UNIT.search(head)
    return f"{cell}{unit.group(1)}" if unit and _BARE.fullmatch(cell) else cell
