"""Rules on how often a support can be had: met by who says to have had none of it, failed by nobody's mere word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.support.facts import Facts
from kb.support.meanings import grams
from kb.support.polarity import affirms
from kb.support.profile import Statement

_NEVER = re.compile(
    r"(?:没有?|未|从未|不曾)(?:曾)?(?:用来|用于|用他们|拿来|重复|再|为[他她]们|以前)?(?:领|享受|拿|申[请领报]|获得|取得)(?:取|到|受)?过?|(?:第一次|首次)申[请领]"
)
_HAD = re.compile(r"(?:已经?|曾经?|以前|去年|上年)?(?:领|享受|拿)(?:取|到)?(?:过|了)")
#: Any support at all, said of none by name (任何补贴, 政府的钱)
_ANY = re.compile(
    r"(?:任何|其他|其它|一切|各种|各类|政府|财政|国家|市里|区里|县里|相关|类似|同类|别的|其余|另外的|一分|这[种个类项样]|该|此|这|的|项|类)*"
    r"(?:补贴|补助|奖励|奖补|资助|津贴|资金|扶持|支持|政策|优惠|待遇|钱)*(?:资金|政策|的)*"
)
_KIND = re.compile(r"(?:补贴|补助|奖励|奖补|资助|津贴|资金|一次性|[国省市区县]级|政策|扶持|以前|过)+")
#: Pairs of characters that tell no support from another
_COMMON = grams("创业，企业，就业，人才，项目，单位，个人")


_HAS_HAD = re.compile(
    r"(?:已经?|曾经?|正在)(?:计入|纳入|享受|领取|领|获得?|取得|申[请领报]|列入)(?P<what>[^，。；]{2,40})"
)


def had_none(text: str, facts: Facts) -> Statement | None:
    """The statement that none of what a rule speaks of has been had (没有领过别的补贴 for 已计入…补贴的人员).

    It must deny all supports, or name the very one: that one of its words is another's does not do.
    """
    match = _HAS_HAD.search(text)
    if match is None or not re.search(r"补贴|补助|奖励|奖补|资助|津贴|返还|资金|扶持|政策", match["what"]):
        return None
    for said in facts.free:
        for thing in _objects(_NEVER, said.text):
            bare = re.sub("[过的]", "", thing)
            if _ANY.fullmatch(thing) or (len(bare) > 3 and bare in match["what"]):
                return None if _had(match["what"], facts) else said
    return None


def _had(what: str, facts: Facts) -> bool:
    return any(_same(o, what) for s in facts.free if affirms(s.text) for o in _objects(_HAD, s.text))


def never_had(about: str, facts: Facts) -> Statement | None:
    """The statement that a support has not been had; None where there is none, or one that it has.

    ``about`` are the words of the rule with those of the support: its name, its document's title, its own sentence.
    """
    never = next((s for s in facts.free if any(_same(o, about) for o in _objects(_NEVER, s.text))), None)
    return None if _had(about, facts) else never


#: What is said of who and when, before what has not been had (失业保险金没有领过)
_ASIDE = re.compile("我们?|本人|公司|企业|从来?|以前|之前|此前|还|都|一直|也|目前|现在|到现在|至今|并|今年|去年|[的在]")
_OF_LEVEL = re.compile("[省市区县](?=里|级|上)")


def _objects(verb: re.Pattern[str], text: str) -> Iterator[str]:
    """What a statement says to have been had, or not; several things apart."""
    for match in verb.finditer(text):
        behind = re.split("[，。；]", text[match.end() :])[0]
        before = _ASIDE.sub("", re.split("[，。；]", text[: match.start()])[-1])
        yield from re.split("[和或、]|以及", behind if behind.strip("过了的到取") or not before else before)


def _same(thing: str, about: str) -> bool:
    """Whether a thing is the support that is spoken of, or any support at all."""
    if _ANY.fullmatch(thing):
        return True
    level, asked = _OF_LEVEL.search(thing), set(re.findall("[省市区县](?=级|财政)", about))
    if level and asked and level.group() not in asked:
        return False  # what the city gives is not what the district gives
    own = grams(_KIND.sub("，", thing)) - _COMMON
    return len(own & grams(about)) * 2 > len(own) if own else re.sub("^[国省市区县]级", "", thing) in about
