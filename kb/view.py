"""A document as the answerer reads it: sentences in order, each with its section, years, regions and numbers.

Everything is worked out once per document and sentence, on demand; views are kept by the answerer.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property, wraps
from typing import Any, TypeVar

from kb.basis import told_years
from kb.model import Assignment, Kind, PolicyDocument, Section, Table
from kb.regions import ancestors, find_regions, innermost
from kb.tabular import heads, table_at, years_in
from kb.text import Quantity, find_doc_numbers, find_quantities, simplify, split_sentences, squash

_T = TypeVar("_T")
_LEAD = 260  # characters of an article's opening
_BESIDE = 16  # characters between two statements of units that belong together
_POINTS_BACK = re.compile(
    r"^[（(“\"]?(?:该|其中|其|这|此|本|它|上述|以上|您|截至目前|目前|同时|园内|会上|据悉|[^，。]{0,4}该)"
)
_NEAR = 8  # sentences looked back for a year or region that still governs


def _once(method: Callable[[DocumentView, int], _T]) -> Callable[[DocumentView, int], _T]:
    """Keep a method's value per sentence in the view itself, so that it goes when the view goes."""

    @wraps(method)
    def kept(self: DocumentView, i: int) -> _T:
        at = (method.__name__, i)
        if at not in self.memo:
            self.memo[at] = method(self, i)
        value: _T = self.memo[at]
        return value

    return kept


class DocumentView:
    """Sentence-level access to one revision of a document. Sentences are counted from 0."""

    def __init__(self, document: PolicyDocument) -> None:
        """Cut the document into sentences; the rest is worked out when asked for."""
        self.document = document
        self.spans = split_sentences(document.text)
        self._starts = [s for s, _ in self.spans]
        self.memo: dict[tuple[str, int], Any] = {}

    def __len__(self) -> int:
        """How many sentences there are."""
        return len(self.spans)

    def overlapping(self, start: int, end: int) -> range:
        """The sentences that share a character with ``text[start:end]``."""
        first = max(0, bisect_right(self._starts, start) - 1)
        while first < len(self.spans) and self.spans[first][1] <= start:
            first += 1
        last = first
        while last < len(self.spans) and self.spans[last][0] < end:
            last += 1
        return range(first, last)

    def text(self, i: int) -> str:
        """Sentence ``i`` as it stands in the document."""
        start, end = self.spans[i]
        return self.document.text[start:end]

    @cached_property
    def simplified(self) -> str:
        """Title and text in simplified characters."""
        return simplify(f"{self.document.title or ''}\n{self.document.text}")

    @_once
    def key(self, i: int) -> str:
        """The search key of sentence ``i``."""
        return squash(self.text(i))

    @_once
    def years(self, i: int) -> tuple[int, ...]:
        """Years stated in sentence ``i`` as its own; a range gives every year in it."""
        return told_years(self.text(i))

    @_once
    def regions(self, i: int) -> tuple[str, ...]:
        """Codes of the divisions named in sentence ``i``."""
        return tuple(dict.fromkeys(c for m in innermost(self.text(i)) for c in (m.codes or (m.code,))))

    @_once
    def quantities(self, i: int) -> tuple[Quantity, ...]:
        """Quantities in sentence ``i``; offsets count from the sentence's start."""
        return tuple(find_quantities(self.text(i)))

    @_once
    def section(self, i: int) -> Section | None:
        """The deepest section sentence ``i`` begins in."""
        start = self.spans[i][0]
        within = [s for s in self.document.sections if s.start <= start < s.end]
        return max(within, key=lambda s: (s.level, s.start)) if within else None

    @_once
    def table(self, i: int) -> Table | None:
        """The table whose row sentence ``i`` is; None outside tables and for the row of its heads."""
        return table_at(self.document, *self.spans[i])

    @_once
    def columns_key(self, i: int) -> str:
        """The search key of what stands over a row: the table's caption and the heads of its columns."""
        table = self.table(i)
        return squash(" ".join((table.caption or "", *heads(table)))) if table else ""

    @_once
    def column_years(self, i: int) -> tuple[int, ...]:
        """The years in the heads of a row's columns."""
        table = self.table(i)
        return years_in(" ".join(heads(table))) if table else ()

    @_once
    def path_key(self, i: int) -> str:
        """The search key of the headings above sentence ``i``."""
        section = self.section(i)
        return squash(section.path) if section else ""

    @cached_property
    def head_key(self) -> str:
        """The search key of what the document says of itself: title, number, issuer, addressee, kind."""
        d = self.document
        reply = d.reply
        parts = [d.title, d.doc_number, d.issuer, d.digest_of, d.kind.value, d.signatory, *d.recipients]
        if reply:
            parts += [reply.suggestion_number, reply.session, *reply.deputies]
        return squash(" ".join(p for p in parts if p))

    @cached_property
    def lead_key(self) -> str:
        """The search key of the opening of an article, which says who and what it is about; empty for other kinds."""
        d = self.document
        return squash(d.text[:_LEAD]) if d.kind in (Kind.NEWS, Kind.RESEARCH) else ""

    @cached_property
    def own_years(self) -> tuple[int, ...]:
        """Years of the document itself: its dates and those in its title and 文号; of a digest also the original's."""
        d = self.document
        dates = [x for x in (d.written_on, d.published_on, d.effective_from) if x]
        years = [int(x[:4]) for x in dates if x[:4].isdigit()]
        numbers = f"{d.doc_number or ''} {d.digest_of or ''}"
        years += [n.year for n in find_doc_numbers(numbers) if n.year]
        return tuple(dict.fromkeys((*years, *self._named_years)))

    @cached_property
    def is_of_other_years(self) -> bool:
        """Whether the document is of its own years only: a digest that names none may be of rules long in force."""
        return bool(self._named_years if self.document.digest_of else self.own_years)

    @cached_property
    def _named_years(self) -> tuple[int, ...]:
        """Years in the title, or in that of what the document is a digest of."""
        return years_in(f"{self.document.title or ''} {self.document.digest_of or ''}")

    def speaks_of(self, year: int) -> bool:
        """Whether a year is the document's: within its term of validity where it states one, else one of its own."""
        d = self.document
        if year in self.own_years or not (d.effective_from or d.expires_on):
            return year in self.own_years
        first = int((d.effective_from or d.written_on or "0000")[:4])
        last = int((d.expires_on or "9999")[:4])
        return first <= year <= last

    @cached_property
    def own_regions(self) -> tuple[str, ...]:
        """Codes of the regions the document is of or about."""
        d = self.document
        named = [m.code for m in innermost(d.title or "")]
        return tuple(dict.fromkeys(c for c in (d.issuer_region, *d.subject_regions, *named) if c))

    def names_region(self, codes: Sequence[str]) -> bool:
        """Whether the text names one of these divisions, or one that lies in it."""
        return any(code in self._named_regions for code in codes)

    @cached_property
    def _named_regions(self) -> frozenset[str]:
        named = {code for m in find_regions(self.document.text) for code in (m.code, *m.codes)}
        return frozenset(named | {above for code in named for above in ancestors(code)})

    def governing_years(self, i: int) -> tuple[int, ...]:
        """Years stated by the nearest sentence before ``i`` in its section that states any."""
        return next((y for j in self._before(i) if (y := self.years(j))), ())

    def governing_regions(self, i: int) -> tuple[str, ...]:
        """Regions named by the nearest sentence before ``i`` in its section that names any."""
        return next((r for j in self._before(i) if (r := self.regions(j))), ())

    @_once
    def points_back(self, i: int) -> bool:
        """Whether a sentence's subject is that of the one before it (该园区…, 其中…)."""
        return i > 0 and self.section(i) is self.section(i - 1) and bool(_POINTS_BACK.search(self.text(i)))

    def _before(self, i: int) -> range:
        section = self.section(i)
        stop = i - 1 - _NEAR
        if section:
            stop = max(stop, bisect_right(self._starts, section.start) - 2)
        return range(i - 1, max(stop, -1), -1)

    def assignment(self, i: int) -> Assignment | None:
        """The responsible units of the task sentence ``i`` belongs to, if the document states them.

        Units stated one behind the other (牵头单位：… 其他责任单位：…) are one assignment. A task whose own section
        states none takes the only one stated beside it under the same heading.
        """
        section = self.section(i)
        if section is None:
            return None
        stated = self.document.assignments
        own = [a for a in stated if section.start <= a.start < section.end and self._own(section, a)]
        if own:
            return _joined(own, self.spans[i][0])
        above = [s for s in self.document.sections if s.level < section.level and s.start <= section.start < s.end]
        parent = max(above, key=lambda s: s.level, default=None)
        if parent is None:
            return None
        beside = [a for a in stated if parent.start <= a.start < parent.end]
        joined = _joined(beside, parent.start) if beside else None
        return joined if joined and joined.start == beside[0].start and joined.end == beside[-1].end else None

    def section_of(self, i: int, assignment: Assignment) -> Section | None:
        """The deepest section that holds both sentence ``i`` and the statement of its units."""
        start = self.spans[i][0]
        both = [
            s
            for s in self.document.sections
            if s.start <= min(start, assignment.start) and max(start, assignment.start) < s.end
        ]
        return max(both, key=lambda s: s.level, default=None)

    def _own(self, section: Section, assignment: Assignment) -> bool:
        """Whether an assignment lies in the section itself, not in one below it."""
        return not any(
            s.level > section.level and section.start <= s.start <= assignment.start < s.end
            for s in self.document.sections
        )


def _joined(assignments: Sequence[Assignment], start: int) -> Assignment | None:
    """The first run of assignments stated one right behind the other that ends behind ``start``, as one."""
    runs: list[list[Assignment]] = []
    for a in assignments:
        if runs and a.start - runs[-1][-1].end <= _BESIDE and not (a.lead and any(b.lead for b in runs[-1])):
            runs[-1].append(a)
        else:
            runs.append([a])
    run = next((r for r in runs if r[-1].end > start), None)
    if run is None:
        return None
    lead = tuple(dict.fromkeys(u for a in run for u in a.lead))
    others = tuple(dict.fromkeys(u for a in run for u in a.others if u not in lead))
    return Assignment(run[0].section, lead, others, run[0].start, run[-1].end)
