"""Conditions on who a person is (身份): lists of persons, of whom any will do, by the words people use for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.support.bounds import bound_of
from kb.support.conditions import is_identity
from kb.support.facts import Facts, graduated
from kb.support.hiring import takes_on, took_on
from kb.support.places import NAMED, SELF, household
from kb.support.polarity import affirms, denies
from kb.support.profile import Statement
from kb.support.reading import Finding, found
from kb.support.speaking import of_kin
from kb.text.quantity import find_quantities

#: Groups of persons: how documents name them, and what a statement must say for somebody to be one.
_GROUPS: dict[str, tuple[str, str]] = {
    "毕业生": (
        r"毕业[\d一二两三四五]+年(?:以?内)?的(?:大?学生|人员)|(?:普通)?(?:高等?学?校|大学|大中专|大专|本科|技师学院|技工院校|应届)?(?:应届)?毕业生|大学毕业生",
            r"毕业生|应届生|毕业\s*\d|(?:大学|本科|大专|硕士|博士|研究生|高职|中专|技校)[^，]{0,6}毕业|"
            r"届[^，]{0,6}毕业|毕业于|[\d月天年]毕业|毕业[^，]{0,12}大学生|"
            r"届(?:的)?(?:大学|大专|本科|硕士|博士)生?|应届(?:大学)?生",
    ),
    "在校生": (r"在校(?:大学)?生|在校(?:大)?学生", r"在校|在读|大[一二三四]学?生"),
    "失业": (r"(?:登记)?失业(?:人员|青年)|登记失业的?人员", r"登记失业|失业登记|失业人员|办[理了过]*失业"),
    "困难": (r"(?:城镇)?就业困难(?:人员|群体|对象)", r"就业困难"),
    "军人": (
        r"军转干部|(?:自主就业|自主择业)?(?:的)?退役(?:军人|士兵|大学生士兵)",
        r"退役军人|退役士兵|退伍|复员|转业|(?:部队|军队)退役|退役",
    ),
    "返乡": (
        r"返乡(?:入乡|下乡)?(?:创业)?(?:人员|农民工|青年)|返乡创业农民工|返乡农民工|入乡创业人员",
        r"(?:在外|外出|外地)[^，]{0,4}(?:打工|务工|求学|上学)|回(?:来|老家|村)[^，]{0,10}(?:创业|开|办|领)|(?:返乡|回乡|入乡|下乡)(?!(?:入乡)?(?:创业)?(?:园|基地|项目))",
    ),
    "残疾": (r"(?:持证)?残疾人|残疾人员", r"残疾(?!人?(?:用品|器具|服务|产品|机构))"),
    "低保": (r"(?:最低生活保障|低保)(?:家庭)?(?:成员|人员|对象|家庭)", r"低保|最低生活保障"),
    "脱贫": (r"(?:脱贫|建档立卡|监测对象)[^，、]{0,8}(?:人员|人口|劳动力|户|家庭)", r"脱贫|建档立卡"),
    "农民工": (r"(?<!返乡)(?<!返乡创业)农民工", r"农民工|进城务工|外出务工"),
    "港澳": (
        r"港澳(?:台)?(?:青年|居民|人员)",
        r"(?:香港|澳门|港澳)[^，]{0,4}(?:居民|人(?!民)|青年|籍|户|身份)|"
        r"来自(?:香港|澳门|港澳)",
    ),
    "留学": (r"留学(?:回国)?(?:人员|生|人才)|海外留学人员", r"留学|海归"),
    "女性": (r"妇女|女性", r"女"),
    "博士后": (r"博士后(?:研究)?(?:人员)?", r"博士后(?!工作站|科研|平台|流动站)"),
    "灵活就业": (r"灵活就业人员", r"灵活就业"),
}  # fmt: skip
_WHO = {name: re.compile(document) for name, (document, _) in _GROUPS.items()}
_SAID = {name: re.compile(statement) for name, (_, statement) in _GROUPS.items()}
_BREAK = re.compile(r"[、，,；;]|以及|或者|和(?!谐)|或(?!许)|及(?!时|以上|其)")
_TERM = re.compile(
    r"(?:毕业|退役|离校|退伍|出站)(?:时间)?(?:后|已)?(?:未超过|不超过|未满|不满|在)?[\d一二三四五六七八九十两]+\s*(?:年|"
    r"个月)(?:以?内|之内|内)?(?:、|、?且)?"
)
_DEGREES = ("大专", "本科", "硕士", "博士")
_DEGREE = re.compile(r"(?:全日制)?(?:大学)?(大专|专科|本科|硕士|博士)(?:研究生)?(?:及?以上)?(?:学历|学位)?(?:的)?")
_LOW_DEGREE = re.compile(r"(?:高中|初中|小学|职高)(?:学历|文化|毕业)")
#: Words of a name that ask for nothing more
_PLAIN = re.compile(
    r"下列人员|离校|普通|全日制(?=本科|大专)|自主就业|自主择业|登记|持证|应届|高校|高等|学校|"
    r"大学|的|等|对象|为|是|创业|人员|本人|（[^）]*）|\([^)]*\)|"
    r"仍?未就业|仍|招用|吸纳|新招|聘用|\d{4}届|[一二三]类人员|[（(）)“”：:\s、，]|包括|含|具有|者|凡|对于|对|本市|我市|在"
)


_HOUSEHOLD = re.compile(
    rf"(?P<where>{SELF}|{NAMED})户(?:籍|口)|户(?:籍|口)(?:所在地)?[在为是](?P<there>{SELF}|{NAMED})"
)
_NO_JOB = re.compile(
    r"(?:未|没有?)(?:在|与|被)?(?:用人)?(?:单位)?(?:就业|录用)|没有?找到工作|(?:没有?|未)工作|待业|"
    r"(?:没有?|未)(?:进|找|签)过?(?:单位|工作)|没有?上过班|没有?(?:上班|工作)过"
)


@dataclass(frozen=True, slots=True)
class _Alternative:
    start: int
    end: int
    text: str
    group: str


def identities_in(text: str, facts: Facts) -> Iterator[Finding]:
    """One finding for the list of persons a condition names: met by any of them."""
    alternatives = list(_alternatives(text))
    if not alternatives:
        yield from _degrees(text, facts)
        return
    taking = takes_on(text)
    told = [s for s in facts.free if took_on(s.text) is taking]
    states = [_holds(a, facts, told) for a in alternatives]
    start, end = alternatives[0].start, _list_end(text, alternatives[-1].end)
    met = next((said for state, said in states if state is True), None)
    if met:
        yield found(start, end, True, *met)
    elif all(state is False for state, _ in states):
        yield found(start, end, False, *(s for _, said in states for s in said))
    else:
        yield found(start, end, None)


def names_others(text: str, facts: Facts) -> bool:
    """Whether a condition names persons who claim, not whom they take on, and none the claimant says to be."""
    if takes_on(text):
        return False
    groups = {a.group for a in _alternatives(text)} | ({_CLASS} if _CLASSED.search(text) else set())
    return bool(groups) and not groups & set(told_of(facts))


def takes_others(text: str, facts: Facts) -> bool:
    """Whether a condition names persons to be taken on, and the claimant took on others alone."""
    if not takes_on(text):
        return False
    asked = {a.group for a in _alternatives(text)}
    told = [s for s in facts.free if took_on(s.text) and affirms(s.text)]
    groups = {name for name, pattern in _SAID.items() if any(pattern.search(s.text) for s in told)}
    return bool(asked and groups) and not asked & groups


_CLASS = "人才类别"
_CLASSED = re.compile(r"[A-H]类[^，。；]{0,8}人才|高层次人才|人才证")


def told_of(facts: Facts) -> tuple[str, ...]:
    """The groups of persons the claimant says to be of."""
    own = [s for s in facts.free if not took_on(s.text) and affirms(s.text)]
    told = [name for name, pattern in _SAID.items() if name != "女性" and any(pattern.search(s.text) for s in own)]
    return (*told, *([_CLASS] if any(_CLASSED.search(s.text) for s in own) else []))


_HAS_DEGREE = re.compile(
    r"(?:具有|取得)?(?:全日制)?(?:大学)?(?:大专|专科|本科|硕士|博士)(?:研究生)?(?:及|（含）)?以上(?:学历|学位)"
)
_SINCE = re.compile(
    r"(?:毕业|出站|退役)(?:时间)?(?:后)?(?:未满|未超过|不超过|不满|在)?[\d一二两三四五六七八九十]+年(?:以?内|之内)?"
)


def _degrees(text: str, facts: Facts) -> Iterator[Finding]:
    """A degree asked for, and the years since, where no person is named (具有大专以上学历，毕业未满5年)."""
    has = next((s for s in facts.free if _DEGREE.search(s.text) or _LOW_DEGREE.search(s.text)), None)
    for match in _HAS_DEGREE.finditer(text):
        low = has is not None and bool(_LOW_DEGREE.search(has.text))
        yield found(match.start(), match.end(), False if low else _in_degree(match.group(), facts), has)
    for match in _SINCE.finditer(text):
        verb = {"毕业": r"毕业|应届|\d届", "出站": "出站", "退役": "退役|退伍"}[match.group()[:2]]
        said = next((s for s in facts.free if re.search(verb, s.text)), None)
        yield found(match.start(), match.end(), _in_term(match.group(), said, facts) if said else None, said)


def _alternatives(text: str) -> Iterator[_Alternative]:
    """The persons named, each with the words that narrow it."""
    at = 0
    for part in [*_outside(text), None]:
        stop = part.start() if part else len(text)
        piece = text[at:stop]
        group = next((name for name, who in _WHO.items() if who.search(_bare(piece))), None)
        if group:
            who = _WHO[group].search(piece)
            end = at + who.end() if who else stop
            bracket = re.match(r"[（(][^（）()]*[）)]|等", text[end:stop])
            yield _Alternative(at, end + (bracket.end() if bracket else 0), piece, group)
        at = part.end() if part else stop


def _outside(text: str) -> Iterator[re.Match[str]]:
    """Separators of a list that stand outside brackets and do not part what narrows a name from it."""
    for match in _BREAK.finditer(text):
        before = text[: match.start()]
        if before.count("（") + before.count("(") > before.count("）") + before.count(")"):
            continue
        if re.search(r"(?:年|个月|月)内?$|周?岁$", before) and match.group() in "、，":
            continue  # 毕业3年内、具有本科学历的高校毕业生
        yield match


def _list_end(text: str, end: int) -> int:
    """Where the list of persons ends: behind those of no known group as well."""
    for match in re.finditer(r"[、，,；;]([^、，,；;]+)", text[end:]):
        if match.start() + end != end or not is_identity(match[1]):
            break
        end += len(match.group())
    return end


def _bare(text: str) -> str:
    return re.sub(r"[（(][^（）()]*[）)]", "", text)


def _holds(one: _Alternative, facts: Facts, told: Sequence[Statement]) -> tuple[bool | None, tuple[Statement, ...]]:
    """Whether the claimant, or whom it took on, is such a person, with the statements that say so."""
    said = next((s for s in told if _SAID[one.group].search(s.text) and not of_kin(s.text, one.text)), None)
    if said is None:
        low = next((s for s in facts.free if _LOW_DEGREE.search(s.text)), None)
        return (False, (low,)) if low and one.group in ("毕业生", "在校生") else (None, ())
    if not affirms(said.text) and not _NO_JOB.search(said.text):
        return (False, (said,)) if denies(said.text) else (None, ())
    states = [
        _in_age(one.text, facts),
        _in_term(one.text, said, facts),
        _in_degree(one.text, facts),
        _in_cohort(one.text, said),
    ]
    idle = next((s for s in told if _NO_JOB.search(s.text)), None) if _NO_JOB.search(one.text) else said
    if idle is None:
        states.append(None)
    if False in states:
        return False, (said,)
    rest = _AGES.sub("", _DEGREE.sub("", _TERM.sub("", _WHO[one.group].sub("", one.text))))
    rest = _PLAIN.sub("", re.sub(r"[男女]?性?$", "", _NO_JOB.sub("", rest)))
    settled = _HOUSEHOLD.search(one.text)
    if settled:
        states.append(household(settled["where"] or settled["there"], facts)[0])
        rest = rest.replace(settled.group(), "").replace("户籍", "")
    rest = "" if all(r in said.text for r in re.findall(r"[\u4e00-\u9fffA-Za-z]+", rest)) else rest
    because = (said,) if idle in (None, said) else (said, idle)
    return (None if None in states or rest else True), tuple(s for s in because if s)


def _in_term(text: str, said: Statement, facts: Facts) -> bool | None:
    """毕业5年内: whether the time since is within the term."""
    term = _TERM.search(text)
    if not term:
        return True
    quantity = next((q for q in find_quantities(term.group()) if q.months is not None), None)
    others = (graduated(s, facts.day) for s in facts.free if re.search(r"毕业|退役|离校|届", s.text))
    known = graduated(said, facts.day) or next((k for k in others if k), None)
    if quantity is None or known is None:
        return None
    bound, _, _ = bound_of(term.group(), quantity)
    return bound.holds(known) if bound else None


_AGES = re.compile(r"(?P<sex>[男女])?性?年?(?P<op>满|不满|未满)(?P<n>\d{2})周?岁")


def _in_age(text: str, facts: Facts) -> bool | None:
    """女年满45周岁、男年满55周岁: whether the age is right for the sex."""
    asked = list(_AGES.finditer(text))
    if not asked:
        return True
    mine = [m for m in asked if m["sex"] in (None, facts.sex)]
    if facts.age is None or not mine:
        return None
    held = [facts.age.low >= int(m["n"]) if m["op"] == "满" else facts.age.high < int(m["n"]) for m in mine]
    return all(held)


def _in_cohort(text: str, said: Statement) -> bool | None:
    """2026届: whether it is the year of the statement."""
    asked = re.search(r"(20\d\d)\s*届", text)
    if not asked:
        return True
    has = re.search(
        r"(20\d\d)\s*(?:届|年(?:\d{1,2}月)?(?:[\u4e00-\u9fff]{0,8}(?:大学|学院|本科|大专|硕士|博士))?毕业)", said.text
    )
    return asked[1] == has[1] if has else None


def _in_degree(text: str, facts: Facts) -> bool | None:
    """本科及以上: whether a degree as high is stated."""
    asked = _DEGREE.search(_bare(text))
    if not asked or ("毕业生" in text and asked.group() == text) or "博士后" in text:
        return True
    wanted = _DEGREES.index({"专科": "大专"}.get(asked[1], asked[1]))
    for said in facts.free:
        has = _DEGREE.search(said.text)
        if has:
            return _DEGREES.index({"专科": "大专"}.get(has[1], has[1])) >= wanted
    return None
