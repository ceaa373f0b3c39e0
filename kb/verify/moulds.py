"""Clauses that are the evidence's own but for their values: there the values must be the same, place by place.

A clause, a sentence or a table's row with its values taken out is its mould. Where the evidence has the mould, but
never with these values, a value was changed or two have changed places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from kb.text import find_dates, find_quantities, squash
from kb.verify.names import bodies, same_body
from kb.verify.places import clocks, unit_of

_CUTS = (re.compile(r"[。！？!?；;\n]"), re.compile(r"[。！？!?；;\n，,|]"))
_SHORTEST = 4  # characters of a mould beside its values
_LOOSE = str.maketrans("", "", "的了将其按照：:，,、“”《》（）() ")

#: Words of duty, leave, ban and bound, by what they say. Longer ones first.
_WORDS = re.compile(
    r"(?P<ceiling>不超过|不高于|不多于|不大于|不得超过|不能超过|最高|最多|最长|至多|以下|以内|上限)"
    r"|(?P<floor>不少于|不低于|不小于|不得少于|不得低于|不能少于|不能低于|最低|最少|最短|至少|以上|下限|起码)"
    r"|(?P<no>不得|不能|不可以|不准|不许|不应|不予|不再|禁止|严禁|没有|未(?!来|成年|满|达)|不(?!满|足|同|动产|良|断))"
    r"|(?P<may>可以|能够|允许|可|能)|(?P<must>应当|必须|须|应(?=[在按由向当])|需要|务必)"
    r"|(?P<more>提高|增加|上浮|延长)|(?P<less>降低|减少|下浮|缩短)|(?P<past>之后|以后)|(?P<ere>之前|以前)|(?P<give>予以)|(?P<on>继续)"
)
_BOUND = frozenset({"ceiling", "floor", "more", "less", "past", "ere"})

Mould = tuple[str, tuple[object, ...]]


def recast(text: str, quotes: Sequence[str]) -> list[str]:
    """Stretches whose mould the evidence has, but with other values; empty when fine."""
    known: dict[str, list[tuple[object, ...]]] = {}
    for quote in quotes:
        for mould, values in _moulds(quote):
            known.setdefault(mould, []).append(values)
    return [
        mould
        for mould, values in _moulds(text)
        if mould in known and not any(_agree(values, held) for held in known[mould])
    ]


def _agree(said: tuple[object, ...], held: tuple[object, ...]) -> bool:
    """Whether two moulds hold the same values, place by place; a body may go by a short name."""
    return len(said) == len(held) and all(
        a == b or (isinstance(a, str) and isinstance(b, str) and same_body(a, b))
        for a, b in zip(said, held, strict=True)
    )


def reworded(text: str, quotes: Sequence[str]) -> list[str]:
    """Stretches that are the evidence's own but for a word of duty, leave, ban or bound; empty when fine."""
    known: dict[str, list[tuple[str, ...]]] = {}
    for quote in quotes:
        for bare, words in _worded(quote):
            known.setdefault(bare, []).append(words)
    return [b for b, words in _worded(text) if b in known and all(_at_odds(words, w) for w in known[b])]


def _at_odds(said: tuple[str, ...], held: tuple[str, ...]) -> bool:
    """Whether the words say something else; a duty or a leave may be left out."""
    if said.count("no") != held.count("no"):
        return True
    tones = [[w for w in words if w in ("may", "must")] for words in (said, held)]
    bounds = [[w for w in words if w in _BOUND] for words in (said, held)]
    return any(len(a) == len(b) and a != b for a, b in (tones, bounds))


@lru_cache(maxsize=64)
def _worded(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Clauses and sentences without their words of duty and bound, and these."""
    found = []
    for pattern in _CUTS:
        for part in pattern.split(text):
            words = tuple(str(m.lastgroup) for m in _WORDS.finditer(part))
            bare = squash(_WORDS.sub("", part)).translate(_LOOSE)
            if len(bare) >= _SHORTEST:
                found.append((bare, words))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=64)
def _moulds(text: str) -> tuple[Mould, ...]:
    return tuple(dict.fromkeys(m for pattern in _CUTS for part in pattern.split(text) if (m := _mould(part))))


@lru_cache(maxsize=4096)
def _mould(part: str) -> Mould | None:
    """A stretch without its values, and they; None where little else is left."""
    spans = sorted(_values(part), key=lambda v: v[0])
    out, values, at = [], [], 0
    for start, end, value in spans:
        if start < at:
            continue
        out += [part[at:start], "§"]
        values.append(value)
        at = end
    mould = squash("".join([*out, part[at:]])).translate(_LOOSE)
    return (mould, tuple(values)) if values and len(mould) - len(values) >= _SHORTEST else None


def _values(part: str) -> Iterator[tuple[int, int, object]]:
    taken: list[tuple[int, int]] = []
    for date in find_dates(part):
        taken.append((date.start, date.end))
        yield date.start, date.end, (date.iso, date.until)
    for clock in clocks(part):
        if not _within(clock.start, taken):
            taken.append((clock.start, clock.end))
            yield clock.start, clock.end, clock.value
    for start, end, name in bodies(part):
        if not _within(start, taken):
            taken.append((start, end))
            yield start, end, name
    for q in find_quantities(part):
        if not _within(q.start, taken) and (q.unit or q.raw[0].isdigit()):
            taken.append((q.start, q.end))
            yield q.start, q.end, (q.value, unit_of(q.unit))


def _within(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(s <= at < e for s, e in spans)
