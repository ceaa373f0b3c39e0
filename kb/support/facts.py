"""What a profile says, made ready for being held against conditions: ages, figures, identities, each with its words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache

from kb.support.applicable import Scope
from kb.support.profile import Profile, Statement
from kb.text.dates import find_dates
from kb.text.lexicon import synonyms
from kb.text.quantity import Quantity, find_quantities

_AGE = re.compile(r"(?<!\d)(\d{2})\s*周?岁")
_BORN = re.compile(r"(\d{4})年(?:(\d{1,2})月)?(?:\d{1,2}日)?出?生")
_SEX = re.compile(r"女性?(?!儿)|男性?")
DENIES = re.compile(
    r"不在(?=[^，]{0,12}名)|(?<!从)未(?!来|必|满|婚)|没有|没(?!落)|尚无|从未|并非|不是|不属于|不具备|不享受|(?<![\u4e00-\u9fff])无(?!人机|"
    r""
    r""
    r"线|障碍|土)|不(?=[满足])"
)
_CLAUSE = re.compile(r"[，,；;。]")
#: What people say of their case, and what documents write for it
_MEANS = tuple(
    (re.compile(said), written)
    for said, written in (
        (r"亲戚|亲属|父母|家里人|家人|自家|自己的房", "直系亲属，本人或直系亲属，亲属房产，近亲属"),
        (r"房东|房子|门面|铺面|店面", "房产，用房，经营场地，经营用房，租用，物业"),
        (r"爱人|老婆|老公|丈夫|妻子|夫妻|单身|未婚|配偶", "配偶，申请人及配偶"),
        (r"(?:没有?|无|未)[^，]{0,4}房(?!租)|名下[^，]{0,6}(?:没|无)[^，]{0,4}房", "自有住房，没有自有住房，购房，购买住房"),
        (r"备了?过?案", "登记备案，合同登记备案，已经登记备案"),
        (r"租房[^，]{0,4}合同|租赁合同|房租合同", "住房租赁合同，租赁合同"),
        (r"云服务|上云", "购买云服务，企业上云"),
        (r"租[用了的着]?[^，]{0,6}(?:店|铺|门面|房|场地|厂|楼)", "租用经营场地，租用经营用房，租赁经营场所"),
        (r"社保|社会保险|养老保险|失业保险|参保|养老[和、]|职工养老", "参加社会保险，缴纳社会保险费，参加职工社会保险"),
        (r"社保|五险", "缴纳职工基本养老保险，职工养老保险费，失业保险费，基本医疗保险费"),
        (r"上班|干了|入职|工作", "就业，在岗，到企业就业，在职"),
        (r"第一次[^，]{0,8}(?:贷款|借款)|首次[^，]{0,4}贷款", "首贷"),
        (r"买了?[^，]{0,8}房", "购买自住商品住房，购房，购买住房"),
        (r"生了?[^，]{0,2}[二三两]孩|[二三]孩|[二三两]个孩子", "生育二孩，生育三孩，多子女家庭"),
        (r"领过|拿过|享受过|领了|拿了", "领取过，领取，享受过"),
        (r"头一年|第1年", "第一年"),
        (r"起租|租了|租的|租用|租着", "连续租满，租用"),
        (r"房租|场租", "租金，租金减免"),
        (r"养老", "基本养老保险费，职工养老保险费，养老保险"),
        (r"医保|医疗", "基本医疗保险费，职工基本医疗保险费"),
        (r"签了?[^，租房]{0,6}(?<![租房赁])合同|(?<![租房赁易务同购])合同", "签订劳动合同"),
        (r"灵活就业登记", "办理灵活就业登记"),
        (r"没有?领过|没有?享受过|没有?拿过", "领取过，享受过，已享受，取得"),
        (r"没有?裁员|未裁员|零裁员", "裁员率不高于，裁员率符合要求"),
        (r"足额|交[清着满齐]|缴[清满]", "足额缴费，缴纳，费用已缴清"),
        (r"无失信|没有失信|信用良好", "未被列入严重违法失信名单，没有列入严重失信主体名单"),
        (r"新招|招了|招用|招聘|[请雇]了?[\d一二两三四五六七八九十]+[名个]", "招用他人，招用人员，招用员工"),
        (r"(?:自己|个人|本人)[^，]{0,8}[交缴]", "以个人身份缴纳"),
    )
)
_PLAIN = re.compile(r"[^\u4e00-\u9fffA-Za-z]+")


@dataclass(frozen=True, slots=True)
class Range:
    """The months, years or count something is, between two bounds, and the statement that says so."""

    low: Decimal
    high: Decimal
    said: Statement


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a statement: its unit (terms in 个月), and what it is at least and at most (一年多, 不到3个月)."""

    unit: str
    low: Decimal
    high: Decimal
    said: Statement


_TURNOVER = re.compile(r"营业收入|营收|销售额|营业额|销售收入")
_ALL_ALONG = re.compile(r"一直|每个?月都|没有?断|从未中断|连续|按月")
AT_WORK = re.compile(r"上班|工作|入职|在职|在岗|就业|干了")
_SINCE_MONTH = re.compile(r"(?:(?P<year>\d{4})年|(?P<last>去年))?(?P<month>\d{1,2})月份?(?:初|底|\d{1,2}日)?(?:起|开始|以来|(?=到[^，]*(?:上班|工作))|就?(?=入职|租))")
_AN = re.compile(r"一(?:家|个(?!月)|名|间)")
_TENTHS = re.compile(r"([一二三四五六七八九])成(半)?")
_NOT_QUITE = re.compile(r"(?:不到|不足|不满|未满|还没到|没到|没满|快|将近|差不多)$")
_AND_MORE = re.compile(r"多|[余几]|以上")


def measures(said: Statement, day: date) -> list[Measure]:
    """The figures of a statement, terms in months; since a month (从4月起) is as long as that is ago."""
    text, found = said.text, []
    for quantity in find_quantities(text):
        if _is_date(quantity, text) or _AN.match(text, quantity.start):
            continue
        months = quantity.months
        value, unit = (months, "个月") if months is not None else (quantity.value, quantity.unit)
        low = high = value
        if _NOT_QUITE.search(text[: quantity.start]):
            low, high = Decimal(0), value - (Decimal("0.5") if months is not None else 1)
        elif _AND_MORE.match(text[quantity.end :]):
            high = value + (11 if months is not None and quantity.unit != "个月" else value)
        found.append(Measure(unit, low, high, said))
    for match in _TENTHS.finditer(text):
        share = Decimal("一二三四五六七八九".index(match[1]) + 1) * 10 + (5 if match[2] else 0)
        found.append(Measure("%", share, share, said))
    if "全年" in text:
        found.append(Measure("个月", Decimal(12), Decimal(12), said))
    if not any(m.unit == "个月" for m in found):
        for match in _SINCE_MONTH.finditer(text):
            year = int(match["year"] or day.year - bool(match["last"]))
            month = int(match["month"])
            if 1 <= month <= 12 and (first := date(year, month, 1)) <= day:
                ago = months_between(first, day)
                found.append(Measure("个月", max(Decimal(0), ago - 1), ago, said))
    return found


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
        told = (s for s in self.profile.statements if s.key == "情况")
        return tuple(Statement(s.key, c) for s in told for c in _CLAUSE.split(s.text) if c.strip())

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
            stated = _AGE.search(said.text)
            if stated and not DENIES.search(said.text):
                return Range(Decimal(stated[1]), Decimal(stated[1]), said)
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
        """How many people there are."""
        said, count = self.profile.stated("人数"), self.profile.headcount
        return Range(Decimal(count), Decimal(count), said) if said and count is not None else None

    @cached_property
    def revenue(self) -> Range | None:
        """The turnover in 元, stated under its key or freely."""
        said, value = self.profile.stated("营业收入"), self.profile.revenue
        if said and value is not None:
            return Range(value, value, said)
        told = (m for s in self.free if _TURNOVER.search(s.text) for m in measures(s, self.day) if m.unit == "元")
        return next((Range(m.low, m.high, m.said) for m in told), None)

    @cached_property
    def figures(self) -> tuple[tuple[Measure, frozenset[str]], ...]:
        """What the free statements measure, with the pairs of characters around it; 全年 is twelve months.

        Who has paid all along (一直交着) has for as long as he says to be at work.
        """
        found: list[tuple[Measure, frozenset[str]]] = []
        worked = [m for s in self.free if AT_WORK.search(s.text) for m in measures(s, self.day) if m.unit == "个月"]
        for said, spoken in self.grams[: len(self.free)]:
            own = measures(said, self.day)
            if not own and worked and _ALL_ALONG.search(said.text) and not DENIES.search(said.text):
                own = [Measure("个月", worked[0].low, worked[0].high, said)]
            elif not own and _ALL_ALONG.search(said.text) and not DENIES.search(said.text):
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
        wholes = (s for s in self.profile.statements if s.key == "情况" and s not in self.free and not DENIES.search(s.text))
        return tuple((s, grams(s.text) | spoken_of(s.text)) for s in (*self.free, *wholes))


def _is_date(quantity: Quantity, text: str) -> bool:
    """Whether a quantity is part of a date (2025年, 7月) or an ordinal (第一年)."""
    return (
        (quantity.unit == "年" and quantity.value >= 1900)
        or quantity.unit in ("月", "日", "号", "届")
        or text[quantity.start - 1 : quantity.start] == "第"
    )


def countable(text: str) -> list[Quantity]:
    """The quantities of a condition that say how much, and are no date, ordinal or share of a list."""
    found = [q for q in find_quantities(text) if not _is_date(q, text)]
    return [
        q
        for q in found
        if not re.match(r"[\u4e00-\u9fff]{0,6}中的", text[q.end :])
        and not re.search(r"每(?:招用|吸纳|新增|户|孵化成功|毕业)?$", text[: q.start])
    ]


def months_between(start: date, end: date) -> Decimal:
    """Whole months from one day to a later one."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return Decimal(months - (end.day < start.day))


def grams(text: str) -> frozenset[str]:
    """The pairs of neighbouring Han characters and letters of a text."""
    return frozenset(run[i : i + 2] for run in _PLAIN.split(text) for i in range(len(run) - 1))


def graduated(said: Statement, day: date) -> Range | None:
    """How many months ago somebody graduated, or was discharged, by a statement (毕业3年内, 2024年6月毕业)."""
    for quantity in find_quantities(said.text):
        months = quantity.months
        if months is not None and re.match(r"[之以]?内|以下", said.text[quantity.end :]):
            return Range(Decimal(0), months, said)
        if months is not None and quantity.raw.startswith("半") and re.search(r"(?:毕业|退役|出站)$", said.text[: quantity.start]):
            return Range(months, months, said)
        if months is not None and re.search(r"(?:毕业|退役|离校|出站|退伍)(?:已|了|满)?$", said.text[: quantity.start]):
            return Range(months, months + 11, said)
    mentions = find_dates(said.text)
    near = [d for d in mentions if re.match(r"[^，]{0,8}?(?:毕业|退役|离校|出站|届)", said.text[d.end :])]
    for mention in near or mentions:
        first, last = mention.first_day, mention.last_day
        if first and last and not mention.until:
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


@lru_cache(maxsize=4096)
def spoken_of(text: str) -> frozenset[str]:
    """Pairs of the words of the genre that stand for words of a text."""
    found: set[str] = set()
    for pattern, written in _MEANS:
        if pattern.search(text):
            found.update(grams(written))
    for word, others in synonyms().items():
        if len(word) > 2 and word in text:
            found.update(g for other in others for g in grams(other))
    return frozenset(found)


def any_said(statements: Iterable[Statement], pattern: re.Pattern[str]) -> Statement | None:
    """The first statement that affirms what a pattern finds."""
    return next((s for s in statements if pattern.search(s.text) and not DENIES.search(s.text)), None)
