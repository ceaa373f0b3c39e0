"""Figures in Chinese text, read on their own: the check on answers must not share a fault with what it checks.

Arabic and Chinese numerals are read by value (``cn2an``), units by a list of common ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from eval.extras import require

_CN = "零〇一二两三四五六七八九十百千万亿"
_NUMBER = re.compile(
    rf"(?P<digits>\d{{1,3}}(?:[,，]\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<scale>[多余]?[十百千万亿]{{0,3}})|"
    rf"(?P<han>[{_CN}]+(?:点[零〇一二三四五六七八九]+)?)"
)
_UNITS = (
    "平方公里|平方千米|平方米|立方米|公里|千米|厘米|毫米|公斤|千克|克拉|小时|分钟|个月|人次|人民币|美元|欧元|港元|"
    "元|米|克|吨|亩|公顷|升|家|个|人|名|位|户|项|条|件|套|台|辆|艘|座|栋|栋楼|间|所|处|次|倍|批|种|类|例|份|篇|场|"
    "年|月|日|天|周|岁|级|度|秒|分|股|票|章|节|款|点|℃|％|%"
)
_UNIT = re.compile(rf"\s*(?:左右|以上|以下|余|多)?\s*(?P<unit>{_UNITS})")
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_PERCENT = re.compile(rf"百分之(?P<value>[{_CN}]+(?:点[零〇一二三四五六七八九]+)?|\d+(?:\.\d+)?)")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．％", "0123456789.%")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as a value, with the unit behind it (empty where none is known). ``3.5万元`` is (35000, 元)."""

    value: Decimal
    unit: str
    raw: str


def figures(text: str) -> list[Figure]:
    """All figures of a text, in order; numerals that make no number are passed over."""
    text = text.translate(_FULL_WIDTH)
    found: list[Figure] = []
    taken = -1
    percents = {m.start(): m for m in _PERCENT.finditer(text)}
    for match in _NUMBER.finditer(text):
        if match.start() < taken:
            continue
        percent = percents.get(match.start())
        if percent:
            value = _value(percent["value"])
            taken = percent.end()
            if value is not None:
                found.append(Figure(value, "%", percent[0]))
            continue
        value = _scaled(match) if match["digits"] else _value(match["han"])
        if value is not None:
            unit = _UNIT.match(text, match.end())
            found.append(Figure(value, _same(unit["unit"]) if unit else "", match[0]))
    return found


def values(text: str) -> set[Decimal]:
    """The values of all figures of a text; a scaled one also as it is written (3.5万: 35000 and 3.5)."""
    written = re.findall(r"\d+(?:\.\d+)?", text.translate(_FULL_WIDTH))
    return {f.value for f in figures(text)} | {Decimal(d) for d in written}


def holds(text: str, wanted: str) -> bool:
    """Whether a text has a string, white space ignored, a number only as a whole: 160万 is not in 1160万."""
    needed = squash(wanted).rstrip("。")
    if not needed:
        return False
    before = r"(?<![\d.])" if needed[0].isdigit() else ""
    after = r"(?!\.?\d)" if needed[-1].isdigit() else ""
    return re.search(before + re.escape(needed) + after, squash(text)) is not None


def squash(text: str) -> str:
    """A text without white space."""
    return re.sub(r"\s", "", text)


def _scaled(match: re.Match[str]) -> Decimal | None:
    try:
        value = Decimal(re.sub("[,，]", "", match["digits"]))
    except InvalidOperation:
        return None
    for scale in match["scale"]:
        value *= _SCALES.get(scale, 1)
    return value


def _value(numeral: str) -> Decimal | None:
    if numeral[0].isdigit():
        return Decimal(numeral)
    try:
        return Decimal(str(require("cn2an", "cn2an").cn2an(numeral.replace("〇", "零"), "smart")))
    except (ValueError, InvalidOperation):
        return None


def _same(unit: str) -> str:
    return {"％": "%", "千米": "公里", "平方千米": "平方公里", "千克": "公斤", "人民币": "元"}.get(unit, unit)
