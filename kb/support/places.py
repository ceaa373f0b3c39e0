"""Conditions on where (注册地, 户籍): the region of the profile against the places a condition names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.support.divisions import divisions_in
from kb.support.facts import AT_WORK, Facts
from kb.support.polarity import Sign, sign_of
from kb.support.profile import Statement
from kb.support.reading import Finding, found

SELF = r"(?:本|我|全)(?:省|市|区|县|地|行政区域)|(?:省|区|县|市)(?:域)?内"
_RANK = r"(?:(?<![夜集超门股菜早花墟])市|[区县])"  # a night market is no city
NAMED = rf"[\u4e00-\u9fff]{{2,4}}?{_RANK}(?:[、和或][\u4e00-\u9fff]{{2,4}}?{_RANK})*"
_SETTLED = (
    r"(?:依法)?(?:办理)?(?:工商)?(?:登记注册|注册登记|注册|登记|创办|创业|开办|设立|落户|经营|纳税|"
    r"(?:企业|单位)?(?:就业|工作)(?:或者?(?:自主)?创业)?)"
)
_BEFORE = re.compile(
    rf"(?:在|于|注册地在|登记地在|位于)(?P<where>{SELF}|{NAMED})(?:范围内|辖区内|内|"
    rf"境内)?(?P<what>{_SETTLED})?"
)
_REGISTERED = re.compile(
    rf"(?:注册地|登记地|注册|营业执照)(?:和纳税)?(?:均)?(?:在|于)(?P<where>{SELF}|{NAMED})(?:登记)?"
)
_HOUSEHOLD = re.compile(rf"(?:户籍|户口)(?:所在地)?(?:在|为|是)(?P<where>{SELF}|{NAMED})")


def places_in_condition(text: str, facts: Facts) -> Iterator[Finding]:
    """The parts of a condition that say where."""
    for match in _HOUSEHOLD.finditer(text):
        yield found(match.start(), match.end(), *household(match["where"], facts))
    said = facts.profile.stated("地区")
    for name in facts.scope.called:
        for match in re.finditer(rf"[在于]{name[:-1]}(?!{name[-1]})(?=首次|登记|注册|创业|创办|经营|工作|就业)", text):
            yield found(match.start(), match.end(), True if facts.profile.kind != "个人" else None, said)
    for pattern in (_REGISTERED, _BEFORE):
        for match in pattern.finditer(text):
            yield from _settled(match, facts)


def _settled(match: re.Match[str], facts: Facts) -> Iterator[Finding]:
    said = facts.profile.stated("地区")
    where = match["where"]
    what = match.groupdict().get("what") or ("注册" if match.re is _REGISTERED else "")
    first = "创办" in what or "创业" in what
    end = match.end("where") if not what else match.end()
    start = match.start()
    if re.fullmatch(SELF, where) or any(name in where or name[:-1] == where for name in facts.scope.called):
        settled = facts.profile.kind not in (None, "个人") or not what
        works = next((s for s in facts.free if AT_WORK.search(s.text)), None) if re.search("就业|工作", what) else None
        away = _away(re.compile("注册|登记|执照") if not works else AT_WORK, facts)
        if away:
            yield found(start, end, None)
            return
        own = works or (facts.profile.stated("主体") if first else None)
        yield found(start, end, True if settled or works else None, said, own)
    elif what and _elsewhere(where, facts):
        yield found(start, end, False, said)


def _away(doing: re.Pattern[str], facts: Facts) -> bool:
    """Whether a statement tells of doing something in another division than the profile's."""
    from kb.regions import find_regions

    own = facts.scope.levels
    return any(
        not any(name[:2] in level for level in own)
        for s in facts.free
        if doing.search(s.text)
        for name in (*(s.text[m.start : m.end] for m in find_regions(s.text)), *divisions_in(s.text, facts.scope.known))
    )


def _elsewhere(where: str, facts: Facts) -> bool:
    """Whether divisions named are others than the region and those above it; a zone (工业园区) may lie anywhere."""
    names = re.split(r"[、和或]", where)
    own = any(n in level for n in names for level in facts.scope.levels)
    return not own and all(_is_division(n, facts) for n in names)


def _is_division(name: str, facts: Facts) -> bool:
    return name in divisions_in(name, facts.scope.known)


def household(where: str, facts: Facts) -> tuple[bool | None, Statement | None]:
    """Whether the claimant's household is registered where a condition asks, with the statement that tells."""
    for said in facts.free:
        if re.search(r"户籍|户口|本地人|本市人", said.text):
            own = [name for name in facts.scope.levels if name in said.text or name[-3:] in said.text]
            here = bool(own) or bool(re.search(SELF, said.text))
            named = any(n in said.text for n in re.split(r"[、和或]", where))
            sign = sign_of(said.text)
            denied = sign is not Sign.YES
            if named or (here and re.fullmatch(SELF, where)):
                return None if sign is Sign.OPEN else not denied, said
            elsewhere = all(_is_division(n, facts) for n in re.split(r"[、和或]", where))
            return (None if here or denied or not elsewhere else False), said
    return None, None
