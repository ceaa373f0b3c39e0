"""The page, built with Gradio: its tabs. Each is laid out and tied to its events in a module of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eval.jobs import Jobs
from kb.accounts import Accounts
from kb.base import KnowledgeBase
from ui.answering import Mine
from ui.caller import caller
from ui.chat_tab import build_chat
from ui.deeds import Deeds
from ui.desk import Desk
from ui.eval_tab import build_eval
from ui.library_tab import build_library
from ui.places import WAITING
from ui.reply_tab import build_reply
from ui.sent_files import blocks
from ui.support_tab import build_support
from ui.welcome import brand, who

STATIC = Path(__file__).with_name("static")
TITLE = "知策 · 政策问答"
_FOLLOWERS = 160  # threads that pages follow their answers in; by default those that serve everything else

_DEFERRED = ("chat", "connection", "typed", "library", "upload")
HEAD = "".join(f'<script src="/static/{name}.js" defer></script>' for name in _DEFERRED)
HEAD += '<script src="/static/talks.js"></script>'


def build(
    mine: Mine,
    desk: Desk,
    base: KnowledgeBase | None = None,
    jobs: Jobs | None = None,
    accounts: Accounts | None = None,
) -> Any:  # noqa: ANN401 - gradio is imported late
    """The Blocks of the page: the chat, and with a ``base`` the library, the desks and the evaluation beside it."""
    import gradio as gr

    with blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        with gr.Row(elem_id="head"):
            gr.HTML(brand(), js_on_load=None, elem_id="brand")
            if accounts is not None:
                known = gr.HTML("", js_on_load=None, elem_id="who")
                quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
                page.load(lambda: who(caller()) if accounts.any else "", None, [known], **quiet)
        if base is None:
            build_chat(page, mine, desk)
        else:
            with gr.Tabs(elem_id="tabs") as tabs:
                with gr.Tab("问答", id="ask", elem_id="tab-ask"):
                    build_chat(page, mine, desk)
                with gr.Tab("政策库", id="library", elem_id="tab-library"):
                    build_library(base)
                with gr.Tab("起草答复", id="reply", elem_id="tab-reply"):
                    build_reply(page, tabs, base)
                with gr.Tab("政策匹配", id="support", elem_id="tab-support"):
                    build_support(base)
                if jobs is not None:
                    with gr.Tab("评测", id="eval", elem_id="tab-eval"):
                        build_eval(page, jobs, Deeds(accounts))
    page.max_threads = _FOLLOWERS
    return page.queue(max_size=WAITING)
