"""Which windows look most like a question: BM25 over character pairs, for hard negatives."""

from __future__ import annotations

from collections.abc import Sequence

from eval.extras import require
from kb.text import squash


class Likeness:
    """Windows ranked by their likeness to a text."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Index the texts; they are named by their place."""
        self._bm25s = require("bm25s", "bm25s")
        self._index = self._bm25s.BM25()
        self._index.index([_pairs(t) for t in texts], show_progress=False)
        self._count = len(texts)

    def most(self, question: str, count: int) -> list[int]:
        """The places of the ``count`` most alike."""
        found, _ = self._index.retrieve([_pairs(question)], k=min(count, self._count), show_progress=False)
        return [int(i) for i in found[0]]


def _pairs(text: str) -> list[str]:
    key = squash(text)
    return [key[i : i + 2] for i in range(max(1, len(key) - 1))]
