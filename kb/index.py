"""The seam of the search index: what a base asks of it, whatever engine is behind, and which one a setting names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kb.catalog import CatalogView, NewChunk
from kb.index_address import LOCAL, Address, address_of, read_address
from kb.index_care import Examination
from kb.vectors import Matrix, VectorCache

__all__ = ["LOCAL", "Address", "Scored", "SearchIndex", "Space", "address_of", "open_index", "read_address"]

Scored = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Space:
    """The space vectors are of: the name of the model that made them, and their length."""

    embedding: str
    dimension: int


class SearchIndex(Protocol):
    """What a base needs of an index. Hits are (chunk_id, score), best first; ``allowed`` are document ids.

    An index may know chunks of a neighbouring generation: the caller drops hits that are not in its snapshot. A change
    is made in this order: ``add``, the catalog's commit (readers see it from here on), ``delete``, ``catch_up``; what
    a crash leaves of it is mended by ``repair``. Only the holder of the base's write lock may change an index; but what
    each home keeps for itself, homes that share a catalog bring up to date by ``follow``.
    """

    @property
    def place(self) -> str:
        """What the catalog notes its changes to be in; empty for an index that keeps account of them itself."""

    # Whether it can be asked

    def fault(self) -> str:
        """Why nothing can be searched, with the way out; empty where it can."""

    def complete(self, view: CatalogView) -> bool:
        """Whether it may have all words of the snapshot; false now and then while another process writes."""

    def behind(self, view: CatalogView) -> bool:
        """Whether what the home keeps for itself lacks changes of the snapshot, as those made from another home."""

    def follow(self, view: CatalogView) -> None:
        """Make those changes. Only for the holder of the home's write lock."""

    # Asking

    def refresh(self, view: CatalogView) -> None:
        """See what the snapshot's generation has, before searching it."""

    def lexical(self, tokens: Sequence[str], k: int, allowed: AbstractSet[str] | None = None) -> Scored:
        """The k best chunks by words."""

    def dense(self, view: CatalogView, vector: Matrix, k: int, allowed: AbstractSet[str] | None = None) -> Scored:
        """The k best chunks by cosine."""

    def idf(self, token: str) -> float:
        """How rare a token is among the chunks."""

    def having(self, token: str) -> int:
        """How many chunks hold a token."""

    # Changing

    def repair(self, view: CatalogView, unfinished: bool) -> tuple[int, int]:
        """Hold what the catalog says where it may not, as after an ``unfinished`` change: entries added, removed."""

    def add(self, chunks: Sequence[NewChunk], space: Space) -> None:
        """Make chunks that are about to be committed searchable; their vectors are in the cache."""

    def delete(self, entries: Iterable[str]) -> None:
        """Forget entries whose removal was committed."""

    def catch_up(self, view: CatalogView) -> None:
        """Have all that the snapshot has when this returns. Raises Corrupt when vectors are missing."""

    def rest(self) -> None:
        """Give up what only the holder of the write lock may have."""

    # Care

    def examine(self, view: CatalogView, mended: tuple[int, int]) -> Examination:
        """Compare with the catalog and mend; ``mended`` are entries that a repair has just added and removed."""

    def close(self) -> None:
        """Give up all locks and files."""


def open_index(
    address: Address,
    home: Path,
    base_id: str,
    cache: VectorCache,
    open_view: Callable[[], AbstractContextManager[CatalogView]],
    context_boost: float,
) -> SearchIndex:
    """The index at an address; nothing is opened or called before it is used.

    ``open_view`` gives background work its own snapshots; ``context_boost``: see Tuning.
    """
    if address.engine == "milvus":
        from kb.index_milvus import MilvusIndex

        return MilvusIndex(address, base_id, cache, open_view, context_boost)
    from kb.index_local import LocalIndex

    if address.engine == "chroma":
        from kb.dense_server import ServedDense

        return LocalIndex(home, base_id, ServedDense(address, base_id, cache), context_boost)
    from kb.dense_local import OwnedDense

    return LocalIndex(home, base_id, OwnedDense(home, base_id, cache, open_view), context_boost)
