"""Searching, filtering and sorting the library."""

from __future__ import annotations

from datetime import date

import pytest

from kb.library import ANY_FLAG, Passage, Wanted, look, passages_of, shelved
from kb.model import Chunk, DocumentHeader, Hit, Kind, Status

DAY = date(2026, 11, 27)


def header(policy_id: str, title: str, **more: object) -> DocumentHeader:
    return DocumentHeader(policy_id, "0" * 16, title, more.pop("kind", Kind.NOTICE), **more)  # type: ignore[arg-type]


SHELF = shelved(
    [
        header("a", "温州市孵化器管理办法", kind=Kind.MEASURES, doc_number="温政发〔2025〕3号", issuer="温州市人民政府",
               issuer_region="330300", written_on="2025-05-01", effective_from="2025-06-01"),
        header("b", "鹿城区孵化器奖补通知", doc_number="温鹿政办〔2024〕21号", issuer="鹿城区政府办",
               issuer_region="330302", written_on="2024-01-02", expires_on="2025-12-31", flags=("annex_missing",)),
        header("c", "科技企业孵化器管理办法", kind=Kind.MEASURES, issuer="科技部"),
        header("d", "人才公寓", issuer_region="330000", published_on="2026-02-03", flags=("ocr", "low_text")),
    ],
    DAY,
)  # fmt: skip


def ids(wanted: Wanted, **more: object) -> list[str]:
    return [f.header.policy_id for f in look(SHELF, wanted, **more).found]  # type: ignore[arg-type]


def test_every_document_is_counted_with_the_regions_around_it_and_its_status_of_the_day() -> None:
    page = look(SHELF, Wanted())
    assert (page.total, page.page, page.pages) == (4, 1, 1)
    assert page.counts == {
        "region": {"330300": 2, "330000": 3, "330302": 1},
        "level": {"市级": 1, "县级": 1, "国家": 1, "省级": 1},
        "issuer": {"温州市人民政府": 1, "鹿城区政府办": 1, "科技部": 1},
        "kind": {"办法": 2, "通知": 2},
        "year": {"2025": 1, "2024": 1, "2026": 1},
        "status": {"现行": 1, "失效": 1, "未知": 2},
        "flag": {"annex_missing": 1, "ocr": 1, "low_text": 1, ANY_FLAG: 2},
    }


def test_a_place_without_a_code_is_known_by_the_name_of_its_body() -> None:
    page = look(
        shelved([header("e", "办法", issuer="云溪市财政局"), header("f", "通知", issuer="青岩区人民政府")], DAY),
        Wanted(),
    )
    assert (page.counts["region"], page.counts["level"]) == ({"云溪市": 1, "青岩区": 1}, {"市级": 1, "县级": 1})


@pytest.mark.parametrize(
    ("issuer", "region", "level"),
    [
        ("国家税务总局浙江省税务局", ("330000",), "省级"),
        ("国家税务总局温州市鹿城区税务局", ("330302", "330000", "330300"), "县级"),
        ("国家税务总局云溪市税务局", ("云溪市",), "市级"),
        ("国家统计局温州调查队", ("330300", "330000"), "市级"),
        ("中华人民共和国杭州海关", ("330100", "330000"), "市级"),
        ("国家税务总局", (), "国家"),
        ("国家发展改革委、浙江省人民政府", (), "国家"),
        ("中共中央办公厅 国务院办公厅", (), "国家"),
        ("最高人民法院", (), "国家"),
        ("某某协会", (), "未载明"),
    ],
)
@pytest.mark.parametrize("code", [None, "100000"])
def test_a_branch_of_a_central_body_is_of_its_place(
    issuer: str, region: tuple[str, ...], level: str, code: str | None
) -> None:
    (one,) = shelved([header("g", "公告", issuer=issuer, issuer_region=code)], DAY)
    told = "国家" if code and level == "未载明" else level
    assert (set(one.values["region"]), one.values["level"]) == (set(region), (told,))


def test_a_facet_counts_what_its_other_values_would_leave() -> None:
    page = look(SHELF, Wanted(facets={"kind": ("办法",), "region": ("330000",)}))
    assert [f.header.policy_id for f in page.found] == ["a"]
    assert (page.counts["kind"], page.counts["level"]) == ({"办法": 1, "通知": 2}, {"市级": 1})
    assert page.counts["region"] == {"330300": 1, "330000": 1}


@pytest.mark.parametrize(
    ("facets", "found"),
    [
        ({"kind": ("办法", "通知"), "status": ("失效",)}, ["b"]),
        ({"flag": (ANY_FLAG,)}, ["d", "b"]),
        ({"flag": ("low_text",)}, ["d"]),
        ({"status": (Status.REPEALED.value,)}, []),
        ({"kind": ()}, ["d", "a", "b", "c"]),
    ],
)
def test_values_of_one_facet_are_alternatives_and_facets_add_up(
    facets: dict[str, tuple[str, ...]], found: list[str]
) -> None:  # noqa: E501
    assert ids(Wanted(facets=facets)) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("温政发[2025]3号", ["a"]),
        ("孵化器管理办法", ["a", "c"]),
        ("鹿城 孵化器", ["b"]),
        ("科技部", ["c"]),
        ("孵化器 鹿城区政府办", ["b"]),
        ("不存在的词", []),
        ("〔〕 ， ", []),
        ("   ", ["d", "a", "b", "c"]),
    ],
)
def test_words_are_looked_for_in_title_number_and_issuer(words: str, found: list[str]) -> None:
    assert ids(Wanted(words)) == found


def test_a_name_goes_before_a_text_and_of_texts_the_better() -> None:
    passages = {"b": Passage(0, 4, "正文", 0.4), "d": Passage(0, 4, "正文", 0.9)}
    page = look(SHELF, Wanted("管理办法"), passages)
    assert [(f.header.policy_id, f.passage) for f in page.found] == [
        ("a", None),
        ("c", None),
        ("d", passages["d"]),
        ("b", passages["b"]),
    ]


@pytest.mark.parametrize(
    ("sort", "found"),
    [("", ["d", "a", "b", "c"]), ("best", ["d", "a", "b", "c"]), ("newest", ["d", "a", "b", "c"]),
     ("oldest", ["b", "a", "d", "c"]), ("title", ["d", "a", "c", "b"]), ("'; drop", ["d", "a", "b", "c"])],
)  # fmt: skip
def test_orders_put_what_has_no_date_last(sort: str, found: list[str]) -> None:
    assert ids(Wanted(sort=sort)) == found


@pytest.mark.parametrize(("asked", "page", "found"), [(1, 1, 3), (2, 2, 1), (99, 2, 1), (0, 1, 3), (-5, 1, 3)])
def test_a_page_that_does_not_exist_is_the_nearest_that_does(asked: int, page: int, found: int) -> None:
    result = look(SHELF, Wanted(page=asked), size=3)
    assert (result.page, result.pages, len(result.found)) == (page, 2, found)


def test_a_passage_counts_only_when_it_holds_what_was_typed() -> None:
    def hit(policy_id: str, text: str, score: float) -> Hit:
        chunk = Chunk(f"{policy_id}@0#000", policy_id, "0", 0, 5, 5 + len(text), text)
        return Hit(chunk, header(policy_id, "题"), score)

    hits = [
        hit("a", "对孵化器给予租金补贴。", 0.9),
        hit("a", "孵化器租金补贴标准", 0.8),
        hit("b", "天气预报说明天有雨。", 0.7),
    ]
    assert passages_of(hits, "孵化器租金补贴") == {"a": Passage(5, 16, "对孵化器给予租金补贴。", 0.9)}
    assert passages_of(hits, "，。") == {}
