"""Vectors for a base too large to embed: real ones first, then ones drawn around them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.embedding import Embedder
from kb.embedding.protocol import Progress, Vectors, unit_rows

_COSINE = 0.95  # of a drawn vector to the one it was drawn around, as two passages on one subject have


class DrawnEmbedder:
    """The model's vectors for the first ``real`` passages, for the others vectors drawn around those.

    It goes by the model's name, so that a base made with it is searched with the model. Each drawn vector keeps a
    cosine of about 0.95 to a real one: HNSW finds neighbours of real vectors, and of nothing like random ones.
    """

    def __init__(self, model: Embedder, real: int, seed: int) -> None:
        self.name, self.dimension = model.name, model.dimension
        self._model, self._left = model, max(1, real)
        self._random = np.random.default_rng(seed)
        self._pool: list[Vectors] = []
        self.embedded = self.drawn = 0

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors (n, dimension) with unit rows."""
        now = texts[: self._left]
        if now:
            self._left -= len(now)
            self.embedded += len(now)
            self._pool.append(self._model.embed_passages(now, progress))
        made = self._pool[-1:] if now else []
        return np.vstack([*made, self._around(len(texts) - len(now))])

    def _around(self, count: int) -> Vectors:
        """So many vectors, each near one of the model's."""
        self.drawn += count
        if len(self._pool) > 1:
            self._pool = [np.vstack(self._pool)]
        chosen = self._random.integers(len(self._pool[0]), size=count) if count else np.empty(0, dtype=np.int64)
        around = self._pool[0][chosen]
        apart = unit_rows(self._random.standard_normal(around.shape))
        return unit_rows(_COSINE * around + (1 - _COSINE**2) ** 0.5 * apart)

    def embed_query(self, text: str) -> Vectors:
        """The model's vector of a question."""
        return self._model.embed_query(text)
