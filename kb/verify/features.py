"""The surroundings of a value as features, each with how near it stands: pairs of characters, and other values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from kb.text import fold
from kb.verify.bounds import direction
from kb.verify.places import ENUMERATED, Place, places

#: How near a feature stands, 1 beside the value.
Features = Mapping[str, float]

OWN = 1.0  # in its own stretch
FRAME = 0.95  # left out there, taken from a stretch that runs parallel
LEAD = 0.75  # in a stretch before it
ELIDED = 0.6  # in a rival's stretch before it, where its own says nothing
ABOVE = 0.5  # in the heading or the line with a colon over it
FAR = 0.4  # before a semicolon
TITLE = 0.25
LATER = 0.2
SIBLING = 0.15  # in the stretch of a rival

STOP = frozenset(
    "的了和与及或等在是为按给予应当可以将由对于从其中之以上下不得超过少于至少最多到个每者并且要能须会就都也还有内"
)
#: Said otherwise with the same meaning, one character for one.
_SAME = str.maketrans("缴购天两佣", "交买日二雇")
_VALUE_WEIGHT = 2.0  # of another value in the surroundings, beside a pair of characters
_CHAR_WEIGHT = 0.35


def key_of(text: str) -> str:
    """The form under which surroundings are compared."""
    return fold(text).translate(_SAME)


def weight_of(feature: str) -> float:
    """How much a feature tells: ``#`` begins another value, ``@`` a role such as 原来."""
    if feature[0] in "#@":
        return _VALUE_WEIGHT
    return _CHAR_WEIGHT if len(feature) == 1 else 1.0


@lru_cache(maxsize=4096)
def features_of(text: str, level: float) -> Features:
    """Pairs of characters, and characters, of a stretch, all at one level."""
    key = key_of(ENUMERATED.sub("", text, count=1))
    out = {c: level for c in key if c.isalnum() and c not in STOP and not c.isdigit()}
    for pair in map("".join, zip(key, key[1:], strict=False)):
        if _is_telling(pair):
            out[pair] = level
    return out


def _is_telling(pair: str) -> bool:
    if any(not c.isalnum() or c.isdigit() for c in pair):
        return False
    return not (pair[0] in STOP and pair[1] in STOP)


def value_features(place: Place, text: str) -> tuple[str, ...]:
    """A value as a feature of another one's surroundings, and as a ceiling or a floor where it is one."""
    key, bound = f"#{place.kind}{place.value}", direction(text, place)
    return (key, f"{key}{bound:+}") if bound else (key,)


@lru_cache(maxsize=4096)
def values_in(text: str, level: float) -> Features:
    """The values of a stretch as features."""
    return {feature: level for place in places(text) for feature in value_features(place, text)}


def merged(*levels: Features) -> dict[str, float]:
    """Each feature at its nearest."""
    out: dict[str, float] = {}
    for level in levels:
        for key, value in level.items():
            if value > out.get(key, 0.0):
                out[key] = value
    return out
