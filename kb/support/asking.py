"""What a sentence asks for: the supports it names, without the words of asking."""

from __future__ import annotations

import re

_LEVEL = re.compile(r"[\u4e00-\u9fff]{2,7}?(?:特别行政区|自治[区州县旗]|新区|[省市州盟区县旗])")
_ASKS = re.compile(
    r"补贴|补助|奖励|奖补|贷款|贴息|资助|减免|扶持|资金|政策|支持|优惠|返还|担保|津贴|认定|培训|补多少|[能会给可][^，]{0,3}[补免奖减]|免多少"
)
_NAME_ONLY = re.compile(
    r"(?:(?![领拿享没有给发过了交获取得])[\u4e00-\u9fff]){0,6}(?:补贴|补助|奖励|奖补|贴息|贷款|津贴|减免|资助)"
)
#: What is asked for where the clause asks for it, and may be told of elsewhere (交了公积金)
_MAY_ASK = re.compile(r"公积金|额度|房租|社保|医保")
_ASKS_IT = re.compile(r"多少|几[万成]|怎么|如何|最[高多]|[能可][^，]{0,6}[贷提取用领]|想[^，]{0,8}[贷提取用领]|吗$|呢$")
_QUESTION = re.compile(r"[想能可要求请问吗呢]|哪些|什么|多少|有没有|怎么|符合|申请")
_FRAME = re.compile(
    r"想?请?问一?下?问?|请问|咨询一?下?|我们?|咱们?|听说|现在|目前|(?<!返)还|都|想要?|帮|员工(?=申请)|能不能|"
    r"可不可以|要不要|用不用|(?<![技智功])能够?|可以|是否|怎么|如何|申请|申领|申报|领取?到?|拿到?|享受|"
    r"得到|获得|哪些|什么样?|有没有|有(?!限)|没有|多少钱?|每个?[人户家年月]|每[个张项]|[这那][张个家项份]|几个月|多久|多长时间|补$|免$|减$|报销|吗|呢|么|这种|这样的?|"
    r"最[高多](?=多少|能|可|$)|这块|这方面|方面|相关|政策|对应的?|给|补(?=多少|$)|了解|知道|一下|该|要|条件|符合|的|"
    r"是|去|在|本地|当地|今年|一些|一点|点|些"
)


def _asks(clause: str, places: re.Pattern[str]) -> bool:
    """Whether a clause asks for a support, or is nothing but the name of one."""
    plainly = (_ASKS.search(clause) and _QUESTION.search(clause)) or _NAME_ONLY.fullmatch(places.sub("", clause))
    return bool(plainly or (_MAY_ASK.search(clause) and _ASKS_IT.search(clause)))


def wants_in(clauses: list[str], region: str) -> tuple[list[str], list[str]]:
    """What is asked for, without the words of asking and the places of the region, and the clauses that ask."""
    places = re.compile("|".join(map(re.escape, [region, *_LEVEL.findall(region)])))
    wants, asking = [], []
    for clause in clauses:
        if not _asks(clause, places) or re.search(r"[没未][有]?(?:领|拿|享受)", clause):
            continue
        asking.append(clause)
        listed = (part for piece in places.sub("，", clause).split("、") for part in _joined_by_and(piece))
        bare = (re.sub(r"[^\u4e00-\u9fffA-Za-z0-9]", "", _FRAME.sub("", part)) for part in listed)
        plain = (re.sub("(?<=公积金)贷$", "贷款", re.sub("(?<!奖)[补免减]+$", "", want)) for want in bare)
        plain = (re.sub(r"^(.{2,8}?)\1+$", r"\1", want) for want in plain)
        wants += [want for want in plain if len(want) >= 2]
    return list(dict.fromkeys(wants)), asking


def _joined_by_and(text: str) -> list[str]:
    """The parts of 创业补贴和贷款, where each names a support by itself."""
    parts = re.split(r"和|以及|还有|及|与", text)
    return parts if all(_ASKS.search(part) for part in parts) else [text]
