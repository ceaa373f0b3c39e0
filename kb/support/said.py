"""Conditions in other words: a free statement of the profile that says the same, or denies it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kb.support.bounds import Bound, bound_of
from kb.support.clauses import LEVELS
from kb.support.facts import Facts, Range
from kb.support.firsts import begun_before
from kb.support.hiring import of_others, takes_on, took_on
from kb.support.meanings import grams, spoken_of
from kb.support.measures import Measure, countable, measures
from kb.support.polarity import Sign, affirms, agree, core, sign_of
from kb.support.profile import Statement
from kb.support.reading import Finding, State, found
from kb.support.speaking import sign

_SAME = 0.6
_LEAST_PART = 4
_ENOUGH = 0.55
_COMMON = frozenset({"企业", "个人", "单位", "创业", "就业", "项目", "申请", "人员", "认定", "平台", "基地"})
_IDLE = re.compile(
    r"(?:\d{4}|上一?)年度?|年度|[把对将为]?(?:这些|上述|该|他们|她们)(?:人员?|员工|职工)?的?|其(?=缴|他)|费(?=足额|$)|已经|已|应当|必须|本人|申请人|申请单位|企业|单位|"
    r"(?:与|和|跟|为|给)?(?:员工|职工|劳动者)(?=签|缴|交|参)|利用|开办|从事|(?:申请)?当月之?前|资金|金额|总额|项目|情况|工作?所在|人员$|者$|依法|按规定|正常|连续|实际|有效|合法|"
    r"(?<=[\u4e00-\u9fff]{2})要(?=[租有在办签交缴])|(?:提出)?申请(?:时|之日|当日)|申报时|"
    r"以上|以下|以内|不少于|不低于|满|在本[省市区县]|本[省市区县]|的$|[\d.]+\s*(?:万|亿)?元?"
)


_LISTED = re.compile(r"(?P<list>[\u4e00-\u9fff]{2,}(?:、[\u4e00-\u9fff]{2,8}?)+)等(?P<whole>[\u4e00-\u9fff]{0,8})")
#: What a firm is recognised as, and words that say it was
_TITLE = re.compile(r"^[\u4e00-\u9fff]{2,12}(企业|单位|基地|平台|中心|工厂|车间|品牌)$")
_BODY = re.compile("(?:事业|民办非企业|社会团体)单位$")  # what one is, and not recognised as
_NAMED_AS = re.compile("认定|评|获|入选|入库|公司|我们是|是一家")
_SINGLE = re.compile("未婚|单身")
_FAMILY = re.compile("、?(?:及|和)?(?:其)?配偶|、?(?:及|和)?未成年子女")
_CODE = re.compile(r"[A-Za-z]+")
_SUM = re.compile(r"(?:、|，)?(?:配套|奖补|奖励|补助|给予|一次性|对)?[\d.]+万?元|配套|奖补|奖励|^对|在[^，]{2,8}之外，")


#: A sum that is asked for, and not given
_BOUND = re.compile(r"[（(]?含?[）)]?(?:及其?)?以[上下内]")
_AT_LEAST = re.compile(r"(?:不[少低]于|至少|达到?|满|超过|不[超高]过?于?)$")
_SPOKEN_LEVEL = re.compile("(?<![\u4e00-\u9fff]{2})([省市区县])里的?")


def _examples(text: str) -> list[str]:
    """The things of a list of which any will do (民宿、手作、研学等文旅项目), and what they are examples of."""
    listed = _LISTED.search(text)
    if not listed:
        return []
    first, *others = listed["list"].split("、")
    return [first[-2:], *others, *([listed["whole"]] if listed["whole"] else [])]


#: A character by itself, where it is none that only joins
_ALONE_CHARACTER = re.compile(
    r"(?<![\u4e00-\u9fff])(?![其该所之及与并且均也都仍还就再把将被为对向给在从以的地得了着过者等日时内中起后由按和或])"
    r"[\u4e00-\u9fff](?![\u4e00-\u9fff])"
)
_MARGIN = re.compile(r"[与和对在并的把由于及向从给以]|按照[^，、]{2,24}?文件")
_FIRST = re.compile("首次|第一次|头一|初次")
_HAS = "名下"
_TOGETHER = 0.8
_DENIED = 2  # pairs of characters that a denied statement and a condition share, where it is of the same thing
_ALONE = 0.4


_ENUMERATED = re.compile(
    r"[\u4e00-\u9fff]{2,10}(?:(?:、|，?或者)[\u4e00-\u9fff]{2,10}?)+(?=经营|从事|创办|租用|就业|工作|开办|，|$)"
)


def _of_list(listed: str, spoken: frozenset[str]) -> str:
    """The things of a list that are spoken of, all of it where none is."""
    members = [m for m in re.split("、|，?或者", listed) if m]
    kept = [m for m in members if len(grams(m) & spoken) * 3 >= len(grams(m)) * 2]
    return "，".join(kept or members)


def _said_first(facts: Facts) -> bool:
    """Whether a statement says that it is the first time, and none that it is not."""
    return any(_FIRST.search(s.text) for s in facts.free) and begun_before(facts) is None


def covered(text: str, facts: Facts) -> Finding | None:
    """Statements that between them say nearly all content words of a condition that has no figures, and deny none.

    Of things in a list one will do (工程硕士、工程博士); one statement says a good part of it by itself.
    """
    if re.search(r"[\d%％]", text) or not affirms(text):
        return None
    return _covered(_MARGIN.sub("，", text), text, facts) or _covered(text, text, facts)


def _covered(text: str, whole: str, facts: Facts) -> Finding | None:
    """What statements cover of a condition's words, those that only join left out or not."""
    told = [(s, g) for s, g in facts.grams if affirms(s.text) and not of_others(s.text, text)]
    if _FIRST.search(text) and not _said_first(facts):
        return None
    union = frozenset(g for _, spoken in told for g in spoken)
    wanted = grams(_IDLE.sub("，", _ENUMERATED.sub(lambda m: _of_list(m.group(), union), text)))
    if any(len(wanted & grams(s.text)) >= _DENIED for s in facts.free if not affirms(s.text)):
        return None
    all_said = len(wanted) == _LEAST_PART - 1 and any(
        wanted <= spoken and not _of_another(text, text, said.text, facts) for said, spoken in told
    )
    if (len(wanted) < _LEAST_PART and not all_said) or len(wanted & union) < len(wanted) * _TOGETHER:
        return None
    says = sorted(told, key=lambda t: -len(wanted & t[1]))
    if len(wanted & says[0][1]) < len(wanted) * _ALONE or set(_CODE.findall(text)) - set(
        _CODE.findall("".join(s.text for s, _ in told))
    ):
        return None
    left, because = set(wanted & union), list[Statement]()
    for said, spoken in says:
        if left & spoken:
            because.append(said)
            left -= spoken
    return found(0, len(whole), True, *because)


def repeats(text: str, facts: Facts) -> Finding | None:
    """A statement that says a condition in nearly its own words, where that has no figures."""
    if re.search(r"[\d%％]", text) or (_FIRST.search(text) and not _said_first(facts)):
        return None
    wanted = grams(_IDLE.sub("，", text))
    asked, taking = sign_of(text), takes_on(text)
    for said, spoken in facts.grams if len(wanted) >= _LEAST_PART else ():
        if len(wanted & spoken) >= len(wanted) * _SAME and (
            agree(sign_of(said.text), asked) and took_on(said.text) == taking
        ):
            return found(0, len(text), True, said)
    return None


def _named(wanted: frozenset[str], text: str, facts: Facts) -> Finding | None:
    """A condition of one word (结业人员): whether a statement says the very word."""
    word = next(iter(wanted), "")
    said = next((s for s, spoken in facts.grams if word in spoken), None)
    if said is None or word in _COMMON:
        return None
    return found(0, len(text), agree(sign_of(said.text), sign_of(text)), said)


def bare(left: str, said: Iterable[Statement] = ()) -> bool:
    """Whether words are left that ask for something, and the statements that decide the rest do not say them too.

    One character may be all that is asked for (女 of 女职工).
    """
    told = list(said)
    spoken = frozenset(g for s in told for g in grams(s.text) | spoken_of(s.text))
    words = _IDLE.sub("，", left)
    alone = _ALONE_CHARACTER.findall(words)
    return not grams(words) <= spoken or any(all(one not in s.text for s in told) for one in alone)


def _of_another(text: str, left: str, said: str, facts: Facts) -> bool:
    """Whether a statement is of another thing than a condition, much as it shares its words."""
    tiers, named = set(LEVELS.findall(text)), set(LEVELS.findall(_SPOKEN_LEVEL.sub(r"\1级", said)))
    first = _FIRST.search(left) and affirms(said) and not _said_first(facts)
    title = None if _BODY.search(text) else _TITLE.search(text)
    return bool(
        (title and not _NAMED_AS.search(said) and title[1] not in said)  # 有3项高新技术 makes no 高新技术企业
        or first  # nobody says that it is the first time
        or of_others(said, text)
        or set(_CODE.findall(left)) - set(_CODE.findall(said))  # A类 is not C类
        or (tiers and named and not named & tiers)
    )


def _is_enough(asked: Sequence[tuple[str, Bound | None]], told: Sequence[Measure]) -> bool:
    """Whether for each figure asked for one is told that lies within its bound."""
    return all(
        bound and any(m.unit == unit and bound.holds(Range(m.low, m.high, m.said)) for m in told)
        for unit, bound in asked
    )


def said_of(text: str, left: str, facts: Facts) -> Finding | None:
    """What a free statement says of the words of a condition that nothing else has read; None where none does."""
    tiers = set(LEVELS.findall(text))
    if any(_SINGLE.search(s.text) for s in facts.free):
        left = _FAMILY.sub("", left)
    wanted = grams(_IDLE.sub("，", core(LEVELS.sub("", _SUM.sub("", left)) if len(tiers) > 1 else left)))
    if len(wanted) < 2:
        return _named(wanted, text, facts)
    asks = sign(text, text)
    best: tuple[float, Finding] | None = None
    examples = _examples(text)
    asked = [
        ("个月" if q.months is not None else q.unit, bound_of(left, q)[0])
        for q in countable(left)
        if q.unit not in ("", "%")
        and (q.unit != "元" or _BOUND.match(left[q.end :]) or _AT_LEAST.search(left[: q.start]))
    ]
    for said, spoken in facts.grams:
        own: frozenset[str] = (
            wanted - {g for e in examples if not grams(e) & spoken for g in grams(e)} if examples else wanted
        )
        share = len(own & spoken) / len(own) if len(own) > 1 else 0
        if share < _ENOUGH or (best and best[0] >= share):
            continue
        agrees = agree(sign(said.text, text), asks)
        if _of_another(text, left, said.text, facts) or (agrees is False and _HAS in said.text and _HAS not in text):
            continue  # who has none may have done what is asked for
        if agrees and asks is Sign.YES and not _is_enough(asked, measures(said, facts.day)):
            continue  # it says as much, but not how much, or too little
        best = share, found(0, len(text), agrees, said)
    return best[1] if best and best[1].state is not State.UNKNOWN else None
