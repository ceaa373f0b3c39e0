"""An embedder for the process that writes: it hands out vectors that were made elsewhere."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

import numpy as np

from kb.embedding import Embedder
from kb.embedding.protocol import Progress, Vectors
from kb.vectors import vector_key


class PreparedEmbedder:
    """A model of which the vectors of texts are there already, by ``vector_key``; it makes those that are not.

    Each is handed out once, since the base keeps it then. What the base has no use for (a document it had) is
    dropped after so many ``files``.
    """

    def __init__(self, model: Embedder, files: int) -> None:
        self.name = model.name
        self._model, self._files = model, files
        self._vectors: dict[str, Vectors] = {}
        self._dimension: int | None = None
        self._by_file: deque[tuple[str, ...]] = deque()

    @property
    def dimension(self) -> int:
        """Length of a vector; loads the model only where no vector has been there to tell."""
        return self._dimension or self._model.dimension

    def offer(self, vectors: Mapping[str, Vectors]) -> None:
        """Take the vectors of a file's texts."""
        for key, vector in vectors.items():
            self._vectors[key], self._dimension = vector, len(vector)
        self._by_file.append(tuple(vectors))
        while len(self._by_file) > self._files:
            for key in self._by_file.popleft():
                self._vectors.pop(key, None)

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors (n, dimension) with unit rows; see Embedder."""
        found = {text: self._vectors.pop(vector_key(self.name, text), None) for text in dict.fromkeys(texts)}
        absent = [text for text, vector in found.items() if vector is None]
        if absent:
            found.update(zip(absent, self._model.embed_passages(absent, progress), strict=True))
        rows = [found[text] for text in texts]
        return np.array(rows, dtype=np.float32) if rows else np.empty((0, self.dimension), dtype=np.float32)

    def embed_query(self, text: str) -> Vectors:
        """Unit vector (dimension,) of a question."""
        return self._model.embed_query(text)
