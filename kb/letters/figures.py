"""Figures of one indicator in several documents: those that differ for the same day, and those that are outdated."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from kb.letters.evidence import Evidence
from kb.letters.reach import Reach
from kb.letters.roles import Role
from kb.text import find_quantities, squash

_NAME = 4  # characters before a figure that name what it is of
_STOPS = "，。；：、,;:（）() "


def compared(found: list[Evidence]) -> list[Evidence]:
    """The evidence with cautions on figures that another document of the same reach contradicts or has newer."""
    told: dict[str, list[str]] = {}
    for a, b in combinations(found, 2):
        same = a.citation.policy_id == b.citation.policy_id
        if same or a.role is not b.role or not a.reach is b.reach is Reach.OWN:
            continue
        _compare(a, b, told)
    return [replace(e, cautions=(*e.cautions, *dict.fromkeys(told[e.key]))) if e.key in told else e for e in found]


def _compare(a: Evidence, b: Evidence, told: dict[str, list[str]]) -> None:
    mine, theirs = stated(a.citation.quote), stated(b.citation.quote)
    for name in mine.keys() & theirs.keys():
        if mine[name] == theirs[name]:
            continue
        day_a, day_b = (a.dated, b.dated) if a.role is Role.ACTUAL else (a.due, b.due)
        if day_a == day_b and day_a is not None and a.ready and b.ready:
            for one, other in ((a, b), (b, a)):
                told.setdefault(one.key, []).append(f"“{name[0]}”与《{other.citation.title}》的数字不一致")
        elif a.role is Role.ACTUAL and day_a and day_b and day_a != day_b:
            old, new = (a, b) if day_a < day_b else (b, a)
            told.setdefault(old.key, []).append(f"“{name[0]}”有更新的数据（{new.dated}，《{new.citation.title}》）")


def stated(text: str) -> dict[tuple[str, str], Decimal]:
    """Figures by (the words right before them, unit): 孵化面积93.6万平方米 -> (孵化面积, 平方米): 936000."""
    found: dict[tuple[str, str], Decimal] = {}
    for quantity in find_quantities(text):
        before = text[: quantity.start]
        at = max((before.rfind(mark) for mark in _STOPS), default=-1) + 1
        name = squash(before[at:])
        for word in ("达到", "超过", "累计", "达", "共", "约", "超", "为", "有"):
            name = name.removesuffix(word)
        if len(name) >= _NAME and quantity.unit:
            found.setdefault((name, quantity.unit), quantity.value)
    return found
