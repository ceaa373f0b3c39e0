"""Building an answer: sentences with numbered citations, each quote an exact slice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from kb.model import AnswerSentence, Assignment, Citation, PolicyDocument, Status
from kb.select import MAX_QUOTED, MAX_QUOTES
from kb.tabular import heads_span, row_in_words, rows_in_words
from kb.text import find_dates, find_doc_numbers, shadow, squash
from kb.validity import status_on
from kb.view import DocumentView

_MARKED = (Status.EXPIRED, Status.REPEALED, Status.NOT_YET, Status.DRAFT)
_LABEL = 30  # characters beside the date on a line that dates a document


class Composer:
    """Collects sentences and citations within the limits on their number and length."""

    def __init__(
        self,
        as_of: date | None = None,
        years: Sequence[int] = (),
        quotes: int = MAX_QUOTES,
        quoted: int = MAX_QUOTED,
    ) -> None:
        """Start with nothing said; documents out of force on the day are marked as such.

        ``years`` are those asked for: of a table's row only their cells are said. At most so many ``quotes`` are
        made, of so many characters in all.
        """
        self._quotes, self._quoted = quotes, quoted
        self._as_of, self._years = as_of, years
        self.sentences: list[AnswerSentence] = []
        self.citations: list[Citation] = []
        self.notes: list[str] = []
        self._named: set[str] = set()

    def cite(self, view: DocumentView, start: int, end: int) -> int | None:
        """The number of a citation of ``text[start:end]``; an existing one that holds it is used again.

        None where the limits leave no room.
        """
        document = view.document
        for c in self.citations:
            if (
                (c.policy_id, c.revision) == (document.policy_id, document.revision)
                and c.start <= start
                and end <= c.end
            ):
                return c.n
        if not self.room(end - start, 1):
            return None
        within = view.overlapping(start, end)
        section = view.section(within[0]) if len(within) else None
        self.citations.append(
            Citation(
                n=len(self.citations) + 1,
                policy_id=document.policy_id,
                revision=document.revision,
                title=document.display_title,
                doc_number=document.doc_number,
                section=section.path if section else None,
                start=start,
                end=end,
                quote=document.text[start:end],
                source=document.source,
            )
        )
        return self.citations[-1].n

    def quote(self, view: DocumentView, start: int, end: int) -> bool:
        """Add a sentence that is the quotation itself, introduced by its document at its first appearance."""
        n = self.cite(view, start, end)
        if n is None:
            return False
        if any(n in s.citations for s in self.sentences):
            return True  # a longer quotation holds it and was said
        row = row_in_words(view.document, start, end, self._years)
        text = row or rows_in_words(view.document, start, end) or " ".join(view.document.text[start:end].split())
        heads = heads_span(view.document, start, end) if row else None
        beside = self.cite(view, *heads) if heads else None
        self.say(self.introduced(view.document, text), (n,) if beside is None else (n, beside))
        return True

    def quote_cited(self, n: int) -> None:
        """Add a sentence that is a citation's own words."""
        quote = self.citations[n - 1].quote
        self.say(" ".join(quote.split()), (n,))

    def note(self, text: str) -> None:
        """Add what a reader should know beside the answer, and that no quotation says."""
        self.notes.append(text)

    def room(self, characters: int, quotes: int) -> bool:
        """Whether so much more may be quoted."""
        quoted = sum(len(c.quote) for c in self.citations)
        return len(self.citations) + quotes <= self._quotes and quoted + characters <= self._quoted

    def say(self, text: str, citations: Sequence[int], *, derived: bool = False) -> None:
        """Add a sentence carried by citations; ``derived`` if it was computed from the catalog."""
        self.sentences.append(AnswerSentence(text, tuple(dict.fromkeys(citations)), derived))

    def introduced(self, document: PolicyDocument, text: str) -> str:
        """A sentence with its document named before it, once a document."""
        if document.policy_id in self._named or not document.title:
            return text
        self._named.add(document.policy_id)
        status = status_on(document, self._as_of) if self._as_of else Status.UNKNOWN
        mark = f"（{status.value}）" if status in _MARKED else ""
        return f"{named(document)}{mark}：{text}"


def named(document: PolicyDocument) -> str:
    """``《title》（文号）``; nested titles keep their own marks."""
    title = document.display_title
    shown = title if title.startswith(("《", "（无题）")) else f"《{title}》"
    return f"{shown}（{document.doc_number}）" if document.doc_number else shown


def units_sentence(assignment: Assignment, task: str, lead_asked: bool) -> str:
    """The responsible units of a task in words."""
    others = "、".join(assignment.others)
    if assignment.lead:
        text = f"{task}的牵头单位是{'、'.join(assignment.lead)}"
        return f"{text}；责任单位还有{others}。" if others else f"{text}。"
    note = "（文件没有标明牵头单位）" if lead_asked else ""
    return f"{task}的责任单位是{others}{note}。"


def find_text(view: DocumentView, wanted: str, *, last: bool = False) -> tuple[int, int] | None:
    """Where a text stands in the document, white space and width ignored."""
    key = squash(wanted)
    whole = shadow(view.document.text)
    at = (whole.key.rfind(key) if last else whole.key.find(key)) if key else -1
    return whole.span(at, at + len(key)) if at >= 0 else None


def find_date(view: DocumentView, iso: str) -> tuple[int, int] | None:
    """Where the document states a date as its own: on a line with a label, a signature or nothing else."""
    text = view.document.text
    for mention in reversed(find_dates(text)):
        if mention.iso == iso:
            start = text.rfind("\n", 0, mention.start) + 1
            end = text.find("\n", mention.end)
            rest = squash(text[start : mention.start] + text[mention.end : end if end >= 0 else len(text)])
            if len(rest) <= _LABEL and not re.search(r"[，。；,;]", rest):
                return mention.start, mention.end
    return None


def find_number(view: DocumentView, canonical: str) -> tuple[int, int] | None:
    """Where the document states a 文号."""
    return next(((d.start, d.end) for d in find_doc_numbers(view.document.text) if d.canonical == canonical), None)
