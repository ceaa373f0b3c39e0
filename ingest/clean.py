"""Raw text to paragraphs: extraction artefacts out, wrapped lines back together, every character still mapped.

Nothing that is shown is normalised or converted: cleaning cuts, joins, and sets line breaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ingest import labels, marks, newspaper
from ingest.flat import cited_titles, split_flat
from ingest.geometry import paragraphs_by_box
from ingest.label_lines import with_labels
from ingest.layout import Line, Shape, em, ends_sentence, is_wrapped, paragraphs
from ingest.lines import is_date_line, is_note, looks_like_title
from ingest.mapped import Mapped, concat, source_map
from ingest.paragraphs import Paragraph, Role
from ingest.raw import Block, BlockKind, RawDocument
from kb.model import SourceSpan

__all__ = ["CleanText", "Paragraph", "Role", "clean"]

_CREDIT = re.compile(r"(?<=[。！？”])\s+(?P<name>[\u4e00-\u9fff·]{2,4}|\S{2,8}(?:供图|摄|图|文|报道|整理))$")
# 2031年3月8日附件, 2031年3月8日（此件公开发布）: the break behind the date was lost.
_DATE_RUN_ON = re.compile(r"(?P<date>[12]\d{3}年\s*\d{1,2}月\s*\d{1,2}日)[\s　]*(?=附\s*件|[（(]此件)")
# 附件：云溪市夜市管理办法第一章 总则
_ANNEX_RUN_ON = re.compile(r"附\s*件\s*\d{0,2}\s*[:：]?[\s　]*(?P<title>[^。，；：:\n]{4,80}?)[\s　]*(?=第[一1][章条])")
_LONGEST_MARKED = 20  # characters of a line with a mark (□ 国有企业) that stands by itself
_REMARK = 6  # characters of a line of a typeset page that is one remark in brackets


@dataclass(frozen=True, slots=True)
class CleanText:
    """A file after cleaning: ``text`` is its paragraphs, one a line; ``labels`` what its metadata table states."""

    text: str
    source_map: tuple[SourceSpan, ...]
    paragraphs: tuple[Paragraph, ...]
    labels: dict[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    is_page: bool = False  # a newspaper page: wrapped columns with its signs


def clean(raw: RawDocument) -> CleanText:
    """The cleaned text of a file with its source map. Running headers, site furniture and noise are dropped."""
    file = _File(cited_titles(raw.text), newspaper.is_printed(_line_texts(raw)))
    found = tuple(with_labels(list(_paragraphs(raw, file))))
    is_page = file.printed and any(p.wrapped for p in found)
    stated = {p.cells[0]: p.cells[1] for p in reversed(found) if p.role is Role.LABEL}
    ordered = dict(reversed(stated.items()))
    whole = concat([p.content for p in found], "\n")
    return CleanText(whole.text, source_map(whole, raw.blocks), found, ordered, raw.flags, is_page)


@dataclass(frozen=True, slots=True)
class _File:
    """What is known of a file before its lines are read: the titles it cites, and whether it is a newspaper."""

    titles: tuple[str, ...]
    printed: bool


def _line_texts(raw: RawDocument) -> Iterator[str]:
    for block in raw.blocks:
        if block.kind is BlockKind.LINE:
            yield from raw.text[block.start : block.end].split("\n")


def _paragraphs(raw: RawDocument, file: _File) -> Iterator[Paragraph]:
    lines: list[Line] = []
    previous_end = 0
    for block in raw.blocks:
        if block.kind is BlockKind.HEADER:
            continue
        gap = max(0, raw.text.count("\n", previous_end, block.start) - 1)
        previous_end = block.end
        if block.kind is BlockKind.LINE:
            lines.extend(_lines(raw.text, block, gap))
            continue
        yield from _line_paragraphs(lines, file)
        lines = []
        yield from _block_paragraphs(raw, block, gap, file)
    yield from _line_paragraphs(lines, file)


def _lines(text: str, block: Block, gap: int) -> Iterator[Line]:
    start = block.start
    for number, piece in enumerate(text[block.start : block.end].split("\n")):
        line = marks.without_noise(Mapped.of(text, start, start + len(piece)))
        start += len(piece) + 1
        for part in _parted(line):
            yield _Physical(part, 0 if number else gap, page=block.page, box=block.box)


def _parted(line: Mapped) -> Iterator[Mapped]:
    """A line where its annex begins in it; nothing for the buttons of a site."""
    if not line.text or marks.is_furniture(line.text):
        return
    signed = _DATE_RUN_ON.match(line.text)
    if signed:
        yield line.slice(0, signed.end("date"))
        line = line.slice(signed.end(), len(line))
    annex = _ANNEX_RUN_ON.match(line.text)
    if annex and looks_like_title(annex["title"]):
        yield line.slice(0, annex.end("title"))
        line = line.slice(annex.end(), len(line))
    yield line


@dataclass(slots=True)
class _Physical(Line):
    """A line with what its own text says of its role."""

    role: Role | None = None
    marked: bool = False
    starts: bool = False


def _line_paragraphs(lines: Sequence[Line], file: _File) -> Iterator[Paragraph]:
    """Paragraphs of consecutive LINE blocks; rows with pipes are taken out first."""
    run: list[_Physical] = []
    for line in lines:
        assert isinstance(line, _Physical)
        cells = labels.pipe_cells(line.content.text)
        if cells is None:
            run.append(line)
            continue
        yield from _prose(run, file)
        run = []
        yield from _row(line.content, cells, line.gap, file, table=0)
    yield from _prose(run, file)


def _prose(lines: Sequence[_Physical], file: _File) -> Iterator[Paragraph]:
    if not lines:
        return
    for line in lines:
        _mark(line, printed=file.printed)
    if len(lines) > 1 and all(line.box is not None for line in lines):
        for shape in paragraphs_by_box(lines):
            yield from _wrapped(lines, shape, printed=file.printed)
        return
    if not is_wrapped(lines):
        for line in lines:
            yield from _finish(line.content, _role_alone(line), line.gap, file, page=line.page)
        return
    for shape in paragraphs(lines):
        yield from _wrapped(lines, shape, printed=file.printed)


def _mark(line: _Physical, *, printed: bool) -> None:
    """Take the signals of a line (byline marks, doubled headlines, datelines) before anything is cut."""
    single = marks.undoubled(line.content)
    if single is not None:
        line.content = single
    if printed:
        _mark_printed(line, doubled=single is not None)
    elif marks.is_marked(line.content.text):
        line.hard = True
        line.alone = len(line.content) <= _LONGEST_MARKED and not ends_sentence(line.content.text)
    if line.box and (is_date_line(line.content.text) or _is_remark(line.content.text)):
        line.hard, line.alone = True, True


def _mark_printed(line: _Physical, *, doubled: bool) -> None:
    """The role of a line of a newspaper page."""
    if doubled:
        line.role, line.hard, line.alone = Role.HEADLINE, True, True
    cut = marks.byline_mark(line.content.text)
    if cut:
        line.content = line.content.slice(cut, len(line.content)).strip()
        line.role, line.marked, line.hard, line.alone = Role.BYLINE, True, True, True
    elif newspaper.is_reporter(line.content.text):
        line.role, line.hard, line.alone = Role.BYLINE, True, True
    elif newspaper.is_dateline(line.content.text):
        line.starts, line.hard = True, True


def _is_remark(text: str) -> bool:
    return len(text) >= _REMARK and is_note(text)


def _role_alone(line: _Physical) -> Role:
    if line.role is not None:
        return line.role
    return Role.BODY if ends_sentence(line.content.text) or em(line.content.text) > 60 else Role.SHORT


def _wrapped(lines: Sequence[_Physical], shape: Shape, *, printed: bool) -> Iterator[Paragraph]:
    """One paragraph of a column: its lines joined; a credit behind the last sentence is parted from it."""
    first = lines[shape.first]
    if printed and _has_caption_title(lines, shape):
        yield Paragraph(
            marks.respaced(first.content), Role.SHORT, page=first.page, column=shape.column, width=shape.width,
            gap=first.gap, wrapped=True, caption=True,
        )  # fmt: skip
        shape = replace(shape, first=shape.first + 1)
        first = lines[shape.first]
    joined = _joined([line.content for line in lines[shape.first : shape.last + 1]])
    alone = shape.first == shape.last and not ends_sentence(joined.text)
    role = first.role or (Role.SHORT if alone and not first.starts else Role.BODY)
    credit = _CREDIT.search(joined.text) if printed else None
    body = joined.slice(0, credit.start()) if credit else joined
    paragraph = Paragraph(
        marks.respaced(body),
        role,
        page=first.page,
        column=shape.column,
        width=shape.width,
        gap=first.gap,
        wrapped=True,
        starts=first.starts,
        marked=first.marked,
        caption=printed and role is Role.BODY and newspaper.is_caption(joined.text),
        open_head=shape.open_head,
        open_tail=shape.open_tail and role is Role.BODY,
    )
    yield paragraph
    if credit:
        name = joined.slice(credit.start("name"), credit.end("name"))
        yield Paragraph(
            name, Role.BYLINE, page=first.page, column=shape.column, wrapped=True, caption=paragraph.caption
        )


def _joined(lines: Sequence[Mapped]) -> Mapped:
    """The lines of a paragraph as one: with a space between Latin words, without the hyphens of line breaks."""
    parts = [lines[0]]
    for line in lines[1:]:
        bare = marks.without_line_hyphen(parts[-1])
        separator = "" if len(bare) < len(parts[-1]) else marks.joined_separator(bare.text, line.text)
        parts[-1:] = [bare, Mapped.inserted(separator), line] if separator else [bare, line]
    return concat(parts)


def _has_caption_title(lines: Sequence[_Physical], shape: Shape) -> bool:
    """Whether a narrow caption begins with a line of its own that names the picture."""
    block = lines[shape.first : shape.last + 1]
    if len(block) < 3 or shape.width > 13 or not newspaper.is_caption(block[-1].content.text):
        return False
    title = block[0].content.text
    return not re.search(r"[，。；：、！？]", title) and em(title) <= max(line.width for line in block) - 2


def _finish(
    content: Mapped, role: Role, gap: int, file: _File, *, level: int | None = None, page: int | None = None
) -> Iterator[Paragraph]:
    """A paragraph as it stands, or several where a page lost its line breaks."""
    for piece in split_flat(content, file.titles):
        body = marks.respaced(piece).strip()
        if body.text and not marks.is_furniture(body.text):
            yield Paragraph(body, role, level=level, page=page, gap=gap)
            gap = 0


def _block_paragraphs(raw: RawDocument, block: Block, gap: int, file: _File) -> Iterator[Paragraph]:
    if block.kind is BlockKind.TABLE_ROW:
        yield from _row(
            Mapped.of(raw.text, block.start, block.end), block.cells, gap, file, table=block.table, page=block.page
        )
        return
    role = Role.HEADING if block.kind is BlockKind.HEADING else Role.BODY
    start = block.start
    for piece in raw.text[block.start : block.end].split("\n"):
        line = marks.without_noise(Mapped.of(raw.text, start, start + len(piece)))
        start += len(piece) + 1
        for part in _parted(line):
            yield from _finish(part, role, gap, file, level=block.level, page=block.page)
            gap = 0


def _row(
    line: Mapped,
    cells: tuple[str, ...],
    gap: int,
    file: _File,
    *,
    table: int | None = None,
    page: int | None = None,
) -> Iterator[Paragraph]:
    """A table row: ``cell | cell | cell``. Which rows are a metadata table, ``with_labels`` says."""
    located = [c for c in labels.locate(line, cells) if c.text]
    if len(located) == 1 and table == 0 and len(cells) <= 1:
        yield from _finish(located[0], Role.BODY, gap, file, page=page)
        return
    shown = labels.distinct(located)
    if shown:
        content = concat(shown, " | ")
        yield Paragraph(content, Role.ROW, page=page, gap=gap, cells=cells, table=table)
