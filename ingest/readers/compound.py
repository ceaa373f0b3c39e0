"""OLE compound files, in which .doc, .xls and encrypted .docx are kept: their directory and the heads of streams."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA
_ENTRY = 128  # bytes
_MINI_SHIFT = 6
_ROOT = 5


class Damaged(ValueError):
    """Not a compound file, or one whose chains lead nowhere."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A storage or stream: where it starts and its neighbours in the directory."""

    kind: int  # 1 storage, 2 stream, 5 root
    links: tuple[int, int, int]  # left and right sibling, first child
    start: int
    size: int


@dataclass(slots=True)
class Compound:
    """The directory of an OLE compound file ([MS-CFB]). Sectors count from 0 behind the header."""

    data: bytes
    shift: int
    fat: list[int] = field(default_factory=list)
    directory: bytes = b""

    @classmethod
    def of(cls, data: bytes) -> Compound:
        """Raises Damaged."""
        made = cls(data, _u16(data, 30))
        if data[:8] != MAGIC or made.shift not in {9, 12} or _u16(data, 32) != _MINI_SHIFT:
            raise Damaged
        made.fat = made._table()
        made.directory = b"".join(map(made._sector, made._chain(_u32(data, 48))))
        if made._entry(0)[1].kind != _ROOT:
            raise Damaged
        return made

    def names(self) -> dict[str, Entry]:
        """The streams and storages right below the root (those of embedded objects lie deeper)."""
        found: dict[str, Entry] = {}
        seen: set[int] = set()
        waiting = [self._entry(0)[1].links[2]]
        while waiting:
            index = waiting.pop()
            if index not in seen and index < len(self.directory) // _ENTRY:
                seen.add(index)
                name, entry = self._entry(index)
                found[name] = entry
                waiting += entry.links[:2]
        return found

    def head(self, name: str, count: int) -> bytes:
        """The first bytes, at most 512, of a stream below the root."""
        entry = self.names()[name]
        if entry.size >= _u32(self.data, 56):
            return self._sector(entry.start)[:count]
        first, at = divmod(entry.start << _MINI_SHIFT, 1 << self.shift)  # a small stream lies in the root's
        chain = self._chain(self._entry(0)[1].start)
        held = b"".join(map(self._sector, itertools.islice(chain, first, first + 2)))
        return held[at:][: min(count, entry.size)]

    def _table(self) -> list[int]:
        """The sector allocation table: the sectors named in the header, then those in a chain of further lists."""
        room = 1 << (self.shift - 2)
        most = (len(self.data) >> self.shift) // room + 1  # a file cannot need more: the lists may name one forever
        sectors = _u32s(self.data[76:512])
        more = _u32(self.data, 68)
        while more < _LAST_SECTOR and len(sectors) < most:
            listed = _u32s(self._sector(more))
            if len(listed) < room:
                raise Damaged
            sectors += listed[:-1]
            more = listed[-1]
        used = [sector for sector in sectors if sector < _LAST_SECTOR][:most]
        return [number for sector in used for number in _u32s(self._sector(sector))]

    def _chain(self, sector: int) -> Iterator[int]:
        for _ in range(len(self.fat)):
            if sector >= len(self.fat):
                return
            yield sector
            sector = self.fat[sector]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) << self.shift
        if start >= len(self.data):
            raise Damaged
        return self.data[start : start + (1 << self.shift)]

    def _entry(self, index: int) -> tuple[str, Entry]:
        data = self.directory[index * _ENTRY : (index + 1) * _ENTRY]
        if len(data) < _ENTRY:
            raise Damaged
        name = data[: max(0, min(64, _u16(data, 64)) - 2)].decode("utf-16-le", "replace")
        left, right, child = _u32s(data[68:80])
        return name, Entry(data[66], (left, right, child), _u32(data, 116), _u32(data, 120))


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _u32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _u32s(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))
