"""What stands beside the text of a document."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from lxml import html

from ingest.coverage import UNASSIGNED
from kb.model import GOES_WITH, Kind, PolicyDocument, Relation, SourceRef, SourceSpan, Span, Status, Version
from kb.text.legal import TERM_UNREAD
from tests.fake_base import plan
from ui.document_context import Surroundings, boxes_of, page_of
from ui.document_side import page_figure, side
from ui.document_standing import reason, timeline

DAY = date(2026, 11, 27)


def relation(word: str, direction: str, policy_id: str | None, title: str, **more: object) -> Relation:
    return Relation(word, direction, policy_id, title, None, more.pop("date", None), "s", 3, 9, "原句<b>", **more)  # type: ignore[arg-type]


def text(piece: str) -> str:
    return " ".join(html.fromstring(f"<div>{piece}</div>").text_content().split())


def test_what_it_cites_and_what_cites_it() -> None:
    around = Surroundings(
        relations=(
            relation("依据", "out", "q", "《上位<i>办法》"),
            relation("见", "out", "q", "《上位<i>办法》"),
            relation("见", "out", None, "没有收录的办法"),
            relation("修订", "in", "r", "修改决定", through="印发通知"),
        )
    )
    page = html.fromstring(side(plan(), around, Span(0, 0), DAY))
    cards = {
        c.get("aria-label"): [" ".join(li.text_content().split()) for li in c.iter("li")] for c in page.iter("section")
    }  # noqa: E501
    assert cards == {
        "引用的文件": ["依据 《上位<i>办法》 原句", "提到 《没有收录的办法》 （库里没有） 原句"],
        "被哪些文件引用": ["修订了它（印发通知） 《修改决定》 原句"],
        "沿革": ["2025-02-10 本文件 印发", "2025-03-01 本文件施行"],
    }
    assert [a.get("href") for a in page.cssselect(".cites a")] == [
        "/doc/q", "/doc/s?start=3&end=9#quote", "/doc/s?start=3&end=9#quote", "/doc/r", "/doc/s?start=3&end=9#quote",
    ]  # fmt: skip


def test_the_history_of_a_family_in_order() -> None:
    family = (Version("a", "甲", "甲〔2022〕1号", "2022-01-01"), Version("p1", "乙<b>", None, "2025-02-10"))
    affected = (
        relation("修订", "in", "r", "修改办法的决定", date="2026-01-01"),
        relation("见", "in", "x", "新闻", kind=Kind.NEWS),
    )
    document = replace(plan(), family=family, affected_by=affected, expires_on="2027-12-31")
    made = timeline(document, DAY)
    assert [" ".join(li.text_content().split()) for li in html.fromstring(made).iter("li")] == [
        "2022-01-01 《甲》（甲〔2022〕1号）",
        "2025-02-10 本文件 《乙<b>》",
        "2025-03-01 本文件施行",
        "2026-01-01 已被《修改办法的决定》修订（自2026-01-01起） 依据",
        "2027-12-31 本文件有效期届满",
    ]
    assert [li.get("class") for li in html.fromstring(made).iter("li")] == ["", "now", "now", "", "now coming"]
    assert timeline(replace(plan(), written_on=None), DAY) == ""


def extending(to: str, day: str = "2026-02-01") -> Relation:
    return replace(relation("延长", "in", "r", "延期通知", date=day), quote=f"有效期延长{to}。")


SHARED = Relation(GOES_WITH, "out", "q", "母办法", None, None, "p1", 3, 9, "一致", until="2026-01-01")
COMING = relation("废止", "in", "r", "决定", date="2027-06-01")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "现行：自 2025-03-01 起施行，没有写明有效期，库里也没有废止、替代它的文件。"),
        ({"expires_on": "2026-01-01"}, "失效：有效期到 2026-01-01 为止。"),
        ({"expires_on": "2027-01-01"}, "现行：自 2025-03-01 起施行，有效期到 2027-01-01。"),
        ({"effective_from": "2027-01-01"}, "尚未施行：自 2027-01-01 起施行。"),
        ({"status": Status.NOT_YET, "effective_from": None}, "尚未施行：来源标明尚未施行。"),
        ({"status": Status.DRAFT}, "征求意见：这是征求意见稿，不能作为办事依据。"),
        ({"status": Status.UNKNOWN, "effective_from": None},
         "未知：文件没有写明施行日期和有效期，库里也没有废止、替代它的文件。用之前请向发文机关核实。"),
        ({"status": Status.REPEALED, "status_evidence": Span(3, 9)}, "废止：来源标明已废止。"),
        ({"status": Status.EXPIRED, "status_evidence": Span(3, 9)}, "失效：来源标明已失效。"),
        ({"status": Status.EXPIRED, "expires_on": "2027-01-01"},
         "现行：自 2025-03-01 起施行，有效期到 2027-01-01，来源标明已失效，但写明的期限还没有到，请核实。"),
        ({"status": Status.IN_FORCE, "effective_from": None},
         "现行：来源标明现行有效，没有写明有效期，库里也没有废止、替代它的文件。"),
        ({"status": Status.NOT_APPLICABLE}, ""),
        ({"kind": Kind.NEWS}, ""),
        ({"affected_by": (relation("废止", "in", "r", "决定", date="2025-06-01"),)}, ""),
        # a term that is stated and cannot be read is not "none"
        ({"flags": (TERM_UNREAD,), "status": Status.UNKNOWN},
         "未知：自 2025-03-01 起施行，写明了有效期，但没有读懂到哪一天，库里也没有废止、替代它的文件。"
         "用之前请向发文机关核实。"),
        ({"flags": (TERM_UNREAD,), "status": Status.IN_FORCE},
         "现行：自 2025-03-01 起施行，写明了有效期，但没有读懂到哪一天，库里也没有废止、替代它的文件。"),
        # what extends it
        ({"expires_on": "2026-01-01", "affected_by": (extending("至2027年12月31日"),)},
         "现行：自 2025-03-01 起施行，有效期到 2027-12-31，有效期已被《延期通知》延长至2027-12-31。 查看依据"),
        ({"expires_on": "2026-01-01", "affected_by": (extending("至2026年6月30日"),)},
         "失效：有效期到 2026-06-30 为止，有效期已被《延期通知》延长至2026-06-30。 查看依据"),
        ({"expires_on": "2026-01-01", "affected_by": (extending("期限"),)},
         "未知：自 2025-03-01 起施行，有效期到 2026-01-01 为止，有效期已被《延期通知》延长，但延长到哪一天没有读懂。"
         "用之前请向发文机关核实。 查看依据"),
        # what is to end it
        ({"affected_by": (COMING,)},
         "现行：自 2025-03-01 起施行，没有写明有效期，将被《决定》废止（自2027-06-01起）。"),
        ({"affected_by": (COMING,), "expires_on": "2027-01-01"},
         "现行：自 2025-03-01 起施行，有效期到 2027-01-01，将被《决定》废止（自2027-06-01起）。"),
        ({"affected_by": (COMING,), "status": Status.REPEALED, "effective_from": None},
         "未知：文件没有写明施行日期和有效期，将被《决定》废止（自2027-06-01起），"
         "来源标明已废止，但废止它的文件还没有施行。用之前请向发文机关核实。"),
        ({"affected_by": (SHARED,)}, "失效：有效期和《母办法》一致，到 2026-01-01 为止。"),
    ],
)  # fmt: skip
def test_the_reason_of_the_status(changes: dict[str, object], told: str) -> None:
    document = replace(replace(plan(), status_evidence=None), **changes)  # type: ignore[arg-type]
    assert text(reason(document, DAY) or "<i></i>") == told


def test_dates_link_to_where_they_are_stated() -> None:
    def link(**changes: object) -> list[str | None]:
        made = reason(replace(plan(), status_evidence=Span(3, 9), **changes), DAY)  # type: ignore[arg-type]
        return [a.get("href") for a in html.fromstring(made).iter("a")]

    own = [f"/doc/p1?revision={plan().revision}&start=3&end=9#quote"]
    assert (link(), link(expires_on="2026-01-01"), link(effective_from="2027-01-01")) == (own, own, own)
    assert link(affected_by=(extending("期限"),), expires_on="2026-01-01") == ["/doc/s?start=3&end=9#quote"]


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        ({"affected_by": (extending("至2027年12月31日"),)}, [
            "2026-01-01 本文件原定的有效期届满，后来延长",
            "2026-02-01 有效期已被《延期通知》延长至2027-12-31 依据",
            "2027-12-31 本文件有效期届满",
        ]),
        ({"affected_by": (extending("期限"),)}, [
            "2026-01-01 本文件原定的有效期届满，后来延长，延长到哪一天没有读懂",
            "2026-02-01 有效期已被《延期通知》延长 依据",
        ]),
        ({"affected_by": (COMING,), "expires_on": "2028-01-01"}, [
            "2027-06-01 将被《决定》废止（自2027-06-01起） 依据",
            "2028-01-01 本文件有效期届满",
        ]),
        ({"affected_by": (extending("至2027年12月31日", "2026-12-31"),)}, [
            "2026-01-01 本文件有效期届满",
            "2026-12-31 有效期将被《延期通知》延长至2027-12-31 依据",
        ]),
        ({"affected_by": (SHARED,), "expires_on": None}, ["2026-01-01 本文件有效期届满"]),
    ],
)  # fmt: skip
def test_the_history_tells_when_the_term_ends(changes: dict[str, object], ends: list[str]) -> None:
    made = timeline(replace(plan(), **{"expires_on": "2026-01-01"} | changes), DAY)  # type: ignore[arg-type]
    items = [" ".join(li.text_content().split()) for li in html.fromstring(made).iter("li")]
    assert items == ["2025-02-10 本文件 印发", "2025-03-01 本文件施行", *ends]


def scanned() -> PolicyDocument:
    spans = tuple(
        SourceSpan(i * 10, i * 10 + 10, 0, 10, "body", 1 + i // 2, (0.0, 10.0 * i, 5.0, 10.0 * i + 8)) for i in range(4)
    )
    return replace(plan(), source_map=spans)


def test_where_a_quotation_stands_on_the_pages() -> None:
    document = scanned()
    assert boxes_of(document, Span(12, 25)) == {1: ((0.0, 10.0, 5.0, 18.0),), 2: ((0.0, 20.0, 5.0, 28.0),)}
    assert boxes_of(document, Span(0, 0)) == {}
    assert (page_of(document, Span(12, 25), (1, 2)), page_of(document, Span(12, 25), (2,))) == (1, 2)
    assert page_of(document, Span(12, 25), ()) is None


def test_the_original_its_pages_and_the_page_asked_for() -> None:
    around = Surroundings(sources=(SourceRef("/r", "甲<b>/乙.pdf"),), pages=(1, 2))
    page = html.fromstring(side(scanned(), around, Span(12, 25), DAY))
    card = page.cssselect("section[aria-label=原件]")[0]
    assert [a.get("href") for a in card.iter("a")] == [
        "/original/p1",
        "/doc/p1?start=12&end=25&page=1#page",
        "/doc/p1?page=1#page",
        "/doc/p1?page=2#page",
    ]
    assert [i.get("src") for i in card.iter("img")] == ["/page-image/p1?page=1&start=12&end=25"]
    assert [li.text_content() for li in card.iter("li")] == ["甲<b>/乙.pdf"]
    assert page_figure(scanned(), around, Span(0, 0), 3) == page_figure(scanned(), around, Span(0, 0), None) == ""
    figure = html.fromstring(page_figure(scanned(), around, Span(12, 25), 2))
    assert text(html.tostring(figure, encoding="unicode")) == "原件第 2 页‹ 上一页"


def test_a_file_that_is_gone_and_what_was_not_taken() -> None:
    notes = ({"left_out": [{"why": UNASSIGNED, "characters": 12, "text": "丢<b>"}], "refused": ["坏.pdf：<i>"]},)
    around = Surroundings(
        sources=(SourceRef("/r", "x.txt"),), gone="原件已经不在原处", notes=notes, revisions=("0" * 16,)
    )
    page = html.fromstring(side(replace(plan(), flags=("annex_missing",)), around, Span(0, 0), DAY))
    cards = {c.get("aria-label"): " ".join(c.text_content().split()) for c in page.iter("section")}
    assert cards["原件"] == "原件原件已经不在原处x.txt"
    assert cards["质量标记"].startswith("质量标记⚑ 附件内容缺失")
    assert "这个文件有 12 字不知归属，没有收录：丢<b>" in cards["质量标记"]
    assert "没有读出：坏.pdf：<i>" in cards["质量标记"]
    assert cards["其他修订"].endswith("0" * 16)
