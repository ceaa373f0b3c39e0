"""Claimants in turn within one clause: 对省级孵化器给予50万元奖励，对国家级孵化器给予100万元奖励."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from ingest.provisions.lexicon import HAN, PERSON
from ingest.provisions.spans import Span

#: Nouns of support that are verbs behind who gets it.
_VERB = "奖励|奖补|补贴|补助|资助|扶持|支持"
#: Each of something tells how often a sum is given, not who gets it.
_EACH = "[每单各同本该其此首再另]|[一两]?个(?!人|体)"
#: 对其再给予…: the claimant before, once more.
_AGAIN = (
    "(?:其|此|该类?|上述|前述|以上)(?:企业|单位|机构|人员|项目|团队|个人)?"
    "(?:给予|予以|奖|补|再|另|按|，|均|一次性|额外)"
)
#: Behind a comma: 〔对国家级孵化器〕给予…, 〔市级孵化器〕奖励30万元.
_NEXT = re.compile(
    rf"(?<=，)(?=(?:其中|同时|另外?)?，?(?:对于?|凡是?)(?!{_AGAIN})|"
    rf"(?!{_EACH})[{HAN}、“”]{{1,20}}?(?:{PERSON})(?:分别|一次性|再|可)?(?:给予|予以|{_VERB})(?:最高|一次性)?\d)"
)
_ACTS = re.compile(rf"(?!{_EACH})[{HAN}、“”]{{2,20}}?(?:{PERSON})(?:分别|一次性|再|可)?(?P<verb>{_VERB})$")
_BOUND = "，；：。（）、对"


def turns(text: str, start: int, end: int, sums: Sequence[int]) -> Iterator[Span]:
    """The parts of a clause that grant to a claimant each; ``sums`` is where amounts and rates stand, in order."""
    last = bisect_left(sums, end)
    for match in _NEXT.finditer(text, start, end):
        at = bisect_left(sums, match.start())
        if bisect_left(sums, start) < at < last:
            yield start, match.start()
            start = match.start()
    yield start, end


def verb_of(text: str, start: int, end: int) -> int | None:
    """Where the verb begins in what looks like a name, 〔市级孵化器奖励〕30万元; None in a name (购房补贴30万元)."""
    if (start and text[start - 1] not in _BOUND and not text[start - 1].isspace()) or not re.match(
        r"(?:最高|一次性)?\d", text[end : end + 4]
    ):
        return None
    match = _ACTS.match(text, start, end)
    return match.start("verb") if match else None
