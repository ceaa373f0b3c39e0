"""How much of a short text stands in a longer one: bigrams weighted by how few of the longer ones have them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"[\u3400-\u9fff]+|[A-Za-z]+|\d+")


def _sequence(text: str) -> list[str]:
    """Han bigrams, and Latin words and numbers whole, in order."""
    found: list[str] = []
    for run in _WORD.findall(text):
        if run[0].isascii():
            found.append(run.lower())
        else:
            found.extend(run[i : i + 2] for i in range(len(run) - 1))
    return found


def grams(text: str) -> set[str]:
    """The distinct bigrams and words of a text."""
    return set(_sequence(text))


def leaning(text: str, first: str, second: str) -> float:
    """How much likelier the words of a text are in ``second`` than in ``first``: naive Bayes log odds a bigram.

    Counts are smoothed by one; above 0 the text leans to the second.
    """
    one, two = Counter(_sequence(first)), Counter(_sequence(second))
    size = len(set(one) | set(two)) + 1
    words = _sequence(text)
    odds = sum(
        math.log((two[w] + 1) / (two.total() + size)) - math.log((one[w] + 1) / (one.total() + size)) for w in words
    )
    return odds / len(words) if words else 0.0


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
