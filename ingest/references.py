"""Policies a document cites in 《》, each with its relation as the words before it tell: 依据, 修订, 替代 or 见.

What a whole sentence or a list does to them (废止, 修订, 延长) is for ``ingest.validity``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.validity.citations import Sentences
from kb.model import PolicyDocument, Reference
from kb.text.docnumber import find_doc_numbers

_TITLE_OPEN = "《"
_REMARKS = re.compile(r"(?:[（(][^（）()]*[）)])+$")
_SHORT_FORM = 8
_BASIS = re.compile(r"(?:(?:根据|依据|按照|依照|遵照|贯彻|落实|遵循|参照)[^。；《》]{0,24}|执行[^。；，,《》]{0,24})$")
_AMENDS = re.compile(r"(?:修订|修改|修正)[^。；《》]{0,6}$")
_REPLACES = re.compile(r"(?:替代|代替|取代)[^。；《》]{0,6}$")
#: What brackets behind a title hold: 云政发〔2031〕6号, 云政办发（2031）6号，以下简称《办法》
_NOTE = re.compile(r"\s*[（(](?P<inside>(?:[^（）()《》\n]|[（(][^（）()\n]{0,24}[）)]){2,60})")
#: …号，2033年修订）
_NOTE_ENDS = re.compile(r"[^（）()《》\n]{0,30}[）)]|[，,、]\s*以下简?称")
#: An order or announcement is the document's number only where it stands alone: statutes name each order that amended
#: them (国务院令第6号公布，第9号修订).
#: What may stand in front of it: 原, 2027年3月1日; not 国务院、 | 中央军委令, the number of both
_ORDER_BEGINS = re.compile(r"\s*(?:\d{4}(?:年\d{1,2}(?:月\d{1,2})?)?)?\s*原?")
_ORDER_NOTE_ENDS = re.compile(r"\s*[）)]|[，,、]\s*以下简?称")
_ORDER = re.compile(r"(?:令|公告).*第\d+号$")
#: Signs that the own title names an earlier version: 原《…》, 2027年3月云溪市人民政府印发的《…》
_EARLIER = re.compile(
    r"(?:原|[年月日号](?:(?!关于)[^，,。；;《》\n]){0,30}(?:发布|公布|印发|下发|批准|通过|颁布|实施|施行)的原?)$"
)
_WHOLE = re.compile(r"《([^《》]*(?:《[^《》]*》[^《》]*)*)》")


def find_references(doc: PolicyDocument) -> tuple[Reference, ...]:
    """Cited policies. A short form (《行动方案》) stands for the nearest title before it that ends so.

    The own title is none, unless another number or a day of issue stands beside it or it is repealed: then it is that
    of an earlier version.
    """
    references: list[Reference] = []
    sentences = Sentences(doc.text)
    own = _WHOLE.sub(r"\1", doc.title) if doc.title and _WHOLE.fullmatch(doc.title) else doc.title or ""
    earlier = _Earlier(own or None)
    for start, end in _titles(doc.text):
        title = doc.text[start + 1 : end - 1].strip()
        if not title or len(title) > 160:
            continue
        meant = own if title == own else earlier.meant_by(title)
        if title in (meant, own):
            earlier.add(title)
        number, stop = _number_behind(doc.text, end)
        if meant == own:
            if not _is_earlier(doc, sentences, start, stop, number):
                continue
            meant = title  # an earlier version may have had the short title
        references.append(Reference(meant, number, _relation(doc.text, start), start, stop))
    return tuple(references)


def _is_earlier(doc: PolicyDocument, sentences: Sentences, start: int, stop: int, number: str | None) -> bool:
    """Whether the own title stands for an earlier version of the document."""
    if number is not None and doc.doc_number is not None:
        return number != doc.doc_number
    before = doc.text[max(0, start - 60) : start].rpartition("\n")[2]
    return bool(_EARLIER.search(before)) or sentences.is_repealed(start, stop)


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
    """The number in brackets behind a title that ends here, and where the brackets end; (None, end) for none."""
    note = _NOTE.match(text, end)
    numbers = find_doc_numbers(note["inside"]) if note else []
    if not note or not numbers:
        return None, end
    at = note.start("inside") + numbers[0].end
    order = bool(_ORDER.search(numbers[0].canonical))
    if order and not _ORDER_BEGINS.fullmatch(note["inside"][: numbers[0].start]):
        return None, end
    ends = _ORDER_NOTE_ENDS if order else _NOTE_ENDS
    closed = ends.match(text, at)
    if closed is None:
        return None, end
    canonical = re.sub("^[年月日]", "", numbers[0].canonical)
    return canonical, closed.end() if closed.group().endswith(("）", ")")) else at


def _relation(text: str, start: int) -> str:
    before = text[max(0, start - 40) : start].rpartition("\n")[2]
    # A list 《A》《B》 or 《A》和《B》 shares the word in front of it.
    before = re.sub(r"(?:《[^》]*》(?:[（(][^）)]*[）)])?(?:[、和及与，]|以及)?)+$", "", before)
    if _AMENDS.search(before):
        return "修订"
    if _REPLACES.search(before):
        return "替代"
    return "依据" if _BASIS.search(before) else "见"
