"""Commands on a base, one module each with ``add_to(subparsers)`` and ``run(given) -> exit code``.

Exit codes: 0 done (an abstention is an answer), 1 the input or the base is at fault, 2 wrong usage.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from kb.commands import ask, backup, conversations, doctor, listing, match, reply, search, share, show, users
from kb.commands.common import Parser, guarded


def main(arguments: Sequence[str] | None = None, read_text: reply.ReadText = reply.plain_text) -> int:
    """Run one command; the exit code. ``read_text`` gives the text of a file of any format."""
    given = parser(read_text).parse_args(arguments)
    return guarded(lambda: int(given.run(given)), "已中断。")


def parser(read_text: reply.ReadText = reply.plain_text) -> argparse.ArgumentParser:
    """The parser of all commands."""
    top: argparse.ArgumentParser = Parser(prog="python -m kb", description="查询与检查知策知识库")
    commands = top.add_subparsers(required=True, metavar="命令")
    for module in (ask, search, match, show, listing, conversations, users, doctor, backup, share):
        module.add_to(commands)
    reply.add_to(commands, read_text)
    return top
