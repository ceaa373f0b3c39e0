"""Whether a support is meant for a profile at all: asked for, for its kind of claimant, with something in common."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.support.candidates import Candidate
from kb.support.claimants import NOUN, answers, is_site, nouns_in
from kb.support.conditions import About
from kb.support.cutting import conditions_of
from kb.support.facts import Facts
from kb.support.hiring import of_others, takes_on
from kb.support.identities import names_others, takes_others, told_of
from kb.support.kinds import (
    SupportKind,
    close_to,
    kind_of,
    named_by,
    names_a_support,
    single,
    topical,
    verbatim,
    wanted,
)
from kb.support.marks import Mark
from kb.support.meanings import grams
from kb.support.reading import State

_POINTS = re.compile(r"所列人员|[前上]述人员|[）)]项人员")
#: The role is who claims: it stands at the beginning, with what narrows it
_LEADS = re.compile(r"(?:对|给|支持|鼓励)?[\u4e00-\u9fff]{2,12}$")
_SITE = re.compile(r"孵化|众创|基地|创业园|产业园|园区|载体|加速器")
_ROLE = re.compile(
    r"导师|专员|获奖|参赛|大赛|行业[^，]{0,6}平台|工作室|(?:中介|服务|培训|转移|评估|咨询|检测|认证|代理)机构|服务商|(?<!家庭)(?:成员|会员)|研究人员|见习人员|团队|家庭"
)
_GUEST = re.compile(r"从[^，]{0,10}毕业|我们?[^，]{0,4}(?:入驻|进驻)|在孵|搬|里面?(?:租|办公|实习)")
_GIVEN = re.compile(
    rf"(?:奖励|补助|补贴|资助|奖补|给予|发给)(?:给)?(?P<who>{NOUN.pattern})(?=[\d一给各每]|最高|不超过)"
)
_ONE_SUPPORT = re.compile(r"(?:补贴|补助|贴息|津贴|奖励|返还)[^，]{0,4}(?:办法|细则|公告|通知|指南|规定)$")
_HOME_RENT = re.compile("房租|租房")
_BUSINESS = re.compile("创业|经营|开店|开了|店|摊|厂房|商铺|门面|办公|自主")
_ONE_PERSON = re.compile("周岁|配偶|以个人身份|本人(?!或)")
_BY_HIMSELF = re.compile("以个人身份|灵活就业人员")
_ONLY_RECOGNISED = re.compile(r"(?:经|被|获)[^，。；]{0,20}(?:认定|评定|评审|备案|立项)(?:通过|合格)?的?")
_SPEAKS_OF_IT = re.compile("认定|评定|评审|评上|评为|获评|备案|立项")
#: The kind of site that somebody is recognised as
_RECOGNISED = re.compile(
    r"(?:认定|评定|获评|评为|评上)(?:为|成|的|了)?[^，。；]{0,10}?(?P<what>孵化基地|孵化器|众创空间|创业园|加速器|产业园|工作室)"
)
_QUOTED = re.compile("“([^”]{3,16})”")
#: What a document calls its matter for short (以下简称居民医保)
_CALLED_SO = re.compile(r"以下(?:简称|统称)[“：:]?(?P<short>[\u4e00-\u9fff]{2,10})")
_HEAD = 600  # characters of a document that give its names
_LONG_LINE = 300  # characters of a paragraph that is of one support
_STAFF = re.compile(r"员工|职工|招了|招用|引进|他们|毕业生|人员")
_ORGANISATION = re.compile(
    r"(?:^|[。；，：\n]|对|鼓励|给予)[^，。；\n]{0,4}(?:企业|单位|机构|组织|校友会|园区|基地)(?!签|工作|职工|人员|就业|在编)"
)
_COMMON = grams(
    "材料，企业，制造，服务，行业，产业，加工，项目，科技，技术，经营，生产，管理，信息，创业，孵化，农业，文化"
)
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

    def meant(self, folded: Sequence[Candidate], marks: Sequence[Mark]) -> tuple[str, ...] | None:
        """The wants that a support answers, none where nothing is wanted in particular; None where it answers none."""
        if not self.wants:
            return ()
        near = more_than_claimant(marks)
        found = tuple(
            want for want in self.wants if any(self._answers(want, c, near=near or self._of_kind(c)) for c in folded)
        )
        return found or None

    def _answers(self, want: str, one: Candidate, *, near: bool) -> bool:
        benefit, text = one.provision.benefit, one.text
        if _HOME_RENT.search(want) and self._only_lodges() and kind_of(benefit, text) is SupportKind.RENT:
            return False
        if want in self.exact and not close_to(want, benefit, text):
            return False
        return wanted((want,), kind_of(benefit, text), benefit, text, _headings(one) if near else _own_title(one))

    def _only_lodges(self) -> bool:
        """Whether the claimant is a person who tells of no business: the rent is that of a home."""
        return self.facts.profile.kind == "个人" and not any(_BUSINESS.search(s.text) for s in self.facts.free)

    def _personal(self, marks: Sequence[Mark]) -> bool:
        """Whether a support asks for what only a person has, and an organisation that named none of it asks."""
        if self.facts.profile.kind in (None, "个人", "个体工商户"):
            return False
        asked = [m.condition.text for m in marks if not m.condition.bars]
        if any(_BY_HIMSELF.search(text) and not takes_on(text) for text in asked):
            return True
        if topical(self.wants):
            return False
        return any(_ONE_PERSON.search(text) and not takes_on(text) for text in asked)

    def in_common(self, folded: Sequence[Candidate], marks: Sequence[Mark], meant: tuple[str, ...]) -> bool:
        """Whether something else than the place is met, or is asked for: what fits everybody is meant for nobody."""
        told = told_of(self.facts)
        if self._personal(marks) or any(self._for_a_role(m, first=True) for m in marks):
            return False
        if any(self._called(c) for c in folded):
            return True
        if self._of_other_matters(marks):
            return False
        if not meant and any(_open_person(m) for m in marks):
            return False
        if self._others(marks) and (told or not meant):
            return False  # for other persons than the claimant says to be
        if told and names_others(folded[0].provision.benefit, self.facts):
            return False
        if (_some(marks) and topical(meant)) or more_than_claimant(marks) or self._of_trade(marks):
            return True
        open_identity = any(m.condition.about is About.IDENTITY and m.state is State.UNKNOWN for m in marks)
        person = self.facts.profile.kind in (None, "个人", "个体工商户")
        if (person or not open_identity) and any(verbatim(meant, c.provision.benefit) for c in folded):
            return True
        if open_identity or not meant or any(self._for_a_role(m) for m in marks):
            return False
        return any(named_by(meant, c.provision.benefit, c.text, _beside(c)) for c in folded) or (
            self._of_kind(folded[0]) and not any(_SUBJECT.search(m.condition.text) for m in marks)
        )

    def _of_other_matters(self, marks: Sequence[Mark]) -> bool:
        """Whether a support is for taking on others than were taken on, or for a recognition that nobody tells of."""
        others = any(m.state is State.UNKNOWN and takes_others(m.condition.text, self.facts) for m in marks)
        return others or self._recognised_as_other(marks) or self._not_recognised(marks)

    def _recognised_as_other(self, marks: Sequence[Mark]) -> bool:
        """Whether an open condition asks to be recognised as one kind of site, and the claimant was as another."""
        own = {m["what"] for s in self.facts.free for m in _RECOGNISED.finditer(s.text)}
        asked = {
            m["what"]
            for mark in marks
            if mark.state is not State.MET and not mark.condition.bars
            for m in _RECOGNISED.finditer(mark.condition.text)
        }
        return bool(own and asked) and not any(a in b or b in a for a in own for b in asked)

    def _not_recognised(self, marks: Sequence[Mark]) -> bool:
        """Whether a support is for the recognised alone (经市主管部门认定的), and nothing of that is spoken of."""
        asked = any(m.state is State.UNKNOWN and _ONLY_RECOGNISED.fullmatch(m.condition.text) for m in marks)
        return asked and not any(_SPEAKS_OF_IT.search(s.text) for s in self.facts.profile.statements)

    def _called(self, one: Candidate) -> bool:
        """Whether a statement has a name that the sentence of a support puts in quotes (“创客赛”)."""
        line = _paragraph(one)
        if len(line) > _LONG_LINE:
            return False
        return any(name in s.text for name in _QUOTED.findall(line) for s in self.facts.free)

    def _others(self, marks: Sequence[Mark]) -> bool:
        """Whether an open condition names other persons than the claimant says to be, and no choice leaves him in."""
        asked = [m for m in marks if m.state is State.UNKNOWN and not m.condition.bars]
        others = [m for m in asked if names_others(m.condition.text, self.facts) or _POINTS.search(m.condition.text)]
        return any(
            not m.condition.choice or all(o in others for o in asked if o.condition.choice == m.condition.choice)
            for m in others
        )

    def _of_trade(self, marks: Sequence[Mark]) -> bool:
        """Whether an open condition speaks of the claimant's own trade (民宿 in 开办民宿、手作、研学等文旅项目)."""
        own = grams(self.facts.profile.industry or "")
        return any(
            m.state is State.UNKNOWN and not m.condition.bars and own & grams(m.condition.text) - _COMMON for m in marks
        )

    def _subject(self, one: Candidate) -> bool:
        """Whether the conditions of a support name an organisation as who claims."""
        return any(c.about is About.CLAIMANT for c in conditions_of(one.document, one.provision) if not c.bars)

    def _for_a_role(self, mark: Mark, *, first: bool = False) -> bool:
        """Whether a condition is for somebody in a role that the claimant does not speak of (导师, 培训机构)."""
        role = _ROLE.search(mark.condition.text) if mark.state is State.UNKNOWN and not mark.condition.bars else None
        if role and first and (takes_on(mark.condition.text) or not _LEADS.match(mark.condition.text[: role.end()])):
            return False
        return role is not None and not any(role.group() in s.text for s in self.facts.profile.statements)

    def for_others(self, one: Candidate) -> bool:
        """Whether a support is another's by its name, or what persons get where an organisation asks.

        Its name is of another kind of claimant, or of a site that the claimant has not; an organisation may ask for
        what persons get where it speaks of its staff.
        """
        kind, called = self.facts.profile.kind, nouns_in(one.provision.benefit)
        if not names_a_support(one.provision.benefit) and one.provision.benefit not in one.text:
            called = []  # a mere heading (建设孵化载体) says nothing of who claims
        if self._given_to_others(one):
            return True
        if kind not in (None, "个人", "个体工商户") and kind_of(one.provision.benefit, one.text) is SupportKind.TALENT:
            staff = self.wants and any(_STAFF.search(s.text) for s in self.facts.profile.statements)
            if not staff and not _ORGANISATION.search(_paragraph(one)) and not self._subject(one):
                return True
        if kind is None or not called:
            return False
        states = [answers(kind, m.group()) for m in called]
        if all(s is False for s in states):
            return True
        site = any(is_site(m.group()) for m in called) and kind != "园区运营机构"
        return site and not self._runs_site()

    def _given_to_others(self, one: Candidate) -> bool:
        """Whether its sentence names whom the sum goes to, and that is no kind of the claimant's (奖励孵化器8万元)."""
        kind = self.facts.profile.kind
        called = [m["who"] for m in _GIVEN.finditer(one.text)]
        if kind is None or not called:
            return False
        return all(
            answers(kind, who) is False or (is_site(who) and kind != "园区运营机构" and not self._runs_site())
            for who in called
        )

    def _runs_site(self) -> bool:
        """Whether the claimant tells of a site as its own, and not as the one it was or is let into."""
        return any(_SITE.search(s.text) and not _GUEST.search(s.text) for s in self.facts.free)

    def _of_kind(self, one: Candidate) -> bool:
        """Whether a document is for the profile's own kind of claimant by its title, and that is no common one."""
        kind = self.facts.profile.kind
        if kind in (None, "个人", "企业", "小微企业"):
            return False
        return any(
            answers(kind, m.group()) for m in nouns_in(one.document.title or "") if m.group() not in ("单位", "基地")
        )


def _open_person(mark: Mark) -> bool:
    """Whether a condition asks who the claimant is, and nothing tells."""
    one = mark.condition
    asks = one.about is About.IDENTITY and not one.bars and not one.choice
    return asks and mark.state is State.UNKNOWN and not takes_on(one.text)


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
    goes = (SupportKind.LOAN, SupportKind.TALENT)
    return _headings(one) if kind_of(one.provision.benefit, one.text) in goes else ""


def _paragraph(one: Candidate) -> str:
    """The words of a support with those that stand before it in its paragraph."""
    text, provision = one.document.text, one.provision
    return text[text.rfind("\n", 0, provision.start) + 1 : provision.end]


def _own_title(one: Candidate) -> str:
    """The title of a document that is about one support alone (租房补贴实施细则); empty for another."""
    title = one.document.title or ""
    return title if _ONE_SUPPORT.search(title) else ""


def _headings(one: Candidate) -> str:
    """The headings above a provision and the document's title."""
    at = one.provision.start
    paths = [s.title for s in one.document.sections if s.start <= at < s.end and len(s.title) < 40]
    short = (m["short"] for m in _CALLED_SO.finditer(one.document.text[:_HEAD]))
    return re.sub(r"\s+", "", "，".join((one.document.title or "", *paths, *short)))
