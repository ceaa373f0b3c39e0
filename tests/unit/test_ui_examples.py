"""Example questions come from what documents state, and are shown only where the base answers so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from kb.model import Assignment, Kind, PolicyDocument, Provision, Section, Status, Target, Version
from tests.fake_base import FakeBase, hostile, plan
from ui.desk import Desk
from ui.examples import Example, examples, holds

TODAY = date(2026, 3, 1)
UNITS = Assignment("二、主要任务 > （一）扩大空间供给", ("县经信局", "县财政局"), (), 0, 1)
GRANT = Provision(
    "青年创业补贴",
    0,
    9,
    amount="每户8000元；每人2000元",
    audience="登记失业人员；毕业5年内的高校毕业生",
    materials=("补贴申请表（附件1）", "身份证"),
    procedure=("在网上提交，等待审核", "公示"),
    deadline="2026年7月1日至8月31日",
)


def grants(policy_id: str = "g1", **changes: object) -> PolicyDocument:
    """A document that offers one support, or another one that is changed so."""
    made = replace(GRANT, **changes)  # type: ignore[arg-type]
    return PolicyDocument("x", policy_id=policy_id, title="云溪市青年创业办法", provisions=(made,))


def asked(documents: Iterable[PolicyDocument], count: int = 20, *refused: str) -> list[str]:
    """The questions shown by a base that answers all but some forms."""
    return [e.question for e in examples(documents, lambda e: e.form not in refused, TODAY, count)]


def one(document: PolicyDocument, form: str) -> list[Example]:
    """The example of a form that a document gives."""
    return list(examples([document], lambda e: e.form == form, TODAY, 20))


@pytest.mark.parametrize(
    ("document", "example"),
    [
        (grants(), Example("云溪市青年创业补贴有多少钱？", "金额", "g1", "青年创业补贴", "每户8000元")),
        (
            grants(amount=None, rate="25%"),
            Example("云溪市青年创业补贴按什么标准给？", "标准", "g1", "青年创业补贴", "25%"),
        ),
        (
            grants(),
            Example("申请云溪市青年创业补贴要准备哪些材料？", "材料", "g1", "青年创业补贴", "补贴申请表（附件1）"),
        ),
        (
            grants(),
            Example("云溪市青年创业补贴什么时候可以申请？", "时间", "g1", "青年创业补贴", "2026年7月1日至8月31日"),
        ),
        (grants(), Example("谁可以申请云溪市青年创业补贴？", "对象", "g1", "青年创业补贴", "登记失业人员")),
        (grants(), Example("云溪市青年创业补贴怎么办理？", "办理", "g1", "青年创业补贴", "在网上提交")),
        (
            replace(plan(), assignments=(UNITS,)),
            Example("杭州市“扩大空间供给”由哪个部门负责？", "责任单位", "p1", "扩大空间供给", "县经信局"),
        ),
        (
            replace(
                plan(),
                subject_regions=("330302",),
                targets=(Target("新增园区面积", 80, "万平方米", deadline="2027-12-31"),),
            ),
            Example("鹿城区到2027年新增园区面积的目标是多少？", "目标", "p1", "新增园区面积", "80万平方米"),
        ),
        (
            plan(),
            Example(
                "《云栖县小微企业园提升三年行动计划》从什么时候起施行？",
                "施行",
                "p1",
                "云栖县小微企业园提升三年行动计划",
                "2025年3月1日",
            ),
        ),
        (
            plan(),
            Example(
                "《云栖县小微企业园提升三年行动计划》里，“扩大空间供给”讲了什么？",
                "章节",
                "p1",
                "云栖县小微企业园提升三年行动计划",
                "盘活闲置厂房",
            ),
        ),
    ],
)
def test_each_form_of_question(document: PolicyDocument, example: Example) -> None:
    assert one(document, example.form) == [example]


def test_forms_documents_and_topics_differ_and_digests_come_last() -> None:
    other = grants("g2", benefit="租房补贴", materials=())
    digest = replace(grants("g3", benefit="租金补贴"), kind=Kind.DIGEST)
    held = [digest, grants(), other, replace(plan(), assignments=(UNITS,))]
    assert asked(held, 4) == [
        "云溪市青年创业补贴有多少钱？",
        "云溪市租房补贴什么时候可以申请？",
        "杭州市“扩大空间供给”由哪个部门负责？",
        "申请云溪市租金补贴要准备哪些材料？",
    ]
    assert asked(held, 3, "金额", "时间", "责任单位") == [
        "申请云溪市青年创业补贴要准备哪些材料？",
        "谁可以申请云溪市租房补贴？",
        "杭州市新增园区面积的目标是多少？",
    ]


def test_one_document_gives_several_topics_where_there_is_no_other() -> None:
    assert asked([plan()], 6) == [
        "杭州市新增园区面积的目标是多少？",
        "《云栖县小微企业园提升三年行动计划》从什么时候起施行？",
    ]


def test_what_is_over_or_has_a_newer_version_is_not_asked() -> None:
    version = Version("g1", "云溪市青年创业办法", None, "2025-01-01", "2025-01-01")
    newer = replace(version, policy_id="g9", date="2026-01-01", issued_on="2026-01-01")
    over = [
        replace(grants(), status=Status.REPEALED),
        replace(grants(), status=Status.DRAFT),
        replace(grants(), expires_on="2026-02-28"),
        replace(grants(), family=(version, newer)),
    ]
    assert asked(over) == []
    assert asked([grants(deadline="2026年1月1日至2月28日")]) == []
    assert len(one(grants(deadline="每年1月1日至2月28日"), "时间")) == 1


def test_what_would_read_badly_is_not_asked() -> None:
    odd = replace(
        plan(),
        effective_from=None,
        sections=(Section("一、", "任务分工", "一", 1, 0, 1),),
        assignments=(Assignment("一", ("县经信局",), (), 0, 1),),
        provisions=(Provision("再补30元", 0, 1, amount="30元"), Provision("补贴", 0, 1, amount="30元")),
        targets=(
            Target("入园 | 企业", 6, "家"),
            Target("家", 6, "家"),
            Target("安徽省要建", 1, "家"),
            Target("实有企业数量", 5, "家", kind="actual"),
        ),
    )
    generic = grants("g5", benefit="一次性奖励", deadline=None)
    capped = grants("g6", amount=None, cap="每年最多三次", audience=None, materials=(), procedure=(), deadline=None)
    past = replace(
        plan(), effective_from=None, sections=(), targets=(Target("新增园区面积", 8, "家", deadline="2025"),)
    )
    cut = replace(past, targets=(Target("失业保险费率阶段性降", 1, "%", deadline="2027"),))
    empty = replace(plan(), effective_from=None, targets=(), sections=(Section("一、", "总体布局", "一", 1, 0, 0),))
    level = grants("g7", benefit="区级配套奖补")
    assert asked([generic, capped, past, cut, empty, level]) == []
    order = PolicyDocument("x", policy_id="o", title="云溪市人民政府令", effective_from="2025-01-01")
    digest = replace(plan(), kind=Kind.DIGEST, targets=())
    assert asked([odd, order, digest, hostile(), PolicyDocument("")]) == []


def test_an_answer_holds_what_the_document_states_whatever_its_spacing() -> None:
    example = Example("？", "标准", "g1", "补贴", "8000元")
    said = ("标准：每户 ８０００ 元。", "每户5000元", "每户18000元")
    assert [holds(text, example) for text in said] == [True, False, False]
    assert not holds("毫不相干。", replace(example, holds=""))


def test_the_page_shows_only_what_is_answered_from_the_document_itself() -> None:
    elsewhere = PolicyDocument("云栖县新增园区面积80万平方米。\n", policy_id="p0", title="云栖县要闻")
    shown = []
    other_value = replace(plan(), text=plan().text.replace("80万平方米", "180万平方米"))
    for held in ([plan()], [elsewhere, plan()], [other_value]):
        desk = Desk(FakeBase(held))
        desk.warm()
        assert desk.prepared.wait(timeout=30)
        shown.append(desk.examples)
    assert shown == [("杭州市新增园区面积的目标是多少？",), (), ()]
