"""More readers than are answered at once: the rest wait in line, and nothing else waits with them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from kb.base import KnowledgeBase
from kb.conversations.model import TurnState
from kb.conversations.store import ConversationStore
from kb.model import Answer, Filters
from tests.served import ASKED, Scripted, running, served_base, warmed
from ui.answering import Answering
from ui.places import Crowded, Room
from ui.rooms import Rooms
from ui.server import application

READERS = 45  # more than the framework has threads for everything


@pytest.fixture
def base(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with served_base(tmp_path / "home") as base:
        yield base


class Held(Scripted):
    """A base that answers by a script and knows its documents."""

    def __init__(self, base: KnowledgeBase, script: Callable[[], Iterator[Answer]]) -> None:
        super().__init__(script)
        self.document = base.document


@contextmanager
def held(base: KnowledgeBase) -> Iterator[tuple[Any, threading.Event]]:
    """A desk that answers once the event is set."""
    go_on = threading.Event()

    def script() -> Iterator[Answer]:
        go_on.wait(60)
        yield from base.ask_stream(ASKED)

    try:
        yield warmed(Held(base, script)), go_on
    finally:
        go_on.set()


def test_readers_who_wait_on_the_page_hold_nobody_else_up(base: KnowledgeBase) -> None:
    with held(base) as (desk, _):
        rooms = Rooms(desk, base)
        with running(application(desk, base, rooms.mine)) as url, httpx.Client(base_url=url, timeout=20) as client:
            config = client.get("/config").json()
            question = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "question")
            ask = next(d for d in config["dependencies"] if [question, "submit"] in d["targets"])
            data = [ASKED if component == question else None for component in ask["inputs"]]
            for n in range(READERS):
                sent = {"fn_index": ask["id"], "data": data, "session_hash": f"s{n}", "trigger_id": None}
                client.post("/gradio_api/queue/join", json=sent).raise_for_status()
            until = time.monotonic() + 60
            while desk.running.count < READERS and time.monotonic() < until:
                time.sleep(0.1)
            assert desk.running.count == READERS
            assert client.get("/library/look").status_code == 200
            assert client.post("/api/search", json={"question": ASKED}).json()["hits"][0]["title"]
        rooms.close()


def test_no_more_questions_are_taken_than_can_wait(base: KnowledgeBase, tmp_path: Path) -> None:
    with held(base) as (desk, go_on), ConversationStore(tmp_path / "talks") as store:
        answering = Answering(desk, store, room=Room(at_once=1, waiting=2))
        turns = [answering.ask(ASKED, Filters()) for _ in range(3)]
        with pytest.raises(Crowded, match="排不上队"):
            answering.ask(ASKED, Filters())
        assert (desk.running.count, len(store.list())) == (3, 3)  # nothing is left of what was not taken
        go_on.set()
        for turn in turns:
            assert list(answering.follow(turn))
        until = time.monotonic() + 20
        while desk.running.count and time.monotonic() < until:
            time.sleep(0.05)
        assert [store.turn(t.turn_id).state for t in turns] == [TurnState.ANSWERED] * 3
        last = answering.ask(ASKED, Filters())
        list(answering.follow(last))
        assert answering.turn(last.turn_id).state is TurnState.ANSWERED
        answering.close()


def test_a_question_that_is_stopped_in_line_is_not_answered(base: KnowledgeBase, tmp_path: Path) -> None:
    asked, go_on = [], threading.Event()

    def script() -> Iterator[Answer]:
        asked.append(1)
        go_on.wait(60)
        yield from base.ask_stream(ASKED)

    desk = warmed(Held(base, script))
    with ConversationStore(tmp_path / "talks") as store:
        answering = Answering(desk, store, room=Room(at_once=1))
        first, second = answering.ask(ASKED, Filters()), answering.ask(ASKED, Filters())
        assert answering.stop(second.turn_id)
        go_on.set()
        list(answering.follow(first))
        until = time.monotonic() + 20
        while desk.running.count and time.monotonic() < until:
            time.sleep(0.05)
        assert (desk.running.count, asked, answering.turn(second.turn_id).state) == (0, [1], TurnState.STOPPED)
        answering.close()
