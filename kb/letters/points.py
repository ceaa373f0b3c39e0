"""What an ask is about, point by point, and how far a sentence agrees with one.

Words that all asks of a suggestion share (its topic) tell none of them apart: a sentence must hold most of what is
left, by weight of rarity, and more of it the farther it is from the topic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kb.letters.asking import is_imperative
from kb.letters.suggestion import Ask, Suggestion, heading_of
from kb.matching import WeightedTerm, held, weigh
from kb.query import analyse
from kb.terms import Term, grounded
from kb.text import split_clauses, squash
from kb.view import DocumentView

MOST = 8
LONGEST = 400  # characters of a point; a clause that never ends is cut
_TOLD = 2000  # characters of an ask that are looked at
_SHORTEST = 6
_ABOVE = 0.8  # what a heading above a sentence holds counts so much
_ENOUGH = 0.7  # agreement of the words left, with a share for the topic
_TOPIC = 0.22
_LEAST = 0.45
_WHOLE = 0.5  # 企业 is not 中小企业
_ENOUGH_COMMON = 0.8  # agreement in common words alone
_TELLING = 0.55  # of the rarity of a word no document has: what words held must weigh together to be told apart
_UNHEARD = "\ufffd\ufffd"
_DESPITE = 0.62  # share that makes up for the word that says most
_NEAR = 0.25
_STRONG = 0.5  # weight of a word that tells things apart
_FEW = 2
_BEARING = 1.0  # weight of an ask's words besides the title that a sentence on the whole must hold
_FIGURES = 2  # in a sentence that sums a matter up
#: Words that name nothing by themselves, beside those of ``kb.text``'s lists.
_EMPTY = frozenset(
    "面向 围绕 针对 力度 步伐 水平 作用 工作 更多 问题 情况 方面 不断 积极 有效 相关 有关 基础 环节".split()  # noqa: SIM905
)
#: Nouns that name a measure and no thing.
_MEASURE = re.compile(
    r"比例|比率|占比|额度|金额|数量|总量|总数|总额|规模|人数|标准|上限|下限|限额|级别|幅度|程度|价格|费用|成本|期限|时间|次数|覆盖面|覆盖率"
)
_TITLES = re.compile(r"《[^《》\n]*》")
_LABEL = re.compile(r"^(?:[一二三四五六七八九]是|[（(]?\d+[）).、]|[（(][一二三四五六七八九十]+[）)])")
_ASKING = re.compile(r"^(?:为此|因此|我?们?建议|希望|恳请|呼吁|应当?|请|能够?|要|进一步|尽快|同时|此外|另外|，)+")
_CAUSE = re.compile(
    r"^(?:由于|因为|目前|现在|当前|但|然而|近年|不少|很多|许多|有的|一些)|(?:不足|不够|困难|问题|短缺|太少|滞后)[。；;，,]?$"
)


@dataclass(frozen=True, slots=True)
class Topic:
    """The words a suggestion is about, as search keys, those all its asks share, and what each asks for besides."""

    terms: tuple[Term, ...] = ()
    shared: frozenset[str] = frozenset()
    asked: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Weighed:
    """A point with its words weighed by the base at hand."""

    text: str
    focus: tuple[WeightedTerm, ...]
    topic: tuple[WeightedTerm, ...]
    heading: tuple[WeightedTerm, ...]
    enough: float
    least: float
    telling: float
    general: bool
    loose: bool
    shared: frozenset[str]
    asked: tuple[WeightedTerm, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One thing an ask says, under its ``heading``.

    ``general`` is the suggestion as a whole, ``loose`` what a person looks for.
    """

    text: str
    general: bool = False
    loose: bool = False
    heading: str = ""

    def weighed(self, idf: Callable[[str], float], having: Callable[[str], int], topic: Topic) -> Weighed:
        """Its words as the base has them, weighed; those that all asks share only where few others are left."""
        found = grounded(analyse(self.text).terms, having)
        terms = tuple(t for t in found if not _names_nothing(squash(t.text)))
        own = weigh(tuple(t for t in terms if squash(t.text) not in topic.shared), idf)
        if self.general or self.loose or sum(t.weight >= _STRONG for t in own) < _FEW:
            own = weigh(terms, idf)
        enough, least = (0.35, 0.35) if self.loose else (_ENOUGH, _LEAST)
        return Weighed(
            text=self.text,
            focus=own,
            topic=weigh(grounded(topic.terms, having), idf),
            heading=weigh(analyse(self.heading).terms, idf) if self.heading else (),
            enough=enough,
            least=least,
            telling=0.0 if self.loose else _TELLING * idf(_UNHEARD),
            general=self.general,
            loose=self.loose,
            shared=topic.shared,
            asked=weigh(grounded(topic.asked, having), idf) if self.general else (),
        )


def topic_of(suggestion: Suggestion) -> Topic:
    """What a suggestion is about by its title; shared is what most of its asks hold, too."""
    terms = analyse(suggestion.title).terms if suggestion.title else ()
    asks = [squash(a.text) for a in suggestion.asks]
    shared = frozenset(
        key
        for key in (squash(t.text) for t in terms)
        if len(asks) > 1 and sum(key in ask for ask in asks) * 2 > len(asks)
    )
    words = {squash(t.text): t for a in suggestion.asks for t in analyse(a.text[:_TOLD]).terms}
    asked = tuple(t for key, t in words.items() if key not in shared and not _names_nothing(key))
    return Topic(tuple(t for t in terms if t.salience >= 0.45), shared, asked)


def points_of(ask: Ask) -> tuple[Point, ...]:
    """The heading of an ask, then its clauses; those that only tell of a state are left out.

    An ask that names nothing has none.
    """
    found = [heading_of(ask.text)]
    told = ask.text[:_TOLD]
    for start, end in split_clauses(told):
        for piece in _parts(_LABEL.sub("", told[start:end])):
            wish = _ASKING.sub("", piece).strip("。；;，, ")
            if len(wish) >= _SHORTEST and not _CAUSE.search(wish):
                found.append(wish)
    texts = list(dict.fromkeys(t[:LONGEST] for t in found if t))[:MOST]
    return tuple(Point(text, heading=texts[0] if n else "") for n, text in enumerate(texts))


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
    key, above = _own_key(view, i), view.path_key(i)
    if point.general:
        return _on_the_whole(point, view, i)
    got = [max(held(t.term, key), _ABOVE * held(t.term, above)) for t in point.focus]
    share = sum(t.weight * g for t, g in zip(point.focus, got, strict=True)) / total
    strong = sum(g >= 0.6 and t.weight >= _STRONG for t, g in zip(point.focus, got, strict=True))
    known = sum(t.weight >= _STRONG for t in point.focus)
    if share < point.least or strong < min(_FEW, known) or (point.heading and known < _FEW):
        return 0.0  # a clause that names but one thing, under a heading, says too little alone
    rarest = max(range(len(got)), key=lambda n: point.focus[n].weight)
    common = share * total < point.telling and share < _ENOUGH_COMMON
    if common or (got[rarest] < _NEAR and share < _DESPITE):
        return 0.0
    zone = key + above + view.head_key
    on_topic = min(1.0, 2 * _share(point.topic, zone))  # a title has many words that name nothing
    if on_topic < _NEAR and point.topic and not point.loose and not _expressly(point, key, zone):
        return 0.0
    return min(1.0, share) if share + _TOPIC * on_topic >= point.enough else 0.0


def _expressly(point: Weighed, key: str, zone: str) -> bool:
    """Whether what is off the topic is meant all the same: a clause by its heading, a heading in the sentence itself.

    Few words agree with much that is about something else.
    """
    if point.heading:
        return _share(point.heading, zone) >= _LEAST
    strong = sum(t.weight >= _STRONG and held(t.term, key) >= _ENOUGH for t in point.focus)
    return strong >= _FEW and _share(point.focus, key) >= _ENOUGH


def _share(terms: Sequence[WeightedTerm], key: str) -> float:
    total = sum(t.weight for t in terms)
    return sum(t.weight for t in terms if held(t.term, key) >= _WHOLE) / total if total else 0.0


def _own_key(view: DocumentView, i: int) -> str:
    """The search key of a sentence without the titles in it, which are of other documents."""
    return squash(_TITLES.sub("", view.text(i)))


def _names_nothing(key: str) -> bool:
    return key in _EMPTY or _MEASURE.fullmatch(key) is not None


def _on_the_whole(point: Weighed, view: DocumentView, i: int) -> float:
    """Agreement with a suggestion's matter: figures on what all its asks speak of, else on most of its title.

    One word of it is not enough, which may stand beside anything (创业导师 for asks about 创业补贴): the sentence has
    to bear on what is asked.
    """
    key = view.key(i)
    total = sum(t.weight for t in point.focus)
    zone = key + view.path_key(i) + view.head_key
    if not _bears(point, key, zone):
        return 0.0
    if point.shared and len(view.quantities(i)) >= _FIGURES:
        held_of = sum(term in key for term in point.shared)
        return 0.5 + 0.3 * held_of / len(point.shared) if held_of else 0.0
    share = sum(t.weight * held(t.term, zone) for t in point.focus) / total
    own = any(t.term in key for t in point.focus if t.weight >= _STRONG)
    return share if own and share >= point.least else 0.0


def _bears(point: Weighed, key: str, zone: str) -> bool:
    """Whether a sentence speaks of more than one word of the title, or of what an ask says besides the title."""
    strong = sum(t.weight >= _STRONG and held(t.term, zone) >= _ENOUGH for t in point.focus)
    title = {t.term for t in point.focus}
    besides = sum(t.weight for t in point.asked if t.term not in title and held(t.term, key) >= _ENOUGH)
    return strong >= _FEW or besides >= _BEARING or not point.asked


def closeness(whole: Weighed, view: DocumentView, i: int) -> float:
    """The weighted share of all an ask's words that sentence ``i`` holds: it ranks what agrees with a point."""
    total = sum(t.weight for t in whole.focus)
    key, above = view.key(i), view.path_key(i)
    got = sum(t.weight * max(held(t.term, key), _ABOVE * held(t.term, above)) for t in whole.focus)
    return got / total if total else 0.0
