"""Example questions come from what documents state."""

from __future__ import annotations

from dataclasses import replace

from kb.model import Assignment, PolicyDocument, Section, Target
from tests.fake_base import hostile, plan
from ui.examples import candidates


def test_each_form_of_question() -> None:
    units = Assignment("二、主要任务 > （一）扩大空间供给", ("县经信局",), (), 0, 1)
    one = replace(
        plan(), subject_regions=("330302",), targets=(Target("新增园区面积", 80, "万平方米", deadline="2027-12-31"),)
    )
    two = replace(plan(), policy_id="p2", issuer_region="330100", targets=(), assignments=(units,))
    three = replace(plan(), policy_id="p3", issuer_region=None, targets=(), sections=(), title="甲办法")
    four = PolicyDocument("x", policy_id="p4", title="乙要点", sections=(Section("一、", "工作原则", "", 1, 0, 1),))
    assert list(candidates([one, two, three, four])) == [
        "鹿城区到2027年新增园区面积的目标是多少？",
        "杭州市“扩大空间供给”由谁负责？",
        "《甲办法》从什么时候起施行？",
        "《乙要点》里，“工作原则”讲了什么？",
        "《云栖县小微企业园提升三年行动计划》从什么时候起施行？",
        "《云栖县小微企业园提升三年行动计划》里，“总体目标”讲了什么？",
    ]


def test_what_would_read_badly_is_not_asked() -> None:
    odd = replace(
        plan(),
        effective_from=None,
        sections=(),
        targets=(
            Target("入园 | 企业", 6, "家"),
            Target("家", 6, "家"),
            Target("安徽省要建", 1, "家"),
            Target("实有企业数量", 5, "家", kind="actual"),
        ),
    )
    assert list(candidates([odd, hostile(), PolicyDocument("")])) == []
