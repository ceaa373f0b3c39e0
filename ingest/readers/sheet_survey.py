"""What a workbook holds beside its values, measured before they are read: extent, number formats, merged cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from ingest.readers.archive import Refused
from ingest.readers.grid import Format
from kb.errors import UnreadableFile

Merge = tuple[tuple[int, int], tuple[int, int]]

SAVE_AS = "请用 Excel 或 WPS 打开后另存为 .xlsx 再试"
PASSWORD = "设有打开密码。请去掉密码后再试"
#: Format codes by number that no file states.
BUILTIN = {
    **{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 17: "mmm-yy"},
    **{37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "#,##0", 43: "0.00", 44: "0.00"},
    **dict.fromkeys((27, 36, 50, 52, 57), "yyyy-mm"),  # yyyy年m月 in Chinese
}
_DEFAULT_NAME = re.compile(r"(?:Sheet|Worksheet|工作表)\s*\d*(?: \(\d+\))?", re.IGNORECASE)
_MAX_SMALL = 1_000_000
_MAX_STEPS = 10_000_000  # XML elements or BIFF records
_ROWS, _COLUMNS = 1_048_576, 16_384


@dataclass(slots=True)
class Survey:
    """What a sheet holds beside its values: how they are shown, or the text shown; rows and columns count from 0.

    ``unvalued``: it has formulas whose results were not saved, as programs write that do not calculate.
    """

    formats: dict[tuple[int, int], Format | str] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    cells: int = 0
    unvalued: bool = False
    _first: tuple[int, int] = (_ROWS, _COLUMNS)
    _last: tuple[int, int] = (-1, -1)

    def note(self, row: int, column: int, how: Format | str | None) -> None:
        """A cell with a value. Raises ValueError outside of any sheet."""
        if not (0 <= row < _ROWS and 0 <= column < _COLUMNS):
            raise ValueError(f"{row}, {column}")
        self.cells += 1
        self._first = min(self._first[0], row), min(self._first[1], column)
        self._last = max(self._last[0], row), max(self._last[1], column)
        if how is not None:
            self.formats[row, column] = how

    @property
    def area(self) -> int:
        """Cells between the first value and the last."""
        return max(0, self._last[0] - self._first[0] + 1) * max(0, self._last[1] - self._first[1] + 1)


@dataclass(slots=True)
class Steps:
    """Bounds the elements or records that are looked at."""

    path: str
    left: int = _MAX_STEPS

    def take(self) -> None:
        """Count one. Raises UnreadableFile when there are too many."""
        self.left -= 1
        if self.left < 0:
            raise UnreadableFile(self.path, f"工作簿的内部结构超过 {_MAX_STEPS // 10_000} 万项，未读取。{SAVE_AS}")


def sheet_name(name: str) -> str | None:
    """The name of a sheet if somebody gave it one."""
    return None if _DEFAULT_NAME.fullmatch(name.strip()) else name.strip()


def by_style(codes: Mapping[str, str], used: Sequence[str]) -> dict[str, Format]:
    """How cells of each style show numbers: ``codes`` by number, ``used`` the number of each style."""
    known = {key: Format.of(code) for key, code in codes.items()}
    return {str(style): how for style, key in enumerate(used) if (how := known.get(key)) is not None}


def elements(data: bytes) -> list[tuple[str, dict[str, str]]]:
    """The local names and attributes of all elements of a small part."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(found) >= _MAX_SMALL:
            raise ValueError(name)
        found.append((name.rpartition(":")[2], attributes))

    parse(data, start)
    return found


def parse(
    data: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse XML. Raises ExpatError, and Refused for one that declares entities."""

    def refuse(*_: object) -> None:
        raise Refused(f"文件带有实体声明，不安全，未读取。{SAVE_AS}")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.Parse(data, True)
