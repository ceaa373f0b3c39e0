"""Taking people on: of a condition that asks for it, and of a statement that tells of it."""

from __future__ import annotations

import re

_TAKES_ON = re.compile(r"招用|吸纳|聘|接收|招收|录用|新招|招了|引进")
_TOOK_ON = re.compile(
    r"招[用了聘收进来到\d一二两三四五六七八九十]|新招|录用|聘|吸纳|接收|引进|[请雇]了?[\d一二两三四五六七八九十]+[名个位]"
)


def takes_on(text: str) -> bool:
    """Whether a condition is about whom the claimant takes on."""
    return _TAKES_ON.search(text) is not None


def took_on(said: str) -> bool:
    """Whether a statement tells of whom the claimant took on."""
    return _TOOK_ON.search(said) is not None


def of_others(said: str, text: str) -> bool:
    """Whether a statement tells of whom the claimant took on, and a condition is not about that (招了3名毕业生)."""
    return took_on(said) and not takes_on(text)
