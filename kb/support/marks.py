"""Whether a condition is met: read part by part, each part decided by one statement of the profile or by none.

Nothing is met without a statement that says so, nothing is not met without one that contradicts it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.support.answering import answer_to
from kb.support.bodies import bodies_in
from kb.support.choices import choices_in
from kb.support.clauses import AFTER_BARS, NOT_BOTH, ONCE
from kb.support.conditions import Condition
from kb.support.each import each_in
from kb.support.facts import Facts
from kb.support.figures import figures_in
from kb.support.firsts import firsts_in
from kb.support.grades import grades_in
from kb.support.identities import identities_in
from kb.support.industries import industries_in
from kb.support.listings import listings_in
from kb.support.moments import moments_in
from kb.support.named import named_in
from kb.support.once import had_none, never_had
from kb.support.opposites import opposites_in
from kb.support.places import places_in_condition
from kb.support.polarity import Sign, denials, sign_of
from kb.support.profile import Statement
from kb.support.reading import Finding, Reader, State
from kb.support.said import bare, covered, repeats, said_of
from kb.support.speaking import in_its_place, may_decide
from kb.support.subjects import claimants_in


@dataclass(frozen=True, slots=True)
class Mark:
    """The state of one condition; ``because`` is the statement that decides it, ``question`` what to ask otherwise.

    ``claimant`` says that it is the kind of claimant that does not fit, which nothing can mend.
    """

    condition: Condition
    state: State
    because: tuple[Statement, ...] = ()
    question: str | None = None
    claimant: bool = False


_READERS: tuple[Reader, ...] = (
    choices_in,
    grades_in,
    listings_in,
    opposites_in,
    each_in,
    bodies_in,
    claimants_in,
    identities_in,
    named_in,
    moments_in,
    figures_in,
    firsts_in,
    places_in_condition,
    industries_in,
)
_GLUE = re.compile(
    r"所在[省市区县地、]*|而且|不[能得]是|[，,、；;。：:（）()“”\s]|与(?:本[省市区县])?(?:用人)?单位|创办|开办|期限|时限|已经|已|"
    r"的|且|并|在|为|是|对于|对|由|经|和|或者|或|以及|及|"
    r"等|者|应当|应|须|具有|具备|属于|依法|申请人|申请|签订|订立|缴纳|为其|其他|均"
)
#: The document by which something is had asks for nothing itself
_CITED = re.compile(r"(?:按照?|根据|依据)?[\u4e00-\u9fff]{0,10}〔\d{4}〕\d+号(?:文件)?(?:规定)?")
_LEAST_PART = 6  # characters of a thing in a list that can be read on its own
_MERELY_DENIES = 2  # characters of words that deny what others have read, and say nothing themselves
_LEAST_NEW = 2  # characters that a finding reads and no other has
#: Loans for homes are asked for before the home is bought
_FOR_A_HOME = re.compile(r"公积金[^，。]{0,6}贷款|(?:住房|购房|可贷|贷款)[^，。]{0,4}额度|房贷")
_HEDGE = re.compile(r"不再限定|不限|不受[^，]{0,8}限制")


def mark(condition: Condition, facts: Facts, support: str = "") -> Mark:
    """The mark of one condition; ``support`` are the words that tell which support it is of."""
    text = condition.text
    given = answer_to(text, facts.answers)
    if given:
        holds, said = given
        return Mark(condition, State.MET if holds is not condition.bars else State.NOT_MET, (said,))
    if condition.bars and ONCE.search(text):
        never = never_had(f"{text}，{support}", facts)
        return _made(condition, State.MET, (never,), claimant=False) if never else unread(condition)
    none = had_none(text, facts) if condition.bars else None
    if none:
        return _made(condition, State.MET, (none,), claimant=False)
    tail = AFTER_BARS.search(text) if condition.bars else None
    core = text[: tail.start()] if tail and tail.start() > 1 else text
    both = NOT_BOTH.search(text) if condition.bars else None
    core = both["other"] if both else core
    without = _without(core, facts) if condition.bars else None
    if without:
        return _made(condition, State.MET, (without,), claimant=False)
    listed = condition.bars and not both and len(_parts(core)) > 1
    state, because, claimant = (_cases if listed else _read)(core, facts)
    intends = is_for_a_home(support)
    if condition.bars:
        turned = {State.MET: State.NOT_MET, State.NOT_MET: State.MET}.get(state, state)
        return _made(condition, turned, because, claimant and turned is State.NOT_MET)
    made = _made(condition, state, because, claimant, intends=intends)
    return made if condition.bars or in_its_place(text, made.because, facts.scope) else unread(condition)


def is_for_a_home(support: str) -> bool:
    """Whether a support is a loan for a home, which is asked for before the home is bought."""
    return _FOR_A_HOME.search(support) is not None


def unread(condition: Condition) -> Mark:
    """The mark of a condition that nothing decides: open, with what to ask."""
    return Mark(condition, State.UNKNOWN, (), question_of(condition))


def _without(core: str, facts: Facts) -> Statement | None:
    """The statement that there is none of what a rule begins with (没有逾期 against 逾期贷款)."""
    begins = re.sub(r"^(?:已经?|被|有|存在|正在|仍|处于)", "", core)
    for said in facts.free:
        for denial in denials(said.text):
            thing = re.split(r"[也或和、]|$", said.text[denial.end() :])[0].removesuffix("过")
            thing = re.sub("^(?:被|有|存在|发生|进|列入|出现)过?", "", thing)
            if len(thing) > 1 and "过" not in thing and begins.startswith(thing):
                return said
    return None


def pointing(condition: Condition, marks: Sequence[Mark], rest: Mark | None, *, outside: bool) -> Mark:
    """The mark of a condition that points to others: by theirs, and by its own words besides."""
    marks = list(chosen(marks))
    states = [m.state for m in marks]
    if outside:
        turn = {State.MET: State.NOT_MET, State.NOT_MET: State.MET}
        whole = _joint(states)
        states = [turn.get(whole, whole)]
    if rest is not None:
        states.append(rest.state)
        marks = (*marks, rest)
    state = _joint(states)
    because = tuple(dict.fromkeys(s for m in marks for s in m.because))
    if state is State.UNKNOWN or not because:
        return unread(condition)
    # each statement was found to decide the condition that is pointed to, in whose words it is put
    return Mark(condition, state, because, None, rest is not None and rest.claimant)


def chosen(marks: Sequence[Mark]) -> Iterator[Mark]:
    """The marks, of those of which any will do the best only: what is met, else what may be, else the first."""
    groups: dict[str, list[Mark]] = {}
    for one in marks:
        groups.setdefault(one.condition.choice, []).append(one)
    kept = {id(m) for choice, group in groups.items() for m in (_best(group) if choice else group)}
    return (m for m in marks if id(m) in kept)


def _best(group: Sequence[Mark]) -> Sequence[Mark]:
    met = [m for m in group if m.state is State.MET]
    return met or [m for m in group if m.state is State.UNKNOWN] or group[:1]


def _joint(states: Sequence[State]) -> State:
    """One failed fails all, one unknown leaves it unknown."""
    if State.NOT_MET in states:
        return State.NOT_MET
    return State.UNKNOWN if State.UNKNOWN in states or not states else State.MET


def _made(
    condition: Condition, state: State, because: tuple[Statement, ...], claimant: bool, *, intends: bool = False
) -> Mark:
    met = state is not State.NOT_MET
    if state is State.UNKNOWN or not because:
        return unread(condition)
    if not may_decide(condition.text, because, met=met, bars=condition.bars, intends=intends):
        return unread(condition)
    return Mark(condition, state, because, None, claimant)


def _read(text: str, facts: Facts) -> tuple[State, tuple[Statement, ...], bool]:
    """The state of the words of a condition, the statements that decide it, and whether it is the claimant's kind."""
    if _HEDGE.search(text) and not re.search(r"[（(]", text):
        return State.UNKNOWN, (), False
    either = re.split(r"[，,](?:或者|或)(?!许)", text)
    if len(either) > 1:
        return _any(either, facts)
    findings = _findings(text, facts)
    left = _left(text, findings)
    by_readers = _of_findings(findings, left, turned=sign_of(left) is not Sign.YES)
    if by_readers is not None:
        return by_readers
    said = said_of(text, left or text, facts)
    if said and said.state is State.NOT_MET and (left or not findings):
        return State.NOT_MET, said.because, False
    if said and said.state is State.MET and all(f.state is State.MET for f in findings):
        return State.MET, tuple(dict.fromkeys((*said.because, *(s for f in findings for s in f.because)))), False
    same = repeats(text, facts) if any(f.state is State.UNKNOWN for f in findings) else None
    same = same or covered(text, facts)
    if same:
        return State.MET, same.because, False
    parts = [p for p in text.split("、") if p]
    if len(parts) > 1 and all(len(p) >= _LEAST_PART for p in parts):
        return _all(parts, facts)
    return State.UNKNOWN, (), False


def _of_findings(
    findings: Sequence[Finding], left: str, *, turned: bool
) -> tuple[State, tuple[Statement, ...], bool] | None:
    """What the readers' findings decide by themselves; None where the words left must be read as well.

    ``turned``: the words left deny something, which may be just what was found (未在本市登记注册).
    """
    failed = [f for f in findings if f.state is State.NOT_MET]
    if turned and (failed or (findings and len(left) <= _MERELY_DENIES)):
        return State.UNKNOWN, (), False
    if failed:
        return State.NOT_MET, failed[0].because, any(f.claimant for f in failed)
    because = tuple(dict.fromkeys(s for f in findings for s in f.because))
    met = bool(findings) and all(f.state is State.MET for f in findings)
    if met and (not left or (not turned and not bare(left, because))):
        return State.MET, because, False
    return None


def _all(parts: Sequence[str], facts: Facts) -> tuple[State, tuple[Statement, ...], bool]:
    """The state of things that must all hold, where statements speak of them one by one; met or not known."""
    read = [_read(part, facts) for part in parts]
    if all(r[0] is State.MET for r in read):
        return State.MET, tuple(dict.fromkeys(s for r in read for s in r[1])), False
    return State.UNKNOWN, (), False


#: Things are cases of their own; a figure goes with what stands before it (新参保、缴费不满12个月的单位)
_CASE = re.compile(r"、(?![^、，]*\d)|，?以及|，?或者|和(?=[\u4e00-\u9fff]{3})|，")


def _cases(text: str, facts: Facts) -> tuple[State, tuple[Statement, ...], bool]:
    """The cases of what rules somebody out: one that holds does, and none does where each is ruled out itself.

    Persons are no case of a firm's.
    """
    parts = _parts(text)
    said = facts.profile.stated("主体")
    firm = said if facts.profile.kind not in (None, "个人", "个体工商户") else None
    read = [(State.NOT_MET, (firm,), True) if firm and _PERSONS.search(p) else _read(p, facts) for p in parts]
    for state in (State.MET, State.UNKNOWN):
        one = next((r for r in read if r[0] is state), None)
        if one:
            return one
    return State.NOT_MET, tuple(dict.fromkeys(s for r in read for s in r[1])), all(r[2] for r in read)


def _parts(text: str) -> list[str]:
    return [p for p in _CASE.split(text) if len(p) > 1]


_PERSONS = re.compile(r"公务员|在编|单位人员$")


def _any(parts: Sequence[str], facts: Facts) -> tuple[State, tuple[Statement, ...], bool]:
    """The state of cases of which any will do."""
    read = [_read(part, facts) for part in parts]
    met = next((r for r in read if r[0] is State.MET), None)
    if met:
        return met
    if all(r[0] is State.NOT_MET for r in read):
        return State.NOT_MET, tuple(s for r in read for s in r[1]), all(r[2] for r in read)
    return State.UNKNOWN, (), False


def _findings(text: str, facts: Facts) -> list[Finding]:
    """What the readers find; what stands in words that others have read already finds nothing new."""
    taken = bytearray(len(text))
    found: list[Finding] = []
    for reader in _READERS:
        for one in reader(text, facts):
            if taken[one.start : one.end].count(0) >= _LEAST_NEW:
                taken[one.start : one.end] = b"\1" * (one.end - one.start)
                found.append(one)
    return found


def _left(text: str, findings: Sequence[Finding]) -> str:
    """The words that no reader has read, without those that only join."""
    kept = list(text)
    for one in findings:
        kept[one.start : one.end] = " " * (one.end - one.start)
    return _GLUE.sub("", _CITED.sub("", "".join(kept)))


def question_of(condition: Condition) -> str:
    """What to ask the claimant, made of the condition's own words."""
    words = re.sub(r"^(?:申请人|申请单位|申报企业)?(?:应当|须|应)?", "", condition.text.strip("，。；、：: \n"))
    words = re.sub(r"的$", "", " ".join(words.split()))
    if condition.bars:
        return f"请确认：是否属于“{words}”的情形？"
    plain = len(words) <= 24 and re.match(
        r"(?:正常|连续|首次|具有|符合|在|签订|参加|缴纳|经营|租用|取得|办理|入驻|持有|购买|招用)", words
    )
    return f"请确认：是否{words}？" if plain else f"请确认：是否符合“{words}”？"
