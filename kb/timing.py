"""The time a question is about, and whether a document was not in force then.

Who asks without naming a day asks about today; 2023年8月, 去年春天 or 2024年 are other times. Questions about drafts,
old versions or what is to come want just those documents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from kb.model import DocumentHeader, PolicyDocument, Status
from kb.query import Query
from kb.text import find_dates
from kb.validity import newer_versions, status_on

_DRAFT = re.compile(r"征求意见稿|公开征求意见|意见稿|草案|草稿")
_ANY_VERSION = re.compile(
    r"[新旧老](?:[旧新老]|办法|政策|规定|文件|版|措施|标准|细则|目录)|旧|原来|原先|原办法|以前|之前|从前|过去|上一[版轮]|试行|第[一二三四]版|"
    r"替换|替代|取代|废止|停用|失效|作废|过期|没有?施行|尚未|即将|明年|以后|历[年次]|各版|变化|调整|比.{1,12}(?:多|少|高|低|提高|降低)"
)
_RELATIVE = {"去年": 1, "上年": 1, "前年": 2, "大前年": 3}
_SEASONS = {
    "春": (3, 5),
    "夏": (6, 8),
    "秋": (9, 11),
    "冬": (12, 12),
    "上半年": (1, 6),
    "下半年": (7, 12),
    "年初": (1, 3),
    "年底": (12, 12),
}
_SEASON = re.compile("|".join(sorted(_SEASONS, key=len, reverse=True)))
_MONTH = re.compile(r"(\d{1,2})月")
_OVER = (Status.EXPIRED, Status.REPEALED)


@dataclass(frozen=True, slots=True)
class Period:
    """A run of days: past ones, today, or from today to a time to come.

    ``exact`` where a month or day was named, not a mere year.
    """

    first: date
    last: date
    exact: bool = True

    def days(self) -> tuple[date, ...]:
        """Days that stand for all of it."""
        middle = self.first + (self.last - self.first) // 2
        return tuple(dict.fromkeys((self.first, middle, self.last)))


@dataclass(frozen=True, slots=True)
class Timing:
    """What the question's time asks of a document; ``period`` is None where any version may be meant."""

    period: Period | None
    draft: bool = False
    today: bool = False

    def stale(self, document: DocumentHeader | PolicyDocument) -> bool:
        """Whether the document was not in force at any time asked about: over, not begun yet, or only a draft.

        Who asks about a draft wants one: then what is none is. Who asks about today wants the newest of the notices
        that come every year.
        """
        if self.period is None:
            return False
        found = {status_on(document, day) for day in self.period.days()}
        if self.draft or found == {Status.DRAFT}:
            return self.draft != (found == {Status.DRAFT})
        if self.today and newer_versions(document, self.period.last):
            return True
        bad = (*_OVER, Status.NOT_YET) if self.period.exact else _OVER
        return found <= set(bad)


def timing_of(query: Query, as_of: date) -> Timing:
    """The time a question is about, seen from the day it is asked on."""
    if query.doc_numbers or query.titles or _ANY_VERSION.search(query.text):
        return Timing(None)
    period = _period(query, as_of)
    return Timing(period, _DRAFT.search(query.text) is not None, period == Period(as_of, as_of) and not query.years)


def _period(query: Query, as_of: date) -> Period:
    today = Period(as_of, as_of)
    dated = [d for d in find_dates(query.text) if d.first_day and d.last_day and not d.until]
    relative = next((as_of.year - n for word, n in _RELATIVE.items() if word in query.text), None)
    if dated:
        first, last = date.fromisoformat(dated[0].first_day or ""), date.fromisoformat(dated[0].last_day or "")
        found = Period(first, last, dated[0].precision != "year")
    elif relative is not None:
        found = Period(date(relative, 1, 1), date(relative, 12, 31), exact=False)
    else:
        return today
    found = _narrowed(found, query.text)
    if found.first > as_of:
        # A goal for a year to come stands in what is in force now, its rates in what will be then.
        return Period(as_of, found.last, found.exact)
    return Period(found.first, min(found.last, as_of), found.exact)


def _narrowed(period: Period, text: str) -> Period:
    """A year with the month or season named beside it."""
    if period.exact:
        return period
    year, month, season = period.first.year, _MONTH.search(text), _SEASON.search(text)
    if month and 1 <= int(month.group(1)) <= 12:
        first = last = int(month.group(1))
    elif season:
        first, last = _SEASONS[season.group()]
    else:
        return period
    end = date(year + last // 12, last % 12 + 1, 1) - timedelta(days=1)
    return Period(date(year, first, 1), end)
