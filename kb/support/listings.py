"""Conditions on lists that nobody wants to be on: 不在经营异常名录, 没有列入严重失信主体名单."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.support.facts import DENIES, Facts
from kb.support.reading import Finding, found

#: What such a list is of, as documents and people call it
_OF: tuple[re.Pattern[str], ...] = tuple(re.compile(words) for words in ("经营异常|异常名录", "失信", "黑名单"))
_LISTED = re.compile(
    r"(?:申请时|申报时|目前|当前|仍|未|没有|没|不|无|被|列入|纳入|进入|在|存在|有)*"
    r"[^，。；、的]{0,8}(?:的)?“?(?:严重)?(?:违法)?(?P<of>经营异常|失信|黑名单)[^，。；、]{0,10}?(?:名录|名单|记录|黑名单|(?<=黑名单)|信息)”?(?:里|内|中|上)?"
)
_ASKS = re.compile(rf"{DENIES.pattern}|不在|未|列入|纳入|进入|存在")
_OFF = re.compile(r"移出|移除|修复|解除|撤销")


def listings_in(text: str, facts: Facts) -> Iterator[Finding]:
    """A list that a condition asks not to be on: met by who denies to be, failed by who says he is."""
    for match in _LISTED.finditer(text):
        of = next((words for words in _OF if words.search(match.group())), None)
        said = next((s for s in facts.free if of and of.search(s.text) and not _OFF.search(s.text)), None)
        if said is not None and _ASKS.search(match.group()):
            on = not (DENIES.search(said.text) or re.search("不在|没进", said.text))
            asked_on = not DENIES.search(match.group()) and "不在" not in match.group()
            yield found(match.start(), match.end(), on is asked_on, said)
