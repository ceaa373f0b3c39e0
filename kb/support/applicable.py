"""Which documents count for a region: its own, those of the divisions above it and of the nation, by their standing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from kb.catalog.titles import place_of
from kb.model import DocumentHeader, Status
from kb.places import DEPTHS, RANKS
from kb.validity import amendments, ending, named, newer_versions, replaced_by, status_on, told

_NATION = frozenset({"000000", "100000"})
_NATIONAL = re.compile(
    r"国务院|国家(?!\S*总局\S*(?:分?局|分行)$)|全国|中共中央|"
    r"中华人民共和国[\u4e00-\u9fff]{2,12}(?:部|总局|总署|委员会)|"
    r"^(?:外交|国防|教育|科学技术|科技|工业和信息化|公安|国家安全|民政|司法|财政|人力资源(?:和|与)?社会保障|自然资源|生态环境|"
    r"住房(?:和|与)?城乡建设|交通运输|水利|农业农村|商务|文化和旅游|退役军人事务|应急管理|中国人民银行|审计署|海关总署|税务总局|市场监督管理总局)部?"
    r"(?:办公厅)?(?:$|[、，\s])"
)
_NATIONAL_TITLE = re.compile(r"^《?(?:关于)?(?:国务院|国家(?!级)|全国(?!性)|中共中央)")
_SHORT = re.compile(rf"[\u4e00-\u9fff]{{2,7}}[{RANKS}]")
#: What the local body of a national one is called by, before the place it is of (国家税务总局云溪市税务局)
_OF_NATION = re.compile(r"^(?:国家[\u4e00-\u9fff]{2,10}?总局|中国人民银行|中共|共青团)")
#: A document so marked is shown apart, never among what can be claimed
OUT = (Status.NOT_YET, Status.EXPIRED, Status.REPEALED, Status.DRAFT, Status.NOT_APPLICABLE)
SUPERSEDED = "已有新版"
UNKNOWN_PLACE = "地区不明"


@dataclass(frozen=True, slots=True)
class Scope:
    """A region as the base knows it: codes of the division and those above it, or names where no gazetteer has it.

    ``names`` go from the top down and hold invented divisions only; ``shown`` is as it was written, ``known`` are
    the names of all such divisions of the base.
    """

    shown: str
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    known: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    def covers(self, place: Place) -> bool:
        """Whether documents of a place count here: it is the region or lies above it, or the nation, or not known."""
        if place.national or place.unknown:
            return True
        return any(c in self.codes or c in _NATION for c in place.codes) or any(n in self.names for n in place.names)

    @property
    def called(self) -> tuple[str, ...]:
        """Each division by its own name, without those above it (天河区)."""
        full = self.levels
        above = (*full[1:], "")
        return tuple(name.removeprefix(up) if up else name for name, up in zip(full, above, strict=True))

    @property
    def levels(self) -> tuple[str, ...]:
        """The divisions from the region up, by name; the nation is not among them."""
        from kb.regions import region_name

        known = tuple(region_name(code) for code in self.codes)
        return (*reversed(self.names), *known)


@dataclass(frozen=True, slots=True)
class Place:
    """The place a document is of or about; ``unknown`` where nothing tells, which is not the nation."""

    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    unknown: bool = False

    @property
    def national(self) -> bool:
        """Whether it is bound to no division."""
        return not self.codes and not self.names and not self.unknown

    @property
    def depth(self) -> int:
        """0 the nation, 1 a province, 2 a prefecture, 3 a county; -1 where it is not known."""
        if self.unknown:
            return -1
        depths = [1 if c.endswith("0000") else 2 if c.endswith("00") else 3 for c in self.codes if c not in _NATION]
        return max([*depths, *(DEPTHS.get(n[-1], 0) for n in self.names)], default=0)

    @property
    def shown(self) -> str:
        """Its name, 全国 for the nation."""
        from kb.regions import region_name

        if self.unknown:
            return UNKNOWN_PLACE
        return "、".join((*self.names, *(region_name(c) for c in self.codes))) or "全国"


@dataclass(frozen=True, slots=True)
class Standing:
    """A document's header as of a day, the place it is of, and why it is out of force, where it is."""

    header: DocumentHeader
    place: Place
    status: Status
    out: str | None = None
    """What to show of a document that is not in force (已被《…》废止); None for one that is."""
    instead: str | None = None
    """What has taken its place, named."""


class Places:
    """The places the base knows: of its documents' bodies, by code or by name."""

    def __init__(self, headers: Iterable[DocumentHeader]) -> None:
        """Collect the names of invented places from the issuing bodies."""
        names = Counter(n for h in headers if not h.issuer_region and (n := _own(h.issuer)))
        self.names: tuple[str, ...] = tuple(sorted(names, key=lambda n: (-len(n), n)))

    def of(self, header: DocumentHeader, text: str = "") -> Place:
        """The place of a document: of its body, else its title, else its subject, else what its text names most."""
        if header.issuer_region:
            return Place((header.issuer_region,))
        for said in (header.issuer, header.title, header.digest_of):
            found = self.within(said or "")
            if found:
                return Place(names=(max(found, key=lambda n: DEPTHS.get(n[-1], 0)),))
        if header.subject_regions:
            return Place(header.subject_regions)
        title = header.digest_of or header.title or ""
        if _NATIONAL.search(header.issuer or header.digest_of or "") or _NATIONAL_TITLE.search(title):
            return Place()
        told_of = Counter({n: text.count(n) for n in self.names if n in text})
        top = min((DEPTHS.get(n[-1], 0) for n in told_of), default=0)
        widest = Counter({n: c for n, c in told_of.items() if DEPTHS.get(n[-1], 0) == top})
        return Place(names=(widest.most_common(1)[0][0],)) if widest else Place(unknown=True)

    def within(self, text: str) -> tuple[str, ...]:
        """The known names that stand in a text."""
        return tuple(n for n in self.names if n in text)


def standing_of(header: DocumentHeader, place: Place, day: date, drafts: frozenset[str]) -> Standing:
    """A document as of a day. One without a term of its own has ended once a later version of it is out.

    ``drafts`` are the ids of drafts, which take nobody's place.
    """
    status = status_on(header, day)
    if status in OUT:
        return Standing(header, place, status, _why(header, status, day), _instead(header, day, drafts))
    newer = [v for v in newer_versions(header, day) if v.policy_id not in drafts]
    if newer and (status is Status.UNKNOWN or amendments(header, day)):
        return Standing(header, place, status, f"{SUPERSEDED}{named(newer[0])}", named(newer[0]))
    return Standing(header, place, status)


def _why(header: DocumentHeader, status: Status, day: date) -> str:
    ended = ending(header, day)
    if ended:
        return told(ended)
    if status is Status.EXPIRED and header.expires_on:
        return f"有效期至{header.expires_on}，已失效"
    if status is Status.NOT_YET and header.effective_from:
        return f"尚未施行，自{header.effective_from}起施行"
    return {Status.DRAFT: "征求意见稿，没有施行"}.get(status, status.value)


def _instead(header: DocumentHeader, day: date, drafts: frozenset[str]) -> str | None:
    successor = replaced_by(header, day)
    if successor:
        return named(successor)
    newer = [v for v in newer_versions(header, day) if v.policy_id not in drafts]
    return named(newer[0]) if newer else None


def place_in_row(text: str, places: Places) -> Place | None:
    """The place a row of a table begins with (青岩区 | …); None where its first cell is no known place."""
    first = text.split("|", 1)[0].strip() if "|" in text else ""
    return Place(names=(first,)) if first in places.names else None


def _own(issuer: str | None) -> str:
    """The place in the name of a body whose code nobody knows; several divisions may go by it (朝阳区)."""
    name = place_of(_OF_NATION.sub("", issuer or ""))
    return name if _SHORT.fullmatch(name) else ""
