"""Policies a document cites, each with its relation: 依据, 修订, 废止, 替代 or 见."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.model import PolicyDocument, Reference
from kb.text.docnumber import find_doc_numbers

_TITLE_OPEN, _TITLE_CLOSE = "《", "》"
_REMARKS = re.compile(r"(?:[（(][^（）()]*[）)])+$")
_SHORT_FORM = 8
_BASIS = re.compile(r"(?:根据|依据|按照|依照|遵照|贯彻|落实|遵循|参照|执行)[^。；《》]{0,24}$")
_AMENDS = re.compile(r"(?:修订|修改|修正)[^。；《》]{0,6}$")
_REPEALS = re.compile(r"(?:废止|停止执行|宣布失效)[^。；《》]{0,8}$")
_REPLACES = re.compile(r"(?:替代|代替|取代)[^。；《》]{0,6}$")
_REPEALED_AFTER = re.compile(r"[^。；]{0,80}?(?:同时|即行|一并|自行|予以|相应)?(?:废止|停止执行|失效)")


def find_references(doc: PolicyDocument) -> tuple[Reference, ...]:
    """Cited policies. A short form (《行动方案》) stands for the nearest title before it that ends so."""
    references: list[Reference] = []
    earlier = _Earlier(doc.title)
    for start, end in _titles(doc.text):
        title = doc.text[start + 1 : end - 1].strip()
        if not title or len(title) > 160:
            continue
        if doc.title and title == doc.title:
            earlier.add(title)
            continue
        meant = earlier.meant_by(title)
        if meant == title:
            earlier.add(title)
        if meant == doc.title:
            continue
        number, stop = _number_behind(doc.text, end)
        references.append(Reference(meant, number, _relation(doc.text, start, stop), start, stop))
    return tuple(references)


def _titles(text: str) -> Iterator[tuple[int, int]]:
    """Spans of 《…》, the outer ones where they nest."""
    depth = begin = 0
    for match in re.finditer(r"[《》\n]", text):
        char = match.group()
        if char == "\n":
            depth = 0
        elif char == _TITLE_OPEN:
            if depth == 0:
                begin = match.start()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                yield begin, match.end()


class _Earlier:
    """Titles named so far by the short forms that may stand for them: the last one named wins, the own title first."""

    def __init__(self, own: str | None) -> None:
        self._own = self._short_forms(own) if own else {}
        self._by_short: dict[str, str] = {}

    def add(self, title: str) -> None:
        """Remember a title."""
        self._by_short.update(self._short_forms(title))

    def meant_by(self, title: str) -> str:
        """The title that a short form stands for, else the form itself."""
        return self._own.get(title) or self._by_short.get(title) or title

    @staticmethod
    def _short_forms(title: str) -> dict[str, str]:
        bare = _REMARKS.sub("", title)
        longest = min(_SHORT_FORM, len(bare), len(title) - 1)
        return {bare[-size:]: title for size in range(1, longest + 1)}


def _number_behind(text: str, end: int) -> tuple[str | None, int]:
    found = re.match(
        r"\s*[（(]\s*([^（）()《》\n]{0,20}[〔\[［(（][^\n）)]{0,24}号)[^（）()\n]{0,30}[）)]", text[end : end + 100]
    )
    numbers = find_doc_numbers(found.group(1)) if found else []
    if not found or not numbers:
        order = re.match(r"\s*[（(]([^（）()\n]{2,30}令\s*第?\s*\d+\s*号)[）)]", text[end : end + 60])
        numbers = find_doc_numbers(order.group(1)) if order else []
        found = order
    return (numbers[0].canonical, end + found.end()) if found and numbers else (None, end)


def _relation(text: str, start: int, end: int) -> str:
    line = text.rfind("\n", 0, start) + 1
    before = text[max(line, start - 40) : start]
    # A list 《A》《B》 or 《A》和《B》 shares the word in front of it.
    before = re.sub(r"(?:《[^》]*》(?:[（(][^）)]*[）)])?(?:[、和及与，]|以及)?)+$", "", before)
    if _REPEALS.search(before) or re.match(_REPEALED_AFTER, text[end : end + 100].split("\n")[0]):
        return "废止"
    if _AMENDS.search(before):
        return "修订"
    if _REPLACES.search(before):
        return "替代"
    return "依据" if _BASIS.search(before) else "见"
