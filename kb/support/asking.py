"""What a sentence asks for: the supports it names, without the words of asking."""

from __future__ import annotations

import re

_LEVEL = re.compile(r"[\u4e00-\u9fff]{2,7}?(?:特别行政区|自治[区州县旗]|新区|[省市州盟区县旗])")
_ASKS = re.compile(
    r"补贴|补助|奖励|奖补|贷款|贴息|资助|减免|扶持|资金|政策|支持|优惠|返还|担保|津贴|认定|培训|[补奖免减贷](?:多少|几)|"
    r"报销|[能会给可][^，]{0,3}[补免奖减]"
)
_NAME_ONLY = re.compile(
    r"(?:(?![领拿享没有给发过了交获取得])[\u4e00-\u9fff]){0,6}(?:补贴|补助|奖励|奖补|贴息|贷款|津贴|减免|资助)"
)
#: What is asked for where the clause asks for it, and may be told of elsewhere (交了公积金)
_MAY_ASK = re.compile(r"公积金|额度|房租|社保|医保|养老保险|医疗保险")
_ASKS_IT = re.compile(r"多少|几[万成]|怎么|如何|最[高多]|[能可][^，]{0,6}[贷提取用领]|想[^，]{0,8}[贷提取用领]|吗$|呢$")
_QUESTION = re.compile(r"[想能可要求请问吗呢]|哪些|什么|多少|有没有|怎么|符合|申请")
_FRAME = re.compile(
    r"需要|急需|想?请?问一?下?问?|请问|咨询一?下?|我们?|咱们?|听说|现在|目前|(?<!返)还|都|想要?|帮|员工(?=申请)|能不能|"
    r"可不可以|要不要|用不用|(?<![技智功])能够?|可以|是否|怎么|如何|申请|申领|申报|领取?到?|拿到?|享受|"
    r"得到|获得|哪些|什么样?|有没有|有(?!限)|没有|多少钱?|每个?[人户家年月]|每[个张项]|[这那][张个家项份]|几个月|多久|多长时间|(?<!奖)补$|免$|减$|报销|吗|呢|么|这种|这样的?|"
    r"最[高多](?=多少|能|可|$|[贷补领提拿])|这块|这方面|方面|相关|政策|对应的?|给|(?<!奖)补(?=多少|$)|了解|知道|一下|该|要|条件|符合|的|"
    r"是|去|在|本地|当地|今年|一些|一点|点|些"
)

#: What is said beside the thing asked for: by whom, of whom, for how long, of which year
_ASIDE = re.compile(
    r"^.*\d[^，]{0,4}的(?=[\u4e00-\u9fff]{2,8}$)|像我们?(?:这样|这种情况)?|像(?=社保|医保|公积金)|(?:这种|我的?|我们)?情况|"
    r"听[^，]{0,4}说|政府|国家(?!级)|财政|公家|[省市区县]里|(?<=[^一])(?:一个?|每个?)(?:月|年|季度)|^(?:一个?|每个?)(?:月|年|季度)|"
    r"\d{4}年|明年|后年|去年|前年|有没有我的?份|(?:我|自己|个人)(?:还|得|要|需)*(?:掏|交|出|缴).*|[出掏](?:钱|来)?$|到底|究竟|大概|大约|总共|最多|(?:多少|几)[成万元块]?钱?|"
    r"这回|这次|这个"
)
#: What is got by what is asked to be done, where no thing is named (能奖多少钱)
_DONE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(verb), kind)
    for verb, kind in (
        (r"(?<!借)贷(?:到|出)?(?:多少|几)|[能可][^，]{0,4}贷(?!款)", "贷款"),
        (r"利息[^，]{0,6}贴|贴(?:多少|几)", "贴息"),
        (r"奖(?:到)?(?:多少|几)|[能会给][^，]{0,3}奖(?!补|励|金|学)", "奖励"),
        (r"[免减](?:掉|去)?(?:多少|几)|[能会给可][^，]{0,3}[免减](?!费)", "减免"),
        (r"[补报](?:贴|助|销)?(?:多少|几)|[能会给可][^，]{0,3}(?:补(?!贴|助)|报销)", "补贴"),
    )
)
_KINDS = frozenset(("补贴", "补助", "奖励", "奖补", "资助", "减免"))
_NAMES = re.compile(r"补贴|补助|奖励|奖补|贷款|贴息|资助|减免|返还|津贴|提取|额度|培训|担保|认定|资金|贷$")


def _plain(part: str, clause: str) -> str:
    """A thing asked for without what is said beside it, by what is to be had where nothing is named (能奖多少钱)."""
    thing = re.sub(r"(?:能|会|可|再|就|上了|出来)+$", "", _ASIDE.sub("", part))
    thing = re.sub(r"(?<=[保险费])[交缴]$|(?<=返还)返$|(?<=利息)贴$", "", thing)
    thing = re.sub(r"^[补贴免减报](?![贴助息])", "", thing)
    if len(thing) > 1 or _NAMES.search(thing):
        return thing if _NAMES.search(thing) else re.sub("[补免奖减贴贷报]+$", "", thing)
    return next((kind for verb, kind in _DONE if verb.search(clause)), thing)


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
        bare = (re.sub(r"[^\u4e00-\u9fffA-Za-z0-9]", "", _FRAME.sub("", _ASIDE.sub("", part))) for part in listed)
        plain = (re.sub("(?<=公积金)贷$", "贷款", re.sub("(?<!奖)[补免减]+$", "", want)) for want in bare)
        plain = (re.sub(r"^(.{2,8}?)\1+$", r"\1", _plain(want, clause)) for want in plain)
        wants += [want for want in plain if len(want) >= 2]
    named = [want for want in wants if want not in _KINDS]
    return list(dict.fromkeys(named or wants)), asking


def _joined_by_and(text: str) -> list[str]:
    """The parts of 创业补贴和贷款, where each names a support by itself."""
    parts = re.split(r"和|以及|还有|及|与", text)
    return parts if all(_ASKS.search(part) for part in parts) else [text]
