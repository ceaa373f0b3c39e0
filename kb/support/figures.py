"""Conditions with figures: how long in business, how old, how many people, how much turnover, and other quantities."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from kb.support.ages import ages_in
from kb.support.bounds import bound_of
from kb.support.facts import Facts, Range
from kb.support.hiring import for_them, took_on
from kb.support.meanings import grams
from kb.support.measures import Measure, countable
from kb.support.polarity import affirms, denials
from kb.support.profile import TURNOVER, Statement
from kb.support.reading import Finding, State, found
from kb.text.quantity import Quantity

#: How long a business has been run: its verbs, and nothing but what joins them to the figure (登记失业 is none)
_BUSINESS = re.compile(
    r"(?<!失业)(?<!就业)(?<!求职)(?<!婚姻)(?<!户口)(?<!居住)(?<!商标)(?<!专利)(?<!产权)(?<!备案)(?<!合同)"
    r"(?:(?:自|从)?(?:首次)?(?:办理|领取?|取得)?了?(?:工商|市场主体|营业执照|企业|经济实体)*(?:正常|连续|实际|稳定|持续|依法|已经?|入驻时|[后并且])*"
    r"(?:经营|运营|运行|营业|成立|注册|登记|开业|存续|设立|创办|执照)(?:企业|公司)?(?:之日)?(?:起|后)?)+"
    r"(?:时间|年限|期限|日期)?(?:之日|当日|以来)?(?:起|后|已经?|在|为|均|应当?|须|的|算|计|至今|到现在)*$"
)
#: A count of all who work there: it begins its clause, or stands behind what they are by
_STAFF = re.compile(
    r"(?:^|(?<=[，。；：、的])|(?<=企业)|(?<=单位)|(?<=公司)|(?<=有))(?:现有|在职|从业|参保|用工|全部|全体|平均|年末|上年度|企业|单位)*"
    r"(?:职工|员工|从业人员|人数|人员规模|用工规模)(?:总数|人数|规模)*(?:为|在|达|共|有|应当?|须|[:：\s])*$"
)
_TURNOVER = re.compile(rf"(?:上一?年度?|年度?)?(?:{TURNOVER})[^，。；\d]{{0,6}}$")
_TERMS = ("个月", "年", "周年")


def figures_in(text: str, facts: Facts) -> Iterator[Finding]:
    """The parts of a condition that state figures."""
    yield from ages_in(text, facts)
    for quantity in countable(text):
        before = text[: quantity.start]
        if quantity.unit in _TERMS:
            yield from _business(text, quantity, facts)
        elif (
            quantity.unit == "人"
            and _STAFF.search(text[: bound_of(text, quantity)[1]])
            and not re.search(r"%|招用|新增", before)
        ):
            yield _staff(text, quantity, facts)
        elif quantity.unit == "人" and _EMPLOYS.search(text) and not _said_of_jobs(facts):
            yield _employing(text, quantity, facts)
        elif quantity.unit == "元" and _TURNOVER.search(text[: bound_of(text, quantity)[1]]):
            yield _compared(text, quantity, _TURNOVER, facts.revenue)
    yield from _rates(text, facts)
    yield from _others(text, facts)


#: How a business must have been run, which the day of its founding does not tell
_RUN = re.compile("正常|连续|持续|稳定|实际")
_RUNS = re.compile(
    r"(?:正常|一直|持续|连续|稳定|照常|[天每]天|始终)(?:都|在|是)*(?:经营|营业|运营|运行|生产|开[门着业]|在[开做])|"
    r"(?:经营|营业|运营|运行|生产)(?:一直|都|很|情况|状况)*(?:正常|稳定|良好|至今|到现在)|没有?(?:停|歇|断)过?(?:业|经营|营业)?|"
    r"(?:经营|营业|运营|运行|开业|开店|开|做)了?(?:已经?|满|有|快|近)?[\d一二两三四五六七八九十半]+(?:多|余)?个?[月年]|"
    r"(?:至今|现在|目前)(?:仍|还|都)?在?(?:正常)?(?:经营|营业|运营)|开到现在"
)
_CLOSED = re.compile("停业|歇业|注销|没(?:有)?(?:开业|营业|经营)|未(?:开业|营业|经营)|一直没开|关门|倒闭")
_RATE = re.compile(
    r"(?:上?年度|\d{4}年度?)?(?P<what>[\u4e00-\u9fff]{2})率(?:要求)?[：:]?(?:符合要求|(?:不高于|"
    r"不超过|低于|控制在)[\d.]+[%％](?:以[内下])?)"
)


def _rates(text: str, facts: Facts) -> Iterator[Finding]:
    """A rate that must not be high (裁员率不高于5.5%): met where the thing itself is denied (没有裁员)."""
    for match in _RATE.finditer(text):
        none = next(
            (
                s
                for s in facts.free
                if re.search(rf"(?:没有?|未|无|零){match['what']}|(?:没有?|未){match['what'][0]}过?(?:一个)?人", s.text)
            ),
            None,
        )
        if none:
            other = any(match["what"] in s.text and affirms(s.text) for s in facts.free)
            yield found(match.start(), match.end(), None if other else True, none)
            continue
        most = next((q for q in countable(match.group()) if q.unit == "%"), None)
        for said in facts.free if most else ():
            stated = re.search(rf"{match['what']}率[^，\d]{{0,4}}([\d.]+)\s*[%％]", said.text)
            if stated and most:
                yield found(match.start(), match.end(), Decimal(stated[1]) <= most.value, said)
                break


def _business(text: str, quantity: Quantity, facts: Facts) -> Iterator[Finding]:
    """正常经营满6个月, 成立不超过5年, 自领取营业执照之日起3年内."""
    bound, start, end = bound_of(text, quantity)
    said = _BUSINESS.search(text[:start])
    if not said or re.search(r"劳动合同|缴纳|缴费|保险|毕业|招用|退役|入驻", said.group()):
        return
    known = facts.operated
    since = re.search(r"(?:之日|日期|当日)", said.group())
    tail = re.match(r"(?:申请|提出申请|的)?", text[end:])
    end += tail.end() if tail and since else 0
    if known:
        closed = any(_CLOSED.search(s.text) for s in facts.free)
        holds = None if closed or bound is None else bound.holds(known)
        runs = next((s for s in facts.free if _RUNS.search(s.text)), None)
        if holds and bound and bound.least and _RUN.search(said.group()):
            holds = True if runs else None
            yield found(said.start(), end, holds, known.said, runs)
        else:
            yield found(said.start(), end, holds, known.said)


def _compared(text: str, quantity: Quantity, name: re.Pattern[str], known: Range | None) -> Finding:
    bound, start, end = bound_of(text, quantity)
    said = name.search(text[:start])
    begin = said.start() if said else start
    return found(begin, end, bound.holds(known) if bound and known else None, known.said if known else None)


#: So many have work by the claimant (带着七十多人干活)
_WORKS_FOR = re.compile(
    r"带动|(?:带[着了领]?|解决|安排|吸收|养[着活])[^，。；]{0,10}(?:干活|就业|上班|做工|做事|务工|挣钱)"
)
_GONE = re.compile("离职|辞[职退]|走了|遣散|解散")
_EMPLOYS = re.compile(r"(?:带动|吸纳|解决)[^，。；]{0,10}就业")
_OF_GROUP = re.compile("毕业|人员|军人|士兵|残疾|农民|妇女|群体|对象|劳动力|学生|青年|参保|社保|社会保险|新增|新招")


def _said_of_jobs(facts: Facts) -> bool:
    return any("就业" in known.said.text for known, _ in facts.figures if known.unit == "人")


def _staff(text: str, quantity: Quantity, facts: Facts) -> Finding:
    """职工不少于20人; that as many are insured or under contract does not follow from how many there are."""
    made = _compared(text, quantity, _STAFF, facts.headcount)
    bound = bound_of(text, quantity)[0]
    counted = _COUNTED.search(text) and made.state is State.MET and bound and bound.low is not None
    return found(made.start, made.end, None) if counted else made


_COUNTED = re.compile("参保|社保|社会保险|劳动合同|在册|全职|新招|招用")


def _employing(text: str, quantity: Quantity, facts: Facts) -> Finding:
    """带动3人以上就业, by how many were taken on: how many there are, and who they are, does not tell."""
    bound, start, end = bound_of(text, quantity)
    clause = _EMPLOYS.search(text)
    hired = (m for m, _ in facts.figures if m.unit == "人" and (took_on(m.said.text) or _WORKS_FOR.search(m.said.text)))
    gone = any(_GONE.search(s.text) for s in facts.free)
    known = None if gone or _OF_GROUP.search(text) else next((Range(m.low, m.high, m.said) for m in hired), None)
    begin, stop = (min(start, clause.start()), max(end, clause.end())) if clause else (start, end)
    return found(begin, stop, bound.holds(known) if bound and known else None, known.said if known else None)


def _others(text: str, facts: Facts) -> Iterator[Finding]:
    """Other quantities, held against free statements with the same unit that speak of the same thing."""
    for quantity in countable(text):
        if quantity.unit in ("", "天", "日", "岁"):
            continue
        bound, start, end = bound_of(text, quantity)
        around = text[max(0, quantity.start - 16) : quantity.start] + text[quantity.end : quantity.end + 10]
        about = grams(re.sub(r"不少于|不低于|不超过|以上|以下|以内|至少|超过|达到|每年", "", around))
        none = _denied(about, facts)
        if none:
            yield found(start, end, not bound.least if bound else None, none)
            continue
        told = _told(text, quantity, about, facts)
        most = max((shared for shared, _, _ in told), default=0)
        best = [(known, spoken) for shared, known, spoken in told if shared == most]
        states = {bound.holds(Range(k.low, k.high, k.said)) if bound else None for k, _ in best}
        holds = states.pop() if len(states) == 1 else None  # where statements say as much and disagree, it is open
        if holds is False and most < 3 and most * 2 < len(about):
            holds = None  # too little in common to contradict
        for known, spoken in best[:1]:
            yield found(*_covered(text, start, end, spoken), holds, known.said)


def _told(
    text: str, quantity: Quantity, about: frozenset[str], facts: Facts
) -> list[tuple[int, Measure, frozenset[str]]]:
    """The figures of statements that may be of what a quantity is of, with how much they share with it."""
    unit = quantity.unit if quantity.months is None else "个月"
    before = text[max(0, quantity.start - 16) : quantity.start]
    before = before if any(t.search(before) for t in _TOPICS) else text
    least = 3 if unit == "%" else min(2, max(1, len(about) // 2))
    return [
        (shared, known, spoken)
        for known, spoken in facts.figures
        if known.unit == unit
        and affirms(known.said.text)
        and not _apart(before, known.said.text)
        and not for_them(known.said.text, text)
        and (shared := len(about & spoken)) >= least
    ]


#: What a term may be the term of: a contract's is not that of contributions
_TOPICS = tuple(
    re.compile(words)
    for words in (
        "合同",
        "社保|社会保险|保险|缴|参保|交着|交了",
        "经营|运营|营业|成立|开业|开了|开店",
        "上班|就业|在岗|工作|干了|入职|全职",
        "毕业|离校",
        "出站",
        "退役|退伍",
        "租|房",
        "面积|平方",
    )
)


#: At work, one has contributed and been under contract as long
_LASTING = frozenset({3})


def _apart(one: str, other: str) -> bool:
    """Whether a condition and a statement speak of the terms of different things."""
    mine, theirs = ({i for i, t in enumerate(_TOPICS) if t.search(text)} for text in (one, other))
    return bool(mine and theirs and not mine & theirs and not theirs & _LASTING)


def _denied(about: frozenset[str], facts: Facts) -> Statement | None:
    """The statement that there is none of what a figure counts (没有新招用人员 against 新招用人员达到10%)."""
    for said in facts.free:
        denial = next(iter(denials(said.text)), None)
        thing = grams(said.text[denial.end() :]) if denial else frozenset()
        if len(thing) > 2 and len(thing & about) * 3 >= len(thing) * 2:
            return said
    return None


def _covered(text: str, start: int, end: int, spoken: frozenset[str]) -> tuple[int, int]:
    """The range around a figure that the statement speaks of as well, within the clause."""
    while (
        start > 0
        and text[start - 1] not in "，；。、"
        and (text[max(0, start - 2) : start] in spoken or text[start - 1 : start + 1] in spoken)
    ):
        start -= 1
    while (
        end < len(text)
        and text[end] not in "，；。、"
        and (text[end : end + 2] in spoken or text[end - 1 : end + 1] in spoken)
    ):
        end += 1
    return start, end
