"""The tab of the reply desk: a suggestion in, a draft reply out. The events are tied to the layout here."""

from __future__ import annotations

from typing import Any

from kb.base import KnowledgeBase
from ui.events import told_of_event, told_of_request, with_progress
from ui.reply_desk import ReplyDesk
from ui.reply_events import ReplyEvents
from ui.reply_parts import lay_out
from ui.rooms import folder_of

_AT_ONCE = 2
_IN_TURN = 1  # a field that is left for a button is saved before the button is answered

#: Keeps the open draft in the page's address, so that a reload finds it again.
_JS_PLACE = """(id) => {
  const here = new URL(window.location);
  if (id) { here.searchParams.set('draft', id); here.searchParams.set('tab', 'reply'); }
  else here.searchParams.delete('draft');
  window.history.replaceState(window.history.state, '', here);
}"""


def build_reply(page: Any, tabs: Any, base: KnowledgeBase) -> None:  # noqa: ANN401 - gradio is imported late
    """Lay the tab out in the Blocks ``page`` that are being built, and tie its events to it."""
    import gradio as gr

    p = lay_out(base.settings.max_file_mb)
    events = ReplyEvents(ReplyDesk(base, lambda: folder_of(base)), p, tabs)
    quick: dict[str, Any] = {
        "outputs": [tabs, *p.outputs],
        "show_progress": "hidden",
        "api_visibility": "private",
        "concurrency_limit": _IN_TURN,
        "concurrency_id": "reply",
    }
    slow = quick | {"show_progress": "full", "concurrency_id": "gather", "concurrency_limit": _AT_ONCE}
    at = [p.draft_id, p.ask]

    page.load(told_of_request(events.load), None, **quick)
    p.upload.upload(events.upload, [p.upload, p.text], **slow | {"show_progress_on": [p.text]})
    p.begin.click(with_progress(events.begin), [p.text, *p.fields], **slow | {"show_progress_on": [p.text]})
    p.drafts.click(told_of_event(events.list_event), None, **quick)
    p.close.click(events.close, None, **quick)
    p.copy.click(events.copy, at, **quick)
    for piece in (p.bench, p.found):
        piece.click(told_of_event(events.bench_event), at, **quick)
    p.note.blur(events.note, [*at, p.noted, p.note], **quick)
    gr.on([p.words.submit, p.search.click], events.search, [*at, p.words], **slow | {"show_progress_on": [p.found]})
    p.again.click(with_progress(events.again), [*at, p.formed, *p.fields], **slow | {"show_progress_on": [p.letter]})
    gr.on(
        [p.missed.submit, p.mark.click],
        with_progress(events.mark),
        [p.draft_id, p.missed],
        **slow | {"show_progress_on": [p.parsed]},
    )
    for field in p.fields:
        leaves = field.blur if isinstance(field, gr.Textbox) else field.input
        leaves(events.set, [*at, p.formed, *p.fields], **quick)
    p.draft_id.change(None, [p.draft_id], None, js=_JS_PLACE, api_visibility="private")
