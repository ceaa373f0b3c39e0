"""Progress on a terminal, and for whoever watches from elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

_NOTE_SECONDS = 1.0


@contextmanager
def bar(title: str, total: int, unit: str = "题") -> Iterator[Callable[[int], None]]:
    """A bar on stderr if that is a terminal; what it gives is told how much was just done."""
    from tqdm import tqdm

    shown: Any = tqdm(total=total, desc=title, unit=unit, file=sys.stderr, disable=not sys.stderr.isatty())
    with closing(shown):
        yield shown.update


@contextmanager
def noted(note: Callable[[int], None], every: float = _NOTE_SECONDS) -> Iterator[Callable[[int], None]]:
    """Hand the sum of what is done to ``note``: at the start, at most once in ``every`` seconds, and at the end."""
    done, last = 0, time.monotonic()
    note(done)

    def add(count: int) -> None:
        nonlocal done, last
        done += count
        if time.monotonic() - last >= every:
            note(done)
            last = time.monotonic()

    try:
        yield add
    finally:
        note(done)
