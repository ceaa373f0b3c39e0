"""What the tab of the chat can show, by component: a conversation as the store has it, none, the list of all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from kb.conversations.model import Conversation, Turn, TurnState
from kb.model import Filters, PolicyDocument
from ui import chat_view, talks_view
from ui.answering import Answering, Mine
from ui.answers import problem
from ui.chat_parts import Parts
from ui.desk import EXAMPLES, Desk
from ui.events import message_of
from ui.filters import Choices, choices
from ui.welcome import welcome

Updates = dict[Any, Any]
"""What is to change, by component."""


class ChatPage:
    """What is shown; ``ChatEvents`` says when."""

    def __init__(self, mine: Mine, desk: Desk, parts: Parts) -> None:
        self._mine, self.desk, self.p = mine, desk, parts
        self._offered = Choices()

    @property
    def answering(self) -> Answering:
        """The conversations of who asks."""
        return self._mine()

    def shown(self, found: Conversation) -> Updates:
        """A conversation as it is in the store."""
        load = self.loader()
        waits = bool(found.turns) and found.turns[-1].state is TurnState.ASKED
        return {
            self.p.conversation: found.conversation_id,
            self.p.editing: "",
            self.p.past: chat_view.past(found, load),
            self.p.live: chat_view.live(found, load, ready=self.desk.ready.is_set()),
            self.p.more: chat_view.offered(found.turns[-1].follow_ups) if found.turns else "",
            **self.begun(),
            **self.buttons(waits),
            **self.listed(found.conversation_id),
        }

    def asked(self, turn: Turn, form: tuple[Any, ...]) -> Updates:
        """A conversation whose last turn was just asked, beside what the filters are set to."""
        shown = self.shown(self.answering.conversation(turn.conversation_id))
        return shown | {self.p.told: "", self.p.more: "", self.p.chips: talks_view.chips(*plain(form))}

    def listed(self, current: str, *, undo: str = "") -> Updates:
        """The list of conversations."""
        rows = self.answering.store.list()
        gone = self.answering.store.list(deleted=True)
        title = next((row.title for row in rows if row.conversation_id == current), "")
        listed = talks_view.talks(rows, current, date.today(), gone=gone, undo=undo)
        return {self.p.side: listed, self.p.bar: talks_view.bar(title)}

    def closed(self) -> Updates:
        """No conversation is open: the welcome, no filters."""
        import gradio as gr

        p = self.p
        emptied = dict.fromkeys((p.conversation, p.editing, p.past, p.live, p.more, p.told), "")
        return emptied | self.buttons(False) | self.filters(Filters()) | {p.welcome: gr.update(visible=True)}

    def begun(self) -> Updates:
        """The welcome gives way to the conversation."""
        import gradio as gr

        return {c: gr.update(visible=False) for c in (self.p.welcome, *self.p.examples)}

    def buttons(self, waits: bool) -> Updates:
        """The button to ask, or while an answer is being made the one to stop it."""
        import gradio as gr

        return {self.p.send: gr.update(visible=not waits), self.p.stop: gr.update(visible=waits)}

    def examples(self, *, visible: bool) -> Updates:
        """The example questions."""
        import gradio as gr

        shown = (*self.desk.examples, *[""] * EXAMPLES)[:EXAMPLES]
        buttons = zip(self.p.examples, shown, strict=True)
        return {button: gr.update(value=q, visible=visible and bool(q)) for button, q in buttons}

    def filled(self) -> Updates:
        """The filters and the welcome text for the documents there are now."""
        import gradio as gr

        documents = self.desk.base.documents()
        self._offered = offered = choices(documents)
        lists = (("不限", ""), *offered.regions), (("不限", ""), *offered.issuers), offered.kinds
        filled = zip(self.p.fields[:3], lists, ("", "", []), strict=True)
        fields = {field: gr.update(choices=list(c), value=v) for field, c, v in filled}
        return fields | {self.p.welcome: gr.update(value=welcome(len(documents)))}

    def filters(self, filters: Filters) -> Updates:
        """The filters of a conversation with their chips, without what the base no longer has."""
        regions, issuers = ({value for _, value in c} for c in (self._offered.regions, self._offered.issuers))
        kinds = {value for _, value in self._offered.kinds}
        values = (
            filters.region if filters.region in regions else "",
            filters.issuer if filters.issuer in issuers else "",
            [kind.value for kind in filters.kinds if kind.value in kinds],
            filters.date_from or "",
            filters.date_to or "",
        )
        return dict(zip(self.p.fields, values, strict=True)) | {self.p.chips: talks_view.chips(*values)}

    def loader(self) -> Callable[[str, str], PolicyDocument | None]:
        """Loads a cited revision, from what is kept where the base has lost it; each once."""

        def load(policy_id: str, revision: str) -> PolicyDocument | None:
            found = self.desk.load(policy_id, revision)
            if found is not None:
                return found
            text = self.answering.store.text(policy_id, revision)
            return PolicyDocument(text, policy_id) if text is not None else None

        return cache(load)

    def unchanged(self) -> Updates:
        """Nothing. An event ends with it: Gradio tells what was shown last once more at the end, however late."""
        import gradio as gr

        return {self.p.told: gr.skip()}

    def guarded(self, updates: Callable[[], Updates]) -> Updates:
        """The updates, or what went wrong with them."""
        try:
            return updates()
        except Exception as error:  # the page opens all the same
            return {self.p.told: problem(message_of(error))}


def plain(form: tuple[Any, ...]) -> tuple[str, str, list[str], str, str]:
    """The values of the filters as the page gives them."""
    region, issuer, kinds, first, last = form
    return str(region or ""), str(issuer or ""), [str(k) for k in kinds or ()], str(first or ""), str(last or "")
