"""Keeps what Ray writes on its own out of the terminal and out of a report; what the program says still arrives."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

_STDERR = 2


@contextmanager
def only_our_words() -> Iterator[None]:
    """Let standard output and descriptor 2 lead nowhere while ``sys.stderr`` goes on.

    Ray's threads print what its daemons tell them, and its native code warns of what Ray Data does. For the time of
    work, which prints no result.
    """
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), _native_stderr_dropped():
        yield


@contextmanager
def _native_stderr_dropped() -> Iterator[None]:
    before = sys.stderr
    before.flush()
    kept = os.dup(_STDERR)
    ours: io.TextIOWrapper | None = None
    if isinstance(before, io.TextIOWrapper) and _descriptor(before) == _STDERR:
        sys.stderr = ours = os.fdopen(
            os.dup(kept), "w", encoding=before.encoding, errors=before.errors, buffering=1, newline="\n"
        )
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, _STDERR)
    os.close(nothing)
    try:
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)
        if ours is not None:
            sys.stderr = before
            ours.close()


def _descriptor(stream: io.TextIOWrapper) -> int | None:
    try:
        return stream.fileno()
    except io.UnsupportedOperation:  # one that is kept in memory
        return None
