"""Fakes that behave: deterministic, and ranking texts the way a reader would expect."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np


class HashEmbedder:
    """Character bigrams hashed into 256 buckets: texts that share wording are near, others are far.

    The counts are dampened by a square root so that a long text is not ruled by its commonest bigram. The query
    side is the same function, so a text finds itself with cosine 1. ``calls`` counts the passages embedded, for
    tests which assert that nothing was embedded twice.
    """

    name = "fake:bigrams"
    dimension = 256

    def __init__(self) -> None:
        self.calls = 0

    def embed_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> np.ndarray:
        """Vectors (n, 256) float32 with unit rows; ``progress`` gets 1 for each text done."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = _vector(text, self.dimension)
            self.calls += 1
            if progress is not None:
                progress(1)
        return vectors

    def embed_query(self, text: str) -> np.ndarray:
        """Vector (256,) float32 of unit length."""
        return _vector(text, self.dimension)


class OtherModel(HashEmbedder):
    """Another model, of another size."""

    name = "fake:other"
    dimension = 128

    def embed_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> np.ndarray:
        vectors = super().embed_passages(texts, progress)
        return np.ascontiguousarray(vectors[:, :128])

    def embed_query(self, text: str) -> np.ndarray:
        return self.embed_passages([text])[0]


class Crash(BaseException):
    """Stands for the end of the process: nothing in the product catches it."""


def _vector(text: str, dimension: int) -> np.ndarray:
    characters = "".join(text.split()).lower()
    grams = [characters[i : i + 2] for i in range(len(characters) - 1)] or [characters]
    counts = np.zeros(dimension, dtype=np.float32)
    for gram in grams:
        digest = hashlib.blake2b(gram.encode("utf-8", "surrogatepass"), digest_size=4).digest()
        counts[int.from_bytes(digest, "little") % dimension] += 1.0
    dampened: np.ndarray = np.sqrt(counts)
    return (dampened / np.linalg.norm(dampened)).astype(np.float32)
