"""Rules on how often a support can be had: met by who says to have had none of it, failed by nobody's mere word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.support.facts import DENIES, Facts
from kb.support.meanings import grams
from kb.support.profile import Statement

_NEVER = re.compile(
    r"(?:没有?|未|从未|不曾)(?:曾)?(?:领|享受|拿|申[请领报]|获得|取得)(?:取|到|受)?过?|(?:第一次|首次)申[请领]"
)
_HAD = re.compile(r"(?:已经?|曾经?|以前|去年|上年)?(?:领|享受|拿)(?:取|到)?(?:过|了)")
#: Any support at all, said of none by name (任何补贴, 政府的钱)
_ANY = re.compile(
    r"(?:任何|其他|其它|一切|各种|各类|政府|财政|国家|市里|区里|县里|相关|类似|同类|这[种个类项样]|该|此|这|的|项|类)*"
    r"(?:补贴|补助|奖励|奖补|资助|津贴|资金|扶持|支持|政策|优惠|待遇|钱)*(?:资金|政策|的)*"
)
_KIND = re.compile(r"(?:补贴|补助|奖励|奖补|资助|津贴|资金|一次性|[国省市区县]级|政策|扶持|以前|过)+")
#: Pairs of characters that tell no support from another
_COMMON = grams("创业，企业，就业，人才，项目，单位，个人")


def never_had(about: str, facts: Facts) -> Statement | None:
    """The statement that a support has not been had; None where there is none, or one that it has.

    ``about`` are the words of the rule with those of the support: its name, its document's title, its own sentence.
    """
    never = next((s for s in facts.free if any(_same(o, about) for o in _objects(_NEVER, s.text))), None)
    had = any(_same(o, about) for s in facts.free if not DENIES.search(s.text) for o in _objects(_HAD, s.text))
    return None if had else never


def _objects(verb: re.Pattern[str], text: str) -> Iterator[str]:
    """What a statement says to have been had, or not; several things apart."""
    for match in verb.finditer(text):
        yield from re.split("[和或、]|以及", re.split("[，。；]", text[match.end() :])[0])


def _same(thing: str, about: str) -> bool:
    """Whether a thing is the support that is spoken of, or any support at all."""
    if _ANY.fullmatch(thing):
        return True
    own = grams(_KIND.sub("，", thing)) - _COMMON
    return len(own & grams(about)) * 2 > len(own) if own else re.sub("^[国省市区县]级", "", thing) in about
