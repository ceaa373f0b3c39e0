"""Stretches that run parallel: what a later one leaves out, and what it has instead.

单缴存家庭最高额度提高到60万元，双缴存家庭提高到100万元：the second figure is a 最高额度, too, and no 单缴存家庭.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import lru_cache

from kb.verify.features import key_of

_ALIKE = 0.4  # share of the shorter that both have, from which two stretches run parallel
_LABEL = 3  # characters of a stretch that only names another tier: one shared character is enough
_LONGEST = 3  # characters that are compared as the words by which two stretches differ

_Block = tuple[str, int, int, int, int]


def framed(before: str, own: str) -> str:
    """What a stretch says, with what it leaves out by the frame of the one before it."""
    if not before or not own:
        return before or own
    blocks = _blocks(before, own)
    if not blocks:
        return own
    out = []
    for op, a, b, c, d in blocks:
        if op == "delete":
            out.append(before[a:b])
        elif op == "replace":  # of a longer stretch only its end: 新认定的国家 by 省, before 级
            out.append(before[a : max(a, b - (d - c) - 1)] + own[c:d])
        else:
            out.append(own[c:d])
    return "".join(out)


@lru_cache(maxsize=8192)
def gone(before: str, now: str) -> frozenset[str]:
    """The characters of a stretch that a later one, parallel to it, has others for."""
    a, b = key_of(before), key_of(now)
    lost = {c for op, i, j, k, m in _blocks(a, b) if op == "replace" for c in a[max(i, j - (m - k) - 1) : j]}
    return frozenset(lost - set(b))


@lru_cache(maxsize=8192)
def replaced(one: str, other: str) -> frozenset[str]:
    """The characters by which two parallel stretches differ, those of both: 单 and 双. Empty where not parallel."""
    a, b = key_of(one), key_of(other)
    ours: set[str] = set()
    theirs: set[str] = set()
    for op, i, j, k, m in _blocks(a, b):
        size = min(j - i, m - k)
        if op == "replace" and size <= _LONGEST:  # what stands right before the words that they share
            ours |= set(a[j - size : j])
            theirs |= set(b[m - size : m])
    return frozenset((ours ^ theirs) - {" "})


def _blocks(one: str, other: str) -> list[_Block]:
    """How one stretch becomes another, where they run parallel; empty where they do not."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    shorter = min(len(one.replace(" ", "")), len(other.replace(" ", "")))
    least = 1 if shorter <= _LABEL else 2
    matched = sum(m.size for m in matcher.get_matching_blocks() if m.size >= least)
    if not matched or matched < _ALIKE * shorter:
        return []
    return [(str(op), a, b, c, d) for op, a, b, c, d in matcher.get_opcodes()]
