"""What of a file's text is in no document of it, and why: for the librarian who checks what was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.raw import BlockKind, RawDocument
from kb.model import PolicyDocument

MOST = 40  # stretches told of a file
_SHOWN = 80  # characters shown of one
FURNITURE, OUTSIDE, UNASSIGNED = "页眉页脚页码", "网页的其他部分", "未归入文档"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A stretch of text that is in no document: its beginning, its Han characters in all, why, and how many times."""

    text: str
    characters: int
    why: str
    times: int = 1


def han_count(text: str) -> int:
    """How many Han characters a text has."""
    return sum("\u3400" <= c <= "\u9fff" for c in text)


def left_out(raw: RawDocument, documents: Sequence[PolicyDocument]) -> tuple[LeftOut, ...]:
    """The stretches of a file's text that no document was made from, those without Han aside; see ``foremost``."""
    found = [*_unread(raw, documents)]
    for line in raw.outside.split("\n"):
        if outside := han_count(line):
            found.append(LeftOut(_beginning(line), outside, OUTSIDE))
    grouped: dict[tuple[str, str], LeftOut] = {}
    for one in found:
        same = grouped.get((one.text, one.why))
        if same:
            one = replace(one, characters=same.characters + one.characters, times=same.times + 1)
        grouped[one.text, one.why] = one
    return foremost(grouped.values())


def foremost(found: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    """As many as are told: what no document has before what is none of a document's, else in their order."""
    return tuple(sorted(found, key=lambda one: one.why != UNASSIGNED)[:MOST])


def _unread(raw: RawDocument, documents: Sequence[PolicyDocument]) -> Iterator[LeftOut]:
    taken = sorted((s.raw_start, s.raw_end) for d in documents for s in d.source_map)
    furniture = [(b.start, b.end) for b in raw.blocks if b.kind is BlockKind.HEADER]
    for start, end in _gaps(taken, len(raw.text)):
        inside = [(max(a, start), min(b, end)) for a, b in furniture if a < end and b > start]
        for a, b in inside:
            if count := han_count(raw.text[a:b]):
                yield LeftOut(_beginning(raw.text[a:b]), count, FURNITURE)
        for a, b in _gaps(inside, end, start):
            if count := han_count(raw.text[a:b]):
                yield LeftOut(_beginning(raw.text[a:b]), count, UNASSIGNED)


def _gaps(spans: Sequence[tuple[int, int]], end: int, start: int = 0) -> Iterator[tuple[int, int]]:
    """What sorted spans leave of ``[start, end)``."""
    at = start
    for a, b in spans:
        if a > at:
            yield at, a
        at = max(at, b)
    if at < end:
        yield at, end


def _beginning(text: str) -> str:
    bare = " ".join(text.split())
    return bare if len(bare) <= _SHOWN else bare[: _SHOWN - 1] + "…"
