"""Progress on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any


@contextmanager
def bar(title: str, total: int, unit: str = "题") -> Iterator[Callable[[int], None]]:
    """A bar on stderr if that is a terminal; what it gives is told how much was just done."""
    from tqdm import tqdm

    shown: Any = tqdm(total=total, desc=title, unit=unit, file=sys.stderr, disable=not sys.stderr.isatty())
    with closing(shown):
        yield shown.update
