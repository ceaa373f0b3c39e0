"""The sums, percentages and limits a sentence grants, told from the numbers that only describe who gets them.

A number counts where a word of giving governs it (给予…, 补贴标准为…) or a support stands right behind it (20万元奖励).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.provisions import signs
from ingest.provisions.lexicon import HAN, PERSON, SUPPORT, either
from ingest.provisions.quantities import FOR_EACH, QUALIFIER, QUANTITY
from ingest.provisions.roles import ABOVE, MINIMUM, OF_SOMEBODY, SUPPORT_BEHIND, UP, Role, describes, role_of
from ingest.provisions.spans import Masked, Span, asides, overlaps, segments


@dataclass(frozen=True, slots=True)
class Number:
    """A granted number: ``text[start:end]`` with its qualifier; ``governed`` is where the word of giving stands.

    ``digits`` is where the numeral itself begins.
    """

    role: Role
    start: int
    end: int
    governed: int
    digits: int = 0


#: A word of giving governs the numbers within so many characters.
_REACH = 60
#: 一次性创业资助：给符合条件的创业者，〔10000元〕，一次性。
_ONLY_SUM = re.compile(r"[，\s]*(?:每[人户家月年]){0,2}\d[\d.]*[百千]?万?元[，\s]*")
_CALLED = re.compile(rf"(?:^|(?<=[\n.．、）)]))[ \u3000]*[{HAN}]{{2,16}}(?:{SUPPORT})：(?:给|对)[^。；：\n]{{2,40}}$")
#: 由1000元、2000元提高至…: what was before.
_FROM = re.compile(r"[由从](?:(?![给予按补奖发])[^，。；、\d至到为]){0,10}$")
_LISTED = re.compile(r"\s*(?:[、和及与或至到]|以上|以下|[—-]|分别){0,2}\s*")
_RISES = re.compile(UP)
_RAISED_TO = re.compile(rf"(?:的标准|分别|统一)?{UP}")
#: Where the words of a limit begin: at whose it is, or at what it limits where that is no part of a longer name.
_CAP_HEAD = either(
    "单个 单家 单户 单套 单笔 单项 单次 单台 同一 每[个家户套人年次项名笔月辆台亩场栋] 累计 合计 总计 年度 全年 最高 "
    "最多 最长 不超过 不得超过 享受期限 人均 限额 双缴 单缴 双职工 单职工 单人 双人 两人 一人 夫妻 原则上 "
    rf"(?<![{HAN}])(?:补贴|奖励|补助|资助|贴息|总额|期限|年限|额度|金额|支持|救助|贷款|上限|提取|个人|家庭)",
    behind=r"[^，。；：（）但]{0,32}$",
)
#: 余额不足3万元的，按3万元计算.
_COUNTED_AS = re.compile(r"\s*(?:均|统一)?按照?\d[\d.]*[百千]?万?元计算\s*")
_STANDARD_IS = re.compile(r"标准(?:分别|分|最高)?(?:为|是|：|不超过|不高于|提高|调整|按)")

_CEILING = re.compile("最高额度")
#: Words that say below the heading of a support what it is: a sum for each, a ceiling, a term.
_PLAINLY = re.compile(
    rf"(?:额度|总额|期限|累计|限额)?(?:{signs.LIMITS.pattern})|(?:每|各)(?=[^，。；]{{0,8}}\d)|补贴|额度"
)

_ENDS_WHO = re.compile(rf"(?:的|时|后|前|(?:的[^，。；]{{0,10}})(?:{PERSON}))$")


def granted(masks: Masked, start: int, end: int, *, governed: bool = False, headed: bool = False) -> list[Number]:
    """The granted numbers of a sentence in order.

    ``governed`` says that a label (补贴标准) already names what the numbers are, ``headed`` that a heading names a
    support or a loan: 每人1500元 and 额度最高30万元 need no word of giving below it.
    """
    text = masks.bare
    if not QUANTITY.search(masks.plain, start, end):
        return []
    found: list[Number] = []
    loan = bool(signs.LOANS.search(text, start, end))
    armed = start if governed else -1
    ended = [*signs.ended(text, start, end)]
    for segment in segments(text, start, end):
        said = text[slice(*segment)]
        if _grants_nothing(said) or overlaps(ended, segment):
            armed = -1
            continue
        governors = _governors(text, segment, loan=loan)
        if headed:
            governors = sorted({*governors, *(m.start() for m in _PLAINLY.finditer(text, *segment))})
        numbers = _of_segment(text, segment, governors, armed)
        found.extend(_ceilings(numbers) if loan and any(n.role is Role.CAP for n in found) else numbers)
        for aside in asides(masks, *segment):
            near = _last_before(governors, aside[0])
            governor = near if near >= 0 else armed
            found.extend(_in_brackets(masks.plain, aside, governor) if governor >= 0 else ())
        armed = _armed(said, governors, armed, governed=governed)
    return sorted(found, key=lambda n: n.start)


def _ceilings(numbers: Iterable[Number]) -> Iterator[Number]:
    """Sums that go on from a ceiling: 最高额度为单职工50万元，〔双职工60万元〕."""
    return (replace(n, role=Role.CAP) if n.role is Role.AMOUNT else n for n in numbers)


def _grants_nothing(said: str) -> bool:
    if _COUNTED_AS.fullmatch(said):
        return True
    if signs.LOSSES.search(said) or signs.COSTS.search(said):
        return True
    return bool(signs.BUDGETS.search(said)) and not FOR_EACH.search(said)


def _in_brackets(plain: str, aside: Span, governor: int) -> Iterator[Number]:
    """What brackets limit （最高不超过4万元）, give for one （每人每月300元） or raise （由2万元上调至3万元）."""
    for number in _of_segment(plain, aside, [], governor):
        limit = signs.LIMITS.search(plain, aside[0], number.start)
        raised = plain.startswith("每", number.start) or _RISES.search(plain, aside[0], number.digits)
        if number.role is Role.CAP or (number.role is Role.AMOUNT and raised):
            yield number
        elif limit:
            yield replace(number, role=Role.CAP, start=limit.start())


def _governors(text: str, segment: Span, *, loan: bool) -> list[int]:
    """Where the words stand that make the numbers behind them granted."""
    patterns = [signs.GIVE, _STANDARD_IS, signs.PRIZE]
    if _ONLY_SUM.fullmatch(text, *segment) and _CALLED.search(text, max(0, segment[0] - _REACH), segment[0]):
        return [segment[0] - 1]
    if re.search(SUPPORT, text[slice(*segment)]):
        patterns.append(signs.STANDARD)
    if loan:
        patterns += [signs.LOANS, _CEILING]
    return sorted(m.start() for pattern in patterns for m in pattern.finditer(text, *segment))


def _last_before(governors: Sequence[int], at: int) -> int:
    """The last of the governors before a place, which are in order; -1 where there is none."""
    before = bisect_left(governors, at)
    return governors[before - 1] if before else -1


def _armed(said: str, governors: list[int], armed: int, *, governed: bool) -> int:
    """The governor of the segments to come: none behind one that tells who (…的企业, …的)."""
    if governors and not (said.endswith("的") or ABOVE.match(said[-3:])):
        return governors[-1]
    if governed:
        return armed
    return -1 if _ENDS_WHO.search(said) or said.startswith(("对", "凡", "鼓励", "支持")) else armed


def _of_segment(text: str, segment: Span, governors: list[int], armed: int) -> Iterator[Number]:
    role: Role | None = None
    previous, described, former = segment[0], False, False
    for match in QUANTITY.finditer(text, *segment):
        before = text[max(previous, match.start() - _REACH) : match.start()]
        behind = text[match.end() : min(segment[1], match.end() + 40)]
        last = _last_before(governors, match.start())
        near = last >= match.start() - _REACH and last >= 0
        governor = last if near else armed if match.start() - segment[0] <= _REACH else -1
        listed = bool(_LISTED.fullmatch(before))
        rises = _RISES.search(text, match.end(), match.end() + _REACH)
        former = bool(rises and _FROM.search(before)) or (former and not _RISES.search(before))
        if former or (described and (listed or _RAISED_TO.fullmatch(before))):
            role = None  # 由1万元、2万元提高到…; 利率由3%调整为2%、5%: all are what the first one is
        elif listed and role is not None:
            role = role if _same_measure(match, role) and not OF_SOMEBODY.match(behind) else None
        elif governor >= 0 or (match["money"] or match["share"]) and SUPPORT_BEHIND.match(behind):
            role = role_of(match, before, behind)
        else:
            role = None
        if role is not None:
            yield _number(text, match, role, max(segment[0], previous), governor if governor >= 0 else match.start())
        described = role is None and (described or describes(match, before))
        previous = previous if former else match.end()


def _same_measure(match: re.Match[str], role: Role) -> bool:
    return bool(match["money"]) if role is Role.AMOUNT else not match["count"] and not match["span"]


def _number(text: str, match: re.Match[str], role: Role, left: int, governor: int) -> Number:
    """The number with the words beside it that qualify it: 每人每月…, 单个项目最高不超过…."""
    start, end = match.span()
    left = max(left, start - _REACH)
    before = text[left:start]
    if role is Role.CAP:
        heads = [*signs.LIMITS.finditer(before), *[m for m in [_CAP_HEAD.search(before)] if m]]
        end += 2 * text.startswith("封顶", end)
        minimum = MINIMUM.match(text, end)
        end = minimum.end() if minimum else end
    else:
        heads = [m for m in [QUALIFIER.search(before)] if m and role is Role.AMOUNT]
    risen = [m for m in _RISES.finditer(before) if re.search(r"\d", before[: m.start()])]
    heads = risen if risen and heads and role is Role.CAP else heads  # 限额由50万元〔调整为80万元〕
    return Number(role, left + heads[-1].start() if heads else start, end, governor, start)
