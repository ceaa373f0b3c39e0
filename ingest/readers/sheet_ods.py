"""Surveys the tables of an .ods workbook, whose merged cells and formats calamine does not know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.readers.grid import MAX_CELLS, too_many
from ingest.readers.sheet_survey import Steps, Survey, parse

_CELLS = frozenset({"table-cell", "covered-table-cell"})
_SHOWN = frozenset({"float", "percentage", "currency", "time"})
_MONTH = re.compile(r"\d{4}年\d{1,2}月")


def survey_ods(content: bytes, path: str) -> list[Survey]:
    """A survey of each table of content.xml. Raises ExpatError, Refused, UnreadableFile, ValueError."""
    surveyor = _Surveyor(path, Steps(path))
    parse(content, surveyor.start, surveyor.end, surveyor.text)
    return surveyor.surveys


@dataclass(slots=True)
class _Surveyor:
    """Follows the tables of an .ods; rows and cells may stand for many alike."""

    path: str
    steps: Steps
    surveys: list[Survey] = field(default_factory=list)
    _tables: int = 0
    _notes: int = 0
    _row: int = 0
    _rows: int = 1
    _column: int = 0
    _cell: dict[str, str] | None = None
    _texts: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.steps.take()
        tag = name.rpartition(":")[2]
        if tag == "table":
            self._tables += 1
            if self._tables == 1:
                self.surveys.append(Survey())
                self._row = 0
        elif tag == "table-row":
            self._rows, self._column = _repeats(attributes, "table:number-rows-repeated"), 0
        elif tag in _CELLS:
            self._cell, self._texts = attributes, []
        elif tag == "annotation":
            self._notes += 1

    def text(self, text: str) -> None:
        if self._cell is not None and not self._notes:
            self._texts.append(text)

    def end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if tag == "table":
            self._tables -= 1
        elif tag == "table-row":
            self._row += self._rows
        elif tag == "annotation":
            self._notes -= 1
        elif tag in _CELLS and self._cell is not None and self.surveys:
            self._add(self.surveys[-1], self._cell, "".join(self._texts).strip())
            self._cell = None

    def _add(self, survey: Survey, cell: dict[str, str], shown: str) -> None:
        count = _repeats(cell, "table:number-columns-repeated")
        kind = cell.get("office:value-type", "")
        survey.unvalued = survey.unvalued or ("table:formula" in cell and not (shown or kind))
        if shown or kind:
            if survey.cells + count * self._rows > MAX_CELLS:
                raise too_many(self.path)
            as_shown = shown if kind in _SHOWN or _MONTH.fullmatch(shown) else ""
            for row in range(self._row, self._row + self._rows):
                for column in range(self._column, self._column + count):
                    survey.note(row, column, as_shown or None)
        right = self._column + _repeats(cell, "table:number-columns-spanned") - 1
        bottom = self._row + _repeats(cell, "table:number-rows-spanned") - 1
        if right > self._column or bottom > self._row:
            survey.merges.append(((self._row, self._column), (bottom, right)))
        self._column += count


def _repeats(attributes: Mapping[str, str], name: str) -> int:
    count = int(attributes.get(name, "1"))
    if count < 1:
        raise ValueError(name)
    return count
