"""Tables that list supports (项目 | 对象 | 标准 | 电话), a draft a row, and tables of counters or steps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ingest.provisions.blocks import Piece
from ingest.provisions.drafts import MOST_DRAFTS, Draft
from ingest.provisions.grants import grants_of
from ingest.provisions.labels import Field, label_of
from ingest.provisions.layout import cells_of
from ingest.provisions.names import heading_name
from ingest.provisions.numbers import granted
from ingest.provisions.roles import Role
from ingest.provisions.signs import LIMITS
from ingest.provisions.spans import Masked, Span, strip
from ingest.provisions.values import Value, phones

_NAME_COLUMN = re.compile(
    r"(?:政策|项目|补贴|补助|奖励|扶持|支持|服务|事项|优惠|资助)(?:事项|项目|政策)?(?:名称|类别|类型|内容)?|名称|事项"
)
_SUMS = re.compile(
    r"[^，。]{0,6}(?:标准|金额|额度|限额|比例|[补返奖]额|[还贴助励]额)(?:[和与及、][^，。]{2,6})?(?:[（(][^（）()]{1,10}[）)])?"
)
#: Columns whose cells are values even where the row names no support.
_TOLD = frozenset({Field.WINDOW, Field.PROCEDURE, Field.MATERIALS, Field.CONDITIONS, Field.AUDIENCE})
_LEAST = 3


class Header(NamedTuple):
    """The column of the name, the fields of the others, and those of ceilings (单户最高返还额)."""

    name: int | None
    columns: dict[int, Field]
    caps: frozenset[int]


def read_rows(text: str, masks: Masked, pieces: Sequence[Piece]) -> tuple[list[Draft], list[Value]]:
    """The drafts of rows that name a support, and the labelled cells of rows that do not."""
    drafts: list[Draft] = []
    values: list[Value] = []
    header: Header | None = None
    for piece in pieces:
        cells = cells_of(text, piece.start, piece.end) if piece.row else []
        if len(cells) < 2:
            header = None
            continue
        found = _header(text, cells)
        if found is not None:
            header = found
        elif header is not None:
            draft = _of_row(text, masks, piece, cells, header) if len(drafts) < MOST_DRAFTS else None
            if draft is None and piece.field is Field.STANDARD:
                draft = _of_standard(masks, piece, cells, header)
            if draft is not None:
                drafts.append(draft)
            if draft is None or not draft.benefit:
                values += _counters(text, piece, cells, header.columns)
    return drafts, values


def _header(text: str, cells: Sequence[Span]) -> Header | None:
    """The columns of a row that names them; None where it names none."""
    titles = [text[slice(*c)].strip() for c in cells]
    name = next((i for i, t in enumerate(titles) if _NAME_COLUMN.fullmatch(t)), None)
    columns = {i: found for i, t in enumerate(titles) if i != name and (found := _column(t))}
    caps = frozenset(i for i, t in enumerate(titles) if LIMITS.search(t))
    return Header(name, columns, caps) if columns else None


def _column(title: str) -> Field | None:
    """The field of a column: what is a standard of nothing elsewhere is one in a table of supports."""
    return label_of(title) or (Field.STANDARD if _SUMS.fullmatch(title) else None)


def _of_row(text: str, masks: Masked, piece: Piece, cells: Sequence[Span], header: Header) -> Draft | None:
    """A row whose name is that of a support, or that grants something."""
    name, columns, _ = header
    if name is None or name >= len(cells):
        return None
    said = text[slice(*strip(text, *cells[name]))]
    if not 2 <= len(said) <= 30 or "\n" in said:
        return None
    draft = Draft(said, piece.start, piece.end, piece.path[-1] if piece.path else None)
    for column, where in columns.items():
        if column < len(cells):
            _fill(text, masks, draft, strip(text, *cells[column]), where)
    return draft if draft.measured or (draft.spans and heading_name(said)) else None


def _of_standard(masks: Masked, piece: Piece, cells: Sequence[Span], header: Header) -> Draft | None:
    """What a row below 补贴标准 gives a class of claimants; a draft without a name, for the service it is of."""
    draft = Draft("", piece.start, piece.end, piece.section, own=False, standard=True)
    for column, where in header.columns.items():
        if where is Field.STANDARD and column < len(cells):
            for number in granted(masks, *cells[column], governed=True):
                role = Role.CAP if column in header.caps and number.role is Role.AMOUNT else number.role
                draft.add(role.value, [(number.start, number.end)])
    return draft if draft.measured else None


def _fill(text: str, masks: Masked, draft: Draft, cell: Span, where: Field) -> None:
    if where is Field.STANDARD:
        for grant in grants_of(masks, *cell, governed=True):
            for number in grant.numbers:
                draft.add(number.role.value, [(number.start, number.end)])
    elif where is Field.PHONE:
        draft.add("phone", list(phones(text, *cell)))
    elif where not in (Field.OTHER, Field.TERM) and cell[1] - cell[0] > 1:
        draft.add(where.value, [cell])


def _counters(text: str, piece: Piece, cells: Sequence[Span], columns: dict[int, Field]) -> list[Value]:
    owner = piece.path[-1] if piece.path else None
    found: list[Value] = []
    for column, where in columns.items():
        if column >= len(cells):
            continue
        cell = strip(text, *cells[column])
        if where is Field.PHONE:
            found += [Value(where, *span, owner) for span in phones(text, *cell)]
        elif where in _TOLD and cell[1] - cell[0] > _LEAST:
            found.append(Value(where, *cell, owner, told=where is not Field.WINDOW))
    return found
