"""``python -m eval run``: systems on a set, scored, with a report."""

from __future__ import annotations

import argparse

from eval.commands.common import (
    add_selection,
    add_work,
    as_of_for,
    config_for,
    count,
    path,
    say,
    selection_of,
    work_of,
)
from eval.dataset import load
from eval.process import follow
from eval.report import terminal_table
from eval.runner import run as run_systems
from eval.runs import DEPTH, RunFolder
from kb.commands.common import Commands, print_json, printable
from kb.commands.filters import day
from kb.config import load_settings

_DEFAULT = "hybrid,bm25,dense,llamaindex"


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("run", help="用一个数据集评测若干系统")
    add_selection(parser)
    parser.add_argument(
        "--systems", type=names, default=names(_DEFAULT), metavar="名称", help=f"逗号分隔，默认 {_DEFAULT}"
    )
    parser.add_argument("--out", type=path, required=True, metavar="目录", help="结果的文件夹；中断后用同一命令接着做")
    parser.add_argument("--no-answers", action="store_true", help="只评检索，不评回答")
    parser.add_argument("--depth", type=count, default=DEPTH, metavar="个数", help=f"每题取多少片段，默认 {DEPTH}")
    parser.add_argument("--as-of", type=day, metavar="日期", help="按该日判断有效性，默认开始评测的那天")
    add_work(parser)
    parser.add_argument("--json", action="store_true", help="输出 run.json 的内容")
    parser.add_argument("--alive", type=int, help=argparse.SUPPRESS)  # a pipe: this ends when its other end is closed
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Run, score, and print the table."""
    if given.alive is not None:
        follow(given.alive)
    selection = selection_of(given)
    dataset = load(selection)
    folder = RunFolder(given.out.resolve())
    as_of = as_of_for(given, folder)
    config = config_for(selection, dataset, given.systems, as_of=as_of, answers=not given.no_answers, depth=given.depth)
    summary = run_systems(folder, config, dataset, work_of(given, load_settings()), say)
    if given.json:
        print_json(summary)
    else:
        print(printable(f"{terminal_table(summary)}\n报告：{folder.path / 'report.html'}"))
    return 0


def names(text: str) -> tuple[str, ...]:
    """System names, by comma."""
    found = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not found:
        raise argparse.ArgumentTypeError("没有写系统的名称")
    return found
