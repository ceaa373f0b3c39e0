"""``python -m kb conversations``: list, read, take away and erase the conversations of the page."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kb.commands.common import Commands, add_common, print_json, printable, words, write_whole
from kb.config import load_settings
from kb.errors import KBError

if TYPE_CHECKING:
    from kb.conversations.store import ConversationStore

_SUFFIXES = (".json", ".md", ".docx")


def add_to(commands: Commands) -> None:
    """Add the command with its subcommands."""
    top = commands.add_parser("conversations", help="网页上的对话：列出、查看、导出、删除")
    actions = top.add_subparsers(required=True, metavar="动作", dest="action")
    for name, told, one in (
        ("list", "列出所有对话，删除了还能恢复的也列出", False),
        ("show", "查看一个对话", True),
        ("rename", "给对话改名", True),
        ("delete", "删除一个对话，30 天内可以恢复", True),
        ("restore", "恢复删除了的对话", True),
        ("export", "导出一个对话（.md .docx .json），不写编号时导出全部（.json）", False),
        ("erase", "永久删除一个对话和对它的评价，不写编号时全部", False),
    ):
        parser = actions.add_parser(name, help=told, description=told)
        if one:
            parser.add_argument("id", type=words, metavar="编号")
        add_common(parser)
        parser.set_defaults(run=run)
        if name == "rename":
            parser.add_argument("title", type=words, metavar="名称")
        if name in ("export", "erase"):
            parser.add_argument("id", nargs="?", type=words, metavar="编号")
        if name == "export":
            parser.add_argument("-o", "--out", required=True, type=_output, metavar="文件", help="写出的文件")
        if name == "erase":
            parser.add_argument("--yes", action="store_true", help="确认永久删除")


def run(given: argparse.Namespace) -> int:
    """Do what was asked for."""
    from kb.conversations.store import ConversationStore

    with ConversationStore(load_settings(home=given.home).home) as store:
        told = {"list": _list, "show": _show, "export": _export, "erase": _erase}.get(given.action, _change)(
            given, store
        )
    if told:
        print(printable(told))
    return 0


def _list(given: argparse.Namespace, store: ConversationStore) -> str:
    there, gone = store.list(), store.list(deleted=True)
    if given.json:
        print_json((*there, *gone))
        return ""
    lines = [f"{r.conversation_id}  {r.saved_on[:10]}  {r.turns} 问  {r.title}" for r in there]
    lines += [f"{r.conversation_id}  {r.saved_on[:10]}  {r.turns} 问  {r.title}（已删除，可恢复）" for r in gone]
    return "\n".join(lines) or "还没有对话。"


def _show(given: argparse.Namespace, store: ConversationStore) -> str:
    from kb.conversations.export import as_json
    from kb.conversations.plain import plain_turn

    conversation = store.load(given.id)
    if given.json:
        print_json(as_json(conversation))
        return ""
    return "\n\n".join([conversation.title, *(plain_turn(turn) for turn in conversation.turns)])


def _change(given: argparse.Namespace, store: ConversationStore) -> str:
    if given.action == "rename":
        return f"对话 {given.id} 现在叫“{store.rename(given.id, given.title)}”。"
    if given.action == "restore":
        store.restore(given.id)
        return f"已恢复对话 {given.id}。"
    store.delete(given.id)
    return f"已删除对话 {given.id}。30 天内可以恢复：python -m kb conversations restore {given.id}"


def _export(given: argparse.Namespace, store: ConversationStore) -> str:
    suffix = given.out.suffix.lower()
    if given.id is None and suffix != ".json":
        raise KBError("全部对话只能导出为 .json。要导出 .md 或 .docx，请写上一个对话的编号。")
    if given.out.is_dir() or not given.out.absolute().parent.is_dir():
        raise KBError(f"{given.out}：所在的文件夹不存在。请先建好文件夹，或换一个位置。")
    write_whole(given.out, _file(given.id, suffix, store))
    return f"已写出 {given.out}。"


def _file(conversation_id: str | None, suffix: str, store: ConversationStore) -> bytes:
    from kb.conversations.export import conversation_file, exported_text

    if conversation_id is None:
        return exported_text(store).encode()
    return conversation_file(store.load(conversation_id), suffix)


def _erase(given: argparse.Namespace, store: ConversationStore) -> str:
    count = 1 if given.id else len(store.list()) + len(store.list(deleted=True))
    if not given.yes:
        raise KBError(f"这会永久删除 {count} 个对话和对它们的评价，不能恢复。确定的话，请加上 --yes 再运行一次。")
    return f"已永久删除 {store.erase(given.id or '')} 个对话。"


def _output(text: str) -> Path:
    """An argument that names a file to write."""
    path = Path(words(text))
    if path.suffix.lower() not in _SUFFIXES:
        raise argparse.ArgumentTypeError(f"文件名应以 {'、'.join(_SUFFIXES)} 结尾，而不是 {text}")
    return path
