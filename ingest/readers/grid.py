"""Cells of a worksheet or CSV file: values as a person sees them, rows as blocks, the lines around a table as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

from ingest.raw import BlockKind
from ingest.readers.build import Builder, join_lines, row_text
from ingest.readers.encoding import tidy
from kb.errors import UnreadableFile

#: The cells of a row that are not empty, by column: text, and whether it only repeats its left neighbour (merged).
Row = dict[int, tuple[str, bool]]

MAX_CELLS = 200_000
_MAX_CHARACTERS = 20_000_000
_MAX_PLACES = 2_000_000  # cells of all tables, empty ones too
_LONG = 40  # characters; one cell of so much text below a table is no row of it
_NOTE = re.compile(
    r"[（(【\[]?(?:备?注|说明|附注|(?:填[报表写]|指标|有关|补充)说明|(?:数据|资料)?来源|口径|提示)\s*\d*[】\]]?\s*[：:.、\s]|[*＊※]"
)
_LABEL = re.compile(r"[（(]?[\u3400-\u9fff][\u3400-\u9fff、（）()\s]{1,11}[：:]")
# Excel's codes: a currency with its locale, an escaped character, space to be filled and colours, then a number.
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_ESCAPED = re.compile(r"\\(.)")
_PADDING = re.compile(r"[_*].|\[(?![<>=])[^\]]*\]")
_NUMBER = re.compile(
    r'(?P<before>(?:"[^"]*"|[\s¥￥$€+()（）\u3400-\u9fff-])*)(?P<whole>[#0?,]*[#0?])(?:\.(?P<decimals>[#0?]*))?'
    r'(?P<percent>\s*%)?(?P<after>(?:"[^"]*"|[\s()（）\u3400-\u9fff])*)'
)
_MAX_CODE = 255
_DIGITS = Context(prec=300)


@dataclass(slots=True)
class GridWriter:
    """Adds grids to one document. The limits hold for all of them together."""

    builder: Builder
    path: str
    tables: int = 0
    _heading: str | None = None
    _cells: int = 0
    _characters: int = 0
    _places: int = 0

    def add(self, rows: Mapping[int, Row], name: str | None = None) -> None:
        """Add the rows of a sheet by their number, in order; a number left out is an empty row and parts tables.

        ``name`` becomes a heading; that of the first sheet stands below the title of the file, if a line above its
        table is one. Raises UnreadableFile beyond the limits.
        """
        self._heading = name
        if self.builder.blocks:
            self._add_heading()
        for row in rows.values():
            self._cells += len(row)
            self._characters += sum(len(text) for text, _ in row.values())
        if self._cells > MAX_CELLS:
            raise too_many(self.path)
        if self._characters > _MAX_CHARACTERS:
            raise UnreadableFile(
                self.path,
                f"表格文字超过 {_MAX_CHARACTERS // 10_000} 万字（合并单元格按格数计），未读取。请拆分文件",
            )
        for chunk in _chunks(rows):
            self._add_chunk(chunk)

    def _add_chunk(self, chunk: list[Row]) -> None:
        first, stop = _extent(chunk)
        for row in chunk[:first]:
            self._add_text(row)
        self._add_heading()
        if first < stop:
            self._add_table(chunk[first:stop])
        for row in chunk[stop:]:
            self._add_text(row)
        self.builder.gap()

    def _add_heading(self) -> None:
        if self._heading:
            self.builder.add(self._heading, BlockKind.HEADING, level=1)
            self._heading = None

    def _add_text(self, row: Row) -> None:
        texts = [text for text, repeated in row.values() if not repeated]
        lines = texts[0].split("\n") if len(texts) == 1 else [_labelled(texts)]
        for line in lines:
            is_title = self._heading is not None and not self.builder.blocks
            kind, level = (BlockKind.HEADING, 1) if is_title else (BlockKind.PARAGRAPH, None)
            self.builder.add(line.strip(), kind, level=level)

    def _add_table(self, rows: list[Row]) -> None:
        """Every row as wide as the table; columns without a value in any row are left out."""
        columns = sorted(set().union(*rows))
        self._places += len(columns) * len(rows)
        if self._places > _MAX_PLACES:
            raise UnreadableFile(
                self.path, f"表格的行数乘列数超过 {_MAX_PLACES // 10_000} 万，多为空格，未读取。请只保留需要的区域"
            )
        for row in rows:
            cells = [(join_lines(text.split("\n")), said) for text, said in (row.get(c, ("", False)) for c in columns)]
            texts = tuple(text for text, _ in cells)
            self.builder.add(row_text(cells), BlockKind.TABLE_ROW, cells=texts, table=self.tables)
        self.tables += 1


def too_many(path: str) -> UnreadableFile:
    """The error for more cells than are read."""
    return UnreadableFile(
        path,
        f"表格的非空单元格超过 {MAX_CELLS:,} 个（合并单元格按格数计），未读取。请拆分文件，或只保留需要的区域",
    )


def _chunks(rows: Mapping[int, Row]) -> Iterator[list[Row]]:
    """Runs of rows without an empty one between."""
    chunk: list[Row] = []
    previous = -1
    for number, row in rows.items():
        if not row:
            continue
        if chunk and number != previous + 1:
            yield chunk
            chunk = []
        chunk.append(row)
        previous = number
    if chunk:
        yield chunk


def _extent(chunk: list[Row]) -> tuple[int, int]:
    """Where the table begins and ends between the lines above it (title, unit, date) and those below (notes, names)."""
    columns = sorted(set().union(*chunk))
    first = 0
    while first < len(chunk) and _is_line(chunk[first], columns):
        first += 1
    stop = low = len(chunk)
    while low > first and _is_line(chunk[low - 1], columns):
        low -= 1
        if _is_note(chunk[low]):
            stop = low
    return first, stop


def _is_line(row: Row, columns: list[int]) -> bool:
    """Whether a row is a line of text across the table: one cell at its left or over half of it, or labels only."""
    own = [(column, text) for column, (text, repeated) in row.items() if not repeated]
    if len(own) > 1:
        return _are_labels([text for _, text in own])
    column, text = own[0]
    return column == columns[0] or 2 * len(row) > len(columns) or _LABEL.match(text) is not None


def _is_note(row: Row) -> bool:
    texts = [text for text, repeated in row.values() if not repeated]
    return len(texts) > 1 or len(texts[0]) > _LONG or _NOTE.match(texts[0]) is not None


def _are_labels(texts: list[str]) -> bool:
    """Whether cells are ``标签：值`` each, the value in the same cell or the next."""
    open_label = False
    for text in texts:
        is_label = _LABEL.match(text) is not None
        if not is_label and not open_label:
            return False
        open_label = is_label and text.rstrip().endswith(("：", ":"))
    return True


def _labelled(texts: list[str]) -> str:
    """Labels and values in one line: a value right behind its label, space between the pairs."""
    line = ""
    for text in texts:
        gap = "" if not line or line.endswith(("：", ":")) else "   "
        line += gap + join_lines(text.split("\n"))
    return line


@dataclass(frozen=True, slots=True)
class Format:
    """How a number is shown: its digits and what stands around it; ``date`` is the pattern of a date without a day."""

    digits: int = 1
    least: int = 0
    most: int = 0
    percent: bool = False
    before: str = ""
    after: str = ""
    date: str = ""

    @classmethod
    def of(cls, code: str) -> Format | None:
        """The format of an Excel format code; None where it shows a number as it is, or in a way not known here."""
        if len(code) > _MAX_CODE:
            return None
        code = _CURRENCY.sub(r'"\1"', code.partition(";")[0])
        code = _PADDING.sub("", _ESCAPED.sub(r'"\1"', code))
        found = _NUMBER.fullmatch(code)
        if found is None:
            letters = set(re.sub(r'"[^"]*"|\[[^\]]*\]|[^a-zA-Z]', "", code).lower())
            return cls(date="%Y-%m" if "m" in letters else "%Y") if {"y"} <= letters <= {"y", "m"} else None
        decimals = found["decimals"] or ""
        before, after = (found[name].replace('"', "").strip() for name in ("before", "after"))
        return cls(found["whole"].count("0"), decimals.count("0"), len(decimals), bool(found["percent"]), before, after)

    def text(self, value: float) -> str:
        """A number in this format; no more than 15 digits of it are known, no thousands are set apart."""
        number = _decimal(value).scaleb(2 if self.percent else 0)
        sign = "-" if number < 0 else ""
        shown = format(abs(number.quantize(Decimal(1).scaleb(-self.most), ROUND_HALF_UP, _DIGITS)), "f")
        whole, _, decimals = shown.partition(".")
        decimals = decimals[: self.least] + decimals[self.least :].rstrip("0")
        point = "." if decimals else ""
        percent = "%" if self.percent else ""
        return f"{sign}{self.before}{whole.zfill(self.digits)}{point}{decimals}{percent}{self.after}"


def value_text(value: object, how: Format | None = None) -> str:
    """A cell's value as a person sees it: 45, 0.125, 是, 2025-06-12."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float)):
        return _number_text(value, how)
    if isinstance(value, datetime):
        return _date_text(value.date(), how) + (f" {_time_text(value.time())}" if value.time() != time() else "")
    if isinstance(value, date):
        return _date_text(value, how)
    if isinstance(value, time):
        return _time_text(value)
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return tidy(str(value)).strip()


def _number_text(value: float, how: Format | None) -> str:
    if value and not 1e-15 < abs(value) < 1e21:  # infinite and no number too
        return f"{value:.15g}"
    return format(_decimal(value), "f") if how is None or how.date else how.text(value)


def _decimal(value: float) -> Decimal:
    return Decimal(f"{value:.15g}") + 0  # Excel knows 15 digits; minus zero is zero


def _date_text(value: date, how: Format | None) -> str:
    return value.strftime(how.date) if how is not None and how.date else value.isoformat()


def _time_text(value: time) -> str:
    return value.strftime("%H:%M:%S" if value.second else "%H:%M")
