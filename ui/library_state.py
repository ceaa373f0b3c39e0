"""What the reader looks for in the library, as it stands in the page's address: shared, reloaded, gone back to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from kb.library import FACETS, SORTS, Wanted

LONGEST = 200  # characters of words
_MOST_VALUES = 20
_WORDS, _SORT, _PAGE = "words", "sort", "page"


def read_state(pairs: Iterable[tuple[str, str]]) -> Wanted:
    """What an address asks for. Whatever else stands in it counts for nothing: no address is an error."""
    facets: dict[str, list[str]] = {}
    words, sort, page = "", "", 1
    for name, value in pairs:
        if name in FACETS and value and len(facets.get(name, ())) < _MOST_VALUES:
            facets.setdefault(name, []).append(value[:LONGEST])
        elif name == _WORDS:
            words = " ".join(value.split())[:LONGEST]
        elif name == _SORT and value in SORTS:
            sort = value
        elif name == _PAGE and value.isascii() and value.isdigit() and len(value) < 7:
            page = max(1, int(value))
    return Wanted(words, {name: tuple(dict.fromkeys(values)) for name, values in facets.items()}, sort, page)


def address(wanted: Wanted) -> str:
    """The page's address with this state: the same for equal states."""
    pairs = [("tab", "library")]
    if wanted.words:
        pairs.append((_WORDS, wanted.words))
    pairs += [(name, value) for name in FACETS for value in wanted.facets.get(name, ())]
    if wanted.sort:
        pairs.append((_SORT, wanted.sort))
    if wanted.page > 1:
        pairs.append((_PAGE, str(wanted.page)))
    return f"/?{urlencode(pairs)}"


def toggled(wanted: Wanted, facet: str, value: str) -> Wanted:
    """With a value of a facet taken in, or out where it was in; from the first page again."""
    held = wanted.facets.get(facet, ())
    values = tuple(v for v in held if v != value) if value in held else (*held, value)
    return replace(wanted, facets=_without_empty({**wanted.facets, facet: values}), page=1)


def chosen(wanted: Wanted) -> list[tuple[str, str]]:
    """The values that are taken in, facet by facet."""
    return [(name, value) for name in FACETS for value in wanted.facets.get(name, ())]


def _without_empty(facets: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {name: values for name, values in facets.items() if values}
