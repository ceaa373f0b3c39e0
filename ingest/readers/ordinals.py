"""Ordinals as Word writes them: a number in one of the numbering formats of WordprocessingML (w:numFmt)."""

from __future__ import annotations

from collections.abc import Callable

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"


def ordinal(number: int, form: str) -> str:
    """``number`` written in ``form`` (chineseCounting, decimal …); plain digits for a form not known."""
    if number < 0 or number > 32_767:
        return str(number)
    write = _FORMS.get(form)
    return write(number) if write else str(number)


def _thousand(number: int) -> str:
    """一 … 十 十一 … 一百零一."""
    return _counted(number, "零一二三四五六七八九", ("", "十", "百", "千"), bare_ten=True)


def _legal(number: int) -> str:
    return _counted(number, _LEGAL, ("", "拾", "佰", "仟"), bare_ten=False)


def _counted(number: int, digits: str, units: tuple[str, ...], bare_ten: bool) -> str:
    if number == 0:
        return digits[0]
    high, low = divmod(number, 10_000)
    head = _counted(high, digits, units, bare_ten) + "万" if high else ""
    if high and not low:
        return head
    out = ""
    gap = bool(high) and low < 1000
    for place in range(3, -1, -1):
        digit = low // 10**place % 10
        if digit:
            out += (digits[0] if gap else "") + digits[digit] + units[place]
            gap = False
        elif out:
            gap = True
    if bare_ten and not head and out.startswith(digits[1] + units[1]):
        out = out[1:]
    return head + out


def _counting(number: int) -> str:
    """chineseCounting: 十一 up to 九十九, digit by digit above."""
    return _thousand(number) if 0 < number < 100 else _by_digit(number)


def _by_digit(number: int) -> str:
    return "".join(_DIGITS[int(d)] for d in str(number))


def _letters(number: int) -> str:
    """A … Z AA BB …, as Word repeats them."""
    return chr(65 + (number - 1) % 26) * ((number - 1) // 26 + 1) if number else "0"


def _roman(number: int) -> str:
    out = ""
    for value, sign in (
        *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC")),
        *((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
    ):
        out += sign * (number // value)
        number %= value
    return out or "0"


def _from(first: str, count: int) -> Callable[[int], str]:
    """Single characters that stand in Unicode one after another (① ⑴ ⒈)."""
    return lambda number: chr(ord(first) + number - 1) if 1 <= number <= count else str(number)


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)] if number else "0"


def _full_width(number: int) -> str:
    return "".join(chr(ord("０") + int(d)) for d in str(number))


_FORMS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda n: f"{n:02d}",
    "chineseCounting": _counting,
    "taiwaneseCounting": _counting,
    "chineseCountingThousand": _thousand,
    "taiwaneseCountingThousand": _thousand,
    "japaneseCounting": _thousand,
    "koreanDigital": _by_digit,
    "taiwaneseDigital": _by_digit,
    "japaneseDigitalTenThousand": _by_digit,
    "ideographDigital": _by_digit,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
    "ideographTraditional": _cycle(_STEMS),
    "ideographZodiac": _cycle(_BRANCHES),
    "upperLetter": _letters,
    "lowerLetter": lambda n: _letters(n).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda n: _roman(n).lower(),
    "decimalEnclosedCircle": _from("①", 20),
    "decimalEnclosedCircleChinese": _from("①", 20),
    "decimalEnclosedParen": _from("⑴", 20),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "ideographEnclosedCircle": _from("㊀", 10),
    "ordinal": lambda n: f"{n}",
}
