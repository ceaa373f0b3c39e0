"""CSV files: the separator is the one that cuts the first rows alike; rows then are read as those of a worksheet."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from ingest.raw import RawDocument
from ingest.readers.build import Builder
from ingest.readers.encoding import Decoded
from ingest.readers.grid import MAX_CELLS, GridWriter, Row, too_many
from kb.errors import UnreadableFile

_SUFFIXES = frozenset({".csv", ".tsv"})
_SEPARATORS = ",;\t|"
_SAMPLE = 50  # rows
_ALIKE = 0.6  # of the rows that a separator cuts at all have the same number of cells; titles and notes have one
_HINT = re.compile(r"\Asep=(.)\n", re.IGNORECASE)  # a line by which Excel is told the separator
_AS_TEXT = re.compile(r'="([^"]*)"')  # how numbers are kept from losing their zeros in Excel


def looks_like_csv(text: str, suffix: str) -> bool:
    """Whether a decoded text is a table: by its suffix, and by two rows at least that one separator cuts alike."""
    return suffix.lower() in _SUFFIXES and _separator(text) is not None


def read_csv(decoded: Decoded, path: str) -> RawDocument:
    """The table of a decoded CSV file, with the lines above and below it. Raises UnreadableFile beyond the limits."""
    text = decoded.text
    separator = _separator(text) or max(_SEPARATORS, key=text.count)
    builder = Builder("csv")
    if decoded.damaged:
        builder.flag("encoding_damaged")
    text = _HINT.sub("", text)
    try:
        rows = _grid(csv.reader(io.StringIO(text), delimiter=separator, strict=True), path)
    except csv.Error:  # a quotation mark that is never closed, or one that is meant as it stands
        builder.flag("csv_quotes")
        rows = _grid(_most_alike(text, separator), path)
    if not rows:
        raise UnreadableFile(path, "表格里没有内容")
    GridWriter(builder, path).add(rows)
    return builder.finish()


def _separator(text: str) -> str | None:
    """The separator that gives most rows the same number of cells, more than one; None if none does."""
    hint = _HINT.match(text)
    if hint is not None:
        return hint[1]
    best: tuple[float, int, str] | None = None
    for separator in _SEPARATORS:
        share, width = _likeness(text, separator)
        if share and (best is None or (share, width) > best[:2]):
            best = (share, width, separator)
    return None if best is None else best[2]


def _likeness(text: str, separator: str) -> tuple[float, int]:
    """The share of the first rows that are as wide as most that are cut, and that width; zero for no table."""
    widths: list[int] = []
    try:
        sample = csv.reader(io.StringIO(text), delimiter=separator)
        widths += (len(row) for row in islice(sample, _SAMPLE) if any(cell.strip() for cell in row))
    except csv.Error:  # a cell without an end; the rows before it tell
        pass
    counted = Counter(width for width in widths if width > 1)
    if not counted:
        return 0.0, 0
    width, rows = max(counted.items(), key=lambda item: (item[1], item[0]))
    alike = rows >= 2 and rows >= _ALIKE * counted.total()
    return (rows / len(widths), width) if alike else (0.0, 0)


def _most_alike(text: str, separator: str) -> Iterator[list[str]]:
    """The records of a table with odd quotation marks, read the way that makes most of them alike in width."""
    lines = text.split("\n")
    ways: tuple[Callable[[], Iterable[list[str]]], ...] = (
        lambda: csv.reader(
            io.StringIO(text), delimiter=separator
        ),  # 2,"甲"（筹）,无: the mark is lost, the cell is not
        lambda: (cells for line in lines for cells in csv.reader([line], delimiter=separator)),  # none runs on
        lambda: (line.split(separator) for line in lines),  # none means anything
    )
    return iter(max(ways, key=lambda way: _alike(way()))())


def _alike(records: Iterable[list[str]]) -> int:
    """How many records have the commonest width of those that are cut; 0 if they cannot be read so."""
    try:
        widths = Counter(len(record) for record in records if any(cell.strip() for cell in record))
    except csv.Error:
        return 0
    del widths[1]
    return max(widths.values(), default=0)


def _grid(records: Iterator[list[str]], path: str) -> dict[int, Row]:
    rows: dict[int, Row] = {}
    count = 0
    for number, record in enumerate(records):
        row = {column: (text, False) for column, cell in enumerate(record) if (text := _cell(cell))}
        count += len(row)
        if count > MAX_CELLS:
            raise too_many(path)
        if row:
            rows[number] = row
    return rows


def _cell(text: str) -> str:
    stripped = text.strip()
    quoted = _AS_TEXT.fullmatch(stripped)
    return stripped if quoted is None else quoted[1].strip()
