"""The value of a numeral written in Chinese characters, alone or mixed with Arabic digits."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 10_000, "亿": 100_000_000}


@lru_cache(maxsize=4096)
def chinese_value(numeral: str) -> Decimal | None:
    """The value of 一万六千, 1.6万, 3亿5000万, 百亿, 二〇二五, 三点五; None where it is no numeral."""
    numeral = re.sub(r"[\s,，]", "", numeral)
    if not numeral:
        return None
    if "点" in numeral:
        whole, _, part = numeral.partition("点")
        left = chinese_value(whole)
        tail = re.match(r"[零〇一二三四五六七八九]+", part)
        if left is None or tail is None:
            return None
        value = left + Decimal("0." + "".join(str(_DIGITS[c]) for c in tail.group()))
        rest = part[tail.end() :]
        return value * _factor(rest) if _factor(rest) else None
    if len(numeral) > 1 and all(c in _DIGITS for c in numeral):
        return Decimal("".join(str(_DIGITS[c]) for c in numeral))
    return _composed(numeral)


def _factor(units: str) -> Decimal:
    value = Decimal(1)
    for char in units:
        factor = _BIG.get(char) or _UNITS.get(char)
        if factor is None:
            return Decimal(0)
        value *= factor
    return value


def _composed(numeral: str) -> Decimal | None:
    total = section = Decimal(0)
    digit: Decimal | None = None
    last = 0  # the unit just read: in 一万二 the 二 counts its tenth
    for token in re.findall(r"\d+(?:\.\d+)?|.", numeral):
        if token[0].isdigit() and token[0].isascii():
            try:
                digit = Decimal(token)
            except InvalidOperation:
                return None
        elif token in _DIGITS:
            digit = Decimal(_DIGITS[token])
        elif token in _UNITS:
            section += (Decimal(1) if digit is None else digit) * _UNITS[token]
            digit, last = None, _UNITS[token]
        elif token in _BIG:
            section += digit if digit is not None else 0
            section = section or (total or Decimal(1))
            if total and token == "亿" and section == total:
                total = Decimal(0)
            total += section * _BIG[token]
            section, digit, last = Decimal(0), None, _BIG[token]
        else:
            return None
        if token in "零〇○":
            last = 0
    if digit is not None and last >= 100:
        digit = digit * last / 10
    return total + section + (digit or 0)
