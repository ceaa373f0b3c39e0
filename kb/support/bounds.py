"""The least or the most a figure may be, by the words around it (不少于, 以内, 不满)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from kb.support.facts import Range
from kb.text.quantity import Quantity

_LEAST = re.compile(
    r"(?:不少于|不低于|不小于|至少|(?<!不)超过|(?<!不)大于|达到|达|(?<!不)(?<!未)满|(?<!不)高于|以上|及以上)$"
)
_MOST = re.compile(r"(?:不超过|不高于|不多于|不大于|不满|未满|(?<!不)少于|(?<!不)低于|(?<!不)小于|不足|至多|最多)$")
_LEAST_AFTER = re.compile(r"[（(]?含?[）)]?(?:及|\(含\)|（含）)?(?:以上|之上)")
_MOST_AFTER = re.compile(r"[（(]?含?[）)]?(?:及|（含）)?(?:以下|以内|之内|内)")


@dataclass(frozen=True, slots=True)
class Bound:
    """The least or the most a figure may be; ``open`` says that the bound itself does not count."""

    value: Decimal
    least: bool
    open: bool = False

    def holds(self, known: Range) -> bool | None:
        """Whether what is known lies within the bound; None where it may or may not."""
        low, high = self._fits(known.low), self._fits(known.high)
        return low if low == high else None

    def _fits(self, value: Decimal) -> bool:
        if self.least:
            return value > self.value if self.open else value >= self.value
        return value < self.value if self.open else value <= self.value


def bound_of(text: str, quantity: Quantity, *, default_least: bool = True) -> tuple[Bound, int, int]:
    """The bound a quantity states by the words around it, and where these words begin and end."""
    before, after = text[: quantity.start], text[quantity.end :]
    value = quantity.months if quantity.months is not None else quantity.value
    most_after, least_after = _MOST_AFTER.match(after), _LEAST_AFTER.match(after)
    most, least = _MOST.search(before), _LEAST.search(before)
    start = (most or least).start() if most or least else quantity.start  # type: ignore[union-attr]
    end = quantity.end + (most_after or least_after).end() if most_after or least_after else quantity.end  # type: ignore[union-attr]
    if most or most_after:
        word = most.group() if most else ""
        return Bound(value, False, word in ("不满", "未满", "少于", "低于", "小于", "不足")), start, end
    if least or least_after:
        word = least.group() if least else ""
        return Bound(value, True, word in ("超过", "大于", "高于")), start, end
    return Bound(value, default_least), start, end
