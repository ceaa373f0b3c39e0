"""``python -m eval report``: make a run's figures and page anew from its stored results."""

from __future__ import annotations

import argparse

from eval.commands.common import path, say
from eval.dataset import load
from eval.errors import RunMismatch
from eval.report import terminal_table
from eval.runner import summarise
from eval.runs import RunFolder
from kb.commands.common import Commands, print_json, printable


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("report", help="用已有的结果重新计算指标和报告")
    parser.add_argument("run_folder", type=path, metavar="评测文件夹")
    parser.add_argument("--json", action="store_true", help="输出 run.json 的内容")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Score again; the questions that have no result count 0, and are named in number."""
    folder = RunFolder(given.run_folder.resolve())
    config = folder.config()
    dataset = load(config.selection)
    if dataset.digest != config.digests.get("dataset"):
        raise RunMismatch(f"{config.selection.folder} 在评测之后改动过，原来的结果不再适用。请用新的 --out 重新评测。")
    for name in config.systems:
        missing = len(dataset.questions) - len(folder.results(name))
        if missing:
            say(f"注意：{name} 还有 {missing} 个问题没有结果，按 0 计；运行原来的 python -m eval run 可以补齐。")
    with folder.locked():
        summary = summarise(folder, config, dataset, say)
    if given.json:
        print_json(summary)
    else:
        print(printable(f"{terminal_table(summary)}\n报告：{folder.path / 'report.html'}"))
    return 0
