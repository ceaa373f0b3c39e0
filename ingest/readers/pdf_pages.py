"""Pages of characters to blocks: lines and tables in reading order, running heads marked, tables over pages joined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from ingest.raw import BlockKind
from ingest.readers.build import Builder, row_text
from ingest.readers.pdf_layout import MARK, Char, TextLine, page_lines
from ingest.readers.pdf_objects import Ruling
from ingest.readers.pdf_tables import Row, RuledTable, ruled

_MARGIN = 0.12
_WANDER = 12.0  # points that a running head may stand higher or lower: scans do not lie alike
_PAGE_NUMBER = re.compile(
    r"[-—–―－·\s一]*(?:第?\s*\d{1,4}\s*页?|\d{1,4}\s*/\s*\d{1,4}|第\s*\d+\s*页\s*[/,，]?\s*共\s*\d+\s*页)[-—–―－·\s一]*"
)
# A web page printed by a browser: date and title above, address and page number below.
_PRINTED = re.compile(
    r"\d{4}/\d{1,2}/\d{1,2}\s*(?:上午|下午)?\s*\d{1,2}:\d{2}\b.*|(?:https?|file)://\S+\s+\d+\s*/\s*\d+"
)
# What begins a part of a document stands at the top of pages too, and differs by its number only.
_PART = re.compile(
    r"附\s*[件表录图]|第.{1,4}[编章节条部分]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]"
)

Item = TextLine | RuledTable


@dataclass(frozen=True, slots=True)
class Page:
    """Lines and tables of a page in reading order, and where its bottom and top are, in points."""

    items: tuple[Item, ...]
    bottom: float
    top: float

    @property
    def lines(self) -> Iterator[TextLine]:
        """Its lines outside tables."""
        return (item for item in self.items if isinstance(item, TextLine))

    @property
    def tables(self) -> Iterator[RuledTable]:
        """Its tables."""
        return (item for item in self.items if isinstance(item, RuledTable))


def make_page(chars: Sequence[Char], rulings: Sequence[Ruling], bottom: float, top: float) -> Page:
    """A page from its characters and ruling lines. A frame that stands in the way of columns is read after them."""
    found = ruled(chars, rulings)
    marks = [
        Char(f"{MARK}{number}", *row.box) for number, table in enumerate(found.tables) for row in table.rows
    ]  # in the place of a table, so that it gets its place among the lines
    items: list[Item] = []
    placed: set[int] = set()
    for line in page_lines([*found.rest, *marks]):
        if not line.text.startswith(MARK):
            items.append(line)
        elif int(line.text[1:]) not in placed:
            placed.add(int(line.text[1:]))
            items.append(found.tables[int(line.text[1:])])
    for frame in found.frames:
        items.extend(page_lines(frame))
    return Page(tuple(items), bottom, top)


def running_heads(pages: Sequence[Page]) -> set[str]:
    """What stands at one height in the margin of several pages, numbers aside."""
    seen: dict[str, list[float]] = {}
    for page in pages:
        found = {_key(line): page.top - line.top for line in page.lines if _is_margin(line, page)}
        for key, depth in found.items():
            seen.setdefault(key, []).append(depth)
    needed = max(2, 0.3 * len(pages))
    return {key for key, depths in seen.items() if _together(depths) >= needed and not _PART.match(key)}


def _together(depths: Sequence[float]) -> int:
    middle = median(depths)
    return sum(abs(depth - middle) <= _WANDER for depth in depths)


def is_head(line: TextLine, page: Page, heads: set[str]) -> bool:
    """Whether a line is a running head or foot, a page number, or a browser's."""
    if not _is_margin(line, page):
        return False
    text = line.text.strip()
    return _key(line) in heads or bool(_PAGE_NUMBER.fullmatch(text) or _PRINTED.fullmatch(text))


def add_pages(builder: Builder, pages: Sequence[Page]) -> None:
    """Append the blocks of all pages, numbered from 1."""
    heads = running_heads(pages)
    tables = 0
    begun: RuledTable | None = None  # the table that the page before ended with, as it began
    for number, page in enumerate(pages, 1):
        body = [item for item in page.items if isinstance(item, RuledTable) or not is_head(item, page, heads)]
        shown = set(map(id, body))
        previous: TextLine | None = None
        for item in page.items:
            if isinstance(item, TextLine):
                header = id(item) not in shown
                if previous is not None and not header and _stands_apart(previous, item):
                    builder.gap()
                box = _rounded((item.left, item.bottom, item.right, item.top))
                builder.add(item.text, BlockKind.HEADER if header else BlockKind.LINE, page=number, box=box)
                previous = None if header else item
                continue
            if begun is None or item is not body[0] or len(item.columns) != len(begun.columns):
                begun = item
                tables += 1
            _add_rows(builder, _rows(item, begun), tables - 1, number)
            previous = None
        if body and not isinstance(body[-1], RuledTable):
            begun = None


def _rows(table: RuledTable, begun: RuledTable) -> Sequence[Row]:
    """The rows of a table without the head that it repeats from where it began."""
    repeats = table is not begun and table.rows[0].cells == begun.rows[0].cells
    return table.rows[1:] if repeats else table.rows


def _add_rows(builder: Builder, rows: Sequence[Row], table: int, page: int) -> None:
    for row in rows:
        text = row_text(list(zip(row.cells, row.repeated, strict=True)))
        builder.add(text, BlockKind.TABLE_ROW, cells=row.cells, table=table, page=page, box=_rounded(row.box))


def _rounded(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    left, bottom, right, top = (round(side, 1) for side in box)
    return left, bottom, right, top


def _is_margin(line: TextLine, page: Page) -> bool:
    depth = _MARGIN * (page.top - page.bottom)
    return line.top < page.bottom + depth or line.bottom > page.top - depth


def _key(line: TextLine) -> str:
    return re.sub(r"\d+", "#", "".join(line.text.split()))


def _stands_apart(above: TextLine, below: TextLine) -> bool:
    """Whether more than a line of white parts two lines of one column."""
    return above.region == below.region and above.bottom - below.top > 1.6 * max(above.em, below.em)
