"""施行, 有效期 and 有效性 of a document as it or its page states them; what is not stated stays unknown."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from ingest.header import Stated
from ingest.validity.begins import TITLED, best, find_begins
from ingest.validity.subject import Voice
from ingest.validity.terms import find_term, labelled_term
from kb.model import TELLING_KINDS, Kind, PolicyDocument, Span, Status
from kb.text.legal import TERM_UNREAD, is_draft

_STATED_STATUS = (
    (re.compile("废止"), Status.REPEALED),
    (re.compile("失效|无效|已过期"), Status.EXPIRED),
    (re.compile("尚未|未生效|未施行"), Status.NOT_YET),
    (re.compile("有效|现行|继续执行"), Status.IN_FORCE),
)
_NEAR = 200  # characters between two clauses that are shown as one piece of evidence


def with_validity(doc: PolicyDocument, stated: Stated) -> PolicyDocument:
    """施行, 有效期 and 有效性 as the page or the document states them; the page's statement counts.

    A document that only tells of others (新闻, 解读, 摘要 …) has none by its text: what it says of days is of those. A
    guide that calls itself by its name (本指引自…起施行) is one of those with a validity.
    """
    labelled = (stated.date("effective_from") or doc.effective_from, stated.date("expires_on") or doc.expires_on)
    effective, expires = labelled
    evidence, flags = doc.status_evidence, [flag for flag in doc.flags if flag != TERM_UNREAD]
    voice = Voice(doc.title)
    begins = find_begins(doc, voice)
    begin = best(begins)
    if doc.kind not in TELLING_KINDS or (doc.kind is Kind.SERVICE_GUIDE and begin and begin.rank == TITLED):
        effective = effective or (begin.day if begin else None)
        term, unread = find_term(doc.text, begins, voice, effective)
        effective = effective or (term.since if term and not begin else None)
        own = term.expiry(effective) if term else None
        expires = expires or own
        told = [c for c, day in ((begin, begin and begin.day), (term, own)) if c and day] or [c for c in (begin,) if c]
        evidence = evidence or _evidence(doc.text, [Span(c.start, c.end) for c in told])
        if _disagree(labelled[1], own):
            flags.append("date_conflict")
        if unread and expires is None:
            flags.append(TERM_UNREAD)
    if expires is None and (lasts := stated.get("term")):
        counted = labelled_term(lasts)
        expires = counted.expiry(effective) if counted else None
        if expires is None and re.search(r"[\d一二三四五六七八九十]", lasts):
            flags.append(TERM_UNREAD)
    if effective and expires and expires < effective:
        flags.append("date_conflict")
        expires = labelled[1]  # a term that ends before it begins was misread, or is a slip of the pen
    return replace(
        doc,
        effective_from=effective,
        expires_on=expires,
        status=_status(doc, stated),
        status_evidence=evidence,
        flags=tuple(dict.fromkeys(flags)),
    )


def _disagree(stated: str | None, own: str | None) -> bool:
    """Whether a page's day of expiry is not the document's; a term is counted to its last day or to the one after."""
    if stated is None or own is None:
        return False
    return abs((dt.date.fromisoformat(stated) - dt.date.fromisoformat(own)).days) > 1


def _status(doc: PolicyDocument, stated: Stated) -> Status:
    if doc.status is not Status.UNKNOWN:
        return doc.status
    if doc.kind not in TELLING_KINDS and is_draft(doc.title):
        return Status.DRAFT
    label = stated.get("validity") or ""
    return next((status for pattern, status in _STATED_STATUS if pattern.search(label)), Status.UNKNOWN)


def _evidence(text: str, clauses: list[Span]) -> Span | None:
    """The sentences of the clauses as one span where they stand near each other, else that of the first given."""
    sentences = [_sentence(text, clause) for clause in clauses]
    if not sentences:
        return None
    whole = Span(min(s.start for s in sentences), max(s.end for s in sentences))
    gap = whole.end - whole.start - sum(s.end - s.start for s in sentences)
    return whole if gap <= _NEAR else sentences[0]


def _sentence(text: str, clause: Span) -> Span:
    left = max(text.rfind(mark, 0, clause.start) for mark in "。；\n") + 1
    rights = [r for r in (text.find(mark, clause.end) for mark in "。；\n") if r >= 0]
    blanks = len(text[left : clause.start]) - len(text[left : clause.start].lstrip())
    return Span(left + blanks, min(rights) + 1 if rights else len(text))
