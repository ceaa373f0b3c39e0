"""What an ask is about, point by point, and how far a sentence agrees with one.

Words that all asks of a suggestion share (its topic) tell none of them apart: a sentence must hold most of what is
left, by weight of rarity, and more of it the farther it is from the topic.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from kb.letters.asking import is_imperative
from kb.letters.suggestion import Ask, Suggestion, heading_of
from kb.matching import WeightedTerm, held, weigh
from kb.query import analyse
from kb.terms import Term
from kb.text import split_clauses, squash
from kb.view import DocumentView

MOST = 8
_SHORTEST = 6
_ABOVE = 0.8  # what a heading above a sentence holds counts so much
_ENOUGH = 0.7  # agreement of the words left, with a share for the topic
_TOPIC = 0.22
_LEAST = 0.45
_FIGURES = 2  # in a sentence that sums a matter up
#: Words that name nothing by themselves, beside those of ``kb.text``'s lists.
_EMPTY = frozenset(
    "面向 围绕 针对 力度 步伐 水平 作用 工作 更多 问题 情况 方面 不断 积极 有效 相关 有关 基础 环节".split()
)
_LABEL = re.compile(r"^(?:[一二三四五六七八九]是|[（(]?\d+[）).、]|[（(][一二三四五六七八九十]+[）)])")
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
    shared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Point:
    """One thing an ask says. ``general`` is the suggestion as a whole, ``loose`` what a person looks for."""

    text: str
    general: bool = False
    loose: bool = False

    def weighed(self, idf: Callable[[str], float], topic: Topic) -> Weighed:
        """Its words, weighed."""
        terms = analyse(self.text).terms
        own = tuple(t for t in terms if squash(t.text) not in topic.shared | _EMPTY)
        if self.general or self.loose or not any(t.salience > 0.45 for t in own):
            own = terms
        enough, least = (0.35, 0.35) if self.loose else (_ENOUGH, _LEAST)
        return Weighed(self.text, weigh(own, idf), weigh(topic.terms, idf), enough, least, self.general, topic.shared)


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
        for piece in _parts(_LABEL.sub("", ask.text[start:end])):
            wish = _ASKING.sub("", piece).strip("。；;，, ")
            if len(wish) >= _SHORTEST and not _CAUSE.search(wish):
                found.append(wish)
    return tuple(Point(text) for text in list(dict.fromkeys(t for t in found if t))[:MOST])


def _parts(clause: str) -> list[str]:
    """A clause cut at commas behind which another thing to do begins (引导…，支持…)."""
    parts: list[str] = []
    for piece in re.split(r"[，,]", clause):
        if parts and not (is_imperative(piece) and len(piece) >= _SHORTEST and len(parts[-1]) >= _SHORTEST):
            parts[-1] += f"，{piece}"
        else:
            parts.append(piece)
    return parts


def agreement(point: Weighed, view: DocumentView, i: int) -> float:
    """How far sentence ``i`` agrees with a point, 0..1; 0 where that is not enough to speak of the same thing."""
    total = sum(t.weight for t in point.focus)
    if not total:
        return 0.0
    key, above = view.key(i), view.path_key(i)
    if point.general:
        return _on_the_whole(point, view, i)
    got = [max(held(t.term, key), _ABOVE * held(t.term, above)) for t in point.focus]
    share = sum(t.weight * g for t, g in zip(point.focus, got, strict=True)) / total
    strong = [t for t, g in zip(point.focus, got, strict=True) if g >= 0.6 and t.weight >= 0.5]
    known = [t for t in point.focus if t.weight >= 0.5]
    if share < point.least or len(strong) < min(2, len(known)):
        return 0.0
    near = share + _TOPIC * min(1.0, 2 * _of_topic(point, view, i))  # a title has many words that name nothing
    return min(1.0, share) if near >= point.enough else 0.0


def _of_topic(point: Weighed, view: DocumentView, i: int) -> float:
    total = sum(t.weight for t in point.topic)
    if not total:
        return 0.0
    zone = view.key(i) + view.path_key(i) + view.head_key
    return sum(t.weight * held(t.term, zone) for t in point.topic) / total


def _on_the_whole(point: Weighed, view: DocumentView, i: int) -> float:
    """Agreement with a suggestion's matter: figures on what all its asks speak of, else on most of its title."""
    key = view.key(i)
    if point.shared and len(view.quantities(i)) >= _FIGURES:
        held_of = sum(term in key for term in point.shared)
        return 0.5 + 0.3 * held_of / len(point.shared) if held_of else 0.0
    total = sum(t.weight for t in point.focus)
    zone = key + view.path_key(i) + view.head_key
    share = sum(t.weight * held(t.term, zone) for t in point.focus) / total
    own = any(t.term in key for t in point.focus if t.weight >= 0.5)
    return share if own and share >= point.least else 0.0


def closeness(whole: Weighed, view: DocumentView, i: int) -> float:
    """The weighted share of all an ask's words that sentence ``i`` holds: it ranks what agrees with a point."""
    total = sum(t.weight for t in whole.focus)
    key, above = view.key(i), view.path_key(i)
    got = sum(t.weight * max(held(t.term, key), _ABOVE * held(t.term, above)) for t in whole.focus)
    return got / total if total else 0.0
