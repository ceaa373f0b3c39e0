"""Policies a document cites in 《》, each with its relation as the words before it tell: 依据, 修订, 替代 or 见.

What a whole sentence or a list does to them (废止, 修订, 延长) is for ``ingest.validity``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

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
#: 《云溪市支持创业若干措施》（云政办发〔2031〕18号，以下简称 | 《创业措施》
_CALLED = re.compile(
    r"\s*[（(](?:[^（）()\n]|[（(][^（）()\n]{0,24}[）)]){0,80}?(?:以下|下文)?简称(?:为|：|:)?\s*"
    r"(?:[“\"]\s*)?[《“\"](?P<short>[^《》“”\"\n]{1,20})[》”\"]"
)
_WHOLE = re.compile(r"《([^《》]*(?:《[^《》]*》[^《》]*)*)》")


def find_references(doc: PolicyDocument) -> tuple[Reference, ...]:
    """Cited policies, each by its title in full.

    A short form (《方案》) stands for the title it is given to (以下简称《方案》), else the nearest before it that ends
    so, and has the number that stands beside that title.

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
        called = _CALLED.match(doc.text, end)
        earlier.name(title, number, called["short"] if called else None)
        if number is None and meant not in (title, own):
            number = earlier.number_of(meant)
        if meant == own:
            if not _is_earlier(doc, sentences, start, stop, number):
                continue
            meant = title  # an earlier version may have had the short title
        references.append(Reference(meant, number, _relation(doc.text, start), start, stop))
    return tuple(references)


def with_names_of(doc: PolicyDocument, notice: PolicyDocument) -> PolicyDocument:
    """An attached document whose references bear the names that its notice gives them (以下简称《措施》)."""
    named: dict[str, Reference] = {}
    for reference in notice.references:
        called = _CALLED.match(notice.text, notice.text.find("》", reference.start) + 1)
        if called:
            named[called["short"]] = reference
    return replace(doc, references=tuple(_by_name(r, named) for r in doc.references)) if named else doc


def _by_name(reference: Reference, named: dict[str, Reference]) -> Reference:
    meant = named.get(reference.title)
    if meant is None or reference.doc_number:
        return reference
    return replace(reference, title=meant.title, doc_number=meant.doc_number)


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
        self._given: dict[str, str] = {}
        self._numbers: dict[str, str] = {}

    def add(self, title: str) -> None:
        """Remember a title."""
        self._by_short.update(self._short_forms(title))

    def meant_by(self, title: str) -> str:
        """The title that a short form stands for, else the form itself."""
        return self._given.get(title) or self._own.get(title) or self._by_short.get(title) or title

    def name(self, title: str, number: str | None, short: str | None) -> None:
        """Remember the number beside a title, and the short form it is given."""
        if number:
            self._numbers[title] = number
        if short and short != title:
            self._given[short] = title

    def number_of(self, title: str) -> str | None:
        """The number that stands beside a title."""
        return self._numbers.get(title)

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
