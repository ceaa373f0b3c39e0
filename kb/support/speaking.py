"""Whether a statement may decide a condition: it must be of the claimant, of what is so, and not deny what it meets.

Readers find words; 我父亲是退役军人, 打算去办失业登记 and 没有办失业登记 hold the words of a condition and meet none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kb.support.applicable import Scope
from kb.support.conditions import is_identity
from kb.support.contrary import against
from kb.support.divisions import divisions_in
from kb.support.hiring import takes_on, took_on
from kb.support.polarity import Sign, affirms, sign_of
from kb.support.profile import Statement

_KIN = (
    "父亲|母亲|父母|爸|妈|爷爷|奶奶|外公|外婆|老公|老婆|丈夫|妻子|爱人|媳妇|配偶|儿子|女儿|孩子|小孩|娃|哥哥?|姐姐?|弟弟?|妹妹?|"
    "叔|舅|姑|姨|表[哥姐弟妹]|亲戚|亲属|朋友|同学|同事|邻居|房东|熟人|"
    "岳父|岳母|公公|婆婆|先生|太太|夫人|侄|外甥|孙|合伙人|股东|搭档|客户|师傅|徒弟|老乡"
)
_OF_OTHERS = re.compile(_KIN)
#: Who is no part of the claimant's own family
_FAR = re.compile(
    "(?<!小)哥|(?<!小)姐|弟(?!子)|妹|叔|舅|姑(?!且)|姨|亲戚|朋友|同学|同事|邻居|熟人|合伙人|股东|搭档|客户|师傅|徒弟|老乡"
)
_ASKS_FAR = re.compile("亲属|亲戚|直系|近亲|共同|合伙")
_TOO = re.compile("本人|自己|我(?:和|跟|与)|夫妻|全家|家庭")  # 本人和配偶都没有住房: the claimant's, too
NOT_YET = re.compile(
    "打算|准备(?!金)|预计|计划(?=[^，。]{0,6}(?:办|申|招|开|买|租|投|建|成立|注册))|拟|正在(?:申|办|考|谈|筹|准备)|"
    "还在(?:申|办|考|谈|筹|准备|读)|申请中|办理中|筹备|即将|将要|快要|以后(?:会|要|再)|明年|后年|下个?(?:月|周|季度|半年)|过几天|"
    "过[一两几]年|琢磨着|盘算|考虑|争取|力争|想(?:去|办|开|租|买|招|申|考|成|评|拿|报|当|做)|"
    r"还?差(?:一点|一些|点|[\d一二两三四五六七八九十]+个?[月年天])|(?:要|需|得|必须)[^，。；]{0,16}才[能可行]|如果|假如|要是"
)
#: What was so, and is so no more
OVER = re.compile(
    "以前|从前|曾经?|原来(?!是第)|原(?=[在是为属])|注销|取消|过期|已过|到期|失效|作废|迁(?:走|出|往)|转(?:让|走|出)|离职|辞[职退]|"
    "走了|搬走|倒闭|关(?:门|了门|停|张)|停业|歇业|吊销|撤销|退出|结束了|终止|不再|卖了|没了|解散|停产|申[请报]过"
)
_WILL_BUY = re.compile("(?:正)?(?:想|打算|准备|计划|预计)(?=[^，。]{0,10}(?:买|购))")
_MENDED = re.compile("(?<!未)(?<!没)(?<!没有)(?:移出|修复|结清|还清|解除|撤销)")  # what ruled somebody out is over
#: Conditions that ask for just that
_ASKS_KIN = re.compile(f"{_KIN}|家庭|子女|夫妻|直系|未成年|共同")
_ASKS_INTENT = re.compile("意愿|意向|拟|计划|准备|预计|即将|失效|注销|停业|歇业|到期|在读|在校")
_READING = re.compile("在读|在校|还没毕业")
_DEGREE = re.compile("(?:本科|大专|专科|硕士|博士|研究生)[^，。；]{0,6}(?:学历|学位)|毕业(?!年度|学年)|博士(?!后)|硕士")
_ASKS_NONE = re.compile("以外|之外|除外|不[高多超大]|低于|少于")
_SETTLED = re.compile("户籍|户口")
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
    told = [s.text for s in said if s.key == "情况"]
    named = divisions_in(text, scope.known)
    settled = [t for t in told if _SETTLED.search(t)] if _SETTLED.search(text) else []
    if not all(_is_here(t, scope) or any(n in t for n in named) for t in settled):
        return False
    if not named or any(name in level or level in name for name in named for level in scope.levels):
        return True
    return not told or any(name in t and not _ELSEWHERE.search(t) for name in named for t in told)


def _is_here(said: str, scope: Scope) -> bool:
    """Whether a statement names the claimant's own place, or speaks of it as his (本市户籍)."""
    return bool(re.search("[本我][省市区县地]", said)) or any(n in said or n[:-1] in said for n in scope.called)


def of_kin(said: str, text: str) -> bool:
    """Whether a statement tells of somebody near the claimant (我妈有残疾证), and a condition does not ask for that."""
    if (far := _FAR.search(said)) and not _TOO.search(said) and not (far.group() in text or _ASKS_FAR.search(text)):
        return True
    return bool(_OF_OTHERS.search(said) and not _TOO.search(said) and not _ASKS_KIN.search(text))


#: What only a person is or has
_PERSONAL = re.compile("学历|学位|周?岁|毕业|退役|残疾|困难|失业|低保")
#: What a statement of the claimant himself may begin with before it says what he is
_OWN = re.compile(
    r"我们?|咱们?|俺们?|本人|自己|经营者|法人代表|法人|法定代表人|负责人|创办人|创始人|店主|业主|申请人|本?公司|我司|企业|单位|"
    r"现在|目前|今年|去年|前年|已经?|也|都|就|还|刚|一直|其实|本来|夫妻|全家|家庭|家里|两口子|"
    r"户籍|户口|身份|学历|学位|专业|年龄|最高|政治面貌|[\d年月日号岁，、\s]|在[^，是为属有]*|(?:被|经)[^，是为属有]*|认定|评定|持|[的和跟与]"
)
_SUBJECT = re.compile(r"(?P<lead>[^，。；是为属有]{1,14}?)(?:是(?!否)|为(?!了)|属于|(?<!没)(?<!没曾)有(?!效|限|关|没))")
_SOME_PERSONS = re.compile(r"[\d一二两三四五六七八九十几]+(?:名|位|个(?![月年]))|\d{2}岁的(?!我)(?=[\u4e00-\u9fff]{2})")
#: Recognised as what others are dealt with as (给高新技术企业做配套)
_TITLED = re.compile("^[^的，。]{2,14}(?:企业|单位|基地|平台|中心|工厂|车间|机构)$")
_DEALS = re.compile("给|跟|与|向|帮|替|服务|客户|供应|同行|上游|下游|合作|配套|上班|打工|就职|任职")


def of_other_person(said: str) -> bool:
    """Whether a statement tells of persons that are not the claimant: of kin, of staff, of so many, of a named one."""
    if (_OF_OTHERS.search(said) and not _TOO.search(said)) or took_on(said) or _SOME_PERSONS.search(said):
        return True
    subject = _SUBJECT.match(said)
    return subject is not None and bool(re.search(r"[\u4e00-\u9fff]", _OWN.sub("", subject["lead"])))


def _of_others(said: str, text: str) -> bool:
    """Whether a statement is of others than a condition asks about."""
    personal = is_identity(text) or _PERSONAL.search(text)
    if personal and not takes_on(text) and not _ASKS_KIN.search(text) and of_other_person(said):
        return True
    deals = _DEALS.search(said) if _TITLED.search(text) and not takes_on(text) else None
    return of_kin(said, text) or (deals is not None and deals.group() not in text)


def may_decide(text: str, said: Iterable[Statement], *, met: bool, bars: bool, intends: bool = False) -> bool:
    """Whether these statements may decide a condition, to its being met or its failing; ``bars``: it rules out.

    ``intends``: it is had before what it is for is done, as a loan for a home is.
    """
    told = [s.text for s in said if s.key == "情况"]
    if met is not bars and told and against(text, told):
        return False
    told = [_WILL_BUY.sub("", one) for one in told] if intends else told
    return all(_may(text, one, met=met, bars=bars) for one in told)


def _no_more(said: str, text: str) -> bool:
    """Whether what is said is over, and a condition does not ask for what is."""
    over = OVER.search(said) if affirms(said) else None
    return over is not None and over.group() not in text and not _ASKS_INTENT.search(text)


def _may(text: str, said: str, *, met: bool, bars: bool) -> bool:
    if _of_others(said, text) and (met or of_kin(said, text)):
        return False
    if _no_more(said, text) or (NOT_YET.search(said) and not _ASKS_INTENT.search(text)):
        return False
    if not met:
        rules_out = bars or not affirms(text)
        return not (rules_out and _MENDED.search(said) and not _MENDED.search(text))
    if _READING.search(said) and _DEGREE.search(text) and not _ASKS_INTENT.search(text):
        return False
    if not bars and not affirms(said) and affirms(text) and not _ASKS_NONE.search(text):
        return False
    return not (_ELSEWHERE.search(said) and not _ELSEWHERE.search(text))
