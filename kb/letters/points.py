"""What an ask is about, point by point, and how far a sentence agrees with one.

Words that all asks of a suggestion share (its topic) tell none of them apart: a sentence must hold most of what is
left, by weight of rarity, and more of it the farther it is from the topic.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from kb.letters.suggestion import Ask, Suggestion, heading_of
from kb.matching import WeightedTerm, held, weigh
from kb.query import analyse
from kb.terms import Term
from kb.text import split_clauses, squash
from kb.view import DocumentView

MOST = 6
_SHORTEST = 6
_ABOVE = 0.8  # what a heading above a sentence holds counts so much
_ENOUGH = 0.7  # agreement of the words left, with a share for the topic
_TOPIC = 0.22
_LEAST = 0.45
_ASKING = re.compile(r"^(?:为此|因此|我?们?建议|希望|恳请|呼吁|应当?|请|能够?|要|进一步|尽快|同时|此外|另外|，)+")
_CAUSE = re.compile(
    r"^(?:由于|因为|目前|现在|当前|但|然而|近年|不少|很多|许多|有的|一些)|(?:不足|不够|困难|问题|短缺|太少|滞后)[。；;，,]?$"
)


@dataclass(frozen=True, slots=True)
class Topic:
    """The words a suggestion is about, as search keys, and those all its asks share."""

    terms: tuple[Term, ...] = ()
    shared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Weighed:
    """A point with its words weighed by the base at hand."""

    text: str
    focus: tuple[WeightedTerm, ...]
    topic: tuple[WeightedTerm, ...]
    enough: float
    least: float
    general: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """One thing an ask says. ``general`` is the suggestion as a whole, ``loose`` what a person looks for."""

    text: str
    general: bool = False
    loose: bool = False

    def weighed(self, idf: Callable[[str], float], topic: Topic) -> Weighed:
        """Its words, weighed."""
        terms = analyse(self.text).terms
        own = tuple(t for t in terms if squash(t.text) not in topic.shared)
        if self.general or self.loose or not any(t.salience > 0.45 for t in own):
            own = terms
        enough, least = (0.35, 0.35) if self.loose else (_ENOUGH, _LEAST)
        return Weighed(self.text, weigh(own, idf), weigh(topic.terms, idf), enough, least, self.general)


def topic_of(suggestion: Suggestion) -> Topic:
    """What a suggestion is about by its title; shared is what most of its asks hold, too."""
    terms = analyse(suggestion.title).terms if suggestion.title else ()
    asks = [squash(a.text) for a in suggestion.asks]
    shared = frozenset(
        key
        for key in (squash(t.text) for t in terms)
        if len(asks) > 1 and sum(key in ask for ask in asks) * 2 > len(asks)
    )
    return Topic(tuple(t for t in terms if t.salience >= 0.45), shared)


def points_of(ask: Ask) -> tuple[Point, ...]:
    """The heading of an ask, then its clauses; those that only tell of a state are left out."""
    found = [heading_of(ask.text)]
    for start, end in split_clauses(ask.text):
        clause = _ASKING.sub("", re.sub(r"^(?:[一二三四五六七八九]是|[（(]?\d+[）).、])", "", ask.text[start:end]))
        if len(clause) >= _SHORTEST and not _CAUSE.search(clause):
            found.append(clause.rstrip("。；;，,"))
    return tuple(Point(text) for text in list(dict.fromkeys(t for t in found if t))[:MOST])


def agreement(point: Weighed, view: DocumentView, i: int) -> float:
    """How far sentence ``i`` agrees with a point, 0..1; 0 where that is not enough to speak of the same thing."""
    total = sum(t.weight for t in point.focus)
    if not total:
        return 0.0
    key, above = view.key(i), view.path_key(i)
    if point.general:
        if not any(t.term in key for t in point.focus if t.weight >= 0.5):
            return 0.0
        above += view.head_key
    got = [max(held(t.term, key), _ABOVE * held(t.term, above)) for t in point.focus]
    share = sum(t.weight * g for t, g in zip(point.focus, got, strict=True)) / total
    strong = [t for t, g in zip(point.focus, got, strict=True) if g >= 0.6 and t.weight >= 0.5]
    known = [t for t in point.focus if t.weight >= 0.5]
    if share < point.least or len(strong) < min(2, len(known)):
        return 0.0
    near = share + _TOPIC * _of_topic(point, view, i)
    return min(1.0, share) if near >= point.enough else 0.0


def _of_topic(point: Weighed, view: DocumentView, i: int) -> float:
    total = sum(t.weight for t in point.topic)
    if not total:
        return 0.0
    zone = view.key(i) + view.path_key(i) + view.head_key
    return sum(t.weight * held(t.term, zone) for t in point.topic) / total


def closeness(whole: Weighed, view: DocumentView, i: int) -> float:
    """The weighted share of all an ask's words that sentence ``i`` holds: it ranks what agrees with a point."""
    total = sum(t.weight for t in whole.focus)
    key, above = view.key(i), view.path_key(i)
    got = sum(t.weight * max(held(t.term, key), _ABOVE * held(t.term, above)) for t in whole.focus)
    return got / total if total else 0.0
