"""Which of two places lies in the other, as far as documents tell: what a district gives holds for its own city only.

A city's document names its districts; a district's names the city's bodies and documents; and either may be written
in front of the other (云溪市河湾区).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace

from kb.places import Place, own_place, places_in
from kb.query import Query, placed

_ELSEWHERES = re.compile(r"[\u4e00-\u9fff]{2}[市州盟]$")
_BODY = r"[^，。；：、《》\n]{0,14}?(?:政府|委员会|[局厅委办院]|财政|级)"


def located(query: Query, issuers: Collection[str | None], akin: Callable[[Place, Place], bool]) -> Query:
    """The query with the places it names, as the bodies of the documents found tell; a follow-up has them already.

    ``akin`` tells whether by some document one of two places lies in the other.
    """
    others = {place for issuer in issuers if (place := own_place(issuer)) is not None}
    named = query.places if query.turn else places_in(query.text, issuers)
    asked = tuple(replace(p, kin=frozenset(o.name for o in others if akin(p, o))) for p in named)
    return replace(query, places=asked) if query.turn else placed(query, asked)


def tied(one: Place, other: Place, issuer: str | None, text: str) -> bool:
    """Whether a text by a body tells that one of two places lies in the other."""
    if one.depth == other.depth:
        return False
    upper, lower = (one, other) if one.depth < other.depth else (other, one)
    if f"{upper.name}{lower.name}" in text:
        return True
    own = own_place(issuer)
    if own == upper:
        return any(_not_elsewhere(text, at, upper) for at, _ in lower.mentions(text))
    if own == lower:
        name = re.escape(upper.name)
        return re.search(rf"《{name}|{name}{_BODY}", text) is not None
    return False


def _not_elsewhere(text: str, at: int, upper: Place) -> bool:
    """Whether a name stands behind no other city's (临澜市北塘区)."""
    before = _ELSEWHERES.search(text, max(0, at - 3), at)
    return before is None or before.group() == upper.name
