"""Text that remembers where each character came from, so that cleaning is cutting and joining, never rewriting."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.raw import Block, BlockKind
from kb.model import SourceSpan

#: Origin of a character that cleaning put in (a line break between paragraphs, the colon of a metadata row).
INSERTED = -1


@dataclass(frozen=True, slots=True)
class Mapped:
    """A text and, for each of its characters, the index of that character in the raw text (or INSERTED)."""

    text: str
    origin: array[int]

    @classmethod
    def of(cls, raw: str, start: int, end: int) -> Mapped:
        """The slice ``raw[start:end]``."""
        return cls(raw[start:end], array("q", range(start, end)))

    @classmethod
    def inserted(cls, text: str, at: int = INSERTED) -> Mapped:
        """Text that does not stand in the raw text like this; all of it maps to the character ``at`` if given."""
        return cls(text, array("q", [at]) * len(text))

    def __len__(self) -> int:
        """Number of characters."""
        return len(self.text)

    def slice(self, start: int, end: int) -> Mapped:
        """The characters ``[start, end)``."""
        return Mapped(self.text[start:end], self.origin[start:end])

    def strip(self) -> Mapped:
        """Without white space at either end."""
        left = len(self.text) - len(self.text.lstrip())
        return self.slice(left, left + len(self.text.strip()))

    def edit(self, edits: Iterable[tuple[int, int, str]]) -> Mapped:
        """With each span (start, end) replaced. Spans are ordered and do not overlap.

        A replacement maps to where it stands in what it replaces; one that does not stand there is an insertion.
        """
        parts: list[Mapped] = []
        at = 0
        for start, end, new in edits:
            parts.append(self.slice(at, start))
            if new:
                same = self.text.find(new, start, end)
                parts.append(self.slice(same, same + len(new)) if same >= 0 else Mapped.inserted(new))
            at = end
        parts.append(self.slice(at, len(self.text)))
        return concat(parts) if len(parts) > 1 else self

    @property
    def first(self) -> int:
        """Raw index of the first character that has one; 0 for none."""
        return next((o for o in self.origin if o != INSERTED), 0)


def concat(parts: Sequence[Mapped], separator: str = "") -> Mapped:
    """The parts one after the other, with an inserted separator between them."""
    origin: array[int] = array("q")
    for i, part in enumerate(parts):
        if i and separator:
            origin.extend([INSERTED] * len(separator))
        origin.extend(part.origin)
    return Mapped(separator.join(p.text for p in parts), origin)


def source_map(text: Mapped, blocks: Sequence[Block]) -> tuple[SourceSpan, ...]:
    """The runs of the text that are runs of the raw text, in text order, each within one block.

    Inserted characters belong to no run.
    """
    starts = [b.start for b in blocks]
    origin = text.origin
    spans: list[SourceSpan] = []
    i, n = 0, len(origin)
    while i < n:
        first = origin[i]
        if first == INSERTED:
            i += 1
            continue
        at = bisect_right(starts, first) - 1
        block = blocks[at] if at >= 0 and first < blocks[at].end else None
        limit = block.end if block else (starts[at + 1] if at + 1 < len(starts) else first + n)
        j = i + 1
        while j < n and (origin[j] == origin[j - 1] + 1 or origin[j] == first == origin[j - 1]) and origin[j] < limit:
            j += 1
        spans.append(
            SourceSpan(
                i,
                j,
                first,
                origin[j - 1] + 1,
                _PART.get(block.kind, "body") if block else "body",
                block.page if block else None,
                block.box if block else None,
            )
        )
        i = j
    return tuple(spans)


_PART = {BlockKind.TABLE_ROW: "table", BlockKind.TEXTBOX: "textbox"}
