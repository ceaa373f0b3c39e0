"""Is a figure said of the same thing as in the evidence?

A figure that stands in the evidence may have been taken from beside the right one: another tier, year or claimant. So
every place where it stands competes with the places of other figures of its kind: whose surroundings are more like
those in the sentence? Likeness goes by character pairs, the dates and the other figures of the same clause.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from kb.text import find_dates, find_doc_numbers, find_quantities, fold
from kb.verify.figures import FULL_WIDTH

_SENTENCE = re.compile(r"[。！？!?；;\n]")
_CLAUSE = re.compile(r"[。！？!?；;\n，,：:|]")
_SEGMENT = re.compile(r"[。！？!?；;\n，,：:|、]")
_DIGITS = re.compile(r"[\d.%‰]+")
_MARGIN = 0.1  # by so much another figure's surroundings must be more like the sentence's
_LEAST = 0.34  # likeness from which a place counts as being about the same
_BESIDE_WEIGHT = 1.5  # of the character right before or behind a figure
_NEARNESS = (1.0, 0.45, 0.25)  # what a pair counts as near to the other figure, one step and two steps farther off
#: Weight of a pair by how many of the competing figures have it in their segment.
_TELLING, _COMMON = {1: 2.5, 2: 1.2}, 0.7
_DATE_WEIGHT = 4.0  # of a date or a figure in the surroundings, beside a character pair
_AT_MOST = re.compile(r"不超过|最高|至多|最多|以内|不高于|上限|封顶|不得超过|以下|低于|少于|不足|未满|不满")
_AT_LEAST = re.compile(r"不少于|不低于|至少|以上|超过|高于|达到|不小于|起码|多于|满")
_NEGATED = re.compile(r"不超过|不高于|不得超过|不少于|不低于|不小于")


@dataclass(frozen=True, slots=True)
class Place:
    """A figure or date where it stands. ``kind`` is its unit or the precision of a date; ``value`` what it says."""

    kind: str
    value: object
    start: int
    end: int
    raw: str


def misbound(text: str, quotes: Sequence[str], heads: Sequence[str]) -> list[str]:
    """Figures of a sentence that the evidence says of something else, as written; empty when fine."""
    text = text.translate(FULL_WIDTH)
    evidence = [q.translate(FULL_WIDTH) for q in quotes]
    held = [_Stand(e, place, head) for e, head in zip(evidence, heads, strict=True) for place in _places(e)]
    faults = []
    for place in _places(text):
        alike = [stand for stand in held if stand.place.kind == place.kind]
        same = [stand for stand in alike if stand.place.value == place.value]
        if not same:
            continue  # it stands in the head, or is no figure of its own
        about = _about(text, place, alike)
        likeness = max(_likeness(about, stand) for stand in same)
        rival = max((_likeness(about, stand) for stand in alike if stand not in same), default=0.0)
        if rival >= _LEAST and rival > likeness + _MARGIN:
            faults.append(place.raw)
        elif likeness >= _LEAST and all(_opposed(text, place, s.text, s.place) for s in same):
            faults.append(f"{place.raw}（上下限）")
    return faults


@lru_cache(maxsize=64)
def _places(text: str) -> tuple[Place, ...]:
    """The figures with a unit and the dates of a text, in order."""
    dates = find_dates(text)
    taken = [(d.start, d.end) for d in dates] + [(n.start, n.end) for n in find_doc_numbers(text)]
    found = [Place(d.precision, d.iso, d.start, d.end, text[d.start : d.end]) for d in dates if not d.until]
    for q in find_quantities(text):
        if q.unit and not any(s <= q.start < e for s, e in taken) and not _article(q.raw, q.value):
            found.append(Place(q.unit, Decimal(q.value), q.start, q.end, q.raw))
    return tuple(sorted(found, key=lambda p: p.start))


def _article(raw: str, value: Decimal) -> bool:
    """一家, 一次: an article, no count."""
    return raw[0] == "一" and value == 1


class _Stand:
    """A figure of the evidence with the character pairs of its segment, clause and sentence, and of the head."""

    def __init__(self, text: str, place: Place, head: str) -> None:
        self.text, self.place = text, place
        bare = _blanked(text)
        local = [_around(text, place, pattern) for pattern in (_SEGMENT, _CLAUSE, _SENTENCE)]
        self.zones = [_pairs(bare[a:b]) for a, b in local]
        self.zones[0] |= set(_beside(text, place))
        self.above = _pairs(head)
        self.near, self.beside = (frozenset(_others(text, place, *local[n])) for n in (1, 2))


@dataclass(frozen=True, slots=True)
class _About:
    """What a sentence says around a figure: character pairs with their weights, by how near they stand.

    ``pairs`` has those of its segment, then those of its clause and of its sentence that stand no nearer. ``beside``
    are figures and dates of other kinds; those of its own compete with it.
    """

    pairs: tuple[dict[str, float], ...]
    beside: frozenset[tuple[str, object]]


def _about(text: str, place: Place, stands: Sequence[_Stand]) -> _About:
    """``stands`` are the figures that compete: what only one of them has in its segment tells most."""
    bare = _blanked(text)
    shared = Counter(pair for stand in stands for pair in stand.zones[0])
    levels: list[dict[str, float]] = []
    seen: set[str] = set()
    for pattern, weight in ((_SEGMENT, 1.0), (_CLAUSE, 0.6), (_SENTENCE, 0.3)):
        first, last = _around(text, place, pattern)
        found = _pairs(bare[first:last]) - seen
        seen |= found
        levels.append(dict.fromkeys(found, weight))
    levels[0] |= dict.fromkeys(_beside(text, place), _BESIDE_WEIGHT)
    levels[0] = {pair: weight * _TELLING.get(shared[pair], _COMMON) for pair, weight in levels[0].items()}
    first, last = _around(text, place, _SENTENCE)
    return _About(tuple(levels), frozenset(o for o in _others(text, place, first, last) if o[0] != place.kind))


def _likeness(about: _About, stand: _Stand) -> float:
    """How much of what is said around a figure stands around a place of the evidence, 0..1.

    What stands near the figure counts in full only as near to the other; what stands farther off, wherever it is.
    """
    got = total = 0.0
    for level, pairs in enumerate(about.pairs):
        for pair, weight in pairs.items():
            total += weight
            at = next((n for n, zone in enumerate(stand.zones) if pair in zone), None)
            nearness = 0.0 if at is None else _NEARNESS[max(0, at - level)]
            got += weight * max(nearness, 0.25 if pair in stand.above else 0.0)
    for other in about.beside:
        total += _DATE_WEIGHT
        got += _DATE_WEIGHT * (1.0 if other in stand.near else 0.6 if other in stand.beside else 0.0)
    return got / total if total else 1.0


def _beside(text: str, place: Place) -> Iterator[str]:
    """The characters right before and behind a figure, as features of their own: 由24000元提到18000元."""
    before, behind = text[: place.start].rstrip()[-1:], text[place.end :].lstrip()[:1]
    if before.isalnum() and not before.isdigit():
        yield f"<{before}"
    if behind.isalnum() and not behind.isdigit():
        yield f">{behind}"


@lru_cache(maxsize=64)
def _blanked(text: str) -> str:
    """The text with its figures and dates as spaces, in place; 一等奖 stays."""
    out = list(text)
    for place in _places(text):
        out[place.start : place.end] = " " * (place.end - place.start)
    return "".join(out)


def _around(text: str, place: Place, pattern: re.Pattern[str]) -> tuple[int, int]:
    starts = [m.end() for m in pattern.finditer(text, 0, place.start)]
    stop = pattern.search(text, place.end)
    return (starts[-1] if starts else 0), (stop.start() if stop else len(text))


def _others(text: str, place: Place, first: int, last: int) -> Iterator[tuple[str, object]]:
    """The other figures and dates of a stretch."""
    for other in _places(text[first:last]):
        if (other.start + first, other.end + first) != (place.start, place.end):
            yield other.kind, other.value


def _pairs(text: str) -> set[str]:
    key = _DIGITS.sub(" ", fold(text))
    return {key[i : i + 2] for i in range(len(key) - 1) if key[i].isalnum() and key[i + 1].isalnum()}


def _opposed(text: str, place: Place, evidence: str, other: Place) -> bool:
    """Whether a figure is a ceiling here and a floor there, or the other way round."""
    return _direction(text, place) * _direction(evidence, other) < 0


def _direction(text: str, place: Place) -> int:
    """-1 where a figure is a ceiling, 1 where it is a floor, 0 where it is neither, by the words right beside it."""
    near = text[max(0, place.start - 6) : place.start] + "|" + text[place.end : place.end + 3]
    bare = _NEGATED.sub("", near)
    most = _AT_MOST.search(near) is not None and (bare == near or re.search("不超过|不高于|不得超过", near) is not None)
    least = _AT_LEAST.search(bare) is not None or re.search("不少于|不低于|不小于", near) is not None
    if re.search("不少于|不低于|不小于", near):
        most = False
    return 0 if most == least else (-1 if most else 1)
