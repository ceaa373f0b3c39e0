"""Lists of persons of whom any will do, behind their head: 下列人员…：, 属于以下情形之一的：."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.model import PolicyDocument, Provision
from kb.support.conditions import PERSONS, Condition, about, is_identity
from kb.support.pieces import stripped

ITEM = re.compile(r"[ \u3000]*(?:[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、])[ \u3000]*")
PERSONS_HEAD = re.compile(
    r"(?:下列|以下|下面|下述)[^。；：\n]{0,4}(?:人员|对象|人群|群体|[类种]|之一|的人)[^。；\n：]{0,70}[：:]"
)


def persons_of(document: PolicyDocument, provision: Provision) -> Iterator[Condition]:
    """下列人员首次创业的，每户补贴5000元：毕业5年内的高校毕业生，登记失业人员。 as alternatives."""
    text = document.text
    start = text.rfind("\n", 0, provision.start) + 1
    stop = text.find("\n", max(provision.start, provision.end - 1))
    stop = stop if stop >= 0 else len(text)
    for head in PERSONS_HEAD.finditer(text, start, stop):
        yield from alternatives(text, head.end())


def alternatives(text: str, at: int) -> Iterator[Condition]:
    """The list behind a colon: in its sentence, else the items in the lines below it."""
    line = text.find("\n", at)
    line = line if line >= 0 else len(text)
    if text[at:line].strip():
        end = text.find("。", at, line)
        a, b = stripped(text, at, end if end >= 0 else line)
        if is_identity(text[a:b]):
            yield Condition(text[a:b], a, b, about(text[a:b]), choice=PERSONS)
        return
    for a, b in items(text, line + 1):
        if b - a > 2:
            yield Condition(text[a:b], a, b, about(text[a:b]), choice=PERSONS)


def items(text: str, at: int) -> Iterator[tuple[int, int]]:
    """The items of a list in the lines from ``at`` on, without their numbers."""
    brackets: bool | None = None
    while at < len(text):
        end = text.find("\n", at)
        end = end if end >= 0 else len(text)
        item = ITEM.match(text, at, end)
        bracketed = item is not None and item.group().strip().startswith(("（", "("))
        if item is None or brackets not in (None, bracketed):
            return  # the list has ended, or goes on with the next of those above it
        brackets = bracketed
        yield stripped(text, item.end(), end)
        at = end + 1
