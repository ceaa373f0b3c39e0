"""Conditions on lists that nobody wants to be on: 不在经营异常名录, 没有列入严重失信主体名单."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.support.facts import Facts
from kb.support.polarity import Sign, sign_of
from kb.support.reading import Finding, found

#: What such a list is of, as documents and people call it
_OF: tuple[re.Pattern[str], ...] = tuple(re.compile(words) for words in ("经营异常|异常名录", "失信", "黑名单"))
_LISTED = re.compile(
    r"(?:申请时|申报时|目前|当前|仍|未|没有|没|不|无|被|列入|纳入|进入|在|存在|有)*"
    r"[^，。；、的]{0,8}(?:的)?“?(?:严重)?(?:违法)?(?P<of>经营异常|失信|黑名单)[^，。；、]{0,10}?(?:名录|名单|记录|黑名单|(?<=黑名单)|信息)”?(?:里|内|中|上)?"
)
_ASKS = re.compile(r"[无未不没]|列入|纳入|进入|存在")
_OFF = re.compile(r"移出|移除|修复|解除|撤销")


def listings_in(text: str, facts: Facts) -> Iterator[Finding]:
    """A list that a condition asks not to be on: met by who denies to be, failed by who says he is."""
    for match in _LISTED.finditer(text):
        of = next((words for words in _OF if words.search(match.group())), None)
        said = next((s for s in facts.free if of and of.search(s.text) and not _OFF.search(s.text)), None)
        if said is not None and _ASKS.search(match.group()):
            on, asked_on = sign_of(said.text), sign_of(match.group())
            plain = Sign.OPEN not in (on, asked_on)
            yield found(match.start(), match.end(), on is asked_on if plain else None, said)
