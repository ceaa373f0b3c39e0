"""What the doctor finds when it compares an index with the catalog, which is the truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from kb.catalog import CatalogView
from kb.catalog.db import batches
from kb.vectors import VectorCache

_SAME = 1e-4  # cosine distance up to which a stored vector counts as the same


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in one store: how many rows, and whether it was mended."""

    store: str
    problem: str
    count: int
    repaired: bool


@dataclass(slots=True)
class Examination:
    """What was seen of an index: how many entries and vectors it has (None: not looked at), what was mended."""

    words: int = 0
    dense: int | None = None
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def found(self, store: str, problems: Mapping[str, int]) -> None:
        """Note what was wrong, and is mended; problems that nothing has are passed over."""
        self.findings += [Finding(store, problem, count, True) for problem, count in problems.items() if count]


class Held(Protocol):
    """Vectors by chunk id, as a projection of the catalog holds them up to some ``seq``."""

    @property
    def added(self) -> int:
        """The ``seq`` up to which chunks were applied."""

    @property
    def deleted(self) -> int:
        """The ``seq`` up to which tombstones were applied."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def ids(self) -> list[str]:
        """All ids held."""

    def vectors(self, ids: Iterable[str]) -> Mapping[str, Any]:
        """The vectors held for these ids."""


def compare(held: Held, view: CatalogView, cache: VectorCache) -> tuple[int, int, int]:
    """How many ids are missing, too many, and held with another vector, beyond what is just pending."""
    wanted = {row.chunk_id: row.vector_key for row in view.chunk_rows()}
    pending = {row.chunk_id for row in view.chunk_rows(after=held.added)}
    buried = {stone.chunk_id for stone in view.tombstones(held.deleted)}
    there = set(held.ids())
    missing = len(wanted.keys() - there - pending)
    extra = len(there - wanted.keys() - buried)
    wrong = 0
    for ids in batches(sorted((there & wanted.keys()) - pending)):
        stored = held.vectors(ids)
        truth = cache.get([wanted[i] for i in ids], held.dimension)
        wrong += sum(not same_direction(vector, stored[i]) for i, vector in zip(ids, truth, strict=True))
    return missing, extra, wrong


def same_direction(vector: Any, other: Any) -> bool:  # noqa: ANN401 - lists of numbers or arrays
    """Whether two vectors say the same of cosines; one of length 0 says nothing."""
    one, two = np.asarray(vector, dtype=np.float32), np.asarray(other, dtype=np.float32)
    norms = float(np.linalg.norm(one) * np.linalg.norm(two))
    return norms <= 0 or float(one @ two) / norms >= 1 - _SAME
