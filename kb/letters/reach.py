"""Whose a document is, seen from the body that writes a letter: of its own place, above, below, or elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kb.model import DocumentHeader
from kb.places import is_below, own_place, places_in
from kb.regions import ancestors, find_regions, innermost, related


class Reach(StrEnum):
    """The place of a document seen from the letter's."""

    OWN = "本级"
    UPPER = "上级"
    LOWER = "下级"
    OTHER = "外地"
    OPEN = "未标地区"


#: Whose measures a reply may rest on; the first come first.
BINDING = (Reach.OWN, Reach.UPPER, Reach.LOWER)
_MINISTRIES = (
    "外交|国防|教育|科学技术|科技|工业和信息化|公安|国家安全|民政|司法|财政|人力资源(?:和)?社会保障|自然资源|生态环境|"
    "住房(?:和)?城乡建设|交通(?:运输)?|水利|农业(?:农村)?|商务|文化(?:和旅游)?|退役军人(?:事务)?|应急管理|"
    "国土资源|环境保护|卫生|信息产业|铁道|建设|劳动和社会保障|人事|监察"
)
#: 部 alone ends the names of many bodies: 市委宣传部, 公司人力资源部.
_CENTRAL = re.compile(
    rf"(?:国务院|中共中央|中央|全国|中华人民共和国|国家|最高人民)|(?:{_MINISTRIES})部(?:办公厅)?(?:$|[、，,\s])"
)
#: A body of one place that a central name leads: 国家税务总局某市税务局.
_OF_A_PLACE = re.compile(
    r"[\u4e00-\u9fff](?:[省市区县州盟旗]|自治区)(?:委|税务|统计|气象|[\u4e00-\u9fff]{0,8}[局委办处]$)"
)


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a letter is written: a division's code, or the name of a place that no gazetteer has; or neither."""

    code: str | None = None
    name: str | None = None


def seat_of(region: str | None, issuer: str | None) -> Seat:
    """The seat by the region given (a name or code), else by the name of the body that writes."""
    for given in (region, issuer):
        if not given:
            continue
        if given.isascii() and given.isdigit() and len(given) == 6:
            return Seat(code=given)
        known = innermost(given)
        if known:
            return Seat(code=known[-1].code)
        place = own_place(given if len(given) > 4 or given == issuer else f"{given}人民政府")
        if place is not None:
            return Seat(name=place.name)
    return Seat()


def _is_central(issuer: str) -> bool:
    return _CENTRAL.match(issuer) is not None and not find_regions(issuer) and not _OF_A_PLACE.search(issuer)


class Lookout:
    """Tells the reach of documents from one seat."""

    def __init__(self, seat: Seat, headers: Iterable[DocumentHeader]) -> None:
        """``headers`` are all documents of the base: their bodies name places that no gazetteer has."""
        self.seat = seat
        held = list(headers)
        self._issuers = tuple(dict.fromkeys(h.issuer for h in held if h.issuer))
        own = (h for h in held if h.doc_number and self._name(h) == seat.name and seat.name)
        self._marks = {(h.doc_number or "")[:1] for h in own}

    def reach(self, header: DocumentHeader) -> Reach:
        """Seen from a seat unknown every document is of a place not stated."""
        if header.issuer and _is_central(header.issuer):
            return Reach.UPPER
        codes = [header.issuer_region] if header.issuer_region else list(header.subject_regions)
        if codes:
            return self._by_code([c for c in codes if c])
        name = self._name(header)
        if name is None or self.seat == Seat():
            return Reach.OPEN
        return self._by_name(name, header)

    def elsewhere(self, codes: Iterable[str]) -> bool:
        """Whether divisions named in a sentence are all of other places than the seat's."""
        named, mine = list(codes), self.seat.code
        return bool(named) and mine is not None and not any(related(mine, code) for code in named)

    def _by_code(self, codes: list[str]) -> Reach:
        mine = self.seat.code
        if mine is None:
            return Reach.OPEN if self.seat.name is None else Reach.OTHER
        if mine in codes:
            return Reach.OWN
        if any(code in ancestors(mine) for code in codes):
            return Reach.UPPER
        return Reach.LOWER if all(mine in ancestors(code) for code in codes) else Reach.OTHER

    def _by_name(self, name: str, header: DocumentHeader) -> Reach:
        if self.seat.name is None:
            return Reach.OTHER
        if name == self.seat.name:
            return Reach.OWN
        # The letters of a county's 文号 begin with its city's: 云青政办发 below 云政办发.
        mark = (header.doc_number or "")[:1]
        lower = self.seat.name[-1] in "省市" and is_below(self.seat.name[-1], header.issuer or name, None)
        return Reach.LOWER if lower and mark and mark in self._marks else Reach.OTHER

    def _name(self, header: DocumentHeader) -> str | None:
        """The place a document is of by its body or its title, where no gazetteer has it."""
        place = own_place(header.issuer)
        if place is not None:
            return place.name
        named = places_in(header.title or "", self._issuers)
        return named[0].name if named else None
