"""A question of a session, step by step."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace

import pytest
from lxml import html

from kb.errors import HomeBusy, UnknownDocument
from kb.model import Filters, Kind
from tests.fake_base import FakeBase, plan
from ui.conversation import PREPARING, SEARCHING, UNEXPECTED, Session, Step, converse
from ui.desk import Desk

QUESTION = "入园企业达到多少家？单个项目最高多少？对改造面积超过多少？"
FIRST = "到2027年，全县新增园区面积80万平方米，入园企业达到900家，每年举办对接活动不少于40场。"
SECOND = "盘活闲置厂房，对改造面积超过5000平方米的项目，按每平方米200元给予补助，单个项目最高300万元。"


def desk(base: FakeBase) -> Desk:
    ready = Desk(base)
    ready.ready.set()
    return ready


def shown(step: Step, path: str) -> list[str]:
    return [n.text_content() for n in html.fragment_fromstring(step.live).cssselect(path)]


def test_an_answer_comes_sentence_by_sentence_with_its_evidence() -> None:
    steps = list(converse(desk(FakeBase()), f" {QUESTION} ", Filters(), Session()))
    assert [shown(s, ".waiting, .sentence") for s in steps] == [
        [SEARCHING],
        [f"{FIRST}[1]"],
        [f"{FIRST}[1]", f"{SECOND}[2]"],
    ]
    assert [len(shown(s, ".card")) for s in steps] == [0, 1, 2]
    assert [shown(s, ".question p") for s in steps] == [[QUESTION]] * 3
    assert [s.session for s in steps] == [Session(), Session(), Session((steps[-1].live,), (QUESTION,), 1)]
    assert all(s.accepted for s in steps)


def test_a_worded_answer_is_shown_as_it_grows() -> None:
    base = FakeBase()
    whole = base.ask(QUESTION)
    first = replace(whole, sentences=whole.sentences[:1], citations=whole.citations[:1], mode="model:qwen")
    last = replace(whole, mode="model:qwen", understood="说全的问题")
    base.ask_stream = lambda *_, **__: iter([first, last])  # type: ignore[method-assign]
    steps = list(converse(desk(base), QUESTION, Filters(), Session()))
    assert [len(shown(s, ".sentence")) for s in steps] == [0, 1, 2, 2]
    assert shown(steps[-1], ".understood, .worded") == [
        "按“说全的问题”理解。",
        "由模型 qwen 组织语言，逐句核对过依据。",
    ]


def test_turns_are_numbered_through_a_session_and_sessions_know_nothing_of_each_other() -> None:
    base = FakeBase()
    asked = desk(base)
    one = list(converse(asked, QUESTION, Filters(), Session()))[-1].session
    two = list(converse(asked, QUESTION, Filters(), one))[-1].session
    other = list(converse(asked, QUESTION, Filters(), Session()))[-1].session
    assert [html.fragment_fromstring(t).get("id") for t in two.turns] == ["t1", "t2"]
    assert (two.count, other) == (2, one)
    assert [history for _, _, history in base.asked] == [(), (QUESTION,), ()]


def test_a_long_session_keeps_its_last_turns_and_goes_on_counting() -> None:
    session = Session()
    for n in range(40):
        session = session.with_turn(f"q{n}", str(n))
    assert session == Session(tuple(str(n) for n in range(10, 40)), tuple(f"q{n}" for n in range(10, 40)), 40)


def test_the_filters_reach_the_base_and_the_reader() -> None:
    base = FakeBase()
    filters = Filters(kinds=(Kind.NOTICE,))
    last = list(converse(desk(base), QUESTION, filters, Session()))[-1]
    assert base.asked == [(QUESTION, filters, ())]
    assert shown(last, ".limits") == ["筛选：通知"]
    assert shown(last, ".reason") == ["无法回答。没有文件提到所问的事项。"]


@pytest.mark.parametrize(
    ("question", "message"), [("  \n", "问题是空的，请写上要问的内容。"), ("长" * 20000, "问题太长。")]
)
def test_a_question_that_cannot_be_asked_stays_in_the_box(question: str, message: str) -> None:
    last = list(converse(desk(FakeBase()), question, Filters(), Session(("旧",), ("旧问",), 1)))[-1]
    assert last == Step(
        f'<div class="notice problem" role="alert"><p>{message}</p></div>', Session(("旧",), ("旧问",), 1), False
    )


def test_an_error_of_the_base_is_its_message(tmp_path: object) -> None:
    error = HomeBusy(tmp_path, "进程 7")  # type: ignore[arg-type]
    last = list(converse(desk(FakeBase(failure=error)), QUESTION, Filters(), Session()))[-1]
    assert shown(last, ".problem") == [str(error)]
    assert last.session.count == 1


def test_an_unexpected_error_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        last = list(
            converse(desk(FakeBase(failure=ZeroDivisionError("/secret/path"))), QUESTION, Filters(), Session())
        )[-1]
    assert shown(last, ".problem") == [UNEXPECTED]
    assert [r.exc_info[0] for r in caplog.records if r.exc_info] == [ZeroDivisionError]


def test_before_the_model_is_ready_it_says_so_and_waits() -> None:
    waiting = Desk(FakeBase())
    steps = converse(waiting, QUESTION, Filters(), Session())
    assert shown(next(steps), ".waiting") == [PREPARING]
    results: list[Step] = []
    thread = threading.Thread(target=lambda: results.extend(steps))
    thread.start()
    assert results == []
    waiting.ready.set()
    thread.join(timeout=30)
    assert shown(results[-1], ".sentence") == [f"{FIRST}[1]", f"{SECOND}[2]"]


def test_warming_finds_examples_that_are_answered() -> None:
    base = FakeBase()
    asked = Desk(base)
    asked.warm()
    assert asked.prepared.wait(timeout=30)
    assert asked.examples == ("杭州市新增园区面积的目标是多少？",)


@pytest.mark.parametrize("base", [FakeBase([]), FakeBase(failure=RuntimeError("no model"))])
def test_warming_never_keeps_the_page_from_opening(base: FakeBase) -> None:
    asked = Desk(base)
    asked.warm()
    asked.close()
    assert (asked.ready.is_set(), asked.examples) == (True, ())


def test_a_document_that_is_gone_is_none() -> None:
    asked = Desk(FakeBase())
    assert asked.load("p1", plan().revision) == plan()
    assert asked.load("p1", "0" * 16) is None
    with pytest.raises(UnknownDocument):
        asked.base.document("none")


def test_closing_ends_the_search_for_examples() -> None:
    asked = Desk(FakeBase())
    asked.close()
    asked.warm()
    assert (asked.prepared.wait(timeout=30), asked.examples) == (True, ())
