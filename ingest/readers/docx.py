"""Word .docx: paragraphs with their automatic numbers, insertions in, deletions out, tables, notes, headers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.raw import BlockKind, RawDocument
from ingest.readers.build import Builder, join_lines, row_text
from ingest.readers.docx_chunks import append, is_docx, read_chunk
from ingest.readers.docx_columns import with_columns
from ingest.readers.docx_contents import MAX_HEADING, is_head, is_line, typed_contents
from ingest.readers.docx_numbering import Numbering
from ingest.readers.docx_package import MC, Package, Parts, R, W, core_properties
from ingest.readers.docx_pictures import Picture, Pictures, page_area
from ingest.readers.docx_styles import Properties, Styles, properties
from ingest.readers.docx_tables import lone_cell, rows
from ingest.readers.docx_text import Inline
from kb.errors import UnreadableFile

_P, _TBL, _PPR = f"{W}p", f"{W}tbl", f"{W}pPr"
_BLOCKS = frozenset({_P, _TBL, f"{W}altChunk"})
_THROUGH = frozenset(f"{W}{name}" for name in ("sdtContent", "ins", "moveTo", "customXml", "smartTag"))
_MAX_CHUNKS = 20


def read_docx(data: bytes, path: str) -> RawDocument:
    """The document of a .docx file. Raises UnreadableFile if it is damaged, too large when unpacked, or empty."""
    return with_columns(_read(data, path, inside=False))


def _read(data: bytes, path: str, inside: bool) -> RawDocument:
    """``inside``: it stands in another .docx, and takes in no further ones."""
    package = Package(data, path)
    name = package.main_name()
    root = package.part(name)
    body = None if root is None else root.find(f"{W}body")
    if body is None:
        raise UnreadableFile(path, "docx 里没有正文（word/document.xml），可能已损坏。请重新获取该文件")
    parts = Parts(package, name)
    builder = Builder("docx", core_properties(package))
    pictures = Pictures(parts, page_area(body))
    walk = _Walk(
        builder,
        Inline.of(body),
        Numbering.of(parts.of_kind("numbering")),
        Styles.of(parts.of_kind("styles")),
        None if inside else parts,
        pictures,
        typed_contents([child for child in _block_children(body) if child.tag == _P]),
    )
    headers, footers = (_margin_texts(parts, body, kind) for kind in ("header", "footer"))
    for text in headers:
        builder.add(text, BlockKind.HEADER)
    walk.blocks(body)
    walk.notes(parts.of_kind("footnotes"), "footnote", "注")
    walk.notes(parts.of_kind("endnotes"), "endnote", "尾注")
    pictures.finish(builder, walk.tables)
    if not inside:
        _refuse_empty(builder, pictures, path)
    for text in footers:
        builder.add(text, BlockKind.HEADER)
    _note_left_out(builder, walk.inline)
    return builder.finish()


def _refuse_empty(builder: Builder, pictures: Pictures, path: str) -> None:
    if all(block.kind is BlockKind.HEADER for block in builder.blocks):
        if pictures.why is not None:
            raise UnreadableFile(path, f"文件里只有图片，没有读出文字：{pictures.why}")
        raise UnreadableFile(path, "文件里没有文字（可能是扫描图片）。请用文字识别软件转成文字后再试")


def _note_left_out(builder: Builder, inline: Inline) -> None:
    """Flag what belongs to the document and is not in its text; what is struck through is kept beside it."""
    if inline.embedded:
        builder.flag("annex_missing")
    builder.outside = "".join(inline.struck).strip()
    if builder.outside:
        builder.flag("struck_text")


@dataclass(slots=True)
class _Walk:
    """One pass over a story, keeping the counters of lists, and text waiting for its paragraph."""

    builder: Builder
    inline: Inline
    numbering: Numbering
    styles: Styles
    parts: Parts | None = None
    pictures: Pictures | None = None
    contents: frozenset[Any] = frozenset()
    tables: int = 0
    chunks: set[str] = field(default_factory=set)
    carried: list[str] = field(default_factory=list)

    def blocks(self, parent: Any, kind: BlockKind = BlockKind.PARAGRAPH) -> None:  # noqa: ANN401 - an lxml element
        """Append the paragraphs and tables of a body, text box or frame."""
        for child in _block_children(parent):
            if child.tag == _P:
                self._paragraph(child, kind)
                continue
            self._close(kind)
            if child.tag == _TBL:
                self._table(child, kind)
            else:
                self._chunk(child)
        self._close(kind)

    def notes(self, root: Any | None, name: str, label: str) -> None:  # noqa: ANN401 - an lxml element
        """Append the foot or end notes referred to, in the order of their marks."""
        if root is None:
            return
        self.inline.enter(root)
        by_id = {note.get(f"{W}id"): note for note in root.iter(f"{W}{name}")}
        for number, note_id in enumerate(dict.fromkeys(self.inline.notes[f"{W}{name}Reference"]), 1):
            note = by_id.get(note_id)
            text = "" if note is None else join_lines(self._cell_lines(note))
            if text:
                self.builder.add(f"{label}{number}：{text}", BlockKind.PARAGRAPH)
            self._boxes()

    def _paragraph(self, paragraph: Any, kind: BlockKind) -> None:  # noqa: ANN401 - an lxml element
        own = properties(paragraph.find(_PPR))
        text = self._text(paragraph, own)
        if text is not None:
            self._append(text, own, kind)
        self._boxes()

    def _boxes(self) -> None:
        for box in self.inline.take_boxes():
            if isinstance(box, str):
                self.builder.add(box, BlockKind.TEXTBOX)
            elif isinstance(box, Picture):
                if self.pictures is not None:
                    self.tables = self.pictures.add(self.builder, box, self.tables)
            else:
                self.blocks(box, BlockKind.TEXTBOX)

    def _text(self, paragraph: Any, own: Properties) -> str | None:  # noqa: ANN401 - an lxml element
        """The text of a paragraph with what waited for it; None if its end is deleted and it waits for the next."""
        text = self.inline.text(paragraph)
        if own.joined:
            self.carried.append(text)
            return None
        if self.carried:
            text = "".join((*self.carried, text))
            self.carried = []
        return "" if paragraph in self.contents or self._of_contents(text, own) else text

    def _of_contents(self, text: str, own: Properties) -> bool:
        """Whether a paragraph belongs to a table of contents by its style or the field it stands in."""
        if self.styles.style(own.style).contents:
            return True
        fields = self.inline.fields
        if fields.wrote_contents and is_line(text):
            return True  # others are what authors wrote in the middle of one
        return bool(fields.contents) and is_head(text)

    def _append(self, text: str, own: Properties, kind: BlockKind) -> None:
        label = self._label(text, own)
        lines = _split(text)
        if not lines:
            self.builder.gap()
            return
        if label:
            lines[0] = _labelled(label, lines[0])
        outline = self.styles.style(own.style).outline if own.outline is None else own.outline
        is_heading = outline is not None and outline < 9 and kind is BlockKind.PARAGRAPH
        if outline is not None and is_heading and sum(map(len, lines)) <= MAX_HEADING:
            self.builder.add("".join(lines), BlockKind.HEADING, level=outline + 1)
            return
        for line in lines:
            self.builder.add(line, kind)

    def _label(self, text: str, own: Properties) -> str:
        """The automatic number of a paragraph. An empty one counts, unless it is none to the reader."""
        style = self.styles.style(own.style)
        list_id = style.list_id if own.list_id is None else own.list_id
        if list_id is None or list_id == "0" or (own.uncounted and not text.strip()):
            return ""
        level = own.level
        if level is None and own.list_id is None:
            level = self.numbering.linked_level(list_id, style.chain)
        return self.numbering.next(list_id, (style.level if level is None else level) or 0)

    def _close(self, kind: BlockKind) -> None:
        """Append what a deleted paragraph end left waiting where no paragraph follows."""
        if self.carried:
            text, self.carried = "".join(self.carried), []
            for line in _split(text):
                self.builder.add(line, kind)

    def _table(self, table: Any, kind: BlockKind) -> None:  # noqa: ANN401 - an lxml element
        framed = lone_cell(table)
        if framed is not None:
            self.blocks(framed, kind)
            return
        number = self.tables
        self.tables += 1
        for row in rows(table, self._cell):
            if any(text for text, _ in row):
                cells = tuple(text for text, _ in row)
                self.builder.add(row_text(row), BlockKind.TABLE_ROW, cells=cells, table=number)
        self._boxes()

    def _cell(self, cell: Any) -> str:  # noqa: ANN401 - an lxml element
        lines = self._cell_lines(cell)
        if cell.find(_TBL) is not None:  # its rows must not run into each other
            return " ".join(" ".join(line.split()) for line in lines)
        return join_lines(lines)

    def _cell_lines(self, cell: Any) -> list[str]:  # noqa: ANN401 - an lxml element
        lines: list[str] = []
        for child in _block_children(cell):
            if child.tag == _P:
                own = properties(child.find(_PPR))
                text = self._text(child, own)
                if text is not None:
                    label = self._label(text, own)
                    # an empty paragraph shows its number too: a column of serial numbers is made so
                    lines += _split(_labelled(label, text) if label else text)
            elif child.tag == _TBL:
                lines += _split("".join(self.carried))
                self.carried = []
                lines += [row_text(row) for row in rows(child, self._cell, repeat=False)]
        lines += _split("".join(self.carried))
        self.carried = []
        return lines

    def _chunk(self, element: Any) -> None:  # noqa: ANN401 - an lxml element
        """Append a document taken in whole, each once."""
        name = None if self.parts is None else self.parts.by_id(element.get(f"{R}id"))
        raw = None
        if self.parts is not None and name is not None and name not in self.chunks and len(self.chunks) < _MAX_CHUNKS:
            self.chunks.add(name)
            raw = _taken_in(self.parts.package, name)
        if raw is None:
            self.builder.flag("annex_missing")
        else:
            self.tables = append(self.builder, raw, self.tables)


def _taken_in(package: Package, name: str) -> RawDocument | None:
    """The document of a w:altChunk; None if it cannot be read."""
    try:
        data = package.bytes(name) or b""
        return _read(data, package.path, inside=True) if is_docx(data) else read_chunk(data, package.path)
    except UnreadableFile:
        return None


def _labelled(label: str, text: str) -> str:
    """A text behind its automatic number, so that 1. of 2027年底前 does not become 1.2027."""
    text = text.lstrip(" \t")
    runs_on = label[-1] in "0123456789.．" and text[:1].isdecimal()
    return f"{label} {text}" if runs_on else label + text


def _split(text: str) -> list[str]:
    """The lines of a paragraph; none if there is only white space."""
    return text.strip("\n").split("\n") if text.strip() else []


def _block_children(parent: Any) -> Iterator[Any]:  # noqa: ANN401 - lxml elements
    """Paragraphs, tables and chunks directly below, through content controls and tracked insertions."""
    for child in parent:
        tag = child.tag
        if tag in _BLOCKS:
            yield child
        elif tag in _THROUGH:
            yield from _block_children(child)
        elif tag == f"{W}sdt":
            content = child.find(f"{W}sdtContent")
            if content is not None:
                yield from _block_children(content)
        elif tag == f"{MC}AlternateContent":
            choice = child.find(f"{MC}Choice")
            yield from _block_children(child if choice is None else choice)


def _margin_texts(parts: Parts, body: Any, kind: str) -> list[str]:  # noqa: ANN401 - an lxml element
    """The distinct texts of the headers or footers the sections refer to; page numbers alone say nothing."""
    references = (element.get(f"{R}id") for element in body.iter(f"{W}{kind}Reference"))
    names = dict.fromkeys(filter(None, map(parts.by_id, references)))
    texts = (_margin_text(parts.package.part(name)) for name in names)
    return list(dict.fromkeys(text for text in texts if any(c.isalpha() for c in text)))


def _margin_text(root: Any | None) -> str:  # noqa: ANN401 - an lxml element
    if root is None:
        return ""
    walk = _Walk(Builder("docx"), Inline.of(root), Numbering(), Styles())
    walk.blocks(root)
    return " ".join(walk.builder.finish().text.split())
