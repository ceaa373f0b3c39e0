"""What a reader of conditions finds in one: a part of its words, its state, and what decides it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from kb.support.facts import Facts
from kb.support.profile import Statement


class State(StrEnum):
    """Whether a condition is met; what nobody said is unknown."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part ``text[start:end]`` of a condition. ``because`` is empty exactly where the state is unknown."""

    start: int
    end: int
    state: State
    because: tuple[Statement, ...] = ()
    claimant: bool = False


Reader: TypeAlias = Callable[[str, Facts], Iterable[Finding]]


def found(start: int, end: int, state: bool | None, *because: Statement | None, claimant: bool = False) -> Finding:
    """A finding of yes, no or not known; without a statement it is not known."""
    said = tuple(s for s in because if s)
    if state is None or not said:
        return Finding(start, end, State.UNKNOWN)
    return Finding(start, end, State.MET if state else State.NOT_MET, said, claimant and not state)
