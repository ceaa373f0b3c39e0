"""What a reader gives: the text of a file as extracted, in blocks with their positions."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block is in its source."""

    LINE = "line"  # a physical line of a text or PDF page: a paragraph may run over several
    PARAGRAPH = "paragraph"  # a whole paragraph by the format's own word (docx, html)
    HEADING = "heading"  # a heading by the format's own word; `level` is set
    TABLE_ROW = "table_row"  # one row; `cells` holds its cells, merged ones repeated; `table` numbers the table from 0
    HEADER = "header"  # running header, footer or page number
    TEXTBOX = "textbox"


@dataclass(frozen=True, slots=True)
class Block:
    """``RawDocument.text[start:end]`` and where it stood. Blocks are in reading order and do not overlap."""

    start: int
    end: int
    kind: BlockKind
    level: int | None = None
    cells: tuple[str, ...] = ()
    table: int | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A file as read. ``text`` is kept as found (blank lines and spaces too); blocks are slices of it.

    ``meta`` holds what the container states beside the text (HTML ``<meta>`` such as ArticleTitle, PubDate,
    ContentSource; a page's metadata table as label -> value; YAML front matter of a .md; docx core properties),
    keys as written there. ``format`` is the one found by magic bytes: txt, md, html, docx, doc, wps, rtf,
    odt, xlsx, xls, ods, csv, pdf, ofd, image … ``outside`` is the
    text of the container that is none of the document (a page's navigation), for the record.
    """

    text: str
    blocks: tuple[Block, ...]
    format: str
    meta: dict[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    outside: str = ""
