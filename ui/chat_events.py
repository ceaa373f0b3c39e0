"""What happens in the tab of the chat: a handler for each event. The conversations are on disk, never in the page."""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from kb.conversations.model import Turn, TurnState, UnknownConversation, UnknownTurn, Verdict
from kb.errors import KBError, QuestionInvalid
from ui import chat_view, talks_view
from ui.answering import Mine
from ui.answers import problem
from ui.chat_page import ChatPage, Updates, plain
from ui.chat_parts import Parts
from ui.desk import Desk
from ui.events import data_of, message_of
from ui.filters import chosen

CONVERSATION = re.compile(r"c[0-9a-f]{16}")
TURN = re.compile(r"t[0-9a-f]{16}")
_FIELDS = ("region", "issuer", "kinds", "first", "last")
_SESSIONS = 2000  # pages remembered, to know which of their events is the last
_LOOK = 0.25  # seconds between two looks for follow-ups
_LOOKS = 120

Event: TypeAlias = Any  # gradio is imported late
Request: TypeAlias = Any
Value: TypeAlias = Any


class ChatEvents(ChatPage):
    """The handlers of the tab: each yields what is to change, by component."""

    def __init__(self, mine: Mine, desk: Desk, parts: Parts) -> None:
        super().__init__(mine, desk, parts)
        self._latest: OrderedDict[str, int] = OrderedDict()

    # Events

    def load(self, request: Request) -> Iterator[Updates]:
        """The page is opened: at the conversation its address names, its answer followed to its end."""
        wanted = str(request.query_params.get("c") or "")
        threading.Thread(target=self.answering.tidy, name="tidy", daemon=True).start()
        yield self.guarded(self.filled)
        if wanted:
            yield from self._safely(self.opened, request, wanted)
        else:
            yield self.guarded(lambda: self.listed(""))
            self.desk.hurry()
            self.desk.prepared.wait()
            yield self.examples(visible=True)
            yield self.unchanged()

    def ask(self, request: Request, text: str, conversation: str, editing: str, *form: Value) -> Iterator[Updates]:
        """The question in the box is sent."""
        yield from self._safely(self._asked, request, text, conversation, editing, form, {self.p.question: ""})

    def pick(self, request: Request, text: str, conversation: str, editing: str, *form: Value) -> Iterator[Updates]:
        """A question that is offered is sent; what is typed in the box stays there."""
        yield from self._safely(self._asked, request, text, conversation, editing, form, {})

    def press(
        self,
        event: Event,
        request: Request,
        conversation: str,
        editing: str,
        *form: Value,
    ) -> Iterator[Updates]:
        """A button in a piece of HTML is pressed, or a form of it sent."""
        data = data_of(event)
        deeds: dict[str, Callable[[], Iterator[Updates]]] = {
            "new": lambda: self.new(request),
            "open": lambda: self.opened(request, data.get("id", "")),
            "ask": lambda: self._asked(request, data.get("question", ""), conversation, "", form, {}),
            "retry": lambda: self._again(request, data.get("turn", ""), form),
            "edit": lambda: self._edit(data.get("turn", ""), form),
            "remark": lambda: self._remark(data, conversation),
            "rename": lambda: self._rename(data, conversation),
            "delete": lambda: self._delete(request, data.get("id", ""), conversation),
            "restore": lambda: self._restore(data.get("id", ""), conversation),
            "erase": lambda: self._erase(request, data.get("id", ""), conversation),
            "unfilter": lambda: self._unfilter(data, editing, form),
        }
        deed = deeds.get(data.get("do", ""))
        if deed is not None:
            yield from self._safely(deed)

    def stop(self, conversation: str) -> Updates:
        """The answer is no longer wanted; what follows it sees that it has ended."""
        try:
            for turn in self.answering.conversation(_known(conversation)).turns[-1:]:
                self.answering.stop(turn.turn_id)
        except KBError as error:
            return {self.p.told: problem(str(error))}
        return {self.p.told: ""}

    def chips(self, editing: str, *form: Value) -> str:
        """The filters as chips."""
        return talks_view.chips(*plain(form), editing=bool(editing))

    # What is shown

    def new(self, request: Request) -> Iterator[Updates]:
        """No conversation is open."""
        self._number(request)
        yield self.closed() | self.listed("") | self.examples(visible=True)

    def opened(self, request: Request, conversation_id: str) -> Iterator[Updates]:
        """A conversation, and its answer to its end where one is being made."""
        number = self._number(request)
        try:
            found = self.answering.conversation(_known(conversation_id))
            if found.deleted_on:
                raise UnknownConversation(conversation_id)
        except UnknownConversation:
            told = "这个对话不在这里：可能已经删除。左边是现有的对话，也可以直接提问。"
            yield self.closed() | self.listed("") | self.examples(visible=True) | {self.p.told: problem(told)}
            return
        yield self.shown(found) | self.filters(found.filters) | {self.p.told: ""}
        if found.turns:
            yield from self._followed(found.turns[-1], number, again=False)

    def _followed(self, turn: Turn, number: tuple[str, int], *, again: bool = True) -> Iterator[Updates]:
        """The turn as its answer grows, and whole; then what to go on with. Left as soon as the page shows another."""
        if turn.state is TurnState.ASKED:
            load = self.loader()
            for grown in self.answering.follow(turn):
                if self._latest.get(number[0]) != number[1]:
                    return
                if grown is not None and grown.sentences:
                    yield {self.p.live: chat_view.growing(turn, grown, load)}
            if self._latest.get(number[0]) != number[1]:
                return
            ended = self.answering.turn(turn.turn_id)
            yield {
                self.p.live: chat_view.shown(ended, load, last=True),
                **self.buttons(ended.state is TurnState.ASKED),
            }
        for _ in range(_LOOKS):
            if not self.answering.offering(turn.turn_id):
                break
            time.sleep(_LOOK)
        if self._latest.get(number[0]) == number[1] and (again or turn.state is TurnState.ASKED):
            try:
                yield {self.p.more: chat_view.offered(self.answering.turn(turn.turn_id).follow_ups)}
            except UnknownTurn:
                return

    # Deeds

    def _asked(
        self, request: Request, text: str, conversation: str, editing: str, form: tuple[Any, ...], also: Updates
    ) -> Iterator[Updates]:
        turn = self.answering.ask(text, chosen(*form), conversation_id=_known(conversation), replaces=editing)
        yield also | self.asked(turn, form)
        yield from self._followed(turn, self._number(request))

    def _again(self, request: Request, turn_id: str, form: tuple[Any, ...]) -> Iterator[Updates]:
        before = self.answering.turn(_turn(turn_id))
        turn = self.answering.ask(
            before.question, before.filters, conversation_id=before.conversation_id, replaces=before.turn_id
        )
        yield self.asked(turn, form)
        yield from self._followed(turn, self._number(request))

    def _edit(self, turn_id: str, form: tuple[Any, ...]) -> Iterator[Updates]:
        turn = self.answering.turn(_turn(turn_id))
        chips = talks_view.chips(*plain(form), editing=True)
        yield {self.p.question: turn.question, self.p.editing: turn.turn_id, self.p.chips: chips}

    def _remark(self, data: Mapping[str, str], conversation: str) -> Iterator[Updates]:
        try:
            verdict = Verdict(data.get("verdict", ""))
        except ValueError as error:
            raise QuestionInvalid("请先选哪里不对，再提交。") from error
        self.answering.store.remark(_turn(data.get("turn", "")), verdict, data.get("text", ""))
        found, load = self.answering.conversation(_known(conversation)), self.loader()
        yield {self.p.past: chat_view.past(found, load), self.p.live: chat_view.live(found, load), self.p.told: ""}

    def _rename(self, data: Mapping[str, str], conversation: str) -> Iterator[Updates]:
        self.answering.store.rename(_known(data.get("id", "")), data.get("title", ""))
        yield self.listed(conversation) | {self.p.told: ""}

    def _delete(self, request: Request, conversation_id: str, conversation: str) -> Iterator[Updates]:
        self.answering.store.delete(_known(conversation_id))
        if conversation_id == conversation:
            yield from self.new(request)
            conversation = ""
        yield self.listed(conversation, undo=conversation_id)

    def _restore(self, conversation_id: str, conversation: str) -> Iterator[Updates]:
        self.answering.store.restore(_known(conversation_id))
        yield self.listed(conversation)

    def _erase(self, request: Request, conversation_id: str, conversation: str) -> Iterator[Updates]:
        try:
            self.answering.store.erase(_known(conversation_id))
        finally:  # they are gone from the list, also where the file could not be written anew
            if conversation_id and conversation_id != conversation:
                yield self.listed(conversation)
            else:
                yield from self.new(request)

    def _unfilter(self, data: Mapping[str, str], editing: str, form: tuple[Any, ...]) -> Iterator[Updates]:
        field, value = data.get("field", ""), data.get("value", "")
        if field == "edit":
            yield {self.p.editing: "", self.p.question: "", self.p.chips: talks_view.chips(*plain(form))}
            return
        left: list[Any] = list(plain(form))
        if field in _FIELDS:
            at = _FIELDS.index(field)
            left[at] = [kind for kind in left[at] if kind != value] if field == "kinds" else ""
            chips = talks_view.chips(*left, editing=bool(editing))
            yield {self.p.fields[at]: left[at], self.p.chips: chips}

    # How

    def _number(self, request: Request) -> tuple[str, int]:
        """The page of a request and the number of this event of it: an earlier one has nothing to show any more."""
        page = str(request.session_hash)
        number = self._latest.pop(page, 0) + 1
        self._latest[page] = number
        while len(self._latest) > _SESSIONS:
            self._latest.popitem(last=False)
        return page, number

    def _safely(self, deed: Callable[..., Iterator[Updates]], *arguments: Value) -> Iterator[Updates]:
        try:
            yield from deed(*arguments)
        except Exception as error:  # the reader gets a message, the log the traceback
            yield {self.p.told: problem(message_of(error))}
        yield self.unchanged()


def _known(conversation_id: str) -> str:
    """An id from a request, or none. Raises UnknownConversation for what can be no id."""
    if conversation_id and not CONVERSATION.fullmatch(conversation_id):
        raise UnknownConversation(conversation_id)
    return conversation_id


def _turn(turn_id: str) -> str:
    if not TURN.fullmatch(turn_id):
        raise UnknownTurn(turn_id)
    return turn_id
