"""Answers are made and saved whether or not anybody waits for them; the desk finds what to ask."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kb.conversations.model import StillAnswering, Turn, TurnState, UnknownConversation
from kb.conversations.store import ConversationStore
from kb.errors import HomeBusy, QuestionInvalid, UnknownDocument
from kb.model import Answer, Filters, Kind
from tests.conversations import DAY, answer
from tests.fake_base import FakeBase, plan
from ui.answering import Answering
from ui.answers import UNEXPECTED
from ui.desk import Desk

QUESTION = "入园企业达到多少家？单个项目最高多少？对改造面积超过多少？"


class Held(FakeBase):
    """A base whose answers come when they are let go."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = threading.Event(), threading.Event()

    def ask_stream(self, question: str, **options: object) -> Iterator[Answer]:  # type: ignore[override]
        yield answer(question)
        self.begun.set()
        assert self.go_on.wait(30)
        yield replace(answer(question), mode="model:x")


def answering(home: Path, base: FakeBase, **options: object) -> Answering:
    desk = Desk(base)
    desk.ready.set()
    return Answering(desk, ConversationStore(home), **options)  # type: ignore[arg-type]


def ended(service: Answering, turn: Turn) -> Turn:
    """The turn when it has ended."""
    for _ in service.follow(turn):
        pass
    return service.turn(turn.turn_id)


def test_an_answer_is_saved_with_what_it_cites_and_what_made_it(tmp_path: Path) -> None:
    base = FakeBase()
    service = answering(tmp_path, base, made_with=lambda a: {"mode": a.mode})
    filters = Filters(kinds=(Kind.ACTION_PLAN,))
    first = ended(service, service.ask(f" {QUESTION} ", filters))
    second = ended(service, service.ask(QUESTION, Filters(), conversation_id=first.conversation_id))
    assert (first.state, first.question, first.answer) == (TurnState.ANSWERED, QUESTION, base.ask(QUESTION))
    assert (first.made_with, service.store.text("p1", plan().revision)) == ({"mode": "extractive"}, plan().text)
    assert base.asked[:2] == [(QUESTION, filters, ()), (QUESTION, Filters(), (QUESTION,))]
    assert second.n == 2
    service.close()


def test_an_answer_nobody_waits_for_is_there_after_a_restart(tmp_path: Path) -> None:
    base = Held()
    service = answering(tmp_path, base)
    turn = service.ask(QUESTION, Filters())
    base.go_on.set()
    assert ended(service, turn).state is TurnState.ANSWERED
    service.close()
    again = answering(tmp_path, FakeBase())
    assert again.conversation(turn.conversation_id).turns[0].answer == replace(answer(QUESTION), mode="model:x")
    follow = ended(again, again.ask("每年举办多少场？", Filters(), conversation_id=turn.conversation_id))
    assert follow.history == (QUESTION,)


def test_it_grows_before_it_is_whole_and_another_question_has_to_wait(tmp_path: Path) -> None:
    base = Held()
    service = answering(tmp_path, base)
    turn = service.ask(QUESTION, Filters())
    steps = service.follow(turn)
    assert (next(steps), next(steps)) == (None, answer(QUESTION))
    with pytest.raises(StillAnswering, match="上一问还在回答"):
        service.ask("又问", Filters(), conversation_id=turn.conversation_id)
    base.go_on.set()
    assert list(steps) == []
    assert service.turn(turn.turn_id).state is TurnState.ANSWERED


def test_what_is_stopped_stays_stopped(tmp_path: Path) -> None:
    base = Held()
    service = answering(tmp_path, base)
    turn = service.ask(QUESTION, Filters())
    assert base.begun.wait(30)
    assert service.stop(turn.turn_id)
    base.go_on.set()
    service.close()
    assert service.turn(turn.turn_id).state is TurnState.STOPPED
    assert not service.stop(turn.turn_id)


def test_a_turn_of_a_killed_program_is_lost_and_can_be_asked_anew(tmp_path: Path) -> None:
    with ConversationStore(tmp_path) as store:
        turn = store.ask(QUESTION, Filters(), DAY, worker="999999999-x")
    service = answering(tmp_path, FakeBase())
    assert service.turn(turn.turn_id).state is TurnState.LOST
    again = ended(
        service, service.ask(QUESTION, Filters(), conversation_id=turn.conversation_id, replaces=turn.turn_id)
    )
    turns = service.conversation(turn.conversation_id).turns
    assert ([t.turn_id for t in turns], again.state, again.n) == ([again.turn_id], TurnState.ANSWERED, 1)


def test_a_turn_of_another_running_program_is_left_to_it(tmp_path: Path) -> None:
    with ConversationStore(tmp_path) as store:
        turn = store.ask(QUESTION, Filters(), DAY, worker="1-other")
        service = answering(tmp_path, FakeBase())
        assert service.turn(turn.turn_id).state is TurnState.ASKED
        store.answered(turn.turn_id, answer(QUESTION))
    assert ended(service, turn).state is TurnState.ANSWERED


@pytest.mark.parametrize(
    ("question", "told"), [(" \n", "问题是空的"), ("长" * 2001, "问题有 2001 个字，最多 2000 个字")]
)
def test_a_question_that_cannot_be_asked_is_not_kept(tmp_path: Path, question: str, told: str) -> None:
    service = answering(tmp_path, FakeBase())
    with pytest.raises(QuestionInvalid, match=told):
        service.ask(question, Filters())
    with pytest.raises(UnknownConversation):
        service.ask("问", Filters(), conversation_id="c" + "0" * 16)
    assert not service.store.path.exists()


def test_what_goes_wrong_is_kept_as_a_message(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    busy = HomeBusy(tmp_path, "进程 7")
    service = answering(tmp_path, FakeBase(failure=busy))
    turn = ended(service, service.ask(QUESTION, Filters()))
    assert (turn.state, turn.problem) == (TurnState.FAILED, str(busy))
    with caplog.at_level(logging.ERROR):
        service = answering(tmp_path, FakeBase(failure=ZeroDivisionError("/secret/path")))
        turn = ended(service, service.ask(QUESTION, Filters()))
    assert (turn.state, turn.problem) == (TurnState.FAILED, UNEXPECTED)
    assert [r.exc_info[0] for r in caplog.records if r.exc_info] == [ZeroDivisionError]


def test_follow_ups_are_found_behind_the_answer(tmp_path: Path) -> None:
    service = answering(tmp_path, FakeBase(), follow_ups=lambda a: ("接着问？",))
    turn = service.ask(QUESTION, Filters())
    work = service._works.get(turn.turn_id)
    ended(service, turn)
    if work and work.thread:
        work.thread.join(30)
    assert service.turn(turn.turn_id).follow_ups == ("接着问？",)


def test_warming_finds_examples_that_are_answered() -> None:
    asked = Desk(FakeBase())
    asked.warm()
    assert asked.prepared.wait(timeout=30)
    assert asked.examples == ("杭州市新增园区面积的目标是多少？",)


def test_warming_waits_for_the_page_or_for_whoever_asks(tmp_path: Path) -> None:
    waiting = Desk(FakeBase())
    waiting.warm(head_start=60)
    assert not waiting.ready.wait(timeout=0.2)
    service = Answering(waiting, ConversationStore(tmp_path))
    turn = service.ask(QUESTION, Filters())
    assert (ended(service, turn).state, waiting.ready.is_set()) == (TurnState.ANSWERED, True)
    left = Desk(FakeBase())
    left.warm(head_start=60)
    left.close()  # at once
    assert left.ready.is_set()


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
