"""What happens in the tab of the reply desk: a handler for each event. The draft is on disk, never in the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kb import reply
from kb.errors import KBError
from kb.reply import MAIN, Draft
from ui.answers import problem
from ui.events import Told, data_of, message_of
from ui.evidence_view import search_results, workbench
from ui.letter_view import check_list, downloads, letter_page
from ui.reply_desk import ReplyDesk
from ui.reply_form import FIELDS, KEPT, form_of, joined, settings_of
from ui.reply_parts import AGAIN, Parts
from ui.suggestion_view import drafts, heading, parsed

_ANEW = "发函机关、地区或日期改了，依据还是按原来的找的：重新查找依据"
_BOTH = "这条要求里自己写的话在别的网页里也改过。两处写的都留在框里了，请合并成一段。"
_MOVES = {"up": -1, "down": 1}

Updates = dict[Any, Any]
"""What is to change, by component."""


class ReplyEvents:
    """The handlers of the tab: each returns what is to change, by component."""

    def __init__(self, desk: ReplyDesk, parts: Parts, tabs: Any) -> None:  # noqa: ANN401
        self.desk, self.p, self.tabs = desk, parts, tabs

    # What is shown

    def listed(self, asking: str = "") -> Updates:
        """The list of drafts."""
        return {self.p.drafts: drafts(self.desk.rows(), asking)}

    def closed(self) -> Updates:
        """The start: no draft is open."""
        import gradio as gr

        p = self.p
        return self.listed() | {
            p.draft_id: "",
            p.ask: "",
            p.start: gr.update(visible=True),
            p.work: gr.update(visible=False),
            p.top: gr.update(visible=False),
            p.begin: gr.update(visible=True),
            p.again: gr.update(visible=False),
            p.settings: gr.update(open=True),
        }

    def opened(self, draft: Draft, n: int = 0) -> Updates:
        """A draft to work at, with its settings."""
        import gradio as gr

        p = self.p
        form = form_of(draft)
        fields = dict(zip(p.fields, form, strict=True))
        return self.shown(draft, n) | {
            p.draft_id: draft.draft_id,
            p.start: gr.update(visible=False),
            p.work: gr.update(visible=True),
            p.top: gr.update(visible=True),
            p.begin: gr.update(visible=False),
            p.again: gr.update(visible=True, value=AGAIN, variant="secondary"),
            p.settings: gr.update(open=False),
            p.read: gr.update(open=not draft.suggestion.asks),
            p.parsed: parsed(draft.suggestion),
            p.found: "",
            p.formed: form,
            **fields,
        }

    def shown(self, draft: Draft, n: int) -> Updates:
        """What changes with a draft: ask ``n`` with its evidence, the letter, its checks."""
        p = self.p
        n = n if 0 <= n < len(draft.picks) else 0
        letter, checks = self.desk.letter(draft)
        return {
            p.notice: "",
            p.ask: draft.ask_id(n),
            p.head: heading(draft),
            p.bench: workbench(draft, n),
            p.note: draft.picks[n].note,
            p.noted: draft.picks[n].note,
            p.letter: letter_page(letter),
            p.checks: check_list(checks) + downloads(draft.draft_id),
        }

    def unchanged(self) -> Updates:
        """Nothing: what another event has said stays."""
        import gradio as gr

        return {self.p.notice: gr.skip()}

    def message(self, message: str) -> Updates:
        """A message, with everything else as it is."""
        return {self.p.notice: problem(message)}

    def guarded(self, work: Callable[[], Updates]) -> Updates:
        """The updates of a piece of work; where it fails the message alone."""
        try:
            return work()
        except Exception as error:  # whatever goes wrong, the reader gets a message and keeps what was typed
            return self.message(message_of(error))

    # Events

    def load(self, request: Any) -> Updates:  # noqa: ANN401 - gradio is imported late
        """The page is opened: with the draft of its address, if it names one."""
        import gradio as gr

        asked = dict(request.query_params) if request else {}
        draft_id = asked.get("draft", "")
        tab = asked.get("tab") or ("reply" if draft_id else "")
        place = {self.tabs: gr.update(selected=tab)} if tab in ("library", "support", "reply") else {}
        try:
            return place | (self.listed() | self.opened(self.desk.load(draft_id)) if draft_id else self.closed())
        except Exception as error:  # the page opens all the same
            return place | self.message(message_of(error)) | self.guarded(self.closed)

    def upload(self, path: str | None, typed: str) -> Updates:
        """An uploaded file is read into the box."""
        if not path:
            return self.message("没有收到文件。请重新选择，或直接粘贴正文。")

        def work() -> Updates:
            text = self.desk.read_file(Path(path))
            if not text:
                raise KBError("没有读到文字。若是扫描件或图片，请先做文字识别，或直接粘贴建议的正文。")
            before = f"{typed.rstrip()}\n\n" if typed.strip() else ""
            told = f'<p class="hint" role="status">已读出 {len(text)} 字，请看一眼再点“读取并查找依据”。</p>'
            return {self.p.text: before + text, self.p.notice: told}

        return self.guarded(work)

    def begin(self, told: Told, text: str, *form: str) -> Updates:
        """A suggestion is read, and a draft made of it."""

        def work() -> Updates:
            settings, day = settings_of(form)
            draft = self.desk.begin(text, settings, day, told)
            return self.listed() | self.opened(draft, 1 if draft.suggestion.asks else 0)

        return self.guarded(work)

    def list_event(self, event: Any) -> Updates:  # noqa: ANN401 - gradio is imported late
        """A button in the list of drafts."""
        data = data_of(event)
        do, draft_id = data.get("do"), data.get("id", "")

        def work() -> Updates:
            if do == "open":
                return self.opened(self.desk.load(draft_id))
            if do == "delete":
                self.desk.delete(draft_id)
            return {self.p.notice: ""} | self.listed(draft_id if do == "ask-delete" else "")

        return self.guarded(work)

    def bench_event(self, event: Any, draft_id: str, ask: str) -> Updates:  # noqa: ANN401
        """A button beside a piece of evidence, or an ask."""
        data = data_of(event)
        do, key = data.get("do"), data.get("key", "")

        def work() -> Updates:
            if do == "ask":
                draft = self.desk.load(draft_id)
                return self.shown(draft, draft.number_of(data.get("ask", ""))) | {self.p.found: ""}
            if do == "add":
                role, policy = data.get("role", ""), data.get("policy", "")
                start, end = int(data.get("start", "0")), int(data.get("end", "0"))
                draft = self.desk.add(draft_id, ask, policy, start, end, role)
            else:
                draft = self.desk.change(draft_id, lambda d: _changed(d, d.number_of(ask), do, key))
            return self.shown(draft, draft.number_of(ask))

        return self.guarded(work)

    def note(self, draft_id: str, ask: str, seen: str, words: str) -> Updates:
        """The writer's own words for an ask; ``seen`` is what the tab was last given of them."""
        words = words.strip()
        if not draft_id or words == seen:
            return self.unchanged()

        def work() -> Updates:
            draft = self.desk.change(draft_id, lambda d: _noted(d, d.number_of(ask), seen, words))
            n = draft.number_of(ask)
            made = self.shown(draft, n)
            if draft.picks[n].note != words:
                return made | self.message(_BOTH)
            made.pop(self.p.note)  # what is being typed stays
            return made

        return self.guarded(work)

    def search(self, draft_id: str, ask: str, words: str) -> Updates:
        """A search of the writer's own."""

        def work() -> Updates:
            found = self.desk.find(draft_id, words)
            draft = self.desk.load(draft_id)
            return {
                self.p.found: search_results(found, words, draft, draft.number_of(ask)),
                self.p.notice: "",
            }

        return self.guarded(work)

    def set(self, draft_id: str, ask: str, seen: Sequence[str], *form: str) -> Updates:
        """A setting was changed: the open draft is written otherwise. ``seen`` is the form the tab was last given."""
        import gradio as gr

        if not draft_id:
            return self.unchanged()

        def work() -> Updates:
            told: list[str] = []
            before = self.desk.load(draft_id)
            made_form = joined(form, seen, before)[0]

            def written(draft: Draft) -> Draft:
                whole, told[:] = joined(form, seen, draft)
                return reply.with_settings(draft, settings_of(whole)[0])

            after = self.desk.change(draft_id, written)
            settings, day = settings_of(made_form)
            anew = (before.settings.issuer, before.settings.region) != (settings.issuer, settings.region)
            anew |= day.isoformat() != before.as_of
            fresh = self._fields(form, after, made_form[-1])
            if after == before and not anew:
                return {self.p.notice: ""} | fresh
            due = {self.p.again: gr.update(value=_ANEW, variant="primary")} if anew else {}
            made = self.shown(after, after.number_of(ask)) | due | fresh
            for kept in (self.p.note, self.p.noted):
                made.pop(kept)
            return made | (self.message("；".join(told) + "。") if told else {})

        return self.guarded(work)

    def _fields(self, form: Sequence[str], draft: Draft, day: str) -> Updates:
        """The fields that are to show something else than what is typed; ``day`` waits until evidence is gathered."""
        now = form_of(draft)
        shown = zip(self.p.fields, form, (*now[:-1], day), strict=True)
        return {self.p.formed: now} | {p: new for p, typed, new in shown if (typed or "").strip() != new}

    def again(self, told: Told, draft_id: str, ask: str, seen: Sequence[str], *form: str) -> Updates:
        """Evidence is gathered anew."""

        def work() -> Updates:
            settings_of(form)  # a field that cannot be read is told before anything is done
            draft = self.desk.gather_again(draft_id, lambda d: settings_of(joined(form, seen, d)[0]), told)
            return self.opened(draft, draft.number_of(ask))

        return self.guarded(work)

    def mark(self, told: Told, draft_id: str, words: str) -> Updates:
        """An ask that the reading has missed."""

        def work() -> Updates:
            draft = self.desk.mark_ask(draft_id, words, told)
            at = next(i for i, a in enumerate(draft.suggestion.asks, 1) if words.strip() in a.text)
            return self.opened(draft, at) | {self.p.missed: ""}

        return self.guarded(work)

    def close(self) -> Updates:
        """Back to the list; who writes stays in the form, what was this letter's own does not."""
        own = {name: p for name, p in zip(FIELDS, self.p.fields, strict=True) if name not in KEPT}
        return self.guarded(lambda: self.closed() | {p: MAIN if name == "role" else "" for name, p in own.items()})

    def copy(self, draft_id: str, ask: str) -> Updates:
        """The draft is saved under another id and worked at there."""

        def work() -> Updates:
            draft = self.desk.copy(draft_id)
            return self.opened(draft, draft.number_of(ask))

        return self.guarded(work)


def _noted(draft: Draft, n: int, seen: str, words: str) -> Draft:
    """A draft with the words typed; beside those that were written elsewhere since the tab was given what it shows."""
    held = draft.picks[n].note
    elsewhere = held not in (seen, words)
    return reply.noted(draft, n, f"{held}\n{words}" if elsewhere else words)


def _changed(draft: Draft, n: int, do: str | None, key: str) -> Draft:
    """A draft after a button beside a piece of evidence."""
    if do == "pick":
        return reply.pick(draft, n, key)
    if do == "drop":
        return reply.drop(draft, n, key)
    return reply.move(draft, n, key, _MOVES[do]) if do in _MOVES else draft
