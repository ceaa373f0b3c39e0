"""The librarian's report as one self-contained web page and as a table for the terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from ingest.librarian import CHECK, FAILED, FINE, SKIPPED, STALE, FileReport, LibraryReport, flag_names

_TEMPLATE = "librarian.html.j2"
_MEANINGS = {
    FAILED: "没有读出来，库里没有（或仍是旧内容）。按说明处理后再同步。",
    SKIPPED: "不是文档，没有收录。",
    CHECK: "已收录，但有质量标记或有文字不知归属，请抽查。",
    STALE: "由旧版程序读取，下次同步会重新读取。",
    FINE: "已收录，没有发现问题。",
}
_COLUMNS = ("状态", "文件", "格式", "页", "字数", "文档", "片段", "情况")
_WIDEST = 44


def page(report: LibraryReport, made: str) -> str:
    """The report as HTML; everything from files is escaped. ``made`` says when."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["flag_name"] = lambda flag: flag_names([flag])
    environment.filters["flag_names"] = flag_names
    return environment.get_template(_TEMPLATE).render(report=report, made=made, meanings=_MEANINGS)


def table(files: Sequence[FileReport]) -> str:
    """Files as aligned columns, two cells wide for a Han character."""
    rows = [_COLUMNS, *(_row(file) for file in files)]
    widths = [max(_width(row[i]) for row in rows) for i in range(len(_COLUMNS) - 1)]
    return "\n".join(
        "  ".join([*(_padded(cell, width) for cell, width in zip(row[:-1], widths, strict=True)), row[-1]]).rstrip()
        for row in rows
    )


def summary(report: LibraryReport) -> str:
    """The counts in Chinese, a line each."""
    states = "，".join(f"{state} {count}" for state, count in report.states.items())
    lines = [f"文件 {len(report.files)} 个（{states}），文档 {report.documents} 篇，片段 {report.chunks} 条。"]
    if report.kinds:
        lines.append("文种：" + "，".join(f"{kind} {count}" for kind, count in report.kinds.items()))
    lines += [f"标记 {flag_names([flag])}：{len(ids)} 篇" for flag, ids in report.flags.items()]
    return "\n".join(lines)


def _row(file: FileReport) -> tuple[str, ...]:
    note = file.note or {}
    case = [file.why, flag_names(file.flags), f"{file.unassigned} 字不知归属" if file.unassigned else ""]
    case += note.get("refused", ())
    numbers = (note.get("pages"), note.get("characters"), len(file.documents), file.chunks)
    return (
        file.state,
        _short(file.path),
        str(note.get("format", "")),
        *(str(n) if n else "" for n in numbers),
        "；".join(filter(None, case)).replace("\n", " "),
    )


def _short(path: str) -> str:
    """The end of a long path: it tells more than its beginning."""
    path = path.replace("\n", " ")
    if _width(path) <= _WIDEST:
        return path
    kept = ""
    for char in reversed(path):
        if _width(char + kept) > _WIDEST - 1:
            break
        kept = char + kept
    return "…" + kept


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
