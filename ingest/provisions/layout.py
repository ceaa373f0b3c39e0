"""Where a text is cut: its sections and their titles, table headers and cells, lists that lost their line breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.provisions.labels import label_of
from ingest.provisions.names import heading_name
from ingest.provisions.spans import Span
from ingest.sections import build_sections
from kb.model import Section, Table

#: An annex that is a form to fill in says nothing of the support.
_FORM = re.compile(
    r"^(?:附表|附件)\s*[\d一二三四五六七八九十]*[:：]?\s*\n?[^\n]{2,40}(?:表|承诺书|模板|样式|汇总)\s*$", re.MULTILINE
)
_PAPER = re.compile(r"(?:[表书证件明单据卡函]|材料|报告|合同|协议|信息|账户|账号)(?:[（(][^（）()]{0,30}[）)])?$")
_HEADER_CELL = re.compile(r"[^\d，。；：\n]{1,12}(?:[（(][^（）()\n]{1,12}[）)])?")
_LINE = re.compile(r"[^\n]{30,}")
#: 登录平台办理。需提交：（一）…
_LISTS = re.compile(r"[。，][^。，：:]{2,60}[：:]\s?(?:[（(]一[）)]|1[.．、](?!\d))")
_RUN_IN = re.compile(
    r"[。；;：:]\s?(?=第[一二三四五六七八九十百]{1,5}条|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.．、](?!\d))"
)
_TAIL, _SHORT, _LONG = 200, 4, 400


def body_of(text: str) -> str:
    """The text up to an annex that is a form."""
    form = _FORM.search(text, len(text) // 3)
    return text[: form.start()] if form else text


def run_in(text: str) -> Iterator[int]:
    """Where articles and list items begin within a line: a page may have lost its line breaks. Not in tables."""
    for line in _LINE.finditer(text):
        said = line.group()
        if " | " not in said and (len(said) >= _LONG or _LISTS.search(said)):
            yield from (m.end() for m in _RUN_IN.finditer(text, *line.span()))


def all_sections(text: str, sections: Sequence[Section]) -> list[Section]:
    """The sections of the document, and those of what stands behind its body: an annex with numbered headings."""
    known = [s for s in sections if s.start < len(text)]
    at = max((s.end for s in known), default=len(text))
    if len(text) - at < _TAIL:
        return known
    return known + [replace(s, start=s.start + at, end=s.end + at) for s in build_sections(text[at:])]


def owner_of(path: Sequence[Section]) -> Section | None:
    """The innermost section whose matter its fields are: a chapter of an order only if it is headed by a support."""
    last = path[-1] if path else None
    return None if last is not None and last.label.endswith(("章", "节")) and not heading_name(last.title) else last


def cells_of(text: str, start: int, end: int) -> list[Span]:
    """The cells of a table's row."""
    bars = [start + m.start() for m in re.finditer(r" \| ", text[start:end])]
    return list(zip([start, *(b + 3 for b in bars)], [*bars, end], strict=True))


def is_title(section: Section, title: str | None) -> bool:
    """Whether a section is the whole document, headed by its title."""
    said, whole = (re.sub(r"\s", "", t) for t in (section.title, title or ""))
    return not section.label and min(len(said), len(whole)) > _SHORT and (said in whole or said.endswith(whole))


def has_header(table: Table) -> bool:
    """Whether a table's first row names its columns; in one of label and value the second begins with a label too."""
    heads = len(table.header) > 2 and all(_HEADER_CELL.fullmatch(c.strip()) for c in table.header)
    return heads and bool(table.rows) and label_of(table.rows[0][0]) is None


def names_support(title: str) -> bool:
    """Whether a heading is of a support, neither a label nor a paper to hand in (租房补贴申请表)."""
    return bool(heading_name(title)) and label_of(title) is None and not _PAPER.search(title)
