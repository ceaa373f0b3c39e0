"""Surveys the sheets of an .xls workbook ([MS-XLS], and BIFF 5 before it) from its records."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence

from ingest.readers.compound import Compound, Damaged
from ingest.readers.grid import MAX_CELLS, Format, too_many
from ingest.readers.sheet_survey import BUILTIN, PASSWORD, SAVE_AS, Steps, Survey, by_style
from kb.errors import UnreadableFile

_BEGINS = frozenset({0x09, 0x209, 0x409, 0x809})
# NUMBER, RK, FORMULA, BOOLERR, LABEL, LABELSST, RSTRING
_CELLS = frozenset({0x203, 0x27E, 0x06, 0x206, 0x406, 0x205, 0x204, 0xFD, 0xD6})


def workbook_stream(data: bytes, path: str) -> bytes:
    """The records of an .xls. Raises Damaged, UnreadableFile."""
    compound = Compound.of(data)
    entries = {name.lower(): entry for name, entry in compound.names().items()}
    if "encryptedpackage" in entries:
        raise UnreadableFile(path, PASSWORD)
    entry = entries.get("workbook") or entries.get("book")
    if entry is None:
        raise UnreadableFile(path, f"不是 Excel 或 WPS 表格文件，或文件不完整。{SAVE_AS}")
    if entry.size >= int.from_bytes(data[56:60], "little"):
        stream = _chained(compound, entry.start)
    else:  # small streams lie within that of the root and have a table of their own
        held = _chained(compound, int.from_bytes(compound.directory[116:120], "little"))
        links = _chained(compound, int.from_bytes(data[60:64], "little"))
        table = struct.unpack(f"<{len(links) // 4}I", links)
        stream = b"".join(held[n << 6 : (n + 1) << 6] for n in _links(table, entry.start))
    if len(stream) < entry.size:
        raise Damaged
    return stream[: entry.size]


def _chained(compound: Compound, start: int) -> bytes:
    sectors = _links(compound.fat, start)
    return b"".join(compound.data[(n + 1) << compound.shift : (n + 2) << compound.shift] for n in sectors)


def _links(table: Sequence[int], start: int) -> Iterator[int]:
    for _ in range(len(table)):
        if start >= len(table):
            return
        yield start
        start = table[start]


def survey_xls(stream: bytes, path: str) -> list[Survey]:
    """The globals name sheets and styles, then come the records of each sheet."""
    steps = Steps(path)
    codes = {str(number): code for number, code in BUILTIN.items()}
    used: list[str] = []
    starts: list[int] = []
    for kind, body in _records(stream, 0, steps):
        if kind == 0x2F:  # FILEPASS
            raise UnreadableFile(path, PASSWORD)
        if kind == 0x85:  # BOUNDSHEET
            starts.append(int.from_bytes(body[:4], "little"))
        elif kind == 0x41E:  # FORMAT
            codes[str(int.from_bytes(body[:2], "little"))] = _code(body[2:])
        elif kind == 0xE0:  # XF
            used.append(str(int.from_bytes(body[2:4], "little")))
    if not starts:
        raise Damaged
    formats = by_style(codes, used)
    return [_survey_records(_records(stream, start, steps), formats, path) for start in starts]


def _survey_records(records: Iterator[tuple[int, bytes]], formats: Mapping[str, Format], path: str) -> Survey:
    survey = Survey()
    for kind, body in records:
        if kind in _CELLS:
            row, column, style = struct.unpack_from("<HHH", body)
            survey.note(row, column, formats.get(str(style)))
        elif kind == 0xBD:  # MULRK: a row of numbers
            row, first = struct.unpack_from("<HH", body)
            for at in range(4, len(body) - 7, 6):
                survey.note(row, first + (at - 4) // 6, formats.get(str(int.from_bytes(body[at : at + 2], "little"))))
        elif kind == 0x200 and len(body) >= 14:  # DIMENSIONS, for which calamine makes room
            top, bottom, left, right = struct.unpack_from("<IIHH", body)
            if not (top <= bottom <= 0x10000 and left <= right <= 0x100):
                raise Damaged
        if survey.cells > MAX_CELLS:
            raise too_many(path)
    return survey


def _records(stream: bytes, at: int, steps: Steps) -> Iterator[tuple[int, bytes]]:
    """The records from one BOF to its EOF, without those of charts within."""
    depth = 0
    while at + 4 <= len(stream):
        steps.take()
        kind, size = struct.unpack_from("<HH", stream, at)
        depth += (kind in _BEGINS) - (kind == 0x0A)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _code(body: bytes) -> str:
    """The string of a FORMAT record: of BIFF 8 if its length fits, else of BIFF 5, which has no Han of its own."""
    length, wide = int.from_bytes(body[:2], "little"), bool(body[2] & 1)
    if len(body) == 3 + (length << wide):
        return body[3:].decode("utf-16-le" if wide else "latin-1", "replace")
    return body[1:].decode("gb18030", "replace")
