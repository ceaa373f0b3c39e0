"""Conversations: each turn is answered for what was named last, and what asks nothing is not answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kb.base import KnowledgeBase
from kb.model import Kind
from tests.bases import open_base, submission

DAY = date(2031, 6, 1)
RULES = {
    "yunxi": ("云溪市", "摊位补贴按每月200元发放，设摊满3个月后申请，由市商务局负责。"),
    "qingyan": ("青岩区", "摊位补贴按每月300元发放，设摊满4个月后申请，由区城管局负责。"),
    "hewan": ("河湾区", "摊位补贴按每月150元发放，设摊满6个月后申请，由区市场监管局负责。"),
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with open_base(Path(tmp_path_factory.mktemp("turns"))) as base:
        base.put_many(
            submission(
                f"{name}.txt",
                f"{place}夜市摊位补贴办法\n第一条 为规范夜市，制定本办法。\n第二条 {rule}\n第三条 虚假的，追回补贴。",
                size=200,
                policy_id=name,
                title=f"{place}夜市摊位补贴办法",
                issuer=f"{place}人民政府",
                kind=Kind.MEASURES,
                effective_from="2030-01-01",
            )
            for name, (place, rule) in RULES.items()
        )
        yield base


@pytest.mark.parametrize(
    ("history", "turn", "cited", "said"),
    [
        (["青岩区的摊位补贴每月多少元？"], "河湾区呢？", "hewan", "150元"),
        (["青岩区的摊位补贴每月多少元？"], "那河湾呢？", "hewan", "150元"),
        (["河湾区的摊位补贴每月多少元？"], "那云溪市呢？", "yunxi", "200元"),
        (["杭州的摊位补贴每月多少元？"], "云溪市呢？", "yunxi", "200元"),
        (["青岩区的摊位补贴每月多少元？", "河湾区呢？"], "谁负责？", "hewan", "区市场监管局"),
        (["云溪市的摊位补贴每月多少元？", "青岩区呢？"], "要设摊满几个月？", "qingyan", "4个月"),
    ],
)
def test_a_turn_is_answered_for_the_place_named_last(
    base: KnowledgeBase, history: list[str], turn: str, cited: str, said: str
) -> None:
    answer = base.ask(turn, as_of=DAY, history=history)
    assert {c.policy_id for c in answer.citations} == {cited}, answer.reason
    assert said in answer.text


def test_a_place_without_rules_is_refused_by_its_own_name(base: KnowledgeBase) -> None:
    answer = base.ask("临澜市呢？", as_of=DAY, history=["青岩区的摊位补贴每月多少元？"])
    assert answer.reason == "没有找到关于临澜市的依据：内容最接近的文件讲的是别的地区。", answer.text


BEFORE = ["青岩区的摊位补贴每月多少元？"]


@pytest.mark.parametrize("turn", ["谢谢", "你好", "好的", "你是谁？"])
def test_what_asks_nothing_is_answered_with_what_can_be_asked(base: KnowledgeBase, turn: str) -> None:
    answer = base.ask(turn, as_of=DAY, history=BEFORE)
    assert (answer.abstained, answer.citations, answer.nearest) == (True, (), ())
    assert "可以问：" in (answer.reason or "")


@pytest.mark.parametrize(
    ("turn", "reason"),
    [
        ("今天天气怎么样？", "没有足够的依据：最接近的文件里没有提到“今天天气”。"),
        ("能贷款吗？", "没有足够的依据：最接近的文件里没有提到“贷款”。"),
    ],
)
def test_what_a_turn_names_itself_is_not_answered_with_what_was_asked_before(
    base: KnowledgeBase, turn: str, reason: str
) -> None:
    answer = base.ask(turn, as_of=DAY, history=BEFORE)
    assert (answer.abstained, answer.reason) == (True, reason), answer.text
