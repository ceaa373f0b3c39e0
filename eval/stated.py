"""Whether a text says a string of the gold, which it does not where it only contains it.

``不可以提取`` does not say 可以提取, and ``算不算`` says neither of its two.
"""

from __future__ import annotations

import re
import unicodedata

from eval.figures import UNITS, figures, is_figure, squash, whole

#: Right before a string these deny it.
_DENIALS = (
    "不|没|无|未|非|没有|不能|不得|不可|不予|不再|不必|不用|不需|不会|不应|不是|不属|不算|并非|无需|无须|毋须|无法|"
    "尚未|禁止|不可以|不需要|不属于|不允许|不要求"
)
_NOT_DENIED = "".join(f"(?<!{word})" for word in _DENIALS.split("|"))
_NUMERALS = "零〇一二两三四五六七八九十百千万亿"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ONE = re.compile(rf"1(?P<unit>{UNITS})")


def states(text: str, wanted: str) -> bool:
    """Whether a text says a string or, where that is a figure and its unit, the figure written in another way.

    20万元 is in 二十万元 and 200000元, 15日 in 15天, 70% in 七成, 1次 in 一次 (not in 一次性); 20万元左右 is more than
    a figure and must be there. The width of characters, white space and a final stop do not count.
    """
    text = unicodedata.normalize("NFKC", text)
    needed = squash(unicodedata.normalize("NFKC", wanted)).rstrip("。")
    if not needed:
        return False
    if re.search(_undenied(needed), text):
        return True
    if not is_figure(needed):
        return False
    one = _ONE.fullmatch(needed)
    if one and re.search(rf"(?<![\d.{_NUMERALS}第统唯同单任某上下])一\s*{one['unit']}(?![性度级])", text):
        return True
    values = {(f.value, f.unit) for f in figures(needed)}
    return bool(values) and values <= {(f.value, f.unit) for f in figures(text)}


def _undenied(needed: str) -> str:
    """The pattern of a string where nothing denies it; of numbers no word before them tells."""
    pattern = whole(needed).pattern
    if not _HAN.match(needed) or needed[0] in _NUMERALS:
        return pattern
    # 用不用交: the second half of a choice of yes and no
    halved = f"(?<!{re.escape(needed[1])})" if needed[0] in "不没" and len(needed) > 1 else ""
    return f"{_NOT_DENIED}{halved}{pattern}"
