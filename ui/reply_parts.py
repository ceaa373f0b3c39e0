"""The layout of the reply desk's tab: its components, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ui.events import JS_BUTTONS
from ui.reply_form import RESULTS, ROLES

AGAIN = "重新查找依据"
INTRODUCTION = (
    '<div class="intro"><h2>起草答复函</h2><p>粘贴或上传一件代表建议、委员提案：逐条读出要求，为每一条找依据，'
    "写成有出处的答复草稿。没有依据的地方留出【待补充】，不会编造。草稿每一步都自动保存在本机，关掉网页也在。</p></div>"
)


@dataclass(frozen=True, slots=True)
class Parts:
    """The components; ``fields`` are the settings in the order of ``ui.reply_form.FIELDS``.

    ``noted`` and ``formed`` hold the note and the fields as the tab was last given them: what differs was typed there.
    """

    notice: Any
    draft_id: Any
    ask: Any
    noted: Any
    formed: Any
    start: Any
    drafts: Any
    text: Any
    upload: Any
    begin: Any
    settings: Any
    fields: tuple[Any, ...]
    again: Any
    top: Any
    work: Any
    head: Any
    close: Any
    copy: Any
    read: Any
    parsed: Any
    missed: Any
    mark: Any
    bench: Any
    note: Any
    words: Any
    search: Any
    found: Any
    letter: Any
    checks: Any

    @property
    def outputs(self) -> list[Any]:
        """Everything an event may change."""
        return [
            self.notice, self.draft_id, self.ask, self.noted, self.formed,
            self.start, self.drafts, self.text, self.settings, *self.fields,
            self.again, self.begin, self.top, self.work, self.head, self.read, self.parsed, self.missed, self.bench,
            self.note, self.found, self.letter, self.checks,
        ]  # fmt: skip


def lay_out(max_file_mb: int) -> Parts:
    """The components, laid out in the Blocks that are being built."""
    import gradio as gr

    made: dict[str, Any] = {}
    with gr.Column(elem_id="reply"):
        made["draft_id"] = gr.Textbox("", visible="hidden", label="草稿编号", elem_id="draft-id")
        made["ask"] = gr.Textbox("", visible="hidden", label="哪条要求")
        made["noted"], made["formed"] = gr.State(""), gr.State(())
        with gr.Column(elem_id="reply-start") as made["start"]:
            _suggestion(made, max_file_mb)
        with gr.Row(visible=False, elem_id="reply-top") as made["top"]:
            made["head"] = gr.HTML("", js_on_load=None, elem_classes="paper", scale=6)
            made["copy"] = gr.Button("另存一份", size="sm", scale=0, min_width=90)
            made["close"] = gr.Button("回到草稿列表", size="sm", scale=0, min_width=120)
        _settings(made)
        made["begin"] = gr.Button("读取并查找依据", variant="primary", elem_id="reply-begin")
        made["notice"] = gr.HTML("", js_on_load=None, elem_id="reply-notice", elem_classes="paper")
        with gr.Column(visible=False, elem_id="reply-work") as made["work"]:
            _work(made)
    return Parts(**made)


def _suggestion(made: dict[str, Any], max_file_mb: int) -> None:
    import gradio as gr

    gr.HTML(INTRODUCTION + _too_large(max_file_mb), js_on_load=None, elem_classes="paper")
    made["drafts"] = gr.HTML("", js_on_load=JS_BUTTONS, elem_id="reply-drafts", elem_classes="paper")
    made["text"] = gr.Textbox(
        label="建议、提案的正文",
        placeholder="粘贴全文，连同编号、届次、代表姓名和标题",
        lines=10,
        max_lines=24,
        elem_id="reply-text",
    )
    made["upload"] = gr.UploadButton(
        f"上传文件（.docx、.pdf、.txt 等，不超过 {max_file_mb} MB）",
        size="sm",
        elem_id="reply-upload",
    )


def _too_large(max_file_mb: int) -> str:
    """The message for a file that is not even sent, for ``chat.js`` to show with the file's size."""
    return (
        f'<p class="notice problem" id="too-large" role="alert" hidden data-bytes="{max_file_mb * 1_000_000}">'
        f"文件有 <b></b> MB，超过上限 {max_file_mb} MB，没有上传。请拆分文件，或调大设置 max_file_mb"
        "（ZHICE_MAX_FILE_MB）；也可以直接粘贴建议的正文。</p>"
    )


def _settings(made: dict[str, Any]) -> None:
    import gradio as gr

    with gr.Accordion("答复的设置：发函机关、办理方式和结果、联系人", open=True, elem_id="reply-settings") as made[
        "settings"
    ]:
        with gr.Row():
            issuer = gr.Textbox(label="发函机关全称", placeholder="如 温州市科学技术局", min_width=200, scale=2)
            region = gr.Textbox(label="所在地区（空着由机关名称得出）", placeholder="如 温州市", min_width=160)
        with gr.Row():
            role = gr.Radio(list(ROLES), value=ROLES[0][1], label="办理方式", min_width=240)
            main = gr.Textbox(label="主办单位（会办时写）", min_width=160)
        result = gr.Radio(list(RESULTS), value="", label="办理结果")
        with gr.Row():
            number = gr.Textbox(label="发文字号", placeholder="如 温科函〔2026〕12号", min_width=140)
            signed = gr.Textbox(label="成文日期", placeholder="2026-06-30", min_width=120)
            contact = gr.Textbox(label="联系人", min_width=110)
            phone = gr.Textbox(label="联系电话", min_width=120)
        with gr.Row():
            copies = gr.Textbox(label="抄送（一行一个机关）", lines=2, min_width=200, scale=2)
            day = gr.Textbox(label="按哪天判断文件效力", placeholder="空着是今天", min_width=160)
        made["again"] = gr.Button(AGAIN, size="sm", visible=False, elem_id="reply-again")
    made["fields"] = (issuer, region, role, main, result, number, signed, contact, phone, copies, day)


def _work(made: dict[str, Any]) -> None:
    import gradio as gr

    with gr.Accordion("读出的建议", open=False, elem_id="reply-parsed") as made["read"]:
        made["parsed"] = gr.HTML("", js_on_load=None, elem_classes="paper")
        with gr.Row():
            made["missed"] = gr.Textbox(
                label="补一条漏读的要求", placeholder="从原文里原样复制一句", scale=5, min_width=220
            )
            made["mark"] = gr.Button("补为要求", size="sm", scale=0, min_width=100)
    with gr.Row(elem_classes="desk"):
        with gr.Column(scale=1, min_width=320, elem_id="reply-evidence"):
            made["bench"] = gr.HTML("", js_on_load=JS_BUTTONS, elem_id="bench", elem_classes="paper")
            made["note"] = gr.Textbox(
                label="这一条要求里自己写的话（会标明没有核对）", lines=2, max_lines=6, elem_id="reply-note"
            )
            with gr.Row():
                made["words"] = gr.Textbox(
                    label="自己查找依据",
                    placeholder="如 孵化器 绩效评价 奖励",
                    scale=5,
                    min_width=200,
                    elem_id="reply-words",
                )
                made["search"] = gr.Button("查找", size="sm", scale=0, min_width=80, elem_id="reply-search")
            made["found"] = gr.HTML("", js_on_load=JS_BUTTONS, elem_id="reply-found", elem_classes="paper")
        with gr.Column(scale=1, min_width=320, elem_id="reply-letter"):
            made["checks"] = gr.HTML("", js_on_load=None, elem_id="checks", elem_classes="paper")
            made["letter"] = gr.HTML("", js_on_load=None, elem_id="letter", elem_classes="paper")
