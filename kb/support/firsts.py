"""Conditions that it be the first time (首次创办, 首次登记)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.support.facts import Facts
from kb.support.reading import Finding, found

_FIRST = re.compile(r"首次|第一次|初次")
_START = re.compile(r"创业|创办|登记|注册|执照|开店|开业|办企业|领取")
_AGAIN = re.compile(r"第[二三四五]次|再次|以前(?:也)?(?:办过|开过|创办过|创过)|曾(?:经)?(?:办|开|创)")
_SAID = re.compile(r"第一次|首次|头一次|初次|头一回|从未创业|没有?(?:创过业|办过|开过)")


def firsts_in(text: str, facts: Facts) -> Iterator[Finding]:
    """The word that asks for a first time, before what is begun."""
    for match in _FIRST.finditer(text):
        if not _START.search(text[match.end() : match.end() + 16]):
            continue
        yes = next((s for s in facts.free if _SAID.search(s.text) and _START.search(s.text)), None)
        no = next((s for s in facts.free if _AGAIN.search(s.text) and _START.search(s.text)), None)
        yield found(match.start(), match.end(), None if yes and no else bool(yes) if yes or no else None, yes or no)
