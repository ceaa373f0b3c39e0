"""Places that no gazetteer has."""

from __future__ import annotations

import pytest

from kb.evidence import Question, judge
from kb.matching import weigh
from kb.model import PolicyDocument
from kb.places import Place, is_below, places_in
from kb.query import analyse, placed
from kb.scope import UNSTATED, place_agreement
from kb.view import DocumentView

ISSUERS = ("云溪市人民政府办公室", "松口县人民政府", "青岩区科学技术局", "广州市科学技术局", "朝东市财政局", None)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("云溪的孵化器", ["云溪市"]),
        ("在松口县装千兆专线", ["松口县"]),
        ("青岩那边给多少", ["青岩区"]),
        ("临澜市北塘区另外给多少", ["临澜市", "北塘区"]),  # by their shape alone
        ("云溪市和临澜市哪边多", ["云溪市", "临澜市"]),
        ("广州番禺区的补贴", []),  # the gazetteer has these
        ("现在还是市级吗", []),
        ("年底市场上、全市、高新区、各县", []),
        ("", []),
    ],
)
def test_places_in_a_question(text: str, names: list[str]) -> None:
    assert [place.name for place in places_in(text, ISSUERS)] == names


def test_a_short_name_that_is_a_common_word_counts_only_in_full() -> None:
    assert places_in("和平的环境", ["和平乡人民政府", "开发县人民政府"]) == ()
    assert places_in("开发软件", ["开发县人民政府"]) == ()
    assert places_in("开发县的软件", ["开发县人民政府"]) == (Place("开发县", "开发县"),)


def view(text: str, issuer: str | None, **fields: object) -> DocumentView:
    return DocumentView(PolicyDocument(text, title="夜市摊位补贴办法", issuer=issuer, **fields))


@pytest.mark.parametrize(
    ("text", "issuer", "fields", "agreement"),
    [
        ("摊位每月补贴二十元。", "云溪市人民政府", {}, 1.0),
        ("云溪的摊位每月补贴二十元。", "临澜市人民政府", {}, 1.0),
        ("摊位每月补贴二十元。", "临澜市人民政府", {}, 0.0),
        ("摊位每月补贴二十元。", "青岩区人民政府", {}, 0.6),
        ("摊位每月补贴二十元。", "温州市财政局", {"issuer_region": "330300"}, 0.0),
        ("摊位每月补贴二十元。", "浙江省财政厅", {"issuer_region": "330000"}, UNSTATED),
        ("摊位每月补贴二十元。\n本办法适用于云溪。", None, {}, 0.9),
        ("摊位每月补贴二十元。", None, {}, UNSTATED),
        ("临澜市的摊位每月补贴二十元。\n本办法适用于云溪。", None, {}, 0.0),
        ("青岩区的摊位每月补贴二十元。", "云溪市人民政府", {}, 1.0),
    ],
)
def test_agreement_with_a_place(text: str, issuer: str | None, fields: dict[str, str], agreement: float) -> None:
    assert place_agreement(Place("云溪市", "云溪"), view(text, issuer, **fields), 0) == agreement


def test_what_a_city_says_of_one_of_its_districts_is_of_no_other() -> None:
    asked, text = Place("松口县", "松口"), "青岩区的摊位每月补贴二十元。\n各区县的摊位每月补贴十元。"
    assert [place_agreement(asked, view(text, "云溪市人民政府"), i) for i in (0, 1)] == [0.0, 0.6]


def test_another_county_of_the_same_rank_is_another_place() -> None:
    green = Place("青岩区", "青岩")
    assert place_agreement(green, view("摊位每月补贴二十元。", "松口县人民政府"), 0) == 0.0
    assert place_agreement(green, view("摊位每月补贴二十元。", "云溪市人民政府"), 0) == 0.6


def test_words_are_cut_at_places() -> None:
    query = analyse("在松口县装千兆专线补多少")
    assert "县装" in [t.text for t in query.terms]
    found = placed(query, places_in(query.text, ISSUERS))
    assert [t.text for t in found.terms] == ["装", "千兆", "专线", "补", "松口县"]
    assert (found.asks, found.places) == (query.asks, (Place("松口县", "松口"),))
    assert placed(query, ()) is query


def test_a_sentence_of_another_place_is_weaker_evidence() -> None:
    query = placed(analyse("云溪的摊位每月补贴多少元？"), (Place("云溪市", "云溪"),))
    question = Question(query, weigh(query.terms, lambda _: 1.0))
    here, there = (
        judge(question, view("摊位每月补贴二十元。", i), 0, "", 1.0) for i in ("云溪市财政局", "临澜市财政局")
    )
    assert (here.features.region, there.features.region) == (1.0, 0.0)
    assert here.score > 2 * there.score


@pytest.mark.parametrize(
    ("rank", "issuer", "region", "below"),
    [
        ("市", "松口县人民政府", None, True),
        ("市", "云溪市人民政府", None, False),
        ("县", "松口县人民政府", None, False),
        ("省", "云溪市人民政府", None, True),
        ("市", "温州市鹿城区人民政府", "330302", True),
        ("市", "温州市人民政府", "330300", False),
        ("市", "浙江省人民政府", "330000", False),
        ("市", None, None, False),
    ],
)
def test_bodies_below_a_rank(rank: str, issuer: str | None, region: str | None, below: bool) -> None:
    assert is_below(rank, issuer, region) is below
