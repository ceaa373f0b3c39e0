"""The evidence for one ask as escaped HTML: what was picked, in order, and what can be; each with its buttons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kb.model import Kind, Status
from kb.reply import Draft, Evidence, EvidenceSet, Reach, Role
from ui.markup import badge, document_url, esc, numbered_title

_ENDED = (Status.EXPIRED, Status.REPEALED, Status.DRAFT, Status.NOT_YET)
_SHOWN = 60  # pieces of evidence of a group
_NAMES = {Role.ACTUAL: "近年来工作（已经做的）", Role.MEASURE: "下一步工作（文件里的措施和目标）"}


def workbench(draft: Draft, n: int) -> str:
    """Everything on ask ``n`` (0 for the matter as a whole)."""
    return f'<div class="bench">{_asks(draft, n)}{_ask(draft, n)}{_picked(draft, n)}{_offered(draft, n)}</div>'


def search_results(found: EvidenceSet, words: str, draft: Draft, n: int) -> str:
    """What a search of the writer's own has found, each to be added to ask ``n``."""
    if not found.items:
        return f'<p class="none" role="status">没有找到与“{esc(words)}”有关的句子。换一个说法再试。</p>'
    items = "".join(_item(e, _button("add", e, "加入") if not _is_picked(draft, n, e) else "") for e in found.items)
    return f'<p class="hint" role="status">找到 {len(found.items)} 句。</p><ul class="pieces">{items}</ul>'


def _is_picked(draft: Draft, n: int, e: Evidence) -> bool:
    return e.key in (*draft.picks[n].actuals, *draft.picks[n].measures)


def _asks(draft: Draft, n: int) -> str:
    """The asks to choose from, each with whether it is answered."""
    names = ["整体情况", *(f"要求{i} {a.heading or a.text[:16]}" for i, a in enumerate(draft.suggestion.asks, 1))]
    return (
        '<nav class="asks-nav" aria-label="要求">'
        + "".join(
            f'<button type="button" class="small{" current" if i == n else ""}" id="ask-{i}" data-do="ask" '
            f'data-ask="{esc(draft.ask_id(i))}"'
            f"{' aria-current=true' if i == n else ''}>{esc(name)}{_state(draft, i)}</button>"
            for i, name in enumerate(names)
        )
        + "</nav>"
    )


def _state(draft: Draft, n: int) -> str:
    chosen = draft.picks[n]
    if n and not chosen.measures and not chosen.note:
        return '<span class="state over">缺措施</span>'
    return f'<span class="state">{len(chosen.actuals) + len(chosen.measures)} 条</span>'


def _ask(draft: Draft, n: int) -> str:
    missing = "".join(f"<li>{esc(m)}</li>" for m in draft.sets[n].missing)
    told = f'<ul class="flags" aria-label="缺什么">{missing}</ul>' if missing else ""
    if n == 0:
        return f'<p class="hint">写在“近年来工作情况”开头、与整件建议有关的进展。</p>{told}'
    ask = draft.suggestion.asks[n - 1]
    return f"<blockquote>{esc(ask.label)}{esc(ask.text)}</blockquote>{told}"


def _picked(draft: Draft, n: int) -> str:
    parts = []
    for role, chosen in zip((Role.ACTUAL, Role.MEASURE), draft.picked(n), strict=True):
        if n == 0 and role is Role.MEASURE and not chosen:
            continue
        items = "".join(_item(e, _moves(e, i, len(chosen))) for i, e in enumerate(chosen))
        empty = '<p class="none">没有选用；答复里会留出【待补充】。</p>' if not chosen else ""
        parts.append(f'<h4>{_NAMES[role]}</h4>{empty}<ol class="pieces">{items}</ol>')
    return f'<section class="picked"><h3>已选用（按答复里的先后）</h3>{"".join(parts)}</section>'


def _moves(e: Evidence, i: int, count: int) -> str:
    up = _button("up", e, "↑", "上移") if i else ""
    down = _button("down", e, "↓", "下移") if i + 1 < count else ""
    return f"{up}{down}{_button('drop', e, '去掉')}"


def _offered(draft: Draft, n: int) -> str:
    """What was found and not picked, by what it serves for; what needs a person's look stands apart."""
    rest = [e for e in draft.sets[n].items if not _is_picked(draft, n, e)]
    ready = [e for e in rest if e.ready]
    groups = (
        ("measures", "政策措施和目标", [e for e in ready if e.role is Role.MEASURE and e.kind is not Kind.REPLY], True),
        ("actuals", "进展和数据", [e for e in ready if e.role is Role.ACTUAL and e.kind is not Kind.REPLY], True),
        ("replies", "以往的答复", [e for e in ready if e.kind is Kind.REPLY], True),
        ("ended", "已失效、废止、草案", [e for e in rest if not e.ready and e.status in _ENDED], False),
        ("differ", "数据不一致", [e for e in rest if not e.ready and e.status not in _ENDED and _differs(e)], False),
        ("look", "要核对的（外地、主语不全等）", _others(rest), False),
    )
    shown = "".join(_group(draft, n, *group) for group in groups if group[2])
    shown = shown or '<p class="none">没有别的了。可以在下面自己查找。</p>'
    return f'<section class="offered"><h3>还可以选用</h3>{shown}</section>'


def _others(rest: Iterable[Evidence]) -> list[Evidence]:
    return [e for e in rest if not e.ready and e.status not in _ENDED and not _differs(e)]


def _differs(e: Evidence) -> bool:
    return any("不一致" in c for c in e.cautions)


def _group(draft: Draft, n: int, name: str, title: str, items: Sequence[Evidence], opened: bool) -> str:
    shown = "".join(_item(e, _button("pick", e, "选用")) for e in items[:_SHOWN])
    return (
        f'<details id="offer-{n}-{name}"{" open" if opened else ""}><summary>{title}（{len(items)}）</summary>'
        f'<ul class="pieces">{shown}</ul></details>'
    )


def _button(do: str, e: Evidence, word: str, meaning: str = "") -> str:
    c = e.citation
    data = f'data-do="{do}" data-key="{esc(e.key)}"'
    if do == "add":
        place = f'data-policy="{esc(c.policy_id)}" data-start="{c.start}" data-end="{c.end}"'
        data += f' {place} data-role="{e.role.value}"'
    label = esc(f"{meaning or word}：{c.quote[:40]}")
    return f'<button type="button" class="small" id="{do}-{esc(e.key)}" {data} aria-label="{label}">{word}</button>'


def _item(e: Evidence, buttons: str) -> str:
    c = e.citation
    link = document_url(c.policy_id, c.revision, c.start, c.end)
    told = "".join(f"<li>{esc(text)}</li>" for text in (*e.cautions, *e.notes))
    warned = f'<ul class="flags">{told}</ul>' if told else ""
    section = f'<span class="section">{esc(c.section)}</span>' if c.section else ""
    return (
        f'<li class="piece"><p class="words">{esc(" ".join(c.quote.split()))}</p>'
        f'<p class="from">{_badges(e)}<span>{numbered_title(c.title, c.doc_number)}</span>{section}'
        f'<a href="{esc(link)}" target="_blank" rel="noopener">查看原文</a></p>{warned}'
        f'<p class="acts">{buttons}</p></li>'
    )


def _badges(e: Evidence) -> str:
    style = "over" if e.status in _ENDED else "ok" if e.status is Status.IN_FORCE else "plain"
    made = [badge(e.reach.value, "kind" if e.reach in (Reach.OWN, Reach.UPPER) else "plain")]
    if e.status not in (Status.UNKNOWN, Status.NOT_APPLICABLE):
        made.append(badge(e.status.value, style))
    if e.role is Role.ACTUAL:
        made.append(badge(f"数据日期 {e.dated or e.issued_on or '没有'}", "plain"))
    elif e.due:
        made.append(badge(f"期限 {e.due}", "plain"))
    return "".join(made)
