"""A conversation as .docx: each question a heading, the answer with raised numbers, the sources behind it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from kb.conversations.model import Conversation, Turn
from kb.conversations.plain import UNANSWERED, named, said
from kb.letters.wordxml import FONTS, font, name_fonts, safe
from kb.model import Answer

if TYPE_CHECKING:
    from docx.document import Document

_SONG, _FANG, _HEI, _KAI, _PLAIN = FONTS
_TITLE, _QUESTION, _BODY, _SMALL = 18.0, 14.0, 12.0, 10.5  # points


def to_docx(conversation: Conversation) -> bytes:
    """The file's bytes: the turns, then all sources as a list of notes, numbered by question and citation."""
    from docx import Document as new_document
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    document = new_document()
    document.core_properties.title = safe(conversation.title)[:255]
    document.core_properties.author = document.core_properties.comments = ""
    font(document.styles["Normal"].element.get_or_add_rPr(), _FANG, _BODY)
    _line(document, conversation.title, (_SONG, _TITLE)).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for turn in conversation.turns:
        _turn(document, turn)
    _notes(document, conversation)
    _line(document, f"由知策导出，{conversation.saved_on[:10]}。引文为原文。", (_PLAIN, _SMALL))
    name_fonts(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _turn(document: Document, turn: Turn) -> None:
    _heading(document, f"{turn.n}. {turn.question}", 1)
    if turn.answer is None:
        _line(document, turn.problem or UNANSWERED[turn.state])
        return
    _answer(document, turn.n, turn.answer)
    for warning in turn.answer.warnings:
        _line(document, f"注意：{warning}", (_KAI, _SMALL))


def _answer(document: Document, number: int, answer: Answer) -> None:
    if answer.abstained:
        for line in said(answer):
            _line(document, line)
        return
    if answer.understood:
        _line(document, f"按“{answer.understood}”理解。", (_KAI, _SMALL))
    for sentence in answer.sentences:
        made = _line(document, sentence.text)
        for n in sentence.citations:
            mark = made.add_run(f"[{number}-{n}]")
            font(mark._r.get_or_add_rPr(), _PLAIN, _SMALL)
            mark.font.superscript = True


def _notes(document: Document, conversation: Conversation) -> None:
    cited = [(t.n, c) for t in conversation.turns if t.answer for c in t.answer.citations]
    if not cited:
        return
    _heading(document, "依据", 1)
    for number, citation in cited:
        _line(
            document, f"[{number}-{citation.n}] {named(citation)}", (_HEI, _SMALL)
        ).paragraph_format.keep_with_next = True
        quote = _line(document, f"“{' '.join(citation.quote.split())}”", (_KAI, _SMALL))
        quote.paragraph_format.left_indent = quote.paragraph_format.right_indent = _points(21)


def _heading(document: Document, text: str, level: int) -> Any:  # noqa: ANN401 - a paragraph of docx
    from docx.shared import RGBColor

    made = document.add_heading("", level)
    run = made.add_run(safe(text))
    font(run._r.get_or_add_rPr(), _HEI, _QUESTION)
    run.font.color.rgb = RGBColor(0, 0, 0)
    return made


def _line(document: Document, text: str, style: tuple[str, float] = (_FANG, _BODY)) -> Any:  # noqa: ANN401
    made = document.add_paragraph()
    made.paragraph_format.space_after = _points(4)
    made.paragraph_format.line_spacing = 1.4
    font(made.add_run(safe(text))._r.get_or_add_rPr(), *style)
    return made


def _points(size: float) -> Any:  # noqa: ANN401 - a length of docx
    from docx.shared import Pt

    return Pt(size)
