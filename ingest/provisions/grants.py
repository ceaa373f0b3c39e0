"""What a run of text grants to whom: 对…的企业，给予最高X万元奖励 as a grant with its numbers, claimants and name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.provisions import signs
from ingest.provisions.lexicon import HAN, SUPPORT, SUPPORTS, VAGUE_SUPPORTS, any_of, either
from ingest.provisions.names import supports
from ingest.provisions.numbers import Number, granted
from ingest.provisions.people import PERIOD, Claimants, claimants
from ingest.provisions.roles import Role
from ingest.provisions.spans import Masked, Span, clauses, overlaps, sentences, strip
from ingest.provisions.turns import turns, verb_of


@dataclass(slots=True)
class Grant:
    """A support as a run of text states it; all values are spans.

    ``own`` tells that the text itself names it, ``given`` that a verb gives it (给予最高50万元奖励).
    """

    name: Span | None
    own: bool
    start: int
    end: int
    numbers: list[Number] = field(default_factory=list)
    reliefs: list[Span] = field(default_factory=list)
    who: Claimants = field(default_factory=Claimants)
    given: bool = False

    @property
    def limits(self) -> bool:
        """Whether it is nothing but a ceiling, without a word for whose it is."""
        caps = bool(self.numbers) and all(n.role is Role.CAP for n in self.numbers)
        return caps and not self.own and not self.who.audience

    def take(self, other: Grant) -> None:
        """Take over what another grant holds."""
        self.end = max(self.end, other.end)
        self.numbers += other.numbers
        self.reliefs += other.reliefs
        for name in ("audience", "conditions", "period"):
            getattr(self.who, name).extend(getattr(other.who, name))


#: Reliefs said without a number.
_RELIEF = re.compile(
    r"(?:予以|给予|实行|享受|按)[^，。；]{0,10}?"
    r"(?P<half>(?<!三)减半(?:征收|收取)?|全免|半价|全额(?:减免|补贴|免除|补助)|免费)|"
    r"(?P<rent>(?<!减)(?<!来)免[收缴交除]?(?:\d{1,2}个?[年月])?[^，。；、免]{0,4}(?:租金|租)(?![房赁住用借])(?:\d{1,2}个?[年月])?)|"
    rf"(?P<tax>(?:(?<!不得)免征|减半征收|全额免除|减半收取)[{HAN}、]{{0,14}}(?:税费|税|费|租金))"
)
#: A promise without a number counts where it is a support with a name.
_PROMISE = re.compile(
    r"(?:给予|发放|可申领|可申请|享受|申领)"
    rf"(?P<what>[^，。；：（）给]{{2,24}}?(?:{any_of(set(SUPPORTS) - set(VAGUE_SUPPORTS))}))"
    r"(?![^，。；]{0,6}(?:政策|对象|条件|资格)|[^，。；]{0,24}的)"
)
_IN_TURN = re.compile(rf"[{HAN}]{{2,20}}(?:{SUPPORT})[和与、及][{HAN}]{{2,20}}(?:{SUPPORT})(?:标准|金额)?分别")
#: What one government gives another is nothing to claim.
_GOVERNMENT = re.compile(r"(?:省|市|县|(?<![园社小校景片辖示范])(?<!为..市)区|地区|地方|城市|政府|部门|财政)$")
#: 已享受〔改造补助〕的: another support.
_HAD = re.compile(r"(?:已|已经|未|曾)(?:享受|获得|领取)[^，。；]{0,12}$|不(?:得)?与[^，。；]{0,10}$")
#: A name stands so near to its number (购房补贴标准为…); one behind so many commas is of something else.
_BESIDE, _FAR = 8, 2
#: A sentence that speaks of the grants above it: a ceiling for the last one, or for all.
_BACK = either(
    "以上 上述 前述 前款 该项 此项 本条 同一 单个 单家 单户 单套 单笔 每[个家户套人名项] 人均 户均 累计 最高 补贴 奖励 "
    "补助 资助 "
    "金额 "
    r"总额 期限 封顶 享受 以\d"
)
_ALL_ABOVE = either("以上 上述 前述 前款 本条 本项")


def grants_of(masks: Masked, start: int, end: int, *, governed: bool = False, headed: bool = False) -> list[Grant]:
    """The grants of a piece of text in order; in it, those of one name are one.

    ``governed`` says that a label names the text as the standard of a support: bare sums count there; ``headed`` that
    a heading names a support or loan (see ``granted``). Ceilings alone (``limits``) are of what is granted above.
    """
    text = masks.bare
    found: list[Grant] = []
    named: dict[str, Grant] = {}
    for sentence in sentences(text, start, end):
        if text[sentence[1] - 1] == "？" or any(s.search(text, *sentence) for s in (signs.PAST, signs.NO_GRANT)):
            continue
        back = bool(_BACK.match(text, *sentence))
        numbers = granted(masks, *sentence, governed=governed, headed=headed or back)
        if numbers and found and _limits_above(text, sentence, numbers):
            _limit(text, found, numbers)
            continue
        first = len(found)
        for left, right in clauses(text, *sentence):
            here = [n for n in numbers if left <= n.start < right]
            caps = bool(here) and all(n.role is Role.CAP for n in here)
            named_above = governed or headed or (back and caps) or (len(found) > first and caps)
            for grant in _in_turn(text, left, right, here) or _each(text, left, right, here, named=named_above):
                if grant.limits and len(found) > first + 1:
                    _bound(found[first:], grant.numbers)
                elif grant.limits and found and not governed:
                    _limit(text, found, grant.numbers)
                else:
                    _add(text, found, named, grant, first)
    return found


def _limits_above(text: str, sentence: Span, numbers: Sequence[Number]) -> bool:
    """Whether a sentence only sets a ceiling for what was granted before it."""
    if any(n.role is not Role.CAP for n in numbers) or not _BACK.match(text, *sentence):
        return False
    return "的，" not in text[sentence[0] : numbers[0].start]


def _limit(text: str, found: list[Grant], numbers: Sequence[Number]) -> None:
    head = text[max(0, numbers[0].start - 30) : numbers[0].end]
    _bound(found if _ALL_ABOVE.search(head) else found[-1:], numbers)


def _bound(grants: Sequence[Grant], numbers: Sequence[Number]) -> None:
    for grant in grants:
        grant.numbers += numbers
        grant.end = max(grant.end, *(n.end for n in numbers))


def _in_turn(text: str, start: int, end: int, numbers: Sequence[Number]) -> list[Grant]:
    """A补贴和B补贴标准分别为X、Y: two grants with a sum each."""
    match = _IN_TURN.search(text, start, end)
    sums = [n for n in numbers if n.role is Role.AMOUNT]
    names = [s for s, own in supports(text, match.start(), match.end()) if own] if match else []
    if match is None or len(sums) != 2 or len(names) != 2:
        return []
    period = [m.span() for m in PERIOD.finditer(text, start, match.start())][:1]
    pairs = zip(names, sums, strict=True)
    return [Grant(name, True, start, end, [one], who=Claimants(period=list(period))) for name, one in pairs]


def _each(text: str, start: int, end: int, numbers: Sequence[Number], *, named: bool) -> list[Grant]:
    """The grants of a clause, one for each claimant; a period said before the first holds for all."""
    found: list[Grant] = []
    sums = [n.start for n in numbers if n.role is not Role.CAP]
    reliefs = [m.start() for m in _RELIEF.finditer(text, start, end)]
    for left, right in turns(text, start, end, sorted({*sums, *reliefs})):
        here = [n for n in numbers if left <= n.start < right]
        for grant in _grant(text, *strip(text, left, right, "，"), here, named=named):
            grant.who.period = grant.who.period or [p for first in found[:1] for p in first.who.period]
            found.append(grant)
    return found


def _grant(text: str, start: int, end: int, numbers: Sequence[Number], *, named: bool) -> list[Grant]:
    """The grant of a clause, if it is one: by its numbers, a relief, or a promise with a name.

    ``named``: it needs no name of its own, a label or heading has it.
    """
    barred = bool(signs.LOSSES.search(text, start, end))
    ended = [*signs.ended(text, start, end)]
    said = [] if barred else [m.span(str(m.lastgroup)) for m in _RELIEF.finditer(text, start, end)]
    reliefs = [s for s in said if not overlaps(ended, s)]
    start = max([start, *(stop + 1 for _, stop in ended if numbers and stop < numbers[0].start)])
    if not numbers and not reliefs:
        return [] if barred or named or ended else _promised(text, start, end)
    result = _result(text, start, numbers[0].governed if numbers else reliefs[0][0])
    name, own = _name(text, start, end, result, numbers)
    if name is None:
        name = reliefs[0] if reliefs else _plain(text, result, numbers[0])
    if name is None and not named:
        return []
    if name and not own and text[slice(*name)] in VAGUE_SUPPORTS and all(n.role is Role.RATE for n in numbers):
        return []  # 优惠3%: what sellers do
    who = _claimants(text, start, result)
    given = bool(name and signs.VERB.match(text, result) and name[0] > result)
    return [Grant(name, own, start, end, list(numbers), reliefs, who, given)] if who else []


def _promised(text: str, start: int, end: int) -> list[Grant]:
    found = _PROMISE.search(text, start, end)
    if not found or signs.VAGUE.search(text[start:end]):
        return []
    names = [s for s, own in supports(text, *found.span("what")) if own]
    who = _claimants(text, start, _result(text, start, found.start()))
    return [Grant(names[-1], True, start, end, who=who)] if names and who and who.audience else []


def _result(text: str, start: int, governor: int) -> int:
    """Where the words on who end and those on what begin: at the verb of giving, behind the last 的，."""
    governor = max(governor, start)
    verb = signs.VERB.search(text, max(text.rfind("的，", start, governor) + 1, start), governor)
    return verb.start() if verb else governor


def _claimants(text: str, start: int, result: int) -> Claimants | None:
    """Who is meant; None where it is a government."""
    who = claimants(text, start, result)
    if any(_GOVERNMENT.search(text, *span) for span in who.audience):
        return None
    if not who.period:
        who.period = [m.span() for m in PERIOD.finditer(text, start, result) if re.search(r"[月日]", m.group())][:1]
    return who


def _plain(text: str, result: int, first: Number) -> Span | None:
    """给予一次性5万元, 一等奖5万元, 加补200元: a sum given without a word for it."""
    if prize := signs.PRIZE.search(text, max(0, first.governed - _BESIDE), first.digits):
        return prize.span()
    if signs.SHORT.match(text, first.governed):
        return first.governed, first.end
    given = first.role is not Role.RATE and signs.VERB.match(text, result) and first.end - result <= 3 * _BESIDE
    return (result, first.end) if given else None


def _name(text: str, start: int, end: int, result: int, numbers: Sequence[Number]) -> tuple[Span | None, bool]:
    """A name of its own right before the number, then behind the word of giving, then before it; else a generic one."""
    named = list(_names(text, start, end))
    own = [span for span, is_own in named if is_own and not _HAD.search(text, max(start, span[0] - 16), span[0])]
    first = numbers[0].digits if numbers else start
    beside = [s for s in own if 0 <= first - s[1] <= _BESIDE and s[1] > result]
    behind = [s for s in own if s[0] >= result and "，" not in text[max(first, result) : s[0]]]
    far = [s for s in own if s[0] >= result and text.count("，", result, s[0]) <= _FAR]
    before = [
        s
        for s in own
        if s[1] <= result and not re.match(r"(?!的标准)[^，。；]{0,8}的", text[s[1] : s[1] + _BESIDE + 1])
    ]
    for spans in (beside[-1:], behind[:1], before[-1:], far[:1]):
        if spans:
            return spans[0], True
    generic = [s for s, _ in named if s[0] >= result] or [s for s, _ in named]
    return (generic[0] if generic else None), False


def _names(text: str, start: int, end: int) -> Iterator[tuple[Span, bool]]:
    """The names of supports in a clause; one that is a claimant with his verb (市级孵化器奖励30万元) is generic."""
    for span, own in supports(text, start, end):
        verb = verb_of(text, *span) if own else None
        yield (span, own) if verb is None else ((verb, span[1]), False)


def _add(text: str, found: list[Grant], named: dict[str, Grant], grant: Grant, sentence: int) -> None:
    """Add a grant; what goes on in its sentence is part of the one before, what has one name of its own is one."""
    last = found[-1] if len(found) > sentence else None
    said = text[slice(*grant.name)] if grant.name else ""
    if last is not None and _goes_on(text, last, grant):
        last.take(grant)
        if grant.own and not last.own:
            last.name, last.own = grant.name, True
    elif grant.own and said in named:
        named[said].take(grant)
    else:
        found.append(grant)
        if grant.own:
            named[said] = grant


def _goes_on(text: str, last: Grant, grant: Grant) -> bool:
    """Whether a grant is the last one's: it has its name, or is unnamed and for nobody else."""
    before, said = (text[slice(*g.name)] if g.name else "" for g in (last, grant))
    if grant.own:
        return said == before or (not last.own and not grant.who.audience)
    if last.own and (before.endswith(said) or not re.search(SUPPORT, said)):
        return True  # 购房补贴5万元，对多子女家庭再补贴2万元
    who, other = ([text[slice(*s)] for s in g.who.audience] for g in (last, grant))
    caps = all(n.role is Role.CAP for n in grant.numbers) and not grant.reliefs
    return caps or not other or other == who
