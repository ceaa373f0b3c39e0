"""What the desk says of documents whose region or standing nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from ingest.scan import scan
from ingest.sync import sync
from kb.catalog import Catalog, CatalogView
from kb.match import Statement, Support, Verdict, match, read_profile, summarise, text_of
from kb.model import Status
from kb.support import desk
from tests.bases import open_base
from ui.support_view import results

RULE = "登记失业人员首次创业的，给予一次性创业补贴{}元。\n"
PLACELESS = "创业补贴办法\n\n第一条 " + RULE.format(5000)
OURS = (
    "云栖县创业补贴办法\n\n第一条 "
    + RULE.format(6000)
    + "第二条 本办法自2025年1月1日起施行，有效期至2027年12月31日。\n\n云栖县人民政府\n2024年12月1日\n"
)
CAUTION = "没有找到文件适用于哪个地区，请先确认它适用于你所在的地方"
UNSURE = "状态未知：没有找到现在是否有效，请先确认"
PROFILE = read_profile(
    {"地区": "云栖县", "主体": "个人", "情况": ["登记失业人员", "第一次创业"], "想要": ["创业补贴"]},
)


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CatalogView]:
    folder = tmp_path_factory.mktemp("standing")
    (folder / "corpus").mkdir()
    for name, text in (("甲.txt", PLACELESS), ("乙.txt", OURS)):
        (folder / "corpus" / name).write_text(text, "utf-8")
    with open_base(folder / "home") as base:
        assert sync(base, scan(folder / "corpus")).failed == []
    with Catalog(folder / "home").view() as snapshot:
        yield snapshot


def by_title(supports: tuple[Support, ...]) -> dict[str, Support]:
    return {s.source.title: s for s in supports}


def test_a_document_of_no_known_place_is_shown_and_never_eligible(view: CatalogView) -> None:
    found = match(view, PROFILE, date(2026, 11, 27))
    got = by_title(found.supports)
    placeless, ours = got["创业补贴办法"], got["云栖县创业补贴办法"]
    assert (ours.verdict, ours.place, ours.cautions) == (Verdict.ELIGIBLE, "云栖县", ())
    assert (ours.status, placeless.status) == (Status.IN_FORCE, Status.UNKNOWN)
    assert [j.mark.state for j in placeless.conditions] == [j.mark.state for j in ours.conditions]
    assert (placeless.verdict, placeless.place) == (Verdict.TO_CONFIRM, "地区不明")
    assert placeless.cautions == (UNSURE, CAUTION)
    shown = (text_of(found), results(found), "".join(s.text for s in summarise(found)))
    assert [text.count(CAUTION) >= 1 for text in shown] == [True] * 3
    assert {h.level: h.documents for h in found.held} == {"云栖县": 1, "全国": 0}


def test_near_misses_beyond_the_most_are_counted(view: CatalogView, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = replace(PROFILE, statements=(*PROFILE.statements[:2], Statement("情况", "登记失业人员，第二次创业")))
    every = match(view, profile, date(2026, 11, 27))
    assert (len(every.near), every.left_out.near) == (2, 0)
    monkeypatch.setattr(desk, "_MOST_NEAR", 1)
    few = match(view, profile, date(2026, 11, 27))
    assert (few.near, few.left_out.near) == (every.near[:1], 1)
    assert "排在后面的差一条 1 项" in text_of(few) and "排在后面的差一条 1 项" in results(few)
    assert "只差一条的 2 项" in summarise(few)[0].text
