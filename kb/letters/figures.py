"""Figures of one indicator in several documents: those that differ for the same day, and those that are outdated."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from kb.letters.evidence import Evidence
from kb.letters.reach import Reach
from kb.letters.roles import Role
from kb.text import find_quantities, squash

_NAME = 4  # characters before a figure that name what it is of
_LEAD = re.compile(
    r"^(?:(?:截至|至|到)?(?:20\d\d年)?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:[底末初]|年[底末]|上半年|目前|以来)?)"
    r"(?:全[国省市州盟区县旗镇]|我[省市州盟区县旗]|本[省市州区县])?(?:已(?!经?批))?(?:共有|共|累计)?"
)
#: What cannot stand against a figure: a document that is not in force, or tells of another place.
_OTHERWISE = ("文件", "外地", "是摘要")
_STOPS = "，。；：、,;:（）() "


def compared(found: list[Evidence]) -> list[Evidence]:
    """The evidence with cautions on figures that another document of the same reach contradicts or has newer."""
    by_name: dict[tuple[Role, tuple[str, str]], dict[str, tuple[Evidence, Decimal]]] = {}
    for e in found:
        if e.reach is Reach.OWN:
            for name, value in stated(e.citation.quote).items():
                by_name.setdefault((e.role, name), {}).setdefault(e.key, (e, value))
    told: dict[str, list[str]] = {}
    for (_, name), of_name in by_name.items():
        for (a, mine), (b, theirs) in combinations(of_name.values(), 2):
            if mine != theirs and a.citation.policy_id != b.citation.policy_id:
                _compare(a, b, name[0], told)
    return [
        replace(e, cautions=tuple(dict.fromkeys((*e.cautions, *told[e.key])))) if e.key in told else e for e in found
    ]


def _compare(a: Evidence, b: Evidence, name: str, told: dict[str, list[str]]) -> None:
    day_a, day_b = _day(a), _day(b)
    if day_a is None or day_b is None:
        return
    if day_a == day_b:
        if a.ready and b.ready and _is_dated(a) and _is_dated(b):
            for one, other in ((a, b), (b, a)):
                told.setdefault(one.key, []).append(f"“{name}”与《{other.citation.title}》的数字不一致")
    elif a.role is Role.ACTUAL:
        (old, _), (new, day) = sorted(((a, day_a), (b, day_b)), key=lambda one: f"{one[1]}-99-99"[:10])
        if not any(c.startswith(_OTHERWISE) for c in new.cautions):
            told.setdefault(old.key, []).append(f"“{name}”有更新的数据（{day}，《{new.citation.title}》）")


def _day(e: Evidence) -> str | None:
    """The day a figure is of; a state without one is of its document's."""
    return (e.dated or e.issued_on) if e.role is Role.ACTUAL else e.due


def _is_dated(e: Evidence) -> bool:
    return bool(e.dated if e.role is Role.ACTUAL else e.due)


def stated(text: str) -> dict[tuple[str, str], Decimal]:
    """Figures by (the words right before them, unit): 孵化面积93.6万平方米 -> (孵化面积, 平方米): 936000.

    The day and the place that a sentence begins with are no part of the name: 2024年底全市创业导师238名.
    """
    found: dict[tuple[str, str], Decimal] = {}
    for quantity in find_quantities(text):
        before = text[: quantity.start]
        at = max((before.rfind(mark) for mark in _STOPS), default=-1) + 1
        name = _LEAD.sub("", squash(before[at:]))
        for word in ("达到", "超过", "累计", "增至", "增加到", "已有", "现有", "达", "共", "约", "超", "为", "有"):
            name = name.removesuffix(word)
        if len(name) >= _NAME and quantity.unit:
            found.setdefault((name, quantity.unit), quantity.value)
    return found
