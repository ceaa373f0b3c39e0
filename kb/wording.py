"""How much of a question's wording a text has, by character pairs: no dictionary parts the words wrongly."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from kb.text import squash, whole_word

#: A piece's bit, the piece, and what finds it where it has to be there as a whole
Check = tuple[int, str, re.Pattern[str] | None]
_RUN = re.compile(r"(?P<han>[\u3400-\u9fff]+)|[a-z0-9.]+")


@dataclass(frozen=True)
class Wording:
    """A question's character pairs and other runs, each with its weight; the weights sum to 1."""

    pieces: tuple[str, ...]
    weights: tuple[float, ...]

    def held(self, key: str) -> int:
        """Which pieces a text (search key) has, as bits."""
        return _held(self._checks, key)

    def held_by_each(self, keys: Sequence[str]) -> list[int]:
        """Which pieces each of these texts has; what none of them has is looked for once."""
        together = "\n".join(keys)
        there = [check for check in self._checks if check[1] in together]
        return [_held(there, key) for key in keys]

    def share(self, held: int) -> float:
        """The weight of these pieces, 0..1."""
        known = self._shares.get(held)
        if known is None:
            known = sum(weight for n, weight in enumerate(self.weights) if held >> n & 1)
            self._shares[held] = known
        return known

    @cached_property
    def _shares(self) -> dict[int, float]:
        return {}

    @cached_property
    def _checks(self) -> tuple[Check, ...]:
        """Each piece with its bit, and with a pattern where it has to be there as a whole."""
        return tuple((1 << n, piece, whole_word(piece)) for n, piece in enumerate(self.pieces))


def _held(checks: Sequence[Check], key: str) -> int:
    found = 0
    for bit, piece, whole in checks:
        if piece in key and (whole is None or whole.search(key)):
            found |= bit
    return found


def wording(idf: Callable[[str], float], text: str) -> Wording:
    """The pieces of a question by their rarity. Numbers and Latin words stay whole."""
    pieces: dict[str, float] = {}
    for run in _RUN.finditer(squash(text)):
        whole = run.group()
        parts = [whole[i : i + 2] for i in range(len(whole) - 1)] if run["han"] else [whole]
        pieces |= {part: idf(part) for part in parts or [whole]}
    total = sum(pieces.values()) or 1.0
    return Wording(tuple(pieces), tuple(weight / total for weight in pieces.values()))
