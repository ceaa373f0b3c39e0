"""The least or the most a figure may be, by the words around it (不少于, 以内, 不满, 500万元至2000万元).

Without a word that bounds it nothing is known of a figure: it is never read as the least.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from kb.support.facts import Range
from kb.text.quantity import Quantity, find_quantities

_BETWEEN = r"(?:人民币|连续|累计|约|在|为|[:：\s])*"
_NOT_LESS = re.compile(rf"(?:不(?:得|能|可|应)?(?:少于|低于|小于)|≥|>=|至少|最[低少]){_BETWEEN}$")
_MOST = re.compile(
    rf"(?P<word>不(?:得|能|可|应)?(?:超过?|高于|多于|大于|过)|(?:未|没有?)超过?|不满|未满|没满|少于|低于|小于|不足|不到|没到|未到|"
    rf"(?:未|没有?|不)达到?|至多|最[高多]|≤|<=|<|＜){_BETWEEN}$"
)
_LEAST = re.compile(rf"(?P<word>超过?|大于|高于|多于|达到?|满|＞|>){_BETWEEN}(?:[\u4e00-\u9fff]{{2,8}}的)?$")
#: Going on for so long is for as long at least
_LASTING = re.compile(r"(?:连续|累计|持续)[^，。；、\d]{0,14}$")
_NOTE = r"(?:[（(][^（）()]{0,3}含[^（）()]{0,8}[）)])?"
_LEAST_AFTER = re.compile(rf"\s*{_NOTE}(?:及其?|含)?(?:以|之)上{_NOTE}")
_MOST_AFTER = re.compile(rf"\s*{_NOTE}(?:及其?|含)?(?:[以之](?:下|内)|内){_NOTE}")
#: Words whose own figure does not count
_OPEN = (
    "不满",
    "未满",
    "没满",
    "少于",
    "低于",
    "小于",
    "不足",
    "不到",
    "没到",
    "<",
    "＜",
    "超",
    "大于",
    "高于",
    "多于",
    ">",
    "＞",
)
_TO = re.compile(r"\s*(?:周?岁|[万亿]?元|人|名|家|个)?\s*(?:至|到|-|—|–|~|～|－)+\s*")


@dataclass(frozen=True, slots=True)
class Bound:
    """The least and the most a figure may be, None where any; ``open``: the bounds themselves do not count."""

    low: Decimal | None = None
    high: Decimal | None = None
    open: bool = False

    @property
    def least(self) -> bool:
        """Whether it only sets the least."""
        return self.high is None

    def holds(self, known: Range) -> bool | None:
        """Whether what is known lies within the bound; None where it may or may not."""
        if self._below(known.low) or self._above(known.high):
            return False if self._out(known) else None
        return True

    def _out(self, known: Range) -> bool:
        return self._below(known.high) or self._above(known.low)

    def _below(self, value: Decimal) -> bool:
        return self.low is not None and (value <= self.low if self.open else value < self.low)

    def _above(self, value: Decimal) -> bool:
        return self.high is not None and (value >= self.high if self.open else value > self.high)


def bound_of(text: str, quantity: Quantity) -> tuple[Bound | None, int, int]:
    """The bound a quantity states by the words around it, None where there is none; where its words begin and end."""
    for one, other in _ranges(text):
        if quantity.start in (one.start, other.start):
            low, high = (q.months if q.months is not None else q.value for q in (one, other))
            after = re.match("之间", text[other.end :])
            return Bound(low, high), one.start, other.end + (after.end() if after else 0)
    value = quantity.months if quantity.months is not None else quantity.value
    return bound_at(text, quantity.start, quantity.end, value)


def bound_at(text: str, start: int, end: int, value: Decimal) -> tuple[Bound | None, int, int]:
    """The bound that the words around ``text[start:end]``, a figure of that value, set."""
    before, after = text[:start], text[end:]
    for pattern, least in ((_NOT_LESS, True), (_MOST, False), (_LEAST, True)):
        word = pattern.search(before)
        if word:
            opened = (word.groupdict().get("word") or "").startswith(_OPEN)
            behind = (_LEAST_AFTER if least else _MOST_AFTER).match(after)
            stop = end + (behind.end() if behind else 0)
            return _bound(value, least=least, opened=opened), word.start(), stop
    for pattern, least in ((_MOST_AFTER, False), (_LEAST_AFTER, True)):
        behind = pattern.match(after)
        if behind:
            return _bound(value, least=least, opened="不含" in behind.group()), start, end + behind.end()
    lasting = _LASTING.search(before)
    return (Bound(value) if lasting else None), start, end


def _bound(value: Decimal, *, least: bool, opened: bool) -> Bound:
    return Bound(value, None, opened) if least else Bound(None, value, opened)


def _ranges(text: str) -> list[tuple[Quantity, Quantity]]:
    """The pairs of quantities that are the ends of a range (500万元至2000万元)."""
    found = find_quantities(text)
    return [(a, b) for a, b in zip(found, found[1:], strict=False) if _TO.fullmatch(text[a.end : b.start])]
