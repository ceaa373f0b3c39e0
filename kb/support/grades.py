"""Conditions on a class that people are sorted into (B类至E类人才): the one stated against those asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.support.facts import Facts
from kb.support.polarity import affirms
from kb.support.reading import Finding, found

_LETTERS = "ABCDEFGH"
_STEMS = "甲乙丙丁戊"
_CLASS = rf"[{_LETTERS}{_STEMS}](?:类|级|档)"
_LISTED = rf"[{_LETTERS}{_STEMS}](?:[、和至到\-—~][{_LETTERS}{_STEMS}])+(?:[两三四五六七])?(?:类|级|档)"
_ASKED = re.compile(
    rf"(?:引进的?|认定的|属于)?(?P<list>{_LISTED}|{_CLASS}(?:(?:、|，|和|或|至|到|-|—|~){_CLASS})*)(?P<above>及?以上)?(?:的)?(?:高层次)?(?:人才|人员|企业)?"
)
_ONE = re.compile(rf"(?P<to>至|到|-|—|~)?(?P<letter>[{_LETTERS}{_STEMS}])(?:类|级|档)(?!景区|纳税|信用|旅游)")
#: A class of goods, rooms or places is none of persons
_OF_PERSONS = re.compile(
    rf"[{_LETTERS}{_STEMS}](?:类|级|档)(?:$|[，。、；）)的了和或及以至到]|[^，。；]{{0,6}}(?:人才|专家|人员|企业|单位|对象|证))"
)


def grades_in(text: str, facts: Facts) -> Iterator[Finding]:
    """The classes a condition names as those of the claimant or of whom it takes on."""
    told = [s for s in facts.free if _ONE.search(s.text) and _OF_PERSONS.search(s.text) and affirms(s.text)]
    for match in _ASKED.finditer(text):
        if not told:
            yield found(match.start(), match.end(), None)
            continue
        asked = _letters(match["list"])
        if match["above"]:
            asked |= {letter for letter in _LETTERS if letter <= max(asked)}
        own = next((s for s in told if _letters(s.text) & asked), None)
        yield found(match.start(), match.end(), own is not None, own or told[0])


def _letters(text: str) -> set[str]:
    """The classes of a list, a range filled in."""
    if re.fullmatch(_LISTED, text):
        text = re.sub(rf"([{_LETTERS}{_STEMS}])(?![类级档])", r"\1类", re.sub("[两三四五六七](?=[类级档])", "", text))
    letters: list[str] = []
    for match in _ONE.finditer(text):
        row = _LETTERS if match["letter"] in _LETTERS else _STEMS
        if match["to"] and letters and letters[-1] in row:
            letters += row[row.index(letters[-1]) + 1 : row.index(match["letter"])]
        letters.append(match["letter"])
    return set(letters)
