"""Turns of the conversation as HTML."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import html

from kb.model import Answer, AnswerSentence, Citation, PolicyDocument
from tests.fake_base import FakeBase, header, hostile, plan
from ui.answers import answer_body, evidence_cards, problem, sentences, turn, waiting


def cite(document: PolicyDocument, quote: str, n: int = 1) -> Citation:
    start = document.text.index(quote)
    return Citation(
        n, document.policy_id, document.revision, document.display_title, document.doc_number, None, start,
        start + len(quote), quote,
    )  # fmt: skip


def texts(fragment: str, path: str) -> list[str]:
    return [node.text_content() for node in html.fragment_fromstring(fragment, create_parent="div").cssselect(path)]


def test_sentences_link_to_the_cards_of_their_own_turn() -> None:
    shown = (AnswerSentence("甲<乙。", (1, 2)), AnswerSentence("丙。"))
    assert sentences(4, shown) == (
        '<p class="sentence">甲&lt;乙。<a class="cite" href="#t4c1" aria-label="依据 1">[1]</a>'
        '<a class="cite" href="#t4c2" aria-label="依据 2">[2]</a></p><p class="sentence">丙。</p>'
    )


def test_a_card_shows_the_quotation_inside_its_paragraph_and_opens_the_document_there() -> None:
    document = plan()
    citation = replace(cite(document, "按每平方米200元给予补助"), section="二、主要任务 > （一）扩大空间供给")
    card = evidence_cards(2, (citation,), lambda *_: document)
    assert card == (
        '<article class="card" id="t2c1" tabindex="-1"><h3><span class="n">1</span>云栖县小微企业园提升三年行动计划'
        '<span class="number">云政办〔2025〕7号</span></h3><p class="facts"><span class="badge kind">行动计划</span>'
        '<span class="badge ok">现行</span><span>云栖县人民政府办公室</span><span>浙江省杭州市</span>'
        '<span>2025-02-10</span></p><p class="section">二、主要任务 &gt; （一）扩大空间供给</p><blockquote>'
        "　　盘活闲置厂房，对改造面积超过5000平方米的项目，<mark>按每平方米200元给予补助</mark>，单个项目最高300万元。"
        f'</blockquote><p class="open"><a href="/doc/p1?revision={document.revision}&amp;start={citation.start}'
        f'&amp;end={citation.end}#quote" target="_blank" rel="noopener">查看原文</a></p></article>'
    )


def test_a_long_paragraph_is_cut_around_the_quotation() -> None:
    document = PolicyDocument("前" * 500 + "引文" + "后" * 500, policy_id="p")
    card = evidence_cards(1, (cite(document, "引文"),), lambda *_: document)
    assert texts(card, "blockquote") == ["…" + "前" * 140 + "引文" + "后" * 140 + "…"]
    assert texts(card, "mark") == ["引文"]


def test_a_quotation_over_paragraphs_keeps_both() -> None:
    document = PolicyDocument("一行甲。\n二行乙。\n三行丙。\n", policy_id="p")
    card = evidence_cards(1, (cite(document, "甲。\n二行"),), lambda *_: document)
    assert (texts(card, "blockquote"), texts(card, "mark")) == (["一行甲。\n二行乙。"], ["甲。\n二行"])


@pytest.mark.parametrize("found", [None, PolicyDocument("另一份文字", policy_id="p1")])
def test_a_card_without_its_revision_shows_the_quotation_alone(found: PolicyDocument | None) -> None:
    card = evidence_cards(1, (cite(plan(), "入园企业达到900家"),), lambda *_: found)
    assert texts(card, "blockquote") == texts(card, "mark") == ["入园企业达到900家"]


def test_a_digest_is_never_shown_as_the_document_itself() -> None:
    document = replace(plan(), digest_of="原<文>")
    card = evidence_cards(1, (cite(document, "入园企业达到900家"),), lambda *_: document)
    assert texts(card, ".digest") == ["摘要，不代替原文件：原<文>"]


def test_a_refusal_has_its_reason_and_links_to_the_nearest_documents() -> None:
    near = header(plan())
    answer = Answer("q", abstained=True, reason="没有<依据>。", nearest=(near,), warnings=("地区不同",))
    body = answer_body(1, answer)
    assert texts(body, ".reason") == ["无法回答。没有<依据>。"]
    assert texts(body, ".refusal li a") == ["云栖县小微企业园提升三年行动计划云政办〔2025〕7号"]
    assert html.fragment_fromstring(body, create_parent="div").cssselect("li a")[0].get("href") == "/doc/p1"
    assert texts(body, ".warnings li") == ["地区不同"]


def test_a_turn_has_a_place_for_evidence_only_with_evidence() -> None:
    assert turn(3, "问<b>？", "筛选：通知", waiting("等<等"), "") == (
        '<section class="turn" id="t3"><div class="question"><p>问&lt;b&gt;？</p><p class="limits">筛选：通知</p></div>'
        '<div class="answer"><p class="waiting" role="status">等&lt;等</p></div></section>'
    )
    assert turn(3, "问", "", problem("坏"), "<i></i>") == (
        '<section class="turn with-evidence" id="t3"><div class="question"><p>问</p></div><div class="answer">'
        '<div class="notice problem" role="alert"><p>坏</p></div></div>'
        '<aside class="evidence" aria-label="依据"><i></i></aside></section>'
    )


def test_nothing_hostile_becomes_markup() -> None:
    base = FakeBase([hostile()])
    question = "企业可填写<script>alert(9)</script>表格，详见"
    answer = base.ask(question)
    page = turn(1, question, "", answer_body(1, answer), evidence_cards(1, answer.citations, base.document))
    tree = html.fragment_fromstring(page)
    assert {e.tag for e in tree.iter()} == {
        "section", "div", "p", "a", "aside", "article", "h3", "span", "blockquote", "mark",
    }  # fmt: skip
    assert [a for e in tree.iter() for a in e.attrib if a.startswith("on")] == []
    assert tree.cssselect("mark")[0].text_content() == answer.citations[0].quote
