"""Conditions on what a claimant is by law: the owner of a trade, a public office, a firm that lends its staff."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.support.facts import Facts
from kb.support.reading import Finding, found

#: Who runs a business of one's own speaks for it
_OWNER = re.compile(r"(?:个体工商户|个体经营户|个体户)的?(?:经营者|业主|负责人|登记人)")
#: Public offices, which no kind of claimant is, and firms that lend staff, which only companies can be
_OFFICE = re.compile(r"(?:国家|党政|行政|党群)?机关(?=$|[、，和或及])")
_DISPATCH = re.compile(r"劳务派遣(?:单位|企业|机构|公司)")
_NO_DISPATCH = ("个人", "个体工商户", "农民专业合作社", "社会组织", "事业单位")
_LABOUR = re.compile("劳务|派遣|人力|外包|用工服务")


def bodies_in(text: str, facts: Facts) -> Iterator[Finding]:
    """What the kind of claimant, or its trade, decides by itself."""
    kind, said = facts.profile.kind, facts.profile.stated("主体")
    for match in _OWNER.finditer(text) if kind == "个体工商户" else ():
        yield found(match.start(), match.end(), True, said)
    for match in _OFFICE.finditer(text) if kind not in (None, "个人") else ():
        yield found(match.start(), match.end(), False, said, claimant=True)
    trade = facts.profile.stated("行业")
    lends = any(_LABOUR.search(s.text) for s in facts.profile.statements)
    for match in _DISPATCH.finditer(text) if not lends else ():
        if kind in _NO_DISPATCH or trade:
            yield found(match.start(), match.end(), False, said if kind in _NO_DISPATCH else trade, claimant=True)
