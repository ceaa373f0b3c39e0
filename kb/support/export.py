"""The answer as a spreadsheet or a document, for taking to a counter. Every cell is text, never a formula."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kb.errors import KBError
from kb.model import Citation
from kb.support.compare import Cell, Comparison
from kb.support.options import SUFFIXES
from kb.support.results import Matches, Slice, Support
from kb.support.summary import summarise
from kb.support.wording import NOT_STATED, SIGNS, others_of

HEADS = (
    "种类", "支持", "判断", "可以得到", "条件对照", "需要确认", "怎么办", "材料", "在哪办", "电话", "截止", "责任单位",
    "地区", "状态", "依据文件", "文号", "章节", "原文",
)  # fmt: skip
CITED = ("编号", "文件", "文号", "章节", "原文", "来源")
_LONGEST = 32_000  # characters of a cell; Excel allows 32,767
#: What neither XML nor a spreadsheet may hold
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write(found: Matches, path: Path, comparison: Comparison | None = None) -> None:
    """Save the answer, and a comparison where one was made, whole or not at all. Raises KBError for another kind."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise KBError(f"不能写成“{path.name}”。文件名请以 {' 或 '.join(SUFFIXES)} 结尾。")
    if not path.parent.is_dir():
        raise KBError(f"目录 {path.parent} 不存在。请先建立它，或换一个位置。")
    made = _workbook(found, comparison) if suffix == ".xlsx" else _document(found, comparison)
    handle, draft = tempfile.mkstemp(suffix=suffix, dir=path.parent)
    os.close(handle)
    try:
        made.save(draft)
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def rows_of(supports: Iterable[Support], found: Matches) -> list[tuple[str, ...]]:
    """A row of texts for each support, in the order of ``HEADS``."""
    return [_row(support, found.citation(support.source.n)) for support in supports]


def _row(support: Support, citation: Citation) -> tuple[str, ...]:
    return (
        support.kind.value,
        support.benefit,
        support.verdict.value,
        _joined(support.gets),
        "\n".join(_condition(support)) or NOT_STATED,
        "\n".join((*support.cautions, *support.questions)),
        *(
            _joined(part)
            for part in (support.how, support.materials, support.where, support.phone, support.until, support.who)
        ),
        support.place,
        support.out or support.status.value,
        support.source.title,
        support.source.doc_number or "",
        citation.section or "",
        citation.quote,
    )


def _condition(support: Support) -> Iterable[str]:
    for judged in support.conditions:
        because = "；".join(s.shown for s in judged.mark.because)
        sign = SIGNS[judged.mark.state]
        yield f"{sign} {judged.mark.condition.text}[{judged.n}]" + (f"（{because}）" if because else "")


def _joined(slices: Sequence[Slice]) -> str:
    return "；".join(f"{s.text}[{s.n}]" for s in slices) or NOT_STATED


def _parts(found: Matches) -> tuple[tuple[str, tuple[Support, ...]], ...]:
    return (("符合与待确认", found.supports), ("差一条", found.near), ("已失效与草案", found.apart))


def _cited(citations: Iterable[Citation]) -> list[tuple[str, ...]]:
    return [(str(c.n), c.title, c.doc_number or "", c.section or "", c.quote, c.source or "") for c in citations]


def _workbook(found: Matches, comparison: Comparison | None) -> Any:  # noqa: ANN401 - openpyxl has no types
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, supports in _parts(found):
        _sheet(book, name, HEADS, rows_of(supports, found))
    _sheet(book, "引用", CITED, _cited(found.citations))
    if comparison:
        _sheet(book, f"按{comparison.by}对比", *_compared(comparison))
        _sheet(book, "对比的引用", CITED, _cited(comparison.citations))
    return book


def _sheet(book: Any, name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:  # noqa: ANN401
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet(name)
    for r, row in enumerate((heads, *rows), 1):
        for c, text in enumerate(row, 1):
            cell = sheet.cell(r, c)
            cell.value = _clean(text)
            cell.data_type = "s"  # a text that begins with = stays one
            cell.quotePrefix = True
            cell.number_format = "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if r == 1:
                cell.font = Font(bold=True)
    for c, head in enumerate(heads, 1):
        sheet.column_dimensions[sheet.cell(1, c).column_letter].width = 40 if head in ("条件对照", "原文") else 18
    sheet.freeze_panes = "A2"


def _compared(comparison: Comparison) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    rows = [(row.benefit, *(_cell(cell) for cell in row.cells)) for row in comparison.rows]
    if comparison.left_out:
        rows.append((f"没有列出：另有 {comparison.left_out} 种扶持。", *("" for _ in comparison.columns)))
    return ("支持", *comparison.columns), rows


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return "没有查到"
    gets = "；".join(s.text for s in cell.gets) or NOT_STATED
    return f"{gets}[{cell.n}]《{cell.title}》" + (f"（{cell.out}）" if cell.out else "") + others_of(cell)


def _document(found: Matches, comparison: Comparison | None) -> Any:  # noqa: ANN401 - python-docx has no types
    from docx import Document

    made = Document()
    made.add_heading(_clean(f"政策匹配：{found.profile.region}（{found.as_of}）"), 1)
    for statement in found.profile.statements:
        made.add_paragraph(_clean(statement.shown), style="List Bullet")
    made.add_heading("概述", 2)
    for sentence in summarise(found):
        made.add_paragraph(_clean(sentence.text + "".join(f"[{n}]" for n in sentence.citations)))
    for name, supports in _parts(found):
        made.add_heading(name, 2)
        if not supports:
            made.add_paragraph("没有。")
        for row in rows_of(supports, found):
            made.add_heading(_clean(f"{row[1]}　{row[2]}"), 3)
            _table(made, [(head, text) for head, text in zip(HEADS, row, strict=True) if text and head != "支持"])
    made.add_heading("引用", 2)
    _table(made, [CITED, *_cited(found.citations)])
    if comparison:
        heads, rows = _compared(comparison)
        made.add_heading(f"按{comparison.by}对比", 2)
        _table(made, [heads, *rows])
        made.add_heading("对比的引用", 2)
        _table(made, [CITED, *_cited(comparison.citations)])
    return made


def _table(made: Any, rows: Sequence[Sequence[str]]) -> None:  # noqa: ANN401
    table = made.add_table(rows=len(rows), cols=len(rows[0]) if rows else 1)
    table.style = "Table Grid"
    for line, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(line.cells, row, strict=True):
            cell.text = _clean(text)


def _clean(text: str) -> str:
    """Text that a file can hold; what is too long says so and how long it was."""
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}……（这一格共 {len(text)} 字，只列出前 {_LONGEST} 字，全文见原文件）"
    return _ILLEGAL.sub("\ufffd", text)
