"""A suggestion as read, and the list of drafts, as escaped HTML."""

from __future__ import annotations

from collections.abc import Sequence

from kb.reply import Draft, DraftRow, Suggestion
from ui.markup import esc

_LONGEST = 60_000  # characters of a suggestion shown in full


def heading(draft: Draft) -> str:
    """Which draft is open, and since when it is saved."""
    suggestion = draft.suggestion
    number = f"第{esc(suggestion.number)}号" if suggestion.number else "编号没有读出"
    return (
        f'<div class="draft-head"><p class="from">{number}{esc(suggestion.kind)}　草稿 {esc(draft.draft_id)}　'
        f"已自动保存 {esc(_time(draft.saved_on))}</p><h2>{esc(suggestion.title or '（标题没有读出）')}</h2>"
        '<p class="jump"><a href="#checks">核对清单</a><a href="#letter">答复函</a></p></div>'
    )


def parsed(suggestion: Suggestion) -> str:
    """What was read: who asks, under which number, for what; and the text with its asks marked."""
    rows = (
        ("编号", suggestion.number),
        ("届次", suggestion.session),
        ("代表" if suggestion.kind == "建议" else "委员", "、".join(suggestion.deputies)),
        ("标题", suggestion.title),
    )
    empty = '<span class="unknown">没有读出，答复里留空</span>'
    facts = "".join(f"<div><dt>{name}</dt><dd>{esc(value) if value else empty}</dd></div>" for name, value in rows)
    asks = "".join(
        f'<li value="{n}"><b>{esc(a.heading or a.text[:30])}</b> '
        f'<span class="from">原文第 {a.start}–{a.end} 字</span></li>'
        for n, a in enumerate(suggestion.asks, 1)
    )
    flags = "".join(f"<li>{esc(flag)}</li>" for flag in suggestion.flags)
    told = f'<ul class="flags">{flags}</ul>' if flags else ""
    return (
        f'<div class="parsed"><dl class="how">{facts}</dl>{told}'
        f'<h3>要求（{len(suggestion.asks)} 条）</h3><ol class="asks">{asks}</ol>'
        '<details id="original"><summary>建议原文（读出的要求已标出）</summary>'
        f'<div class="original">{_text(suggestion)}</div></details></div>'
    )


def _text(suggestion: Suggestion) -> str:
    text, at, parts = suggestion.text[:_LONGEST], 0, []
    for n, ask in enumerate(suggestion.asks, 1):
        if ask.start < at or ask.end > len(text):
            continue
        parts.append(f'{esc(text[at : ask.start])}<mark title="要求{n}">{esc(text[ask.start : ask.end])}</mark>')
        at = ask.end
    return "".join([*parts, esc(text[at:]), "……" if len(suggestion.text) > _LONGEST else ""])


def drafts(rows: Sequence[DraftRow], asking: str = "") -> str:
    """The saved drafts, each to be opened or deleted; the one ``asking`` is asked about first."""
    if not rows:
        return '<p class="hint">还没有草稿。粘贴或上传一件建议，草稿会自动保存在本机。</p>'
    return f'<ul class="drafts">{"".join(_draft(row, row.draft_id == asking) for row in rows)}</ul>'


def _draft(row: DraftRow, asking: bool) -> str:
    number = f"第{esc(row.number)}号　" if row.number else ""
    data = f'data-id="{esc(row.draft_id)}"'
    if asking:
        acts = (
            '<span class="unknown">删除后不能恢复。</span>'
            f'<button type="button" class="small" id="delete-{esc(row.draft_id)}" data-do="delete" {data}>'
            f'确定删除</button><button type="button" class="small" id="keep-{esc(row.draft_id)}" data-do="keep" {data}>'
            "保留</button>"
        )
    else:
        acts = (
            f'<button type="button" class="small" id="open-{esc(row.draft_id)}" data-do="open" {data}>打开</button>'
            f'<button type="button" class="small plain" id="ask-{esc(row.draft_id)}" data-do="ask-delete" {data} '
            f'aria-label="删除草稿：{esc(row.title)}">删除</button>'
        )
    return (
        f'<li><div><b>{number}{esc(row.title)}</b><span class="from">保存于 {esc(_time(row.saved_on))}</span></div>'
        f'<span class="choose">{acts}</span></li>'
    )


def _time(stamp: str | None) -> str:
    """A time of the store (UTC) as the clock on the wall shows it."""
    from datetime import datetime

    return datetime.fromisoformat(stamp).astimezone().strftime("%Y-%m-%d %H:%M") if stamp else ""
