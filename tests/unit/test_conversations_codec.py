"""What a conversation keeps comes back as it was, and what is exported shows every letter and runs none."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from kb.conversations.codec import decode_answer, decode_filters, encode_answer, encode_filters
from kb.conversations.export import conversation_file
from kb.conversations.markdown import literal
from kb.conversations.model import Conversation, Turn, TurnState
from kb.conversations.plain import plain_answer
from kb.errors import Corrupt, KBError
from kb.model import Answer, AnswerSentence, Citation, DocumentHeader, Filters
from tests.conversations import FILTERS, QUESTION, answer, refusal

HOSTILE = (
    "<script>alert(1)</script> **粗** [x](javascript:alert(2)) `c` ![i](http://e/) # _i_ 1. &amp; {{7*7}} |a| ~~d~~"
)
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
CITATION = st.builds(Citation, n=st.integers(1, 99), policy_id=TEXT, revision=TEXT, title=TEXT,
                     doc_number=st.none() | TEXT, section=st.none() | TEXT, start=st.integers(0), end=st.integers(0),
                     quote=TEXT, source=st.none() | TEXT)  # fmt: skip


def few(what: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(what, max_size=2).map(tuple)


ANSWER = st.builds(
    Answer,
    question=TEXT,
    sentences=few(st.builds(AnswerSentence, TEXT, few(st.integers(1, 99)), st.booleans())),
    citations=few(CITATION),
    abstained=st.booleans(),
    reason=st.none() | TEXT,
    nearest=few(st.from_type(DocumentHeader)),
    warnings=few(TEXT),
    mode=TEXT,
    understood=st.none() | TEXT,
    timings_ms=st.dictionaries(TEXT, FINITE, max_size=2),
)


@given(ANSWER)
def test_an_answer_comes_back_as_it_was(made: Answer) -> None:
    assert decode_answer(encode_answer(made)) == made


@given(st.from_type(Filters))
def test_filters_come_back_as_they_were(made: Filters) -> None:
    assert decode_filters(encode_filters(made)) == made


@pytest.mark.parametrize("payload", ["", "{}", "[1]", '{"question": 3}', '{"question": "x", "sentences": [{}]}'])
def test_what_is_no_answer_is_said_to_be_none(payload: str) -> None:
    with pytest.raises(Corrupt, match="对话里有一处回答无法读取"):
        decode_answer(payload)


def test_an_answer_to_be_pasted_has_its_numbered_sources() -> None:
    assert plain_answer(answer()) == (
        "到2027年，全县新增园区面积80万平方米，入园企业达到900家，每年举办对接活动不少于40场。[1]\n\n依据：\n"
        "[1] 《云栖县小微企业园提升三年行动计划》（云政办〔2025〕7号），一、总体目标："
        "“到2027年，全县新增园区面积80万平方米，入园企业达到900家，每年举办对接活动不少于40场。”\n注意：另有较新的版本"
    )
    assert plain_answer(refusal()) == "无法回答。没有足够的依据。"


def conversation(text: str) -> Conversation:
    """Everything that comes from elsewhere is the text."""
    made = answer(text)
    cited = replace(made.citations[0], title=text, doc_number=text, section=text, quote=text)
    hostile = replace(made, sentences=(AnswerSentence(text, (1,)),), citations=(cited,), warnings=(text,))
    turns = (
        Turn("t1", "c1", 1, text, FILTERS, "2026-03-05", "2026-03-05T01:00:00", TurnState.ANSWERED, answer=hostile),
        Turn("t2", "c1", 2, text, FILTERS, "2026-03-05", "2026-03-05T01:00:00", TurnState.LOST),
    )
    return Conversation("c1", text, "2026-03-05T01:00:00", "2026-03-05T01:00:00", FILTERS, turns)


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1).filter(lambda t: t.split()))
def test_markdown_shows_a_text_letter_by_letter(text: str) -> None:
    (paragraph,) = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(literal(text))[1:-1]
    assert {t.type for t in paragraph.children or []} <= {"text", "text_special"}
    assert "".join(t.content for t in paragraph.children or []) == " ".join(text.split())


def test_a_conversation_as_markdown() -> None:
    text = conversation_file(conversation(HOSTILE), ".md").decode()
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)
    inline = [c for t in tokens if t.type == "inline" for c in t.children or []]
    assert {c.type for c in inline} <= {"text", "text_special", "strong_open", "strong_close"}
    assert [t.type for t in tokens if t.type.startswith(("html", "table", "code", "fence"))] == []
    shown = ["".join(c.content for c in t.children or []) for t in tokens if t.type == "inline"]
    assert (shown[0], shown[1], shown[2]) == (HOSTILE, f"1. {HOSTILE}", f"{HOSTILE}[1]")
    assert shown[-2:] == ["没有答完：程序中途停了。", "由知策导出，2026-03-05。引文为原文。"]


def test_a_conversation_as_docx() -> None:
    bad = HOSTILE + "\x00\x1b"
    lines = [p.text for p in Document(io.BytesIO(conversation_file(conversation(bad), ".docx"))).paragraphs]
    shown = HOSTILE + "\ufffd\ufffd"
    assert lines == [
        shown, f"1. {shown}", f"{shown}[1-1]", f"注意：{shown}", f"2. {shown}", "没有答完：程序中途停了。", "依据",
        f"[1-1] 《{shown}》（{shown}），{shown}", f"“{shown}”", "由知策导出，2026-03-05。引文为原文。",
    ]  # fmt: skip


def test_another_kind_of_file_is_refused() -> None:
    with pytest.raises(KBError, match="不能导出为 .exe"):
        conversation_file(conversation(QUESTION), ".exe")
