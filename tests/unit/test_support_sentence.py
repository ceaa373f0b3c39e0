"""One sentence as a profile: what is read of it, in the words of the form."""

from __future__ import annotations

from datetime import date

import pytest

from kb.support.profile import ProfileError
from kb.support.sentence import read_sentence

DAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "我在澄洲市东湖区开了家小面馆，是个体户，今年3月10日领的执照，店里有2个人，能领创业补贴吗？",
            {"地区": "澄洲市东湖区", "主体": "个体工商户", "成立": "2026-03-10", "人数": "2", "想要": "创业补贴"},
        ),
        (
            "我们公司在温州市鹿城区，从事软件行业，2024年5月成立，去年营业收入300万元，想申请贷款贴息",
            {"地区": "温州市鹿城区", "主体": "企业", "行业": "软件", "成立": "2024-05", "营业收入": "300万元"},
        ),
        ("我今年48岁，是澄洲市东湖区人，办了灵活就业登记，社保补贴能领多少？", {"主体": "个人", "想要": "社保补贴"}),
        ("我们合作社在澄洲市松山县，想问有没有奖补", {"主体": "农民专业合作社", "地区": "澄洲市松山县"}),
        ("我们运营着一家科技企业孵化器，在澄洲市东湖区，有什么奖励", {"主体": "园区运营机构"}),
        ("我们是澄洲市一家民办社会服务机构，有什么补贴", {"主体": "社会组织", "地区": "澄洲市"}),
    ],
)
def test_fields(text: str, expected: dict[str, str]) -> None:
    fields = dict(read_sentence(text, DAY).fields)
    assert {key: fields.get(key) for key in expected} == expected


def test_relative_years_and_free_statements() -> None:
    read = read_sentence("我去年7月毕业，在澄洲市东湖区注册了小微企业，第一次创业，没领过补贴，想要创业补贴", DAY)
    assert "我2025年7月毕业" in read.profile.facts
    assert {"第一次创业", "没领过补贴"} <= set(read.profile.facts)
    assert read.profile.wants == ("创业补贴",)
    assert read.profile.as_of == DAY


def test_a_clause_that_only_says_how_long_goes_with_the_one_before() -> None:
    read = read_sentence("我们公司在澄洲市，给他们交着社保，已经满3个月了，有补助吗", DAY)
    assert "给他们交着社保，已经满3个月了" in read.profile.facts


@pytest.mark.parametrize("text", ["", "   ", "我想领补贴"])
def test_a_sentence_without_a_region_is_refused(text: str) -> None:
    with pytest.raises(ProfileError, match="地区"):
        read_sentence(text, DAY)


@pytest.mark.parametrize(
    ("said", "wants"),
    [
        ("想要创业补贴、租金补贴、社保补贴", ("创业补贴", "租金补贴", "社保补贴")),
        ("想要创业补贴和贷款", ("创业补贴", "贷款")),
        ("场地和水电有什么补贴吗", ("场地和水电补贴",)),
        ("补贴云栖县有什么补贴", ("补贴",)),
        ("创业补贴云栖县怎么领，想要云栖县创业补贴", ("创业补贴",)),
        ("租金补贴", ("租金补贴",)),
        ("公积金能贷多少", ("公积金贷款",)),
        ("公积金贷款额度最高多少", ("公积金贷款额度",)),
        ("公积金额度是多少", ("公积金额度",)),
        ("想提取公积金", ("提取公积金",)),
        ("交了2年公积金，公司要求交公积金", ()),
        ("领过租金补贴，没有享受过奖励", ()),
    ],
)
def test_several_wants_of_one_clause_are_each_one(said: str, wants: tuple[str, ...]) -> None:
    assert read_sentence(f"我在云栖县开了一家公司，{said}", date(2026, 11, 27)).profile.wants == wants


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("我是云溪市松口县一个老小区的物业公司，想问加装电梯补助", "云溪市松口县"),
        ("我们社区在温州市鹿城区，想问稳岗补贴", "温州市鹿城区"),
        ("云溪市青岩区某工业园区的企业，想要贷款", "云溪市青岩区"),
        ("我想问云栖县有什么补贴", "云栖县"),
        ("补贴云栖县", "云栖县"),
        ("公积金贷款额度云栖县最高多少", "云栖县"),
        ("想领创业补贴，我在云栖县", "云栖县"),
        ("在松口县开店有补贴吗", "松口县"),
    ],
)
def test_the_region_is_read_without_the_words_of_asking_before_it(text: str, region: str) -> None:
    assert read_sentence(text, DAY).profile.region == region


def test_who_works_for_a_firm_asks_for_himself() -> None:
    said = "我在云溪市河湾区一家机械厂当电工，每个月能补多少房租"
    profile = read_sentence(said, DAY).profile
    assert (profile.kind, profile.region, profile.wants) == ("个人", "云溪市河湾区", ("房租",))


def test_a_night_market_is_no_city() -> None:
    profile = read_sentence("我在云溪市河湾区渡口夜市摆摊，摊位费能不能免", DAY).profile
    assert (profile.region, profile.wants) == ("云溪市河湾区", ("摊位费",))


@pytest.mark.parametrize(
    ("said", "key", "expected"),
    [
        ("我们公司不是2024年注册的", "成立", None),
        ("我们公司不是去年成立的", "成立", None),
        ("我们公司员工从20人减到3人", "人数", "3"),
        ("我们公司团队由5人扩到12人", "人数", "12"),
        ("我们公司营业收入从300万元降到80万元", "营业收入", "80万元"),
        ("我们公司营收由80万元涨到200万元", "营业收入", "200万元"),
        ("没有注册企业，想开一家公司", "主体", None),
        ("打算明年注册一家小微企业", "主体", None),
        ("我需要创业补贴", "想要", "创业补贴"),
        ("急需租金补贴", "想要", "租金补贴"),
    ],
)
def test_what_a_sentence_denies_or_was_once_is_not_read_as_so(said: str, key: str, expected: str | None) -> None:
    fields = dict(read_sentence(f"在云溪市河湾区，{said}", date(2026, 6, 1)).fields)
    assert fields.get(key) == expected
