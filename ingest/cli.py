"""The commands of ``python -m ingest``. Exit codes: 0 done, 1 something failed, 2 wrong usage, 130 interrupted."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest import console
from ingest.bulk.cluster import LOCAL, host_and_port
from kb.commands.common import Parser, add_common, folder, guarded, print_json, printable, words
from kb.config import Settings, load_settings
from kb.errors import HomeMissing

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

_INTERRUPTED = 130
_SHOWN = 50  # files listed on the terminal unless all are asked for


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    given = parser().parse_args(arguments)
    return guarded(lambda: int(given.run(given)), "已中断。已完成的部分都已保存，重新运行同一命令即可接着完成。")


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = Parser(prog="python -m ingest", description="把文件收录进知策知识库")
    commands = top.add_subparsers(required=True, metavar="命令")

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:  # noqa: ANN401 - a handler
        made = commands.add_parser(name, help=text, description=text)
        add_common(made)
        made.set_defaults(run=run)
        return made

    for name, run, text in (
        ("sync", run_sync, "让知识库与文件夹（或单个文件）一致：新增、更新、移除"),
        ("plan", run_plan, "只列出同步会做什么，不做任何改动"),
    ):
        made = command(name, run, text)
        made.add_argument("paths", nargs="+", type=_path, metavar="路径")
        made.add_argument("--allow-removal", action="store_true", help="允许移除大部分乃至全部已收录的文件")
        if name == "sync":
            made.add_argument("--dry-run", action="store_true", help="同 plan")
            made.add_argument(
                "--ray",
                nargs="?",
                const=LOCAL,
                type=_address,
                metavar="主机:端口",
                help="用 Ray 读文件、算向量；不写地址时只用本机，写在路径之后",
            )
    command("remove", run_remove, "移除指定编号的文档").add_argument("ids", nargs="+", type=words, metavar="编号")
    made = command("undo", run_undo, "撤销网页上的移除或替换；不写编号时列出可以撤销的")
    made.add_argument("token", nargs="?", type=words, metavar="编号")
    command("rebuild", run_rebuild, "用当前模型重建全部向量和索引")
    made = command("report", run_report, "每个文件读得怎样：格式、字数、文档、质量标记、没有收录的文字")
    made.add_argument("--html", type=words, metavar="文件", help="另写成一个网页")
    made.add_argument("--all", action="store_true", help="在终端列出全部文件，不只是要核对的")
    return top


def run_sync(given: argparse.Namespace) -> int:
    """Sync every path."""
    from ingest.bulk.reader import BulkReader
    from ingest.sync import merged, scan_all, sync
    from kb.base import KnowledgeBase

    if given.dry_run:
        return run_plan(given)
    settings = load_settings(home=given.home)
    scans = scan_all(given.paths, settings.home, given.allow_removal)
    reports = []
    with ExitStack() as stack:
        bulk = stack.enter_context(BulkReader(given.ray, settings)) if given.ray else None
        embedder = bulk.embedder if bulk else None
        base = stack.enter_context(KnowledgeBase.open(settings, write=True, create=True, embedder=embedder))
        hooks = stack.enter_context(console.hooks())
        reader = bulk.read_for(base) if bulk else None
        for scanned in scans:
            reports.append(sync(base, scanned, allow_removal=given.allow_removal, hooks=hooks, reader=reader))
            if reports[-1].interrupted:
                break
        documents = len(base.documents())
    report = merged(reports)
    if given.json:
        print_json(console.report_json(report, documents))
    console.complain(report.skipped, report.failed)
    print(console.report_text(report, documents), file=sys.stderr if given.json else sys.stdout)
    if report.interrupted:
        return _INTERRUPTED
    return 1 if report.failed else 0


def run_plan(given: argparse.Namespace) -> int:
    """Show what a sync would do; no base is made where there is none."""
    from ingest.plan import check_removals
    from ingest.sync import plan_sync, scan_all

    settings = load_settings(home=given.home)
    scans = scan_all(given.paths, settings.home, given.allow_removal)
    base = _open_if_there(settings)
    try:
        plans = [plan_sync(base, scanned) for scanned in scans]
    finally:
        if base is not None:
            base.close()
    if given.json:
        print_json(console.plan_json(plans))
    else:
        print(console.plan_text(plans))
    console.complain([n for plan in plans for n in plan.skipped], [n for plan in plans for n in plan.failed])
    for plan in plans:
        check_removals(plan, settings.max_removed_share, given.allow_removal)
    return 1 if any(plan.failed for plan in plans) else 0


def run_remove(given: argparse.Namespace) -> int:
    """Remove documents by id; nothing is removed if one of the ids is unknown."""
    from kb.base import KnowledgeBase

    with KnowledgeBase.open(load_settings(home=given.home), write=True) as base:
        for policy_id in given.ids:
            base.header(policy_id)
        removed = base.remove(dict.fromkeys(given.ids))
    if given.json:
        print_json({"removed": removed})
    else:
        print(f"已移除 {removed} 篇文档。它们的文件若还在原处且没有改动，下次同步不会再收录。")
    return 0


def run_undo(given: argparse.Namespace) -> int:
    """Undo a removal or a replacement, or list those that can be undone."""
    from dataclasses import asdict

    from ingest.undo import Undo
    from ingest.uploads import Uploads
    from kb.base import KnowledgeBase

    with KnowledgeBase.open(load_settings(home=given.home), write=bool(given.token)) as base:
        changes = Undo(Uploads(base))
        listed = [changes.undo(given.token)] if given.token else changes.recent()
    if given.json:
        print_json({"undone" if given.token else "undoable": [asdict(one) for one in listed]})
        return 0
    if not listed:
        print("没有可以撤销的移除或替换。")
    for one in listed:
        when = f"{datetime.fromtimestamp(one.when):%Y-%m-%d %H:%M:%S}"
        told = f"《{one.title}》 {'、'.join(one.files)}".strip()
        print(printable(f"已撤销{one.what}：{told}" if given.token else f"{one.token}  {when}  {one.what}  {told}"))
    return 0


def run_rebuild(given: argparse.Namespace) -> int:
    """Make all vectors with the model now set and all indexes."""
    from kb.base import KnowledgeBase

    with KnowledgeBase.open(load_settings(home=given.home), write=True) as base, console.hooks() as hooks:
        hooks.total(sum(header.chunks for header in base.documents()))
        chunks = base.rebuild(hooks.advance)
        model = base.embedder.name
    if given.json:
        print_json({"chunks": chunks, "embedding": model})
    else:
        print(f"已用 {model} 重建 {chunks} 条片段的向量和索引。")
    return 0


def run_report(given: argparse.Namespace) -> int:
    """How every file was read, on the terminal or as a page."""
    from ingest.librarian import CHECK, FAILED, SKIPPED, as_json, collect
    from ingest.librarian_page import page, summary, table
    from kb.base import KnowledgeBase

    with KnowledgeBase.open(load_settings(home=given.home)) as base:
        report = collect(base)
    if given.html:
        target = Path(given.html)
        target.write_text(page(report, datetime.now().strftime("%Y-%m-%d %H:%M")), "utf-8")
    if given.json:
        print_json(as_json(report))
        return 0
    print(printable(summary(report)))
    shown = list(report.files) if given.all else report.of(FAILED, CHECK, SKIPPED)[:_SHOWN]
    if shown:
        print("\n" + printable(table(shown)))
    left = len(report.files) - len(shown)
    if left and not given.all:
        print(f"\n其余 {left} 个文件没有列出；加 --all 全部列出，加 --html 文件.html 写成网页。")
    if given.html:
        print(f"网页：{given.html}")
    return 0


def _path(text: str) -> Path:
    return Path(folder(text))


def _address(text: str) -> str:
    if text == LOCAL:
        return text
    try:
        host_and_port(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"--ray 后面的 {text} 不是“主机:端口”；只用本机时把 --ray 写在所有路径之后"
        ) from None
    return text


def _open_if_there(settings: Settings) -> KnowledgeBase | None:
    from kb.base import KnowledgeBase

    try:
        return KnowledgeBase.open(settings)
    except HomeMissing:
        return None
