"""Documents to chunks: exact slices that follow the section tree (INGEST: leaf = smallest numbered section).

A chunk never crosses from one section into its sibling unless both are small and share a parent, never parts a
heading from its text, and is never longer than the limit. Together the chunks cover all text that is not white space.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.model import ChunkDraft, PolicyDocument, Section, Table
from kb.text.sentences import split_sentences

#: Version of these rules; a change re-derives chunks without making new revisions.
CHUNKER = "sections-2"
_ATOM = re.compile(
    r"\d[\d.,，]*\s*(?:%|％|[\u4e00-\u9fff]{0,3})|《[^《》\n]{1,120}》|“[^“”\n]{1,60}”|"
    r"[\u4e00-\u9fff]{1,14}[〔\[［(（]\d{4}[〕\]］)）]第?\d{1,5}号|[A-Za-z0-9@./:_-]+"
)
_SOFT = ("；;", "，,：:", "、 ")
_ARTICLE = re.compile(r"第.{1,9}条$")
_DIVISION = re.compile(r"第.{1,9}(?:编|分编|章|节)$")


@dataclass(slots=True)
class _Piece:
    """A stretch of text under one innermost section (None: under none)."""

    start: int
    end: int
    section: Section | None
    parent: Section | None
    heading_only: bool = False
    merged: bool = False


def chunk_document(doc: PolicyDocument, max_chars: int = 400) -> tuple[ChunkDraft, ...]:
    """The chunks of a document in text order, each at most ``max_chars`` long.

    Raises ValueError for a limit below 20 characters.
    """
    if max_chars < 20:
        raise ValueError(f"max_chars must be at least 20, got {max_chars}")
    drafts: list[ChunkDraft] = []
    sections = _undivided(doc, max_chars)
    pieces = _with_headings(doc.text, _pieces(doc, sections), max_chars)
    for piece in _shared(doc.text, pieces, max_chars):
        path = _path(piece)
        table = _table_at(doc.tables, piece.start)
        context = _context(doc, path, table)
        for start, end in _fitting(doc.text, piece, table, max_chars):
            drafts.append(ChunkDraft(start, end, context, path))
    return tuple(drafts)


def _path(piece: _Piece) -> str | None:
    section = piece.parent if piece.merged else piece.section
    return section.path if section else None


def _context(doc: PolicyDocument, path: str | None, table: Table | None) -> str:
    parts = [f"{doc.display_title} {doc.doc_number}" if doc.doc_number else doc.display_title]
    if path:
        parts.append(path)
    if table:
        parts.append(" | ".join(filter(None, (table.caption, *table.header))))
    return " > ".join(parts)


def _table_at(tables: Sequence[Table], at: int) -> Table | None:
    return next((t for t in tables if t.start <= at < t.end), None)


def _undivided(doc: PolicyDocument, limit: int) -> list[Section]:
    """The sections without those below one that fits a chunk as a whole: its parts say more together than alone.

    A chapter of a statute is divided down to its 条, and what holds a table down to the table, however short.
    """
    whole = [s for s in doc.sections if _fits(doc, s, limit)]
    kept: list[Section] = []
    end = level = -1
    wholes = {(s.start, s.level) for s in whole}
    for section in sorted(doc.sections, key=lambda s: (s.start, s.level)):
        if section.start < end and section.level > level:
            continue
        kept.append(section)
        if (section.start, section.level) in wholes:
            end, level = section.end, section.level
    return kept


def _fits(doc: PolicyDocument, section: Section, limit: int) -> bool:
    return (
        len(doc.text[section.start : section.end].strip()) <= limit
        and not _DIVISION.search(section.label)
        and not any(section.start < t.end and t.start < section.end for t in doc.tables)
    )


def _pieces(doc: PolicyDocument, sections: Sequence[Section]) -> list[_Piece]:
    """The text cut at every start and end of a section or table, without white space at either end."""
    cuts = {0, len(doc.text)}
    spans = [(s.start, s.end) for s in sections] + [(t.start, t.end) for t in doc.tables]
    for start, end in spans:
        cuts.update((max(0, start), min(len(doc.text), end)))
    bounds = sorted(cuts)
    chains = _chains(sections, bounds)
    pieces = []
    for start, end in zip(bounds, bounds[1:], strict=False):
        text = doc.text[start:end]
        if not text.strip():
            continue
        left = start + len(text) - len(text.lstrip())
        chain = chains[start]
        section = chain[-1] if chain else None
        piece = _Piece(left, left + len(text.strip()), section, chain[-2] if len(chain) > 1 else None)
        piece.heading_only = section is not None and piece.start == section.start and _is_heading(text, section)
        pieces.append(piece)
    return pieces


def _chains(sections: Sequence[Section], bounds: Sequence[int]) -> dict[int, tuple[Section, ...]]:
    """For each bound the sections that hold it, outermost first. Sections are in document order and nest."""
    ordered = sorted(sections, key=lambda s: (s.start, -s.end, s.level))
    chains: dict[int, tuple[Section, ...]] = {}
    stack: list[Section] = []
    upcoming = 0
    for bound in bounds:
        while upcoming < len(ordered) and ordered[upcoming].start <= bound:
            stack.append(ordered[upcoming])
            upcoming += 1
        stack = [s for s in stack if s.end > bound]
        chains[bound] = tuple(stack)
    return chains


def _is_heading(text: str, section: Section) -> bool:
    bare = re.sub(r"\s", "", text).rstrip("。：:.")
    return bare == re.sub(r"\s", "", section.label + section.title).rstrip("。：:.")


def _with_headings(text: str, pieces: list[_Piece], limit: int) -> list[_Piece]:
    """Headings without text of their own joined to the first piece below them, if that is really below."""
    kept: list[_Piece] = []
    waiting: _Piece | None = None
    for piece in pieces:
        if waiting is not None and waiting.section is not None and piece.start < waiting.section.end:
            start = waiting.start if piece.end - waiting.start <= limit or not piece.heading_only else piece.start
            if start == piece.start:
                kept.append(waiting)
            piece = _Piece(start, piece.end, piece.section, piece.parent, piece.heading_only)
        elif waiting is not None:
            kept.append(waiting)
        waiting = piece if piece.heading_only else None
        if waiting is None:
            kept.append(piece)
    return [*kept, waiting] if waiting is not None else kept


def _shared(text: str, pieces: Sequence[_Piece], limit: int) -> Iterator[_Piece]:
    """Small neighbours under one parent put together, up to the limit. 条 of a statute stay apart."""
    current: _Piece | None = None
    for piece in pieces:
        if current is not None and _may_share(current, piece, limit):
            current = _Piece(current.start, piece.end, current.section, current.parent, merged=True)
            continue
        if current is not None:
            yield current
        current = piece
    if current is not None:
        yield current


def _may_share(current: _Piece, piece: _Piece, limit: int) -> bool:
    if piece.end - current.start > limit or current.end - current.start > limit // 2:
        return False
    if current.section is None or piece.section is None:
        return False
    if current.section is piece.section or _ARTICLE.search(piece.section.label):
        return False
    return current.parent is piece.parent and piece.start == piece.section.start


def _fitting(text: str, piece: _Piece, table: Table | None, limit: int) -> Iterator[tuple[int, int]]:
    """A piece in parts that fit: whole paragraphs or rows while they do, else sentences, else the best break."""
    if piece.end - piece.start <= limit and (table is not None or piece.section is not None):
        yield piece.start, piece.end
        return
    units: list[tuple[int, int]] = []
    for start, end in _lines(text, piece.start, piece.end):
        units.extend(_sentences(text, start, end, limit) if end - start > limit else [(start, end)])
    units = _headed(text, units, limit)
    yield from _grouped(units, limit)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"[^\n]+", text[start:end]):
        line = match.group()
        if line.strip():
            left = start + match.start() + len(line) - len(line.lstrip())
            yield left, left + len(line.strip())


def _sentences(text: str, start: int, end: int, limit: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for a, b in split_sentences(text[start:end]):
        found.extend(_broken(text, start + a, start + b, limit))
    return found


def _broken(text: str, start: int, end: int, limit: int) -> Iterator[tuple[int, int]]:
    """A sentence over the limit, broken behind ； or ， or 、, never inside a number, 《》 or “” that would fit."""
    atoms = [m.span() for m in _ATOM.finditer(text, start, end)]
    while end - start > limit:
        cut = _break_at(text, start, start + limit, atoms)
        left = cut - (len(text[start:cut]) - len(text[start:cut].rstrip()))
        if left > start:
            yield start, left
        start = cut + (len(text[cut:end]) - len(text[cut:end].lstrip()))
    if end > start:
        yield start, end


def _break_at(text: str, start: int, latest: int, atoms: Sequence[tuple[int, int]]) -> int:
    for stops in _SOFT:
        for at in range(latest, start + (latest - start) // 3, -1):
            if text[at - 1] in stops and not _inside(atoms, at):
                return at
    return next((at for at in range(latest, start, -1) if not _inside(atoms, at)), latest)


def _inside(atoms: Sequence[tuple[int, int]], at: int) -> bool:
    i = bisect_right(atoms, (at, -1)) - 1
    return i >= 0 and atoms[i][0] < at < atoms[i][1]


def _headed(text: str, units: list[tuple[int, int]], limit: int) -> list[tuple[int, int]]:
    """Lines that introduce what follows (a short line without a stop, or ending in a colon) joined to it."""
    joined: list[tuple[int, int]] = []
    for start, end in units:
        if joined:
            a, b = joined[-1]
            opens = (b - a <= 40 and text[b - 1] not in "。；！？!?|") or text[b - 1] in "：:"
            if opens and end - a <= limit and "|" not in text[a:b]:
                joined[-1] = (a, end)
                continue
        joined.append((start, end))
    return joined


def _grouped(units: Sequence[tuple[int, int]], limit: int) -> Iterator[tuple[int, int]]:
    """Units put together to parts of about equal length, none over the limit."""
    if not units:
        return
    total = units[-1][1] - units[0][0]
    target = total / -(-total // limit)
    start, end = units[0]
    for a, b in units[1:]:
        if b - start > limit or (end - start >= target * 0.85 and units[-1][1] - a > target * 0.3):
            yield start, end
            start = a
        end = b
    yield start, end
