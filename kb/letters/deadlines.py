"""By when a measure is to be done, as a sentence states it; a deadline without a year is of its document's year."""

from __future__ import annotations

import re

from kb.model import Kind, PolicyDocument
from kb.tabular import years_in
from kb.text import DateMention

_OTHER_YEARS = {"去年": -1, "明年": 1}
_YEARLESS = re.compile(
    r"(?P<which>去年|今年|本年|明年)?(?:度)?(?:"
    r"(?<![\d/.\-])(?P<month>1[0-2]|0?[1-9])月(?P<day>[12]\d|3[01]|0?[1-9])?(?:日)?(?:份|底|末|上旬|中旬|下旬)?"
    r"(?:之?前|以前|完成|建成|(?<=[底末日])(?=[，,达实全]))"
    r"|(?<![\d两])(?P<half>[上下])半年|第?(?P<quarter>[一二三四])季度|(?<![\d一二三四五六七八九十百两几半每多])(?P<end>年(?:内|底前?|末前?|终))(?![\d]))"
)
#: A deadline that counts from something else than the document's year, or comes again.
_NO_YEAR = re.compile(r"(?:次年|翌年|第二年|下一?年度?|当年|届满当?|之日起|起的?|上一?年度?)(?:的)?$")
_AGAIN = re.compile(r"每年|每季度|每半年|逐年|历年|按年度?")
#: What stands in rules is done every year.
_STANDING = (Kind.LAW, Kind.REGULATION, Kind.RULE, Kind.MEASURES, Kind.DETAILED_RULES, Kind.SERVICE_GUIDE)
_QUARTERS = {"一": "03", "二": "06", "三": "09", "四": "12"}


def due_of(document: PolicyDocument, words: str, dates: list[DateMention]) -> str | None:
    """The last deadline that words state, as ISO of the precision stated; ``dates`` are those with a year."""
    yearless = _yearless(document, words, dates)
    halved = {m.start() for m in yearless}  # 2026年上半年 ends before 2026年
    found = [d.until or d.iso for d in dates if d.end not in halved]
    for match in yearless:
        year = _year_before(match, dates) or year_of(document)
        if year is not None:
            found.append(_iso(year + _OTHER_YEARS.get(match["which"] or "", 0), match))
    return max(found, key=lambda iso: f"{iso}-99-99"[:10], default=None)


def is_undated(document: PolicyDocument, words: str, dates: list[DateMention]) -> bool:
    """Whether words state a deadline without a year, and the document tells none either."""
    return year_of(document) is None and any(not _year_before(m, dates) for m in _yearless(document, words, dates))


def year_of(document: PolicyDocument) -> int | None:
    """The year a document is for: the one its title names, else that of its own day."""
    named = years_in(document.title or "")
    if len(named) == 1:
        return int(next(iter(named)))
    day = document.written_on or document.published_on
    return int(day[:4]) if day else None


def _yearless(document: PolicyDocument, words: str, dates: list[DateMention]) -> list[re.Match[str]]:
    if document.kind in _STANDING:
        return []
    return [
        m
        for m in _YEARLESS.finditer(words)
        if not _NO_YEAR.search(words, 0, m.start())
        and not _AGAIN.search(words, 0, m.start())
        and not any(d.start < m.end() and m.start() < d.end for d in dates)
    ]


def _year_before(match: re.Match[str], dates: list[DateMention]) -> int | None:
    """The year that the sentence has named last: 2025年新建3个，6月底前开工."""
    if match["which"]:
        return None
    return next((d.year for d in reversed(dates) if d.end <= match.start() and d.until is None), None)


def _iso(year: int, match: re.Match[str]) -> str:
    if match["end"]:
        return str(year)
    if match["half"]:
        return f"{year}-{'06' if match['half'] == '上' else '12'}"
    if match["quarter"]:
        return f"{year}-{_QUARTERS[match['quarter']]}"
    day = f"-{int(match['day']):02d}" if match["day"] else ""
    return f"{year}-{int(match['month']):02d}{day}"
