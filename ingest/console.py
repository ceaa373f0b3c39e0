"""What the commands show: progress on a terminal, plans, reports; a first Ctrl-C ends the work in good order."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from ingest.plan import Action, Plan
from ingest.scan import Notice
from ingest.sync import Hooks, Report
from kb.commands.common import printable

_SHOWN = 20
_ACTION_NAMES = {
    Action.ADD: "新增",
    Action.REPLACE: "更新",
    Action.MOVE: "移动",
    Action.REMOVE: "移除",
}


@contextmanager
def hooks() -> Iterator[Hooks]:
    """A progress bar on stderr if that is a terminal, and Ctrl-C as a wish to stop after the batch in progress."""
    from tqdm import tqdm

    asked = threading.Event()

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        print("\n正在完成手上的一批，再按一次 Ctrl-C 立即停止……", file=sys.stderr)

    in_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, on_interrupt) if in_main else None
    bar: Any = tqdm(unit="个文件", desc="收录", file=sys.stderr, disable=not sys.stderr.isatty(), total=0)

    def more(count: int) -> None:
        bar.total += count
        bar.refresh()

    try:
        yield Hooks(total=more, advance=lambda count: bar.update(count), stopping=asked.is_set)
    finally:
        bar.close()
        if in_main:
            signal.signal(signal.SIGINT, before)


def plan_text(plans: Sequence[Plan]) -> str:
    """A plan in Chinese, a line for each file that would change."""
    lines = []
    for action, name in _ACTION_NAMES.items():
        for step in [s for plan in plans for s in plan.of(action)]:
            was = f"（原为 {step.old_path}）" if step.old_path else ""
            lines.append(f"{name}：{step.path}{was}".replace("\n", "\ufffd"))
    unchanged = sum(len(plan.of(Action.UNCHANGED, Action.TOUCH)) for plan in plans)
    lines.append(f"未变：{unchanged} 个文件")
    return printable("\n".join(lines))


def plan_json(plans: Sequence[Plan]) -> dict[str, Any]:
    """A plan as JSON types: paths by action."""
    named: dict[str, Any] = {
        action.value: [{"root": s.root, "path": s.path, "old_path": s.old_path} for p in plans for s in p.of(action)]
        for action in _ACTION_NAMES
    }
    named["unchanged"] = sum(len(plan.of(Action.UNCHANGED, Action.TOUCH)) for plan in plans)
    named["skipped"] = [_notice(n) for plan in plans for n in plan.skipped]
    named["failed"] = [_notice(n) for plan in plans for n in plan.failed]
    return named


def report_text(report: Report, documents: int) -> str:
    """The summary of a sync in Chinese. ``documents`` are in the base now."""
    lines = []
    counts = [("新增", report.added), ("更新", report.replaced), ("移动", report.moved), ("移除", report.removed)]
    counts += [("未变", report.unchanged), ("跳过", len(report.skipped)), ("失败", len(report.failed))]
    shown = "，".join(
        f"{name} {count}" for name, count in counts if count or name in {"新增", "更新", "移除", "未变", "失败"}
    )
    lines.append(f"文件：{shown}")
    lines.append(
        f"写入文档 {report.documents} 篇、片段 {report.chunks} 条；知识库现有文档 {documents} 篇；"
        f"用时 {report.seconds:.1f} 秒。"
    )
    if report.interrupted:
        lines.append(f"已中断：还有 {report.pending} 个文件没有处理。重新运行同一命令即可接着完成。")
    return printable("\n".join(lines))


def report_json(report: Report, documents: int) -> dict[str, Any]:
    """The summary of a sync as JSON types."""
    names = ("added", "replaced", "moved", "removed", "unchanged", "documents", "chunks", "embedded", "interrupted")
    return {name: getattr(report, name) for name in (*names, "pending")} | {
        "seconds": round(report.seconds, 2),
        "documents_in_base": documents,
        "skipped": [_notice(n) for n in report.skipped],
        "failed": [_notice(n) for n in report.failed],
    }


def complain(skipped: Sequence[Notice], failed: Sequence[Notice]) -> None:
    """Name on stderr what was left out, a long list cut, and every file that failed, with the reasons."""
    lines = [_line("跳过", notice) for notice in skipped[:_SHOWN]]
    if len(skipped) > _SHOWN:
        lines.append(f"跳过：……另有 {len(skipped) - _SHOWN} 个（--json 列出全部）")
    for line in lines + [_line("失败", notice) for notice in failed]:
        print(line, file=sys.stderr)


def _line(name: str, notice: Notice) -> str:
    return printable(f"{name}：{notice.path}：{notice.why}".replace("\n", "\ufffd"))


def _notice(notice: Notice) -> dict[str, str]:
    return {"path": notice.path, "why": notice.why}
