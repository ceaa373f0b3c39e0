"""Provisions on their way to being shown: with their document, its place and standing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kb.catalog import CatalogView
from kb.model import DocumentHeader, Kind, PolicyDocument, Provision, Status
from kb.support.applicable import Place, Places, Scope, Standing, place_in_row, standing_of
from kb.text.dates import find_dates

#: What such a document says of a support is news of it: it may add to another's, and is none by itself
_TELLING = frozenset({Kind.NEWS, Kind.RESEARCH, Kind.REPLY, Kind.INTERPRETATION, Kind.CAPTION})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A provision of a document that counts for a region. ``out`` says why it cannot be claimed on the day."""

    document: PolicyDocument
    provision: Provision
    place: Place
    status: Status
    out: str | None = None
    instead: str | None = None

    @property
    def text(self) -> str:
        """The provision's own words."""
        return self.document.text[self.provision.start : self.provision.end]

    @property
    def telling(self) -> bool:
        """Whether its document only tells of supports."""
        return self.document.kind in _TELLING


class Library:
    """The documents of a base as of a day, with their places."""

    def __init__(self, view: CatalogView, day: date) -> None:
        """Read the headers; the texts are read for a scope."""
        self.view = view
        self.day = day
        self.headers: tuple[DocumentHeader, ...] = tuple(view.documents())
        self.places = Places(self.headers)
        self.stating: set[str] = set()
        self._drafts = frozenset(h.policy_id for h in self.headers if h.status is Status.DRAFT)

    def candidates(self, scope: Scope) -> list[Candidate]:
        """All provisions of documents of a region and of the levels above it."""
        near = {h.policy_id: h for h in self.headers if self._may_count(h, scope)}
        found: list[Candidate] = []
        for document in self.view.provision_documents(near):
            header = near[document.policy_id]
            place = self.places.of(header, document.text)
            if scope.covers(place):
                standing = standing_of(header, place, self.day, self._drafts)
                found += self._of(document, standing, scope)
                if standing.out is None:
                    self.stating.add(document.policy_id)
        return found

    def _may_count(self, header: DocumentHeader, scope: Scope) -> bool:
        """Whether a document may be of the region, by its header; one without a place is told by its text."""
        place = self.places.of(header)
        return place.national or scope.covers(place)

    def _of(self, document: PolicyDocument, standing: Standing, scope: Scope) -> Iterator[Candidate]:
        for provision in document.provisions:
            row = place_in_row(document.text[provision.start : provision.end], self.places)
            if row is not None and not scope.covers(row):
                continue
            out = standing.out or closed(document, provision, self.day)
            yield Candidate(document, provision, row or standing.place, standing.status, out, standing.instead)


def closed(document: PolicyDocument, provision: Provision, day: date) -> str | None:
    """Why the time for applying is over: its last stated day is past, and it does not come again."""
    said = provision.deadline or ""
    if "已截止" in said:
        return f"申报期已过（{said}）"
    if not said or any(word in said for word in ("每年", "每月", "每季", "全年", "常年", "长期")):
        return None
    dates = [d for d in find_dates(said) if d.precision in ("day", "month") and d.last_day]
    if not dates or "起" in said and len(dates) == 1:
        return None
    last = max(d.last_day or "" for d in dates)
    return f"申报期已过（{said}）" if last < day.isoformat() else None
