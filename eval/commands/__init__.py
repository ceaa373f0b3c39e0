"""Commands of ``python -m eval``, one module each. Exit codes: 0 done, 1 at fault, 2 wrong usage, 130 stopped."""

from __future__ import annotations

from collections.abc import Sequence

from eval.commands import bench, benchmark, compare, report, run, suite, train, tune, verify
from kb.commands.common import Parser, guarded

_INTERRUPTED = "已中断。已有的结果都已保存，重新运行同一命令即可接着完成。"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    top = Parser(prog="python -m eval", description="评测检索与回答")
    commands = top.add_subparsers(required=True, metavar="命令")
    for module in (run, compare, report, tune, train, verify, suite, benchmark, bench):
        module.add_to(commands)
    given = top.parse_args(arguments)
    return guarded(lambda: int(given.run(given)), _INTERRUPTED)
