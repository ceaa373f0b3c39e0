"""The .docx of a letter, read again with python-docx: form of GB/T 9704, comments, clean copy, hostile characters."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kb.letters.docx import to_docx
from kb.letters.letter import Letter, Paragraph, Part, Run, Voice, gap
from kb.model import Citation

QUOTE = "到2028年底，建成公园30个。"
CITED = Citation(1, "p1", "r" * 16, "甲市公园计划", "甲政发〔2026〕3号", "一、目标", 10, 25, QUOTE)
LETTER = Letter(
    (
        Paragraph(Part.NUMBER, (Run("甲园提复〔2026〕1号"),)),
        Paragraph(Part.RESULT, (Run("（办理结果：A）"),)),
        Paragraph(Part.TITLE, (Run("甲市园林局关于第9号建议的答复"),)),
        Paragraph(Part.SALUTATION, (Run("王一代表："),)),
        Paragraph(Part.HEADING, (Run("一、下一步工作"),)),
        Paragraph(Part.SUBHEADING, (Run("（一）关于增设公园"),)),
        Paragraph(
            Part.BODY,
            (Run("按照《甲市公园计划》，"), Run(QUOTE, Voice.EVIDENCE, (1,), "k", ("有效性未标明",)), gap("厕所")),
        ),
        Paragraph(Part.SIGNATURE, (Run("甲市园林局"),)),
        Paragraph(Part.DATE, (Run("2026年6月1日"),)),
        Paragraph(Part.CONTACT, (Run("（联系人：王二）"),)),
        Paragraph(Part.COPIES, (Run("抄送：市人大常委会。"),)),
        Paragraph(Part.PRINTED, (Run("甲市园林局"), Run("　　"), Run("2026年6月1日"), Run("印发"))),
    ),
    (CITED,),
)


def opened(letter: Letter, *, review: bool = True) -> Any:
    return Document(io.BytesIO(to_docx(letter, review=review)))


def fonts(paragraph: Any) -> set[tuple[str, float]]:
    return {(r._r.rPr.rFonts.get(qn("w:eastAsia")), r.font.size.pt) for r in paragraph.runs if r.text}


def test_the_page_is_that_of_an_official_document() -> None:
    section = opened(LETTER).sections[0]
    sizes = (section.page_width, section.page_height, section.top_margin, section.bottom_margin, section.left_margin)
    expected = (Mm(210), Mm(297), Mm(37), Mm(35), Mm(28))
    assert [round(s.mm) for s in sizes] == [round(e.mm) for e in expected]
    assert round(section.right_margin.mm) == 26
    assert "".join(t.text or "" for t in section.footer._element.iter(qn("w:t"), qn("w:instrText"))) == "—  PAGE  —"
    assert section.even_page_footer.paragraphs[0].alignment != section.footer.paragraphs[0].alignment


def test_fonts_sizes_and_spacing_by_part() -> None:
    document = opened(LETTER)
    by_text = {p.text[:4]: p for p in document.paragraphs if p.text}
    assert fonts(by_text["甲市园林"]) == {("仿宋_GB2312", 16.0)}  # the signature comes last of the two
    title = next(p for p in document.paragraphs if p.text.startswith("甲市园林局关于"))
    assert fonts(title) == {("方正小标宋简体", 22.0)}
    assert fonts(by_text["一、下一"]) == {("黑体", 16.0)}
    assert fonts(by_text["（一）关"]) == {("楷体_GB2312", 16.0)}
    body = by_text["按照《甲"]
    assert fonts(body) == {("仿宋_GB2312", 16.0)}
    assert (body.paragraph_format.line_spacing, body.paragraph_format.first_line_indent) == (Pt(28.95), Pt(32))


def test_the_imprint_stands_between_rules() -> None:
    table = opened(LETTER).tables[0]
    assert [c.text for c in table.columns[0].cells] == ["抄送：市人大常委会。", "甲市园林局\t2026年6月1日印发"]
    borders = [row.cells[0]._tc.tcPr.find(qn("w:tcBorders")) for row in table.rows]
    assert [[b.get(qn("w:sz")) for b in border] for border in borders] == [["8", "6"], ["6", "8"]]


def test_the_review_copy_has_the_evidence_as_comments() -> None:
    document = opened(LETTER)
    (comment,) = document.comments
    assert comment.text == (
        f"[1] 《甲市公园计划》（甲政发〔2026〕3号） 一、目标：“{QUOTE}”（第 10–25 字）\n注意：有效性未标明"
    )
    marked = [r.text for p in document.paragraphs for r in p.runs if r.font.highlight_color is not None]
    assert marked == ["【待补充：厕所】"]


def test_the_clean_copy_has_the_same_words_and_nothing_else() -> None:
    review, clean = opened(LETTER), opened(LETTER, review=False)
    assert [p.text for p in clean.paragraphs] == [p.text for p in review.paragraphs]
    assert len(list(clean.comments)) == 0
    assert [r for p in clean.paragraphs for r in p.runs if r.font.highlight_color is not None] == []


def test_stand_ins_are_named_for_every_font() -> None:
    with zipfile.ZipFile(io.BytesIO(to_docx(LETTER))) as package:
        table = etree.fromstring(package.read("word/fontTable.xml"))
    named = {f.get(qn("w:name")): f.find(qn("w:altName")) for f in table}
    assert {"方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"} <= set(named)
    assert named["仿宋_GB2312"].get(qn("w:val")).startswith("仿宋,FangSong")


@settings(max_examples=25)
@given(st.text(st.characters(codec="utf-16", categories=("Cc", "Cs", "Cn", "Lo", "Po")), max_size=40))
def test_no_character_breaks_the_file(text: str) -> None:
    letter = Letter(
        (Paragraph(Part.TITLE, (Run(text),)), Paragraph(Part.BODY, (Run(text, Voice.EVIDENCE, (1,), "k"),))),
        (Citation(1, text, "r", text, text, text, 0, 1, text),),
    )
    opened(letter)


@pytest.mark.parametrize("text", ["\x00\x0b甲", "\ud800乙", "\ufffe丙", "a<b>&\"'"])
def test_forbidden_characters_are_shown_as_such(text: str) -> None:
    (paragraph,) = [p for p in opened(Letter((Paragraph(Part.BODY, (Run(text),)),))).paragraphs if p.text]
    assert paragraph.text[-1] == text[-1]
