"""Evidence for the asks of a suggestion: sentences of documents, each an exact slice, with what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kb.letters.reach import Reach
from kb.letters.roles import Role
from kb.model import Citation, Kind, Status


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence as evidence. ``cautions`` keep it from being picked without a person's look; ``notes`` do not.

    ``day`` cites where the document states its own date, which dates what it says without a date. ``dated`` and
    ``due``: see ``kb.letters.roles.Piece``.
    """

    key: str
    role: Role
    citation: Citation
    reach: Reach
    kind: Kind
    status: Status
    score: float
    point: str = ""
    issuer: str | None = None
    issued_on: str | None = None
    day: Citation | None = None
    dated: str | None = None
    due: str | None = None
    relative: bool = False
    leaning: bool = False
    cautions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether it may be picked without a person's look."""
        return not self.cautions


@dataclass(frozen=True, slots=True)
class EvidenceSet:
    """What the base holds for one ask, best first; ``missing`` says in Chinese what it does not."""

    items: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()

    def of(self, role: Role) -> tuple[Evidence, ...]:
        """The items of a role."""
        return tuple(e for e in self.items if e.role is role)


@dataclass(frozen=True, slots=True)
class Desk:
    """How evidence is looked for: whose letter it is, and as of which day."""

    issuer: str | None
    region: str | None
    as_of: date
