"""Commands on a base, one module each with ``add_to(subparsers)`` and ``run(given) -> exit code``.

Exit codes: 0 done (an abstention is an answer), 1 the input or the base is at fault, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from kb.commands import ask, doctor, listing, search, show
from kb.errors import KBError

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    given = parser().parse_args(arguments)
    try:
        code: int = given.run(given)
        sys.stdout.flush()
        return code
    except KBError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader (head, less) has seen enough; keep Python from complaining when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr)
        return _INTERRUPTED


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = argparse.ArgumentParser(prog="python -m kb", description="查询与检查知策知识库")
    commands = top.add_subparsers(required=True, metavar="命令")
    for module in (ask, search, show, listing, doctor):
        module.add_to(commands)
    return top
