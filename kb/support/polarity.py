"""Whether words affirm or deny: the one reading of 无、未、非、不、没 for conditions and for statements.

A plain denial (没有、未、无…) says the opposite of its core; any other word of the five leaves open what is said.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Sign(StrEnum):
    """Whether words say that something is so (是), that it is not (非), or neither plainly (不明)."""

    YES = "是"
    NO = "非"
    OPEN = "不明"


#: Words that hold one of the five and deny nothing
_LEXICAL = (
    r"无人[机船车驾值]|无线|无障碍|无土|无纺|无缝|无损|无机(?!动)|无公害|无菌|无形|无偿|无论|无锡|"
    r"非遗|非物质|非常|非洲|非凡|非标|非织造|非金属|民办非企业|民非|除非|"
    r"未来|未成年|未婚|不断|不锈钢|不动产|不仅|不但|不论|不管|不久|不止|不错|不同|不良|不可抗力|差不多|不少(?!于)|"
    r"没落|没错|没问题"
)
#: Bounds, which are the matter of their figures
_BOUND = (
    r"不(?:得|可|能|会)?(?:少于|低于|高于|超过|大于|小于|多于|早于|晚于|迟于|超(?!\w{0,3}[的过])|过(?=\d))|"
    r"(?:未|没有?)(?:超过|超)|(?:不满|未满|没满|不足|不到|没到|不及|未达到?|没有?达到|未到|未足)(?=[^，。；]{0,6}[\d一二两三四五六七八九十百半])"
)
#: What has no end: 没有断过 affirms
_BREAK = "中断|断过?|停过?|间断|脱保|离开"
_UNBROKEN = rf"(?:从未?|没有?|未|不)(?:有)?(?:曾)?(?:{_BREAK})"
_AFFIRMS = re.compile(f"{_LEXICAL}|{_BOUND}")
_LASTS = re.compile(_UNBROKEN)
_ENDS = re.compile(_BREAK)
_PLAIN = re.compile(
    r"(?:从来?|尚|还|并|均|都|也)*(?:没有|没(?!法)|未(?!必|免|知)|无(?!法|需|须|疑|非)|非(?!但))|"
    r"并?不(?:(?:[能得会]|可以?)?是|属于|具[备有]|存在|享受|在)"
)
_ANY = re.compile("[无未非不没]")


def denials(text: str, beside: str = "") -> list[re.Match[str]]:
    """The plain denials in a text; ``beside``: other words, of which an end (中断) makes 没有断过 a denial."""
    return list(_PLAIN.finditer(_bared(text, beside)))


def sign_of(text: str, beside: str = "") -> Sign:
    """Whether a text affirms or plainly denies what it is about."""
    bared = _bared(text, beside)
    if not _ANY.search(bared):
        return Sign.YES
    return Sign.OPEN if _ANY.search(_PLAIN.sub("，", bared)) else Sign.NO


def affirms(text: str) -> bool:
    """Whether a text denies nothing, neither plainly nor in other words."""
    return sign_of(text) is Sign.YES


def denies(text: str) -> bool:
    """Whether a text plainly denies what it is about."""
    return sign_of(text) is Sign.NO


def agree(one: Sign, other: Sign) -> bool | None:
    """Whether two signs are the same; None where one of them is open."""
    return None if Sign.OPEN in (one, other) else one is other


def core(text: str) -> str:
    """A text with commas for its plain denials, of the same sense but for them."""
    found = denials(text)
    for match in reversed(found):
        text = f"{text[: match.start()]}，{text[match.end() :]}"
    return text


def unbroken(text: str) -> bool:
    """Whether a text says that something had no end (没有断过)."""
    return _LASTS.search(text) is not None


def _bared(text: str, beside: str) -> str:
    """A text of the same length without the words that hold one of the five and deny nothing."""
    text = _AFFIRMS.sub(_filled, text)
    return text if _ENDS.search(beside) else _LASTS.sub(_filled, text)


def _filled(match: re.Match[str]) -> str:
    return "，" * len(match.group())
