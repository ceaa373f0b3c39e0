"""Two editions, two levels and two documents in one question; mistyped words, as the reader is told of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kb.base import KnowledgeBase
from kb.commands.ask import _text
from kb.model import Filters, Kind, Reference, Submission
from kb.parts import Parts
from tests.bases import open_base, submission
from ui.answers import answer_body

DAY = date(2031, 6, 1)
TITLE, NUMBER = "云溪市夜市摊位补贴办法（试行）", "云政办〔2027〕6号"
REPEALS = f"《{TITLE}》（{NUMBER}）同时废止。"


def rules(name: str, title: str, text: str, **fields: Any) -> Submission:
    """A document of 云溪市 whose text stands under its title."""
    values = {"issuer": "云溪市人民政府", "kind": Kind.MEASURES, "effective_from": "2027-01-01"} | fields
    return submission(f"{name}.txt", f"{title}\n{text}", size=120, policy_id=name, title=title, **values)


def newer() -> Submission:
    title = "云溪市夜市摊位补贴办法"
    text = (
        f"第三条 摊位补贴按每月200元发放，由市城管局负责。\n第四条 以虚假材料领取的，5年内不再受理。\n第五条 {REPEALS}"
    )
    start = len(title) + 1 + text.index("《")
    cited = Reference(TITLE, NUMBER, "废止", start, start + len(f"《{TITLE}》（{NUMBER}）"))
    return rules("new", title, text, effective_from="2031-01-01", references=(cited,))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    old = "第三条 摊位补贴按每月120元发放，由市城管局负责。\n第四条 以虚假材料领取的，3年内不再受理。"
    town = "第三条 摊位补贴在市级之外由县财政每月另给50元，由县城管局负责。"
    with open_base(Path(tmp_path_factory.mktemp("compared"))) as base:
        base.put_many(
            [
                rules("old", TITLE, old, doc_number=NUMBER),
                newer(),
                rules("town", "松口县夜市摊位补贴实施细则", town, issuer="松口县人民政府"),
            ]
        )
        yield base


def test_each_of_two_editions_is_quoted(base: KnowledgeBase) -> None:
    answer = base.ask("云溪市新旧两版夜市办法，以虚假材料领取的几年内不再受理？", as_of=DAY)
    assert [c.policy_id for c in answer.citations] == ["new", "old"], answer.reason
    assert "5年内" in answer.sentences[0].text
    assert "3年内" in answer.sentences[1].text
    assert any("废止" in warning for warning in answer.warnings)


def test_an_edition_outside_the_filters_is_not_quoted(base: KnowledgeBase) -> None:
    answer = base.ask(
        "云溪市新旧两版夜市办法，以虚假材料领取的几年内不再受理？", as_of=DAY, filters=Filters(policy_ids=("new",))
    )
    assert {c.policy_id for c in answer.citations} == {"new"}, answer.reason
    assert "5年内" in answer.text
    assert answer.warnings[-1].startswith("问的是前后两版，这里只引了一版")


def test_what_two_levels_give_is_quoted_of_each(base: KnowledgeBase) -> None:
    answer = base.ask("在松口县摆摊位，市里加县里每月一共补贴多少元？", as_of=DAY)
    assert [c.policy_id for c in answer.citations] == ["new", "town"], answer.reason
    assert ("200元" in answer.sentences[0].text, "50元" in answer.sentences[1].text) == (True, True)


def test_a_mistyped_word_is_put_right_and_told(base: KnowledgeBase) -> None:
    typed, meant = "云溪市夜市摊位补帖每月多少元？", "云溪市夜市摊位补贴每月多少元？"
    answer = base.ask(typed, as_of=DAY)
    assert (answer.question, answer.understood) == (typed, meant)
    assert "200元" in answer.text
    assert "按“云溪市夜市摊位补贴每月多少元？”理解。" in answer_body(1, answer)
    assert _text(answer).startswith(f"按“{meant}”理解。\n")
    assert base.ask(meant, as_of=DAY).understood is None
    assert [h.chunk for h in base.search(typed)] == [h.chunk for h in base.search(meant)]
    assert base.ask("那青川市的摊位补帖呢？", as_of=DAY, history=[typed]).understood == "那青川市的摊位补贴呢？"


def test_a_refusal_tells_how_the_question_was_read(base: KnowledgeBase) -> None:
    answer = base.ask("青川市的摊位补帖每月多少元？", as_of=DAY)
    assert answer.abstained
    assert "按“青川市的摊位补贴每月多少元？”理解。" in answer_body(1, answer)


def test_without_the_part_a_question_stays_as_typed(tmp_path: Path) -> None:
    with open_base(tmp_path, parts=Parts(spelling=False)) as base:
        base.put_many([newer()] + [rules(f"m{n}", f"云溪市第{n}号通知", "摊位补贴照发。") for n in range(3)])
        assert base.ask("摊位补帖多少元？", as_of=DAY).understood is None
        assert base.respelled("摊位补帖") == "摊位补帖"


@pytest.fixture(scope="module")
def bodies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    def report(name: str, title: str, text: str) -> Submission:
        return submission(f"{name}.txt", f"{title}\n{text}", size=120, policy_id=name, title=title)

    with open_base(Path(tmp_path_factory.mktemp("bodies"))) as base:
        base.put_many(
            [
                report(
                    "port",
                    "海川港务集团年度报告",
                    "海川港务集团2031年吞吐量为320万吨。\n集团于2031年4月更新了安全制度。",
                ),
                report("ship", "长岭航运有限公司年度报告", "长岭航运有限公司2031年吞吐量为280万吨。\n公司有船12艘。"),
            ]
        )
        yield base


def test_each_of_two_bodies_is_quoted(bodies: KnowledgeBase) -> None:
    answer = bodies.ask("比较2031年海川港务集团和长岭航运有限公司的吞吐量，哪家公司的吞吐量更高？", as_of=DAY)
    assert [c.policy_id for c in answer.citations] == ["port", "ship"], answer.reason
    assert ("320万吨" in answer.sentences[0].text, "280万吨" in answer.sentences[1].text) == (True, True)


def test_the_body_without_evidence_is_named(bodies: KnowledgeBase) -> None:
    answer = bodies.ask("海川港务集团和东澜造船有限公司2031年的吞吐量分别是多少？", as_of=DAY)
    assert answer.abstained
    assert (answer.reason or "").startswith("关于东澜造船有限公司：")
