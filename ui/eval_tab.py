"""The tab of the evaluation: a set and systems in, figures and comparisons out. Layout and events only."""

from __future__ import annotations

from typing import Any

from eval.jobs import Jobs
from eval.offered import FILES
from eval.systems import known_systems
from ui.deeds import Deeds
from ui.eval_events import EvalEvents, EvalParts
from ui.eval_view import INTRODUCTION
from ui.events import JS_BUTTONS, told_of_event

_SYSTEMS = ("hybrid", "bm25", "dense", "weighted", "rrf", "hybrid-no-gate", "bm25s", "llamaindex")
_CHOSEN = ["hybrid", "bm25", "llamaindex"]
_SECONDS = 2.0
_OWN = (
    f'<p class="hint">选 {"、".join(FILES)} 三个文件（BEIR 形式，可以是 .gz）。'
    "先核对再加入，有毛病的会指出在哪一行。</p>"
)


def build_eval(page: Any, jobs: Jobs, deeds: Deeds) -> None:  # noqa: ANN401 - gradio is imported late
    """Lay the tab out in the Blocks ``page`` that are being built, and tie its events to it; ``deeds`` logs changes."""
    import gradio as gr

    with gr.Row(elem_id="eval", elem_classes="desk"):
        with gr.Column(scale=4, min_width=300, elem_id="eval-ask"):
            dataset, systems, sample, answers, start = _form()
            name, bring = _own_set()
        with gr.Column(scale=9, min_width=300, elem_id="eval-found"):
            told = gr.HTML("", js_on_load=None, elem_id="eval-told", elem_classes="paper")
            now = gr.HTML("", js_on_load=JS_BUTTONS, elem_id="eval-now", elem_classes="paper")
            runs = gr.HTML(INTRODUCTION, js_on_load=JS_BUTTONS, elem_id="eval-runs", elem_classes="paper")
            result = gr.HTML("", js_on_load=None, elem_id="eval-result", elem_classes="paper")
            left, right, against, compared = _contrast()
    chosen = gr.State("")
    parts = EvalParts(told, now, runs, result, left, right, dataset, chosen, gr.Timer(_SECONDS, active=False))
    events = EvalEvents(jobs, parts, deeds)

    quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_id": "eval"}
    quick["outputs"] = parts.outputs
    page.load(events.load, None, **quick)
    start.click(events.begin, [dataset, systems, sample, answers], **quick)
    parts.timer.tick(events.tick, [chosen], **quick)
    for piece in (now, runs):
        piece.click(told_of_event(events.pressed), [chosen], **quick)
    bring.upload(events.take_in, [name, bring], **quick)
    slow = quick | {"outputs": [compared], "show_progress": "full", "concurrency_id": "contrast"}
    against.click(events.contrast, [left, right], **slow)


def _form() -> tuple[Any, ...]:
    import gradio as gr

    kinds = known_systems()
    shown = [(f"{name}：{kinds[name].about}", name) for name in _SYSTEMS]
    dataset = gr.Dropdown([], label="题集", elem_id="eval-set")
    systems = gr.CheckboxGroup(shown, value=_CHOSEN, label="系统", elem_id="eval-systems")
    sample = gr.Number(label="只用多少题（0 是全部）", value=0, precision=0, elem_id="eval-sample")
    answers = gr.Checkbox(True, label="也评回答和拒答", elem_id="eval-answers")
    return dataset, systems, sample, answers, gr.Button("开始评测", variant="primary", elem_id="eval-start")


def _own_set() -> tuple[Any, Any]:
    import gradio as gr

    with gr.Accordion("加入自己的题集", open=False, elem_id="eval-own"):
        gr.HTML(_OWN, js_on_load=None, elem_classes="paper")
        name = gr.Textbox(label="名称", max_length=40, elem_id="eval-name")
        types = [".jsonl", ".tsv", ".gz"]
        return name, gr.UploadButton("选三个文件并加入", file_count="multiple", file_types=types, elem_id="eval-bring")


def _contrast() -> tuple[Any, Any, Any, Any]:
    import gradio as gr

    with gr.Accordion("对比两次评测，或一次评测里的两个系统", open=False, elem_id="eval-compare"):
        with gr.Row():
            left = gr.Dropdown([], label="甲", min_width=200, elem_id="eval-left")
            right = gr.Dropdown([], label="乙", min_width=200, elem_id="eval-right")
        against = gr.Button("对比", elem_id="eval-against")
        return left, right, against, gr.HTML("", js_on_load=None, elem_id="eval-compared", elem_classes="paper")
