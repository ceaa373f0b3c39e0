"""The library: every document of a base with what it is filtered by, and a page of those that are looked for.

Pure: documents in, a page out. What is worked out of a document is worked out once, by ``shelved``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kb.model import DocumentHeader, Hit, Status
from kb.places import Place, own_place
from kb.regions import ancestors, find_regions, is_county
from kb.terms import Term, content_terms
from kb.text import squash
from kb.validity import as_of_day

PAGE_SIZE = 20
#: What documents are filtered by.
FACETS = REGION, LEVEL, ISSUER, KIND, YEAR, STATUS, FLAG = (
    "region", "level", "issuer", "kind", "year", "status", "flag"
)  # fmt: skip
LEVELS = NATION, PROVINCE, CITY, COUNTY, TOWN, NO_LEVEL = "国家", "省级", "市级", "县级", "乡镇级", "未载明"
#: Stands for any of the flags.
ANY_FLAG = "*"
SORTS = BEST, NEWEST, OLDEST, TITLE = "best", "newest", "oldest", "title"
_NATION = ("000000", "100000")
_CENTRAL = re.compile(r"国务院|中共中央|中央|全国|中华人民共和国|国家|最高|[^省市县区]{2,12}部(?:办公厅)?(?:$|[、\s])")
#: 国家税务总局 | 云溪市税务局
_HEAD_OFFICE = re.compile(r"^国家[^省市县区]{2,10}?总?局(?=.{2,}局$)")
_EXACT, _PHRASE, _WORDS, _BODY = 4.0, 3.0, 2.0, 1.0
_ENOUGH = 0.6  # share of what was typed that a passage must hold
_SUBJECT = 0.4  # salience of a word that a title must hold


@dataclass(frozen=True, slots=True)
class Shelved:
    """A document as it stands on a day, with its values of each facet; ``names`` is what words are looked for in.

    ``dated`` is the day it is sorted by; empty where none is stated.
    """

    header: DocumentHeader
    values: Mapping[str, tuple[str, ...]]
    names: str
    number: str
    dated: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. Of one facet any value counts; of several facets all must hold. Pages count from 1."""

    words: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1

    @property
    def order(self) -> str:
        """The order that counts: by default the best first where words are given, else the newest."""
        if self.sort in SORTS and (self.sort != BEST or self.words):
            return self.sort
        return BEST if self.words else NEWEST


@dataclass(frozen=True, slots=True)
class Passage:
    """Where the text of a document answers the words: a slice of its current revision."""

    start: int
    end: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """A document on the page; ``passage`` where its text was what was found."""

    header: DocumentHeader
    passage: Passage | None = None


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """A page: its documents, how many there are in all, and how many each value of a facet would leave."""

    found: tuple[Found, ...]
    total: int
    page: int
    pages: int
    counts: Mapping[str, Mapping[str, int]]


def shelved(documents: Iterable[DocumentHeader], day: date) -> tuple[Shelved, ...]:
    """The documents with their status as of a day."""
    return tuple(_shelved(as_of_day(header, day)) for header in documents)


def _shelved(header: DocumentHeader) -> Shelved:
    regions = dict.fromkeys(c for c in (header.issuer_region, *header.subject_regions) if c and c not in _NATION)
    seat = _seat(header.issuer) if not regions else None
    if isinstance(seat, str):
        regions = {seat: None}
    place = seat if isinstance(seat, Place) else None
    around = (place.name,) if place else tuple(dict.fromkeys(c for code in regions for c in (code, *ancestors(code))))
    dated = header.written_on or header.published_on or header.effective_from or ""
    unknown = header.status in (Status.UNKNOWN, Status.NOT_APPLICABLE)
    values = {
        REGION: around,
        LEVEL: (level_of(header),),
        ISSUER: (header.issuer,) if header.issuer else (),
        KIND: (header.kind.value,),
        YEAR: (dated[:4],) if dated[:4].isdigit() else (),
        STATUS: (Status.UNKNOWN.value if unknown else header.status.value,),
        FLAG: header.flags,
    }
    number = _key(header.doc_number or "")
    names = "|".join((_key(header.title), number, _key(header.issuer or ""), _key(header.digest_of or "")))
    return Shelved(header, values, names, number, dated)


def level_of(header: DocumentHeader) -> str:
    """Of which level the body is that issued a document: by its division, else by its name."""
    code: str | Place | None = header.issuer_region
    if not code or code in _NATION:
        seat = _seat(header.issuer)
        if seat is None and (code or _CENTRAL.match(header.issuer or "")):
            return NATION
        code = seat
    if isinstance(code, Place):
        return LEVELS[code.depth]
    if not code:
        return NO_LEVEL
    if code.endswith("0000"):
        return PROVINCE
    return COUNTY if is_county(code) else CITY


def _seat(issuer: str | None) -> str | Place | None:
    """Where a body sits by its name: a division's code, or a place without one; a branch of a central body, too."""
    first = re.split(r"[、，,\s]", issuer or "", maxsplit=1)[0]
    if not _CENTRAL.match(first):
        return own_place(issuer)
    codes = [mention.code for mention in find_regions(first) if mention.code]
    return codes[-1] if codes else own_place(_HEAD_OFFICE.sub("", first))


def look(
    shelf: Sequence[Shelved], wanted: Wanted, passages: Mapping[str, Passage] | None = None, size: int = PAGE_SIZE
) -> LibraryPage:
    """A page of the documents that are wanted; ``passages`` are what the search found in texts, by document."""
    scores = _scores(shelf, wanted.words, passages or {})
    counts: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    kept: list[Shelved] = []
    for one in shelf:
        if one.header.policy_id not in scores:
            continue
        missed = [name for name, values in wanted.facets.items() if values and not _has(one, name, values)]
        if not missed:
            kept.append(one)
        for name in FACETS if not missed else missed if len(missed) == 1 else ():
            for value in one.values[name]:
                counts[name][value] = counts[name].get(value, 0) + 1
            if name == FLAG and one.values[FLAG]:
                counts[FLAG][ANY_FLAG] = counts[FLAG].get(ANY_FLAG, 0) + 1
    kept = _sorted(kept, wanted.order, scores)
    pages = max(1, -(-len(kept) // size))
    page = min(max(1, wanted.page), pages)
    shown = kept[(page - 1) * size : page * size]
    found = tuple(Found(one.header, _beyond_names(one, (passages or {}).get(one.header.policy_id))) for one in shown)
    return LibraryPage(found, len(kept), page, pages, counts)


def passages_of(hits: Iterable[Hit], words: str) -> dict[str, Passage]:
    """The best passage of each document that holds enough of what was typed, by document."""
    wanted = content_terms(words)
    found: dict[str, Passage] = {}
    for hit in hits:
        chunk = hit.chunk
        if hit.document.policy_id not in found and _holds_enough(squash(chunk.indexed_text), wanted):
            found[hit.document.policy_id] = Passage(chunk.start, chunk.end, chunk.text, hit.score)
    return found


def _scores(shelf: Sequence[Shelved], words: str, passages: Mapping[str, Passage]) -> dict[str, float]:
    """How well each document fits the words, without those that do not; all of them where there are no words."""
    phrase = _key(words)
    if not phrase:
        return {one.header.policy_id: 0.0 for one in shelf} if not words.strip() else {}
    pieces = [key for key in map(_key, words.split()) if key]
    terms = [term.text for term in content_terms(words) if term.salience >= _SUBJECT]
    found: dict[str, float] = {}
    for one in shelf:
        policy_id = one.header.policy_id
        passage = passages.get(policy_id)
        if phrase == one.number or one.names.startswith(f"{phrase}|"):
            score = _EXACT
        elif phrase in one.names:
            score = _PHRASE
        elif all(piece in one.names for piece in pieces) or (terms and all(term in one.names for term in terms)):
            score = _WORDS
        elif passage:
            score = _BODY
        else:
            continue
        found[policy_id] = score + (min(passage.score, 0.99) if passage else 0.0)
    return found


def _beyond_names(one: Shelved, passage: Passage | None) -> Passage | None:
    """A passage that says more than the title and number that stand over it."""
    return passage if passage and _key(passage.text) not in one.names.replace("|", "") else None


def _sorted(kept: list[Shelved], order: str, scores: Mapping[str, float]) -> list[Shelved]:
    """In an order; documents without a date are last in either order of dates."""
    kept = sorted(kept, key=lambda one: (one.header.title, one.header.policy_id))
    if order == TITLE:
        return kept
    if order == OLDEST:
        return sorted(kept, key=lambda one: one.dated or "9999")
    kept.sort(key=lambda one: one.dated, reverse=True)
    if order == BEST:
        kept.sort(key=lambda one: scores[one.header.policy_id], reverse=True)
    return kept


def _has(one: Shelved, name: str, values: Sequence[str]) -> bool:
    held = one.values.get(name, ())
    return any(value in held for value in values) or (name == FLAG and ANY_FLAG in values and bool(held))


def _holds_enough(text: str, terms: Sequence[Term]) -> bool:
    """Whether a text holds most of what the words say of their subject."""
    held = sum(term.salience for term in terms if term.text in text)
    return held > 0 and held >= _ENOUGH * sum(term.salience for term in terms)


def _key(text: str) -> str:
    """Letters, Han and digits, as words are compared."""
    return "".join(c for c in squash(text) if c.isalnum())
