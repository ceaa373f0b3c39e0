"""Status of a document as of a date (有效性), from the dates it states and what others state of it, with their dates.

Nothing is inferred from custom. Every list, filter, warning, card and page takes the status from here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TypeVar

from kb.model import GOES_WITH, TELLING_KINDS, DocumentHeader, PolicyDocument, Relation, Status, Version
from kb.text.dates import add_months
from kb.text.legal import TERM_UNREAD, extended_by, extended_to, is_draft

Document = TypeVar("Document", DocumentHeader, PolicyDocument)
Dated = DocumentHeader | PolicyDocument

_FORMAL = re.compile(
    r"关于(?:修改|修订|修正)|修正案|(?:如下|作出|予以)修[改正订]|修[改正]为|第[一二三四五六七八九十百〇零\d]+[条款项章]"
)
_ENDS = ("废止", "替代")


def as_of_today(document: Document) -> Document:
    """The document with its status as of today."""
    return as_of_day(document, date.today())


def as_of_day(document: Document, day: date) -> Document:
    """The document with its status as of a day."""
    return replace(document, status=status_on(document, day))


def status_on(document: Dated, as_of: date) -> Status:
    """The status on a day. A stated repeal or draft stands; otherwise the term of validity decides.

    A repeal takes effect on its day; one without a day stands on any. Before the day of the first repeal the document
    is what it was, even where its page already says 废止. A term may have been extended by others; where it is not
    known until when, or the document's own term cannot be read, it is unknown whether it is over.
    """
    status = document.status
    if status in (Status.DRAFT, Status.NOT_APPLICABLE):
        return status
    endings = _endings(document)
    if ending(document, as_of) or (status is Status.REPEALED and not endings):
        return Status.REPEALED
    return _status_in_time(document, Status.UNKNOWN if status is Status.REPEALED else status, as_of)


def _status_in_time(document: Dated, status: Status, as_of: date) -> Status:
    """The status of a document that nothing has repealed: not yet in force, in force, or over."""
    today, extended, expires = as_of.isoformat(), extension(document, as_of), expiry(document, as_of)
    if status is Status.EXPIRED and not (expires and today <= expires):
        return Status.EXPIRED
    if document.effective_from and document.effective_from > today:
        return Status.NOT_YET
    if expires and expires < today:
        return Status.UNKNOWN if extended and not extended_until(document, extended) else Status.EXPIRED
    if status is Status.NOT_YET and not document.effective_from:
        return Status.NOT_YET
    if not expires and TERM_UNREAD in document.flags:
        return Status.UNKNOWN if status is Status.NOT_YET else status
    return Status.IN_FORCE if document.effective_from or expires else status


def expiry(document: Dated, as_of: date) -> str | None:
    """The last day of the document's term as others have extended it by a day; None where it is not known."""
    extensions = (r for r in _extensions(document) if _holds(r, as_of))
    ends = [_own_term(document), *(extended_until(document, r) for r in extensions)]
    return max((end for end in ends if end), default=None)


def extension(document: Dated, as_of: date) -> Relation | None:
    """What has extended the document's term by a day: what extends it longest, or, if it came later, cannot be read."""
    past = [r for r in _extensions(document) if _holds(r, as_of)]
    longest = max(past, key=lambda r: extended_until(document, r) or "", default=None)
    unread = [r for r in past if not extended_until(document, r)]
    last = max(unread, key=lambda r: r.date or "9999", default=None)
    return last if last and longest and (last.date or "9999") > (longest.date or "9999") else longest


def extended_until(document: Dated, relation: Relation) -> str | None:
    """The last day of the term as a relation extends it; None where that cannot be read."""
    until = extended_to(relation.quote)
    months = extended_by(relation.quote)
    term = _own_term(document)
    if until or not months or not term:
        return until
    return add_months(date.fromisoformat(term), months).isoformat()


def ending(document: Dated, as_of: date) -> Relation | None:
    """What has repealed or replaced the document by a day: the first that did.

    Of several of a day one that replaces it comes before others, and one of itself before one of its notice.
    """
    if document.status in (Status.DRAFT, Status.NOT_APPLICABLE):
        return None
    past = [r for r in _endings(document) if _holds(r, as_of)]
    first = min((r.date or "9999" for r in past), default=None)
    ordered = sorted(past, key=lambda r: (r.relation != "替代", r.through is not None))
    return next((r for r in ordered if (r.date or "9999") == first), None)


def coming_ending(document: Dated, as_of: date) -> Relation | None:
    """What will repeal or replace a document that is not yet."""
    if ending(document, as_of) or document.status in (Status.DRAFT, Status.NOT_APPLICABLE):
        return None
    return min(_endings(document), key=lambda r: r.date or "", default=None)


def replaced_by(document: Dated, as_of: date) -> Relation | None:
    """What has taken the document's place by a day: what replaces it, or a later version of it that repeals it."""
    versions = {version.policy_id for version in document.family}
    taken = [r for r in _endings(document) if _holds(r, as_of) and (r.relation == "替代" or r.policy_id in versions)]
    return min(taken, key=lambda r: (r.relation != "替代", r.date or "9999"), default=None)


def amendments(document: Dated, as_of: date) -> tuple[Relation, ...]:
    """What has amended the document by a day, oldest first: decisions on that, no plans for it. It stays in force."""
    return tuple(
        r
        for r in document.affected_by
        if r.relation == "修订"
        and _FORMAL.search(f"{r.title}\n{r.quote}")
        and _decides(document, r)
        and _holds(r, as_of)
    )


def newer_versions(document: Dated, as_of: date) -> tuple[Version, ...]:
    """The versions of a document issued after it, up to a day, newest first. They do not change its status."""
    own = next((v for v in document.family if v.policy_id == document.policy_id), None)
    today = as_of.isoformat()
    later = [v for v in document.family if own and _later(v, own) and (v.date or "") <= today]
    return tuple(sorted(later, key=lambda v: v.date or "", reverse=True))


def decides(document: Dated, relation: Relation) -> bool:
    """Whether what another document states bears on this one's validity, and is not a mere mention of it."""
    return relation.relation in (*_ENDS, "修订", "延长") and _decides(document, relation)


def named(relation: Relation | Version) -> str:
    """``《title》（文号）`` of the other document, or its number where it is cited by that alone."""
    if not relation.title and relation.doc_number:
        return relation.doc_number
    title = relation.title if relation.title.startswith(("《", "（无题）")) else f"《{relation.title}》"
    return f"{title}（{relation.doc_number}）" if relation.doc_number else title


def told(relation: Relation) -> str:
    """A repeal, replacement, amendment or extension in words: 原文件已被《…》（…）废止（自2025-01-01起）."""
    subject = f"{relation.through}" if relation.through else ""
    if relation.relation == "延长":
        until = extended_to(relation.quote)
        return f"{subject}有效期已被{named(relation)}延长{f'至{until}' if until else ''}"
    since = f"（自{relation.date}起）" if relation.date else "（日期不详）"
    return f"{subject}已被{named(relation)}{relation.relation}{since}"


def _later(version: Version, own: Version) -> bool:
    """Whether a version is later than another: the day one was issued tells nothing of the day another took effect."""
    if version.issued_on and own.issued_on:
        return version.issued_on > own.issued_on
    return bool(version.effective_from and own.effective_from and version.effective_from > own.effective_from)


def _endings(document: Dated) -> tuple[Relation, ...]:
    return tuple(r for r in document.affected_by if r.relation in _ENDS and _decides(document, r))


def _extensions(document: Dated) -> tuple[Relation, ...]:
    return tuple(r for r in document.affected_by if r.relation == "延长" and _decides(document, r))


def _own_term(document: Dated) -> str | None:
    """The last day the document states for itself, or that the one states whose term it has."""
    shared = (r.until for r in document.affected_by if r.relation == GOES_WITH and r.until)
    return document.expires_on or min(shared, default=None)


def _holds(relation: Relation, as_of: date) -> bool:
    return relation.date is None or relation.date <= as_of.isoformat()


def _decides(document: Dated, relation: Relation) -> bool:
    """A draft, an article, and a body below the one that issued the document decide nothing."""
    if relation.direction != "in" or relation.kind in TELLING_KINDS or relation.status is Status.DRAFT:
        return False
    return not is_draft(relation.title) and _competent(relation.region, document.issuer_region)


def _competent(region: str | None, issuer_region: str | None) -> bool:
    """Whether a body may decide on another's document; unless it is known to be elsewhere or below, it may."""
    if region is None or issuer_region is None or region == issuer_region:
        return True
    from kb.regions import ancestors

    return region in ancestors(issuer_region)
