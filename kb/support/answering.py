"""Yes and no to the question of a condition, as lines of a profile that decide that condition and say nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kb.support.profile import Statement

_ANSWER = re.compile(r"(?P<no>不)?(?:符合“(?P<met>.+)”这一条件|属于“(?P<bar>.+)”的情形)", re.DOTALL)


def answer_line(text: str, *, bars: bool, yes: bool) -> str:
    """The line that says whether a condition is met, or whether what rules somebody out is the case."""
    no = "" if yes else "不"
    return f"{no}属于“{_words(text)}”的情形" if bars else f"{no}符合“{_words(text)}”这一条件"


def is_answer(text: str) -> bool:
    """Whether a statement is such a line, and so no statement of its own."""
    return _ANSWER.fullmatch(text) is not None


def answers(statements: Iterable[Statement]) -> Mapping[str, tuple[bool, Statement]]:
    """What was answered, by the words of the condition; of two answers the later one."""
    found: dict[str, tuple[bool, Statement]] = {}
    for said in statements:
        match = _ANSWER.fullmatch(said.text)
        if match:
            found[match["met"] or match["bar"]] = (match["no"] is None, said)
    return found


def answer_to(text: str, given: Mapping[str, tuple[bool, Statement]]) -> tuple[bool, Statement] | None:
    """The answer to a condition, and the line that gives it."""
    return given.get(_words(text))


def _words(text: str) -> str:
    return " ".join(text.split()).strip("，。；、：: ")
