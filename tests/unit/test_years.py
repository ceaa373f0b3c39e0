"""Which years a passage may speak of."""

from __future__ import annotations

import pytest

from kb.basis import Basis, bases, title_year, told_years
from kb.evidence import Question, judge
from kb.model import PolicyDocument
from kb.query import analyse
from kb.scope import UNSTATED, year_agreement
from kb.view import DocumentView

RULES = {
    "title": "服务商遴选办法",
    "written_on": "2026-11-20",
    "effective_from": "2027-01-01",
    "expires_on": "2029-12-31",
}


@pytest.mark.parametrize(
    ("question", "text", "agreement"),
    [
        ("2026年印发的办法怎样考核？", "每年12月组织考核。", 1.0),  # it is the document of that year
        ("2026年印发的办法怎样考核？", "2028年组织考核。", 1.0),
        ("2026年怎样考核？", "2028年组织考核。", 0.0),
        ("2028年怎样考核？", "每年12月组织考核。", 0.8),  # it is in force then
        ("2026年怎样考核？", "每年12月组织考核。", 0.8),  # the year it is of, though not yet in force
        ("2021年怎样考核？", "每年12月组织考核。", 0.15),
    ],
)
def test_agreement_on_years(question: str, text: str, agreement: float) -> None:
    view = DocumentView(PolicyDocument(text, **RULES))
    assert judge(Question(analyse(question), ()), view, 0, "", 1.0).features.year == agreement


@pytest.mark.parametrize(
    ("title", "digest_of", "agreement"),
    [
        ("见习基地办法要点", "见习基地管理办法 青人社规字〔2029〕6号", {2029: 0.8, 2031: UNSTATED}),
        ("2029年见习工作要点", "关于做好见习工作的通知 青人社〔2029〕6号", {2029: 0.8, 2031: 0.15}),
        ("见习基地办法要点", None, {2029: UNSTATED}),
    ],
)
def test_a_digest_has_the_years_of_what_it_is_of(
    title: str, digest_of: str | None, agreement: dict[int, float]
) -> None:
    view = DocumentView(PolicyDocument("示范基地每两年可以申请1次补贴。", title=title, digest_of=digest_of))
    assert {year: year_agreement(year, view, 0) for year in agreement} == agreement


def test_the_first_year_of_a_range_need_not_be_said() -> None:
    view = DocumentView(PolicyDocument("截至2030年底，累计改造15.2万平方米。"))
    for question, agreement in (("2029年以来到2030年底改造多少？", 1.0), ("2029年和2030年改造多少？", 0.0)):
        assert judge(Question(analyse(question), ()), view, 0, "", 1.0).features.year == agreement


def test_a_span_of_time_is_the_same_in_months_and_years() -> None:
    view = DocumentView(PolicyDocument("免收摊位费6个月。"))
    for question, agreement in (("免半年摊位费由谁负责？", 1.0), ("免1年摊位费由谁负责？", 0.0)):
        assert judge(Question(analyse(question), ()), view, 0, "", 1.0).features.stated == agreement


NOTICE = {"title": "关于调整2031年度缴存基数的通知", "written_on": "2031-06-10", "published_on": "2031-06-12"}
WORKED_OUT = "缴存基数上限为30120元，即2030年度全市月平均工资10040元的3倍。"


@pytest.mark.parametrize(
    ("question", "text", "agreement"),
    [
        ("2031年度缴存基数上限是多少？", WORKED_OUT, 0.8),  # the title's year, not the one it is worked out from
        ("2030年度缴存基数上限是多少？", WORKED_OUT, 0.15),
        ("2030年度缴存基数上限怎么确定？", WORKED_OUT, 0.15),
        ("2030年度月平均工资是多少？", WORKED_OUT, 1.0),  # what is said of that year
        ("2030年度全市月平均工资是10040元吗？", WORKED_OUT, 1.0),
        ("2031年度月平均工资是多少？", WORKED_OUT, 0.0),
        ("2030年度缴存基数上限是多少？", "上限按2030年度月平均工资的3倍确定。", 0.15),
        ("2030年缴存职工有多少人？", "缴存职工5万人，比2030年增加3000人。", 0.15),
        ("2031年比2030年缴存职工增加多少人？", "2031年缴存职工5万人，比2030年增加3000人。", 1.0),
        ("2030年缴存基数上限是多少？", "2030年缴存基数上限为29000元。", 1.0),  # its own year, whatever the title says
        ("2031年缴存基数上限是多少？", "2030年缴存基数上限为29000元。", 0.0),
        ("2032年缴存比例是多少？", "本年度自2031年7月1日至2032年6月30日。缴存比例为12%。", 0.45),
        ("2030年缴存比例是多少？", "缴存比例为12%。", 0.15),
    ],
)
def test_a_year_that_figures_are_worked_out_from_is_not_theirs(question: str, text: str, agreement: float) -> None:
    view = DocumentView(PolicyDocument(text, **NOTICE))
    last = len(view) - 1
    assert judge(Question(analyse(question), ()), view, last, "", 1.0).features.year == agreement


def test_a_year_measured_by_tells_nothing_of_the_other() -> None:
    assert told_years(WORKED_OUT) == ()
    assert bases(WORKED_OUT) == (Basis(2030, "全市月平均工资10040元的3倍"),)
    assert told_years("可以2030年办理，占比2031年为3%；2029—2032年的目标为2倍") == (2030, 2031, 2029, 2032)
    assert (told_years("按2030年7月1日起施行的标准确定"), bases("按2030年7月1日起施行的标准确定")) == ((2030,), ())


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("关于印发《云溪市2031年创业行动计划》的通知", 2031),
        ("创业扶持标准一览表（2031年）", 2031),
        ("创业扶持办法（2031年修订）", None),
        ("2031年和2032年申报指南", None),
        ("2029—2031年行动计划", None),
        ("2031年7月1日起施行的办法", None),
        (None, None),
    ],
)
def test_the_year_a_title_is_of(title: str | None, year: int | None) -> None:
    assert title_year(title) == year
