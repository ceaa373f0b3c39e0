"""What a profile says, made ready for being held against conditions: ages, figures, identities, each with its words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from kb.support.answering import answers, is_answer
from kb.support.applicable import Scope
from kb.support.meanings import grams, spoken_of
from kb.support.measures import Measure, measures, months_between
from kb.support.polarity import affirms
from kb.support.profile import TURNOVER, Profile, Statement
from kb.support.speaking import of_other_person
from kb.text.dates import find_dates
from kb.text.quantity import find_quantities

_AGE = re.compile(r"(?<!\d)(\d{2})\s*周?岁")
_AGED = re.compile(r"^(?:我|本人|经营者)?(?:今年|现在|都|已经?|刚|满)+(\d{2})(?:周?岁)?了?$|^(?:我|本人)(\d{2})了?$")
_BORN = re.compile(r"(\d{4})年(?:(\d{1,2})月)?(?:\d{1,2}日)?出?生")
_OF_STAFF = re.compile("员工|职工|工人|平均")
_SEX = re.compile(r"(?<![子儿妇少孙])女(?!儿|婿|职|员|子|工|装|鞋|友|朋|孩)|男(?!朋|装|鞋|友|孩|职|员|工)")
_CLAUSE = re.compile(r"[，,；;。]")
#: A clause that only says what became of what the one before says (缴了15个月，中间断过)
_TURNED = re.compile(
    r"(?:现|但是?|不过|可是?|后来|又|今年|去年|上个?月|前两?年|(?:\d{4}年|去年|今年)?(?:\d{1,2}月份?)?起|\d{1,2}月份?|\d{4}年(?:\d{1,2}月)?|中间|期间|其间|中途|现在|已经?|都|被)*"
    r"(?:离职|走|转让|关了?门|倒闭|取消|没过|没通过|卖|辞|断|停|中断|间断|欠|补缴|吊销|注销|撤销|驳回|拒|退|搬走|搬出|没批|到期|过期|作废|失效|移出|修复|结清|还清|解除)[^，]{0,3}"
)


@dataclass(frozen=True, slots=True)
class Range:
    """The months, years or count something is, between two bounds, and the statement that says so."""

    low: Decimal
    high: Decimal
    said: Statement


_TURNOVER = re.compile(TURNOVER)
_ALL_ALONG = re.compile(r"一直|每个?月都|没有?断|从未中断|连续|按月")
AT_WORK = re.compile(r"上班|工作(?!室|站|日)|入职|在职|在岗|就业|干了")


class Facts:
    """A profile as of a day, with the scope of its region."""

    def __init__(self, profile: Profile, day: date, scope: Scope) -> None:
        """Keep the profile; what follows from it is worked out when asked for."""
        self.profile = profile
        self.day = day
        self.scope = scope

    @cached_property
    def free(self) -> tuple[Statement, ...]:
        """The free statements (情况)."""
        told = (s for s in self.profile.statements if s.key == "情况" and not is_answer(s.text))
        return tuple(Statement(s.key, c) for s in told for c in _clauses(s.text))

    @cached_property
    def answers(self) -> Mapping[str, tuple[bool, Statement]]:
        """What was answered to the questions of conditions, by their words."""
        return answers(self.profile.statements)

    @cached_property
    def operated(self) -> Range | None:
        """For how many whole months the claimant has been founded, at least and at most."""
        profile, said = self.profile, self.profile.stated("成立")
        if profile.founded is None or profile.founded_by is None or said is None:
            return None
        last = min(profile.founded_by, self.day)
        return Range(months_between(last, self.day), months_between(profile.founded, self.day), said)

    @cached_property
    def age(self) -> Range | None:
        """The age of the person in whole years."""
        for said in self.free:
            if _OF_STAFF.search(said.text) or of_other_person(said.text):
                continue
            stated = _AGE.search(said.text) or _AGED.search(said.text)
            if stated and affirms(said.text):
                age = Decimal(next(g for g in stated.groups() if g))
                return Range(age, age, said)
            born = _BORN.search(said.text)
            if born:
                month = int(born[2] or 12)
                late = self.day.year - int(born[1]) - (self.day.month < month)
                early = self.day.year - int(born[1]) - (self.day.month < int(born[2] or 1))
                return Range(Decimal(late), Decimal(early), said)
        return None

    @cached_property
    def sex(self) -> str | None:
        """男 or 女, where a statement says so."""
        found = (_SEX.search(s.text) for s in self.free)
        return next((m.group()[0] for m in found if m), None)

    @cached_property
    def headcount(self) -> Range | None:
        """How many people there are, as far as is said (不到20人)."""
        said, count = self.profile.stated("人数"), self.profile.headcount
        return self._spread(said, Decimal(count), "人") if said and count is not None else None

    @cached_property
    def revenue(self) -> Range | None:
        """The turnover in 元, stated under its key or freely."""
        said, value = self.profile.stated("营业收入"), self.profile.revenue
        if said and value is not None:
            return self._spread(said, value, "元")
        told = (
            m
            for s in self.free
            if _TURNOVER.search(s.text) and affirms(s.text)
            for m in measures(s, self.day)
            if m.unit == "元"
        )
        return next((Range(m.low, m.high, m.said) for m in told), None)

    def _spread(self, said: Statement, value: Decimal, unit: str) -> Range:
        """What a value under a key is at least and at most, by the words around it there (不到500万元)."""
        told = next((m for m in measures(said, self.day) if m.unit == unit), None)
        return Range(told.low, told.high, said) if told else Range(value, value, said)

    @cached_property
    def figures(self) -> tuple[tuple[Measure, frozenset[str]], ...]:
        """What the free statements measure, with the pairs of characters around it; 全年 is twelve months.

        Who has paid all along (一直交着) has for as long as he says to be at work.
        """
        found: list[tuple[Measure, frozenset[str]]] = []
        worked = [m for s in self.free if AT_WORK.search(s.text) for m in measures(s, self.day) if m.unit == "个月"]
        for said, spoken in self.grams[: len(self.free)]:
            own = measures(said, self.day)
            if not own and worked and _ALL_ALONG.search(said.text) and affirms(said.text):
                own = [Measure("个月", worked[0].low, worked[0].high, said)]
            elif not own and _ALL_ALONG.search(said.text) and affirms(said.text):
                own = self._since(said)
            whole = spoken if len(grams(said.text)) > 4 else spoken | self._around(said)
            found += [(m, whole) for m in own]
        return tuple(found)

    def _since(self, said: Statement) -> list[Measure]:
        """How long something has lasted that began on the day its statement gives (10月引进1人，一直在岗)."""
        whole = next((s for s in self.profile.statements if s.key == said.key and said.text in s.text), said)
        for mention in find_dates(whole.text):
            if mention.first_day and mention.last_day and mention.first_day <= self.day.isoformat():
                last = min(date.fromisoformat(mention.last_day), self.day)
                since = date.fromisoformat(mention.first_day)
                return [Measure("个月", months_between(last, self.day), months_between(since, self.day), said)]
        return []

    def _around(self, said: Statement) -> frozenset[str]:
        """The pairs of the statement that a short clause stands in."""
        whole = next((s for s in self.profile.statements if s.key == said.key and said.text in s.text), said)
        return grams(whole.text) | spoken_of(whole.text)

    @cached_property
    def grams(self) -> tuple[tuple[Statement, frozenset[str]], ...]:
        """The pairs of characters of each free statement, with those of words that stand for its own.

        A statement of several clauses that denies nothing counts as a whole besides.
        """
        wholes = (
            s
            for s in self.profile.statements
            if s.key == "情况" and s not in self.free and affirms(s.text) and not is_answer(s.text)
        )
        return tuple((s, grams(s.text) | spoken_of(s.text)) for s in (*self.free, *wholes))


def _clauses(text: str) -> list[str]:
    """The clauses of a statement; one that only says what became of the one before stays with it."""
    found: list[str] = []
    at = 0
    for match in [*_CLAUSE.finditer(text), None]:
        end = match.start() if match else len(text)
        clause = text[at:end]
        if found and _TURNED.fullmatch(clause):
            found[-1] = text[text.rindex(found[-1], 0, at) : end]
        elif clause.strip():
            found.append(clause)
        at = match.end() if match else end
    return found


_AGO = {"今年": 0, "去年": 1, "前年": 2}
_RELATIVE = re.compile("(?<!大)前年|去年|今年")


_LEFT = r"(?:毕业|退役|退伍|离校|出站|复员|转业)"
#: What may stand between a date and what was done on it (2024年6月从…大学本科毕业)
_TO_LEAVE = re.compile(
    r"(?:[初底份夏春秋冬天，的从由在]|上半年|下半年|大学|本科|大专|专科|硕士|博士|研究生|高校|高职|中专|技校|全日制|普通|部队|军队|自主就业|"
    r"[\u4e00-\u9fff]{2,10}(?:大学|学院|学校))*" + _LEFT + r"|届"
)
_A_YEAR = 1900  # so many years are no term
_LEFT_ON = re.compile(_LEFT + r"(?:时间|日期|后|已|了|满|[是为于在：:])*$")


def graduated(said: Statement, day: date) -> Range | None:
    """How many months ago somebody graduated, or was discharged, by a statement (毕业3年内, 2024年6月毕业).

    Only a date or a term that touches the leaving counts: 2024年进厂的高校毕业生 tells of another year.
    """
    for quantity in find_quantities(said.text):
        months = quantity.months if quantity.value < _A_YEAR else None
        after = said.text[quantity.end :]
        on = _LEFT_ON.search(said.text[: quantity.start])
        if months is not None and re.match(r"[之以]?内|以下", after):
            if on or re.match(r"[之以]?内" + _TO_LEAVE.pattern.removesuffix("|届"), after):
                return Range(Decimal(0), months, said)
            continue
        if months is not None and on:
            return Range(months, months + (0 if quantity.raw.startswith("半") else 11), said)
    text = _RELATIVE.sub(lambda m: f"{day.year - _AGO[m.group()]}年", said.text)
    for mention in find_dates(text):
        first, last = mention.first_day, mention.last_day
        touches = _TO_LEAVE.match(text, mention.end) or _LEFT_ON.search(text[: mention.start])
        if first and last and not mention.until and touches:
            ends = (date.fromisoformat(first), min(date.fromisoformat(last), day))
            return Range(months_between(ends[1], day), months_between(ends[0], day), said)
    if "应届" in said.text:
        return Range(Decimal(0), Decimal(12), said)
    cohort = re.search(r"(20\d\d)届", said.text)
    if cohort:
        year = int(cohort[1])
        return Range(
            max(Decimal(0), months_between(date(year, 12, 31), day)), months_between(date(year, 1, 1), day), said
        )
    return None
