"""From candidates to the answer: each judged by its conditions, folded, put into its part, cited and in order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from kb.catalog import CatalogView
from kb.model import PolicyDocument, Status
from kb.support.applicable import Scope
from kb.support.candidates import Candidate, Library
from kb.support.citing import Citing
from kb.support.conditions import Condition
from kb.support.facts import Facts
from kb.support.judging import Judge
from kb.support.kinds import kind_of
from kb.support.lone import rows_within
from kb.support.marks import Mark
from kb.support.outdone import Told, without_outdone
from kb.support.profile import Profile, check_day
from kb.support.rank import fold, grouped, order, value_of
from kb.support.reading import State
from kb.support.relevance import Relevance, more_than_claimant
from kb.support.results import Held, Judged, LeftOut, Matches, Source, Support, Verdict
from kb.support.terms import units_of, where_of

_MOST_NEAR = 30
#: A row that names the document it is taken from does not state all that this asks for
_CITES = re.compile(r"〔\d{4}〕")
#: A ceiling for all that a claimant gets is no support
_TOTAL = re.compile("合计|总计")


def match(view: CatalogView, profile: Profile, as_of: date) -> Matches:
    """The supports a profile can claim on a day. Raises ProfileError for a region nobody knows."""
    check_day(profile, as_of)
    library = Library(view, as_of)
    scope = library.scope(profile.region)
    facts = Facts(profile, as_of, scope)
    return _Desk(library, scope, facts).answer()


def _cautions(one: Candidate) -> Iterator[str]:
    """What the document itself leaves open."""
    if one.out:
        return
    if one.status is Status.UNKNOWN:
        yield "状态未知：没有找到现在是否有效，请先确认"
    if one.place.unknown:
        yield "没有找到文件适用于哪个地区，请先确认它适用于你所在的地方"


class _Desk:
    """One profile at the desk."""

    def __init__(self, library: Library, scope: Scope, facts: Facts) -> None:
        self.library = library
        self.scope = scope
        self.facts = facts
        self.citing = Citing()
        self.places_of: dict[str, tuple[str, ...]] = {}
        self.left: Counter[str] = Counter()
        self.candidates = library.candidates(scope)
        self.documents = {c.document.policy_id: c.document for c in self.candidates}
        self.judge = Judge(facts, self.candidates)
        self.relevance = Relevance(facts, self.candidates)

    def answer(self) -> Matches:
        """Judge every candidate and put it where it belongs."""
        folded = fold(self.candidates)
        judged: list[Told] = [
            (f, verdict, marks) for f in folded if (told := self._judged(f)) for verdict, marks in (told,)
        ]
        judged = list(without_outdone(judged))
        order_of = sorted(judged, key=lambda j: (j[0][0].out is not None, j[1] is Verdict.ONE_SHORT))
        supports = [self._support(f, verdict, marks) for f, verdict, marks in order_of]
        able = [s for s in supports if s.out is None and s.verdict is not Verdict.ONE_SHORT]
        near = order(s for s in supports if s.out is None and s.verdict is Verdict.ONE_SHORT)
        self.left["near"] = max(0, len(near) - _MOST_NEAR)
        apart = [s for s in supports if s.out is not None]
        return Matches(
            profile=self.facts.profile,
            as_of=self.facts.day.isoformat(),
            levels=self.scope.levels,
            groups=grouped(able),
            near=tuple(near[:_MOST_NEAR]),
            apart=tuple(order(apart)),
            citations=self.citing.all,
            held=tuple(self._held(level) for level in (*self.scope.levels, "全国")),
            left_out=LeftOut(**self.left),
        )

    def _judged(self, folded: Sequence[Candidate]) -> tuple[Verdict, tuple[Mark, ...]] | None:
        """The verdict on a support with the marks; None where it is left out, which is counted."""
        one = folded[0]
        if one.telling:
            return None
        marks = self.judge.marks(folded)
        meant = self.relevance.meant(folded, marks)
        if meant is None:
            self._leave("not_wanted", one)
            return None
        failed = [m for m in marks if m.state is State.NOT_MET]
        if any(m.claimant for m in failed) or self.relevance.for_others(one) or self._row_for_others(folded, marks):
            self._leave("other_claimant", one)
            return None
        if len(failed) > 1:
            self._leave("several_failed", one)
            return None
        given = one.provision
        sums = given.amount or given.rate or (given.cap and not _TOTAL.search(given.cap))
        if not (sums or self.facts.profile.wants) or not self.relevance.in_common(folded, marks, meant):
            self._leave("nothing_in_common", one)
            return None
        marks = (*marks, *self.judge.asked_besides(one, marks))
        failed = [m for m in marks if m.state is State.NOT_MET]
        if len(failed) > 1:
            self._leave("several_failed", one)
            return None
        if failed:
            return Verdict.ONE_SHORT, marks
        told = any(m.condition.bars and any(s.key == "情况" for s in m.because) for m in marks)
        sure = all(m.state is State.MET for m in marks) and (told or more_than_claimant(marks))
        sure = sure and not (one.row and _CITES.search(one.text)) and not one.place.unknown
        return (Verdict.ELIGIBLE if sure else Verdict.TO_CONFIRM), marks

    def _row_for_others(self, folded: Sequence[Candidate], marks: Sequence[Mark]) -> bool:
        """Whether a table that lists the support too says that it is for another kind of claimant."""
        rows = [c for c in folded[1:] if c.row]
        if any(m.state is State.MET and any(s.key == "主体" for s in m.because) for m in marks):
            return False
        return bool(rows) and all(any(m.claimant for m in self.judge.own_marks(c)) for c in rows)

    def _leave(self, why: str, one: Candidate) -> None:
        if one.out is None:
            self.left[why] += 1

    def _support(self, folded: Sequence[Candidate], verdict: Verdict, marks: Sequence[Mark]) -> Support:
        one = self._narrowed(folded[0])
        document, provision = one.document, one.provision
        span = (provision.start, provision.end)
        sources = tuple(self._source(c) for c in (one, *folded[1:]))

        def slices(*texts: str | None) -> tuple[str, ...]:
            return tuple(p.strip() for text in texts if text for p in text.split("；") if p.strip())

        cite = self.citing
        return Support(
            benefit=provision.benefit,
            kind=kind_of(provision.benefit, one.text),
            verdict=verdict,
            place=one.place.shown,
            status=one.status,
            sources=sources,
            gets=cite.slices(document, slices(provision.amount, provision.rate, provision.cap), *span),
            conditions=tuple(self._judged_at(one, m) for m in marks),
            materials=cite.slices(document, provision.materials, *span),
            how=cite.slices(document, provision.procedure, *span),
            where=cite.slices(document, slices(provision.window) or self._where(document), *span),
            phone=cite.slices(document, slices(provision.phone), *span),
            until=cite.slices(document, slices(provision.deadline), *span),
            who=cite.slices(document, units_of(document, provision), *span),
            value=value_of(provision),
            out=one.out,
            instead=one.instead,
            cautions=tuple(_cautions(one)),
        )

    def _where(self, document: PolicyDocument) -> tuple[str, ...]:
        """Where a document takes applications, looked for once."""
        if document.policy_id not in self.places_of:
            self.places_of[document.policy_id] = where_of(document)
        return self.places_of[document.policy_id]

    def _narrowed(self, one: Candidate) -> Candidate:
        """A support whose table says who gets how much, with the row of the claimant alone, where one only is his."""
        rows = rows_within(one.document, one.provision)
        his = [row for row in rows if self.judge.is_of(one.document, row)]
        return replace(one, provision=his[0]) if len(his) == 1 else one

    def _source(self, one: Candidate) -> Source:
        document, provision = one.document, one.provision
        n = self.citing.cite(document, provision.start, provision.end)
        return Source(
            document.policy_id,
            document.revision,
            document.display_title,
            document.doc_number,
            document.kind,
            provision.start,
            provision.end,
            n,
        )

    def _judged_at(self, one: Candidate, made: Mark) -> Judged:
        condition: Condition = made.condition
        document = self.documents.get(condition.policy_id, one.document)
        return Judged(made, document.policy_id, self.citing.cite(document, condition.start, condition.end))

    def _held(self, level: str) -> Held:
        headers = [h for h in self.library.headers if self.library.places.of(h).shown == level]
        return Held(level, len(headers), sum(h.policy_id in self.library.stating for h in headers))
