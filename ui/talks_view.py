"""The list of conversations beside the chat, and the chips of the filters, as escaped HTML."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kb.conversations.model import LONGEST_TITLE, ConversationRow
from kb.conversations.shelf import DAYS_KEPT
from kb.regions import region_name
from ui.markup import esc

_SHOWN = 200  # conversations in the list; the command lists all


def talks(
    rows: Sequence[ConversationRow],
    current: str,
    today: date,
    *,
    gone: Sequence[ConversationRow] = (),
    undo: str = "",
) -> str:
    """The list, the open one marked; what can be done with all; ``gone`` are deleted, ``undo`` the one just now."""
    items = "".join(
        _talk(heading, row, current=row.conversation_id == current) for heading, row in _with_days(rows[:_SHOWN], today)
    )
    more = f'<p class="none">另有 {len(rows) - _SHOWN} 个更早的对话，用命令行查看。</p>' if len(rows) > _SHOWN else ""
    listed = f"{items}{more}" if rows else '<p class="none">问过的会自动留在这里。</p>'
    return (
        '<nav class="talks" id="talks" aria-label="对话列表"><div class="talks-head">'
        '<button type="button" class="begin" data-do="new">新对话</button>'
        '<button type="button" class="shut" data-drawer="close" aria-label="关闭对话列表">×</button></div>'
        f'{_undo(gone, undo)}<div class="talks-list">{listed}</div>{_all(len(rows), gone)}</nav>'
    )


def bar(title: str) -> str:
    """Above the chat on a phone: opens the list, tells the open conversation, begins another."""
    return (
        '<div class="chat-bar"><button type="button" data-drawer="open" aria-expanded="false" aria-controls="talks">'
        f'对话</button><span class="open-title">{esc(title)}</span>'
        '<button type="button" class="begin" data-do="new">新对话</button></div>'
    )


def _with_days(rows: Sequence[ConversationRow], today: date) -> list[tuple[str, ConversationRow]]:
    """The rows, each with the heading that begins with it, or none."""
    found: list[tuple[str, ConversationRow]] = []
    before = ""
    for row in rows:
        name = _day(row.saved_on, today)
        found.append((name if name != before else "", row))
        before = name
    return found


def _day(saved_on: str, today: date) -> str:
    try:
        days = (today - datetime.fromisoformat(saved_on).astimezone().date()).days
    except (ValueError, OverflowError):  # damaged on disk: the conversation is there all the same
        return "更早"
    if days <= 0:
        return "今天"
    return "昨天" if days == 1 else "七天内" if days < 7 else "更早"


def _talk(heading: str, row: ConversationRow, *, current: bool) -> str:
    key, title = esc(row.conversation_id), esc(row.title)
    day = f"<h3>{heading}</h3>" if heading else ""
    return (
        f'{day}<div class="talk{" current" if current else ""}">'
        f'<button type="button" class="open-talk" data-do="open" data-id="{key}" title="{title}"'
        f"{' aria-current=true' if current else ''}>{title}</button>"
        f'<details id="more-{key}"><summary aria-label="更多操作：{title}" title="改名、导出、删除">⋯</summary>'
        f'<div class="talk-menu"><form data-do="rename" data-id="{key}">'
        f'<input name="title" value="{title}" maxlength="{LONGEST_TITLE}" aria-label="对话名称" required>'
        '<button type="submit">改名</button></form>'
        f'<a href="/chat/{key}.docx" download>导出 .docx</a><a href="/chat/{key}.md" download>导出 .md</a>'
        f'<button type="button" class="danger" data-do="delete" data-id="{key}">删除</button></div></details></div>'
    )


def _undo(gone: Sequence[ConversationRow], undo: str) -> str:
    deleted = next((row for row in gone if row.conversation_id == undo), None)
    if deleted is None:
        return ""
    return (
        f'<p class="undo" role="status"><span>已删除“{esc(deleted.title)}”</span>'
        f'<button type="button" data-do="restore" data-id="{esc(deleted.conversation_id)}">撤销</button></p>'
    )


def _all(count: int, gone: Sequence[ConversationRow]) -> str:
    """What can be done with all conversations, also with those that are deleted and not yet gone."""
    if not count and not gone:
        return ""
    also = f"（含已删除的 {len(gone)} 个）" if gone else ""
    return (
        '<details class="talks-all" id="talks-all"><summary>管理全部对话</summary><p>都只存在本机。</p>'
        f'<a href="/chat/all.json" download>导出全部</a>{_deleted(gone)}'
        '<details class="erase" id="erase-all"><summary>永久删除全部</summary>'
        f"<p>{count + len(gone)} 个对话{also}和评价都会删掉，不能恢复。</p>"
        '<button type="button" class="danger" data-do="erase">确定永久删除</button></details></details>'
    )


def _deleted(gone: Sequence[ConversationRow]) -> str:
    if not gone:
        return ""
    more = f"<li>另有 {len(gone) - _SHOWN} 个，用命令行查看。</li>" if len(gone) > _SHOWN else ""
    return (
        f'<details class="gone" id="talks-gone"><summary>最近删除的 {len(gone)} 个</summary>'
        f"<p>删除 {DAYS_KEPT} 天后自动清除。</p><ul>{''.join(map(_gone, gone[:_SHOWN]))}{more}</ul></details>"
    )


def _gone(row: ConversationRow) -> str:
    key, title = esc(row.conversation_id), esc(row.title)
    return (
        f'<li><span title="{title}">{title}</span>'
        f'<button type="button" data-do="restore" data-id="{key}" aria-label="恢复：{title}">恢复</button>'
        f'<details class="erase" id="erase-{key}"><summary aria-label="永久删除：{title}">永久删除</summary>'
        f'<button type="button" class="danger" data-do="erase" data-id="{key}">确定，不能恢复</button></details></li>'
    )


def chips(region: str, issuer: str, kinds: Sequence[str], first: str, last: str, *, editing: bool = False) -> str:
    """A chip for each restriction, which takes it away when pressed; and one that a question is being changed."""
    found = [_chip("edit", "", "正在修改上一问", "不改了")] if editing else []
    if region:
        found.append(_chip("region", "", region_name(region), "去掉地区筛选"))
    if issuer:
        found.append(_chip("issuer", "", issuer, "去掉机关筛选"))
    found += [_chip("kinds", kind, kind, "去掉文种筛选") for kind in kinds]
    found += [_chip("first", "", f"{first} 起", "去掉起始日期")] if first.strip() else []
    found += [_chip("last", "", f"{last} 止", "去掉截止日期")] if last.strip() else []
    return f'<div class="chips" role="group" aria-label="筛选">{"".join(found)}</div>' if found else ""


def _chip(field: str, value: str, text: str, does: str) -> str:
    return (
        f'<button type="button" class="chip {field}" data-do="unfilter" data-field="{field}" data-value="{esc(value)}" '
        f'aria-label="{does}：{esc(text)}" title="{does}">{esc(text)}<span aria-hidden="true">×</span></button>'
    )
