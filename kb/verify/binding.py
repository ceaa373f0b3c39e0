"""Is a value said of the same thing as in the evidence?

A value that stands in the evidence may have been taken from beside the right one: another tier, year or claimant. So
each of its places competes with the places of other values of its kind: only what stands around one of the two and not
around the other tells, and the sentence must not have clearly more of the other's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb.verify.bounds import direction
from kb.verify.contexts import Stand
from kb.verify.features import OWN, features_of, weight_of
from kb.verify.labels import contradict, labels_of
from kb.verify.layout import stands
from kb.verify.pairs import BEFORE
from kb.verify.parallel import replaced
from kb.verify.places import BODY, equal, is_label, same_kind

_LIMIT = 0.34  # of what tells two places apart, so much more must speak for the other
_BODY_LIMIT = 0.6  # the same for bodies: many do something about one thing
_NEUTRAL = 0.1  # up to which a value is not really at home in its place
_EXCHANGED = 0.3  # the same for two values that have changed places, together
_BASE = 1.5  # added to what tells: a single pair of characters decides nothing
_TELLS = 0.41  # difference of nearness from which a feature tells two places apart
_COVERAGE = 0.3  # what the share of a place's own words in the sentence counts
_COMMON = 0.6  # nearness from which a word is the other place's, too
_TOPIC = 0.3  # what a word of the document's title counts
_CONTRAST = 1.0  # of a character by which two parallel stretches differ


def misbound(text: str, quotes: Sequence[str], heads: Sequence[str]) -> list[str]:
    """Values of a sentence that the evidence states of something else, as written; empty when fine."""
    held = [s for quote, head in zip(quotes, heads, strict=True) for s in stands(quote, head)]
    said = [_Said(s, *_split(s, held)) for s in stands(text)]
    amounts = any(not is_label(s.stand.place.kind) for s in said)
    known = labels_of("\n".join(quotes))
    faults = []
    for one in said:
        if not one.same or one.stand.place.kind[0] == "第" or (amounts and is_label(one.stand.place.kind)):
            continue  # it stands in the head, or says which tier the figures are of
        if _is_misbound(one, said) or all(contradict(one.stand.labels, s.labels, known) for s in one.same):
            faults.append(one.stand.place.raw)
        elif all("@old" in s.features and s.is_paired for s in one.same) and not _tells_of_before(text, one.stand):
            faults.append(f"{one.stand.place.raw}（原来的）")
        elif all(_turned(one.stand, s) for s in one.same):
            faults.append(f"{one.stand.place.raw}（上下限）")
    return faults


@dataclass(frozen=True, slots=True)
class _Said:
    """A value of the sentence with the places of the evidence that state it, and those that state another."""

    stand: Stand
    same: tuple[Stand, ...]
    rivals: tuple[Stand, ...]


def _split(said: Stand, held: Sequence[Stand]) -> tuple[tuple[Stand, ...], tuple[Stand, ...]]:
    alike = [s for s in held if same_kind(s.place.kind, said.place.kind)]
    same = tuple(s for s in alike if equal(s.place, said.place))
    return same, tuple(s for s in alike if not equal(s.place, said.place))


def _is_misbound(one: _Said, said: Sequence[_Said]) -> bool:
    """Whether each place of the value has a rival that the sentence is clearly more like."""
    others = [s for s in said if s is not one and same_kind(s.stand.place.kind, one.stand.place.kind)]
    free = [r for r in one.rivals if not any(equal(r.place, o.stand.place) for o in others)]
    limit = _BODY_LIMIT if one.stand.place.kind == BODY else _LIMIT
    if free and max(min(preference(one.stand, place, r) for r in free) for place in one.same) < -limit:
        return True
    return any(_exchanged(one, o) for o in others if o.same and not equal(one.stand.place, o.stand.place))


def _exchanged(one: _Said, other: _Said) -> bool:
    """Whether two values that the sentence states would both be more at home in the other's place."""
    ours, theirs = _at_home(one, other), _at_home(other, one)
    limit = _BODY_LIMIT if one.stand.place.kind == BODY else _EXCHANGED
    return max(ours, theirs) < _NEUTRAL and ours + theirs < -limit


def _at_home(one: _Said, other: _Said) -> float:
    """How much more a value is like its own places than those of another that the sentence states."""
    return max(min(preference(one.stand, place, rival) for rival in other.same) for place in one.same)


def _tells_of_before(text: str, stand: Stand) -> bool:
    """Whether a sentence says that it speaks of what held before: 原来30%, 2025年为30%."""
    return "@old" in stand.features or BEFORE.search(text) is not None


def _turned(said: Stand, held: Stand) -> bool:
    return direction(said.sentence, said.place) * direction(held.sentence, held.place) < 0


def preference(said: Stand, one: Stand, other: Stand) -> float:
    """How much more a sentence's surroundings are like one place than another: -1 to 1, 0 where nothing tells."""
    contrast = replaced(one.own, other.own)
    roles = _has_role(one) and _has_role(other)
    gain = total = 0.0
    for feature, near in said.features.items():
        # What stands farther off in the sentence may stand as far off in the evidence.
        a, b = (min(s.features.get(feature, 0.0), near) / near for s in (one, other))
        if abs(a - b) < _TELLS or (feature[0] == "@" and not roles):
            continue
        weight = near * weight_of(feature) * (_TOPIC if feature in one.title and feature in other.title else 1.0)
        if feature in contrast:
            weight += near * _CONTRAST
        gain += weight * (a - b)
        total += weight
    return gain / (total + _BASE) + _COVERAGE * (_covered(said, one, other) - _covered(said, other, one))


def _has_role(stand: Stand) -> bool:
    return any(f[0] == "@" for f in stand.features)


def _covered(said: Stand, one: Stand, other: Stand) -> float:
    """How much of what a place says of its value, and the other does not, the sentence says too."""
    telling = [f for f in features_of(one.frame, OWN) if other.features.get(f, 0.0) < _COMMON]
    total = sum(weight_of(f) for f in telling)
    return sum(weight_of(f) for f in telling if said.features.get(f, 0.0) >= _COMMON) / (total + _BASE)
