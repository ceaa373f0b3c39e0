"""The last check before an answer is shown: every citation is exact, every figure stands in what it cites.

A sentence's evidence is its citations' quotes together with what identifies the cited documents (title, 文号,
section path). A figure agrees when its value and unit do, Chinese and Arabic numerals alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from kb.model import AnswerSentence, Citation
from kb.text import find_dates, find_doc_numbers, find_quantities, squash

_FULL_WIDTH = str.maketrans("０１２３４５６７８９．", "0123456789.")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")


def exact(citation: Citation, texts: Mapping[tuple[str, str], str]) -> bool:
    """Whether the quote is the very slice it claims. ``texts`` maps (policy_id, revision) to the document's text."""
    text = texts.get((citation.policy_id, citation.revision))
    return text is not None and bool(citation.quote) and text[citation.start : citation.end] == citation.quote


def unsupported(sentence: AnswerSentence, citations: Sequence[Citation]) -> list[str]:
    """Figures, dates and document numbers of a sentence that its citations do not hold, as written; empty when fine."""
    cited = [c for c in citations if c.n in sentence.citations]
    if not cited:
        return [sentence.text]
    evidence = "\n".join(f"{c.quote}\n{c.title}\n{c.doc_number or ''}\n{c.section or ''}" for c in cited)
    text = sentence.text.translate(_FULL_WIDTH)
    dates = [(d.iso, text[d.start : d.end]) for d in find_dates(text)]
    return [
        *_numbers_missing(text, evidence),
        *(d.canonical for d in find_doc_numbers(text) if not _has_number(d.canonical, evidence)),
        *(raw for iso, raw in dates if not _has_date(iso, raw, evidence)),
    ]


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
