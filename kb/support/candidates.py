"""Provisions on their way to being shown: with their document, its place and standing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kb.catalog import CatalogView
from kb.model import DocumentHeader, Kind, PolicyDocument, Provision, Status
from kb.support.applicable import Place, Places, Scope, Standing, place_in_row, standing_of
from kb.support.lone import stands_alone
from kb.support.pieces import locate
from kb.support.scopes import scope_of
from kb.support.unlisted import provisions_of
from kb.text.dates import find_dates
from kb.text.numerals import chinese_value

#: What such a document says of a support is news of it: it may add to another's, and is none by itself
_TELLING = frozenset({Kind.NEWS, Kind.RESEARCH, Kind.REPLY, Kind.INTERPRETATION, Kind.CAPTION})


#: Why what is in force cannot be applied for any more
CLOSED = "申报期已过"


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
    def row(self) -> bool:
        """Whether it is a row of a table."""
        return "|" in self.text.split("\n", 1)[0]

    @property
    def one_of(self) -> str:
        """What it is one of several of, of which a claimant gets one (the rows of a table); empty for others."""
        return stands_alone(self.document, self.provision)

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

    def scope(self, region: str) -> Scope:
        """The scope of a region as a user wrote it. Raises ProfileError."""
        return scope_of(region, self.places, self.headers, self.view.provision_documents)

    def candidates(self, scope: Scope) -> list[Candidate]:
        """All provisions of documents of a region and of the levels above it."""
        near = {h.policy_id: h for h in self.headers if self._may_count(h, scope)}
        found: list[Candidate] = []
        for document in self.view.provision_documents(near, tables=True):
            header = near[document.policy_id]
            place = self.places.of(header, document.text)
            if scope.covers(place):
                standing = standing_of(header, place, self.day, self._drafts)
                found += self._of(document, standing, scope)
                if standing.out is None:
                    self.stating.add(document.policy_id)
        return found

    def everywhere(self) -> list[Candidate]:
        """All provisions of all documents, whatever their place."""
        held = {h.policy_id: h for h in self.headers}
        found: list[Candidate] = []
        for document in self.view.provision_documents(held, tables=True):
            header = held[document.policy_id]
            standing = standing_of(header, self.places.of(header, document.text), self.day, self._drafts)
            found += self._of(document, standing, None)
        return found

    def _may_count(self, header: DocumentHeader, scope: Scope) -> bool:
        """Whether a document may be of the region, by its header; one without a place is told by its text."""
        place = self.places.of(header)
        return scope.covers(place)

    def _of(self, document: PolicyDocument, standing: Standing, scope: Scope | None) -> Iterator[Candidate]:
        for provision in provisions_of(document):
            row = place_in_row(document.text[provision.start : provision.end], self.places)
            if row is not None and scope is not None and not scope.covers(row):
                continue
            out = (
                standing.out
                or amended_later(document, self.day)
                or term_over(document, self.day)
                or _over(document, provision, self.day)
                or closed(document, provision, self.day)
            )
            yield Candidate(document, provision, row or standing.place, standing.status, out, standing.instead)


_AMENDED = re.compile(r"(?:修正|修改|修订)(?:的?(?:内容|条款|部分))?[，,]?自(?P<day>\d{4}年\d{1,2}月\d{1,2}日)起施行")
_AMENDED_BY = re.compile(r"根据(?P<day>\d{4}年\d{1,2}月\d{1,2}日)[^（）()]{2,90}?(?:修正|修订)")


def amended_later(document: PolicyDocument, day: date) -> str | None:
    """Why a text as amended does not count yet: its own head dates the amendment behind the day."""
    head = re.sub(r"\s+", "", document.text[:_HEAD])
    found = list(_AMENDED.finditer(head)) or list(_AMENDED_BY.finditer(head))
    days = find_dates(found[-1]["day"]) if found else []
    if days and (days[0].first_day or "") > day.isoformat():
        return f"修正后的文本，修正自{days[0].first_day}起才算数"
    return None


def term_over(document: PolicyDocument, day: date) -> str | None:
    """Why a document's own term is over, by words of it that state the last day or from when on it runs."""
    for match in _TERM_ENDS.finditer(document.text):
        days = find_dates(match["day"])
        if days and (days[0].last_day or "") < day.isoformat():
            return f"有效期已满（{match.group()}）"
    for match in _TERM_RUNS.finditer(document.text):
        days, years = find_dates(match["day"]), chinese_value(match["n"])
        if (
            days
            and days[0].first_day
            and years
            and f"{int(days[0].first_day[:4]) + int(years)}{days[0].first_day[4:]}" <= day.isoformat()
        ):
            return f"有效期已满（{match.group()}）"
    return None


_HEAD = 900  # characters of a digest that tell of its original
_ENDED = re.compile(r"[^。\n]*(?:期限已满|已过失效日期|已经?失效|执行完毕|已经?到期)[^。\n]*")
_UNTIL = re.compile(r"[（(]?(?:执行)?(?:到|至)(?P<day>\d{4}年\d{1,2}月\d{1,2}日)(?:为?止)?[）)]?$")


def _over(document: PolicyDocument, provision: Provision, day: date) -> str | None:
    """Why a support is over: its digest says so of the original, or the heading above it sets a day that is past."""
    if document.kind is Kind.DIGEST and (ended := _ENDED.search(document.text, 0, _HEAD)):
        return ended.group().strip()
    for section in document.sections:
        until = _UNTIL.search(section.title) if section.start <= provision.start < section.end else None
        days = find_dates(until["day"]) if until else []
        if until and days and (days[0].last_day or "") < day.isoformat():
            return f"执行期已过（{section.title}）"
    return None


_APPLYING = re.compile(r"申请|申报|申领|填报|提交|受理|报名|报送|办理")
_NO_APPLYING = re.compile(r"验收|公示|到账|拨付|初审|评审|核查|完工|竣工|完成")
_HAND_IN = re.compile(
    r"(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日|[初中底末]|上旬|中旬|下旬)?\s*(?:\d{1,2}(?:[:：]\d{2}|时))?[以之]?前"
    r"[^，。；\n]{0,24}(?:提交|填报|申报|报送|申请)(?!验收)|"
    r"(?:申请|申报|受理|报名)[^，。；\n]{0,6}(?:截止|截至|结束)(?:时间|日期|期限)?[为是到至：:]?[^，。；\n]{0,6}\d{4}年[^，。；\n]{0,8}"
)
#: The day or the length of time that a support's document gives for its own end, in words that the ingest lacks
_TERM_ENDS = re.compile(r"有效期(?:届满|截止|终止|到期)(?:日|日期|时间)?[为是：:]?(?P<day>\d{4}年\d{1,2}月\d{1,2}日)")
_TERM_RUNS = re.compile(
    r"(?:有效期|试行期|执行期)限?(?:暂定|暂|为|定为)*(?P<n>[一二两三四五六七八九十\d]+)年[，,]?自(?P<day>\d{4}年\d{1,2}月\d{1,2}日)起"
)
#: Some get it without applying at all
_UNASKED = re.compile("免申即享|无需申[请报]|免申报|常年受理|随时申[请报]")
_AGAIN = ("每年", "每月", "每季", "全年", "常年", "长期", "顺延")


def closed(document: PolicyDocument, provision: Provision, day: date) -> str | None:
    """Why the time for applying is over: its last stated day is past, and it does not come again."""
    said = [p for p in (provision.deadline or "").split("；") if p and _for_applying(document, provision, p)]
    if not said:
        said = [m.group() for m in _HAND_IN.finditer(document.text, provision.start, provision.end)]
    if not said and len(document.provisions) == 1 and not _UNASKED.search(document.text):
        said = [m.group() for m in _HAND_IN.finditer(document.text)]
    if any("已截止" in p for p in said):
        return f"{CLOSED}（{'；'.join(said)}）"
    if any(word in p for word in _AGAIN for p in said):
        return None
    dates = [d for p in said for d in find_dates(p) if d.precision in ("day", "month") and d.last_day]
    if not dates or any("起" in p and len(find_dates(p)) == 1 for p in said):
        return None
    last = max(d.last_day or "" for d in dates)
    return f"{CLOSED}（{'；'.join(p.strip() for p in said)}）" if last < day.isoformat() else None


def _for_applying(document: PolicyDocument, provision: Provision, piece: str) -> bool:
    """Whether a time stated is that for applying: its own clause, or the heading of its line, says so."""
    span = locate(document.text, piece, provision.start, provision.end)
    if span is None:
        return False
    text = document.text
    line = text[text.rfind("\n", 0, span[0]) + 1 : span[1]]
    stop = re.search(r"[。；;\n]", text[span[1] :])
    clause = text[
        max(text.rfind("。", 0, span[0]), text.rfind("\n", 0, span[0]), text.rfind("；", 0, span[0])) + 1 : span[0]
    ]
    behind = text[span[1] : span[1] + (stop.start() if stop else 40)]
    own = clause[-30:] + piece + behind[:30]
    if _NO_APPLYING.search(piece + behind[:12]):
        return False
    return "|" in line or bool(_APPLYING.search(own)) or bool(re.search(r"(?:申[领请报]|受理|办理)(?:时间|期限)", line))
