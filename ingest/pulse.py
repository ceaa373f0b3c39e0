"""A sign of life from long work on one file: readers call ``beat`` a page at a time, whoever watches listens."""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[], None]] = []


def listen(listener: Callable[[], None]) -> None:
    """Call ``listener`` at every beat of this process."""
    _listeners.append(listener)


def beat() -> None:
    """Say that the work goes on."""
    for listener in _listeners:
        listener()
