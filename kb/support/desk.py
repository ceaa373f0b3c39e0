"""From candidates to the answer: each judged by its conditions, folded, put into its part, cited and in order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kb.catalog import CatalogView
from kb.support.applicable import Scope, scope_of
from kb.support.candidates import Candidate, Library
from kb.support.citing import Citing
from kb.support.claimants import answers, is_site, nouns_in
from kb.support.conditions import About, Condition
from kb.support.cutting import conditions_of
from kb.support.facts import Facts
from kb.support.identities import names_persons, told_of
from kb.support.kinds import close_to, kind_of, named_by, verbatim, wanted
from kb.support.marks import Mark, mark, pointing
from kb.support.profile import Profile, check_day
from kb.support.rank import fold, grouped, order, value_of
from kb.support.reading import State
from kb.support.references import Pointed, References
from kb.support.results import Held, Judged, LeftOut, Matches, Source, Support, Verdict
from kb.support.terms import units_of, where_of

_POINTS = re.compile(r"所列人员|[前上]述人员|[）)]项人员")
_SITE = re.compile(r"孵化|众创|基地|创业园|产业园|园区|载体|加速器")
_SUBJECT = re.compile(r"项目|团队|中心|平台|人员|企业|基地|导师|家庭")
_MOST_NEAR = 30
_DEEPEST = 3  # conditions that point to conditions that point on


def match(view: CatalogView, profile: Profile, as_of: date) -> Matches:
    """The supports a profile can claim on a day. Raises ProfileError for a region nobody knows."""
    check_day(profile, as_of)
    library = Library(view, as_of)
    scope = scope_of(profile.region, library.places, library.headers)
    facts = Facts(profile, as_of, scope)
    return _Desk(library, scope, facts).answer()


class _Desk:
    """One profile at the desk."""

    def __init__(self, library: Library, scope: Scope, facts: Facts) -> None:
        self.library = library
        self.scope = scope
        self.facts = facts
        self.citing = Citing()
        self.left: Counter[str] = Counter()
        self.references = References(())
        self.exact: tuple[str, ...] = ()
        """The wants that a support of the base is called by: what only is of their kind is not meant."""

    def answer(self) -> Matches:
        """Judge every candidate and put it where it belongs."""
        candidates = self.library.candidates(self.scope)
        self.references = References(candidates)
        folded = fold(candidates)
        self.exact = tuple(
            want
            for want in self.facts.profile.wants
            if any(c.out is None and verbatim((want,), c.provision.benefit) for c in candidates)
        )
        judged = [(f, verdict, marks) for f in folded if (told := self._judged(f)) for verdict, marks in (told,)]
        order_of = sorted(judged, key=lambda j: (j[0][0].out is not None, j[1] is Verdict.ONE_SHORT))
        supports = [self._support(f, verdict, marks) for f, verdict, marks in order_of]
        able = [s for s in supports if s.out is None and s.verdict is not Verdict.ONE_SHORT]
        near = [s for s in supports if s.out is None and s.verdict is Verdict.ONE_SHORT]
        apart = [s for s in supports if s.out is not None]
        return Matches(
            profile=self.facts.profile,
            as_of=self.facts.day.isoformat(),
            levels=self.scope.levels,
            groups=grouped(able),
            near=tuple(order(near)[:_MOST_NEAR]),
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
        marks = self._marks(one)
        if not self._wanted(folded, marks):
            self._leave("not_wanted", one)
            return None
        failed = [m for m in marks if m.state is State.NOT_MET]
        if any(m.claimant for m in failed) or self._for_others(one):
            self._leave("other_claimant", one)
            return None
        if len(failed) > 1:
            self._leave("several_failed", one)
            return None
        stated = one.provision.amount or one.provision.rate or one.provision.cap
        if not (stated or self.facts.profile.wants) or not self._in_common(folded, marks):
            self._leave("nothing_in_common", one)
            return None
        if failed:
            return Verdict.ONE_SHORT, marks
        sure = all(m.state is State.MET for m in marks) and _more_than_claimant(marks)
        return (Verdict.ELIGIBLE if sure else Verdict.TO_CONFIRM), marks

    def _leave(self, why: str, one: Candidate) -> None:
        if one.out is None:
            self.left[why] += 1

    def _marks(self, one: Candidate) -> tuple[Mark, ...]:
        """The marks of a provision's conditions; of several of which any will do, those that are met."""
        marks: list[Mark] = []
        for condition in conditions_of(one.document, one.provision):
            marks += self._mark(one, condition)
        return tuple(m for m in marks if not m.condition.choice or m in _chosen(m.condition.choice, marks))

    def _mark(self, one: Candidate, condition: Condition, depth: int = 0) -> list[Mark]:
        """The mark of a condition, with those of the definition in its own document that it stands on."""
        pointed = self.references.of(one, condition) if depth < _DEEPEST else None
        if pointed is None:
            return [mark(condition, self.facts)]
        if condition.bars:
            there = self._there(one, pointed, depth)
            return [pointing(condition, there, None, outside=not pointed.outside)]
        there = self._there(one, pointed, depth)
        left = condition.text[: pointed.start] + condition.text[pointed.end :]
        left = re.sub(r"^(?:的)?(?:人员|企业|单位)?[，,]?", "", left.strip())
        own = condition.end - len(left)
        rest = None
        if len(left) > 1 and condition.text.endswith(left):
            rest = mark(Condition(left, own, condition.end, condition.about), self.facts)
        made = pointing(condition, there, rest, outside=pointed.outside)
        defined = pointed.conditions[0].choice and pointed.document is one.document
        return [*(m for m in there if defined and m.state is not State.UNKNOWN), made]

    def _there(self, one: Candidate, pointed: Pointed, depth: int) -> list[Mark]:
        """The marks of what a condition points to."""
        at = replace(one, document=pointed.document, provision=pointed.provision)
        return [m for c in pointed.conditions for m in self._mark(at, c, depth + 1)]

    def _wanted(self, folded: Sequence[Candidate], marks: Sequence[Mark]) -> bool:
        wants = tuple(w for w in self.facts.profile.wants if w not in self.exact) + tuple(
            w for w in self.exact if any(close_to(w, c.provision.benefit, c.text) for c in folded)
        )
        if self.facts.profile.wants and not wants:
            return False
        return any(
            wanted(
                wants,
                kind_of(c.provision.benefit, c.text),
                c.provision.benefit,
                c.text,
                _headings(c) if _some(marks) or self._of_kind(c) else "",
            )
            for c in folded
        )

    def _in_common(self, folded: Sequence[Candidate], marks: Sequence[Mark]) -> bool:
        """Whether something else than the place is met, or is asked for: what fits everybody is meant for nobody."""
        others = [m for m in marks if m.state is State.UNKNOWN and names_persons(m.condition.text)]
        others += [m for m in marks if m.state is State.UNKNOWN and _POINTS.search(m.condition.text)]
        if others and (told_of(self.facts) or not self.facts.profile.wants):
            return False  # for other persons than the claimant says to be
        if _some(marks) and (self.facts.profile.wants or _more_than_claimant(marks)):
            return True
        open_identity = any(m.condition.about is About.IDENTITY and m.state is State.UNKNOWN for m in marks)
        wants = self.facts.profile.wants
        person = self.facts.profile.kind in (None, "个人", "个体工商户")
        if (person or not open_identity) and any(verbatim(wants, c.provision.benefit) for c in folded):
            return True
        if open_identity or not wants:
            return False
        return any(named_by(wants, c.provision.benefit, c.text) for c in folded) or (
            self._of_kind(folded[0]) and not any(_SUBJECT.search(m.condition.text) for m in marks)
        )

    def _for_others(self, one: Candidate) -> bool:
        """Whether a support is called after another kind of claimant, or after a site that the claimant has not."""
        kind, called = self.facts.profile.kind, nouns_in(one.provision.benefit)
        if kind is None or not called:
            return False
        states = [answers(kind, m.group()) for m in called]
        if all(s is False for s in states):
            return True
        site = any(is_site(m.group()) for m in called) and kind != "园区运营机构"
        return site and not any(_SITE.search(s.text) for s in self.facts.free)

    def _of_kind(self, one: Candidate) -> bool:
        """Whether a document is for the profile's own kind of claimant by its title, and that is no common one."""
        kind = self.facts.profile.kind
        if kind in (None, "个人", "企业", "小微企业"):
            return False
        return any(
            answers(kind, m.group()) for m in nouns_in(one.document.title or "") if m.group() not in ("单位", "基地")
        )

    def _support(self, folded: Sequence[Candidate], verdict: Verdict, marks: Sequence[Mark]) -> Support:
        one = folded[0]
        document, provision = one.document, one.provision
        span = (provision.start, provision.end)
        sources = tuple(self._source(c) for c in folded)

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
            where=cite.slices(document, slices(provision.window) or where_of(document), *span),
            phone=cite.slices(document, slices(provision.phone), *span),
            until=cite.slices(document, slices(provision.deadline), *span),
            who=cite.slices(document, units_of(document, provision), *span),
            value=value_of(provision),
            out=one.out,
            instead=one.instead,
        )

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
        return Judged(made, one.document.policy_id, self.citing.cite(one.document, condition.start, condition.end))

    def _held(self, level: str) -> Held:
        headers = [h for h in self.library.headers if self.library.places.of(h).shown == level]
        return Held(level, len(headers), sum(h.policy_id in self.library.stating for h in headers))


def _chosen(group: str, marks: Sequence[Mark]) -> list[Mark]:
    """Of alternatives those that are met, else those that may be, else the first."""
    own = [m for m in marks if m.condition.choice == group]
    met = [m for m in own if m.state is State.MET]
    return met or [m for m in own if m.state is State.UNKNOWN] or own[:1]


def _more_than_claimant(marks: Sequence[Mark]) -> bool:
    """Whether something is met that does not just say firm or unit."""
    return any(
        m.state is State.MET and not m.condition.bars and {s.key for s in m.because} - {"地区", "主体"} for m in marks
    )


def _some(marks: Sequence[Mark]) -> bool:
    """Whether a condition is met by more than the region."""
    return any(m.state is State.MET and not m.condition.bars and any(s.key != "地区" for s in m.because) for m in marks)


def _headings(one: Candidate) -> str:
    """The headings above a provision and the document's title."""
    at = one.provision.start
    paths = [s.title for s in one.document.sections if s.start <= at < s.end and len(s.title) < 40]
    return re.sub(r"\s+", "", "，".join((one.document.title or "", *paths)))
