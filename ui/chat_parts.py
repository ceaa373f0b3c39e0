"""The layout of the chat's tab: its components, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ui.desk import EXAMPLES
from ui.events import JS_BUTTONS

#: As ``JS_BUTTONS``, and a ``<form data-do>`` speaks to the page too; what folded it away is shut behind it.
JS_FORMS = (
    JS_BUTTONS
    + """
element.addEventListener('submit', (event) => {
  event.preventDefault();
  const fold = event.target.closest('details');
  if (fold && fold.id) opened.set(fold.id, false);
  trigger('click', { ...Object.fromEntries(new FormData(event.target)), ...event.target.dataset });
});
"""
)


@dataclass(frozen=True, slots=True)
class Parts:
    """The components. ``fields`` are the filters: region, issuer, kinds, first and last day.

    ``conversation`` and ``editing`` hold the ids of the open conversation and of the turn that is being changed.
    """

    conversation: Any
    editing: Any
    side: Any
    bar: Any
    welcome: Any
    examples: tuple[Any, ...]
    past: Any
    live: Any
    more: Any
    told: Any
    chips: Any
    question: Any
    send: Any
    stop: Any
    fields: tuple[Any, ...]

    @property
    def outputs(self) -> list[Any]:
        """Everything an event may change."""
        return [
            self.conversation, self.editing, self.side, self.bar, self.welcome, *self.examples, self.past, self.live,
            self.more, self.told, self.chips, self.question, self.send, self.stop, *self.fields,
        ]  # fmt: skip

    @property
    def pieces(self) -> list[Any]:
        """The pieces of HTML whose buttons and forms speak to the page."""
        return [self.side, self.bar, self.past, self.live, self.more, self.chips]


def lay_out() -> Parts:
    """The components, laid out in the Blocks that are being built."""
    import gradio as gr

    made: dict[str, Any] = {}

    def piece(name: str, classes: str = "") -> None:
        made[name] = gr.HTML("", js_on_load=JS_FORMS, elem_id=name, elem_classes=classes)

    with gr.Row(elem_id="chat"):
        with gr.Column(elem_id="chat-side", scale=0, min_width=0):
            piece("side")
        with gr.Column(elem_id="chat-main", min_width=0):
            made["conversation"] = gr.Textbox("", visible="hidden", label="对话编号", elem_id="conversation-id")
            made["editing"] = gr.Textbox("", visible="hidden", label="改哪一问")
            piece("bar")
            made["welcome"] = gr.HTML("", js_on_load=None, elem_id="welcome")
            with gr.Row(elem_id="examples"):
                made["examples"] = tuple(
                    gr.Button("", visible=False, size="sm", elem_classes="example") for _ in range(EXAMPLES)
                )
            piece("past", "conversation")
            piece("live", "conversation")
            piece("more")
            with gr.Column(elem_id="composer"):
                made["told"] = gr.HTML("", js_on_load=None, elem_id="told")
                piece("chips")
                _composer(made)
    return Parts(**made)


def _composer(made: dict[str, Any]) -> None:
    """The question box, its buttons, and the filters."""
    import gradio as gr

    with gr.Row(elem_id="ask-row"):
        made["question"] = gr.Textbox(
            placeholder="输入问题，按 Enter 提问",
            label="问题",
            show_label=False,
            container=False,
            lines=1,
            max_lines=6,
            autofocus=True,
            scale=8,
            elem_id="question",
        )
        made["send"] = gr.Button("提问", variant="primary", scale=0, min_width=76, elem_id="send")
        made["stop"] = gr.Button("停止", visible=False, scale=0, min_width=76, elem_id="stop")
    with gr.Accordion("筛选：地区、发布机关、文种、日期", open=False, elem_id="filters"):
        with gr.Row():
            region = gr.Dropdown([], value=None, label="地区（含其上级）", min_width=180)
            issuer = gr.Dropdown([], value=None, label="发布机关", min_width=180)
            kinds = gr.Dropdown([], value=[], multiselect=True, label="文种", min_width=180)
        with gr.Row():
            first = gr.Textbox("", label="成文日期从", placeholder="2024-01-01", min_width=140, max_length=10)
            last = gr.Textbox("", label="成文日期到", placeholder="2025-12-31", min_width=140, max_length=10)
    made["fields"] = (region, issuer, kinds, first, last)
