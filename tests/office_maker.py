"""Makes OLE compound files (.doc, .xls) by hand, as far as readers look at them."""

from __future__ import annotations

import struct

from ingest.readers.compound import MAGIC


def compound(streams: dict[str, bytes], *, shift: int = 9, storage: str | None = None) -> bytes:
    """A compound file with these streams below its root, or below a storage; short ones in the root's mini stream."""
    size, free, end = 1 << shift, 0xFFFFFFFF, 0xFFFFFFFE
    sectors: list[bytes] = []
    fat: list[int] = []

    def add(data: bytes) -> int:
        first = len(sectors)
        pieces = [data[at : at + size].ljust(size, b"\0") for at in range(0, len(data), size)]
        sectors.extend(pieces)
        fat.extend([*range(first + 1, first + len(pieces)), end])
        return first

    entries: list[tuple[str, int, int, int, int, int]] = []  # name, type, right, child, start, size
    mini = b""
    first = 1 if storage is None else 2
    for index, (name, data) in enumerate(streams.items(), first):
        right = index + 1 if index - first + 1 < len(streams) else free
        if len(data) < 4096:
            entries.append((name, 2, right, free, len(mini) // 64, len(data)))
            mini += data.ljust(-(-len(data) // 64) * 64, b"\0")
        else:
            entries.append((name, 2, right, free, add(data), len(data)))
    if storage is not None:
        entries.insert(0, (storage, 1, free, 2, 0, 0))
    entries.insert(0, ("Root Entry", 5, free, 1, add(mini) if mini else end, len(mini)))
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBBIII", 2 * len(name) + 2, kind, 1, free, right, child).ljust(52, b"\0")
        + struct.pack("<IQ", start, length)
        for name, kind, right, child, start, length in entries
    )
    at = add(directory)
    fat.append(0xFFFFFFFD)
    sectors.append(struct.pack(f"<{len(fat)}I", *fat).ljust(size, b"\xff"))
    version = 3 if shift == 9 else 4
    header = MAGIC + struct.pack(
        "<16xHHHHH6xIIIIIIIIII", 0x3E, version, 0xFFFE, shift, 6, 0, 1, at, 0, 4096, end, 0, end, 0, len(sectors) - 1
    )
    return header.ljust(512, b"\xff").ljust(size, b"\0") + b"".join(sectors)


def word_header(flags: int = 0x0200, version: int = 0xC1, pieces: tuple[int, int] = (100, 20)) -> bytes:
    """The head of a WordDocument stream; ``pieces`` is where its list of text pieces lies in the table stream."""
    return struct.pack("<HHHHHH", 0xA5EC, version, 0, 0x804, 0, flags).ljust(0x1A2, b"\1") + struct.pack("<II", *pieces)


def word(flags: int = 0x0200, version: int = 0xC1, pieces: tuple[int, int] = (100, 20), size: int = 5000) -> bytes:
    stream = word_header(flags, version, pieces).ljust(size, b"\1")
    return compound({"1Table": bytes(200), "WordDocument": stream})
