"""Workbooks (.xlsx, .xlsm, .xls, .et, .ods): calamine reads the values of what was measured before.

Calamine makes a full rectangle of every sheet, however large, and knows neither number formats nor the merged cells
of .ods. So each sheet is surveyed first: how far it reaches, how numbers are shown, what is merged. Of a zipped
workbook it is given only the parts that were unpacked within the limits, packed anew.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from xml.parsers import expat

from ingest.raw import RawDocument
from ingest.readers.archive import Refused, packed, parts_of
from ingest.readers.build import Builder
from ingest.readers.compound import MAGIC, Damaged
from ingest.readers.grid import MAX_CELLS, Format, GridWriter, Row, too_many, value_text
from ingest.readers.sheet_ods import survey_ods
from ingest.readers.sheet_survey import PASSWORD, SAVE_AS, Survey, sheet_name
from ingest.readers.sheet_xls import survey_xls, workbook_stream
from ingest.readers.sheet_xlsx import survey_xlsx
from kb.errors import UnreadableFile

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_MAX_UNPACKED = 300_000_000
_MAX_AREA = 6_000_000  # cells of all sheets from the first to the last value: 32 bytes each in calamine
_MAX_REPEATED = 200  # characters; longer text of a merged cell is not said again in the rows below
_SPREADSHEET = re.compile(rb"application/vnd\.oasis\.opendocument\.spreadsheet(?:-template)?\s*")
_UNUSED = re.compile(r"/(?:drawings|charts|media|theme|externallinks|pivot\w+|customxml|ctrlprops|comments\d*\.xml)")
_MANIFEST = b"<manifest/>"
_DAMAGED = f"工作簿已损坏或不完整，无法读取。{SAVE_AS}"


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
                    continue
                if survey.unvalued:
                    builder.flag("formulas_unread")
                if meta.typ == SheetTypeEnum.WorkSheet and survey.cells:
                    rows = _rows(workbook.get_sheet_by_index(index), survey, room, path)
                    room -= sum(map(len, rows.values()))
                    found += [(meta.name, rows)] if rows else []
    writer = GridWriter(builder, path)
    for name, rows in found:
        writer.add(rows, sheet_name(name) if len(found) > 1 else None)
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
        raise UnreadableFile(path, PASSWORD) from error
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
        return "xls", data, survey_xls(workbook_stream(data, path), path)
    if not data.startswith(b"PK"):
        raise UnreadableFile(path, f"不是 Excel、WPS 表格或 ODS 文件。{SAVE_AS}")
    parts = parts_of(data, path, _is_needed, _MAX_UNPACKED)
    # calamine makes room for as many strings as the file says there are, before it reads any
    parts = {name: content.replace(b"uniqueCount", b"stated") for name, content in parts.items()}
    if "xl/workbook.xml" in parts:
        return "xlsx", packed(parts), survey_xlsx(parts, path)
    if b"encryption-data" in parts.get("meta-inf/manifest.xml", b""):
        raise UnreadableFile(path, PASSWORD)
    if _SPREADSHEET.fullmatch(parts.get("mimetype", b"")) and "content.xml" in parts:
        needed = {
            "mimetype": parts["mimetype"],
            "content.xml": parts["content.xml"],
            "META-INF/manifest.xml": _MANIFEST,
        }
        return "ods", packed(needed), survey_ods(parts["content.xml"], path)
    raise UnreadableFile(path, f"不是能读取的工作簿（.xlsx、.xlsm、.xls、.et、.ods），或文件不完整。{SAVE_AS}")


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
