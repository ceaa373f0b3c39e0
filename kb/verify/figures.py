"""Figures, dates and document numbers of a sentence: do they stand in the evidence at all?"""

from __future__ import annotations

import re
from decimal import Decimal

from kb.text import find_dates, find_doc_numbers, find_quantities, squash
from kb.text.numerals import chinese_value

FULL_WIDTH = str.maketrans("０１２３４５６７８９．", "0123456789.")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_ARTICLE = re.compile(r"第\s*([〇零一二三四五六七八九十百\d]{1,6})\s*([条款项章节])")


def missing(said: str, evidence: str) -> list[str]:
    """Figures, dates, document and article numbers that the evidence does not hold, as written; empty when fine."""
    text = said.translate(FULL_WIDTH)
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
    pairs = {(q.value, q.unit) for q in held}
    values = {Decimal(d) for d in _DIGITS.findall(evidence)} | {q.value for q in held if not q.unit}
    dates = [(d.start, d.end) for d in find_dates(text)] + [(d.start, d.end) for d in find_doc_numbers(text)]
    missing = []
    for quantity in find_quantities(text):
        if any(s <= quantity.start < e for s, e in dates) or (quantity.value, quantity.unit) in pairs:
            continue
        if not quantity.unit and quantity.value in values:
            continue
        missing.append(quantity.raw)
    return missing


def _has_number(canonical: str, evidence: str) -> bool:
    return any(d.canonical == canonical for d in find_doc_numbers(evidence)) or squash(canonical) in squash(evidence)


def _has_date(iso: str, raw: str, evidence: str) -> bool:
    if squash(raw) in squash(evidence):
        return True
    within = len(iso) == 4  # a year lies in a range of years; a day does not
    return any(d.iso == iso or (within and d.until and d.iso <= iso <= d.until) for d in find_dates(evidence))
