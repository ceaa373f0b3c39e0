"""What the desk answers with: every figure, name, date and condition an exact slice of a document."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kb.model import Citation, Kind, Status
from kb.support.kinds import SupportKind
from kb.support.marks import Mark
from kb.support.profile import Profile


class Verdict(StrEnum):
    """Whether a support can be claimed: every condition met; some unknown, none failed; one failed."""

    ELIGIBLE = "符合"
    TO_CONFIRM = "待确认"
    ONE_SHORT = "差一条"


@dataclass(frozen=True, slots=True)
class Slice:
    """Words of a document and the number of the citation that holds them: ``text`` stands in its quote."""

    text: str
    n: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A condition's mark, the document that states it, and the number of the citation that holds it."""

    mark: Mark
    policy_id: str
    n: int


@dataclass(frozen=True, slots=True)
class Source:
    """A document that states a support: the ids, its standing words, and the number of its citation."""

    policy_id: str
    revision: str
    title: str
    doc_number: str | None
    kind: Kind
    start: int
    end: int
    n: int


@dataclass(frozen=True, slots=True)
class Support:
    """One support with what the profile says of its conditions.

    ``gets`` is what one gets, ``how`` the steps, ``where`` the places, ``phone``, ``until`` the time for applying,
    ``who`` the responsible units; an empty one is not stated (没有找到). ``sources`` are all documents that state it,
    the first being the one that is read. ``out`` says why it cannot be claimed now, ``instead`` what took its place,
    ``cautions`` what is not known of the document itself.
    """

    benefit: str
    kind: SupportKind
    verdict: Verdict
    place: str
    status: Status
    sources: tuple[Source, ...]
    gets: tuple[Slice, ...] = ()
    conditions: tuple[Judged, ...] = ()
    materials: tuple[Slice, ...] = ()
    how: tuple[Slice, ...] = ()
    where: tuple[Slice, ...] = ()
    phone: tuple[Slice, ...] = ()
    until: tuple[Slice, ...] = ()
    who: tuple[Slice, ...] = ()
    value: Decimal = Decimal(0)
    out: str | None = None
    instead: str | None = None
    cautions: tuple[str, ...] = ()

    @property
    def unsure(self) -> bool:
        """Whether nothing tells if its document is in force, so that it is shown as if it were."""
        return self.out is None and self.status is Status.UNKNOWN

    @property
    def source(self) -> Source:
        """The document that is read."""
        return self.sources[0]

    @property
    def questions(self) -> tuple[str, ...]:
        """What to ask, where something is unknown."""
        return tuple(j.mark.question for j in self.conditions if j.mark.question)


@dataclass(frozen=True, slots=True)
class Group:
    """The supports of one kind, the best first."""

    kind: SupportKind
    supports: tuple[Support, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What the base holds for one level: its documents, and those in force that state supports."""

    level: str
    documents: int
    with_supports: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many supports of documents in force were left out, by reason; ``near`` are 差一条 beyond the most shown."""

    other_claimant: int = 0
    several_failed: int = 0
    not_wanted: int = 0
    nothing_in_common: int = 0
    near: int = 0

    @property
    def told(self) -> str:
        """Each reason in words with its count; empty where nothing was left out."""
        counts = (
            (self.other_claimant, "申请主体不同"),
            (self.several_failed, "两个以上条件不符"),
            (self.not_wanted, "不是想要的种类"),
            (self.nothing_in_common, "与所写情况没有可对照的条件"),
            (self.near, "排在后面的差一条"),
        )
        return "、".join(f"{why} {count} 项" for count, why in counts if count)


@dataclass(frozen=True, slots=True)
class Matches:
    """The answer of the desk. ``apart`` holds what is expired, a draft, not yet in force or closed for applying."""

    profile: Profile
    as_of: str
    levels: tuple[str, ...]
    groups: tuple[Group, ...]
    near: tuple[Support, ...]
    apart: tuple[Support, ...]
    citations: tuple[Citation, ...]
    held: tuple[Held, ...]
    left_out: LeftOut

    @property
    def supports(self) -> tuple[Support, ...]:
        """Those that are 符合 or 待确认, in order."""
        return tuple(s for g in self.groups for s in g.supports)

    @property
    def empty(self) -> bool:
        """Whether nothing was found at all."""
        return not (self.groups or self.near or self.apart)

    def citation(self, n: int) -> Citation:
        """The citation of a number."""
        return self.citations[n - 1]
