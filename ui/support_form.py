"""The form of a profile: between what is typed, the engine's profile, and answers to a condition's question."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from kb.match import KEYS, KINDS, Profile, answer_line, answer_to, answers, read_profile

#: What the form's list of claimants offers, as (shown, value).
CLAIMANTS: tuple[tuple[str, str], ...] = (("不清楚、不限", ""), *((kind, kind) for kind in KINDS))
NO_COMPARISON = "不对比"
LONGEST_ANSWER = 160  # characters of a condition that yes or no can be said to; a statement may hold 200
_LONGEST_PROFILE = 6000  # characters of a profile in an address
_QUOTED = 9  # characters that one of them takes there (%E4%BD%A0)
_LISTS = ("情况", "想要")


def values_of(form: Sequence[str | None]) -> dict[str, object]:
    """The profile's values as typed, a field for each of ``KEYS``; what is empty is left out."""
    values: dict[str, object] = {}
    for key, typed in zip(KEYS, form, strict=True):
        text = (typed or "").strip()
        if key == "情况":
            values[key] = _items(text, r"\n+")
        elif key == "想要":
            values[key] = _items(text, r"[\n、，,；;]+")
        else:
            values[key] = text
    return {key: value for key, value in values.items() if value}


def form_of(profile: Profile) -> tuple[str, ...]:
    """The form's fields as a profile states them, in the order of ``KEYS``."""
    said: dict[str, list[str]] = {}
    for statement in profile.statements:
        said.setdefault(statement.key, []).append(statement.text)
    return tuple("\n".join(said.get(key, ())) for key in KEYS)


def day_of(typed: str | None) -> date:
    """The day to judge by: the one typed, else today. Raises ProfileError for what is no date."""
    text = (typed or "").strip()
    profile = read_profile({"地区": "全国", "截至": text}) if text else None
    return (profile.as_of if profile else None) or date.today()


def with_answer(facts: str | None, text: str, *, bars: bool, yes: bool) -> str:
    """The lines of 情况 with an answer to a condition's question; an earlier answer to it is taken back."""
    both = [answer_line(text, bars=bars, yes=given) for given in (True, False)]
    kept = [line for line in (facts or "").splitlines() if line.strip() and line.strip() not in both]
    return "\n".join([*kept, answer_line(text, bars=bars, yes=yes)])


def answered(profile: Profile, text: str) -> bool | None:
    """What was answered to a condition's question: yes, no, or nothing."""
    given = answer_to(text, answers(profile.statements))
    return given[0] if given else None


def export_address(profile: Profile, suffix: str, by: str = "") -> str:
    """Where the answer to a profile is had as a file; empty where the profile is too long for an address."""
    values: dict[str, object] = {}
    for statement in profile.statements:
        if statement.key in _LISTS:
            values[statement.key] = [s.text for s in profile.statements if s.key == statement.key]
        else:
            values[statement.key] = statement.text
    query = {"profile": json.dumps(values, ensure_ascii=False, separators=(",", ":"))} | ({"by": by} if by else {})
    address = f"/support{suffix}?{urlencode(query)}"
    return address if len(address) <= _LONGEST_PROFILE * _QUOTED else ""


def _items(text: str, between: str) -> list[str]:
    return [item.strip() for item in re.split(between, text) if item.strip()]
