"""Two values that are one statement, and the part of each: 由60万元提高到80万元, 2万元以上5万元以下, 3月至5月."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kb.verify.places import Place

_MOVES = "提高|增加|调整|延长|提升|提|降低|降|放宽|扩大|上调|下调|改|变|涨|减少?|缩短"
_LINK = re.compile(rf"(?:以[上下]|[-—–~～至到]|(?:{_MOVES})[到至为成]|变更为)+")
_CHANGES = re.compile(r".[到至为成]$|减少|缩短")
_PAST = "原来|以前|此前|原先|去年|上年|过去|原为"
_OLD = re.compile(rf"{_PAST}|之前(?!缴)|由$|从$")
_NEW = re.compile(rf"(?:{_MOVES})[到至为]了?$|现在|如今|今年")
_TOTAL = re.compile(r"合计|累计|每(?!项|户|家|人|个)")
#: Words of a sentence that says what held before.
BEFORE = re.compile(rf"{_PAST}|原标准|调整前|(?:19|20)\d\d年(?!\s*\d)|由|从|旧")
_REACH = 5  # characters before a value in which 提高到 is its own


def together(sentence: str, place: Place, kin: Sequence[Place]) -> list[Place]:
    """The values of its kind that a value is one with."""
    return [p for p in kin if _LINK.fullmatch(_between(sentence, place, p))]


def unlinked(stretch: str, place: Place, pair: Sequence[Place], first: int) -> str:
    """The stretch of a value, which begins at ``first``, without the words that tie it to its pair."""
    for p in pair:
        a, b = min(p.end, place.end) - first, max(p.start, place.start) - first
        if 0 <= a <= b <= len(stretch):
            stretch = stretch[:a] + " " * (b - a) + stretch[b:]
    return stretch


def roles(sentence: str, place: Place, pair: Sequence[Place], own: str) -> Iterator[str]:
    """Whether a value is what held before or what holds now, the lower or the upper end, each or all."""
    for p in pair:
        is_second = p.start < place.start
        if _CHANGES.search(_between(sentence, place, p)):
            yield "@new" if is_second else "@old"
        else:
            yield "@high" if is_second else "@low"
    if total := _TOTAL.search(own):
        yield "@sum" if "计" in total.group() else "@each"
    if not pair and _OLD.search(own):
        yield "@old"
    if not pair and _NEW.search(sentence[max(0, place.start - _REACH) : place.start]):
        yield "@new"


def _between(sentence: str, one: Place, other: Place) -> str:
    return sentence[min(one.end, other.end) : max(one.start, other.start)]
