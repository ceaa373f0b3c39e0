"""Conditions that it be the first time (首次创办, 首次登记)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.support.facts import Facts
from kb.support.polarity import affirms
from kb.support.profile import Statement
from kb.support.reading import Finding, found

_FIRST = re.compile(r"首次|第一次|初次")
_START = re.compile(r"创业|创办|登记|注册|执照|开店|开业|办企业|领取")
_AGAIN = re.compile(
    r"第(?:[二三四五六七八九十]|[2-9]|\d\d)次|再次|又(?:开|办|注册|创)|以前(?:也)?(?:办过|开过|创办过|创过)|曾(?:经)?(?:办|开|创)|"
    r"(?:开|办|创办|注册|经营)过"
)
#: One of several (第二家店, 分店)
_ANOTHER = re.compile(
    r"第(?:[二三四五六七八九十]|[2-9]|\d\d)[家个间](?![月年小])|[分连]店|连锁店|(?:另|还)(?:外)?(?:有|开|办)[^，]{0,4}[家个间]"
)
#: Registered as a person is, which begins no business
_OF_A_PERSON = re.compile("(?:就业|失业|求职|居住|结婚|户口)[^，]{0,2}登记")
_AWAY = re.compile("外地|外省|外市|别处|别的(?:地方|[省市区县])|其他(?:地方|[省市区县])")
_SAID = re.compile(r"第一次|首次|头一次|初次|头一回|从未创业|没有?(?:创过业|办过|开过)")


def firsts_in(text: str, facts: Facts) -> Iterator[Finding]:
    """The word that asks for a first time, before what is begun."""
    for match in _FIRST.finditer(text):
        if not _START.search(text[match.end() : match.end() + 16]):
            continue
        yes = next((s for s in facts.free if _SAID.search(s.text) and _START.search(s.text)), None)
        no = begun_before(facts)
        open_ = (yes and no) or (yes and _AWAY.search(yes.text))  # who began elsewhere first may begin here first
        yield found(match.start(), match.end(), None if open_ or not (yes or no) else bool(yes), yes or no)


def begun_before(facts: Facts) -> Statement | None:
    """The statement that tells of another beginning before this one."""
    return next((s for s in facts.free if _tells_again(s.text)), None)


def _tells_again(said: str) -> bool:
    said = _OF_A_PERSON.sub("", said)
    again = _AGAIN.search(said) and _START.search(said) and affirms(said)
    return bool(again or _ANOTHER.search(said))
