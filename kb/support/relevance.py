"""Whether a support is meant for a profile at all: asked for, for its kind of claimant, with something in common."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.support.candidates import Candidate
from kb.support.claimants import answers, is_site, nouns_in
from kb.support.conditions import About
from kb.support.cutting import conditions_of
from kb.support.facts import Facts
from kb.support.identities import names_others, of_others, told_of
from kb.support.kinds import SupportKind, close_to, kind_of, named_by, single, topical, verbatim, wanted
from kb.support.marks import Mark
from kb.support.reading import State

_POINTS = re.compile(r"所列人员|[前上]述人员|[）)]项人员")
_SITE = re.compile(r"孵化|众创|基地|创业园|产业园|园区|载体|加速器")
_ROLE = re.compile(r"导师|专员|行业[^，]{0,6}平台|工作室|(?:承训|中介|诊断|转移|服务|培训)机构|服务商|研究人员|见习人员|团队|家庭")
_STAFF = re.compile(r"员工|职工|招了|招用|引进|他们|毕业生|人员")
_ORGANISATION = re.compile(r"(?:企业|单位|机构|组织|校友会|园区|基地)(?!签|工作|职工|人员|就业|在编)")
_SUBJECT = re.compile(r"项目|团队|中心|平台|人员|企业|基地|导师|家庭")


class Relevance:
    """One profile's wants and kind against supports."""

    def __init__(self, facts: Facts, candidates: Sequence[Candidate]) -> None:
        """``candidates`` are all that count for the region."""
        self.facts = facts
        self.wants = single(facts.profile.wants)
        self.exact: tuple[str, ...] = tuple(
            want
            for want in self.wants
            if any(c.out is None and verbatim((want,), c.provision.benefit) for c in candidates)
        )
        """The wants that a support of the base is called by: what only is of their kind is not meant."""

    def wanted(self, folded: Sequence[Candidate], marks: Sequence[Mark]) -> bool:
        """Whether a support is of what is wanted."""
        wants = tuple(w for w in self.wants if w not in self.exact) + tuple(
            w for w in self.exact if any(close_to(w, c.provision.benefit, c.text) for c in folded)
        )
        if self.wants and not wants:
            return False
        return any(
            wanted(
                wants,
                kind_of(c.provision.benefit, c.text),
                c.provision.benefit,
                c.text,
                _headings(c) if more_than_claimant(marks) or self._of_kind(c) else "",
            )
            for c in folded
        )

    def in_common(self, folded: Sequence[Candidate], marks: Sequence[Mark]) -> bool:
        """Whether something else than the place is met, or is asked for: what fits everybody is meant for nobody."""
        asked = [m for m in marks if m.state is State.UNKNOWN and not m.condition.bars]
        others = [m for m in asked if names_others(m.condition.text, self.facts) or _POINTS.search(m.condition.text)]
        if others and (told_of(self.facts) or not self.wants):
            return False  # for other persons than the claimant says to be
        if _some(marks) and (topical(self.wants) or more_than_claimant(marks)):
            return True
        open_identity = any(m.condition.about is About.IDENTITY and m.state is State.UNKNOWN for m in marks)
        person = self.facts.profile.kind in (None, "个人", "个体工商户")
        if (person or not open_identity) and any(verbatim(self.wants, c.provision.benefit) for c in folded):
            return True
        if open_identity or not self.wants:
            return False
        if any(self._for_a_role(m) for m in marks):
            return False
        return any(named_by(self.wants, c.provision.benefit, c.text, _beside(c)) for c in folded) or (
            self._of_kind(folded[0]) and not any(_SUBJECT.search(m.condition.text) for m in marks)
        )

    def _subject(self, one: Candidate) -> bool:
        """Whether the conditions of a support name an organisation as who claims."""
        return any(c.about is About.CLAIMANT for c in conditions_of(one.document, one.provision) if not c.bars)

    def _for_a_role(self, mark: Mark) -> bool:
        """Whether a condition is for somebody in a role that the claimant does not speak of (导师, 承训机构)."""
        role = _ROLE.search(mark.condition.text) if mark.state is State.UNKNOWN and not mark.condition.bars else None
        return role is not None and not any(role.group() in s.text for s in self.facts.profile.statements)

    def for_others(self, one: Candidate) -> bool:
        """Whether a support is called after another kind of claimant, after a site that the claimant has not, or is
        what persons get and an organisation asks that speaks of no staff."""
        kind, called = self.facts.profile.kind, nouns_in(one.provision.benefit)
        if kind not in (None, "个人", "个体工商户") and kind_of(one.provision.benefit, one.text) is SupportKind.TALENT:
            staff = self.wants and any(_STAFF.search(s.text) for s in self.facts.profile.statements)
            if not staff and not _ORGANISATION.search(one.text) and not self._subject(one):
                return True
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


def more_than_claimant(marks: Sequence[Mark]) -> bool:
    """Whether something is met that does not just say firm or unit."""
    return any(
        m.state is State.MET
        and not m.condition.bars
        and {s.key for s in m.because if not of_others(s.text, m.condition.text)} - {"地区", "主体"}
        for m in marks
    )


def _some(marks: Sequence[Mark]) -> bool:
    """Whether a condition is met by more than the region."""
    return any(m.state is State.MET and not m.condition.bars and any(s.key != "地区" for s in m.because) for m in marks)


def _beside(one: Candidate) -> str:
    """The headings of a support of a kind that goes by them (贷款额度 of a document on 公积金)."""
    plain = (SupportKind.MONEY, SupportKind.OTHER)
    return "" if kind_of(one.provision.benefit, one.text) in plain else _headings(one)


def _headings(one: Candidate) -> str:
    """The headings above a provision and the document's title."""
    at = one.provision.start
    paths = [s.title for s in one.document.sections if s.start <= at < s.end and len(s.title) < 40]
    return re.sub(r"\s+", "", "，".join((one.document.title or "", *paths)))
