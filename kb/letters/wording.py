"""Small fixed forms of words: numerals, dates, names of documents, a quotation as a sentence."""

from __future__ import annotations

import re

from kb.letters.evidence import Evidence
from kb.model import Kind

_DIGITS = "零一二三四五六七八九"
_ENDS = "。！？”』」）)"


def numeral(n: int) -> str:
    """1 -> 一, 12 -> 十二, 20 -> 二十; below 100."""
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones or not tens else "")


def date_words(iso: str) -> str:
    """2026-07-06 -> 2026年7月6日, as far as the date goes."""
    parts = [str(int(x)) for x in iso.split("-")]
    return "".join(f"{value}{unit}" for value, unit in zip(parts, "年月日", strict=False))


def named_document(e: Evidence, day: str | None) -> str:
    """《title》（文号，day）."""
    title = e.citation.title
    if title.startswith("（无题）"):
        title = "有关报道" if e.kind is Kind.NEWS else e.citation.doc_number or "有关文件"
        return f"{title}（{day}）" if day else title
    shown = title if title.startswith("《") else f"《{title}》"
    inside = "，".join(x for x in (e.citation.doc_number, day) if x)
    return f"{shown}（{inside}）" if inside else shown


def cleaned(quote: str) -> str:
    """A quotation as a sentence: on one line, ending with a full stop. Else each sign is the document's own."""
    text = re.sub(r"(?<=[A-Za-z0-9])[^\S\n]*\n\s*(?=[A-Za-z0-9])", " ", quote)
    text = re.sub(r"\s*\n\s*", "", text).strip()
    text = re.sub(r"(?<=[\u3400-\u9fff，。；：])[ \t\u3000]+(?=[\u3400-\u9fff])", "", text).rstrip("；;，,、")
    return text if text and text[-1] in _ENDS else f"{text}。"
