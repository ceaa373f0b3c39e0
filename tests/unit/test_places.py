"""Places that no gazetteer has."""

from __future__ import annotations

import pytest

from kb.evidence import Question, judge
from kb.matching import weigh
from kb.model import PolicyDocument
from kb.places import Place, is_below, places_in
from kb.query import analyse, placed
from kb.scope import UNSTATED, place_agreement, region_agreement
from kb.view import DocumentView
from kb.whereabouts import located, tied

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
        ("云溪镇、小云溪、云溪桥乡", ["云溪镇", "小云溪", "云溪桥乡"]),  # places of their own
        ("大松口县和松口村", ["大松口县", "松口村"]),
        ("青岩市和青岩区", ["青岩市", "青岩区"]),
        ("云溪乡村、云溪山区、云溪老城区、云溪市区、最新云溪政策", ["云溪市"]),
        ("松口市级、松口县级", ["松口县"]),
        ("到本县、到你县、任一区、地级市、偏远县、住建区县、隔壁市", []),
        ("到任一区申请，在偏远县创业，从相邻县来，跟先进市比，由两地市共同", []),
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
        ("摊位每月补贴二十元。", "青岩区人民政府", {}, 0.0),  # wherever that district lies
        ("摊位每月补贴二十元。\n依据《云溪市夜市管理办法》制定。", "青岩区人民政府", {}, 0.6),
        ("摊位每月补贴二十元。\n报云溪市财政局备案。", "青岩区人民政府", {}, 0.6),
        ("摊位每月补贴二十元。\n到云溪市考察。", "青岩区人民政府", {}, 0.0),
        ("云溪桥镇的摊位每月补贴二十元。", "临澜市人民政府", {}, 0.0),
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
    asked = Place("松口县", "松口", frozenset({"云溪市"}))
    text = "青岩区的摊位每月补贴二十元。\n各区县的摊位每月补贴十元。"
    assert [place_agreement(asked, view(text, "云溪市人民政府"), i) for i in (0, 1)] == [0.0, 0.6]


def test_another_county_of_the_same_rank_is_another_place() -> None:
    green = Place("青岩区", "青岩")
    assert place_agreement(green, view("摊位每月补贴二十元。", "松口县人民政府"), 0) == 0.0
    assert place_agreement(green, view("摊位每月补贴二十元。", "云溪市人民政府"), 0) == 0.0
    named = view("摊位每月补贴二十元。\n青岩区、松口县财政局执行。", "云溪市人民政府")
    assert place_agreement(green, named, 0) == 0.6
    elsewhere = view("摊位每月补贴二十元。\n学习临澜市青岩区的做法。", "云溪市人民政府")
    assert place_agreement(green, elsewhere, 0) == 0.0


def test_another_document_may_tell_where_a_district_lies() -> None:
    told = [("云溪市财政局", "青岩区、松口县财政局："), ("临澜市财政局", "北塘区财政局：")]
    issuers = {"松口县人民政府", "云溪市财政局", "临澜市财政局", "青岩区财政局"}

    def akin(one: Place, other: Place) -> bool:
        return any(tied(one, other, *by) for by in told)

    query = located(analyse("青岩区、松口县的摊位补贴多少？"), issuers, akin)
    assert [(p.name, p.kin) for p in query.places] == [("松口县", {"云溪市"}), ("青岩区", {"云溪市"})]
    city = located(analyse("临澜市摊位补贴多少？"), issuers, akin)
    assert [(p.name, p.kin) for p in city.places] == [("临澜市", frozenset())]
    assert place_agreement(query.places[1], view("摊位每月补贴二十元。", "云溪市人民政府"), 0) == 0.6
    assert place_agreement(query.places[1], view("摊位每月补贴二十元。", "临澜市人民政府"), 0) == 0.0


@pytest.mark.parametrize(
    ("body", "text", "lies"),
    [
        (None, "云溪市青岩区人民政府", True),
        ("云溪市财政局", "由青岩区执行", True),
        ("云溪市财政局", "由云溪市青岩区执行", True),
        ("云溪市财政局", "由青岩镇、大青岩区执行", False),
        ("青岩区财政局", "云溪市级资金", True),
        ("青岩区财政局", "云溪市的客商", False),
        ("松口县财政局", "青岩区、云溪市", False),
        (None, "", False),
    ],
)
def test_what_tells_that_a_district_lies_in_a_city(body: str | None, text: str, lies: bool) -> None:
    city, district = Place("云溪市", "云溪"), Place("青岩区", "青岩")
    assert (tied(city, district, body, text), tied(district, city, body, text)) == (lies, lies)
    assert not tied(city, Place("临澜市", "临澜"), body, text)


@pytest.mark.parametrize(
    ("named", "agreement"),
    [("", 0.0), ("报温州市财政局备案。", UNSTATED), ("与永嘉县相邻。", UNSTATED), ("与北京市不同。", 0.0)],
)
def test_a_place_of_no_gazetteer_is_none_of_those_in_it(named: str, agreement: float) -> None:
    of_its_own = view(f"摊位每月补贴二十元。\n{named}", "松口县人民政府")
    assert region_agreement(["330300"], of_its_own, 0) == agreement


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
