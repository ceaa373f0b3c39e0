"""Taking people on: of a condition that asks for it, and of a statement that tells of it."""

from __future__ import annotations

import re

_TAKES_ON = re.compile(r"招用|吸纳|聘|接收|招收|录用|新招|招了|引进")
_TOOK_ON = re.compile(
    r"招[用了聘收进来到\d一二两三四五六七八九十]|新招|录用|聘|吸纳|接收|引进|[请雇]了?[\d一二两三四五六七八九十]+[名个位]"
)


#: What is done for those whom the claimant employs (每个月都给他们缴养老保险), and conditions on just that
_FOR_THEM = re.compile(r"(?:给|为|替|帮)(?:他|她|新[招来]的?)们?|(?:他|她)们的?(?:社保|保险|工资)")
_OF_THEM = re.compile(r"其(?!他|它|中|余)|员工|职工|人员|毕业生|劳动者")


def takes_on(text: str) -> bool:
    """Whether a condition is about whom the claimant takes on."""
    return _TAKES_ON.search(text) is not None


def took_on(said: str) -> bool:
    """Whether a statement tells of whom the claimant took on."""
    return _TOOK_ON.search(said) is not None


def of_others(said: str, text: str) -> bool:
    """Whether a statement tells of whom the claimant took on, and a condition is not about that (招了3名毕业生)."""
    return (took_on(said) and not takes_on(text)) or for_them(said, text)


def for_them(said: str, text: str) -> bool:
    """Whether a statement tells what is done for the staff, and a condition asks for what the claimant does itself."""
    return bool(_FOR_THEM.search(said)) and not takes_on(text) and not _OF_THEM.search(text)
