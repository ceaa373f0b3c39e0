"""Tables of a document: consecutive rows put together, with header row and caption; goals and units stated in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.clean import Paragraph, Role
from kb.model import PolicyDocument, Table

_INDICATOR = re.compile(r"(?:主要|任务|目标|发展|考核|具体)?指标(?:名称|内容)?|目标名称")
_TASK = re.compile(r"(?:工作|主要|重点|具体)?任务(?:名称|内容)?|工作事项|事项名称?")
_UNIT = re.compile(r"(?:计量)?单位")
_WHEN = re.compile(r"(?:完成)?(?:时间|时限|期限)|目标年份")
#: 目标值, 2027年目标, 目标任务
_GOAL = re.compile(r"(?P<year>20\d\d年(?:底|末)?)?(?:目标|任务)值?|目标任务")
_YEAR = re.compile(r"(?P<year>20\d\d年(?:底|末)?)")
_CHARGED = re.compile(r"(?:牵头|主办|责任|主要责任|配合|协办|参加|参与|其他责任)(?:单位|部门)")
_EMPTY = re.compile(r"[/／\-—－无\s]*")
_GOALS = re.compile(r"目标|任务")
_PLANNED = re.compile(r"目标|任务|指标|计划")
_DONE = re.compile(r"完成情况|统计|执行情况|进展|现状|基数")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table where it stands in the document's text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class GoalCell:
    """A goal that a row of a table states: its value as written, its unit and time where other cells state them."""

    indicator: str
    value: Cell
    unit: str | None
    when: str | None


@dataclass(frozen=True, slots=True)
class UnitCell:
    """Who is charged with the task of a row: ``label`` is the head of the column (牵头单位)."""

    label: str
    units: Cell


def read_tables(paragraphs: Sequence[Paragraph], lines: Sequence[tuple[int, int]]) -> tuple[Table, ...]:
    """Each run of rows of one table; the short line right above it is its caption."""
    tables: list[Table] = []
    i = 0
    while i < len(paragraphs):
        if paragraphs[i].role is not Role.ROW:
            i += 1
            continue
        j = i
        while j < len(paragraphs) and paragraphs[j].role is Role.ROW and paragraphs[j].table == paragraphs[i].table:
            j += 1
        tables.append(_table(paragraphs, lines, i, j))
        i = j
    return tuple(tables)


def _table(paragraphs: Sequence[Paragraph], lines: Sequence[tuple[int, int]], first: int, stop: int) -> Table:
    rows = [p.cells for p in paragraphs[first:stop]]
    caption = None
    if len(set(rows[0])) == 1 and len(rows) > 2 and len(rows[0]) > 1:
        caption, rows = rows[0][0], rows[1:]
    elif first and len(paragraphs[first - 1].text) <= 40 and paragraphs[first - 1].role in {Role.SHORT, Role.BODY}:
        above = paragraphs[first - 1].text
        caption = above if above[-1:] not in "。；，" else None
    header = rows[0] if len(rows) > 1 else ()
    body = rows[1:] if header else rows
    return Table(caption, header, tuple(body), lines[first][0], lines[stop - 1][1])


def goal_cells(doc: PolicyDocument) -> Iterator[GoalCell]:
    """The goals of tables that have a column of indicators and one that says to hold goals, or goals by the year."""
    for table in doc.tables:
        indicator = _only(table, _INDICATOR)
        values = {i: when for i, when in _goal_columns(doc, table)}
        if indicator is None or not values:
            continue
        unit, time = _only(table, _UNIT), _only(table, _WHEN)
        for cells in _located(doc.text, table):
            name = cells[indicator]
            measure = cells[unit] if unit is not None else None
            day = cells[time] if time is not None else None
            for i, when in values.items():
                value = cells[i]
                if name and value and value.text != name.text:
                    stated = day.text if day else None
                    yield GoalCell(name.text, value, measure.text if measure else None, when or stated)


def unit_rows(doc: PolicyDocument) -> Iterator[tuple[UnitCell, ...]]:
    """The units charged in tables of tasks or goals, row by row."""
    for table in doc.tables:
        columns = [i for i, head in enumerate(table.header) if _CHARGED.fullmatch(_bare(head))]
        if not columns or (_only(table, _INDICATOR) is None and _only(table, _TASK) is None):
            continue
        for cells in _located(doc.text, table):
            found = ((_bare(table.header[i]), cells[i]) for i in columns)
            row = tuple(UnitCell(label, cell) for label, cell in found if cell and not _EMPTY.fullmatch(cell.text))
            if row:
                yield row


def year_of(doc: PolicyDocument) -> int | None:
    """The year a document was made: of 成文, else the first of the term in its title; None where neither is stated."""
    stated = (doc.written_on or "")[:4]
    term = re.search(r"(20\d\d)年?[-—–－~～至]+20\d\d年", doc.title or "")
    return int(stated) if stated.isdigit() else int(term[1]) if term else None


def _goal_columns(doc: PolicyDocument, table: Table) -> Iterator[tuple[int, str | None]]:
    """Columns of goals with the year each is for, where its head names one.

    A column headed by a year alone holds goals only where the table says so and the year is not over when it is issued.
    """
    about = table.caption or doc.title or ""
    issued = year_of(doc)
    charged = any(_CHARGED.fullmatch(_bare(head)) for head in table.header)
    for i, head in enumerate(map(_bare, table.header)):
        goal, year = _GOAL.fullmatch(head), _YEAR.fullmatch(head)
        if goal:
            yield i, goal["year"]
        elif year and not _DONE.search(about):
            wanted = _PLANNED if issued else _GOALS
            over = issued is not None and int(year["year"][:4]) < issued
            if wanted.search(about) and not over and (issued or charged or table.caption):
                yield i, year["year"]


def _only(table: Table, wanted: re.Pattern[str]) -> int | None:
    """The one column with such a head; None for none or several, and where a second row belongs to the head."""
    found = [i for i, head in enumerate(table.header) if wanted.fullmatch(_bare(head))]
    two_rows = bool(table.rows) and sum(a == b for a, b in zip(table.header, table.rows[0], strict=False)) > 1
    return found[0] if len(found) == 1 and not two_rows else None


def _bare(head: str) -> str:
    return re.sub(r"\s", "", head)


def _located(text: str, table: Table) -> Iterator[list[Cell | None]]:
    """The rows below the head with the place of each cell, None for one that does not stand in the text.

    A merged cell is said once in the text: its repetitions have its place.
    """
    lines: list[tuple[int, int]] = []
    at = table.start
    for line in text[table.start : table.end].split("\n"):
        lines.append((at, at + len(line)))
        at += len(line) + 1
    if len(lines) <= len(table.rows) or not all(len(row) == len(table.header) for row in table.rows):
        return
    for row, (start, end) in zip(table.rows, lines[-len(table.rows) :], strict=True):
        cells: list[Cell | None] = []
        for i, cell in enumerate(row):
            bare = " ".join(cell.split())
            where = text.find(bare, start, end) if bare else -1
            if where >= 0:
                cells.append(Cell(bare, where, where + len(bare)))
                start = where + len(bare)
            else:
                cells.append(cells[-1] if bare and i and cell == row[i - 1] else None)
        yield cells
