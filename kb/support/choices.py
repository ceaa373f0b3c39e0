"""Conditions that ask for some of a list: 至少覆盖生产、质检、仓储、订单四个环节中的两个."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.support.facts import Facts
from kb.support.polarity import affirms
from kb.support.reading import Finding, found
from kb.text.numerals import chinese_value

_N = r"[\d一二两三四五六七八九十]+"
_SOME = re.compile(
    rf"(?P<list>(?:[^、，；]{{1,14}}、)+[^、，；]{{1,8}}?)(?:等)?(?:这)?{_N}[个项种类](?P<what>[\u4e00-\u9fff]{{0,4}})"
    rf"(?:中|里)(?:的)?(?:至少|任意|任一)?(?P<count>{_N})[个项种类]"
)
_VERB = re.compile(r"^.*(?:覆盖|包括|涉及|符合|具备|达到|满足|涵盖)")


def choices_in(text: str, facts: Facts) -> Iterator[Finding]:
    """A list with how many of it are asked for: met where one statement names as many."""
    for match in _SOME.finditer(text):
        items = match["list"].split("、")
        items[0] = _VERB.sub("", items[0])
        wanted = chinese_value(match["count"])
        said = next(
            (s for s in facts.free if wanted and sum(i in s.text for i in items if i) >= wanted and affirms(s.text)),
            None,
        )
        yield found(0, match.end(), bool(said) or None, said)
