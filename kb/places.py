"""Places that no gazetteer has, known by the names of their own bodies: 云溪市 from 云溪市人民政府, 云溪 for short.

A town, a new zone or an invented city is a place all the same: what a document of another one says is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from kb.catalog.titles import place_of
from kb.regions import find_regions
from kb.text.tokens import is_common

_RANK = re.compile(r"[省市区县州盟旗]$")
_DEPTHS = {"省": 1, "市": 2, "州": 2, "盟": 2, "区": 3, "县": 3, "旗": 3}
_NAME = re.compile(r"[\u4e00-\u9fff]{2,6}[省市区县州盟旗]")
# A full name of two characters and its rank, where a name may begin
_SHAPED = re.compile(
    r"(?:^|(?<=[^\u4e00-\u9fff])|(?<=[市区县省州在到从由和与及的那是对往去跟比问查按]))[\u4e00-\u9fff]{2}"
    r"(?:市(?![场民长值容面价])|区(?![域间别块分])|县(?![长域级城]))"
)
_COMMON = re.compile(
    r"[各全本该这那我你某两每几省].{2}|.?[年月日底全里加不再和与在于是有要把被去来上下内外各].?[市区县]|.(?:城市|地区|园区|社区|小区|片区|市区|城区|郊区|县区|区县|辖区|景区|校区|街区|新区|山区|库区|"
    r"灾区|特区|上市|超市|股市|楼市|夜市|集市|门市|都市|省市|县市|专区|厂区|矿区|分区|老区|区市|市县)|"
    r"(?:高新|开发|工业|示范|试验|保税|功能|中心|自贸|产业)区"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place by its full name (云溪市) and the short one (云溪), which may be the same."""

    name: str
    short: str

    def within(self, text: str) -> str:
        """The form that a text names it by."""
        return self.name if self.name in text else self.short

    @property
    def rank(self) -> str:
        """What kind of division it is (市, 区, 县)."""
        return self.name[-1]


@dataclass(frozen=True, slots=True)
class Gazette:
    """What a base knows of places: the bodies that issued its documents, and the codes of the divisions they are of."""

    issuers: frozenset[str | None] = frozenset()
    codes: frozenset[str] = frozenset()


def places_in(text: str, issuers: Iterable[str | None]) -> tuple[Place, ...]:
    """The places named in a text that no gazetteer has: those of these bodies, and others by the shape of their names.

    A short name counts only where it is no common word.
    """
    taken = [(m.start, m.end) for m in find_regions(text)]
    known = {place for issuer in issuers if (place := own_place(issuer)) is not None}
    found: dict[Place, None] = {}
    for place in sorted(known, key=lambda p: (-len(p.name), p.name)):
        if any(_free(m.start(), m.end(), taken) for m in re.finditer(re.escape(place.short), text)):
            found[place] = None
    for match in _SHAPED.finditer(text):
        name = match.group()
        free = _free(match.start(), match.end(), taken) and not _COMMON.fullmatch(name) and not is_common(name[:-1])
        if free and not any(p.short in name or name.endswith(p.name) for p in found):
            found[Place(name, name)] = None
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
        depth = _DEPTHS.get(place.rank, 0)
    else:
        depth = 0 if region is None else 1 if region.endswith("0000") else 2 if region.endswith("00") else 3
    return depth > _DEPTHS[rank]


def _free(start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    return not any(start < b and a < end for a, b in taken)
