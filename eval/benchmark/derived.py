"""What can be worked out from the figures of the evidence: the check of gold that stands in no quote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, permutations

from eval.figures import Figure


def derivable(held: Sequence[Figure]) -> Iterator[Figure]:
    """Sum and difference of any two figures of one unit (or without), and a share or a multiple of another."""
    for one, other in combinations(held, 2):
        if one.unit == other.unit or not (one.unit and other.unit):
            unit = one.unit or other.unit
            yield _made(one.value + other.value, unit)
            yield _made(abs(one.value - other.value), unit)
    for factor, figure in permutations(held, 2):
        if factor.unit == "%":
            yield _made(figure.value * factor.value / 100, figure.unit)
        elif factor.unit == "倍":
            yield _made(figure.value * factor.value, figure.unit)


def _made(value: Decimal, unit: str) -> Figure:
    return Figure(value, unit, f"{value.normalize():f}{unit}")
