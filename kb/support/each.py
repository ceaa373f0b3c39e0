"""Conditions that count what a sum is given for (每招用1人, 每毕业1家企业): met by who tells of one or more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.support.facts import Facts
from kb.support.polarity import affirms
from kb.support.reading import Finding, found
from kb.support.speaking import NOT_YET

#: What is counted, and how people tell of it
_COUNTED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (verb, re.compile(said))
    for verb, said in (
        ("招用|吸纳|新招|新增就业", r"招[了用收进到]|新招|雇了|吸纳"),
        ("毕业", r"毕业"),
        ("孵化成功", r"孵化(?:成功|出)|出孵"),
        ("培育", r"培育|带出"),
        ("引进", r"引进|引来|招来"),
        ("举荐|推荐", r"举荐|推荐|介绍"),
    )
)
_EACH = re.compile(
    rf"(?:基地|孵化器|企业)?每(?P<verb>{'|'.join(v for v, _ in _COUNTED)})(?P<n>1|一)?(?P<unit>[家户人名个])"
    r"(?P<what>(?:初创|小微|在孵)?企业|经济实体|单位)?(?:的)?$"
)
_UNITS = {"人": "人名个位", "名": "人名个位", "户": "家户个", "家": "家户个", "个": "家户个人名"}


def each_in(text: str, facts: Facts) -> Iterator[Finding]:
    """The whole of such a condition; what else it asks for (并稳定经营1年) leaves it to other readers."""
    match = _EACH.fullmatch(text)
    if match is None:
        return
    told = next(said for verbs, said in _COUNTED if match["verb"] in verbs.split("|"))
    for known, _ in facts.figures:
        said = known.said.text
        counts = known.unit in _UNITS[match["unit"]] and known.low >= 1
        if counts and told.search(said) and affirms(said) and not NOT_YET.search(said):
            yield found(0, len(text), True, known.said)
            return
