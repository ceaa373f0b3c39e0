"""The tab of the chat: its layout tied to its events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ui.answering import Mine
from ui.chat_events import ChatEvents
from ui.chat_parts import lay_out
from ui.desk import Desk
from ui.events import told_of_event_and_request, told_of_request, with_request

#: Keeps the open conversation in the page's address, and gives back what was typed in it and not sent.
_JS_PLACE = "(id, typed) => window.zhice.moved(id, typed)"
_JS_SENT = "(...values) => { window.zhice.sent(); return values; }"
_JS_TYPED = "(text) => window.zhice.changed(text)"


def build_chat(page: Any, mine: Mine, desk: Desk) -> None:  # noqa: ANN401 - gradio is imported late
    """Lay the tab out in the Blocks ``page`` that are being built, and tie its events to it."""
    import gradio as gr

    p = lay_out()
    events = ChatEvents(mine, desk, p)
    options: dict[str, Any] = {
        "outputs": p.outputs,
        "show_progress": "hidden",
        "api_visibility": "private",
        "concurrency_limit": None,
        "trigger_mode": "multiple",  # the next question need not wait for the follow-ups to the last
    }
    at = [p.conversation, p.editing, *p.fields]
    page.load(told_of_request(events.load), None, **options | {"trigger_mode": None})
    ask = with_request(events.ask)
    gr.on([p.question.submit, p.send.click], ask, [p.question, *at], js=_JS_SENT, **options)
    for example in p.examples:
        example.click(with_request(events.pick), [example, *at], js=_JS_SENT, **options)
    press: Callable[..., Any] = told_of_event_and_request(events.press)
    for piece in p.pieces:
        piece.click(press, at, **options)
    p.stop.click(events.stop, [p.conversation], **options)
    gr.on(
        [field.input for field in p.fields],
        events.chips,
        [p.editing, *p.fields],
        [p.chips],
        show_progress="hidden",
        api_visibility="private",
        concurrency_limit=None,
    )
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    p.conversation.change(None, [p.conversation, p.question], [p.question], js=_JS_PLACE, **quiet)
    p.question.change(None, [p.question], None, js=_JS_TYPED, **quiet)
