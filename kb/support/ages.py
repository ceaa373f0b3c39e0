"""Conditions on age, with those set for one sex or one degree (女年满45周岁, 博士研究生不满40周岁)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from kb.support.bounds import Bound
from kb.support.facts import Facts, Range
from kb.support.profile import Statement
from kb.support.reading import Finding, found

_AGED = re.compile(
    r"(\d{2})\s*(?:周?岁)?\s*(?:至|到|-|—|—|~)\s*(\d{2})\s*周?岁(?:之间)?|(?P<op>不满|未满|"
    r"不超过|不过|年满|满|超过)?(?P<n>\d{2})\s*(?:[（(]含[）)])?周?岁(?P<after>及?以[上下])?"
)
_OF_DEGREE = re.compile(r"(博士|硕士|本科|大专)(?:研究生|毕业生|学历)?(?:年龄)?$")
_ANY_DEGREE = re.compile(r"博士|硕士|本科|大专|专科|高中|中专")


def ages_in(text: str, facts: Facts) -> Iterator[Finding]:
    """The ages a condition asks for; one set for a sex or a degree is asked of nobody else."""
    for match in _AGED.finditer(text):
        if not match.group().endswith(("岁", "以上", "以下", "之间")):
            continue
        known = facts.age
        sexed = re.search(r"([男女])(?:性|年)?$", text[: match.start()])
        start = sexed.start() if sexed else match.start()
        label = re.search(r"(?:年龄|本人|提交申请当日|申请时|当日)?(?:在|为)?$", text[:start])
        start = label.start() if label else start
        holds = _age_holds(match, known) if known else None
        degree = _OF_DEGREE.search(text[:start])
        if degree and (said := _other_degree(degree[1], facts)):
            yield found(degree.start(), match.end(), False, said)
            continue
        if sexed and facts.sex != sexed[1]:  # asked of the others; of whom does not tell, it fails nobody
            holds = True if facts.sex or holds else None
        yield found(start, match.end(), holds, known.said if known else None)


def _other_degree(degree: str, facts: Facts) -> Statement | None:
    """The statement that gives another degree than an age is set for (博士研究生不满40周岁)."""
    told = [s for s in facts.free if _ANY_DEGREE.search(s.text)]
    return None if any(degree in s.text for s in told) else next(iter(told), None)


def _age_holds(match: re.Match[str], known: Range) -> bool | None:
    if match[1]:
        bounds = [Bound(Decimal(match[1]), True), Bound(Decimal(match[2]), False)]
    else:
        most = match["op"] in ("不满", "未满", "不超过", "不过") or bool(
            match["after"] and match["after"].endswith("下")
        )
        bounds = [Bound(Decimal(match["n"]), not most, match["op"] in ("不满", "未满"))]
    states = [b.holds(known) for b in bounds]
    return False if False in states else None if None in states else True
