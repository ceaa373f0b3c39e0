"""Status of a document as of a date (有效性), from the dates it states. Nothing is inferred from custom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TypeVar

from kb.model import DocumentHeader, PolicyDocument, Status

Document = TypeVar("Document", DocumentHeader, PolicyDocument)


def as_of_today(document: Document) -> Document:
    """The document with its status as of today."""
    return replace(document, status=status_on(document, date.today()))


def status_on(document: DocumentHeader | PolicyDocument, as_of: date) -> Status:
    """The status on a day. A stated repeal or draft stands; otherwise the term of validity decides."""
    if document.status in (Status.REPEALED, Status.DRAFT, Status.NOT_APPLICABLE):
        return document.status
    today = as_of.isoformat()
    if document.status is Status.EXPIRED and not (document.expires_on and today <= document.expires_on):
        return Status.EXPIRED
    if document.effective_from and document.effective_from > today:
        return Status.NOT_YET
    if document.expires_on and document.expires_on < today:
        return Status.EXPIRED
    if document.status is Status.NOT_YET and not document.effective_from:
        return Status.NOT_YET
    return Status.IN_FORCE if document.effective_from or document.expires_on else document.status
