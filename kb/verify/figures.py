"""Figures, dates and document numbers of a sentence: do they stand in the evidence at all?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from kb.text import Quantity, find_dates, find_doc_numbers, find_quantities, squash
from kb.text.numerals import chinese_value
from kb.verify.places import clocks, is_ordinal, is_turn_of_phrase, same_kind, unit_of

_SMALL = {"两": "[两2二]"} | {han: f"[{han}{n}]" for n, han in enumerate("二三四五六七八九", 2)}
_NUMERAL = r"[\d.一二三四五六七八九十百千万]"
_SPANS = frozenset({"年", "个月", "日", "天", "周"})
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_ARTICLE = re.compile(r"第\s*([〇零一二三四五六七八九十百\d]{1,6})\s*([条款项章节])")


def missing(text: str, evidence: str) -> list[str]:
    """Figures, dates, document and article numbers that the evidence does not hold, as written; empty when fine."""
    dates = [(d.iso, text[d.start : d.end]) for d in find_dates(text)]
    return [
        *_numbers_missing(text, evidence),
        *(d.canonical for d in find_doc_numbers(text) if not _has_number(d.canonical, evidence)),
        *(raw for iso, raw in dates if not _has_date(iso, raw, evidence)),
        *_articles_missing(text, evidence),
    ]


def _articles_missing(text: str, evidence: str) -> list[str]:
    held = {(chinese_value(m.group(1)), m.group(2)) for m in _ARTICLE.finditer(evidence)}
    return [m.group() for m in _ARTICLE.finditer(text) if (chinese_value(m.group(1)), m.group(2)) not in held]


def _numbers_missing(text: str, evidence: str) -> list[str]:
    held = find_quantities(evidence)
    # 第12个月 is no 12个月.
    pairs = [(q.value, unit_of(q.unit)) for q in held if q.unit not in _SPANS or not is_ordinal(evidence, q.start)]
    values = {Decimal(d) for d in _DIGITS.findall(evidence)} | {q.value for q in held if not q.unit}
    times = clocks(text)
    known = {c.value for c in clocks(evidence)}
    own = [(d.start, d.end) for found in (find_dates(text), find_doc_numbers(text), times) for d in found]
    missing = [c.raw for c in times if c.value not in known]
    for quantity in find_quantities(text):
        if any(s <= quantity.start < e for s, e in own) or _is_held(quantity, pairs):
            continue
        if is_ordinal(text, quantity.start) and any((q.value, q.unit) == (quantity.value, quantity.unit) for q in held):
            continue
        if is_turn_of_phrase(text, quantity.start, quantity.raw):
            continue
        if not quantity.unit and quantity.value in values:
            continue
        if not _counted(quantity, evidence) and not _is_each(quantity, evidence):
            missing.append(quantity.raw)
    return missing


def _is_held(quantity: Quantity, pairs: Sequence[tuple[Decimal, str]]) -> bool:
    return any(quantity.value == value and same_kind(unit_of(quantity.unit), unit) for value, unit in pairs)


def _is_each(quantity: Quantity, evidence: str) -> bool:
    """Whether 一年 stands for 每年."""
    return quantity.value == 1 and re.search(f"[每按]{quantity.unit.removeprefix('个')}", evidence) is not None


def _counted(quantity: Quantity, evidence: str) -> bool:
    """Whether a small count stands in the evidence with another noun: 两个孩子 of 二孩."""
    if quantity.raw[-1:] not in "个名位" or quantity.raw[:-1] not in _SMALL:
        return False
    digit = _SMALL[quantity.raw[:-1]]
    return re.search(rf"(?<!{_NUMERAL}){digit}(?!{_NUMERAL}|[年月日元级、）)])", evidence) is not None


def _has_number(canonical: str, evidence: str) -> bool:
    return any(d.canonical == canonical for d in find_doc_numbers(evidence)) or squash(canonical) in squash(evidence)


def _has_date(iso: str, raw: str, evidence: str) -> bool:
    if squash(raw) in squash(evidence):
        return True
    within = len(iso) == 4  # a year lies in a range of years; a day does not
    return any(d.iso == iso or (within and d.until and d.iso <= iso <= d.until) for d in find_dates(evidence))
