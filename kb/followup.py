"""Follow-up questions: what a turn leaves unsaid is taken from the one before (那2028年呢？ 牵头单位是谁？)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.asks import Ask
from kb.query import Query, analyse

_POINTS_BACK = re.compile(
    r"^(?:那么?|还有|另外|其中|它|这|该|上述|前面|刚才)|它|[这那该][个份项条类]|呢[？?]?$|上述|刚才"
)
_SALIENT = 0.7
_FADED = 0.7  # an inherited word counts less than one just said


def analyse_turn(text: str, history: Sequence[str] = ()) -> Query:
    """Read a question in the light of those before it, oldest first. The result's ``text`` is what to search."""
    query = analyse(text)
    if not history or not _leans(query):
        return query
    return _joined(analyse_turn(history[-1], history[:-1]), query)


def leans_back(text: str, history: Sequence[str]) -> bool:
    """Whether a question leaves something unsaid that the ones before it said."""
    return bool(history) and _leans(analyse(text))


def _leans(query: Query) -> bool:
    named = bool(query.doc_numbers or query.titles)
    salient = sum(t.salience >= _SALIENT for t in query.terms)
    return (bool(_POINTS_BACK.search(query.text)) and not named and salient < 4) or (not named and salient < 2)


def _joined(before: Query, now: Query) -> Query:
    """The question now, with what it does not say itself from the one before."""
    elliptic = now.asks == (Ask.OTHER,) or bool(re.search(r"呢[？?]?$", now.text))
    said = {t.text for t in now.terms}
    replaced = {m.name for m in before.regions} if now.regions else set()
    kept = [
        replace(t, salience=t.salience * _FADED)
        for t in before.terms
        if t.text not in said and not any(t.text in name or name in t.text for name in replaced)
    ]
    return replace(
        now,
        text=f"{before.text} {now.text}",
        turn=now.text,
        elliptic=elliptic,
        asks=before.asks if elliptic else now.asks,
        measures=before.measures if elliptic else now.measures,
        doc_numbers=now.doc_numbers or before.doc_numbers,
        titles=now.titles or before.titles,
        regions=now.regions or before.regions,
        years=now.years or (before.years if elliptic else ()),
        terms=(*now.terms, *kept),
    )
