"""How much of a question's wording a text has, by character pairs: no dictionary parts the words wrongly."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from kb.text import holds_whole, squash

_RUN = re.compile(r"(?P<han>[\u3400-\u9fff]+)|[a-z0-9.]+")


@dataclass(frozen=True, slots=True)
class Wording:
    """A question's character pairs and other runs, each with its weight; the weights sum to 1."""

    pieces: tuple[str, ...]
    weights: tuple[float, ...]

    def held(self, key: str) -> int:
        """Which pieces a text (search key) has, as bits."""
        return sum(1 << n for n, piece in enumerate(self.pieces) if holds_whole(key, piece))

    def share(self, held: int) -> float:
        """The weight of these pieces, 0..1."""
        return sum(weight for n, weight in enumerate(self.weights) if held >> n & 1)


def wording(idf: Callable[[str], float], text: str) -> Wording:
    """The pieces of a question by their rarity. Numbers and Latin words stay whole."""
    pieces: dict[str, float] = {}
    for run in _RUN.finditer(squash(text)):
        whole = run.group()
        parts = [whole[i : i + 2] for i in range(len(whole) - 1)] if run["han"] else [whole]
        pieces |= {part: idf(part) for part in parts or [whole]}
    total = sum(pieces.values()) or 1.0
    return Wording(tuple(pieces), tuple(weight / total for weight in pieces.values()))
