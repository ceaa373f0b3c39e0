"""When a support is over by the words of its document, and whose a document is by its body."""

from __future__ import annotations

from datetime import date

import pytest

from kb.model import DocumentHeader, Kind, PolicyDocument, Provision
from kb.support.applicable import Places
from kb.support.candidates import closed, term_over

DAY = date(2026, 6, 1)


def _document(tail: str) -> tuple[PolicyDocument, Provision]:
    text = f"第一条　对企业给予奖励3万元。\n第二条　{tail}\n"
    one = Provision("奖励", 4, 16, amount="3万元")
    return PolicyDocument(text, policy_id="p", provisions=(one,)), one


@pytest.mark.parametrize(
    ("tail", "over"),
    [
        ("申请受理截止时间为2023年12月31日。", True),
        ("申报截止日期：2024年3月15日。", True),
        ("请于2023年6月底前向所在区人社局提出申请。", True),
        ("企业应于2024年9月前提交申请。", True),
        ("申请受理截止时间为2027年12月31日。", False),
        ("请于2026年6月底前向所在区人社局提出申请。", False),
        ("每年6月底前向所在区人社局提出申请。", False),
    ],
)
def test_a_time_for_applying_that_is_past(tail: str, over: bool) -> None:
    assert (closed(*_document(tail), DAY) is not None) is over


@pytest.mark.parametrize(
    ("tail", "over"),
    [
        ("政策有效期届满日为2023年12月31日。", True),
        ("有效期截止日期：2025年5月31日。", True),
        ("本措施有效期暂定两年，自2022年2月1日起计算。", True),
        ("试行期3年，自2023年1月1日起施行。", True),
        ("政策有效期届满日为2028年12月31日。", False),
        ("本措施有效期暂定五年，自2022年2月1日起计算。", False),
    ],
)
def test_a_term_of_a_document_that_is_past(tail: str, over: bool) -> None:
    assert (term_over(_document(tail)[0], DAY) is not None) is over


@pytest.mark.parametrize(
    ("issuer", "shown"),
    [
        ("财政部", "全国"),
        ("人力资源社会保障部", "全国"),
        ("中华人民共和国教育部", "全国"),
        ("某某集团公司人力资源部", "地区不明"),
        ("云帆控股战略发展部", "地区不明"),
    ],
)
def test_only_the_ministries_of_the_nation_are_the_nation(issuer: str, shown: str) -> None:
    header = DocumentHeader("p", "r", "企业奖励办法", Kind.NOTICE, issuer=issuer)
    assert Places([header]).of(header).shown == shown
