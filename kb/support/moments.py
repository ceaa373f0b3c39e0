"""Conditions on days: 开工不早于2025年1月1日, 完工不迟于2026年10月31日, 2026年1月1日至12月31日期间招用."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from kb.support.facts import Facts
from kb.support.meanings import grams
from kb.support.measures import months_between
from kb.support.profile import Statement
from kb.support.reading import Finding, found
from kb.text.dates import DateMention, find_dates
from kb.text.quantity import find_quantities

_NOT_BEFORE = re.compile(r"(?:不早于|晚于|自|从)$")
_NOT_AFTER = re.compile(r"(?:不迟于|不晚于|早于|于)$")
_BEHIND = re.compile(r"\s*(?P<after>(?:以后|之后|起|后)(?!\d))|\s*(?P<before>(?:以前|之前|前|底前))")
_TO = re.compile(r"\s*(?:至|到|-|—|~)\s*")


_WITHIN = re.compile(
    r"(?P<what>[\u4e00-\u9fff]{2,10}?)(?:之日|当日|日|后)起?(?:的)?(?P<term>[\d一二三四五六七八九十两半]+\s*(?:年|个月|天|日))(?:之|以)?内"
)


def _within_term(text: str, facts: Facts) -> Iterator[Finding]:
    """证书核发之日起12个月内, by a statement that dates the same thing."""
    for match in _WITHIN.finditer(text):
        quantity = next(iter(find_quantities(match["term"])), None)
        if quantity is None or quantity.months is None or _STARTED.search(match["what"]):
            continue
        for said in facts.free:
            day = next((d for d in find_dates(said.text) if d.first_day and d.last_day), None)
            if day and day.last_day and day.first_day and grams(match["what"]) & grams(said.text):
                first, last = (date.fromisoformat(d) for d in (day.first_day, day.last_day))
                ago = months_between(first, facts.day), months_between(min(last, facts.day), facts.day)
                holds = True if ago[0] < quantity.months else False if ago[1] > quantity.months else None
                yield found(match.start(), match.end(), holds, said)
                break


_STARTED = re.compile(r"执照|登记|注册|成立|毕业|退役|离校")


def moments_in(text: str, facts: Facts) -> Iterator[Finding]:
    """The bounds on days that a condition states, with the word for what happened."""
    yield from _within_term(text, facts)
    dates = find_dates(text)
    for one, other in zip(dates, dates[1:], strict=False):
        if _TO.fullmatch(text[one.end : other.start]):
            first, last = one.first_day, _last(other, one)
            if first and last:
                tail = re.match(r"(?:期间|之间|内)?", text[other.end :])
                end = other.end + (tail.end() if tail else 0)
                yield _judged(text, one.start, end, first, last, facts)
            return
    for one in dates:
        before, behind = text[: one.start], _BEHIND.match(text[one.end :])
        end = one.end + (behind.end() if behind else 0)
        if one.precision == "year":
            continue
        if _NOT_BEFORE.search(before) or (behind and behind["after"]):
            yield _judged(text, one.start, end, one.first_day, None, facts)
        elif _NOT_AFTER.search(before) or (behind and behind["before"]):
            yield _judged(text, one.start, end, None, one.last_day, facts)


def _judged(text: str, start: int, end: int, first: str | None, last: str | None, facts: Facts) -> Finding:
    """The finding for a period, by a statement that gives the day of the same thing."""
    bound = re.search(r"(?P<what>[\u4e00-\u9fff]{2,6}?)?(?:不早于|不迟于|不晚于|晚于|早于|自|从|于)?$", text[:start])
    begin = bound.start() if bound else start
    what = bound["what"] if bound and bound["what"] else text[end : end + 8]
    for said, spoken in facts.grams:
        if grams(what) and not grams(what) & spoken:
            continue
        mention = next((d for d in find_dates(_years(said, facts)) if d.first_day and d.last_day), None)
        if mention:
            inside = (not first or (mention.first_day or "") >= first) and (
                not last or (mention.last_day or "") <= last
            )
            outside = bool(first and (mention.last_day or "") < first) or bool(
                last and (mention.first_day or "") > last
            )
            return found(begin, end, True if inside else False if outside else None, said)
    return found(begin, end, None)


def _years(said: Statement, facts: Facts) -> str:
    """A statement with the year that a month without one (9月) lies in: that of the day."""
    return re.sub(r"(?<![年\d])(\d{1,2}月)(?!\d*个)", rf"{facts.day.year}年\1", said.text)


def _last(mention: DateMention, before: DateMention) -> str | None:
    if mention.last_day:
        return mention.last_day
    return f"{before.year}{mention.iso[1:]}" if before.year and mention.precision == "month_day" else None
