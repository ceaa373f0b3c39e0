"""Of rows and classes of which a claimant gets one, those that fit him best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TypeAlias

from kb.support.candidates import Candidate
from kb.support.lone import RAISED
from kb.support.marks import Mark
from kb.support.reading import State
from kb.support.results import Verdict

Told: TypeAlias = tuple[Sequence[Candidate], Verdict, tuple[Mark, ...]]


def without_outdone(judged: Sequence[Told]) -> Iterator[Told]:
    """What was judged, of the rows or classes of which a claimant gets one only those that fit him best.

    Where one fits in every point the others are not his; none is his that nothing says to fit.
    """
    keys = [_key(told[0][0]) for told in judged]
    best: dict[tuple[str, str], Fraction] = {}
    for key, told in zip(keys, judged, strict=True):
        if key:
            best[key] = max(best.get(key, Fraction(0)), _fit(told[2]))
    for key, told in zip(keys, judged, strict=True):
        if key is None or (_fit(told[2]) > 0 if key[1] == RAISED else 0 < _fit(told[2]) >= best[key]):
            yield told


def _key(one: Candidate) -> tuple[str, str] | None:
    of = one.one_of
    return (one.document.policy_id, of) if of else None


def _fit(marks: Sequence[Mark]) -> Fraction:
    """How much of its own conditions a support is met by what the claimant tells of himself."""
    asked = [m for m in marks if not m.condition.bars]
    met = [m for m in asked if m.state is State.MET and any(s.key != "地区" for s in m.because)]
    return Fraction(len(met), max(1, len(asked)))
