"""Workbooks (.xlsx, .xlsm, .xls, .et, .ods): calamine reads the values of what was measured before.

Calamine makes a full rectangle of every sheet, however large, and knows neither number formats nor the merged cells
of .ods. So each sheet is surveyed first: how far it reaches, how numbers are shown, what is merged. Of a zipped
workbook it is given only the parts that were unpacked within the limits, packed anew.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from ingest.raw import BlockKind, RawDocument
from ingest.readers.archive import Refused, packed, parts_of
from ingest.readers.build import Builder
from ingest.readers.compound import MAGIC, Compound, Damaged
from ingest.readers.grid import MAX_CELLS, Format, GridWriter, Row, too_many, value_text
from kb.errors import UnreadableFile

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

Merge = tuple[tuple[int, int], tuple[int, int]]

_MAX_UNPACKED = 300_000_000
_MAX_AREA = 6_000_000  # cells of all sheets from the first to the last value: 32 bytes each in calamine
_MAX_SMALL = 1_000_000
_MAX_STEPS = 10_000_000  # XML elements or BIFF records
_ROWS, _COLUMNS = 1_048_576, 16_384
_MAX_REPEATED = 200  # characters; longer text of a merged cell is not said again in the rows below
_DEFAULT_NAME = re.compile(r"(?:Sheet|Worksheet|工作表)\s*\d*(?: \(\d+\))?", re.IGNORECASE)
_SPREADSHEET = re.compile(rb"application/vnd\.oasis\.opendocument\.spreadsheet(?:-template)?\s*")
_UNUSED = re.compile(r"/(?:drawings|charts|media|theme|externallinks|pivot\w+|customxml|ctrlprops|comments\d*\.xml)")
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_MANIFEST = b"<manifest/>"
_ODS_CELLS = frozenset({"table-cell", "covered-table-cell"})
_ODS_SHOWN = frozenset({"float", "percentage", "currency", "time"})
_MONTH = re.compile(r"\d{4}年\d{1,2}月")
_BIFF_BEGINS = frozenset({0x09, 0x209, 0x409, 0x809})
# NUMBER, RK, FORMULA, BOOLERR, LABEL, LABELSST, RSTRING
_BIFF_CELLS = frozenset({0x203, 0x27E, 0x06, 0x206, 0x406, 0x205, 0x204, 0xFD, 0xD6})
_SAVE_AS = "请用 Excel 或 WPS 打开后另存为 .xlsx 再试"
_DAMAGED = f"工作簿已损坏或不完整，无法读取。{_SAVE_AS}"
_PASSWORD = "设有打开密码。请去掉密码后再试"
_BUILTIN = {
    **{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 17: "mmm-yy"},
    **{37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "#,##0", 43: "0.00", 44: "0.00"},
    **dict.fromkeys((27, 36, 50, 52, 57), "yyyy-mm"),  # yyyy年m月 in Chinese
}


@dataclass(slots=True)
class Survey:
    """What a sheet holds beside its values: how they are shown, or the text shown; rows and columns count from 0."""

    formats: dict[tuple[int, int], Format | str] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    cells: int = 0
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


def read_sheet(data: bytes, path: str) -> RawDocument:
    """The visible sheets of a workbook, one after the other.

    Raises UnreadableFile if it is damaged, protected by a password, beyond the limits, or none of the formats.
    """
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    with _reasons(path):
        kind, packed, surveys = _surveyed(data, path)
        if sum(survey.area for survey in surveys) > _MAX_AREA:
            raise UnreadableFile(
                path, f"工作表的内容分散在 {_MAX_AREA // 10_000} 万格以上的区域。请删除远离表格的单元格"
            )
        builder = Builder(kind)
        found: list[tuple[str, dict[int, Row]]] = []
        room = MAX_CELLS
        with load_workbook(io.BytesIO(packed)) as workbook:
            for index, (meta, survey) in enumerate(zip(workbook.sheets_metadata, surveys, strict=True)):
                if meta.visible != SheetVisibleEnum.Visible:
                    builder.flag("hidden_sheets")
                elif meta.typ == SheetTypeEnum.WorkSheet and survey.cells:
                    rows = _rows(workbook.get_sheet_by_index(index), survey, room, path)
                    room -= sum(map(len, rows.values()))
                    found += [(meta.name, rows)] if rows else []
    writer = GridWriter(builder, path)
    for name, rows in found:
        if len(found) > 1 and not _DEFAULT_NAME.fullmatch(name.strip()):
            builder.add(name.strip(), BlockKind.HEADING, level=1)
        writer.add(rows)
    if not found:
        raise UnreadableFile(path, "工作簿里没有可见的内容")
    return builder.finish()


@contextmanager
def _reasons(path: str) -> Iterator[None]:
    """Every failure within as an UnreadableFile with its reason."""
    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except PasswordError as error:
        raise UnreadableFile(path, _PASSWORD) from error
    except Refused as error:
        raise UnreadableFile(path, error.why) from error
    except (CalamineError, expat.ExpatError, Damaged, ValueError, KeyError, IndexError, struct.error) as error:
        raise UnreadableFile(path, _DAMAGED) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how a failed assumption in Rust arrives
            raise
        raise UnreadableFile(path, _DAMAGED) from error


def _surveyed(data: bytes, path: str) -> tuple[str, bytes, list[Survey]]:
    """The format, what calamine is given, and a survey of each sheet in the workbook's order."""
    if data.startswith(MAGIC):
        return "xls", data, _survey_xls(_workbook_stream(data, path), path)
    if not data.startswith(b"PK"):
        raise UnreadableFile(path, f"不是 Excel、WPS 表格或 ODS 文件。{_SAVE_AS}")
    parts = parts_of(data, path, _is_needed, _MAX_UNPACKED)
    # calamine makes room for as many strings as the file says there are, before it reads any
    parts = {name: content.replace(b"uniqueCount", b"stated") for name, content in parts.items()}
    if "xl/workbook.xml" in parts:
        return "xlsx", packed(parts), _survey_xlsx(parts, path)
    if b"encryption-data" in parts.get("meta-inf/manifest.xml", b""):
        raise UnreadableFile(path, _PASSWORD)
    if _SPREADSHEET.fullmatch(parts.get("mimetype", b"")) and "content.xml" in parts:
        needed = {
            "mimetype": parts["mimetype"],
            "content.xml": parts["content.xml"],
            "META-INF/manifest.xml": _MANIFEST,
        }
        return "ods", packed(needed), _survey_ods(parts["content.xml"], path)
    raise UnreadableFile(path, f"不是能读取的工作簿（.xlsx、.xlsm、.xls、.et、.ods），或文件不完整。{_SAVE_AS}")


def _is_needed(name: str) -> bool:
    """Whether cells depend on a part of a zipped workbook."""
    return name == "mimetype" or (name.endswith((".xml", ".rels")) and not _UNUSED.search(name))


def _rows(sheet: CalamineSheet, survey: Survey, room: int, path: str) -> dict[int, Row]:
    """The cells of a sheet that are not empty, merged ones in each place they cover; at most ``room``."""
    if sheet.start is None or sheet.end is None:
        return {}
    rows: dict[int, Row] = {}
    for number, values in enumerate(sheet.to_python(), sheet.start[0]):
        row: Row = {}
        for column, value in enumerate(values, sheet.start[1]):
            if value != "" and (text := _text(value, survey.formats.get((number, column)))):
                row[column] = (text, False)
        if row:
            rows[number] = row
    covered = sum(map(len, rows.values()))
    merges = survey.merges or sheet.merged_cell_ranges or []
    while merges and covered <= room:
        first, last = merges.pop()
        covered += _merge(rows, first, (min(last[0], sheet.end[0]), min(last[1], sheet.end[1])))
    if covered > room:
        raise too_many(path)
    return {number: dict(sorted(row.items())) for number, row in sorted(rows.items())}


def _text(value: object, how: Format | str | None) -> str:
    return how if isinstance(how, str) else value_text(value, how)


def _merge(rows: dict[int, Row], first: tuple[int, int], last: tuple[int, int]) -> int:
    """Repeat a cell in each place it covers; how many these are, as far as they are allowed."""
    text, _ = rows.get(first[0], {}).get(first[1], ("", False))
    if not text:
        return 0
    bottom = last[0] if len(text) <= _MAX_REPEATED else first[0]
    covered = max(0, bottom - first[0] + 1) * max(0, last[1] - first[1] + 1)
    if covered <= MAX_CELLS:
        for number in range(first[0], bottom + 1):
            rows.setdefault(number, {}).update((c, (text, c > first[1])) for c in range(first[1], last[1] + 1))
    return covered


def _survey_xlsx(parts: Mapping[str, bytes], path: str) -> list[Survey]:
    """Hidden sheets are not looked at: calamine reads each sheet when it is asked for."""
    targets = {a.get("Id"): a["Target"] for tag, a in _elements(parts["xl/_rels/workbook.xml.rels"]) if "Target" in a}
    formats = _formats(parts.get("xl/styles.xml", b""))
    surveys: list[Survey] = []
    steps = _Steps(path)
    for tag, attributes in _elements(parts["xl/workbook.xml"]):
        if tag == "sheet":
            target = targets[next((value for key, value in attributes.items() if key.endswith(":id")), None)].lower()
            name = target.lstrip("/") if target.startswith(("/", "xl/")) else f"xl/{target}"
            hidden = attributes.get("state", "visible") != "visible"
            surveys.append(Survey() if hidden else _survey_part(parts[name], formats, steps))
    return surveys


def _survey_part(data: bytes, formats: Mapping[str, Format], steps: _Steps) -> Survey:
    survey = Survey()
    row = column = -1
    how: Format | None = None
    is_open = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, how, is_open
        steps.take()
        tag = name.rpartition(":")[2]
        if tag == "c":
            row, column = _position(attributes["r"]) if "r" in attributes else (row, column + 1)
            how, is_open = formats.get(attributes.get("s", "")), True
        elif tag in {"v", "is"} and is_open:
            is_open = False
            survey.note(row, column, how)
            if survey.cells > MAX_CELLS:
                raise too_many(steps.path)
        elif tag == "row":
            row, column = int(attributes["r"]) - 1 if "r" in attributes else row + 1, -1

    _parse(data, start)
    return survey


def _formats(styles: bytes) -> dict[str, Format]:
    """How cells of each style show numbers, by the style's number; styles that show them as they are left out."""
    codes = {str(number): code for number, code in _BUILTIN.items()}
    used: list[str] = []
    within = ""
    for tag, attributes in _elements(styles) if styles else ():
        if tag in {"numFmts", "cellXfs", "cellStyleXfs", "dxfs"}:
            within = tag
        elif tag == "numFmt" and within == "numFmts":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "xf" and within == "cellXfs":
            used.append(attributes.get("numFmtId", ""))
    return _by_style(codes, used)


def _by_style(codes: Mapping[str, str], used: Sequence[str]) -> dict[str, Format]:
    known = {key: Format.of(code) for key, code in codes.items()}
    return {str(style): how for style, key in enumerate(used) if (how := known.get(key)) is not None}


def _position(reference: str) -> tuple[int, int]:
    """Row and column of a reference such as B12. Raises ValueError."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ValueError(reference)
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


@dataclass(slots=True)
class _Steps:
    """Bounds the elements or records that are looked at."""

    path: str
    left: int = _MAX_STEPS

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise UnreadableFile(self.path, f"工作簿的内部结构超过 {_MAX_STEPS // 10_000} 万项，未读取。{_SAVE_AS}")


def _elements(data: bytes) -> list[tuple[str, dict[str, str]]]:
    """The local names and attributes of all elements of a small part."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(found) >= _MAX_SMALL:
            raise ValueError(name)
        found.append((name.rpartition(":")[2], attributes))

    _parse(data, start)
    return found


def _parse(
    data: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse XML. Raises ExpatError, and Refused for one that declares entities."""

    def refuse(*_: object) -> None:
        raise Refused(f"文件带有实体声明，不安全，未读取。{_SAVE_AS}")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.Parse(data, True)


def _survey_ods(content: bytes, path: str) -> list[Survey]:
    surveyor = _OdsSurveyor(path, _Steps(path))
    _parse(content, surveyor.start, surveyor.end, surveyor.text)
    return surveyor.surveys


@dataclass(slots=True)
class _OdsSurveyor:
    """Follows the tables of an .ods; rows and cells may stand for many alike."""

    path: str
    steps: _Steps
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
        elif tag in _ODS_CELLS:
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
        elif tag in _ODS_CELLS and self._cell is not None and self.surveys:
            self._add(self.surveys[-1], self._cell, "".join(self._texts).strip())
            self._cell = None

    def _add(self, survey: Survey, cell: dict[str, str], shown: str) -> None:
        count = _repeats(cell, "table:number-columns-repeated")
        kind = cell.get("office:value-type", "")
        if shown or kind:
            if survey.cells + count * self._rows > MAX_CELLS:
                raise too_many(self.path)
            as_shown = shown if kind in _ODS_SHOWN or _MONTH.fullmatch(shown) else ""
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


def _workbook_stream(data: bytes, path: str) -> bytes:
    """The records of an .xls. Raises Damaged, UnreadableFile."""
    compound = Compound.of(data)
    entries = {name.lower(): entry for name, entry in compound.names().items()}
    if "encryptedpackage" in entries:
        raise UnreadableFile(path, _PASSWORD)
    entry = entries.get("workbook") or entries.get("book")
    if entry is None:
        raise UnreadableFile(path, f"不是 Excel 或 WPS 表格文件，或文件不完整。{_SAVE_AS}")
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


def _survey_xls(stream: bytes, path: str) -> list[Survey]:
    """[MS-XLS], and BIFF 5 before it: the globals name sheets and styles, then come the records of each sheet."""
    steps = _Steps(path)
    codes = {str(number): code for number, code in _BUILTIN.items()}
    used: list[str] = []
    starts: list[int] = []
    for kind, body in _records(stream, 0, steps):
        if kind == 0x2F:  # FILEPASS
            raise UnreadableFile(path, _PASSWORD)
        if kind == 0x85:  # BOUNDSHEET
            starts.append(int.from_bytes(body[:4], "little"))
        elif kind == 0x41E:  # FORMAT
            codes[str(int.from_bytes(body[:2], "little"))] = _code(body[2:])
        elif kind == 0xE0:  # XF
            used.append(str(int.from_bytes(body[2:4], "little")))
    if not starts:
        raise Damaged
    formats = _by_style(codes, used)
    return [_survey_records(_records(stream, start, steps), formats, path) for start in starts]


def _survey_records(records: Iterator[tuple[int, bytes]], formats: Mapping[str, Format], path: str) -> Survey:
    survey = Survey()
    for kind, body in records:
        if kind in _BIFF_CELLS:
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


def _records(stream: bytes, at: int, steps: _Steps) -> Iterator[tuple[int, bytes]]:
    """The records from one BOF to its EOF, without those of charts within."""
    depth = 0
    while at + 4 <= len(stream):
        steps.take()
        kind, size = struct.unpack_from("<HH", stream, at)
        depth += (kind in _BIFF_BEGINS) - (kind == 0x0A)
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
