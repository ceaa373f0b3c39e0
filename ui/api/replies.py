"""What the base gives, as the interfaces send it: plain values that JSON has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from kb.commands.ask import as_json
from kb.commands.listing import FIELDS
from kb.commands.show import as_json as shown_json
from kb.library import Found
from kb.model import Answer, DocumentHeader, Hit, PolicyDocument, Relation, to_json
from kb.validity import as_of_day
from ui.library_desk import Answered
from ui.markup import document_url


def answer_values(answer: Answer) -> dict[str, Any]:
    """An answer: the JSON of ``python -m kb ask --json``, its sentences, and links."""
    values = as_json(answer)
    for citation in values["citations"]:
        citation["url"] = document_url(citation["policy_id"], citation["revision"], citation["start"], citation["end"])
    return {
        "status": "refused" if answer.abstained else "answered",
        "sentences": [{"text": s.text, "citations": list(s.citations)} for s in answer.sentences],
        "nearest": [_near(header) for header in answer.nearest],
        **values,
    }


def _near(header: DocumentHeader) -> dict[str, Any]:
    return {
        "policy_id": header.policy_id,
        "title": header.title,
        "doc_number": header.doc_number,
        "url": document_url(header.policy_id),
    }


def hit_values(hit: Hit) -> dict[str, Any]:
    """A chunk that was found, with its place in its document."""
    chunk = hit.chunk
    return {
        "policy_id": chunk.policy_id,
        "revision": chunk.revision,
        "chunk_id": chunk.chunk_id,
        "title": hit.document.title,
        "doc_number": hit.document.doc_number,
        "section": chunk.section,
        "text": chunk.text,
        "start": chunk.start,
        "end": chunk.end,
        "score": float(hit.score),
        "url": document_url(chunk.policy_id, chunk.revision, chunk.start, chunk.end),
    }


def row_values(header: DocumentHeader, day: date) -> dict[str, Any]:
    """A document in short, as it stands on a day."""
    standing = as_of_day(header, day)
    return {name: to_json(getattr(standing, name)) for name in FIELDS}


def list_values(answered: Answered, day: date) -> dict[str, Any]:
    """A page of the library."""
    page = answered.page
    return {
        "documents": [_listed(found, day) for found in page.found],
        "total": page.total,
        "page": page.page,
        "pages": page.pages,
        "notice": answered.notice or None,
    }


def _listed(found: Found, day: date) -> dict[str, Any]:
    passage = found.passage.text if found.passage else None
    return row_values(found.header, day) | {"passage": passage, "url": document_url(found.header.policy_id)}


def document_values(document: PolicyDocument, relations: Sequence[Relation], day: date) -> dict[str, Any]:
    """A document in full, without what says where it lies on this machine and in its file."""
    values = shown_json(as_of_day(document, day), relations, day)
    del values["source_map"]
    sources = [source.path for source in document.sources]
    return values | {
        "title": document.display_title,
        "sources": sources,
        "url": document_url(document.policy_id, document.revision),
    }
