"""Figures as statements give them, bounded or dated: 一年多, 不到3个月, 从4月起, 三成."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kb.support.profile import Statement
from kb.text.quantity import Quantity, find_quantities


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a statement: its unit (terms in 个月), and what it is at least and at most (一年多, 不到3个月)."""

    unit: str
    low: Decimal
    high: Decimal
    said: Statement


_SINCE_MONTH = re.compile(
    r"(?:(?P<year>\d{4})年|(?P<last>去年))?(?P<month>\d{1,2})月份?(?:初|底|\d{1,2}日)?(?:起|开始|以来|(?=到[^，]*(?:上班|工作))|就?(?=入职|租))"
)
_PERSONS = re.compile("人(?!月)|员工|职工|工人|雇员|伙计")
_AN = re.compile(r"一(?:家|个(?!月)|名|间)")
_TENTHS = re.compile(r"([一二三四五六七八九])成(半)?")
_NOT_QUITE = re.compile(r"(?:不到|不足|不满|未满|还没到|没到|没满|未达到?|低于|少于|快|将近|差不多)(?:连续|约)*$")
_AT_MOST = re.compile(r"(?:不超过|最多|至多)$")
_NOT_QUITE_AFTER = re.compile(r"(?:[以之](?:内|下)|不到|左右)")
_AND_MORE = re.compile(r"多|[余几]")
_UPWARDS = re.compile("[以之]上")
_ENDLESS = Decimal("Infinity")
#: What is aimed at, or by how much something has changed, is not how much it is
_NO_STAND = re.compile(
    r"(?:目标|指标|任务|预计|计划|力争|争取|(?:增加|增长|提高|上升|减少|下降|降低)了?(?!到)|[多少]了(?!到))[^，\d到至]{0,4}$"
)


#: Counts as people say them, and as they are written
_COUNTS = (
    (re.compile("仨"), "三个"),
    (re.compile("俩"), "两个"),
    (
        re.compile(r"(?<=[\d一二三四五六七八九十百])(?:来)?[号口](?=人|员工|职工)|(?<=[多几来])[号口](?=人|员工|职工)"),
        "",
    ),
)


def written(text: str) -> str:
    """A text with the counts that people say (俩, 仨, 七十多号人) as they are written."""
    for said, count in _COUNTS:
        text = said.sub(count, text)
    return text


def measures(said: Statement, day: date) -> list[Measure]:
    """The figures of a statement, terms in months; since a month (从4月起) is as long as that is ago."""
    text, found = written(said.text), []
    for quantity in find_quantities(text):
        if _is_date(quantity, text) or _AN.match(text, quantity.start) or _NO_STAND.search(text[: quantity.start]):
            continue
        months = quantity.months
        unit = "人" if quantity.unit == "个" and _PERSONS.match(text, quantity.end) else quantity.unit
        unit = "元" if not unit and quantity.raw.endswith(("万", "亿")) else unit
        value, unit = (months, "个月") if months is not None else (quantity.value, unit)
        low, high = _spread(
            value, text[: quantity.start], text[quantity.end :], months=months is not None, unit=quantity.unit
        )
        found.append(Measure(unit, low, high, said))
    for match in _TENTHS.finditer(text):
        share = Decimal("一二三四五六七八九".index(match[1]) + 1) * 10 + (5 if match[2] else 0)
        found.append(Measure("%", share, share, said))
    if "全年" in text:
        found.append(Measure("个月", Decimal(12), Decimal(12), said))
    if not any(m.unit == "个月" for m in found):
        for match in _SINCE_MONTH.finditer(text):
            year = int(match["year"] or day.year - bool(match["last"]))
            month = int(match["month"])
            if 1 <= month <= 12 and (first := date(year, month, 1)) <= day:
                ago = months_between(first, day)
                found.append(Measure("个月", max(Decimal(0), ago - 1), ago, said))
    return found


def _spread(value: Decimal, before: str, after: str, *, months: bool, unit: str) -> tuple[Decimal, Decimal]:
    """What a figure is at least and at most by the words around it."""
    if _NOT_QUITE.search(before):
        return Decimal(0), value - (Decimal("0.5") if months else 1)
    if _AT_MOST.search(before) or _NOT_QUITE_AFTER.match(after):
        return Decimal(0), value
    if _AND_MORE.match(after):
        return value, value + (11 if months and unit != "个月" else value)
    return value, _ENDLESS if _UPWARDS.match(after) else value


#: So many things that have just been named (失业、工伤、养老三项保险)
_OF_A_LIST = ("项", "种", "类")


def countable(text: str) -> list[Quantity]:
    """The quantities of a condition that say how much, and are no date, ordinal or share of a list."""
    found = [q for q in find_quantities(text) if not _is_date(q, text)]
    return [
        q
        for q in found
        if not re.match(r"[\u4e00-\u9fff]{0,6}中的", text[q.end :])
        and not (q.unit in _OF_A_LIST and re.search(r"、[^、，。；\d]{1,10}$", text[: q.start]))
        and not re.search(r"每(?:招用|吸纳|新增|户|孵化成功|毕业)?$", text[: q.start])
    ]


def _is_date(quantity: Quantity, text: str) -> bool:
    """Whether a quantity is part of a date (2025年, 7月) or an ordinal (第一年)."""
    return (
        (quantity.unit == "年" and quantity.value >= 1900)
        or quantity.unit in ("月", "日", "号", "届")
        or text[quantity.start - 1 : quantity.start] == "第"
    )


def months_between(start: date, end: date) -> Decimal:
    """Whole months from one day to a later one."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return Decimal(months - (end.day < start.day))
