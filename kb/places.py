"""Places that no gazetteer has, known by the names of their own bodies: 云溪市 from 云溪市人民政府, 云溪 for short.

A town, a new zone or an invented city is a place all the same: what a document of another one says is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from kb.catalog.titles import place_of
from kb.regions import find_regions
from kb.text.tokens import cut, is_common, is_known, names_thing

_RANK = re.compile(r"[省市区县州盟旗]$")
#: How low a division is by the rank its name ends in
DEPTHS = {"省": 1, "市": 2, "州": 2, "盟": 2, "区": 3, "县": 3, "旗": 3}
RANKS = "".join(DEPTHS)
_LOWEST = 4  # towns, streets and villages
_NAME = re.compile(r"[\u4e00-\u9fff]{2,6}[省市区县州盟旗]")
_CITY = r"市(?![场民长值容面价])"
_DISTRICT = r"区(?![域间别块分县])"
_COUNTY = r"县(?![长域级城区])"
#: Pronouns, prepositions, particles, counts and what one does with a place: names of none that we look for hold them
NO_NAME = (
    "本你我您他她它咱贵该各每某此这那哪几全任何一两多另到在去从由往向对与及或跟比问查的了是有无要想能可不也都就还再又"
    "把被让给按照为于以之其所请叫离邻隔同外内"
)
# A full name of two characters and its rank, where a name may begin
_SHAPED = re.compile(
    rf"(?:^|(?<=[^\u4e00-\u9fff])|(?<=[市区县省州在到从由和与及的那是对往去跟比问查按]))"
    rf"(?:(?![{NO_NAME}])[\u4e00-\u9fff]){{2}}(?:{_CITY}|{_DISTRICT}|{_COUNTY})"
)
_COMMON = re.compile(
    r"省.{2}|.?[年月日底里加和来上下].?[市区县]|.(?:城市|地区|园区|社区|小区|片区|市区|城区|郊区|县区|区县|辖区|景区|校区|街区|新区|山区|库区|"
    r"灾区|特区|上市|超市|股市|楼市|夜市|集市|门市|都市|省市|县市|专区|厂区|矿区|分区|老区|区市|市县)|"
    r"(?:高新|开发|工业|示范|试验|保税|功能|中心|自贸|产业|落户|边远|[省市地县区乡]级)[市区县]"
)
#: What makes a place's short name that of another one: a rank right behind it, or such a character and a rank
_RANK_BEHIND = re.compile(
    r"(?:市(?![场民长值容面价级里])|区(?![域间别块分县里级])|县(?![长域级城区里])|省(?![级里])|镇(?![里级])|"
    r"乡(?![镇村里级下间亲土])|村(?![里级民])|街道|州(?=[的市])|盟(?![约友])|旗(?![下舰帜]))"
)
_LONGER = re.compile(
    r"(?P<feature>[桥山河江湖海溪岭坪塘湾港口岛洲滩坑沟泉井寺庙庄堡寨店铺集坝浦峰崖岩石林田园关门墩渡渠川原坡])(?:[市区县镇乡村]|街道)"
)
_BEFORE = "大小老新东西南北"


@dataclass(frozen=True, slots=True)
class Place:
    """A place by its full name (云溪市) and the short one (云溪), which may be the same."""

    name: str
    short: str
    kin: frozenset[str] = field(default=frozenset(), compare=False)
    """Names of places that it lies in or that lie in it, as far as the base at hand tells."""

    def within(self, text: str) -> str:
        """The form that a text names it by."""
        return self.name if self.name in text else self.short

    @property
    def rank(self) -> str:
        """What kind of division it is (市, 区, 县)."""
        return self.name[-1]

    @property
    def depth(self) -> int:
        """How low a division it is: 1 for provinces, 2 for cities, 3 for districts and counties, 4 below."""
        return DEPTHS.get(self.rank, _LOWEST)

    def named_in(self, text: str) -> bool:
        """Whether a text names it, and not only another place whose name begins or ends like its own."""
        return next(self.mentions(text), None) is not None

    def mentions(self, text: str) -> Iterator[tuple[int, int]]:
        """Where a text names it."""
        for start, end, other in _mentions(self, text):
            if other is None:
                yield start, end


@dataclass(frozen=True, slots=True)
class Gazette:
    """What a base knows of places: the bodies that issued its documents, and the codes of the divisions they are of."""

    issuers: frozenset[str | None] = frozenset()
    codes: frozenset[str] = frozenset()


def places_in(text: str, issuers: Iterable[str | None]) -> tuple[Place, ...]:
    """The places named in a text that no gazetteer has: those of these bodies, and others by the shape of their names.

    A short name counts only where it is no common word, and no part of another place's name.
    """
    taken = [(m.start, m.end) for m in find_regions(text)]
    known = {place for issuer in issuers if (place := own_place(issuer)) is not None}
    names = {place.name for place in known}
    found: dict[Place, list[tuple[int, int]]] = {}
    for place in sorted(known, key=lambda p: (-len(p.name), p.name)):
        for start, end, other in _mentions(place, text):
            inside = any(a <= start and end <= b and b - a > end - start for s in found.values() for a, b in s)
            if inside or not _free(start, end, taken) or other in names:
                continue
            found.setdefault(place if other is None else Place(other, other), []).append((start, end))
    spans = [span for each in found.values() for span in each]
    for match in _SHAPED.finditer(text):
        name = match.group()
        if _free(*match.span(), [*taken, *spans]) and _is_name(name):
            found.setdefault(Place(name, name), []).append(match.span())
    return tuple(found)


@lru_cache(maxsize=4096)
def own_place(issuer: str | None) -> Place | None:
    """The place a body names itself by, if the gazetteer lacks it; None where it names none or a known one."""
    name = place_of(issuer)
    if not _NAME.fullmatch(name) or find_regions(name):
        return None
    short = _RANK.sub("", name)
    return Place(name, short if len(short) >= 2 and not is_common(short) else name)


def is_below(rank: str, issuer: str | None, region: str | None) -> bool:
    """Whether a body is of a lower division than those of a rank (省, 市, 区): by its name, else its region's code."""
    place = own_place(issuer)
    if place is not None:
        depth = DEPTHS.get(place.rank, 0)
    else:
        depth = 0 if region is None else 1 if region.endswith("0000") else 2 if region.endswith("00") else 3
    return depth > DEPTHS[rank]


def _mentions(place: Place, text: str) -> Iterator[tuple[int, int, str | None]]:
    """Where a place's name stands in a text: start, end, and the other place's name that it is only part of."""
    at = text.find(place.short)
    while at >= 0:
        end = at + len(place.short)
        start, stop = at, end
        if text.startswith(place.name, at):
            stop = at + len(place.name)
        else:
            rank, longer = _RANK_BEHIND.match(text, end), _LONGER.match(text, end)
            if rank:
                stop = rank.end()
            elif longer and not is_known(longer.group()):
                stop = longer.end()
        if at and text[at - 1] in _BEFORE and _begins_word(text, at - 1):
            start = at - 1
        whole = (start, stop) in ((at, end), (at, at + len(place.name))) and text[at:stop] in (place.short, place.name)
        yield start, stop, None if whole else text[start:stop]
        at = text.find(place.short, stop)


def _begins_word(text: str, at: int) -> bool:
    """Whether a character is no end of a word (新 of 最新)."""
    first = max(0, at - 4)
    offset = first
    for word in cut(text[first : at + 4]):
        if offset == at:
            return True
        offset += len(word)
    return False


def _is_name(shaped: str) -> bool:
    """Whether two characters and a rank may be a place's name, and are no common words (偏远县, 住建区)."""
    stem = shaped[:-1]
    return not (_COMMON.fullmatch(shaped) or is_common(stem) or is_known(f"{stem}局")) and names_thing(stem)


def _free(start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    return not any(start < b and a < end for a, b in taken)
