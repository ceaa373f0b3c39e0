"""The chat page, built with Gradio: layout and events only; every text comes from the pure modules."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eval.jobs import Jobs
from kb.base import KnowledgeBase
from kb.errors import KBError
from ui.answers import problem
from ui.conversation import UNEXPECTED, Session, Step, converse
from ui.desk import EXAMPLES, Desk
from ui.eval_tab import build_eval
from ui.filters import choices, chosen
from ui.library_tab import build_library
from ui.reply_tab import build_reply
from ui.support_tab import build_support

_LOG = logging.getLogger(__name__)

STATIC = Path(__file__).with_name("static")
TITLE = "知策 · 政策问答"
_AT_ONCE = 4  # questions answered at the same time; more wait in line
_SESSION_SECONDS = 3600

HEAD = "".join(f'<script src="/static/{name}.js" defer></script>' for name in ("chat", "library", "upload"))


def build(desk: Desk, base: KnowledgeBase | None = None, jobs: Jobs | None = None) -> Any:  # noqa: ANN401 - gradio is imported late
    """The Blocks of the page: the chat, and with a ``base`` the support desk and the reply desk as tabs beside it."""
    import gradio as gr

    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        with gr.Row(elem_id="head"):
            gr.HTML(_brand(), js_on_load=None, elem_id="brand")
            clear = gr.Button("新对话", size="sm", scale=0, min_width=80, elem_id="clear")
        if base is None:
            _chat(desk, page, clear)
        else:
            with gr.Tabs(elem_id="tabs") as tabs:
                with gr.Tab("问答", id="ask", elem_id="tab-ask"):
                    _chat(desk, page, clear)
                with gr.Tab("政策库", id="library", elem_id="tab-library"):
                    build_library(base)
                with gr.Tab("起草答复", id="reply", elem_id="tab-reply"):
                    build_reply(page, tabs, base)
                with gr.Tab("政策匹配", id="support", elem_id="tab-support"):
                    build_support(base)
                if jobs is not None:
                    with gr.Tab("评测", id="eval", elem_id="tab-eval"):
                        build_eval(page, jobs)
    return page.queue(max_size=64)


def _chat(desk: Desk, page: Any, clear: Any) -> None:  # noqa: ANN401 - gradio is imported late
    """The chat, laid out in the Blocks that are being built; ``clear`` begins a new conversation."""
    import gradio as gr

    session = gr.State(Session(), time_to_live=_SESSION_SECONDS)
    welcome = gr.HTML("", js_on_load=None, elem_id="welcome")
    with gr.Row(elem_id="examples"):
        examples = [gr.Button("", visible=False, size="sm", elem_classes="example") for _ in range(EXAMPLES)]
    past = gr.HTML("", js_on_load=None, elem_id="past", elem_classes="conversation")
    live = gr.HTML("", js_on_load=None, elem_id="live", elem_classes="conversation")
    with gr.Column(elem_id="composer"):
        question, send, fields = _composer()

    def start() -> Iterator[list[Any]]:
        yield [*_filter_updates(desk), *[gr.skip() for _ in examples]]
        desk.prepared.wait()
        shown = (*desk.examples, *[""] * EXAMPLES)[:EXAMPLES]
        yield [*[gr.skip() for _ in range(4)], *[gr.update(value=q, visible=bool(q)) for q in shown]]

    def ask(text: str, *rest: Any) -> Iterator[list[Any]]:  # noqa: ANN401 - form values
        *form, state = rest
        before = "".join(state.turns)
        for step in _steps(desk, text, form, state):
            begun = gr.update(visible=False) if step.accepted or state.turns else gr.skip()
            typed = "" if step.accepted else text
            yield [typed, before, step.live, step.session, *[begun for _ in (welcome, *examples)]]

    def forget() -> list[Any]:
        shown = (*desk.examples, *[""] * EXAMPLES)[:EXAMPLES]
        return ["", "", "", Session(), gr.update(visible=True), *[gr.update(visible=bool(q)) for q in shown]]

    results = [question, past, live, session, welcome, *examples]
    options: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": _AT_ONCE, "concurrency_id": "ask"}
    form = [*fields, session]
    gr.on([question.submit, send.click], ask, [question, *form], results, api_name="ask", **options)
    for example in examples:
        example.click(ask, [example, *form], results, api_visibility="private", **options)
    clear.click(forget, None, results, show_progress="hidden", api_visibility="private")
    page.load(
        start,
        None,
        [*fields[:3], welcome, *examples],
        show_progress="hidden",
        api_visibility="private",
        concurrency_limit=None,
    )


def _composer() -> tuple[Any, Any, list[Any]]:
    """The question box, its buttons, and the filters."""
    import gradio as gr

    with gr.Row(elem_id="ask-row"):
        question = gr.Textbox(
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
        send = gr.Button("提问", variant="primary", scale=0, min_width=76, elem_id="send")
    with gr.Accordion("筛选：地区、发布机关、文种、日期", open=False, elem_id="filters"):
        with gr.Row():
            region = gr.Dropdown([], value=None, label="地区（含其上级）", min_width=180)
            issuer = gr.Dropdown([], value=None, label="发布机关", min_width=180)
            kinds = gr.Dropdown([], value=[], multiselect=True, label="文种", min_width=180)
        with gr.Row():
            first = gr.Textbox("", label="成文日期从", placeholder="2024-01-01", min_width=140, max_length=10)
            last = gr.Textbox("", label="成文日期到", placeholder="2025-12-31", min_width=140, max_length=10)
    return question, send, [region, issuer, kinds, first, last]


def _steps(desk: Desk, text: str, form: list[Any], state: Session) -> Iterator[Step]:
    try:
        filters = chosen(*form)
    except KBError as error:
        yield Step(problem(str(error)), state, accepted=False)
        return
    yield from converse(desk, text, filters, state)


def _filter_updates(desk: Desk) -> list[Any]:
    """The filters and the welcome text for the documents there are now."""
    import gradio as gr

    try:
        documents = desk.base.documents()
    except KBError as error:
        return [gr.skip(), gr.skip(), gr.skip(), gr.update(value=problem(str(error)))]
    except Exception:  # the page opens all the same; the log has the traceback
        _LOG.exception("documents cannot be listed")
        return [gr.skip(), gr.skip(), gr.skip(), gr.update(value=problem(UNEXPECTED))]
    offered = choices(documents)
    lists = (("不限", ""), *offered.regions), (("不限", ""), *offered.issuers), offered.kinds
    values: tuple[Any, ...] = ("", "", [])
    return [
        *[gr.update(choices=list(c), value=v) for c, v in zip(lists, values, strict=True)],
        gr.update(value=_welcome(len(documents))),
    ]


def _brand() -> str:
    return (
        '<header class="brand"><a class="skip" href="#question">跳到提问</a>'
        '<span class="mark" aria-hidden="true"></span><h1>知策</h1><p>只凭证据作答，每一句都可核对</p></header>'
    )


def _welcome(documents: int) -> str:
    if not documents:
        return (
            '<div class="notice empty"><p><strong>知识库里还没有文件。</strong>'
            "把文件放进一个文件夹，在终端运行下面的命令，然后刷新本页：</p>"
            "<pre>python -m ingest sync 文件夹</pre></div>"
        )
    return (
        '<div class="welcome"><h2>想了解哪项政策？</h2>'
        f"<p>回答全部出自已导入的 {documents} 份文件，句末的 <b>[1]</b> 可以点开核对原文；没有依据时会直接说明。</p>"
        "</div>"
    )
