"""Surveys the sheets of an .xlsx, .xlsm or .et workbook from its XML parts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.readers.grid import MAX_CELLS, Format, too_many
from ingest.readers.sheet_survey import BUILTIN, Steps, Survey, by_style, elements, parse

_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")


def survey_xlsx(parts: Mapping[str, bytes], path: str) -> list[Survey]:
    """Hidden sheets are not looked at: calamine reads each sheet when it is asked for."""
    targets = {a.get("Id"): a["Target"] for tag, a in elements(parts["xl/_rels/workbook.xml.rels"]) if "Target" in a}
    formats = _formats(parts.get("xl/styles.xml", b""))
    surveys: list[Survey] = []
    steps = Steps(path)
    for tag, attributes in elements(parts["xl/workbook.xml"]):
        if tag == "sheet":
            target = targets[next((value for key, value in attributes.items() if key.endswith(":id")), None)].lower()
            name = target.lstrip("/") if target.startswith(("/", "xl/")) else f"xl/{target}"
            hidden = attributes.get("state", "visible") != "visible"
            surveys.append(Survey() if hidden else _survey_part(parts[name], formats, steps))
    return surveys


def _survey_part(data: bytes, formats: Mapping[str, Format], steps: Steps) -> Survey:
    surveyor = _Surveyor(formats, steps)
    parse(data, surveyor.start, surveyor.end, surveyor.text)
    return surveyor.survey


@dataclass(slots=True)
class _Surveyor:
    """Follows the cells of a sheet's part; ``_open`` is the element of the cell that is being read."""

    formats: Mapping[str, Format]
    steps: Steps
    survey: Survey = field(default_factory=Survey)
    _row: int = -1
    _column: int = -1
    _how: Format | None = None
    _is_text: bool = False
    _within: str = ""
    _seen: set[str] = field(default_factory=set)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.steps.take()
        tag = name.rpartition(":")[2]
        if tag == "c":
            self._row, self._column = _position(attributes["r"]) if "r" in attributes else (self._row, self._column + 1)
            self._how, self._is_text = self.formats.get(attributes.get("s", "")), attributes.get("t") == "str"
            self._within, self._seen = tag, set()
        elif tag in {"v", "is"} and self._within and not self._seen & {"v", "is"}:
            self.survey.note(self._row, self._column, self._how)
            if self.survey.cells > MAX_CELLS:
                raise too_many(self.steps.path)
            self._within = tag
            self._seen.add(tag)
        elif tag == "f" and self._within:
            self._seen.add(tag)
        elif tag == "row":
            self._row, self._column = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1, -1

    def text(self, text: str) -> None:
        if self._within == "v" and text.strip():
            self._seen.add("value")

    def end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            empty = self._is_text and "v" in self._seen  # what it gives is an empty text
            self.survey.unvalued = self.survey.unvalued or ("f" in self._seen and not (empty or "value" in self._seen))
            self._within = ""
        elif tag == "v" and self._within:
            self._within = "c"


def _formats(styles: bytes) -> dict[str, Format]:
    """How cells of each style show numbers, by the style's number; styles that show them as they are left out."""
    codes = {str(number): code for number, code in BUILTIN.items()}
    used: list[str] = []
    within = ""
    for tag, attributes in elements(styles) if styles else ():
        if tag in {"numFmts", "cellXfs", "cellStyleXfs", "dxfs"}:
            within = tag
        elif tag == "numFmt" and within == "numFmts":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "xf" and within == "cellXfs":
            used.append(attributes.get("numFmtId", ""))
    return by_style(codes, used)


def _position(reference: str) -> tuple[int, int]:
    """Row and column of a reference such as B12. Raises ValueError."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ValueError(reference)
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1
