"""What the tabs share with Gradio: buttons inside escaped HTML, and handlers that are told of an event."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping
from typing import Any

from kb.errors import KBError
from ui.answers import UNEXPECTED

_LOG = logging.getLogger(__name__)

Told = Callable[[float, str], object]
"""Tells how far a piece of work is: its share, and what is being done."""

#: Lets ``<button data-do>`` inside a piece of HTML speak to the page, and keeps the reader's place in it.
JS_BUTTONS = """
const opened = new Map();
let pressed = null;
element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-do]');
  if (!button) return;
  pressed = { id: button.id, key: button.dataset.key };
  trigger('click', { ...button.dataset });
});
element.addEventListener('toggle', (event) => {
  if (event.target.id) opened.set(event.target.id, event.target.open);
}, true);
watch('value', () => {
  for (const [id, open] of opened) {
    const details = element.querySelector('#' + CSS.escape(id));
    if (details) details.open = open;
  }
  const again = pressed && ((pressed.id && element.querySelector('#' + CSS.escape(pressed.id))) || (pressed.key &&
    element.querySelector('button[data-key="' + CSS.escape(pressed.key) + '"]')));
  if (again) again.focus({ preventScroll: true });
  pressed = null;
});
"""


def told_of_event(handler: Callable[..., Any]) -> Callable[..., Any]:
    """A handler whose first argument is the event: Gradio tells by the annotation, which cannot be lazy."""
    import gradio as gr

    def run(event: Any, *inputs: Any) -> Any:  # noqa: ANN401
        return handler(event, *inputs)

    run.__annotations__ = {"event": gr.EventData}
    return run


def told_of_request(handler: Callable[..., Any]) -> Callable[..., Any]:
    """A handler whose only argument is the request of the page."""
    import gradio as gr

    def run(request: Any) -> Any:  # noqa: ANN401
        return handler(request)

    return _as_written(handler, run, {"request": gr.Request})


def with_request(handler: Callable[..., Any]) -> Callable[..., Any]:
    """A handler whose first argument is the request of the page."""
    import gradio as gr

    def run(request: Any, *inputs: Any) -> Any:  # noqa: ANN401
        return handler(request, *inputs)

    return _as_written(handler, run, {"request": gr.Request})


def told_of_event_and_request(handler: Callable[..., Any]) -> Callable[..., Any]:
    """A handler whose first arguments are the event and the request of the page."""
    import gradio as gr

    def run(event: Any, request: Any, *inputs: Any) -> Any:  # noqa: ANN401
        return handler(event, request, *inputs)

    return _as_written(handler, run, {"event": gr.EventData, "request": gr.Request})


def _as_written(handler: Callable[..., Any], run: Callable[..., Any], told: dict[str, Any]) -> Callable[..., Any]:
    """``run`` with its annotations; as a generator where the handler is one, which Gradio asks of the function."""
    if inspect.isgeneratorfunction(handler):

        def steps(*arguments: Any) -> Any:  # noqa: ANN401
            yield from run(*arguments)

        steps.__signature__ = inspect.signature(run)  # type: ignore[attr-defined]
        steps.__annotations__ = told
        return steps
    run.__annotations__ = told
    return run


def with_progress(handler: Callable[..., Any]) -> Callable[..., Any]:
    """A handler whose first argument tells the reader how far it is."""
    import gradio as gr

    def run(progress: Any = gr.Progress(), *inputs: Any) -> Any:  # noqa: ANN401, B008 - Gradio knows it by its default
        return handler(lambda share, what: progress(share, desc=what), *inputs)

    return run


def data_of(event: Any) -> Mapping[str, str]:  # noqa: ANN401 - gradio is imported late
    """What the pressed button carries."""
    data = event._data
    return {str(k): str(v) for k, v in data.items()} if isinstance(data, dict) else {}


def message_of(error: Exception) -> str:
    """What to tell of a failure; one nobody foresaw goes to the log with its traceback."""
    if isinstance(error, KBError):
        return str(error)
    _LOG.error("an event failed", exc_info=error)
    return UNEXPECTED
