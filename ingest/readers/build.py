"""Puts a RawDocument together: text and blocks that are slices of it, by construction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.raw import Block, BlockKind, RawDocument


@dataclass(slots=True)
class Builder:
    """Blocks appended one a line. ``gap()`` leaves a blank line, as between paragraphs of a text file."""

    format: str
    meta: dict[str, str] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)
    outside: str = ""
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _blocks: list[Block] = field(default_factory=list)

    def add(
        self,
        text: str,
        kind: BlockKind,
        *,
        level: int | None = None,
        cells: tuple[str, ...] = (),
        table: int | None = None,
        page: int | None = None,
        box: tuple[float, float, float, float] | None = None,
    ) -> None:
        """Append one block. A text of white space only is kept as a line of the text and makes no block."""
        if text.strip():
            end = self._length + len(text)
            self._blocks.append(Block(self._length, end, kind, level, cells, table, page, box))
        self._append(text + "\n")

    def gap(self) -> None:
        """A blank line."""
        self._append("\n")

    def flag(self, name: str) -> None:
        """Note a quality flag once."""
        if name not in self.flags:
            self.flags.append(name)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks so far."""
        return tuple(self._blocks)

    def finish(self) -> RawDocument:
        """The document."""
        text = "".join(self._parts)
        return RawDocument(text, tuple(self._blocks), self.format, dict(self.meta), tuple(self.flags), self.outside)

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def joined(pages: Sequence[RawDocument], format: str) -> RawDocument:
    """Pages that were read one by one as one document; tables and pages are numbered on."""
    text, blocks, tables = "", [], 0
    for number, page in enumerate(pages, 1):
        for block in page.blocks:
            table = None if block.table is None else block.table + tables
            at = len(text)
            blocks.append(replace(block, start=block.start + at, end=block.end + at, table=table, page=number))
        text += page.text
        tables = max((b.table + 1 for b in blocks if b.table is not None), default=tables)
    flags = tuple(dict.fromkeys(flag for page in pages for flag in page.flags))
    return RawDocument(text, tuple(blocks), format, flags=flags)


def join_lines(parts: list[str]) -> str:
    """Paragraphs of one table cell as one line: label fragments are put together, sentences get a space between."""
    parts = [p for p in (" ".join(part.split()) for part in parts) if p]
    if len(parts) > 1 and sum(map(len, parts)) <= 20 and all(_is_han(p[0]) and _is_han(p[-1]) for p in parts):
        return "".join(parts)
    return " ".join(parts)


def row_text(cells: list[tuple[str, bool]]) -> str:
    """A table row as one line; a cell that only repeats its left neighbour (a merged one, True) is said once."""
    return " | ".join(text for text, repeated in cells if not repeated)


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"
