"""Conditions wherever a document states them: none is dropped, so that nothing is 符合 while one is unread."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from ingest.scan import scan
from ingest.sync import sync
from kb.catalog import Catalog, CatalogView
from kb.match import Verdict, match, read_profile
from tests.bases import open_base

DAY = date(2026, 6, 1)
FIRM: dict[str, Any] = {"主体": "企业", "成立": "2020-01-01", "情况": ["招用员工5人"]}
#: What each support's document says, by the support's name; 招工 ones are met by FIRM but for what stands elsewhere
ARTICLES = {
    # behind the grant, in its sentence and in the next one
    "吸纳奖励": "第一条　对招用员工3人以上的企业，给予吸纳奖励1.1万元，企业须在本市连续缴纳社会保险满12个月。",
    "用工奖励": "第一条　对招用员工3人以上的企业，给予用工奖励1.2万元。申请企业须在本市连续缴纳社会保险满12个月。",
    "聘才奖励": "第一条　对招用员工3人以上的企业，给予聘才奖励1.3万元，招用人员应当在岗满6个月。",
    "扩招奖励": "第一条　对招用员工3人以上的企业，给予扩招奖励1.4万元。企业必须按月足额发放工资。",
    "岗位奖励": "第一条　对招用员工3人以上的企业，给予岗位奖励1.0万元。只能由上年度盈利的企业申请。",
    # in an article of its own
    "扩岗奖励": "第一条　对招用员工3人以上的企业，给予扩岗奖励1.5万元。\n"
    "第二条　申请扩岗奖励的企业应当同时具备以下条件：\n（一）上年度营业收入2000万元以上；\n（二）无欠薪记录。",
    "增员奖励": "第一条　对招用员工3人以上的企业，给予增员奖励1.6万元。\n第二条　申报单位应当建立工会组织。",
    "联合奖励": "第一条　对招用员工3人以上的企业，给予联合奖励1.7万元。\n"
    "第二条　上年度营业收入低于2000万元的企业不得申请本办法奖励。",
    # in a note
    "招才奖励": "第一条　对招用员工3人以上的企业，给予招才奖励1.8万元。\n备注：企业上年度营业收入须在2000万元以上。",
    "留工奖励": "第一条　对招用员工3人以上的企业，给予留工奖励1.9万元。\n注：申请企业应当与员工签订2年以上劳动合同。",
    # said of a claimant and of how long, where the same words may be said of the benefit or of the body
    "初创奖励": "第一条　申请初创奖励应当符合下列条件：\n（一）在本市注册的企业；\n（二）成立时间不超过5年；\n"
    "（三）招用员工3人以上。\n第二条　符合条件的，给予初创奖励2.1万元，享受期限不超过2年。",
    "精特奖励": "第一条　对在本市注册满1年，认定为省级专精特新中小企业的，给予精特奖励2.2万元。",
    "标准奖励": "第一条　对在本市注册满1年，作为牵头单位制定国家标准的企业，给予标准奖励2.3万元。",
    "绩效奖励": "第一条　对在本市注册满1年，年度绩效考核得分80分以上的企业，给予绩效奖励2.4万元。",
    "评优奖励": "第一条　对在本市注册满1年，年度综合排名前10位的企业，给予评优奖励2.5万元。",
    "信用奖励": "第一条　对在本市注册满1年，无逾期还款记录的企业，给予信用奖励2.6万元。",
    "设点奖励": "第一条　申请条件：\n1.在本市注册满1年的企业；\n2.设立研发机构。\n第二条　给予设点奖励2.7万元。",
    # asked of somebody else, of how to apply, or of what the body does: nothing is left open
    "稳工奖励": "第一条　对招用员工3人以上的企业，给予稳工奖励3.1万元，享受期限不超过3年。"
    "申请企业应当提交营业执照等材料。\n"
    "第二条　各区人力资源社会保障局应当在20个工作日内审核，所需资金由市财政承担。逾期不予受理。",
}


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CatalogView]:
    """A base of one document for each support, all of one invented city."""
    folder = tmp_path_factory.mktemp("asked")
    (folder / "docs").mkdir()
    for i, (name, articles) in enumerate(ARTICLES.items(), 1):
        (folder / "docs" / f"{i}.txt").write_text(
            f"鹿鸣市{name}实施办法\n鹿人社规〔2025〕{i}号\n各区人力资源和社会保障局：\n{articles}\n"
            f"第九条　本办法自2025年4月1日起施行，有效期至2028年12月31日。\n鹿鸣市人力资源和社会保障局\n2025年3月1日\n",
            "utf-8",
        )
    with open_base(folder / "home") as base:
        assert sync(base, scan(folder / "docs")).failed == []
    with Catalog(folder / "home").view() as snapshot:
        yield snapshot


def told(view: CatalogView, name: str, **values: Any) -> tuple[str, list[str]]:
    """The verdict on a support and the words of its conditions that are not met."""
    found = match(view, read_profile({"地区": "鹿鸣市", **values}), DAY)
    title = f"鹿鸣市{name}实施办法"
    (one,) = [s for s in (*found.supports, *found.near) if s.source.title == title]
    return one.verdict.value, [j.mark.condition.text for j in one.conditions if j.mark.state != "met"]


@pytest.mark.parametrize(
    ("name", "open_"),
    [
        ("吸纳奖励", ["企业须在本市连续缴纳社会保险满12个月"]),
        ("用工奖励", ["申请企业须在本市连续缴纳社会保险满12个月"]),
        ("聘才奖励", ["招用人员应当在岗满6个月"]),
        ("扩招奖励", ["企业必须按月足额发放工资"]),
        ("岗位奖励", ["只能由上年度盈利的企业申请"]),
        ("扩岗奖励", ["上年度营业收入2000万元以上", "无欠薪记录"]),
        ("增员奖励", ["申报单位应当建立工会组织"]),
        ("联合奖励", ["上年度营业收入低于2000万元的企业不得申请本办法奖励"]),
        ("招才奖励", ["企业上年度营业收入须在2000万元以上"]),
        ("留工奖励", ["申请企业应当与员工签订2年以上劳动合同"]),
        ("精特奖励", ["认定为省级专精特新中小企业"]),
        ("标准奖励", ["作为牵头单位制定国家标准的企业"]),
        ("绩效奖励", ["年度绩效考核得分80分以上的企业"]),
        ("评优奖励", ["年度综合排名前10位的企业"]),
        ("信用奖励", ["无逾期还款记录的企业"]),
        ("设点奖励", ["设立研发机构"]),
    ],
)
def test_what_is_asked_anywhere_is_shown_and_left_open(view: CatalogView, name: str, open_: list[str]) -> None:
    assert told(view, name, **FIRM) == (Verdict.TO_CONFIRM, open_)


def test_a_term_of_the_founding_is_none_of_the_benefit(view: CatalogView) -> None:
    old, young = FIRM | {"成立": "2010-01-01"}, FIRM | {"成立": "2024-01-01"}
    assert told(view, "初创奖励", **old) == (Verdict.ONE_SHORT, ["成立时间不超过5年"])
    assert told(view, "初创奖励", **young) == (Verdict.ELIGIBLE, [])


def test_what_rules_out_in_another_article_fails(view: CatalogView) -> None:
    assert told(view, "联合奖励", **FIRM, 营业收入="900万元") == (
        Verdict.ONE_SHORT,
        ["上年度营业收入低于2000万元的企业不得申请本办法奖励"],
    )


def test_how_to_apply_and_what_the_body_does_leaves_nothing_open(view: CatalogView) -> None:
    assert told(view, "稳工奖励", **FIRM) == (Verdict.ELIGIBLE, [])
