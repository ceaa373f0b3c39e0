"""Figures of another year, another place, or of what is yet to come, in a small base: told from those asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kb.base import KnowledgeBase
from kb.model import Kind
from tests.bases import open_base, submission

DAY = date(2031, 11, 26)
FUND = "海桐市住房公积金管理中心"


def notice(year: int, top: int, wage: int) -> tuple[str, str, dict[str, str]]:
    """A year's notice, which works its figure out from the wages of the year before."""
    worked_out = f"按{year - 1}年度全市城镇单位月平均工资{wage}元的3倍确定"
    text = f"月缴存基数上限为{top}元，{worked_out}。\n本通知自{year}年7月1日起执行。"
    title = f"{FUND}关于调整{year}年度住房公积金缴存基数的通知"
    return title, text, {"issuer": FUND, "effective_from": f"{year}-07-01", "written_on": f"{year}-06-10"}


def insurance(year: int, paid: int) -> tuple[str, str, dict[str, str]]:
    text = f"{year}年度居民医疗保险个人缴费标准为每人{paid}元。\n本通知自{year}年1月1日起执行。"
    title = f"海桐市医疗保障局关于{year}年度居民医疗保险筹资标准的通知"
    return (
        title,
        text,
        {"issuer": "海桐市医疗保障局", "effective_from": f"{year}-01-01", "written_on": f"{year - 1}-09-10"},
    )


DOCUMENTS = {
    "fund2029": notice(2029, 25830, 8610),
    "fund2030": notice(2030, 27120, 9040),
    "care2031": insurance(2031, 410),
    "care2032": insurance(2032, 440),
    "city": (
        "海桐市支持创业办法",
        "第二条 首次创业的，每户给予一次性创业补贴6200元。由各区财政局发放，磐溪区、柳泉区另行规定。",
        {"issuer": "海桐市人民政府"},
    ),
    "district": (
        "磐溪区民宿改造补助办法",
        "第二条 利用老街民居开办民宿的，给予改造补助每户5万元。由区文化旅游局负责。",
        {"issuer": "磐溪区人民政府"},
    ),
    "neighbour": ("澄湾市支持摊位办法", "第二条 创业摊位免收摊位费6个月。", {"issuer": "澄湾市人民政府"}),
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with open_base(Path(tmp_path_factory.mktemp("whose"))) as base:
        base.put_many(
            submission(
                f"{name}.txt",
                f"{title}\n{text}",
                size=200,
                policy_id=name,
                title=title,
                kind=Kind.NOTICE if "通知" in title else Kind.MEASURES,
                **fields,
            )
            for name, (title, text, fields) in DOCUMENTS.items()
        )
        yield base


@pytest.mark.parametrize(
    ("question", "quoted", "figure"),
    [
        ("2029年度海桐市住房公积金缴存基数上限是多少元？", ["fund2029"], "25830元"),
        ("2030年度海桐市住房公积金缴存基数上限是多少元？", ["fund2030"], "27120元"),
        ("2029年度海桐市城镇单位月平均工资是多少元？", ["fund2030"], "9040元"),
        ("海桐市2029年和2030年住房公积金缴存基数上限各是多少元？", ["fund2029", "fund2030"], "27120元"),
        ("海桐市2032年度居民医疗保险个人缴费多少元？", ["care2032"], "440元"),
        ("海桐市一次性创业补贴每户多少元？", ["city"], "6200元"),
        ("磐溪区一次性创业补贴每户多少元？", ["city"], "6200元"),
        ("海桐市老街民居开办民宿改造补助每户多少元？", ["district"], "5万元"),
        ("到本区利用老街民居开办民宿改造补助每户多少元？", ["district"], "5万元"),
    ],
)
def test_the_figure_of_the_year_and_place_asked_for(
    base: KnowledgeBase, question: str, quoted: list[str], figure: str
) -> None:
    answer = base.ask(question, as_of=DAY)
    assert [c.policy_id for c in answer.citations] == quoted, answer.reason
    assert figure in answer.text


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("2028年度海桐市住房公积金缴存基数上限是多少元？", "2028年"),
        ("海桐市2033年度居民医疗保险个人缴费多少元？", "2033年"),
        ("海桐桥区一次性创业补贴每户多少元？", "海桐桥区"),
        ("大海桐县一次性创业补贴每户多少元？", "大海桐县"),
        ("海桐镇一次性创业补贴每户多少元？", "海桐镇"),
        ("澄湾市老街民居开办民宿改造补助每户多少元？", "澄湾市"),
        ("绍兴市老街民居开办民宿改造补助每户多少元？", "绍兴市"),
    ],
)
def test_another_years_or_places_figure_is_no_answer(base: KnowledgeBase, question: str, why: str) -> None:
    answer = base.ask(question, as_of=DAY)
    assert answer.abstained, answer.text
    assert why in (answer.reason or "")


def test_what_is_to_come_is_marked(base: KnowledgeBase) -> None:
    answer = base.ask("海桐市2032年度居民医疗保险个人缴费多少元？", as_of=DAY)
    assert "（尚未施行）" in answer.text
    assert any("尚未施行" in warning for warning in answer.warnings)
