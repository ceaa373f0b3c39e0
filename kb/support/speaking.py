"""Whether a statement may decide a condition: it must be of the claimant, of what is so, and not deny what it meets.

Readers find words; 我父亲是退役军人, 打算去办失业登记 and 没有办失业登记 hold the words of a condition and meet none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kb.support.applicable import Scope
from kb.support.contrary import against
from kb.support.divisions import divisions_in
from kb.support.polarity import Sign, affirms, sign_of
from kb.support.profile import Statement

_KIN = (
    "父亲|母亲|父母|爸|妈|爷爷|奶奶|外公|外婆|老公|老婆|丈夫|妻子|爱人|媳妇|配偶|儿子|女儿|孩子|小孩|娃|哥哥?|姐姐?|弟弟?|妹妹?|"
    "叔|舅|姑|姨|表[哥姐弟妹]|亲戚|亲属|朋友|同学|同事|邻居|房东|熟人"
)
_OF_OTHERS = re.compile(_KIN)
#: Who is no part of the claimant's own family
_FAR = re.compile("(?<!小)哥|(?<!小)姐|弟(?!子)|妹|叔|舅|姑(?!且)|姨|亲戚|朋友|同学|同事|邻居|熟人")
_ASKS_FAR = re.compile("亲属|亲戚|直系|近亲|共同|合伙")
_TOO = re.compile("本人|自己|我(?:和|跟|与)|夫妻|全家|家庭")  # 本人和配偶都没有住房: the claimant's, too
NOT_YET = re.compile(
    "打算|准备(?!金)|预计|计划(?=[^，。]{0,6}(?:办|申|招|开|买|租|投|建|成立|注册))|拟|正在(?:申|办|考|谈|筹|准备)|"
    "还在(?:申|办|考|谈|筹|准备|读)|申请中|办理中|筹备|即将|将要|快要|以后(?:会|要|再)|明年|后年|过[一两几]年|琢磨着|盘算|考虑|想(?:去|办|开|租|买|招|申|考|成)|"
    "过期|作废|注销了|停业|歇业|没开业|到期了"
)
_WILL_BUY = re.compile("(?:正)?(?:想|打算|准备|计划|预计)(?=[^，。]{0,10}(?:买|购))")
_MENDED = re.compile("(?<!未)(?<!没)(?<!没有)(?:移出|修复|结清|还清|解除|撤销)")  # what ruled somebody out is over
#: Conditions that ask for just that
_ASKS_KIN = re.compile(f"{_KIN}|家庭|子女|夫妻|直系|未成年|共同")
_ASKS_INTENT = re.compile("意愿|意向|拟|计划|准备|预计|即将|失效|注销|停业|歇业|到期|在读|在校")
_READING = re.compile("在读|在校|还没毕业")
_DEGREE = re.compile("(?:本科|大专|专科|硕士|博士|研究生)[^，。；]{0,6}(?:学历|学位)|毕业(?!年度|学年)")
_ASKS_NONE = re.compile("以外|之外|除外|不[高多超大]|低于|少于")
_ELSEWHERE = re.compile("以外|之外|除了?(?!外)[^，。]{0,12}外")


def sign(text: str, beside: str) -> Sign:
    """Whether words deny what other words are about: that a thing has no end (没有断过) denies but its end.

    What is asked for outside something (直系亲属以外的房产) denies that it is of it.
    """
    return Sign.NO if _ELSEWHERE.search(text) else sign_of(text, beside)


def in_its_place(text: str, said: Iterable[Statement], scope: Scope) -> bool:
    """Whether statements speak of the division a condition names, where that is none of the claimant's.

    在青岩区购买 is not said by who bought a home in 松口县, nor by who bought one outside 青岩区.
    """
    named = divisions_in(text, scope.known)
    if not named or any(name in level or level in name for name in named for level in scope.levels):
        return True
    told = [s.text for s in said if s.key == "情况"]
    return not told or any(name in t and not _ELSEWHERE.search(t) for name in named for t in told)


def of_kin(said: str, text: str) -> bool:
    """Whether a statement tells of somebody near the claimant (我妈有残疾证), and a condition does not ask for that."""
    if (far := _FAR.search(said)) and not _TOO.search(said) and not (far.group() in text or _ASKS_FAR.search(text)):
        return True
    return bool(_OF_OTHERS.search(said) and not _TOO.search(said) and not _ASKS_KIN.search(text))


def may_decide(text: str, said: Iterable[Statement], *, met: bool, bars: bool, intends: bool = False) -> bool:
    """Whether these statements may decide a condition, to its being met or its failing; ``bars``: it rules out.

    ``intends``: it is had before what it is for is done, as a loan for a home is.
    """
    told = [s.text for s in said if s.key == "情况"]
    if met is not bars and told and against(text, told):
        return False
    told = [_WILL_BUY.sub("", one) for one in told] if intends else told
    return all(_may(text, one, met=met, bars=bars) for one in told)


def _may(text: str, said: str, *, met: bool, bars: bool) -> bool:
    if of_kin(said, text):
        return False
    if NOT_YET.search(said) and not _ASKS_INTENT.search(text):
        return False
    if not met:
        rules_out = bars or not affirms(text)
        return not (rules_out and _MENDED.search(said) and not _MENDED.search(text))
    if _READING.search(said) and _DEGREE.search(text) and not _ASKS_INTENT.search(text):
        return False
    if not bars and not affirms(said) and affirms(text) and not _ASKS_NONE.search(text):
        return False
    return not (_ELSEWHERE.search(said) and not _ELSEWHERE.search(text))
