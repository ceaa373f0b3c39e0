"""``python -m eval bench``: how fast and how large, as ``bench.json`` and a page with curves."""

from __future__ import annotations

import argparse

from eval.bench.page import rows, table
from eval.bench.plan import BenchFolder, Spec
from eval.bench.runner import run as measure
from eval.commands.common import count, path, say
from kb.commands.common import Commands, printable

_MOST_CHUNKS = 10_000_000


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "bench", help="测量建库、检索、内存、磁盘、启动随规模的变化，与 LlamaIndex 默认流程对比"
    )
    parser.add_argument(
        "--chunks", type=_sizes, default=(1000, 10_000), metavar="段数", help="逗号分隔，默认 1000,10000"
    )
    parser.add_argument(
        "--out", type=path, required=True, metavar="目录", help="结果和各个库的文件夹；中断后用同一命令接着做"
    )
    parser.add_argument(
        "--data",
        type=path,
        action="append",
        default=[],
        metavar="目录",
        help="文件取自 BEIR 形式的文件夹，可重复；默认 corpus/",
    )
    parser.add_argument(
        "--beside", type=_number, default=300_000, metavar="字数", help="与 LlamaIndex 对比的字数，0 为不比"
    )
    parser.add_argument(
        "--real", type=_number, default=100_000, metavar="段数", help="由模型计算向量的段数，更多的在真实向量周围抽取"
    )
    parser.add_argument("--files", type=_number, default=2400, metavar="个数", help="再次同步用的文件数，0 为不测")
    parser.add_argument("--questions", type=count, default=200, metavar="个数", help="问题个数，默认 200")
    parser.add_argument("--users", type=count, default=8, metavar="人数", help="同时提问的人数，默认 8")
    parser.add_argument("--seed", type=int, default=0, metavar="数", help="随机种子，默认 0")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Measure; print the table."""
    spec = Spec(
        sizes=given.chunks,
        data=tuple(str(p.resolve()) for p in given.data),
        beside=given.beside,
        real=given.real,
        files=given.files,
        questions=given.questions,
        users=given.users,
        seed=given.seed,
    )
    folder = BenchFolder(given.out.resolve())
    figures = measure(folder, spec, say)
    ratios = "\n".join(f"{name}\t{'—' if value is None else value}" for name, value in figures["ratios"].items())
    print(printable(table(list(figures["sizes"]), rows(figures["sizes"])) + "\n\n" + ratios))
    say(f"结果在 {folder.path / 'bench.json'}，图表在 {folder.path / 'bench.html'}。")
    return 0


def _sizes(text: str) -> tuple[int, ...]:
    found = sorted({count(part.strip()) for part in text.split(",") if part.strip()})
    if not found or found[-1] > _MOST_CHUNKS:
        raise argparse.ArgumentTypeError(f"应为不超过 {_MOST_CHUNKS} 的段数，逗号分隔，例如 1000,10000,100000")
    return tuple(found)


def _number(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"应为整数，而不是 {text}")
    return int(text)
