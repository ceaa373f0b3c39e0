"""The library as HTML and its state in the address."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from lxml import html

from kb.library import ANY_FLAG, Passage, Wanted, look, shelved
from kb.model import DocumentHeader, Kind
from ui.library_desk import Answered
from ui.library_state import address, chosen, read_state, toggled
from ui.library_view import failed, results

HOSTILE = '<img src=x onerror="alert(1)">${x}{{y}}'
SHELF = shelved(
    [
        DocumentHeader(
            "p<1>", "0" * 16, HOSTILE, Kind.NOTICE, HOSTILE, HOSTILE, flags=("ocr_gap",), written_on="2025-02-03"
        ),  # noqa: E501
        DocumentHeader("p2", "0" * 16, "温州市办法", Kind.MEASURES, "温政发〔2025〕3号", "温州市人民政府", "330300"),
    ],
    date(2026, 11, 27),
)


def shown(wanted: Wanted, **passages: Passage) -> html.HtmlElement:
    return html.fromstring(f"<div>{results(Answered(wanted, look(SHELF, wanted, passages), len(SHELF)))}</div>")


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted("租金 补贴&x=1", {"kind": ("通知", "办法"), "flag": (ANY_FLAG,), "region": ("330300",)}, "title", 3),
        Wanted(sort="oldest", page=2),
    ],
)
def test_an_address_says_all_of_a_state(wanted: Wanted) -> None:
    assert read_state(parse_qsl(urlsplit(address(wanted)).query)) == wanted


def test_no_address_is_an_error() -> None:
    pairs = [("words", "  租金\n 补贴 " + "长" * 999), ("kind", ""), ("kind", "通知"), ("kind", "通知"),
             ("sort", "drop"), ("page", "１"), ("page", "-1"), ("page", "9" * 99), ("draft", "d1")]  # fmt: skip
    wanted = read_state(pairs)
    assert (len(wanted.words), wanted.words[:5]) == (200, "租金 补贴")
    assert (wanted.facets, wanted.sort, wanted.page) == ({"kind": ("通知",)}, "", 1)


def test_a_value_is_taken_in_and_out_from_the_first_page() -> None:
    wanted = Wanted("词", {"kind": ("通知",)}, "title", 5)
    more = toggled(wanted, "kind", "办法")
    assert (more.facets, more.page, more.words) == ({"kind": ("通知", "办法")}, 1, "词")
    assert toggled(toggled(more, "kind", "办法"), "kind", "通知").facets == {}
    assert chosen(more) == [("kind", "通知"), ("kind", "办法")]


def test_everything_of_documents_and_words_is_text() -> None:
    page = shown(Wanted(HOSTILE, {"kind": (HOSTILE,)}))
    assert [e.tag for e in page.iter("img", "script")] == []
    page = shown(Wanted(), **{"p<1>": Passage(0, 5, f"{HOSTILE}更多", 0.5)})
    assert [e.tag for e in page.iter("img", "script")] == []
    row = page.cssselect('.row[data-id="p<1>"]')[0]
    assert row.cssselect("h3")[0].text_content() == HOSTILE + HOSTILE
    assert row.cssselect(".passage")[0].text_content() == f"{HOSTILE}更多"
    assert row.cssselect(".remove")[0].get("aria-label") == f"移除《{HOSTILE}》"


def test_a_row_says_what_a_librarian_looks_for() -> None:
    page = shown(Wanted())
    rows = [" ".join(r.text_content().split()) for r in page.cssselect(".row")]
    assert (
        rows[1] == "温州市办法温政发〔2025〕3号 办法温州市人民政府移除".replace(" ", "")
        or "温政发〔2025〕3号" in rows[1]
    )
    assert "⚑ 识别有缺漏" in rows[0] and "2025-02-03" in rows[0]


def test_facets_lead_to_what_they_count() -> None:
    page = shown(Wanted(facets={"kind": ("办法",)}))
    facets = {
        s.get("aria-label"): [" ".join(a.text_content().split()) for a in s.iter("a")] for s in page.cssselect(".facet")
    }  # noqa: E501
    assert facets == {
        "效力": ["未知 1"],
        "文种": ["办法 1", "通知 1"],
        "层级": ["市级 1"],
        "地区（含下级）": ["浙江省 1", "温州市 1"],
        "发文机关": ["温州市人民政府 1"],
    }
    held = page.cssselect(".facet a.held")[0]
    assert (held.get("aria-current"), held.get("href")) == ("true", address(Wanted()))
    assert [c.text_content() for c in page.cssselect(".chip")] == ["文种：办法 ✕"]


def test_nothing_found_an_empty_base_and_a_fault_are_told() -> None:
    assert "没有符合条件的文件" in shown(Wanted("查无此文")).text_content()
    assert "知识库里还没有文件" in results(Answered(Wanted(), look((), Wanted()), 0))
    assert html.fromstring(failed("坏<b>了")).text_content() == "坏<b>了"


def test_pages_lead_back_and_on() -> None:
    many = shelved([replace(SHELF[1].header, policy_id=f"q{i}") for i in range(45)], date(2026, 11, 27))
    wanted = Wanted(page=2)
    page = html.fromstring(f"<div>{results(Answered(wanted, look(many, wanted), 45))}</div>")
    assert [(e.tag, e.text) for e in page.cssselect(".pager > *")] == [
        ("a", "‹ 上一页"), ("b", "第 2 / 3 页"), ("a", "下一页 ›"),
    ]  # fmt: skip
    assert len(page.cssselect(".row")) == 20
