"""The days by which a sentence wants something reached: 到2030年, 2031年底前, “十五五”末."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field

_DEADLINE = re.compile(
    r"(?P<to>到|至|截至|截止到?)?\s*(?P<year>20\d\d)\s*年\s*(?P<when>年底|年末|底|末|前)?\s*(?P<before>前|之前)?|"
    r"“(?P<plan>十[三四五六]五)”\s*(?:末|期末|期间)"
)
#: Before 至 or 到: the end of a term (自2031年1月1日至…, 有效期至…, 执行到…), no day to reach anything by.
_TERM_BEFORE = re.compile(r"(?:[日月年起）)]|期限?|执行|延续|延长|[实施]行|实施|试行|调整为|延期)$")
#: A year at the head of its clause: 2031年全市开设书房60家.
_YEAR_AHEAD = re.compile(r"(?:^|[，,。；;：:、])\s*\Z")
_NO_YEAR = re.compile(r"\s*(?:\d|度|以来|以前|以后|的)")
_PAUSE = re.compile(r"\s*[，,]")
#: Behind a year without 到: 2031年达到60家, 2031年新增5家.
_REACHED_BEHIND = re.compile(r"[\u4e00-\u9fff]{0,4}?(?:达到?|不少于|不低于|新增|完成|实现|建成|培育|突破|超过)")
_PLAN_END = {"十三五": "2020", "十四五": "2025", "十五五": "2030", "十六五": "2035"}
_STRIVES = re.compile(r"力争|计划到")
_SO_FAR = re.compile("截至|截止")
_AHEAD = 12  # characters looked at in front of a year
_YEAR = r"20\d\d\s*年(?:年?[底末])?"
#: 到2027年、2030年，孵化器分别达到20家、40家: the numbers are those of the years, in order
_RESPECTIVELY = re.compile(
    rf"(?P<years>{_YEAR}(?:\s*[、和及]\s*{_YEAR})+)[^。；;\d]{{0,60}}?分别[^。；;\d]{{0,20}}(?P<values>\d[^。；;，,]{{0,80}})"
)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The days by which a sentence wants something, with their places; ``goal``: it says that it wants it.

    ``respective`` has the days of numbers that are listed as the days are, by place.
    """

    places: tuple[int, ...]
    days: tuple[str, ...]
    goal: bool
    respective: Mapping[int, str] = field(default_factory=dict)

    @property
    def only(self) -> str | None:
        """The day, where the sentence names just one."""
        named = set(self.days)
        return named.pop() if len(named) == 1 else None

    def at(self, place: int) -> str | None:
        """The day that holds at a place: the last one named before it, else the only one of the sentence."""
        if place in self.respective:
            return self.respective[place]
        before = bisect_left(self.places, place)
        return self.days[before - 1] if before else self.only


def find_deadlines(sentence: str, start: int, issued: int | None) -> Deadlines:
    """The deadlines of a sentence that begins at ``start``; ``issued`` is the year of its document."""
    found: list[tuple[int, str]] = []
    goal = bool(_STRIVES.search(sentence))
    for match in _DEADLINE.finditer(sentence):
        read = _read(sentence, match, issued)
        if read is None:
            continue
        when, wanted = read
        goal = goal or (wanted and not (issued and int(when[:4]) < issued))
        found.append((start + match.start(), when))
    places, days = tuple(place for place, _ in found), tuple(when for _, when in found)
    return Deadlines(places, days, goal and not _SO_FAR.search(sentence), dict(_respective(sentence, start)))


def _read(sentence: str, match: re.Match[str], issued: int | None) -> tuple[str, bool] | None:
    """The day that a year means, and whether something is wanted by then; None for any other year."""
    if match["plan"]:
        return _PLAN_END[match["plan"]], True
    to, ahead = match["to"], match["before"] or match["when"] == "前"
    before = sentence[max(0, match.start() - _AHEAD) : match.start()]
    if to and _TERM_BEFORE.search(before):
        return None
    reached = _REACHED_BEHIND.match(sentence, match.end())
    leads = _YEAR_AHEAD.search(before) and not _NO_YEAR.match(sentence, match.end())
    if leads and _PAUSE.match(sentence, match.end()) and before.strip():
        leads = None  # 2028年， says when only at the head of its sentence: elsewhere it ends a list of years
    if not (to or ahead or match["when"] or reached or leads):
        return None
    at_end = match["when"] in {"年底", "年末", "底", "末"}
    when = f"{match['year']}-12-31" if at_end else str(match["year"])
    return when, bool(to or ahead) or (bool(reached) and issued is not None and int(match["year"]) > issued)


def _respective(sentence: str, start: int) -> list[tuple[int, str]]:
    """The places of numbers that are listed as years are, with these."""
    pairs: list[tuple[int, str]] = []
    for match in _RESPECTIVELY.finditer(sentence):
        years = [f"{y[:4]}-12-31" if y[-1] in "底末" else y[:4] for y in re.findall(_YEAR, match["years"])]
        values = list(re.finditer(r"(?<![\d.])\d", match["values"]))
        if len(years) == len(values):
            pairs += [(start + match.start("values") + v.start(), y) for v, y in zip(values, years, strict=True)]
    return pairs
