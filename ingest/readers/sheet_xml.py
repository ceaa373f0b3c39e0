"""Workbooks of Excel 2003 as one XML (SpreadsheetML), which web systems export under the name .xls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from xml.parsers import expat

from ingest.raw import RawDocument
from ingest.readers.archive import Refused
from ingest.readers.build import Builder
from ingest.readers.grid import MAX_CELLS, Format, GridWriter, Row, too_many, value_text
from ingest.readers.sheet_survey import SAVE_AS, Steps, parse, sheet_name
from kb.errors import UnreadableFile

#: Formats that are stated by name; others are Excel's codes.
_NAMED = {"Percent": "0.00%", "Fixed": "0.00", "Standard": "#,##0.00"}
_MAX_REPEATED = 200  # characters; longer text of a merged cell is not said again in the rows below
_NO_DAY = date(1899, 12, 31)  # of a time alone
_MAX_PLACE = 1_048_576
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")  # states the encoding the text had


def read_sheet_xml(text: str, path: str) -> RawDocument:
    """The visible sheets of a decoded workbook, one after the other. Raises UnreadableFile."""
    builder = Builder("xls")
    reader = _Reader(path, Steps(path))
    try:
        parse(_DECLARATION.sub("", text).encode(), reader.start, reader.end, reader.text)
    except Refused as error:
        raise UnreadableFile(path, error.why) from error
    except (expat.ExpatError, ValueError) as error:
        raise UnreadableFile(path, f"工作簿已损坏或不完整，无法读取。{SAVE_AS}") from error
    for flag, meant in (("hidden_sheets", reader.hidden), ("formulas_unread", reader.unvalued)):
        if meant:
            builder.flag(flag)
    writer = GridWriter(builder, path)
    shown = [sheet for sheet in reader.sheets if sheet.visible and sheet.rows]
    for sheet in shown:
        rows = {number: dict(sorted(row.items())) for number, row in sorted(sheet.rows.items())}
        writer.add(rows, sheet_name(sheet.name) if len(shown) > 1 else None)
    if not shown:
        raise UnreadableFile(path, "工作簿里没有可见的内容")
    return builder.finish()


@dataclass(slots=True)
class _Sheet:
    name: str
    visible: bool = True
    rows: dict[int, Row] = field(default_factory=dict)


@dataclass(slots=True)
class _Cell:
    """A cell being read: where it stands, how far it reaches, how its number is shown, and its data so far."""

    row: int
    column: int
    right: int
    bottom: int
    style: str
    formula: bool
    kind: str = ""
    texts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    """Follows the elements; rows and columns count from 0 and go on from the one before unless they say where."""

    path: str
    steps: Steps
    sheets: list[_Sheet] = field(default_factory=list)
    unvalued: bool = False
    _formats: dict[str, Format | None] = field(default_factory=dict)
    _style: str = ""
    _row: int = -1
    _column: int = -1
    _cell: _Cell | None = None
    _within: str = ""
    _count: int = 0

    @property
    def hidden(self) -> bool:
        return any(not sheet.visible for sheet in self.sheets)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.steps.take()
        tag = name.rpartition(":")[2]
        values = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        if tag == "Style":
            self._style = values.get("ID", "")
        elif tag == "NumberFormat":
            code = values.get("Format", "")
            self._formats[self._style] = Format.of(_NAMED.get(code, code))
        elif tag == "Worksheet":
            self.sheets.append(_Sheet(values.get("Name", "")))
            self._row = -1
        elif tag == "Row":
            self._row = _place(values, self._row)
            self._column = -1
        elif tag == "Cell" and self.sheets:
            self._begin(values)
        elif tag == "Data" and self._cell is not None and self._within != "Comment":
            self._cell.kind = values.get("Type", "String")
            self._within = tag
        elif tag == "Comment" or (tag == "Visible" and self.sheets):
            self._within = tag

    def text(self, text: str) -> None:
        if self._within == "Data" and self._cell is not None:
            self._cell.texts.append(text)
        elif self._within == "Visible" and text.strip() in {"SheetHidden", "SheetVeryHidden"}:
            self.sheets[-1].visible = False

    def end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if tag == self._within:
            self._within = ""
        elif tag == "Cell" and self._cell is not None:
            self._finish(self._cell)
            self._cell = None

    def _begin(self, values: Mapping[str, str]) -> None:
        self._column = _place(values, self._column)
        right = self._column + _count(values, "MergeAcross")
        bottom = self._row + _count(values, "MergeDown")
        formula = "Formula" in values
        self._cell = _Cell(self._row, self._column, right, bottom, values.get("StyleID", ""), formula)
        self._column = right

    def _finish(self, cell: _Cell) -> None:
        """Put a cell in each place it covers."""
        text = _shown("".join(cell.texts).strip(), cell.kind, self._formats.get(cell.style))
        self.unvalued = self.unvalued or (cell.formula and not cell.kind)
        if not text:
            return
        bottom = cell.bottom if len(text) <= _MAX_REPEATED else cell.row
        self._count += (cell.right - cell.column + 1) * (bottom - cell.row + 1)
        if self._count > MAX_CELLS:
            raise too_many(self.path)
        rows = self.sheets[-1].rows
        for row in range(cell.row, bottom + 1):
            rows.setdefault(row, {}).update((c, (text, c > cell.column)) for c in range(cell.column, cell.right + 1))


def _shown(text: str, kind: str, how: Format | None) -> str:
    if not text:
        return ""
    if kind == "Number":
        return value_text(float(text), how)
    if kind == "Boolean":
        return value_text(text == "1")
    if kind == "DateTime":
        moment = datetime.fromisoformat(text)
        return value_text(moment.time() if moment.date() == _NO_DAY else moment, how)
    return value_text(text)


def _place(values: Mapping[str, str], before: int) -> int:
    """Where a row or cell stands: where it says, counted from 1, or behind the one before. Raises ValueError."""
    place = int(values["Index"]) - 1 if "Index" in values else before + 1
    if not before < place < _MAX_PLACE:
        raise ValueError(place)
    return place


def _count(values: Mapping[str, str], name: str) -> int:
    count = int(values.get(name, "0"))
    if not 0 <= count < _MAX_PLACE:
        raise ValueError(name)
    return count
