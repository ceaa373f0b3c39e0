"""Whether a text says a string of the gold, which it does not wherever it contains its characters.

1,200元 does not say 200元, 不可以提取 does not say 可以提取, and 算不算 says neither 算 nor 不算.
"""

from __future__ import annotations

import re
import unicodedata

from eval.figures import NAMING, UNITS, figures, is_figure, squash, whole

_DENIALS = (
    "不|没|无|未|非|没有|不能|不得|不可|不予|不再|不会|不必|不用|不需|不应|不是|不属|不算|并非|无需|无须|毋须|无法|"
    "尚未|禁止|不可以|不需要|不属于|不允许|不要求"
)
#: Ends in a denial of what comes next: 不由(市人社局), 不会再(继续有效), 不用(自己申请)
_DENIED = re.compile(rf"(?:{_DENIALS})(?:再|由|归|属于?|到|去|在|是|自己|单位)?$")
#: Ends in what looks like a denial and is none
_ASSERTED = re.compile(r"(?:除非|不得不|不能不|并非不)$")
#: Ends in what 不 may follow without making a choice of yes and no: 可能(不能领), 合计(不计入)
_NO_CHOICE = re.compile(r"(?:[可只才]能|[合累总共]计)$")
_LONGEST_BEFORE = 8  # characters that are looked at before a string
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ONE = re.compile(rf"1(?P<unit>{UNITS})")
_DATE_DAY = re.compile(r"(?<=月)\s*\d{1,2}\s*日")
#: Spaces within a number: 1 800元, 800 万元
_SPACED = re.compile(r"(?<=\d)(?:,? (?=\d{3}(?!\d))| +(?=[十百千万亿]))")


def mentions(text: str, wanted: str) -> bool:
    """Whether a text holds a string, whether or not it denies it: white space, width and a final stop do not count.

    Numbers count as a whole only, a figure with its unit also where it is written in another way: 20万元 as 二十万元
    or 200000元, 15日 as 15天, 70% as 七成, 1次 as 一次 (not 一次性). 20万元左右 is more than a figure: only as it is.
    """
    text, needed = _normal(text), squash(_normal(wanted)).rstrip("。")
    return bool(needed) and (whole(needed).search(text) is not None or _as_figure(text, needed))


def states(text: str, wanted: str) -> bool:
    """Whether a text says a string: it is mentioned, and not only where it is denied or offered as a choice.

    Before a number the same words are bounds (不超过20万元, 不足5年) and deny nothing.
    """
    text, needed = _normal(text), squash(_normal(wanted)).rstrip("。")
    if not needed:
        return False
    if not _HAN.match(needed) or needed[0] in "零〇一二两三四五六七八九十百千万亿":
        return mentions(text, wanted)
    return any(not _unsaid(text, m.start(), m.end(), needed) for m in whole(needed).finditer(text))


def _unsaid(text: str, start: int, end: int, needed: str) -> bool:
    """Whether what stands around a string denies it or makes it one half of a question (可以不可以, 最多30家)."""
    before = squash(text[max(0, start - _LONGEST_BEFORE) : start])
    if needed[0] in "多少":
        return before[-1:] in ("至", "最", "不")
    if _DENIED.search(before) and not _ASSERTED.search(before):
        return True
    first = needed[1:3] if needed[0] in "不没" else needed[:2]
    if needed[0] in "不没":
        return bool(first) and before.endswith((first[0], first)) and not _NO_CHOICE.search(before)
    after = squash(text[end : end + _LONGEST_BEFORE])
    return after.startswith((f"不{first[0]}", f"没{first[0]}"))


def _as_figure(text: str, needed: str) -> bool:
    """Whether a string is a figure and the text has it by value."""
    if not is_figure(needed):
        return False
    one = _ONE.fullmatch(needed)
    if one and re.search(
        rf"(?<![\d.零〇一二两三四五六七八九十百千万亿{NAMING}])一\s*{one['unit']}(?![性度级年围])", text
    ):
        return True
    held = figures(_DATE_DAY.sub("", text) if needed.endswith("天") else text)
    values = {(f.value, f.unit) for f in figures(needed)}
    return bool(values) and values <= {(f.value, f.unit) for f in held}


def _normal(text: str) -> str:
    return _SPACED.sub("", unicodedata.normalize("NFKC", text))
