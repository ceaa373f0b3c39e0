"""Word .docx: paragraphs with their automatic numbers, insertions in, deletions out, tables, notes, headers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.raw import BlockKind, RawDocument
from ingest.readers.build import Builder, join_lines, row_text
from ingest.readers.docx_numbering import Numbering
from ingest.readers.docx_package import Package, W
from ingest.readers.docx_styles import Styles
from kb.errors import UnreadableFile

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_GONE_NAMES = ("del", "moveFrom", "delText", "instrText", "rt", "commentReference", "pPr", "rPr")
_GONE = frozenset(f"{W}{name}" for name in _GONE_NAMES)
_CHARACTERS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}
_MAX_HEADING = 120
_MAX_COLUMNS = 200


def read_docx(data: bytes, path: str) -> RawDocument:
    """The document of a .docx file. Raises UnreadableFile if it is damaged, too large when unpacked, or empty."""
    package = Package(data, path)
    name = package.main_name()
    root = package.part(name)
    body = None if root is None else root.find(f"{W}body")
    if body is None:
        raise UnreadableFile(path, "docx 里没有正文（word/document.xml），可能已损坏。请重新获取该文件")
    relations = package.relations(name)
    folder = name.rpartition("/")[0]
    walk = _Walk(
        Builder("docx", _core_properties(package)),
        Numbering.of(package.part(f"{folder}/numbering.xml")),
        Styles.of(package.part(f"{folder}/styles.xml")),
    )
    headers, footers = (_margin_texts(package, body, relations, kind) for kind in ("header", "footer"))
    for text in headers:
        walk.builder.add(text, BlockKind.HEADER)
    walk.blocks(body)
    walk.close()
    walk.notes(package.part(f"{folder}/footnotes.xml"), f"{W}footnote")
    walk.notes(package.part(f"{folder}/endnotes.xml"), f"{W}endnote")
    for text in footers:
        walk.builder.add(text, BlockKind.HEADER)
    if all(block.kind is BlockKind.HEADER for block in walk.builder.blocks):
        raise UnreadableFile(path, "docx 里没有文字（可能是扫描图片）。请用文字识别软件转成文字后再试")
    return walk.builder.finish()


@dataclass(slots=True)
class _Walk:
    """One pass over the body, keeping the counters of lists, the notes met, and text waiting for its paragraph."""

    builder: Builder
    numbering: Numbering
    styles: Styles
    tables: int = 0
    note_ids: dict[str, list[str]] = field(default_factory=lambda: {f"{W}footnote": [], f"{W}endnote": []})
    carried: str = ""
    boxes: list[Any] = field(default_factory=list)

    def blocks(self, parent: Any, kind: BlockKind = BlockKind.PARAGRAPH) -> None:  # noqa: ANN401 - an lxml element
        """Append the paragraphs and tables of a body, text box or note."""
        for child in _block_children(parent):
            if child.tag == f"{W}p":
                self._paragraph(child, kind)
            else:
                self._table(child)

    def close(self) -> None:
        """Append what a deleted paragraph end left waiting."""
        if self.carried:
            self.builder.add(self.carried, BlockKind.PARAGRAPH)
            self.carried = ""

    def notes(self, root: Any | None, tag: str) -> None:  # noqa: ANN401 - an lxml element
        """Append the foot or end notes referred to, in the order of their marks."""
        if root is None:
            return
        by_id = {note.get(f"{W}id"): note for note in root.iter(tag)}
        for number, note_id in enumerate(self.note_ids[tag], 1):
            note = by_id.get(note_id)
            lines = [] if note is None else [line for p in note.iter(f"{W}p") for line in self._lines(p)]
            if lines:
                self.builder.add(f"注{number}：{join_lines(lines)}", BlockKind.PARAGRAPH)

    def _paragraph(self, paragraph: Any, kind: BlockKind) -> None:  # noqa: ANN401 - an lxml element
        lines = self._lines(paragraph)
        boxes, self.boxes = self.boxes, []
        if paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            self.carried += "".join(lines)  # its end was deleted: the next paragraph goes on with it
        else:
            self._append(paragraph, lines, kind)
        for box in boxes:
            self.blocks(box, BlockKind.TEXTBOX)

    def _append(self, paragraph: Any, lines: list[str], kind: BlockKind) -> None:  # noqa: ANN401 - an lxml element
        if self.carried:
            lines = [self.carried + (lines[0] if lines else ""), *lines[1:]]
            self.carried = ""
        lines = self._numbered(paragraph, lines)
        outline = self.styles.outline(paragraph.find(f"{W}pPr"))
        if not lines:
            self.builder.gap()
        elif outline is not None and kind is BlockKind.PARAGRAPH and sum(map(len, lines)) <= _MAX_HEADING:
            self.builder.add("".join(lines), BlockKind.HEADING, level=outline + 1)
        else:
            for line in lines:
                self.builder.add(line, kind)

    def _numbered(self, paragraph: Any, lines: list[str]) -> list[str]:  # noqa: ANN401 - an lxml element
        """The lines with the paragraph's automatic number in front; an empty paragraph counts but shows nothing."""
        place = self.styles.list_of(paragraph.find(f"{W}pPr"))
        label = self.numbering.next(*place) if place is not None else ""
        return [label + lines[0].lstrip(" \t"), *lines[1:]] if label and lines else lines

    def _lines(self, paragraph: Any) -> list[str]:  # noqa: ANN401 - an lxml element
        """The text of a paragraph, a line for each manual break; empty if there is only white space."""
        text = "".join(self._runs(paragraph))
        return text.strip("\n").split("\n") if text.strip() else []

    def _runs(self, node: Any) -> Iterator[str]:  # noqa: ANN401 - an lxml element
        for child in node:
            tag = child.tag
            if tag in _GONE or not isinstance(tag, str) or (tag == f"{W}r" and _vanished(child)):
                continue
            character = _character(child)
            if character is not None:
                yield character
            elif tag in {f"{W}footnoteReference", f"{W}endnoteReference"}:
                self._note(tag, child.get(f"{W}id"))
            elif tag == f"{W}txbxContent":
                self.boxes.append(child)
            elif tag == f"{_MC}AlternateContent":
                choice = child.find(f"{_MC}Choice")
                yield from self._runs(choice if choice is not None else child)
            else:
                yield from self._runs(child)

    def _note(self, tag: str, note_id: str | None) -> None:
        ids = self.note_ids[tag.removesuffix("Reference")]
        if note_id is not None and note_id not in ids:
            ids.append(note_id)

    def _table(self, table: Any) -> None:  # noqa: ANN401 - an lxml element
        number = self.tables
        self.tables += 1
        above: list[tuple[str, bool]] = []
        for row in _below(table, f"{W}tr"):
            if row.find(f"{W}trPr/{W}del") is not None:
                continue
            above = self._row(row, above)
            if any(text for text, _ in above):
                cells = tuple(text for text, _ in above)
                self.builder.add(row_text(above), BlockKind.TABLE_ROW, cells=cells, table=number)
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            self.blocks(box, BlockKind.TEXTBOX)

    def _row(self, row: Any, above: list[tuple[str, bool]]) -> list[tuple[str, bool]]:  # noqa: ANN401
        out: list[tuple[str, bool]] = [("", False)] * _int_of(row.find(f"{W}trPr/{W}gridBefore"), 0)
        for cell in _below(row, f"{W}tc"):
            properties = cell.find(f"{W}tcPr")
            merge = None if properties is None else properties.find(f"{W}vMerge")
            span = _int_of(None if properties is None else properties.find(f"{W}gridSpan"), 1)
            continued = merge is not None and merge.get(f"{W}val") != "restart" and len(out) < len(above)
            text = above[len(out)][0] if continued else join_lines(self._cell(cell))
            out.extend((text, offset > 0) for offset in range(min(span, _MAX_COLUMNS)))
        return out

    def _cell(self, cell: Any) -> list[str]:  # noqa: ANN401 - an lxml element
        lines: list[str] = []
        for child in _block_children(cell):
            if child.tag == f"{W}p":
                lines.extend(self._numbered(child, self._lines(child)))
            else:
                for row in _below(child, f"{W}tr"):
                    lines.append(row_text(self._row(row, [])))
        return lines


def _block_children(parent: Any) -> Iterator[Any]:  # noqa: ANN401 - lxml elements
    """Paragraphs and tables directly below, through content controls and tracked insertions."""
    for child in parent:
        if child.tag in {f"{W}p", f"{W}tbl"}:
            yield child
        elif child.tag == f"{W}sdt":
            content = child.find(f"{W}sdtContent")
            if content is not None:
                yield from _block_children(content)
        elif child.tag in {f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"}:
            yield from _block_children(child)
        elif child.tag == f"{_MC}AlternateContent":
            choice = child.find(f"{_MC}Choice")
            yield from _block_children(choice if choice is not None else child)


def _below(parent: Any, tag: str) -> Iterator[Any]:  # noqa: ANN401 - lxml elements
    """Rows of a table or cells of a row, through content controls, not those of tables inside."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"}:
            yield from _below(child, tag)


def _margin_texts(package: Package, body: Any, relations: dict[str, str], kind: str) -> list[str]:  # noqa: ANN401
    """The distinct texts of the headers or footers the sections refer to; page numbers alone say nothing."""
    found: list[str] = []
    for reference in body.iter(f"{W}{kind}Reference"):
        name = relations.get(reference.get(f"{_R}id") or "")
        root = package.part(name) if name else None
        walk = _Walk(Builder("docx"), Numbering(), Styles())
        if root is not None:
            walk.blocks(root)
        text = " ".join(walk.builder.finish().text.split())
        if any(c.isalpha() for c in text) and text not in found:
            found.append(text)
    return found


def _core_properties(package: Package) -> dict[str, str]:
    """Title, creator, dates … of docProps/core.xml under their names there."""
    root = package.part("docProps/core.xml")
    meta: dict[str, str] = {}
    for child in () if root is None else root:
        value = (child.text or "").strip()
        if value and isinstance(child.tag, str):
            meta[child.tag.rpartition("}")[2]] = value
    return meta


def _character(element: Any) -> str | None:  # noqa: ANN401 - an lxml element
    """The text of an element that is one piece of text or one character; None for a container."""
    tag = element.tag
    if tag in {f"{W}t", f"{_M}t"}:
        return element.text or ""
    if tag == f"{W}br":
        return "" if element.get(f"{W}type") in {"page", "column"} else "\n"
    if tag == f"{W}sym":
        return _symbol(element.get(f"{W}char"))
    return _CHARACTERS.get(tag)


def _vanished(run: Any) -> bool:  # noqa: ANN401 - an lxml element
    hidden = run.find(f"{W}rPr/{W}vanish")
    return hidden is not None and hidden.get(f"{W}val") not in {"0", "false", "off"}


def _symbol(code: str | None) -> str:
    """A character of a symbol font; those in the private area (boxes, ticks) mean nothing as text."""
    try:
        value = int(code or "", 16)
    except ValueError:
        return ""
    return "" if 0xE000 <= value <= 0xF8FF or value > 0x10FFFF or value < 32 else chr(value)


def _int_of(element: Any | None, default: int) -> int:  # noqa: ANN401 - an lxml element
    value = "" if element is None else element.get(f"{W}val") or ""
    return max(default, int(value)) if value.isdigit() else default
