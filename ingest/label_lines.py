"""Which lines and table rows of a text state its own metadata, and which those of something it lists.

A document states 文号, 发布机构 and the like above its first sentence or below its signature. The same labels in
between, or one of them twice, belong to the policies that it lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ingest import labels
from ingest.lines import is_date_line
from ingest.mapped import Mapped, concat
from ingest.paragraphs import Paragraph, Role

_BODY = re.compile(r"[\s　]*(?:第[一1][编章节条]|[一1][、．]|[（(]一[）)])|.{15,}。|[^，。]{4,200}[:：]$")
_SIGNED = re.compile(r"[\s　]*[（(]此件[^（）()]{2,20}[）)][\s　]*")
_ANNEX = re.compile(r"[\s　]*附\s*件")
_LONGEST_FOOT = 60  # characters of a line that may stand below a colophon: 抄送, 印发


@dataclass(frozen=True, slots=True)
class _Row:
    """One label with its value: which paragraph states it, and what the paragraph of this label alone will hold."""

    at: int
    label: str
    value: str
    content: Mapped


def with_labels(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The paragraphs, those that state the document's own metadata as LABEL, one for each label."""
    runs = list(_runs(paragraphs))
    inside = {row.at for run in runs for row in run}
    body = next(
        (i for i, p in enumerate(paragraphs) if i not in inside and p.role is not Role.ROW and _BODY.match(p.text)),
        len(paragraphs),
    )
    head = _trusted([run for run in runs if run[-1].at < body])
    below = [run for run in runs if run[0].at > body]
    foot = _trusted([run for run in below if _is_colophon(paragraphs, run, inside)], below)
    stated: dict[int, list[_Row]] = {}
    for row in [*head, *foot]:
        stated.setdefault(row.at, []).append(row)
    found: list[Paragraph] = []
    for i, p in enumerate(paragraphs):
        found += [_labelled(p, row) for row in stated[i]] if i in stated else [p]
    return found


def _labelled(p: Paragraph, row: _Row) -> Paragraph:
    return Paragraph(row.content, Role.LABEL, page=p.page, gap=p.gap, cells=(row.label, row.value))


def _runs(paragraphs: Sequence[Paragraph]) -> Iterator[list[_Row]]:
    """Lines of label and value one below the other, and tables of them: those that state metadata."""
    for (role, _), group in groupby(enumerate(paragraphs), key=_part):
        if role is Role.ROW:
            yield from _of_table([_cells(i, p) for i, p in group])
        else:
            yield from _of_lines([_lines(i, p) if p.role in {Role.BODY, Role.SHORT} else [] for i, p in group])


def _part(numbered: tuple[int, Paragraph]) -> tuple[Role, int | None]:
    """What parts runs: each table is one by itself."""
    _, p = numbered
    return (Role.ROW, p.table) if p.role is Role.ROW else (Role.BODY, None)


def _of_table(rows: Sequence[list[_Row]]) -> Iterator[list[_Row]]:
    run = [row for cells in rows for row in cells]
    if labels.is_metadata_table([row.label for row in run], sum(map(bool, rows)), len(rows)):
        yield run


def _of_lines(lines: Sequence[list[_Row]]) -> Iterator[list[_Row]]:
    for labelled, group in groupby(lines, key=bool):
        run = [row for line in group for row in line]
        if labelled and labels.is_metadata([row.label for row in run]):
            yield run


def _lines(at: int, p: Paragraph) -> list[_Row]:
    return [_Row(at, label, value, p.content.slice(a, b)) for label, value, a, b in labels.rows(p.text)]


def _cells(at: int, p: Paragraph) -> list[_Row]:
    """The cells of a table row as label, value, label, value; empty if they are none."""
    cells = [re.sub(r"\s*\n\s*", " ", cell.strip()) for cell in p.cells]
    located = [c for c in labels.locate(p.content, cells) if c.text]
    if labels.pairs([c.text for c in located]) is None:
        return []
    return [
        _Row(at, name.text, value.text, concat([name, Mapped.inserted("："), value]))
        for name, value in zip(located[::2], located[1::2], strict=True)
    ]


def _trusted(runs: Sequence[list[_Row]], all_runs: Sequence[list[_Row]] = ()) -> list[_Row]:
    """The rows of all runs; none where a telling label has two values, or no label is one of metadata alone."""
    values: dict[str, set[str]] = {}
    for row in (row for run in all_runs or runs for row in run):
        if row.value:
            values.setdefault(row.label, set()).add(row.value)
    rows = [row for run in runs for row in run]
    lists = any(len(values.get(row.label, ())) > 1 for row in rows if labels.is_telling(row.label))
    return rows if not lists and labels.is_metadata([row.label for row in rows]) else []


def _is_colophon(paragraphs: Sequence[Paragraph], run: Sequence[_Row], inside: set[int]) -> bool:
    """Whether a run stands below the signature with but a short foot behind it, or ends a page that says 发布日期."""
    first, last = run[0].at, run[-1].at
    others = [i for i in range(len(paragraphs)) if i not in inside]
    behind = [paragraphs[i] for i in others if i > last]
    if not behind and any(labels.is_of_page(row.label) for row in run):
        return True
    signed = [i for i in others if i < first and _signs(paragraphs[i].text)]
    if not signed:
        return False
    between = [paragraphs[i] for i in others if signed[-1] < i < first]
    return not any(_ANNEX.match(p.text) for p in between) and all(
        p.role is not Role.ROW and len(p.text) <= _LONGEST_FOOT for p in (*between, *behind)
    )


def _signs(line: str) -> bool:
    return is_date_line(line) or bool(_SIGNED.fullmatch(line))
