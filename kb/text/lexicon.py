"""Word lists of the genre, kept as text files beside this module: read once, at first use."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files


def _lines(name: str) -> list[str]:
    text = files("kb.text").joinpath("words", f"{name}.txt").read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def word_list(name: str) -> tuple[str, ...]:
    """The words of a list: ``stop``, ``generic`` or ``domain``."""
    return tuple(word for line in _lines(name) for word in line.split())


@cache
def word_set(name: str) -> frozenset[str]:
    """The same as a set."""
    return frozenset(word_list(name))


@lru_cache(maxsize=1)
def synonyms() -> dict[str, tuple[str, ...]]:
    """Each word with those that may stand for it, in documents too where it is one that people say."""
    table: dict[str, list[str]] = {}
    for line in _lines("synonyms"):
        names = line.split()
        for name in names:
            table.setdefault(name, []).extend(n for n in names if n != name)
    for line in _lines("spoken"):
        said, _, written = line.partition(">")
        for name in said.split():
            table.setdefault(name, []).extend(w for w in written.split() if w != name)
    return {name: tuple(dict.fromkeys(others)) for name, others in table.items()}
