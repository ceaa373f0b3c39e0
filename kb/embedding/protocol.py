"""What every embedding back end offers, and the little that all of them share."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Progress = Callable[[int], None]

REMEMBERED_QUERIES = 256

# Models trained with a prefix whose published folders do not carry it: their cards state it, their quality needs it.
_PREFIXES_BY_NAME = (
    (re.compile(r"(^|[-_/])e5-(small|base|large)(?!.*instruct)", re.I), ("query: ", "passage: ")),
    (re.compile(r"(^|[-_/])bge-(small|base|large)-zh", re.I), ("为这个句子生成表示以用于检索相关文章：", "")),
)


class Embedder(Protocol):
    """A model that turns texts into unit vectors; safe to call from several threads.

    ``name`` is recorded in a base and is a value of the setting ``embedding`` that gives the same model again.
    ``dimension`` may load the model. Every method raises EmbeddingUnavailable when the model cannot be had.
    """

    @property
    def name(self) -> str:
        """Identity of the model, e.g. ``openai:text-embedding-3-small``."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors (n, dimension) with unit rows, in the order of ``texts``; ``progress`` gets the count newly done."""

    def embed_query(self, text: str) -> Vectors:
        """Unit vector (dimension,) of a question."""


class QueryMemory:
    """The vectors of the questions asked last: a page asks for the same one several times."""

    def __init__(self, size: int = REMEMBERED_QUERIES) -> None:
        self._size = size
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, text: str, compute: Callable[[str], Vectors]) -> Vectors:
        """The remembered vector of ``text``, else ``compute(text)``; read-only, since it is shared."""
        with self._lock:
            known = self._vectors.get(text)
            if known is not None:
                self._vectors.move_to_end(text)
                return known
        vector = compute(text)
        vector.setflags(write=False)
        with self._lock:
            self._vectors[text] = vector
            while len(self._vectors) > self._size:
                self._vectors.popitem(last=False)
        return vector


def unit_rows(vectors: NDArray[np.floating]) -> Vectors:
    """Rows divided by their Euclidean length; a row of zeros stays zeros. Any shape (…, d), float32."""
    exact = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(exact, axis=-1, keepdims=True)
    unit: Vectors = np.divide(exact, lengths, out=np.zeros_like(exact), where=lengths > 0)
    return unit


def encodable(text: str) -> str:
    """The text with lone surrogates, which no tokenizer or JSON body takes, replaced by ``?``."""
    return text.encode("utf-8", "replace").decode("utf-8")


def known_prefixes(model: str) -> tuple[str, str]:
    """The (query, passage) prefixes a model's card asks for, by its name; empty where none is known."""
    return next((prefixes for pattern, prefixes in _PREFIXES_BY_NAME if pattern.search(model)), ("", ""))
