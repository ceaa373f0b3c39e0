"""The marks of a provision's conditions, with what they point to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.model import PolicyDocument, Provision
from kb.support.answering import answer_to
from kb.support.around import conditions_around
from kb.support.asked import Asked
from kb.support.candidates import Candidate
from kb.support.cases import higher_cases
from kb.support.claimants import NOUN, answers
from kb.support.clauses import ONCE
from kb.support.conditions import Condition, about
from kb.support.cutting import conditions_of
from kb.support.facts import Facts
from kb.support.marks import Mark, chosen, is_for_a_home, mark, pointing, unread
from kb.support.pieces import STOP, pieces
from kb.support.reading import State
from kb.support.references import Pointed, References

#: What only points to conditions that stand elsewhere
_BY_NAME = re.compile(
    r"(?:对|凡)?(?:符合|满足|具备)(?:上述|以上|前款|前条|规定|相关|申请|下列|的)*条件(?:的|者)?(?:申请人|企业|单位|个人|人员)?"
)
_DEEPEST = 3  # conditions that point to conditions that point on


def apart_from(own: Sequence[Condition], others: Sequence[Condition]) -> list[Condition]:
    """Of other conditions those that share no characters with a support's own, each once."""
    kept: list[Condition] = []
    for one in others:
        beside = (*own, *kept)
        if one.text in {c.text for c in beside}:
            continue
        if all(one.policy_id != c.policy_id or one.end <= c.start or c.end <= one.start for c in beside):
            kept.append(one)
    return kept


class Judge:
    """Marks conditions by one profile's facts."""

    def __init__(self, facts: Facts, candidates: Sequence[Candidate]) -> None:
        """``candidates`` are all provisions that conditions may point to."""
        self.facts = facts
        held = {c.document.policy_id: c.document for c in candidates if c.out is None}
        self.rules = tuple(held.values())
        self.references = References(candidates)
        self._asked = Asked()
        self._made: dict[tuple[str, Condition, bool], Mark] = {}

    def marks(self, folded: Sequence[Candidate]) -> tuple[Mark, ...]:
        """The marks of a support's conditions; of several of which any will do, those that are met."""
        one, marks = folded[0], list[Mark]()
        beyond = list(higher_cases(one.document.text, one.provision))
        own = conditions_of(one.document, one.provision)
        for condition in (*own, *apart_from(own, conditions_around(one, folded, self.rules))):
            if not self._of_another_kind(one, condition):
                made = self._mark(one, condition)
                open_case = not condition.policy_id and any(a <= condition.start < b for a, b in beyond)
                marks += [m for m in made if m.state is State.MET] if open_case else made
        if all(_BY_NAME.fullmatch(m.condition.text) for m in marks):
            return self.asked_besides(one, (), alone=True) or tuple(marks)
        return tuple(chosen(marks))

    def asked_besides(self, one: Candidate, marks: Sequence[Mark], *, alone: bool = False) -> tuple[Mark, ...]:
        """The marks of what the document asks of claimants besides the conditions that have been marked.

        What stands in another article than the sum may leave a support open, and fails it not, unless it is all that
        is asked (``alone``); what is asked of
        another kind of claimant (园区应当…) is asked of nobody here.
        """
        read = [] if alone else [*(m.condition for m in marks), *conditions_of(one.document, one.provision)]
        found: list[Mark] = []
        for besides in self._asked.besides(one.document, one.provision, read):
            for made in self._mark(one, besides.condition):
                if made.claimant and not made.condition.bars:
                    continue
                fails = made.state is State.NOT_MET and not (
                    besides.own or made.condition.bars or (alone and besides.near)
                )
                found.append(unread(made.condition) if fails else made)
        return tuple(chosen(found))

    def _of_another_kind(self, one: Candidate, condition: Condition) -> bool:
        """Whether the case of its sentence is another kind's, and there is a case of the claimant's own.

        个人额度…；小微企业额度…，条件是…: the condition is none of a person's.
        """
        kind, text = self.facts.profile.kind, one.document.text
        if kind is None or condition.policy_id or not one.provision.start <= condition.start < one.provision.end:
            return False
        cases = list(pieces(text, one.provision.start, one.provision.end, STOP))
        said = {case: answers(kind, noun.group()) for case in cases if (noun := NOUN.match(text, case[0]))}
        mine = next((a for (start, end), a in said.items() if start <= condition.start < end), None)
        inside = any(start < condition.start < end for start, end in said)
        return inside and mine is False and True in said.values()

    def is_of(self, document: PolicyDocument, row: Provision) -> bool:
        """Whether one of those that a row is for is the claimant (基金会、社会团体，有雇工的个体工商户)."""
        named = re.split("[、，；]|和(?=[\u4e00-\u9fff]{3})", row.audience or "")
        at = row.start
        said = (Condition(name, at, at + len(name), about(name)) for name in named if len(name) > 1)
        return any(mark(c, self.facts).state is State.MET for c in said)

    def own_marks(self, one: Candidate) -> list[Mark]:
        """The marks of the conditions that stand with a provision's sum."""
        return [m for c in conditions_of(one.document, one.provision) for m in self._mark(one, c)]

    def _mark(self, one: Candidate, condition: Condition, depth: int = 0) -> list[Mark]:
        """The mark of a condition, with those of the definition in its own document that it stands on."""
        answered = answer_to(condition.text, self.facts.answers) is not None
        here = depth < _DEEPEST and not condition.policy_id and not answered
        pointed = self.references.of(one, condition) if here else None
        if pointed is None:
            return [self._by_itself(one, condition)]
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
        here = pointed.document is one.document and not pointed.outside
        chosen_one = bool(pointed.conditions[0].choice)
        shown = (State.MET, State.NOT_MET) if chosen_one else (State.MET,)
        return [*(m for m in there if here and m.state in shown), made]

    def _by_itself(self, one: Candidate, condition: Condition) -> Mark:
        """The mark of a condition that points nowhere; one of the whole document is made once where it may be."""
        support = "，".join((one.provision.benefit, one.document.title or "", one.text))
        own = one.provision.start <= condition.start < one.provision.end
        if own or ONCE.search(condition.text):  # how often it may be had is asked of each support by its name
            return mark(condition, self.facts, support)
        at_home = is_for_a_home(support)
        key = (condition.policy_id or one.document.policy_id, condition, at_home)
        if key not in self._made:
            self._made[key] = mark(condition, self.facts, support)
        return self._made[key]

    def _there(self, one: Candidate, pointed: Pointed, depth: int) -> list[Mark]:
        """The marks of what a condition points to."""
        at = replace(one, document=pointed.document, provision=pointed.provision)
        return [m for c in pointed.conditions for m in self._mark(at, c, depth + 1)]
