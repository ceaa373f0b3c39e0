"""What goes into the letter: a first selection, and the writer's picks, drops, additions and order. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.letters.draft import Draft, LetterSettings, Picks
from kb.letters.evidence import Evidence, EvidenceSet
from kb.letters.reach import Reach
from kb.letters.roles import Role
from kb.letters.suggestion import Ask, heading_of

_MEASURES, _ACTUALS, _WHOLE = 4, 3, 3
_POINTS = 6  # measures where an ask has so many points
_OF_ONE = 4  # of one document for one ask
_JUST_THIS = 0.85  # agreement with an ask
_ALIKE = 0.6  # share of a sentence's pairs of characters that another one holds


def first_selection(sets: Sequence[EvidenceSet]) -> tuple[Picks, ...]:
    """What is picked without a writer: the best that nothing speaks against, each thing once in the letter.

    What several asks could use goes to the one it agrees with most.
    """
    best: dict[str, tuple[float, int]] = {}
    for n, found in enumerate(sets):
        for e in found.items:
            mark = e.score if n else 0.0
            if mark > best.get(e.key, (-1.0, 0))[0]:
                best[e.key] = (mark, n)
    said: list[Evidence] = []
    whole = _whole(sets[0], best, said)
    return (whole, *(_of(n, found, best, said) for n, found in enumerate(sets) if n))


def _of(n: int, found: EvidenceSet, best: dict[str, tuple[float, int]], said: list[Evidence]) -> Picks:
    own = [e for e in found.items if e.ready and best[e.key][1] == n]
    actuals = _chosen([e for e in own if e.role is Role.ACTUAL], _ACTUALS, said)
    measures = _chosen([e for e in own if e.role is Role.MEASURE], _POINTS, said)
    return Picks(actuals, measures)


def _whole(found: EvidenceSet, best: dict[str, tuple[float, int]], said: list[Evidence]) -> Picks:
    """Progress on the matter as a whole, but for what is just what one ask is about."""
    usable = [e for e in found.items if e.ready and e.role is Role.ACTUAL and best[e.key][0] < _JUST_THIS]
    return Picks(actuals=_chosen(usable, _WHOLE, said))


def _chosen(ranked: Sequence[Evidence], most: int, said: list[Evidence]) -> tuple[str, ...]:
    """The best of a ranking that say something new: first the best for each point of the ask, then what is next.

    Of places below there is only what the nearer ones leave open.
    """
    first = {e.point: e for e in reversed(ranked)}
    leading = [e for e in ranked if first[e.point] is e]
    nearer = [e for e in ranked if e.reach is not Reach.LOWER]
    order = [*leading, *(e for e in ranked if e not in leading)]
    many = min(most, max(_MEASURES, len(leading) + 1))
    of_each = _OF_ONE if len({e.citation.policy_id for e in ranked}) > 1 else most
    chosen: list[Evidence] = []
    for e in order:
        of_one = sum(c.citation.policy_id == e.citation.policy_id for c in chosen)
        full = len(chosen) >= (most if e in leading else many)
        below = e.reach is Reach.LOWER and any(n.point == e.point for n in nearer)
        if full or below or (of_one >= of_each and e not in leading) or any(_alike(e, other) for other in said):
            continue
        chosen.append(e)
        said.append(e)
    return tuple(e.key for e in _by_document(chosen))


def _by_document(chosen: Sequence[Evidence]) -> list[Evidence]:
    """Sentences of one document side by side, as they follow one another in it; documents by their best."""
    order = {p: n for n, p in reversed(list(enumerate(e.citation.policy_id for e in chosen)))}
    return sorted(chosen, key=lambda e: (order[e.citation.policy_id], e.citation.start))


def _alike(one: Evidence, other: Evidence) -> bool:
    """Whether two say nearly the same of what was done, or of what is to be."""
    a, b = _pairs(one.citation.quote), _pairs(other.citation.quote)
    if one.role is not other.role:
        return False
    return bool(a) and bool(b) and len(a & b) / min(len(a), len(b)) > _ALIKE


def _pairs(text: str) -> set[str]:
    key = re.sub(r"\W", "", text)
    return {key[i : i + 2] for i in range(len(key) - 1)}


# The writer's


def pick(draft: Draft, n: int, key: str, at: int | None = None) -> Draft:
    """Pick a piece of evidence for ask ``n`` (0 for the whole), at a place or at the end; it is moved if picked."""
    evidence = draft.evidence(key)
    if evidence is None or not 0 <= n < len(draft.picks):
        return draft
    without = drop(draft, n, key)
    chosen = without.picks[n]
    keys = list(chosen.actuals if evidence.role is Role.ACTUAL else chosen.measures)
    keys.insert(len(keys) if at is None else max(0, at), key)
    if evidence.role is Role.ACTUAL:
        return _with(without, n, replace(chosen, actuals=tuple(keys)))
    return _with(without, n, replace(chosen, measures=tuple(keys)))


def drop(draft: Draft, n: int, key: str) -> Draft:
    """Take a piece of evidence out of ask ``n``; it stays among what was found."""
    chosen = draft.picks[n]
    kept = replace(
        chosen,
        actuals=tuple(k for k in chosen.actuals if k != key),
        measures=tuple(k for k in chosen.measures if k != key),
    )
    return _with(draft, n, kept)


def move(draft: Draft, n: int, key: str, by: int) -> Draft:
    """Move a picked piece up (negative) or down among those of its role."""
    evidence = draft.evidence(key)
    if evidence is None:
        return draft
    chosen = draft.picks[n]
    keys = list(chosen.actuals if evidence.role is Role.ACTUAL else chosen.measures)
    return pick(draft, n, key, keys.index(key) + by) if key in keys else draft


def add(draft: Draft, n: int, evidence: Evidence) -> Draft:
    """Put evidence a writer found (``kb.reply.search_evidence``, ``cite``) into ask ``n`` and pick it."""
    found = draft.sets[n]
    if all(e.key != evidence.key for e in found.items):
        sets = list(draft.sets)
        sets[n] = replace(found, items=(*found.items, evidence))
        draft = replace(draft, sets=tuple(sets))
    return pick(draft, n, evidence.key)


def noted(draft: Draft, n: int, note: str) -> Draft:
    """Say something to ask ``n`` in the writer's own words; empty to take it back."""
    return _with(draft, n, replace(draft.picks[n], note=note.strip()))


def with_settings(draft: Draft, settings: LetterSettings) -> Draft:
    """The same draft written otherwise. Another body or region needs evidence anew (``kb.reply.refreshed``)."""
    return replace(draft, settings=settings)


def with_ask(draft: Draft, start: int, end: int) -> Draft:
    """Mark ``text[start:end]`` of the suggestion as an ask the reading has missed; its evidence is yet to be gathered.

    Raises ValueError for an empty span, or one that shares text with another ask.
    """
    suggestion = draft.suggestion
    text = suggestion.text[start:end]
    if start < 0 or not text.strip() or any(a.start < end and start < a.end for a in suggestion.asks):
        raise ValueError("要求的范围为空，或与另一条要求重叠")
    asks = sorted((*suggestion.asks, Ask("", text, start, end, heading_of(text))), key=lambda a: a.start)
    at = next(i for i, a in enumerate(asks) if a.start == start) + 1
    sets, picks = list(draft.sets), list(draft.picks)
    sets.insert(at, EvidenceSet())
    picks.insert(at, Picks())
    return replace(draft, suggestion=replace(suggestion, asks=tuple(asks)), sets=tuple(sets), picks=tuple(picks))


def _with(draft: Draft, n: int, chosen: Picks) -> Draft:
    picks = list(draft.picks)
    picks[n] = chosen
    return replace(draft, picks=tuple(picks))
