"""Quantities in running text, compared by value: 160万平方米, 542万方, 近200亿元, 一万六千人, 百分之二十五, 1/8."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from kb.text.numerals import chinese_value

_UNIT = (
    "个百分点|平方公里|平方千米|平方米|立方米|公顷|亩|公里|千米|米|厘米|吨|公斤|千克|克|千瓦时|千瓦|万元|亿元|美元|欧元|港元|元|"
    "个工作日|工作日|个自然日|自然日|个月|周年|年|天|日|月|小时|分钟|人次|人天|人|名|位|家|个|项|件|条|所|场次|场|支|只|座|栋|套|台|辆|"
    "次|批|类|种|户|款|届|号|岁|倍|期|章|编|节|页|份|门|间|处|例|笔|张|层|级|方|股|点|轮|组|班|社区|街道|镇|乡|村|区|市|县|省|分"
)
_MULTIPLE = r"(?:万亿|[百千]?[万亿]|[十百千](?=[万亿余多几]|\s*(?:" + _UNIT + r")))"
_ARABIC = re.compile(
    r"(?<![\d.])(?P<number>\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"\s*(?P<multiple>{_MULTIPLE}{{0,2}})(?P<more>[余多]?)(?P<multiple2>[万亿]?)\s*(?P<unit>%|％|‰|㎡|m2|{_UNIT})?",
)
_COMPOUND = re.compile(
    rf"(?<![\d.])(?P<number>\d+(?:\.\d+)?\s*亿\s*\d+(?:\.\d+)?\s*[百千]?万)[余多]?\s*(?P<unit>{_UNIT})?"
)
# The lower end of a range has the unit of the upper one: 100-200万元.
_RANGE = re.compile(
    rf"(?<![\d.])(?P<number>\d+(?:\.\d+)?)\s*(?=[-—–~～至到]\s*\d+(?:\.\d+)?\s*(?P<multiple>[百千]?[万亿])?\s*(?P<unit>{_UNIT}|%))"
)
_HAN = re.compile(
    rf"(?P<number>半(?=[天年日月个小])|[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+[万亿]?)?)(?P<more>[余多]?)(?P<unit>{_UNIT})?"
)
_PERCENT = re.compile(r"百分之(?P<number>[零〇一二两三四五六七八九十百]+(?:点[零〇一二三四五六七八九]+)?)")
_FRACTION = re.compile(r"(?<![\d./])(?P<number>\d{1,3}\s?/\s?\d{1,3})(?![\d/])")
_SHARE = re.compile(r"(?P<low>[二两三四五六七八九十]+)分之(?P<high>[一二两三四五六七八九])")
_MODIFIER = re.compile(r"(不低于|不少于|不高于|不超过|超过|达到|至少|最高|最多|大约|约|近|超|逾|每)\s*$")
_MONTHS = {"个月": 1, "年": 12, "周年": 12}
_CANONICAL = {
    "％": "%",
    "㎡": "平方米",
    "m2": "平方米",
    "方": "平方米",
    "名": "人",
    "位": "人",
    "场次": "场",
    "千米": "公里",
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit. ``value`` is in ``unit`` after multiplying out 万 and 亿; ``raw`` is as written."""

    value: Decimal
    unit: str
    raw: str
    start: int
    end: int
    modifier: str | None = None

    @property
    def months(self) -> Decimal | None:
        """A span of time in months, as far as it has them: 半年 is 6, 1年 is 12."""
        factor = _MONTHS.get(self.unit)
        return self.value * factor if factor else None


_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，％", "0123456789.,%")


def find_quantities(text: str) -> list[Quantity]:
    """All quantities in a text, in order, not overlapping.

    A Chinese numeral counts only with a unit or as a compound (一万六千): 一 in 一是 or 统一 is no quantity.
    """
    text = text.translate(_FULL_WIDTH)  # one character for one: offsets stay
    found: list[Quantity] = []
    taken = bytearray(len(text) + 1)
    for pattern in (_PERCENT, _SHARE, _FRACTION, _COMPOUND, _RANGE, _ARABIC, _HAN):
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            quantity = _quantity(pattern, match, text)
            if quantity:
                found.append(quantity)
                taken[match.start() : quantity.end] = b"\1" * (quantity.end - match.start())
    return sorted(found, key=lambda q: q.start)


def _quantity(pattern: re.Pattern[str], match: re.Match[str], text: str) -> Quantity | None:
    groups = match.groupdict()
    unit = groups.get("unit") or ""
    if pattern is _PERCENT:
        value, unit = chinese_value(groups["number"]), "%"
    elif pattern is _SHARE:
        high, low = chinese_value(groups["high"]), chinese_value(groups["low"])
        value = high / low if high and low else None
    elif pattern is _FRACTION:
        high_, _, low_ = groups["number"].partition("/")
        value = Decimal(high_.strip()) / Decimal(low_.strip()) if int(low_) else None
    elif pattern is _COMPOUND:
        value = chinese_value(re.sub(r"\s", "", groups["number"]))
    elif pattern is _RANGE:
        value = chinese_value(groups["number"] + (groups["multiple"] or ""))
    elif pattern is _ARABIC:
        multiple = (groups["multiple"] or "") + (groups["multiple2"] or "")
        value = chinese_value(re.sub(r"[,，]", "", groups["number"]) + multiple)
    else:
        vague = text[max(0, match.start() - 1) : match.start()] in ("数", "几")
        value = None if vague else _han_value(groups["number"], unit)
    if value is None:
        return None
    if unit in ("万元", "亿元"):
        value, unit = value * (10_000 if unit == "万元" else 100_000_000), "元"
    if unit == "方" and value < 1000:
        # 方 after a small count is a cubic measure or a party (三方), not 平方米.
        return Quantity(value, "方", match.group().strip(), match.start(), match.end(), _modifier(text, match.start()))
    end = match.start() + len(match.group().rstrip())
    return Quantity(
        value, _CANONICAL.get(unit, unit), text[match.start() : end], match.start(), end, _modifier(text, match.start())
    )


def _han_value(numeral: str, unit: str) -> Decimal | None:
    if numeral == "半":
        return Decimal("0.5") if unit else None
    if len(numeral) == 2 and unit and not re.search(r"[十百千万亿零〇]", numeral):
        return None  # 三五家: about so many
    if len(numeral) == 1 and (not unit or numeral in "百千万亿"):
        return None
    if not unit and not re.search(r"[十百千万亿]", numeral):
        return None
    if numeral[0] in "万亿" and numeral not in ("万亿",):
        return None  # 万一, 亿一: words, not numerals
    if (
        not unit
        and re.fullmatch(r"[百千万亿]+", numeral)
        and numeral not in ("百亿", "千亿", "万亿", "百万", "千万", "十亿", "十万")
    ):
        return None
    return chinese_value(numeral)


def _modifier(text: str, start: int) -> str | None:
    match = _MODIFIER.search(text, max(0, start - 4), start)
    return match.group(1) if match else None
