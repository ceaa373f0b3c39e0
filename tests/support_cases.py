"""Profiles, documents and conditions for tests of the support desk."""

from __future__ import annotations

from datetime import date
from typing import Any

from kb.model import DocumentHeader, Kind, Provision, Status
from kb.support.applicable import Scope
from kb.support.conditions import Condition, about
from kb.support.facts import Facts
from kb.support.marks import Mark, mark
from kb.support.profile import Profile, read_profile

DAY = date(2026, 11, 27)
SCOPE = Scope("澄洲市东湖区", (), ("澄洲市", "东湖区"))


def profile(**values: Any) -> Profile:
    return read_profile({"地区": "澄洲市东湖区", **values})


def facts(day: date = DAY, scope: Scope = SCOPE, **values: Any) -> Facts:
    return Facts(profile(**values), day, scope)


def marked(text: str, *, bars: bool = False, **values: Any) -> Mark:
    return mark(Condition(text, 0, len(text), about(text), bars=bars), facts(**values))


def state(text: str, *, bars: bool = False, **values: Any) -> str:
    return marked(text, bars=bars, **values).state.value


def header(policy_id: str, status: Status = Status.UNKNOWN, **fields: Any) -> DocumentHeader:
    return DocumentHeader(policy_id, "r", f"澄洲市{policy_id}", Kind.NOTICE, status=status, **fields)


def provision(text: str, benefit: str, said: str, **fields: Any) -> Provision:
    start = text.index(said)
    return Provision(benefit, start, start + len(said), **fields)
