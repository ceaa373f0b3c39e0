"""The tab of the support desk: a sentence or a form in, matching supports out. Layout and events only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from kb.base import KnowledgeBase
from kb.match import BY_REGION, BY_YEAR, Profile, compare, match, read_profile, read_sentence
from ui.answers import problem
from ui.comparison_view import comparison
from ui.events import JS_BUTTONS, data_of, message_of, told_of_event
from ui.support_form import CLAIMANTS, NO_COMPARISON, day_of, form_of, values_of, with_answer
from ui.support_view import not_understood, results

_AT_ONCE = 2
_FACTS = 6  # the place of 情况 among the fields

INTRODUCTION = (
    '<div class="intro"><h2>能申请哪些扶持？</h2><p>用一句话说明所在地区、主体和情况，或在画像里逐项填写。'
    "匹配只看已导入的文件，逐条对照条件：<b class=met>✓</b> 符合、<b class=not-met>✗</b> 不符合、"
    "<b class=unknown>?</b> 还要确认，每一条都能点开原文。</p></div>"
)


def build_support(base: KnowledgeBase) -> None:
    """Lay the tab out in the Blocks that are being built."""
    import gradio as gr

    with gr.Row(elem_id="support", elem_classes="desk"):
        with gr.Column(scale=4, min_width=300, elem_id="profile"):
            sentence, read = _sentence()
            told = gr.HTML("", js_on_load=None, elem_id="support-told")
            fields, ask = _fields()
        with gr.Column(scale=9, min_width=300, elem_id="support-found"):
            found = gr.HTML(INTRODUCTION, js_on_load=JS_BUTTONS, elem_id="support-results", elem_classes="paper")
            with gr.Group(visible=False, elem_id="compare") as comparing:
                by = gr.Radio(
                    [NO_COMPARISON, BY_REGION, BY_YEAR], value=NO_COMPARISON, label="把想要的扶持列在一起对比"
                )
                table = gr.HTML("", js_on_load=None, elem_id="comparison", elem_classes="paper")

    outputs = [told, *fields, found, comparing, by, table]
    unchanged = [gr.skip() for _ in fields]

    def answer(form: Sequence[str]) -> list[Any]:
        shown = _answer(base, form)
        return [shown, gr.update(visible=True), NO_COMPARISON, ""]

    def from_sentence(text: str, *form: str) -> list[Any]:
        def work() -> list[Any]:
            understood = read_sentence(text, day_of(form[-1]))
            filled = form_of(understood.profile)
            return [not_understood(understood.left), *filled, *answer(filled)]

        return _guarded(work, unchanged)

    def from_form(*form: str) -> list[Any]:
        return _guarded(lambda: ["", *unchanged, *answer(form)], unchanged)

    def from_answer(event: Any, *form: str) -> list[Any]:  # noqa: ANN401
        given = data_of(event)
        text, bars, yes = given.get("text", ""), given.get("bars") == "1", given.get("yes") == "1"
        facts = with_answer(form[_FACTS], text, bars=bars, yes=yes)
        filled = [facts if i == _FACTS else value for i, value in enumerate(form)]
        return _guarded(lambda: ["", *filled, *answer(filled)], unchanged)

    def side_by_side(chosen: str, *form: str) -> str:
        return "" if chosen == NO_COMPARISON else _compared(base, form, chosen)

    options: dict[str, Any] = {
        "concurrency_limit": _AT_ONCE,
        "concurrency_id": "match",
        "api_visibility": "private",
        "show_progress_on": [found],
    }
    gr.on([sentence.submit, read.click], from_sentence, [sentence, *fields], outputs, **options)
    gr.on(
        [ask.click, *(f.submit for f in fields if isinstance(f, gr.Textbox) and f.lines == 1)],
        from_form,
        fields,
        outputs,
        **options,
    )
    found.click(told_of_event(from_answer), fields, outputs, **options)
    by.input(side_by_side, [by, *fields], [table], **options | {"show_progress_on": [table]})


def _sentence() -> tuple[Any, Any]:
    import gradio as gr

    sentence = gr.Textbox(
        label="用一句话说明",
        placeholder="例：我在××市××区开了家小吃店，是个体工商户，今年3月10日领的执照，想要租金补贴",
        lines=1,  # so that Enter asks; it is drawn three lines high
        max_lines=6,
        elem_id="support-sentence",
    )
    return sentence, gr.Button("读懂并匹配", variant="primary", elem_id="support-read")


def _fields() -> tuple[list[Any], Any]:
    """The form, a field for each key of a profile in order, and its button."""
    import gradio as gr

    with gr.Accordion("画像：读出的都在这里，可以改", open=True, elem_id="support-form"):
        region = gr.Textbox(label="地区（必填）", placeholder="如 温州市鹿城区", elem_id="f-region")
        with gr.Row():
            kind = gr.Dropdown(list(CLAIMANTS), value="", label="主体", min_width=130)
            industry = gr.Textbox(label="行业", placeholder="如 文旅", min_width=130)
        with gr.Row():
            founded = gr.Textbox(label="成立时间", placeholder="如 2025-06", min_width=130)
            staff = gr.Textbox(label="人数", placeholder="3", min_width=80)
        with gr.Row():
            revenue = gr.Textbox(label="营业收入", placeholder="80万元", min_width=130)
            day = gr.Textbox(label="按哪天判断", placeholder="空着是今天", min_width=130)
        facts = gr.Textbox(
            label="情况（一行一条，符合和不符合的都可以写）",
            placeholder="毕业3年内的高校毕业生\n租用经营场地60平方米\n没有领过创业补贴",
            lines=4,
            max_lines=12,
            elem_id="f-facts",
        )
        wants = gr.Textbox(
            label="想要什么（空着是全部）", placeholder="租金补贴、贷款", lines=2, max_lines=4, elem_id="f-wants"
        )
        ask = gr.Button("按画像匹配", variant="primary", elem_id="support-ask")
    return [region, industry, kind, founded, staff, revenue, facts, wants, day], ask


def _profile(form: Sequence[str]) -> tuple[Profile, date]:
    profile = read_profile(values_of(form))
    return profile, profile.as_of or date.today()


def _answer(base: KnowledgeBase, form: Sequence[str]) -> str:
    profile, day = _profile(form)
    return results(base.on_snapshot(lambda snapshot: match(snapshot.view, profile, day)))


def _compared(base: KnowledgeBase, form: Sequence[str], by: str) -> str:
    try:
        profile, day = _profile(form)
        return comparison(base.on_snapshot(lambda snapshot: compare(snapshot.view, profile, day, by)), profile)
    except Exception as error:  # whatever goes wrong, the reader gets a message
        return problem(message_of(error))


def _guarded(work: Callable[[], list[Any]], unchanged: list[Any]) -> list[Any]:
    """The outputs of a piece of work; where it fails the message, with everything else as it is."""
    import gradio as gr

    try:
        return work()
    except Exception as error:  # whatever goes wrong, the reader gets a message and keeps what was typed
        return [problem(message_of(error)), *unchanged, *[gr.skip() for _ in range(4)]]
