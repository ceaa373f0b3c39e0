"""Conditions on age, with those set for one sex or one degree (女年满45周岁, 博士研究生不满40周岁)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from kb.support.bounds import Bound, bound_at
from kb.support.facts import Facts
from kb.support.profile import Statement
from kb.support.reading import Finding, found

_AGED = re.compile(
    r"(?P<low>\d{2})\s*(?:周?岁)?\s*(?:至|到|-|—|–|~|～|－)+\s*(?P<high>\d{2})\s*周?岁(?:之间)?|"
    r"(?P<n>\d{2})\s*(?:[（(]含[）)])?周?岁"
)
_SEXED = re.compile(r"(?<![男女])([男女])性?(?:年龄|年)?(?:在|须|应)?$")
_LABEL = re.compile(r"(?:年龄|本人|提交申请当日|申请时|当日)?(?:在|为|须|应)?年?$")
_OF_DEGREE = re.compile(r"(博士|硕士|本科|大专)(?:研究生|毕业生|学历)?(?:年龄)?$")
_ANY_DEGREE = re.compile(r"博士|硕士|本科|大专|专科|高中|中专")


def ages_in(text: str, facts: Facts) -> Iterator[Finding]:
    """The ages a condition asks for; one set for a sex or a degree is asked of nobody else."""
    both = {"男", "女"} <= set(re.findall(r"[男女](?=性|年|满|不|未)", text))
    for match in _AGED.finditer(text):
        bound, start, end = _bound_of(text, match)
        sexed = _SEXED.search(re.sub("年$", "", text[:start]))
        start = sexed.start() if sexed else start
        label = _LABEL.search(text[:start])
        start = label.start() if label else start
        known = facts.age
        holds = bound.holds(known) if bound and known else None
        degree = _OF_DEGREE.search(text[:start])
        if degree and (said := _other_degree(degree[1], facts)):
            yield found(degree.start(), end, False, said)
            continue
        if sexed and facts.sex != sexed[1]:
            # asked of the others: another age is asked of him, or it fails nobody and meets nobody
            holds = True if known and both and (facts.sex or holds) else None
        yield found(start, end, holds, known.said if known else None)


def _bound_of(text: str, match: re.Match[str]) -> tuple[Bound | None, int, int]:
    if match["low"]:
        return Bound(Decimal(match["low"]), Decimal(match["high"])), *match.span()
    return bound_at(text, *match.span(), Decimal(match["n"]))


def _other_degree(degree: str, facts: Facts) -> Statement | None:
    """The statement that gives another degree than an age is set for (博士研究生不满40周岁)."""
    told = [s for s in facts.free if _ANY_DEGREE.search(s.text)]
    return None if any(degree in s.text for s in told) else next(iter(told), None)
