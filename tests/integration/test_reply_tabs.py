"""One draft open in two tabs: what is done in one does not undo or misplace what is done in the other."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import fields
from types import SimpleNamespace
from typing import Any

import pytest

from kb.base import KnowledgeBase
from kb.reply import Draft
from tests.reply_desk import DAY, settings_of, text_of
from ui.reply_desk import ReplyDesk
from ui.reply_events import ReplyEvents
from ui.reply_form import FIELDS
from ui.reply_parts import Parts

NAME = "孵化空间"
MISSED = "老厂房闲置多，改造慢。"


def quiet(share: float, what: str) -> None:
    """Tells nobody."""


class Tab:
    """A tab of the page: what its components hold, each called by its name, and the events of the desk on them."""

    def __init__(self, desk: ReplyDesk, draft: Draft, n: int) -> None:
        parts = Parts(**{f.name: FIELDS if f.name == "fields" else f.name for f in fields(Parts)})
        self.events = ReplyEvents(desk, parts, "tabs")
        self.holds: dict[str, Any] = {}
        self.get(self.events.opened(draft, n))

    def get(self, updates: dict[Any, Any]) -> None:
        self.holds |= updates

    def typed(self, words: str) -> None:
        """The writer's own words are typed, and the box is left."""
        self.holds["note"] = words
        self.left()

    def left(self) -> None:
        self.get(self.events.note(*self.of("draft_id", "ask", "note")))

    def press(self, **data: str) -> None:
        self.get(self.events.bench_event(SimpleNamespace(_data=data), *self.of("draft_id", "ask")))

    def of(self, *names: str) -> list[Any]:
        return [self.holds[name] for name in names]


@pytest.fixture(scope="module")
def desk(reply_base: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> ReplyDesk:
    mine = copy.copy(reply_base)
    mine.settings = reply_base.settings.model_copy(update={"home": tmp_path_factory.mktemp("tabs")})
    return ReplyDesk(mine)


@pytest.fixture(scope="module")
def begun(desk: ReplyDesk) -> Draft:
    return desk.begin(text_of(NAME), settings_of(NAME), DAY, quiet)


@pytest.fixture
def tab(desk: ReplyDesk, begun: Draft) -> Callable[[int], Tab]:
    """Opens the same fresh draft in a tab, at an ask."""
    made = desk.copy(begun.draft_id)
    return lambda n: Tab(desk, made, n)


def notes(desk: ReplyDesk, tab: Tab) -> dict[str, str]:
    draft = desk.load(tab.holds["draft_id"])
    headings = ["", *(a.heading for a in draft.suggestion.asks)]
    return {h: chosen.note for h, chosen in zip(headings, draft.picks, strict=True) if chosen.note}


def test_an_ask_added_in_one_tab_moves_nothing_in_the_other(desk: ReplyDesk, tab: Callable[[int], Tab]) -> None:
    one, other = tab(2), tab(1)
    heading = desk.load(one.holds["draft_id"]).suggestion.asks[1].heading
    key = desk.load(one.holds["draft_id"]).picks[2].measures[0]
    other.get(other.events.mark(quiet, other.holds["draft_id"], MISSED))
    one.typed("另行研究")
    assert notes(desk, one) == {heading: "另行研究"}
    one.press(do="drop", key=key)
    after = desk.load(one.holds["draft_id"])
    assert (after.suggestion.asks[2].heading, key in after.picks[3].measures) == (heading, False)
    assert "已自动保存" in one.holds["head"] and heading in one.holds["bench"]


def test_a_button_of_an_ask_opens_that_ask(desk: ReplyDesk, tab: Callable[[int], Tab]) -> None:
    one, other = tab(1), tab(1)
    draft = desk.load(one.holds["draft_id"])
    third = draft.ask_id(3)
    other.get(other.events.mark(quiet, other.holds["draft_id"], MISSED))
    one.press(do="ask", ask=third)
    assert one.holds["ask"] == third
    one.press(do="ask", ask="1-2")
    assert "草稿里没有这条要求" in one.holds["notice"]
