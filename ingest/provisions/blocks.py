"""A document cut into pieces (lines, headings within lines), each with the field its label or heading opened.

What follows a heading, a ``标签：`` line or a lead-in (应当提交下列材料：) that names a field is its value, until
the next label or the end of the section that holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.provisions.labels import Field, both_of, label_of
from ingest.provisions.layout import (
    all_sections,
    body_of,
    cells_of,
    has_header,
    is_title,
    names_support,
    owner_of,
    run_in,
)
from ingest.provisions.lexicon import either
from ingest.provisions.names import heading_name, is_service, last_support
from ingest.provisions.openings import heads_text, lead_in, opening
from ingest.provisions.spans import Span, is_marked, strip, unmarked
from kb.model import PolicyDocument, Section


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the text: ``text[start:end]`` is its content without list marker or label.

    ``field`` is what it is a value of, ``owner`` the section that field belongs to, ``subject`` the support a sub-head
    within the field names, ``path`` the sections that hold the piece. ``row``: of a table; ``heads``: only the heading
    of what follows; ``lead``: a sentence that opens a field; ``mixed``: its label names two (申报要求及程序).
    """

    start: int
    end: int
    path: tuple[Section, ...]
    field: Field | None = None
    owner: Section | None = None
    subject: str = ""
    row: bool = False
    heads: bool = False
    lead: bool = False
    mixed: bool = False

    @property
    def section(self) -> Section | None:
        """The innermost section that holds it."""
        return self.path[-1] if self.path else None


@dataclass(frozen=True, slots=True)
class _Open:
    """A field that is open: whose it is, where it ends at the latest.

    ``listed``: only the list behind it, or the rest of its own line and a list, belongs to it. ``subject``: the support
    that the sentence names which opens it.
    """

    field: Field
    owner: Section | None
    end: int
    level: int
    listed: bool = False
    mixed: bool = False
    subject: str = ""


_CLOSES = either(
    r"附件 附表 附[:：] （此件 公开方式 抄送 特此(?:通告|公告|通知) \d{4}年\d{1,2}月\d{1,2}日$ "
    r"第[一二三四五六七八九十]+章 本[^，。]{2,8}自[^，。]{2,24}(?:起|施行|实施|执行)",
    before=r"\s*",
)
_ARTICLE = re.compile(r"第[一二三四五六七八九十百\d]{1,5}[条章节]")
#: Fields whose items may look like headings of their own: 提交申报材料 below 申报流程.
_LISTING = frozenset({Field.PROCEDURE, Field.MATERIALS, Field.CONDITIONS})
_ABOVE = re.compile(r"[；;：:]\s*$")
_SUB_HEAD, _GAP, _REST = 16, 6, 80


def pieces_of(doc: PolicyDocument) -> list[Piece]:
    """Every piece of a document that is not blank, in order; one pass."""
    return list(_Reader(doc, body_of(doc.text)).read())


class _Reader:
    """One pass over a document's pieces, with the fields open at each."""

    def __init__(self, doc: PolicyDocument, text: str) -> None:
        self._text = text
        self._at = {s.start: s for s in all_sections(text, doc.sections) if not is_title(s, doc.title)}
        self._rows = [(t.start, t.end) for t in doc.tables]
        self._headers = {t.start for t in doc.tables if has_header(t)}
        self._path: list[Section] = []
        self._open: list[_Open] = []
        self._items: set[int] = set()

    def read(self) -> Iterator[Piece]:
        row = 0
        for start, end in self._cuts():
            while row < len(self._rows) and self._rows[row][1] <= start:
                row += 1
            section = self._at.get(start)
            self._path = [s for s in self._path if s.end > start and (section is None or s.level < section.level)]
            self._close(start, end, section)
            if section is not None:
                self._path.append(section)
                if self._open:
                    self._items.add(id(section))
            in_table = row < len(self._rows) and self._rows[row][0] <= start
            yield from self._row(start, end) if in_table else self._piece(start, end, section)

    def _cuts(self) -> Iterator[Span]:
        lines = {m.end() for m in re.finditer(r"\n", self._text)}
        cuts = sorted({0, *self._at, *lines, *run_in(self._text), len(self._text)})
        for left, right in zip(cuts, cuts[1:], strict=False):
            start, end = strip(self._text, left, right)
            if start < end:
                yield (left if left in self._at else start), end

    def _close(self, start: int, end: int, section: Section | None) -> None:
        """Close what has ended: by its section, by a heading beside its own, by the closing words of the document."""
        self._open = [o for o in self._open if o.end > start and (section is None or section.level > o.level)]
        if section is not None and names_support(section.title):
            self._open = [o for o in self._open if not o.listed]
        if section is None and _CLOSES.match(self._text, start, end):
            self._open = []

    def _holders(self) -> tuple[Section, ...]:
        """The sections that hold the place, without those that are items of a field."""
        return tuple(s for s in self._path if id(s) not in self._items)

    def _row(self, start: int, end: int) -> Iterator[Piece]:
        """A table's row: values behind their labels (补贴对象 | 初创企业), else a row as it is."""
        cells = cells_of(self._text, start, end)
        labels = [label_of(self._text[slice(*c)].strip()) for c in cells]
        holders = self._holders()
        pairs = [] if start in self._headers else zip(labels, cells[1:], labels[1:], strict=False)
        valued = [(f, c) for f, c, other in pairs if f and other is None]
        for field, cell in valued:
            yield Piece(*strip(self._text, *cell), holders, field, owner_of(holders))
        if not valued:
            last = self._open[-1] if self._open else None
            standard = Field.STANDARD if last and last.field is Field.STANDARD else None
            yield Piece(start, end, holders, standard, row=True)

    def _piece(self, start: int, end: int, section: Section | None) -> Iterator[Piece]:
        content, stop = unmarked(self._text, start + len(section.label) if section else start, end)
        nested = section and self._open and self._open[-1].field in _LISTING and section.level > self._open[-1].level
        field, value = opening(self._text, content, end, None if nested else section)
        if field is not None:
            value, _ = strip(self._text, value, end, "：:")
            if field is Field.OTHER and self._text[end - 1] in "？?":
                self._open = [o for o in self._open if o.level < (section.level if section else 0)]
                return  # a question for something else: its answer is running text
            self._opened(field, section, listed=section is None and value < end)
            if value < end:
                yield self._made(*unmarked(self._text, value, end))
                if lead := lead_in(self._text, value, end):
                    self._opened(lead, section, listed=True)
        elif content < stop and (lead := lead_in(self._text, start, end)):
            yield Piece(content, stop, self._holders(), lead=True)
            self._opened(lead, section, listed=True)
            if lead is Field.STANDARD:
                self._open[-1] = replace(self._open[-1], subject=last_support(self._text, content, stop))
        elif content < stop:
            if section is None and not self._goes_on(start, end):
                self._open = [o for o in self._open if not o.listed]
            cut = self._list_end(content, stop)
            yield replace(self._made(content, cut), heads=heads_text(self._text, section, end))
            if cut < stop:
                self._open = [o for o in self._open if not o.listed]
                yield self._made(*unmarked(self._text, cut, stop))

    def _list_end(self, start: int, end: int) -> int:
        """Where an item of a list ends that carries the text behind the list with it."""
        last = self._open[-1] if self._open else None
        if last is None or not last.listed or last.field is Field.PROCEDURE or is_marked(self._text, end, end + _GAP):
            return end
        stop = self._text.find("。", start, end) + 1
        return stop if 0 < stop < end - _REST else end

    def _goes_on(self, start: int, end: int) -> bool:
        """Whether a line belongs to the list before it: it is marked, or the line above ends in ； or a colon."""
        if _ARTICLE.match(self._text, start, end):
            return False
        above = _ABOVE.search(self._text, max(0, start - _GAP), start)
        return is_marked(self._text, start, end) or above is not None

    def _opened(self, field: Field, section: Section | None, *, listed: bool) -> None:
        """Open a field: a heading's ends with its section and is its parent's, a line's belongs to its section."""
        if section is not None and section.label:
            if not heading_name(section.title):
                self._items.add(id(section))
            holders = [s for s in self._holders() if s is not section]
            own_article = listed and not section.title and section.label.endswith("条")
            owner = section if own_article else owner_of(holders)
            mixed = both_of(section.title)
            self._open.append(_Open(field, owner, section.end, section.level, listed, mixed))
            return
        owner = owner_of(self._holders())
        level, end = (owner.level, owner.end) if owner else (0, len(self._text))
        self._open = [o for o in self._open if o.level < level]
        self._open.append(_Open(field, owner, end, level, listed))

    def _made(self, start: int, end: int) -> Piece:
        """The content as a value of the field that is open, if one is."""
        if not self._open:
            return Piece(start, end, self._holders())
        last = self._open[-1]
        inner = [s.title for s in self._path if id(s) in self._items and s.end > s.start + len(s.title) + _SUB_HEAD]
        named = (t for t in reversed(inner) if label_of(t) is None and (is_service(t) or heading_name(t)))
        return Piece(start, end, self._holders(), last.field, last.owner, next(named, last.subject), mixed=last.mixed)
