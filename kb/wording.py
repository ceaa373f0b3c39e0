"""How much of a question's wording a text has, by character pairs: no dictionary parts the words wrongly."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from kb.text import squash, whole_word

_RUN = re.compile(r"(?P<han>[\u3400-\u9fff]+)|[a-z0-9.]+")


@dataclass(frozen=True)
class Wording:
    """A question's character pairs and other runs, each with its weight; the weights sum to 1."""

    pieces: tuple[str, ...]
    weights: tuple[float, ...]

    def held(self, key: str, among: int = -1) -> int:
        """Which pieces a text (search key) has, as bits; only those ``among`` are looked for."""
        found = 0
        for bit, piece, whole in self._checks:
            if bit & among and piece in key and (whole is None or whole.search(key)):
                found |= bit
        return found

    def share(self, held: int) -> float:
        """The weight of these pieces, 0..1."""
        share, weights = 0.0, self.weights
        while held:
            lowest = held & -held
            share += weights[lowest.bit_length() - 1]
            held ^= lowest
        return share

    @cached_property
    def _checks(self) -> tuple[tuple[int, str, re.Pattern[str] | None], ...]:
        """Each piece with its bit, and with a pattern where it has to be there as a whole."""
        return tuple((1 << n, piece, whole_word(piece)) for n, piece in enumerate(self.pieces))


def wording(idf: Callable[[str], float], text: str) -> Wording:
    """The pieces of a question by their rarity. Numbers and Latin words stay whole."""
    pieces: dict[str, float] = {}
    for run in _RUN.finditer(squash(text)):
        whole = run.group()
        parts = [whole[i : i + 2] for i in range(len(whole) - 1)] if run["han"] else [whole]
        pieces |= {part: idf(part) for part in parts or [whole]}
    total = sum(pieces.values()) or 1.0
    return Wording(tuple(pieces), tuple(weight / total for weight in pieces.values()))
