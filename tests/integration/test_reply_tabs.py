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
        self.get(self.events.note(*self.of("draft_id", "ask", "noted", "note")))

    def set(self, name: str, value: str) -> None:
        """A setting is typed, and its field left."""
        self.holds[name] = value
        self.get(self.events.set(*self.of("draft_id", "ask", "formed", *FIELDS)))

    def press(self, **data: str) -> None:
        self.get(self.events.bench_event(SimpleNamespace(_data=data), *self.of("draft_id", "ask")))

    def of(self, *names: str) -> list[Any]:
        return [self.holds[name] for name in names]


@pytest.fixture(scope="module")
def desk(reply_base: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> ReplyDesk:
    mine = copy.copy(reply_base)
    mine.settings = reply_base.settings.model_copy(update={"home": tmp_path_factory.mktemp("tabs")})
    return ReplyDesk(mine, lambda: mine.settings.home)


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


def test_an_old_tab_does_not_erase_a_note(desk: ReplyDesk, tab: Callable[[int], Tab]) -> None:
    old, new = tab(1), tab(1)
    new.typed("另行研究")
    old.left()  # the box is only passed through
    assert list(notes(desk, old).values()) == ["另行研究"]
    new.typed("")
    assert notes(desk, old) == {}


def test_of_two_notes_both_are_kept_and_it_is_said(desk: ReplyDesk, tab: Callable[[int], Tab]) -> None:
    old, new = tab(1), tab(1)
    new.typed("另行研究")
    old.typed("拟予采纳")
    assert list(notes(desk, old).values()) == ["另行研究\n拟予采纳"]
    assert old.holds["note"] == old.holds["noted"] == "另行研究\n拟予采纳"
    assert "在别的网页里也改过。两处写的都留在框里了" in old.holds["notice"]
    old.typed("另行研究，拟予采纳")  # merged
    assert list(notes(desk, old).values()) == ["另行研究，拟予采纳"]
    old.typed("拟予采纳")
    assert list(notes(desk, old).values()) == ["拟予采纳"] and old.holds["notice"] == ""


def test_an_old_tab_sets_only_what_was_typed_in_it(desk: ReplyDesk, tab: Callable[[int], Tab]) -> None:
    old, new = tab(1), tab(1)
    new.set("contact", "李明")
    old.set("phone", "1234567")
    settings = desk.load(old.holds["draft_id"]).settings
    assert (settings.contact, settings.phone) == ("李明", "1234567")
    assert old.holds["contact"] == "李明"
    new.set("contact", "王一")
    old.set("contact", "赵二")
    assert desk.load(old.holds["draft_id"]).settings.contact == "赵二"
    assert "“联系人”在别处改成了“王一”，已按这里写的“赵二”保存。" in old.holds["notice"]


def test_gathering_anew_in_an_old_tab_keeps_settings_made_elsewhere(desk: ReplyDesk, tab: Callable[[int], Tab]) -> None:
    old, new = tab(1), tab(1)
    new.set("contact", "李明")
    old.set("as_of", "2026年12月1日")
    assert "重新查找依据" in str(old.holds["again"])
    old.get(old.events.again(quiet, *old.of("draft_id", "ask", "formed", *FIELDS)))
    draft = desk.load(old.holds["draft_id"])
    assert (draft.settings.contact, draft.as_of, old.holds["contact"]) == ("李明", "2026-12-01", "李明")
