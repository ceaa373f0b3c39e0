"""What became of an upload, as escaped HTML: how it was read, its documents, what it would replace, why it failed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ingest.coverage import UNASSIGNED
from ingest.librarian import FileReport, flag_names
from ingest.undo import REMOVAL, REPLACEMENT, Undoable
from ingest.uploads import Replacement
from kb.model import DocumentHeader
from ui.library_jobs import Job, Stage
from ui.markup import badge, document_url, esc, numbered_title

_STYLES = {
    Stage.DONE: "ok",
    Stage.SAME: "ok",
    Stage.REFUSED: "over",
    Stage.UNFINISHED: "over",
    Stage.BUSY: "soon",
    Stage.ASKING: "soon",
}
_SHOWN = 8
_LINE = 80


def upload_item(job: Job) -> str:
    """The inside of the list item of one upload."""
    stage = job.stage
    head = (
        f'<p class="upload-head"><b>{esc(job.received.name)}</b>{badge(stage.value, _STYLES.get(stage, "plain"))}</p>'
    )
    return head + _body(job)


def removals_list(changes: Sequence[Undoable]) -> str:
    """What was removed and what was replaced lately, each with its way back; empty where nothing was."""
    return "".join(_undoables(what, [one for one in changes if one.what == what]) for what in (REMOVAL, REPLACEMENT))


def _undoables(what: str, changes: Sequence[Undoable]) -> str:
    """Changes of a kind, told apart by their files and times."""
    if not changes:
        return ""
    items = "".join(_undoable(one) for one in changes)
    return f'<details class="removals"><summary>最近{what}的（{len(changes)}）</summary><ul>{items}</ul></details>'


def _undoable(one: Undoable) -> str:
    moment = _moment(one.when)
    return (
        f'<li><span>《{esc(one.title)}》 <span class="hint">{esc("、".join((*one.files, moment)))}</span></span>'
        f'<button type="button" class="small" data-undo="{esc(one.token)}" '
        f'aria-label="撤销{one.what}《{esc(one.title)}》（{moment}）">撤销</button></li>'
    )


def _moment(when: float) -> str:
    return f"{datetime.fromtimestamp(when):%Y-%m-%d %H:%M:%S}"


def _body(job: Job) -> str:
    if job.stage is Stage.ASKING and job.replacement is not None:
        return _replacement(job.received.token, job.replacement)
    if job.stage is Stage.BUSY:
        return f'<p class="why">{esc(job.why)}</p>{_buttons(job.received.token, "再试一次", "放弃")}'
    if job.stage is Stage.REFUSED:
        return f'<p class="why">{esc(job.why)}</p><p class="hint">库里和原来一样，没有改动。</p>'
    if job.stage is Stage.UNFINISHED:
        return f'<p class="why">{esc(job.why)}</p>'
    if job.stage is Stage.DROPPED:
        return '<p class="hint">库里和原来一样，没有改动。</p>'
    if job.stage is Stage.SAME and job.same is not None:
        return f'<p class="hint">和库里的同名文件一字不差。</p>{_documents(job.same.documents, frozenset())}'
    if job.stage is Stage.DONE and job.taken is not None:
        return _report(job.taken.report, job.taken.held_before if job.replacement is None else frozenset())
    return ""


def _report(report: FileReport, held_before: frozenset[str]) -> str:
    """The reading report of one file."""
    note = report.note or {}
    facts = [f"格式 {note.get('format', '不明')}"]
    if note.get("pages"):
        facts.append(f"{note['pages']} 页")
    facts += [f"汉字 {note.get('characters', 0)}", f"文件 {len(report.documents)} 份", f"片段 {report.chunks} 条"]
    told = f'<p class="hint">{esc("，".join(facts))}。</p>{_documents(report.documents, held_before)}'
    if report.flags:
        told += f'<p class="flags">⚑ 要核对：{esc(flag_names(report.flags))}</p>'
    return told + _left_out(note.get("left_out", ()), note.get("refused", ()))


def _documents(headers: Sequence[DocumentHeader], held_before: frozenset[str]) -> str:
    items = "".join(
        f'<li><a href="{esc(document_url(header.policy_id))}" target="_blank" rel="noopener">'
        f"{numbered_title(header.title, header.doc_number)}</a>"
        f"{badge(header.kind.value, 'kind')}"
        f"{'<span class=hint>库里已有同样的正文，没有重复收录</span>' if header.policy_id in held_before else ''}</li>"
        for header in headers[:50]
    )
    return f'<ul class="documents">{items}</ul>'


def _left_out(left_out: Sequence[dict[str, object]], refused: Sequence[str]) -> str:
    items = [f"<li>没有读出：{esc(str(one))}</li>" for one in refused]
    ordered = sorted(left_out, key=lambda one: one.get("why") != UNASSIGNED)
    for one in ordered:
        why, count, text = (esc(str(one.get(name, ""))) for name in ("why", "characters", "text"))
        items.append(f"<li>{why}，{count} 字：{text}</li>")
    if not items:
        return ""
    shown = "".join(items[:_SHOWN]) + (f"<li>另 {len(items) - _SHOWN} 处</li>" if len(items) > _SHOWN else "")
    return f'<details class="left-out"><summary>没有收录的文字（{len(items)} 处）</summary><ul>{shown}</ul></details>'


def _replacement(token: str, change: Replacement) -> str:
    """What replacing would change, and the choice."""
    before = "".join(f"<li>{_named(h.title, h.doc_number, h.written_on)}</li>" for h in change.before[:_SHOWN])
    after = "".join(f"<li>{_named(d.display_title, d.doc_number, d.written_on)}</li>" for d in change.after[:_SHOWN])
    count = f"新增 {change.added_count} 行，去掉 {change.dropped_count} 行"
    lines = _lines("del", change.dropped) + _lines("ins", change.added)
    return (
        "<p>库里已有同名的文件。<strong>替换</strong>后，问答和政策库改用新的内容，旧的内容留作“其他修订”，一个月内可以撤销。</p>"
        f'<div class="versus"><div><h4>现在</h4><ul>{before}</ul></div><div><h4>替换为</h4><ul>{after}</ul></div></div>'
        f'<p class="hint">{count}。</p><div class="changes">{lines}</div>{_buttons(token, "替换", "不替换")}'
    )


def _named(title: str, number: str | None, day: str | None) -> str:
    return numbered_title(title, number) + (f' <span class="hint">{esc(day)}</span>' if day else "")


def _lines(tag: str, lines: Sequence[str]) -> str:
    sign = "－" if tag == "del" else "＋"
    cut = (line if len(line) <= _LINE else f"{line[:_LINE]}…" for line in lines)
    return "".join(f"<{tag}>{sign} {esc(line)}</{tag}>" for line in cut)


def _buttons(token: str, yes: str, no: str) -> str:
    return (
        f'<p class="choice"><button type="button" class="small" data-confirm="{esc(token)}">{yes}</button> '
        f'<button type="button" class="small quiet" data-drop="{esc(token)}">{no}</button></p>'
    )
