"""发文字号 and 令/公告 numbers in running text, in one canonical form.

Forms (GB/T 9704 and practice): ``国办发〔2020〕1号`` with any bracket, spaces and 第; ``国务院令第711号``;
``财政部公告2024年第5号``; ``2024年第5号公告``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from dataclasses import dataclass

_HAN = r"\u4e00-\u9fff"
_NUMERAL = r"\d{1,5}|[一二三四五六七八九十百零〇]{1,7}"
_BRACKETED = re.compile(
    rf"(?P<agency>[{_HAN}]{{1,14}}(?:[（(][{_HAN}]{{1,8}}[）)][{_HAN}]{{0,6}})?)\s*"
    r"[〔﹝\[［【（(]\s*(?P<year>(?:19|20)\d\s?\d|[一二][零〇○一二三四五六七八九]{3})\s*年?\s*[〕﹞\]］】）)]\s*第?\s*"
    rf"(?P<number>{_NUMERAL})\s*号"
)
_ORDER = re.compile(rf"(?P<agency>[{_HAN}]{{2,16}}令)\s*[（(]?第\s*(?P<number>{_NUMERAL})\s*号")
_NOTICE = re.compile(
    rf"(?P<agency>(?:[{_HAN}]{{2,16}}\s)?(?:[{_HAN}]{{2,16}}\s)?[{_HAN}]{{2,30}}公告)\s*[〔（(]?\s*(?P<year>(?:19|20)\d\d)\s*年?\s*[〕）)]?\s*第\s*(?P<number>\d{{1,4}})\s*号"
)
_NOTICE_AFTER = re.compile(r"(?P<year>(?:19|20)\d\d)\s*年\s*第\s*(?P<number>\d{1,4})\s*号\s*公告")
# Words that run into the agency's letters from the left in running text.
_LEAD = re.compile(
    r"^(?:.*(?:根据|按照|依据|依照|遵照|印发的?|发布的?|下发的?|制定的?|参照|详见|参见|请问|查询|查一下|咨询|文号为|文号是|文号|文件编号|编号|"
    r"文件|通知|以及|关于|废止了?|废除了?|修订了?|替代了?|取代了?|替换了?|代替了?|停用了?|执行|贯彻|落实|不是|就是|而是|还是|有没有|什么是|想问|想知道|帮我查|帮我|看看|一下|"
    r"知道|告诉我|会上|全文|有关|要看|我要|想看|给我|请把)|[与和及见以按据由对的在是如即查问或那这把找看要请])(?=.{2,})"
)


@dataclass(frozen=True, slots=True)
class DocNumber:
    """A document number found in a text; ``canonical`` is ``代字〔年〕N号`` or the 令/公告 form without spaces."""

    canonical: str
    agency: str
    year: int | None
    number: int
    start: int
    end: int


def find_doc_numbers(text: str) -> list[DocNumber]:
    """All document numbers in a text, in order, not overlapping."""
    found: list[DocNumber] = []
    for pattern in (_BRACKETED, _NOTICE, _ORDER, _NOTICE_AFTER):
        for match in pattern.finditer(text):
            # Those found do not overlap and are in order: only the last that begins before this one ends can share it.
            at = bisect_left(found, match.end(), key=_start)
            if not at or found[at - 1].end <= match.start():
                insort(found, _made(pattern, match), key=_start)
    return found


def _start(number: DocNumber) -> int:
    return number.start


def _made(pattern: re.Pattern[str], match: re.Match[str]) -> DocNumber:
    groups = match.groupdict()
    raw = groups.get("agency") or ""
    lead = _LEAD.match(raw)
    agency = raw[lead.end() :] if lead else raw
    start = match.start() + len(raw) - len(agency) if raw else match.start()
    year = _integer(re.sub(r"\s", "", groups["year"])) if groups.get("year") else None
    number = _integer(groups["number"])
    if pattern is _BRACKETED:
        agency = agency.replace("(", "（").replace(")", "）")
        canonical = f"{agency}〔{year}〕{number}号"
    elif pattern is _ORDER:
        canonical = f"{agency}第{number}号"
    elif pattern is _NOTICE:
        canonical = f"{''.join(agency.split())}{year}年第{number}号"
    else:
        canonical = f"{year}年第{number}号公告"
    return DocNumber(canonical, agency, year, number, start, match.end())


def _integer(numeral: str) -> int:
    if numeral.isdigit():
        return int(numeral)
    from kb.text.numerals import chinese_value

    return int(chinese_value(numeral) or 0)
