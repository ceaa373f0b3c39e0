"""The process a system runs in: it is stopped with its parent, however that ends, and its end is put in words."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from types import FrameType

INTERRUPTED = 130
_SECONDS = 5.0  # for a worker to end by itself


def run_worker(arguments: Sequence[str], module: str = "eval.worker") -> int:
    """Run ``python -m MODULE`` to its end; its exit code. Stopped in between, it is stopped too."""
    reader, writer = os.pipe()
    command = [sys.executable, "-m", module, *arguments, "--alive", str(reader)]
    try:
        # What a retriever prints must not get into what this command prints.
        process = subprocess.Popen(command, stdout=sys.stderr, pass_fds=(reader,))
        try:
            return process.wait()
        finally:
            _stop(process)
    finally:
        os.close(reader)
        os.close(writer)


def worker(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> argparse.Namespace:
    """The arguments of a process that ``run_worker`` started; from here on it ends with the one that started it."""
    parser.add_argument("--alive", type=int, help="a pipe's end: when the other one is closed, this process ends")
    given = parser.parse_args(arguments)
    if given.alive is not None:
        follow(given.alive)
    return given


def follow(descriptor: int) -> None:
    """End this process when the other end of a pipe is closed: its owner is gone, and may not have said so.

    Results are whole at any moment, so nothing is lost.
    """

    def watch() -> None:
        os.read(descriptor, 1)
        os._exit(INTERRUPTED)

    threading.Thread(target=watch, daemon=True).start()


def take_sigterm_as_ctrl_c() -> None:
    """Let SIGTERM stop this process as Ctrl-C does, once; a signal that is ignored stays ignored."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


def ending(code: int) -> str:
    """How a worker ended, in words, from its exit code."""
    if code == -signal.SIGKILL:
        return "进程被系统强行终止，多半是内存不足"
    if code < 0:
        known = {number.value: number.name for number in signal.Signals}
        return f"进程崩溃或被终止，信号 {known.get(-code, -code)}"
    if code == 1:
        return "原因见上"
    return f"进程自己退出，退出码 {code}；检索器里是否调用了 os._exit？"


def _interrupt(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the parent sends it to a worker that Ctrl-C reached already
    signal.signal(signal.SIGINT, signal.default_int_handler)
    raise KeyboardInterrupt


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a process that still runs: asked first, then made to."""
    if process.poll() is not None:
        return
    try:
        process.terminate()
        process.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    finally:
        process.kill()
        process.wait()
