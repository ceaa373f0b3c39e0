"""How much of a question's wording a text has, by character pairs: no dictionary parts the words wrongly."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kb.text import squash, whole_word

#: A piece's bit, the piece, and what finds it where it has to be there as a whole
Check = tuple[int, str, re.Pattern[str] | None]
_RUN = re.compile(r"(?P<han>[\u3400-\u9fff]+)|[a-z0-9.]+")


#: Which pieces each of some texts has
Held = NDArray[np.bool_]
_BREAK, _CODE_BITS = ord("\n"), 21


@dataclass(frozen=True)
class Wording:
    """A question's character pairs and other runs, each with its weight; the weights sum to 1."""

    pieces: tuple[str, ...]
    weights: tuple[float, ...]

    def held(self, key: str) -> int:
        """Which pieces a text (search key) has, as bits."""
        return _held(self._checks, key)

    def held_by_line(self, together: str) -> Held:
        """Which pieces (columns) each line (rows, search keys) of a text has: (lines, pieces)."""
        codes = np.frombuffer(together.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
        row = np.cumsum(codes == _BREAK)
        pairs = codes[:-1] << _CODE_BITS | codes[1:]
        found = np.zeros((together.count("\n") + 1, len(self.pieces)), dtype=bool)
        for n, (_, piece, whole) in enumerate(self._checks):
            if whole is None and len(piece) == 2:
                at = np.flatnonzero(pairs == ord(piece[0]) << _CODE_BITS | ord(piece[1]))
            else:
                at = np.array([m.start() for m in (whole or re.compile(re.escape(piece))).finditer(together)], int)
            found[row[at], n] = True
        return found

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
