"""Which divisions (省、市、区、县) a text names: a zone or a park is none, though its name ends like one."""

from __future__ import annotations

from functools import lru_cache

from kb.places import RANKS, places_in
from kb.regions import find_regions


@lru_cache(maxsize=4096)
def divisions_in(text: str, known: frozenset[str] = frozenset()) -> frozenset[str]:
    """The names in a text of divisions that the gazetteer has, that a base knows, or that are shaped like one."""
    listed = (text[m.start : m.end] for m in find_regions(text))
    shaped = (place.name for place in places_in(text, ()))
    return frozenset(
        name for name in (*listed, *shaped, *(n for n in known if n in text)) if len(name) > 2 and name[-1] in RANKS
    )
