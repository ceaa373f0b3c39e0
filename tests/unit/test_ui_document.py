"""The document page: its text is the document's text, its highlight the quotation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from kb.model import PolicyDocument, Relation, Section, Span, Status, Version
from tests.fake_base import hostile, plan
from ui.document import DocumentView, document_page, not_found_page

LINES = st.lists(st.sampled_from(["", " ", "一、总则", "　　正文<b>与 | 竖线。", "甲 | 乙", "句。" * 20]), max_size=12)


def article(page: str) -> html.HtmlElement:
    return html.document_fromstring(page).get_element_by_id("text")


def marks(page: str) -> str:
    return "".join(m.text_content() for m in article(page).iter("mark"))


@given(LINES, st.integers(0, 300), st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_text_and_highlight_are_exact(lines: list[str], a: int, b: int, c: int, d: int) -> None:
    text = "\n".join(lines)
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    first, last = sorted((min(c, len(text)), min(d, len(text))))
    sections = (Section("一、", "总则", "一、总则", 1, first, last),) if first < last else ()
    document = PolicyDocument(text, policy_id="p", sections=sections)
    page = document_page(DocumentView(document, Span(start, end)))
    assert article(page).text_content() == text
    assert marks(page) == text[start:end]
    assert len(article(page).cssselect("#quote")) == (1 if start < end else 0)


@pytest.mark.parametrize(
    "quote", ["入园企业达到900家", "一、总体目标\n到2027年", "入园企业 | 600家", " | 2027年\n入园"]
)
def test_a_quotation_is_marked_in_paragraphs_headings_and_tables(quote: str) -> None:
    document = plan()
    start = document.text.index(quote)
    page = document_page(DocumentView(document, Span(start, start + len(quote))))
    assert (article(page).text_content(), marks(page)) == (document.text, quote)


@pytest.mark.parametrize(("expires_on", "shown"), [("2001-12-31", "失效"), ("9999-12-31", "现行")])
def test_the_page_shows_the_status_of_today(expires_on: str, shown: str) -> None:
    document = replace(plan(), status=Status.UNKNOWN, effective_from=None, expires_on=expires_on)
    page = html.document_fromstring(document_page(DocumentView(document)))
    assert [b.text_content() for b in page.cssselect("p.facts .badge")] == [document.kind.value, shown]


def test_sections_are_headings_and_the_tree_leads_to_them() -> None:
    page = html.document_fromstring(document_page(DocumentView(plan())))
    links = [(a.get("href"), a.text_content()) for a in page.cssselect("nav a")]
    assert links == [
        ("#s0", "一、总体目标"),
        ("#s1", "二、主要任务"),
        ("#s2", "（一）扩大空间供给"),
        ("#s3", "（二）提升服务能力"),
        ("#s4", "三、附则"),
    ]
    headings = [
        (h.tag, h.text_content().strip(), h.cssselect(".anchor")[0].get("id")) for h in page.cssselect("h2, h3")
    ]
    assert headings == [
        ("h2", "一、总体目标", "s0"),
        ("h2", "二、主要任务", "s1"),
        ("h3", "（一）扩大空间供给", "s2"),
        ("h3", "（二）提升服务能力", "s3"),
        ("h2", "三、附则", "s4"),
    ]


def test_a_section_without_a_title_is_named_by_its_first_words() -> None:
    text = "1.新增用房面积。\n2.按季度公布各镇街完成情况并对排名靠后的进行约谈。\n"
    second = text.index("2.")
    sections = (Section("1.", "", "1.", 1, 0, second), Section("2.", "", "2.", 1, second, len(text)))
    page = html.document_fromstring(document_page(DocumentView(PolicyDocument(text, sections=sections))))
    assert [a.text_content() for a in page.cssselect("nav a")] == [
        "1.新增用房面积。",
        "2.按季度公布各镇街完成情况并对排名靠后的进…",
    ]


def test_a_table_is_rows_and_cells() -> None:
    page = article(document_page(DocumentView(plan())))
    rows = [[td.text_content().strip(" |\n") for td in tr.iter("td")] for tr in page.iter("tr")]
    assert rows == [["指标", "2026年", "2027年"], ["入园企业", "600家", "900家"]]


def test_metadata_is_what_the_document_states() -> None:
    page = html.document_fromstring(document_page(DocumentView(plan())))
    facts = {d[0].text_content(): d[1].text_content() for d in page.cssselect("dl div")}
    assert facts == {
        "发文机关": "云栖县人民政府办公室",
        "发文字号": "云政办〔2025〕7号",
        "地区": "浙江省杭州市",
        "成文日期": "2025-02-10",
        "施行日期": "2025-03-01",
        "来源": "plan.md",
        "编号": "p1",
        "修订": plan().revision,
    }


def test_notices_for_old_revisions_digests_and_lost_places() -> None:
    view = DocumentView(replace(plan(), digest_of="原件"), current_revision="0" * 16, notice="位置<不在>")
    page = html.document_fromstring(document_page(view))
    assert [n.text_content() for n in page.cssselect(".notice")] == [
        "这不是该文件的当前版本，而是引用时的版本。打开当前版本",
        "这是摘要，不代替原文件：原件",
        "位置<不在>",
    ]
    assert html.document_fromstring(document_page(DocumentView(plan(), current_revision=plan().revision))).cssselect(
        ".notice"
    ) == []  # fmt: skip


def relation(relation: str, day: str, **fields: str) -> Relation:
    values = {"title": "云栖县<新>计划", "quote": "对《云栖县计划》作如下修改", "policy_id": "r"} | fields
    return Relation(
        relation=relation, direction="in", doc_number=None, date=day, stated_in="r", start=3, end=9, **values
    )


def test_notices_on_validity_link_to_their_evidence() -> None:
    amended, repealed = relation("修订", "2025-05-01"), relation("废止", "2025-06-01")
    coming = relation("废止", "9998-06-01", title="远期计划")
    family = (
        Version("p1", "t", None, "2025-02-10", "2025-02-10"),
        Version("v2", "新版<2>", None, "2025-03-01", "2025-03-01"),
    )

    def notices(*affected_by: Relation, **fields: Any) -> list[tuple[str, list[str | None]]]:
        view = DocumentView(replace(plan(), affected_by=affected_by, **fields))
        found = html.document_fromstring(document_page(view)).cssselect(".notice")
        return [(n.text_content(), [a.get("href") for a in n.cssselect("a")]) for n in found]

    there = ["/doc/r?start=3&end=9#quote"]
    assert notices(amended, repealed) == [
        ("已被《云栖县<新>计划》废止（自2025-06-01起）。查看依据", there),
        ("已被《云栖县<新>计划》修订（自2025-05-01起）。查看依据", there),
    ]
    assert notices(coming) == [("9998-06-01起将被《远期计划》废止。查看依据", there)]
    assert notices(family=family) == [("另有较新的版本：《新版<2>》，2025-03-01", ["/doc/v2"])]
    assert len(notices(replace(repealed, policy_id="v2"), family=family)) == 1


def test_a_hostile_document_is_text() -> None:
    page = html.document_fromstring(document_page(DocumentView(hostile())))
    assert page.get_element_by_id("text").text_content() == hostile().text
    assert [e.tag for e in page.iter("script", "img", "iframe", "object")] == []
    assert page.findtext("head/title") == "关于<script>alert(1)</script>的通知 · 知策"


def test_the_missing_page_says_what_is_missing() -> None:
    page = html.document_fromstring(not_found_page("没有<它>。"))
    assert [p.text_content() for p in page.cssselect("main p")] == ["没有<它>。", "回到提问页"]
