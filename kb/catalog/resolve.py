"""Which document is meant where one is cited: by its 发文字号, else by its title. Two that could be meant are none.

A pure function of what is cited, who cites, and the documents that go by one of the names: so it does not matter in
which order documents arrive.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kb.catalog.codec import title_key
from kb.catalog.titles import place_of, region_of
from kb.model import TELLING_KINDS, Kind, Status

#: Relations that end, change or prolong the document they are stated of.
DECIDING = ("废止", "替代", "修订", "延长")
_ORDER = re.compile(r"令第\d+号$")


@dataclass(frozen=True, slots=True)
class Party:
    """A document that cites or may be cited.

    ``dated`` is its date as a number, ``effective`` its day of 施行, ``parent`` the notice issuing it. For a digest,
    ``title_key``, ``short_key`` and ``number_key`` are its original's, the rest its own.
    """

    policy_id: str
    kind: Kind
    status: Status
    title_key: str = ""
    short_key: str | None = None
    number_key: str | None = None
    issuer: str | None = None
    region: str | None = None
    dated: int | None = None
    effective: str | None = None
    parent: str | None = None
    digest: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is cited: the relation, and the keys of its title, of its title without the place, of its number."""

    relation: str
    title_key: str
    short_key: str | None = None
    number_key: str | None = None

    @property
    def deciding(self) -> bool:
        """Whether it bears on the validity of what is cited."""
        return self.relation in DECIDING


def resolve(wanted: Wanted, citing: Party, known: Sequence[Party]) -> tuple[str, ...]:
    """Ids of the document meant: none, one, all copies of one, or where the base lacks it all digests of it.

    ``known`` are the documents, and digests of documents, that go by one of the names wanted.
    """
    others = [p for p in known if not _same_act(p, citing) and _can_be_meant(p, wanted)]
    originals = [p for p in others if not p.digest]
    digests = [p for p in others if p.digest]
    for parties, identity in ((originals, _identity), (digests, _original_of)):
        numbered = [p for p in parties if wanted.number_key and p.number_key == wanted.number_key]
        fitting = [p for p in numbered if _order_fits(p, wanted)]
        if fitting:
            return _one_act(fitting) if not wanted.title_key else _only(_by_title(fitting, wanted), identity)
        rest = [p for p in parties if not _contradicts(p, wanted) and not _too_late(p, wanted, citing)]
        for agrees in (_titled, _titled_without_place):
            found = [p for p in rest if agrees(p, wanted, citing)]
            if found:
                return _only(found, identity)
    return ()


def _same_act(party: Party, citing: Party) -> bool:
    """Whether it is the citing document itself, its notice, or what its notice issues."""
    ours = {citing.policy_id, citing.parent or citing.policy_id}
    own_digest = party.digest and party.number_key is not None and party.number_key == citing.number_key
    return party.policy_id in ours or party.parent in ours or own_digest


def _can_be_meant(party: Party, wanted: Wanted) -> bool:
    """A draft, or an article about a document, can be cited but is never what is repealed."""
    if not wanted.deciding or party.digest:
        return True
    return party.kind not in TELLING_KINDS and party.status is not Status.DRAFT


def _order_fits(party: Party, wanted: Wanted) -> bool:
    """One order (令) may issue or amend several documents: there the title must fit, too."""
    if not wanted.number_key or not _ORDER.search(wanted.number_key) or not party.title_key or not wanted.title_key:
        return True
    return _one_in_the_other(party.title_key, wanted.title_key)


def _by_title(numbered: list[Party], wanted: Wanted) -> list[Party]:
    """Of several documents with one number (a notice and its plan) those with the title wanted."""
    if len(numbered) == 1 or numbered[0].digest:
        return numbered
    names = {wanted.title_key, wanted.short_key} - {None, ""}
    for fits in (
        lambda p: p.title_key == wanted.title_key,
        lambda p: bool(names & {p.title_key, p.short_key}),
        lambda p: _one_in_the_other(p.title_key, wanted.title_key),
    ):
        found = [p for p in numbered if fits(p)]
        if found:
            return found
    return numbered


def _one_act(numbered: list[Party]) -> tuple[str, ...]:
    """All documents of the act that is cited by its number alone: the notice, what it issues, and copies of them.

    An order (令第5号) may be the number of several statutes: then none.
    """
    ids = {p.policy_id for p in numbered}
    roots = {_identity(p) for p in numbered if p.parent not in ids}
    several = len({_identity(p) for p in numbered}) > 1 and _ORDER.search(numbered[0].number_key or "")
    return tuple(sorted(ids)) if len(roots) == 1 and not several else ()


def _one_in_the_other(a: str, b: str) -> bool:
    return bool(a and b) and (a in b or b in a)


def _only(found: Sequence[Party], identity: Callable[[Party], object]) -> tuple[str, ...]:
    """All of them where they are one document, else none."""
    return tuple(sorted(p.policy_id for p in found)) if len({identity(p) for p in found}) == 1 else ()


def _identity(party: Party) -> object:
    """Copies of one document have the same number and title; without a number each is another document."""
    return (party.number_key, party.title_key) if party.number_key and party.title_key else party.policy_id


def _original_of(party: Party) -> object:
    return party.number_key or party.title_key


def _contradicts(party: Party, wanted: Wanted) -> bool:
    """Whether both state a number, and not the same: another version, or another body's document."""
    a, b = party.number_key, wanted.number_key
    if not a or not b or a == b:
        return False
    orders = bool(_ORDER.search(a) and _ORDER.search(b))  # 国务院令第1号, 中华人民共和国国务院令第1号
    return not (orders and (a.endswith(b) or b.endswith(a)))


def _too_late(party: Party, wanted: Wanted, citing: Party) -> bool:
    """Nobody repeals or amends what is issued later; and of the same title only what is known to be earlier.

    Else one copy of a document would repeal the other by the sentence that repeals their earlier version.
    """
    if not wanted.deciding:
        return False
    if party.dated and citing.dated and party.dated > citing.dated:
        return True
    return bool(party.title_key) and party.title_key == citing.title_key and not _earlier(party, citing)


def _earlier(party: Party, citing: Party) -> bool:
    if party.effective and citing.effective:
        return party.effective < citing.effective
    return bool(party.dated and citing.dated and party.dated < citing.dated)


def _titled(party: Party, wanted: Wanted, citing: Party) -> bool:
    """The very title, by a body it can be expected of; a title that names its place or agency tells that itself."""
    if not party.title_key or party.title_key != wanted.title_key:
        return False
    named = party.short_key is not None or party.title_key.startswith("中华人民共和国")
    if not party.region and not citing.region:
        return named or not _elsewhere(party.issuer, citing.issuer)
    if named and not (party.region and citing.region):
        return True
    if wanted.deciding and not named:
        return party.region == citing.region or _same_body(party, citing)
    return not party.region or party.region == citing.region or named or _above(party.region, citing.region)


def _titled_without_place(party: Party, wanted: Wanted, citing: Party) -> bool:
    """The title but for the place or agency in front of it, which must be the citing body's or the cited one's."""
    if party.short_key and party.short_key == wanted.title_key:
        prefix = party.title_key.removesuffix(party.short_key)
        return bool(party.region and party.region == citing.region) or _names(prefix, citing)
    if wanted.short_key and wanted.short_key == party.title_key:
        return _names(wanted.title_key.removesuffix(wanted.short_key), party)
    return False


def _names(prefix: str, party: Party) -> bool:
    """Whether the words in front of a title name a document's issuer or its place."""
    place = place_of(party.issuer)
    if prefix == title_key(party.issuer) or (place and place == place_of(prefix)):
        return True
    return bool(party.region) and region_of(prefix) == party.region


def _same_body(party: Party, citing: Party) -> bool:
    a, b = party.issuer, citing.issuer
    return bool(a and b) and a == b


def _elsewhere(a: str | None, b: str | None) -> bool:
    """Whether two agencies name themselves by different places."""
    here, there = place_of(a), place_of(b)
    return bool(here and there) and not (here.startswith(there) or there.startswith(here))


def _above(region: str, of: str | None) -> bool:
    from kb.regions import ancestors

    return of is not None and region in ancestors(of)
