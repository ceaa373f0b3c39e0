"""``python -m eval suite``: every set of a data folder that is there, and the README's tables of it."""

from __future__ import annotations

import argparse
import json
from typing import Any

from eval.commands.common import add_work, as_of_for, config_for, path, say, work_of
from eval.commands.run import names
from eval.dataset import load
from eval.errors import EvalError
from eval.runner import run as run_systems
from eval.runs import RunFolder
from eval.suite import SUITE, Benchmark, kept, tables
from kb.commands.common import Commands, printable
from kb.commands.filters import day
from kb.config import load_settings


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("suite", help="依次评测数据目录里的各个公开数据集，输出 README 的表")
    parser.add_argument("--data", type=path, required=True, metavar="目录", help="各数据集所在的目录")
    parser.add_argument("--out", type=path, required=True, metavar="目录", help="结果的文件夹；中断后用同一命令接着做")
    sets = "、".join(b.name for b in SUITE)
    parser.add_argument("--sets", type=_sets, default=SUITE, metavar="名称", help=f"逗号分隔，默认全部：{sets}")
    parser.add_argument("--systems", type=names, metavar="名称", help="逗号分隔，默认各数据集自己的那些")
    parser.add_argument("--as-of", type=day, metavar="日期", help="按该日判断有效性，默认开始评测的那天")
    add_work(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Run the sets that are there; print the tables and keep them as ``suite.md`` and ``suite.json``."""
    data, out = given.data.resolve(), given.out.resolve()
    there = [b for b in given.sets if not b.missing(data)]
    for benchmark in given.sets:
        if benchmark not in there:
            say(f"跳过 {benchmark.name}：{data} 里没有 {'、'.join(benchmark.missing(data))}。")
    if not there:
        raise EvalError(f"{data} 里一个数据集都没有。")
    summaries: dict[str, dict[str, Any]] = {}
    failed = []
    work = work_of(given, load_settings())
    for benchmark in there:
        say(f"{benchmark.name}：{benchmark.about}")
        try:
            selection = benchmark.selection(data)
            dataset = load(selection)
            folder = RunFolder(out / benchmark.name)
            config = config_for(selection, dataset, given.systems or benchmark.systems, as_of=as_of_for(given, folder))
            summaries[benchmark.name] = run_systems(folder, config, dataset, work, say)
        except EvalError as error:  # the other sets' figures are not to be lost
            say(f"{benchmark.name} 没有完成：{error}")
            failed.append(benchmark.name)
    made = tables(summaries)
    environment = RunFolder(out / next(iter(summaries))).read_json("environment.json") if summaries else {}
    (out / "suite.md").write_text(made + "\n", "utf-8")
    figures = json.dumps(kept(summaries, environment), ensure_ascii=False, indent=1)
    (out / "suite.json").write_text(figures + "\n", "utf-8")
    print(printable(made))
    return 1 if failed else 0


def _sets(text: str) -> tuple[Benchmark, ...]:
    wanted = [name.strip() for name in text.split(",") if name.strip()]
    known = {b.name: b for b in SUITE}
    unknown = [name for name in wanted if name not in known]
    if unknown or not wanted:
        raise argparse.ArgumentTypeError(f"没有数据集 {'、'.join(unknown)}。可用的有：{'、'.join(known)}")
    return tuple(known[name] for name in wanted)
