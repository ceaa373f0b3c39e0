"""Follow-up questions: what a turn leaves unsaid is taken from the one before (那2028年呢？ 牵头单位是谁？)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.asks import Ask
from kb.places import Gazette, places_in
from kb.query import Query, analyse, localised, placed
from kb.regions import RegionMention, find_regions
from kb.text import fold

_POINTS_BACK = re.compile(
    r"^(?:那么?|还有|另外|其中|它|这|该|上述|前面|刚才)|它|[这那该][个份项条类]|呢[？?]?$|上述|刚才"
)
_SALIENT = 0.7
_FADED = 0.7  # an inherited word counts less than one just said, unless that is but a place


def analyse_turn(text: str, history: Sequence[str] = (), gazette: Gazette | None = None) -> Query:
    """Read a question in the light of those before it, oldest first. The result's ``text`` is what to search.

    ``gazette`` has the places the base knows: a conversation is about those that were named last.
    """
    query = analyse(text)
    if not history or not _leans(query):
        return query
    gazette = gazette or Gazette()
    before = _located(analyse_turn(history[-1], history[:-1], gazette), gazette)
    return _joined(before, _located(query, gazette))


def leans_back(text: str, history: Sequence[str]) -> bool:
    """Whether a question leaves something unsaid that the ones before it said."""
    return bool(history) and _leans(analyse(text))


def _leans(query: Query) -> bool:
    named = bool(query.doc_numbers or query.titles)
    salient = sum(t.salience >= _SALIENT for t in query.terms)
    return (bool(_POINTS_BACK.search(query.text)) and not named and salient < 4) or (not named and salient < 2)


def _located(query: Query, gazette: Gazette) -> Query:
    """The query with the places it names, as far as the base knows them."""
    known = localised(query, gazette.codes)
    return known if known.places else placed(known, places_in(known.text, gazette.issuers))


def _joined(before: Query, now: Query) -> Query:
    """The question now, with what it does not say itself from the one before."""
    elliptic = now.asks == (Ask.OTHER,) or bool(re.search(r"呢[？?]?$", now.text))
    moved = bool(now.regions or now.places)
    carried = _without(before.text, _places_of(before)) if moved else before.text
    said, key, places = {t.text for t in now.terms}, fold(carried), "".join(_places_of(now))
    only_moved = elliptic and moved and all(t.text in places for t in now.terms)  # 那松口县呢？
    faded = 1.0 if only_moved else _FADED
    kept = [replace(t, salience=t.salience * faded) for t in before.terms if t.text not in said and t.text in key]
    asked = replace(now, heads=before.heads, units=before.units, kinds=before.kinds, counts=before.counts)
    return replace(
        asked if only_moved else now,
        text=f"{carried} {now.text}".strip(),
        turn=now.text,
        elliptic=elliptic,
        asks=before.asks if elliptic else now.asks,
        measures=before.measures if elliptic else now.measures,
        doc_numbers=now.doc_numbers or before.doc_numbers,
        titles=now.titles or tuple(t for t in before.titles if t in carried),
        regions=tuple(_settled(m, before.regions) for m in now.regions) if moved else before.regions,
        places=now.places if moved else before.places,
        years=now.years or (before.years if elliptic else ()),
        terms=(*now.terms, *kept),
    )


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
