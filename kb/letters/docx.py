"""A letter as .docx in the form of GB/T 9704-2012: fonts, spacing, margins, page numbers, imprint with rules.

The review copy carries each sentence's evidence as Word comments; the clean copy has none.
"""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kb.letters.letter import Letter, Paragraph, Part, Run, Voice
from kb.letters.wordxml import FONTS, child, font, name_fonts, rule, safe
from kb.model import Citation

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph as WordParagraph

_SONG, _FANG, _HEI, _KAI, _PLAIN = FONTS
_TITLE, _BODY, _SMALL = 22.0, 16.0, 14.0  # points: 二号, 三号, 四号
_LINE = 28.95
_MARGINS = {"top": 37.0, "bottom": 35.0, "left": 28.0, "right": 26.0}  # millimetres
_WIDTH = 156.0  # of the text
_STYLE = {Part.TITLE: (_SONG, _TITLE), Part.HEADING: (_HEI, _BODY), Part.SUBHEADING: (_KAI, _BODY)}
_AUTHOR, _INITIALS = "知策", "知"
_LONGEST_COMMENT = 600


def to_docx(letter: Letter, *, review: bool = True) -> bytes:
    """The file's bytes: with comments and marked gaps for review, or the clean copy."""
    from docx import Document as new_document

    document = new_document()
    _page(document)
    cited = {c.n: c for c in letter.citations}
    for paragraph, behind in pairwise((*letter.paragraphs, None)):
        if paragraph is not None and paragraph.part not in (Part.COPIES, Part.PRINTED):
            made = _add(document, paragraph, cited, review)
            if behind is not None and behind.part is Part.SIGNATURE:
                made.paragraph_format.keep_with_next = True  # no signature on a page without text
    _imprint(document, letter, review)
    name_fonts(document)
    properties = document.core_properties
    title = next((p.text for p in letter.paragraphs if p.part is Part.TITLE), "")
    properties.title, properties.author, properties.comments = safe(title)[:255], "", ""
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _page(document: Document) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(_MARGINS["top"]), Mm(_MARGINS["bottom"])
    section.left_margin, section.right_margin = Mm(_MARGINS["left"]), Mm(_MARGINS["right"])
    section.footer_distance = Mm(_MARGINS["bottom"] - 7 - 5)
    document.settings.odd_and_even_pages_header_footer = True
    normal = document.styles["Normal"]
    font(normal.element.get_or_add_rPr(), _FANG, _BODY)
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        _page_number(footer.paragraphs[0], side)


def _page_number(paragraph: WordParagraph, side: Any) -> None:  # noqa: ANN401 - an enum of docx
    """— 1 — in 四号 宋体, one character in from the edge; odd pages right, even ones left."""
    from docx.shared import Pt

    paragraph.alignment = side
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(_SMALL)
    for kind, text in (("", "— "), ("begin", ""), ("", " PAGE "), ("end", ""), ("", " —")):
        run = paragraph.add_run()
        font(run._r.get_or_add_rPr(), _PLAIN, _SMALL)
        if kind:
            child(run._r, "w:fldChar", {"w:fldCharType": kind})
        elif "PAGE" in text:
            child(run._r, "w:instrText", {"xml:space": "preserve"}).text = text
        else:
            run.text = text


def _add(document: Document, paragraph: Paragraph, cited: dict[int, Citation], review: bool) -> WordParagraph:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Pt

    made = document.add_paragraph()
    layout = made.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(_LINE)
    layout.space_before = layout.space_after = Pt(0)
    layout.widow_control = False
    part = paragraph.part
    if part is Part.TITLE:
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER
        layout.space_before = layout.space_after = Pt(_LINE / 2)
        layout.line_spacing = Pt(34)
        layout.keep_with_next = True
    elif part is Part.NUMBER:
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif part is Part.RESULT:
        made.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    elif part in (Part.SIGNATURE, Part.DATE):
        made.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        layout.right_indent = Pt(_BODY * (2 if part is Part.SIGNATURE else 4))
        layout.space_before = Pt(_LINE) if part is Part.SIGNATURE else Pt(0)
        layout.keep_with_next = part is Part.SIGNATURE
    elif part is not Part.SALUTATION:
        made.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        layout.first_line_indent = Pt(_BODY * 2)
        layout.keep_with_next = part in (Part.HEADING, Part.SUBHEADING)
    font, size = _STYLE.get(part, (_FANG, _BODY))
    for run in paragraph.runs:
        _add_run(document, made, run, (font, size), cited, review)
    return made


def _add_run(
    document: Document,
    made: WordParagraph,
    run: Run,
    style: tuple[str, float],
    cited: dict[int, Citation],
    review: bool,
) -> None:
    from docx.enum.text import WD_COLOR_INDEX

    word = made.add_run(safe(run.text))
    font(word._r.get_or_add_rPr(), *style)
    if not review:
        return
    if run.voice is Voice.GAP:
        word.font.highlight_color = WD_COLOR_INDEX.YELLOW
    told = _comment(run, cited)
    if told:
        document.add_comment(word, text=told, author=_AUTHOR, initials=_INITIALS)


def _comment(run: Run, cited: dict[int, Citation]) -> str:
    """What a reviewer reads beside a run: the evidence in the document's own words, and what to mind."""
    lines = []
    for n in run.citations:
        citation = cited[n]
        number = f"（{citation.doc_number}）" if citation.doc_number else ""
        quote = " ".join(citation.quote.split())
        section = f" {citation.section}" if citation.section else ""
        lines.append(f"[{n}] 《{citation.title}》{number}{section}：“{quote}”（第 {citation.start}–{citation.end} 字）")
    if run.voice is Voice.REWORDED:
        lines.append("这句话经模型改写，数字和说法已核对。")
    if run.voice is Voice.WRITER:
        lines.append("撰稿人自己的话，没有经过核对。")
    lines += [f"注意：{note}" for note in run.notes]
    return safe("\n".join(lines))[:_LONGEST_COMMENT]


def _imprint(document: Document, letter: Letter, review: bool) -> None:
    """版记: 抄送 and 印发 between rules at the foot of the last page, in 四号 仿宋, one character in from the edges."""
    from docx.enum.text import WD_LINE_SPACING, WD_TAB_ALIGNMENT
    from docx.shared import Mm, Pt

    lines = [p for p in letter.paragraphs if p.part in (Part.COPIES, Part.PRINTED)]
    if not lines:
        return
    table = document.add_table(rows=len(lines), cols=1)
    _at_foot(table)
    for n, (row, paragraph) in enumerate(zip(table.rows, lines, strict=True)):
        cell = row.cells[0]
        cell.width = Mm(_WIDTH)
        _rules(cell, top=n == 0, bottom=n + 1 == len(lines))
        made = cell.paragraphs[0]
        layout = made.paragraph_format
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(_LINE)
        layout.space_before = layout.space_after = Pt(0)
        layout.left_indent = layout.right_indent = Pt(_SMALL)
        layout.tab_stops.add_tab_stop(Mm(_WIDTH) - Pt(_SMALL), WD_TAB_ALIGNMENT.RIGHT)
        for run in paragraph.runs:
            text = "\t" if run.text == "　　" else run.text
            _add_run(document, made, Run(text, run.voice, run.citations), (_FANG, _SMALL), {}, review)
    last = document.add_paragraph()  # Word wants one behind a table; this takes no room
    layout = last.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(1)
    layout.space_before = layout.space_after = Pt(0)


def _at_foot(table: Table) -> None:
    """Let a table float at the foot of the text area, as wide as that."""
    from docx.shared import Mm

    properties = table._tbl.tblPr
    place = {"w:vertAnchor": "margin", "w:horzAnchor": "margin", "w:tblpXSpec": "left", "w:tblpYSpec": "bottom"}
    floating = child(properties, "w:tblpPr", {"w:topFromText": str(int(Mm(4).twips)), **place})
    properties.remove(floating)
    styled = sum(child.tag.rpartition("}")[2] == "tblStyle" for child in properties)
    properties.insert(styled, floating)  # the schema's order
    table.autofit = False


def _rules(cell: _Cell, *, top: bool, bottom: bool) -> None:
    """Rules of a row: the outer ones 0.35 mm, those between 0.25 mm."""
    borders = child(cell._tc.get_or_add_tcPr(), "w:tcBorders", {})
    child(borders, "w:top", rule(8 if top else 6))
    child(borders, "w:bottom", rule(8 if bottom else 6))
