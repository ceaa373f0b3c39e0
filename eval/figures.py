"""Figures in Chinese text, read on their own: the check on answers must not share a fault with what it checks.

Arabic and Chinese numerals are read by value (``cn2an``), units by a list of common ones.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from eval.extras import require

_CN = "零〇一二两三四五六七八九十百千万亿"
_SCALE = r"(?:[多余]?(?:[十百]|千(?![克米瓦])|万|亿){1,3})?"
_NUMBER = re.compile(
    rf"(?P<share>[百千万]分之)?"
    rf"(?:(?P<digits>(?<![\d,])\d{{1,3}}(?:,\d{{3}})+(?!,?\d)(?:\.\d+)?|\d+(?:\.\d+)?)(?P<scale>{_SCALE})|"
    rf"(?P<han>[{_CN}]+(?:点[零〇一二三四五六七八九]+)?)(?P<more>(?:[多余][万亿]{{1,2}})?))"
)
#: Between figures of ordinary width the comma of a sentence parts them: 300，500，800元
_LISTED = re.compile(r"(?<=[0-9])，(?=[0-9])")
UNITS = (
    "平方公里|平方千米|平方米|立方米|公里|千米|厘米|毫米|公斤|千克|千瓦|小时|分钟|个工作日|工作日|个月|人次|人民币|美元|欧元|"
    "港元|元|米|克|吨|亩|公顷|升|家|个小时|个|人|名|位|户|项|条|件|套|台|辆|艘|座|栋|间|所|处|次|倍|批|种|类|例|份|篇|场|"
    "封|晚|年|月|日|天|周岁|周|岁|级|度|秒|分|股|票|章|节|款|℃|%|‰|成(?![果员为立功本熟品交分长绩])"
)
_UNIT = re.compile(rf"\s*(?:左右|以上|以下|余|多)?\s*(?P<unit>{UNITS})(?:(?<=成)(?P<fifth>[半一二三四五六七八九]))?")
_BARE = re.compile(f"{_NUMBER.pattern}(?:{UNITS})")
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_SHARES = {"百": "%", "千": "‰", "万": "‱"}
_RANGE = re.compile(r"\s*(?:%|‰)?\s*[-–—~～至到]+\s*")
_SAME = {
    "千米": "公里",
    "平方千米": "平方公里",
    "千克": "公斤",
    "人民币": "元",
    "工作日": "个工作日",
    "个小时": "小时",
    "天": "日",
    "周岁": "岁",
}
#: With these 一 counts (一年 is 1年), unless the characters around it name one (上一年) or make a word (统一, 一年级)
_COUNTED = frozenset(("年", "个月", "周", "小时", "个工作日", "工作日", "倍", "成"))
NAMING = "第统唯同单任专每某哪这那上下头另之进新"
_RUNS_ON = re.compile("[级度年围]|不变")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as a value, with the unit behind it (empty where none is known). ``3.5万元`` is (35000, 元)."""

    value: Decimal
    unit: str
    raw: str


def figures(text: str) -> list[Figure]:
    """All figures of a text, in order. Words that only look like numerals (一般, 十分, 统一, 二是, 一项) are none.

    The first end of a range has the unit of the second, and its scale where it has none: 20-30万元, 20万-30万元.
    Tenths are percent: 七成 is (70, %), 两成半 (25, %). Of units that mean the same one is given: 15天 is (15, 日).
    """
    text = unicodedata.normalize("NFKC", _LISTED.sub("；", text))
    found: list[tuple[re.Match[str], Figure, int]] = []
    for match in _NUMBER.finditer(text):
        unit = _UNIT.match(text, match.end())
        figure = _figure(
            match,
            unit["unit"] if unit else "",
            text[match.start() - 1 : match.start()],
            text[unit.end() :] if unit else "",
        )
        if figure is not None and figure.unit == "成":
            figure = _percent(figure, unit["fifth"] if unit else None)
        if figure is not None:
            found.append((match, figure, unit.end() if unit else match.end()))
    for i in range(len(found) - 2, -1, -1):
        (match, figure, end), (after, second, _) = found[i], found[i + 1]
        if not figure.unit and _RANGE.fullmatch(text, end, after.start()):
            bare = match["digits"] and not match["scale"]
            factor = _factor(after["scale"] or "") if bare else Decimal(1)
            found[i] = (match, replace(figure, value=figure.value * factor, unit=second.unit), end)
    return [figure for _, figure, _ in found]


def supports(held: list[Figure], figure: Figure) -> bool:
    """Whether a figure is among others: by value, and by unit where both have one."""
    return any(h.value == figure.value and (h.unit == figure.unit or not h.unit or not figure.unit) for h in held)


def whole(wanted: str) -> re.Pattern[str]:
    """A pattern that finds a string with any white space in it, and a number only as a whole.

    200元 is not in 1,200元, nor 十万元 in 二十万元, nor 20 in 20万.
    """
    bare = squash(wanted)
    before = after = ""
    if bare[:1].isdigit():
        before = r"(?<!\d)(?<!\d[.,，])"
    elif bare[:1] in _CN:
        before = rf"(?<![\d{_CN}])"
    if bare[-1:].isdigit():
        after = r"(?!\d)(?![.,，]\d)(?![十百千万亿])"
    elif bare[-1:] in _CN:
        after = rf"(?![{_CN}])"
    return re.compile(before + r"\s*".join(map(re.escape, bare)) + after)


def is_figure(text: str) -> bool:
    """Whether a text is one figure and its unit, and nothing else: 20万元, 七成."""
    return _BARE.fullmatch(text) is not None


def squash(text: str) -> str:
    """A text without white space."""
    return re.sub(r"\s", "", text)


def _figure(match: re.Match[str], unit: str, before: str, after: str) -> Figure | None:
    """The figure of a match, by the character ``before`` and what comes ``after``; None for ordinals and words."""
    if before == "第":
        return None
    if match["digits"]:
        value: Decimal | None = Decimal(match["digits"].replace(",", "")) * _factor(match["scale"])
    else:
        if not match["share"] and _is_word(match["han"], unit, before, after):
            return None
        value = _chinese(match["han"])
        value = value * _factor(match["more"]) if value is not None else None
    if value is None:
        return None
    return Figure(value, _SHARES[match["share"][0]] if match["share"] else _SAME.get(unit, unit), match[0])


def _percent(tenths: Figure, fifth: str | None) -> Figure:
    """Tenths as percent; ``fifth`` is what stands behind them: half of one more, or hundredths."""
    more = Decimal(5) if fifth == "半" else (_chinese(fifth) if fifth else None) or Decimal(0)
    return replace(tenths, value=tenths.value * 10 + more, unit="%")


def _is_word(numeral: str, unit: str, before: str, after: str) -> bool:
    """Whether Chinese numeral characters are (part of) a word or a name: 一个, 统一, 上一年, 一年级, 十分, 二是."""
    if len(numeral) > 1:
        return numeral[0] in "百千万亿"
    if numeral == "一" and unit in _COUNTED:
        return (before != "" and before in NAMING) or _RUNS_ON.match(after) is not None
    return numeral in "一百千万亿" or not unit or (numeral == "十" and unit == "分")


def _factor(scale: str) -> Decimal:
    value = Decimal(1)
    for character in scale:
        value *= _SCALES.get(character, 1)
    return value


def _chinese(numeral: str) -> Decimal | None:
    try:
        return Decimal(str(require("cn2an", "cn2an").cn2an(numeral.replace("〇", "零"), "smart")))
    except (ValueError, InvalidOperation):
        return None
