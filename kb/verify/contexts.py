"""What stands around a value in its sentence: its own stretch, what it inherits, and what is before and behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.verify.features import (
    ELIDED,
    FAR,
    FRAME,
    LATER,
    LEAD,
    OWN,
    SIBLING,
    STOP,
    Features,
    features_of,
    merged,
    value_features,
)
from kb.verify.labels import Labels, nearest
from kb.verify.pairs import roles, together, unlinked
from kb.verify.parallel import framed, gone
from kb.verify.places import Place, places, same_kind

_BREAK = re.compile(r"[；;，,：:、（）()|“”]")
_CLAUSE = re.compile(r"[；;，,：:（）()|“”]")
_PART = re.compile(r"[；;]")
_LISTING = "、和及"
_COLON = frozenset("：:")
_SPACES = re.compile(r" +")
_TAIL = 6  # characters behind a value up to its next rival that still are its own
_ELLIPSIS = 1  # characters with a meaning up to which a stretch leaves out what it is about


@dataclass(frozen=True, slots=True)
class Stand:
    """A value with its surroundings. ``own`` is its stretch, ``frame`` that with what it inherits.

    ``labels`` says of whom or which it is said; ``title`` has the features of the document's title, which tell little.
    """

    place: Place
    sentence: str
    own: str
    frame: str
    features: Features
    title: Features
    is_paired: bool
    labels: Labels


@dataclass(frozen=True, slots=True)
class _Span:
    """A value's stretch in its sentence, and where the values of its kind stand that are not one with it."""

    first: int
    last: int
    rivals: tuple[Place, ...]

    def has_rival(self, start: int, end: int) -> bool:
        return any(start <= p.start < end for p in self.rivals)


def stands_in(sentence: str, above: Features, title: Features) -> Iterator[Stand]:
    """The values of a sentence with their surroundings, in order. ``above`` is what stands over the sentence."""
    found = places(sentence)
    bare = _blanked(sentence, found)
    frames: dict[str, str] = {}
    before: dict[str, str] = {}
    for place in found:
        kin = [p for p in found if p is not place and same_kind(p.kind, place.kind)]
        pair = together(sentence, place, kin)
        span = _span(sentence, place, pair, [p for p in kin if p not in pair])
        own = _SPACES.sub(" ", unlinked(bare[span.first : span.last], place, pair, span.first)).strip()
        if not any(p.end <= place.start for p in pair):  # the second of a pair has the frame of the first
            before[place.kind] = frames.get(place.kind, "")
        frame = frames[place.kind] = framed(before[place.kind], own)
        near = merged(
            above,
            features_of(own, OWN),
            features_of(frame, FRAME),
            *_stretches(sentence, bare, span),
            _other_values(sentence, found, place, span),
            dict.fromkeys(roles(sentence, place, pair, own), OWN),
        )
        yield Stand(place, sentence, own, frame, near, title, bool(pair), _labels(sentence, span))


def _span(sentence: str, place: Place, pair: Sequence[Place], rivals: Sequence[Place]) -> _Span:
    """The stretch of a value: between breaks, and between its rivals."""
    begin = min([place.start, *(p.start for p in pair)])
    end = max([place.end, *(p.end for p in pair)])
    stop = _BREAK.search(sentence, end)
    first = max((m.end() for m in _BREAK.finditer(sentence, 0, begin)), default=0)
    last = stop.start() if stop else len(sentence)
    for other in rivals:
        if first < other.end <= begin:
            first = other.end
        if end <= other.start < last:
            last = other.start if other.start - end > _TAIL else end
    return _Span(first, last, tuple(rivals))


def _stretches(sentence: str, bare: str, span: _Span) -> Iterator[Features]:
    """The other stretches of the sentence: what comes before counts nearly in full, unless a rival stands there."""
    cuts = [0, *(m.end() for m in _BREAK.finditer(sentence)), len(sentence)]
    own = bare[span.first : span.last]
    part = max((m.end() for m in _PART.finditer(sentence, 0, span.first)), default=0)
    is_bare = sum(c.isalnum() and c not in STOP for c in own) <= _ELLIPSIS
    for begin, end in zip(cuts, cuts[1:], strict=False):
        if begin >= span.first and end <= span.last + 1:
            continue
        a, b = (begin, min(end, span.first)) if begin < span.first else (max(begin, span.last), end)
        if a >= b:
            continue
        rival, far = span.has_rival(a, b), b <= part
        if b > span.first:
            yield features_of(bare[a:b], SIBLING if rival else LATER)
            continue
        level = FAR if far else LEAD
        if rival:
            level = ELIDED if is_bare and not far else SIBLING
        if sentence[b - 1] in _COLON and _COLON.intersection(sentence[b : span.first]):
            level = SIBLING  # 牵头单位：… does not hold behind 配合单位：…
        lost = gone(bare[a:b], bare[part : span.last] if far else own) if far or rival else frozenset()
        yield {f: SIBLING if lost.intersection(f) else level for f in features_of(bare[a:b], level)}


def _other_values(sentence: str, found: Sequence[Place], place: Place, span: _Span) -> Features:
    """The values of other kinds: those of its own stretch, and of each kind the last one before it."""
    out: dict[str, float] = {}
    nearer = {p.kind for p in found if span.first <= p.start < span.last}
    for other in reversed(found):
        if other is place or same_kind(other.kind, place.kind):
            continue
        if span.first <= other.start < span.last:
            near = OWN
        elif other.end <= span.first:
            near = SIBLING if other.kind in nearer else LEAD
            nearer.add(other.kind)
        else:
            near = LATER
        for feature in value_features(other, sentence):
            out[feature] = max(out.get(feature, 0.0), near)
    return out


def _labels(sentence: str, span: _Span) -> Labels:
    """Of whom or which a value is said: by its own stretch and those it is listed with, else by the nearest before."""
    start = span.first
    while start and sentence[start - 1] in _LISTING:
        before = max((m.end() for m in _BREAK.finditer(sentence, 0, start - 1)), default=0)
        if span.has_rival(before, start):
            break
        start = before
    part = max((m.end() for m in _PART.finditer(sentence, 0, start)), default=0)
    cuts = [part, *(m.end() for m in _CLAUSE.finditer(sentence, part, start)), start]
    clauses = [sentence[a:b] for a, b in zip(cuts, cuts[1:], strict=False) if not span.has_rival(a, b)]
    return nearest(sentence[start : span.last], *reversed(clauses))


def _blanked(text: str, found: Sequence[Place]) -> str:
    """The text with its values as spaces, in place."""
    out = list(text)
    for place in found:
        out[place.start : place.end] = " " * (place.end - place.start)
    return "".join(out)
