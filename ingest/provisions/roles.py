"""What a governed number says of a support, by the words beside it: an amount, a rate, a cap, or nothing."""

from __future__ import annotations

import re
from enum import StrEnum

from ingest.provisions import signs
from ingest.provisions.lexicon import DESCRIBES, DESCRIBES_RATE, HAN, PERSON, SUPPORT, any_of, either
from ingest.provisions.quantities import is_share


class Role(StrEnum):
    """What a number says of a support."""

    AMOUNT = "amount"
    RATE = "rate"
    CAP = "cap"


#: A limit is of the number within so many characters.
_NEAR = 14
UP = "(?:提高|调整|上调|增加|提升|上浮|调高|放宽|降低?|下调|缩短|延长)(?:到|至|为)"

# Before a number.
_DESCRIBED = either(
    rf"{any_of(DESCRIBES)} (?<!不)(?<!不得)(?<!不能)(?<!给予)超过? (?<!购)(?<!金)满",
    behind=r"(?:为|是|在|约|达|到|至|的|额|金额|数额|总额|总计|合计|累计|均|共计|每[年月人户家]|人民币|\s|：){0,4}$",
)
_DESCRIBED_RATE = either(
    rf"{any_of(DESCRIBES_RATE)} (?<!不)(?<!不得)(?<!不能)超过?",
    behind=r"(?:比例)?(?:为|是|在|约|达|到|至|调整|统一|最低|分别|不低于|不高于|不超过){0,4}$",
)
#: A share of people, of area, of what others have been paid; an instalment.
_HEADCOUNT = either(
    "(?:补贴|补助|奖补|奖励)[^，。；]{0,4}(?:总额|支出|资金)的? (?:人数|面积|户数|家数|数量)[^，。；元]{0,24} "
    "(?:每年|第[一二三四五]年|首年|首期|剩余|余下|其余|预先?|先行?|立项|验收|合格|启动|完成|通过)[^，。；]{0,6}"
    "(?:发放|核发|兑现|拨付|支付|拨) (?:总数|总人数)的?",
    behind="$",
)
_SURELY = re.compile(
    rf"(?:{signs.GIVE.pattern}|按|按照|标准|比例)[^，。；、]{{0,4}}(?:不低于|不少于|至少|高于)$|(?:给予|予以|奖励|补贴|补助)$"
)
_BESIDES = re.compile(r"(?:含|）\s?[—–至到-])$")
_TERM = either("最长 期限 年限 连续 为期 给予 享受 补贴 补助 奖励 资助 贴息 支持 累计 救助 时限")
_TERM_OF = either("(?:期限|年限|时限)[^，。；]{0,6} 连续(?:给予|补贴|补助|奖励|资助|支持|发放|享受)? 为期", behind="$")
_TIMES_OF = either("申报 申请 享受 支持 奖励 补贴 资助 累计 推荐 每[户家人] 限额 数量 贴息 补助")
#: 补贴总额, 累计奖励金额: what is limited is the support.
_TOTAL_OF = re.compile(
    rf"(?:{SUPPORT}|给予|予以)[^，。；、\d]{{0,4}}?(?:总金额|总额|金额|额度|总计)?(?:累计|合计|每年|全年|年度|原则上|一般|均|分别)*$|"
    r"^(?:总额|金额|累计|合计)(?:累计|合计|原则上)?$"
)
#: 补贴金额不超过实际租金的50% limits the support; 按不超过30%的比例补助 is its rate.
_TOTAL_CAP = re.compile(
    r"(?:总额|累计|合计|金额|额度|资金|补贴|补助|奖励)(?:最高|原则上)?(?:不超过|不得超过|不高于)[^，。；]{0,24}$"
)
#: A limit that says of itself what it is a share of, 但不得超过研发投入的30%; not where it is by what one gives.
_BOUND = re.compile(r"(?:不超过|不得超过|不能超过|不高于|不得高于)[^，。；]{0,24}$")
_BY = re.compile(r"按|以|给予|予以|比例|比率|幅度|标准|费率|利率")
# Behind a number.
SUPPORT_BEHIND = re.compile(
    rf"\s?的?[^，。；：的]{{0,12}}?(?:{SUPPORT}|标准(?!的?住房|厂房)|比例|额度|幅度|给予|予以|发放|计发|计算|抵扣|减征|补足)"
)
OF_SOMEBODY = re.compile(rf"\s?的(?!{SUPPORT})[^，。；、]{{0,24}}?(?:{PERSON})")
_OF_THING = re.compile(rf"\s?的(?=[{HAN}])")
ABOVE = either(
    "[及或]?以上 及其以上 以下 及以下 以内 以外 起(?!付) 左右(?!的) 内[^，。；]{0,4}$",
    before=r"\s?(?:（不?含[^（）]{0,8}）)?\s?",
)
_WITHIN = re.compile(r"\s?(?:以内|以下|封顶)")
#: Lent, not given: 给予500万元以内的〔贷款〕, but 贷款贴息 is.
_LENT = re.compile(
    r"的?[^，。；：的\d]{0,8}?(?:贷款|借款|授信|信贷|融资)(?:支持|扶持|额度|资金|优惠)?(?=[，。；：、）的并和及或]|$)"
)
_UP_TO = re.compile(r"\s?(?:以内|以下|以上|左右)?")
#: What was before a rise, the base of a rise or of a tax, a class (投资200万元补助60%): whose, not what.
_COMPARED = re.compile(
    rf"的?税率|(?:的?标准|的?额度)?(?:分别|统一|大幅)?{UP}|的?基础上|、?\d*[^，。；]{{0,8}}基础上|计算[^，。；]{{0,8}}税"
)
#: A sum told by another: 不超过6个月〔最低生活保障标准〕, but not who gets it (…的，由区审批).
MINIMUM = re.compile(r"(?:城镇|城乡|城市)?(?:居民)?最低(?:生活保障|工资)标准(?!的)")
_CLASS = re.compile(r"的?(?:给予|予以|补助|补贴|奖励|资助|按)[^，。；]{0,4}\d")


def role_of(match: re.Match[str], before: str, behind: str) -> Role | None:
    """What a governed number is; None where it describes, compares or counts something else."""
    limits = list(signs.LIMITS.finditer(before))
    limited = bool(limits) and len(before) - limits[-1].end() <= _NEAR
    if _BESIDES.search(before) or (_COMPARED.match(behind) and not limited):
        return None
    rest = _UP_TO.sub("", behind, count=1)
    lent = match["money"] and not limited and _LENT.match(rest) and not signs.LOAN_NAMES.match(rest.removeprefix("的"))
    if lent:
        return None
    if _SURELY.search(before):
        of_thing = _OF_THING.match(rest) and not SUPPORT_BEHIND.match(rest)
        return None if of_thing else _measured(match, before, behind, limited=limited)
    upto = before[: limits[-1].start()] if limited else before
    ceiling = limited and match["money"] and (signs.LOANS.search(before) or _TOTAL_OF.search(upto))
    if not ceiling and describes(match, upto):
        return None
    if ABOVE.match(behind):
        return Role.CAP if limited and match["money"] and _WITHIN.match(behind) else None
    whose = _CLASS.match(behind) or (
        (OF_SOMEBODY.match(behind) or _OF_THING.match(behind)) and not SUPPORT_BEHIND.match(behind)
    )
    return None if whose else _measured(match, before, behind, limited=limited)


def describes(match: re.Match[str], before: str) -> bool:
    """Whether the words before a number make it a property of the claimant or the project."""
    if not is_share(match):
        return bool(_DESCRIBED.search(before))
    return bool(_HEADCOUNT.search(before) or _DESCRIBED_RATE.search(before))


def _measured(match: re.Match[str], before: str, behind: str, *, limited: bool) -> Role | None:
    """By the measure: money is an amount or a cap, a share a rate, a period or a count only ever a cap."""
    if match["money"]:
        if limited or behind.startswith(("封顶", "为限", "为上限")):
            return Role.CAP
        return None if "亿" in match["money"] else Role.AMOUNT
    if is_share(match):
        return Role.CAP if _bounds(before, behind) else Role.RATE
    if match["span"] and limited and MINIMUM.match(behind):
        return Role.CAP
    if match["span"]:
        year = len(match["digits"] or "") == len("2024")
        limits = (limited and _TERM.search(before)) or _TERM_OF.search(before)
        return Role.CAP if limits and not year else None
    return Role.CAP if limited and match["count"] and _TIMES_OF.search(before) else None


def _bounds(before: str, behind: str) -> bool:
    """Whether a share is a ceiling of the support and not what it is given by (按不超过30%的比例给予补助)."""
    if _TOTAL_CAP.search(before) or behind.startswith(("封顶", "为限", "为上限")):
        return True
    bound = _BOUND.search(before)
    if bound is None or _BY.search(before, 0, bound.start()):
        return False
    return behind.startswith(("且", "并")) or not SUPPORT_BEHIND.match(behind)
