"""Supports that state no sum where they are told: fees remitted, and sums in the lines of a list beside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from kb.model import PolicyDocument, Provision
from kb.support.lone import classes_of, raised_in, rows_of
from kb.support.pieces import stripped

_REMITS = re.compile(
    r"(?P<what>(?:免收|免缴|免交|免除|减收|减免|减半收取)(?:[\u4e00-\u9fff]{1,8}?(?:费用?|租金|押金|保证金)))"
    r"(?P<long>[^，。；\n]{0,10}\d+\s*(?:个月|年|%|％))"
)
_TO_WHOM = re.compile(r"(?:的|摊位|户|者|人员|企业|单位|家庭|毕业生)，[^，]{0,12}$")
_SENTENCE = re.compile(r"[^。\n]+")
_LABEL = re.compile(
    r"[ \u3000]*(?:第[^ \u3000]{1,5}条|[（(][^（）]{1,3}[）)]|\d+[.．、]|[一二三四五六七八九十]+、)[ \u3000]*"
)
_SUM_LINE = re.compile(
    r"^[ \u3000]*(?:\d+[.．、]|[（(]\d+[）)])[ \u3000]*(?P<sum>[^：:\n。]{2,20}[：:][\d.]+万?元)[；;。]?$", re.M
)
_CHAPTER = re.compile(r"^(?:[一二三四五六七八九十]+、|第[一二三四五六七八九十]+[章条])", re.M)


def provisions_of(document: PolicyDocument) -> Iterator[Provision]:
    """The provisions of a document, those without a sum with that of their chapter's list, and the unlisted ones."""
    for provision in document.provisions:
        yield from classes_of(document, provision) or (_with_sums(document.text, provision),)
    yield from _remitted(document)
    yield from rows_of(document)
    yield from raised_in(document)


def _with_sums(text: str, provision: Provision) -> Provision:
    """A provision that states no sum, with the sums that a list of its own chapter states (高级：2000元)."""
    if provision.amount or provision.rate or "元" in (provision.cap or ""):
        return provision
    heads = [m.start() for m in _CHAPTER.finditer(text)]
    start = max((h for h in heads if h <= provision.start), default=None)
    end = min((h for h in heads if h > provision.start), default=len(text))
    lines = list(_SUM_LINE.finditer(text, start, end)) if start is not None else []
    if len(lines) < 2:
        return provision
    begin, stop = min(provision.start, lines[0].start("sum")), max(provision.end, lines[-1].end("sum"))
    return replace(provision, start=begin, end=stop, amount="；".join(m["sum"] for m in lines))


def _remitted(document: PolicyDocument) -> Iterator[Provision]:
    """Sentences that remit a fee to somebody, where no provision has them already."""
    text = document.text
    for sentence in _SENTENCE.finditer(text):
        found = _REMITS.search(sentence.group())
        label = _LABEL.match(sentence.group())
        start, end = stripped(text, sentence.start() + (label.end() if label else 0), sentence.end())
        if not found or not _TO_WHOM.search(text[start : sentence.start() + found.start()]):
            continue
        if any(p.start < end and start < p.end for p in document.provisions):
            continue
        comma = text.find("，", start, end)
        begin = text.rfind("，", start, sentence.start() + found.start()) + 1
        yield Provision(
            benefit=found["what"],
            start=start,
            end=end,
            amount=text[max(begin, start) : end],
            audience=text[start:comma],
        )
