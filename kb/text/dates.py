"""Dates in running text: 2025年6月12日, 2025-06-12, 二○二五年六月, 2027年底, 2022-2024年."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

_CN_YEAR = "[一二][零〇○Ｏ一二三四五六七八九]{3}"
_CN = "[一二三四五六七八九十]{1,3}"
_DATE = re.compile(
    rf"(?P<year>(?<!\d)(?:19|20)\d\s?\d|{_CN_YEAR})\s*年\s*(?:(?P<month>\d{{1,2}}|{_CN})\s*月\s*"
    rf"(?:(?P<day>\d{{1,2}}|{_CN})\s*日)?)?"
)
_ISO = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)\s*[-./]\s*(?P<month>\d{1,2})\s*[-./]\s*(?P<day>\d{1,2})(?!\d)")
_RANGE = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)\s*年?\s*[-—–~～至到]+\s*(?P<until>(?:19|20)\d\d)\s*年?(?!\d)")
_MONTH_DAY = re.compile(r"(?<![\d年月])(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日")
_ASCII = str.maketrans("０１２３４５６７８９", "0123456789")
_CN_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "Ｏ": 0}


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text. ``iso`` has the precision stated: ``2025``, ``2025-06``, ``2025-06-12`` or ``--06-12``.

    ``until`` is the last year of a range such as 2025-2027.
    """

    iso: str
    start: int
    end: int
    until: str | None = None

    @property
    def year(self) -> int | None:
        """The year, where stated."""
        return int(self.iso[:4]) if self.iso[0] != "-" else None

    @property
    def precision(self) -> str:
        """``year``, ``month``, ``day`` or ``month_day``."""
        return "month_day" if self.iso[0] == "-" else {4: "year", 7: "month", 10: "day"}[len(self.iso)]

    @property
    def first_day(self) -> str | None:
        """The day it begins with (2031-07 with 2031-07-01); None where no year is stated."""
        return None if self.year is None else f"{self.iso}-01-01"[:10]

    @property
    def last_day(self) -> str | None:
        """The day it ends with (2031-02 with 2031-02-28); None where no year is stated."""
        if self.year is None or self.precision == "day":
            return None if self.year is None else self.iso
        month = int(self.iso[5:7]) if self.precision == "month" else 12
        return f"{self.year}-{month:02}-{calendar.monthrange(self.year, month)[1]}"


def find_dates(text: str) -> list[DateMention]:
    """All valid dates in a text, in order, not overlapping; impossible ones (2月30日) are left out."""
    text = text.translate(_ASCII)
    found: list[DateMention] = []
    for pattern in (_RANGE, _ISO, _DATE, _MONTH_DAY):
        for match in pattern.finditer(text):
            if any(match.start() < f.end and f.start < match.end() for f in found):
                continue
            mention = _mention(match)
            if mention:
                found.append(mention)
    return sorted(found, key=lambda f: f.start)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or the last one of a shorter month: a month after 5月31日 is 6月30日."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _mention(match: re.Match[str]) -> DateMention | None:
    groups = match.groupdict()
    end = match.end() - (len(match.group()) - len(match.group().rstrip()))
    year = _year(groups["year"]) if groups.get("year") else None
    if groups.get("until"):
        return DateMention(str(year), match.start(), end, groups["until"])
    month, day = _small(groups.get("month")), _small(groups.get("day"))
    if month is None:
        return DateMention(f"{year}", match.start(), end)
    if not 1 <= month <= 12:
        return None
    if day is None:
        return DateMention(f"{year}-{month:02}", match.start(), end)
    if not 1 <= day <= calendar.monthrange(year or 2000, month)[1]:
        return None
    return DateMention(f"{year if year else '-'}-{month:02}-{day:02}", match.start(), end)


def _year(written: str) -> int:
    written = re.sub(r"\s", "", written)
    return int(written) if written.isdigit() and written.isascii() else int("".join(str(_CN_DIGIT[c]) for c in written))


def _small(written: str | None) -> int | None:
    if written is None:
        return None
    if written.isdigit() and written.isascii():
        return int(written)
    tens, mark, ones = written.rpartition("十")
    if not mark:
        return _CN_DIGIT.get(written, 0) if len(written) == 1 else 0
    return (_CN_DIGIT.get(tens, 0) if tens else 1) * 10 + (_CN_DIGIT.get(ones, 0) if ones else 0)
