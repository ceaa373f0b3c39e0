"""How much of a short text stands in a longer one: bigrams weighted by how few of the longer ones have them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"[\u3400-\u9fff]+|[A-Za-z]+|\d+")


def grams(text: str) -> set[str]:
    """Han bigrams, and Latin words and numbers whole."""
    found: set[str] = set()
    for run in _WORD.findall(text):
        if run[0].isascii():
            found.add(run.lower())
        else:
            found.update(run[i : i + 2] for i in range(len(run) - 1))
    return found


def containments(shorts: Sequence[str], longs: Sequence[str]) -> list[list[float]]:
    """For each short text its weighted share of bigrams found in each long one, 0 to 1."""
    bodies = [grams(text) for text in longs]
    frequency = Counter(g for body in bodies for g in body)
    rows = []
    for short in shorts:
        wanted = grams(short)
        weights = {g: math.log(1 + (len(bodies) + 1) / (1 + frequency[g])) for g in wanted}
        total = sum(weights.values())
        rows.append([sum(weights[g] for g in wanted & body) / total if total else 0.0 for body in bodies])
    return rows
