"""Years that a text only measures by (为2024年度平均工资的3倍, 比2023年增加), and the year a title is of.

A notice of each year works its figures out from the year before: the year in its sentence is then not theirs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.matching import held
from kb.text import DateMention, find_dates, squash

_OF = r"(?:全[国省市区县]|本[省市区县]|[\u4e00-\u9fff]{2}[省市区县])?$"
_COMPARED = re.compile(rf"(?:(?<![占对])比|较|高于|低于|相当于){_OF}")
_WORKED_OUT = re.compile(rf"(?:按照?|(?<![可所予难加])以|依据|根据|依照|参照|参考){_OF}")
_SO = re.compile(r"确定|计算|核定|核算|测算|计发|折算|为基[数准期]|基础上")
_TIMES = re.compile(r"的(?:\d+(?:\.\d+)?|[一二两三四五六七八九十]+)(?:倍|[%％])|的百分之|的[一二三四五六七八九十]分之")
_CLAUSE = re.compile(r"[，。；;,！？\n]| \| ")
_EDITION = re.compile(r"度?(?:修订|修正|修改|版|本|第[\d一二三四五六七八九十]+号)")
_NEAR = 12  # characters before a year that may say what it is for


@dataclass(frozen=True, slots=True)
class Basis:
    """A year measured by, and the search key of what is said of it: 平均工资9045元的3倍."""

    year: int
    of: str

    def tells(self, asked: Sequence[str]) -> bool:
        """Whether what is asked for is just what is said of that year: most of the words."""
        return sum(held(squash(word), self.of) >= 1.0 for word in asked) * 2 > len(asked)


@lru_cache(maxsize=4096)
def bases(text: str) -> tuple[Basis, ...]:
    """The years that a text measures by, in order."""
    return tuple(basis for date in find_dates(text) if (basis := _basis(text, date)) is not None)


@lru_cache(maxsize=4096)
def told_years(text: str) -> tuple[int, ...]:
    """The years that a text states as its own; a range gives every year in it."""
    found: list[int] = []
    for date in find_dates(text):
        if date.year and _basis(text, date) is None:
            found.extend(range(date.year, max(date.year, int(date.until or 0)) + 1))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=1024)
def title_year(title: str | None) -> int | None:
    """The one year a title is of (关于2026年度…的通知); None where it names none, several, or when it was revised."""
    dates = find_dates(title or "")
    if len(dates) != 1 or dates[0].until or dates[0].precision != "year" or _EDITION.match(title or "", dates[0].end):
        return None
    return dates[0].year


def _basis(text: str, date: DateMention) -> Basis | None:
    if date.year is None or date.until or date.precision != "year":
        return None
    end = _CLAUSE.search(text, date.end)
    said = text[date.end : end.start() if end else len(text)]
    before = text[max(0, date.start - _NEAR) : date.start]
    measures = _COMPARED.search(before) or _TIMES.search(said) or (_WORKED_OUT.search(before) and _SO.search(said))
    return Basis(date.year, squash(said).removeprefix("度")) if measures and said else None
