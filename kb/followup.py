"""Follow-up questions: what a turn leaves unsaid is taken from the one before (那2028年呢？ 牵头单位是谁？)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.asks import Ask, asks_of
from kb.classes import classes_in, left_behind
from kb.courtesy import is_courtesy
from kb.places import Gazette, places_in
from kb.query import Query, analyse, localised, placed
from kb.regions import RegionMention, find_regions
from kb.terms import Term
from kb.text import fold
from kb.text.tokens import is_known

_POINTS_BACK = re.compile(
    r"^(?:那么?|还有|另外|其中|它|这|该|上述|前面|刚才)|它|[这那该][个份项条类]|呢[？?]?$|上述|刚才"
)
#: What is inside the thing spoken of, however much else the turn says: 里面一次性补贴多少
_INSIDE = re.compile(r"(?:^|[，,])(?:那么?|在|这)?(?:里[面头边]|文件[里中]|文[里中]|该文件?|其中|上面)")
_ASKS = re.compile(r"[？?]|[吗么不没否]$")
_SALIENT = 0.7
_THING = 0.95  # salience of a noun
_GENERIC = 0.25
_SAYS = 0.4  # salience from which a word says something of a subject
_FADED = 0.7  # an inherited word counts less than one just said, unless that is but a place


def analyse_turn(text: str, history: Sequence[str] = (), gazette: Gazette | None = None) -> Query:
    """Read a question in the light of those before it, oldest first. The result's ``text`` is what to search.

    ``gazette`` has the places the base knows: a conversation is about those that were named last.
    """
    query = analyse(text)
    if not history or not _leans(query):
        return query
    return _turn(query, [q for turn in history if not asks_nothing(q := analyse(turn))], gazette or Gazette())


def leans_back(text: str, history: Sequence[str]) -> bool:
    """Whether a question leaves something unsaid that the ones before it said."""
    return bool(history) and _leans(analyse(text))


def asks_nothing(query: Query) -> bool:
    """Whether a turn is no question: courtesy, or words that name nothing, ask nothing and point back to nothing."""
    if is_courtesy(query.text):
        return True
    names = (query.doc_numbers, query.titles, query.regions, query.years, query.quantities, query.articles)
    asks = query.asks != (Ask.OTHER,) or _ASKS.search(query.text) or _POINTS_BACK.search(query.text)
    names_any = any(names) or bool(classes_in(query.text))
    return not (asks or names_any or any(t.salience >= _SAYS for t in query.terms))


def _turn(query: Query, before: Sequence[Query], gazette: Gazette) -> Query:
    """A question with what it leaves unsaid; ``before`` are those before it, as read alone."""
    if not before or not _leans(query):
        return query
    earlier = _located(_turn(before[-1], before[:-1], gazette), gazette)
    return _joined(earlier, _located(query, gazette))


def _leans(query: Query) -> bool:
    if asks_nothing(query):
        return False
    named = bool(query.doc_numbers or query.titles)
    salient = sum(t.salience >= _SALIENT for t in query.terms)
    if _INSIDE.search(query.text) and not named:
        return True
    return (bool(_POINTS_BACK.search(query.text)) and not named and salient < 4) or (not named and salient < 2)


def _located(query: Query, gazette: Gazette) -> Query:
    """The query with the places it names, as far as the base knows them."""
    known = localised(query, gazette.codes)
    return known if known.places else placed(known, places_in(known.text, gazette.issuers))


def _joined(before: Query, now: Query) -> Query:
    """The question now, with what it does not say itself from the one before."""
    elliptic = now.asks == (Ask.OTHER,) or bool(re.search(r"呢[？?]?$", now.text))
    moved = bool(now.regions or now.places)
    left = [*(_places_of(before) if moved else ()), *left_behind(before.text, now.text)]
    carried = _without(before.text, left)
    said, key, places = {t.text for t in now.terms}, fold(carried), "".join(_places_of(now))
    only_moved = elliptic and moved and all(t.text in places for t in now.terms)  # 那松口县呢？
    faded = 1.0 if only_moved else _FADED
    kept = [replace(t, salience=t.salience * faded) for t in before.terms if t.text not in said and t.text in key]
    asked = replace(now, heads=before.heads, units=before.units, kinds=before.kinds, counts=before.counts)
    return replace(
        asked if only_moved else now,
        text=f"{carried} {now.text}".strip(),
        turn=now.text,
        own=_own(now, places),
        elliptic=elliptic,
        asks=before.asks if elliptic else now.asks,
        measures=before.measures if elliptic else now.measures,
        doc_numbers=now.doc_numbers or before.doc_numbers,
        titles=now.titles or tuple(t for t in before.titles if t in carried),
        regions=tuple(_settled(m, before.regions) for m in now.regions) if moved else before.regions,
        places=now.places if moved else before.places,
        years=now.years or (before.years if elliptic else ()),
        terms=(*_weighty(now, kept, elliptic), *kept),
    )


def _weighty(now: Query, kept: Sequence[Term], elliptic: bool) -> tuple[Term, ...]:
    """The words of a turn; of one that leaves the rest unsaid, they say at least as much as any it inherits."""
    most = max((t.salience for t in kept), default=0.0)
    classes = {fold(word) for word in classes_in(now.text)}
    return tuple(
        replace(t, salience=max(t.salience, most)) if elliptic and (t.salience > _GENERIC or t.text in classes) else t
        for t in now.terms
    )


def _own(now: Query, places: str) -> tuple[str, ...]:
    """The things a turn names itself, by words that do not say what is asked of them (贷款, not 条件).

    A guessed word of two characters is most likely cut at the wrong place and names nothing.
    """
    classes = {fold(word) for word in classes_in(now.text)}
    things = (t.text for t in now.terms if (t.salience >= _THING and t.text not in places) or t.text in classes)
    named = (t for t in things if len(t) != 2 or is_known(t) or t in classes)
    return tuple(t for t in named if asks_of(t, named=False) == (Ask.OTHER,) and t not in now.kinds)


def _places_of(query: Query) -> list[str]:
    """The names by which a question's text names places, longest first."""
    names = {m.name for m in (*query.regions, *find_regions(query.text))}
    names |= {name for place in query.places for name in (place.name, place.short)}
    return sorted(names, key=lambda name: (-len(name), name))


def _without(text: str, names: Sequence[str]) -> str:
    for name in names:
        text = text.replace(name, "")
    return text


def _settled(mention: RegionMention, before: Sequence[RegionMention]) -> RegionMention:
    """A division just named, of those that bear the name the nearest to the ones before (南京 -> 鼓楼区)."""
    for digits in (4, 2):  # of one prefecture, of one province
        near = {m.code[:digits] for m in before}
        codes = tuple(code for code in mention.codes if code[:digits] in near)
        if codes:
            return replace(mention, code=codes[0], codes=codes)
    return mention
