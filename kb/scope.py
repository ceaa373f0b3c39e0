"""Does a sentence speak of the place and the year the question names?

Agreement runs from 1 (it says so itself) to 0 (it says otherwise); in between, what governs the sentence says so:
the sentence before it, the section, the document.
"""

from __future__ import annotations

from collections.abc import Sequence

from kb.basis import bases, title_year
from kb.places import Place, own_place, places_in
from kb.regions import ancestors
from kb.view import DocumentView
from kb.whereabouts import tied

OTHERS = 0.15  # what has another year, or place, and nothing that speaks for the one asked about
_DIVIDED = 0.45  # something speaks for the year asked about, something for another
_GOVERNED = 0.9  # what governs the sentence is of the year
UNSTATED = 0.4  # neither the sentence nor anything above it names a place or year
_SPEAKS_OF = 0.9  # a document of no body's, which names the place elsewhere
_CONTAINS = 0.6  # a city's document, asked about one of its districts; or a district's, asked about the city


def year_agreement(year: int, view: DocumentView, i: int, asked: Sequence[str] = ()) -> float:
    """Agreement of sentence ``i`` with one year the question names.

    A year that the sentence only measures by (2024年度平均工资的3倍) counts where that is what is ``asked``, or where
    nothing tells what is.
    """
    measured = bases(view.text(i))
    if any(b.year == year and (not asked or b.tells(asked)) for b in measured):
        return 1.0
    stated = view.years(i) or view.column_years(i) or tuple(b.year for b in measured if b.tells(asked))
    if stated:
        return 1.0 if year in stated else 0.0
    edition, spoken = title_year(view.document.title), view.speaks_of(year)
    other = edition is not None and edition != year
    governing = view.governing_years(i)
    if governing:
        # 2025年7月1日至2026年6月30日 in the notice of 2025: the next one is of 2026.
        divided = other and edition in governing
        return (_DIVIDED if divided else _GOVERNED) if year in governing else (_DIVIDED if spoken else 0.0)
    if spoken:
        return _DIVIDED if other else 0.8
    return OTHERS if other or view.is_of_other_years else UNSTATED


def years_agreement(years: Sequence[int], view: DocumentView, i: int, asked: Sequence[str] = ()) -> float:
    """Agreement with all years named: one must be the sentence's, the others may be the document's or measured by."""
    each = [year_agreement(y, view, i, asked) for y in years]
    if len(each) > 1:
        measured = {b.year for b in bases(view.text(i))}
        each = [max(a, _DIVIDED) if y in measured else a for y, a in zip(years, each, strict=True)]
    return max(each) if each and min(each) >= UNSTATED else min(each, default=1.0)


def region_agreement(codes: Sequence[str], view: DocumentView, i: int) -> float:
    """Agreement of sentence ``i`` with one region the question names (its candidates, if the name is ambiguous)."""
    own = _closeness(codes, view.own_regions)
    stated = _closeness(codes, view.regions(i))
    if stated == 1.0:
        return 1.0
    if view.regions(i):
        # It names places, but not this one: partners and examples, if the document is of the place asked for.
        return max(stated, 0.6 * own)
    governing = view.governing_regions(i)
    if own == 1.0:
        return 1.0
    if governing and view.own_regions and own == 0.0:
        # The document is of another place: only a passage expressly about the one asked for can speak of it.
        return 0.9 if _closeness(codes, governing) == 1.0 else 0.0
    if governing:
        return max(0.9 * _closeness(codes, governing), 0.7 * own)
    if view.own_regions:
        return own
    # A place of its own that no gazetteer has is another one, unless the document names the one asked for.
    foreign = own_place(view.document.issuer) is not None and not view.names_region(codes)
    return 0.0 if foreign else UNSTATED


def place_agreement(place: Place, view: DocumentView, i: int) -> float:
    """Agreement of sentence ``i`` with a place: 1 where it, its headings or its document name it, 0 for another's.

    What holds for a city's district holds for the city in part, and the other way round: if one lies in the other. A
    sentence that names others of the same rank and not this one is another's, whatever its document speaks of.
    """
    if place.named_in(view.key(i)) or place.named_in(view.head_key):
        return 1.0
    if any(other.depth == place.depth for other in places_in(view.text(i), ())):
        return 0.0
    if place.named_in(view.path_key(i) + view.columns_key(i)):
        return 1.0
    issuer, text = view.document.issuer, view.document.text
    own = own_place(issuer)
    if own is None and place.named_in(text):
        return _SPEAKS_OF
    if own is None:
        return 0.0 if any(code[2:] != "0000" for code in view.own_regions) else UNSTATED
    return _CONTAINS if own.name in place.kin or tied(place, own, issuer, text) else 0.0


def _closeness(asked: Sequence[str], stated: Sequence[str]) -> float:
    """1 for the same division, 0.7 where the stated one contains the asked one, 0.6 where it lies in it, else 0."""
    best = 0.0
    for a in asked:
        for s in stated:
            if a == s:
                return 1.0
            if s in ancestors(a):
                best = max(best, 0.7)
            elif a in ancestors(s):
                best = max(best, 0.6)
    return best
