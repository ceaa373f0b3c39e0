"""Where each metadata value of a document stands: a span of its text, or the label of its page or container."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.stated import Stated
from kb.model import Origin, PolicyDocument, Span
from kb.text.dates import find_dates
from kb.text.docnumber import find_doc_numbers

_NAMES = ("title", "index_number", "issuer", "signatory", "contact", "approved_by")
_HEAD, _TAIL = 3000, 3000  # characters at either end in which a document says when it was written


def find_origins(doc: PolicyDocument, stated: Stated) -> tuple[Origin, ...]:
    """One origin for each stated metadata value, in the order of the fields.

    A value that stands neither in the text nor under a label (inherited from the notice above) has none.
    """
    return tuple(_origins(doc, stated))


def _origins(doc: PolicyDocument, stated: Stated) -> Iterator[Origin]:
    places: list[tuple[str, Span | None]] = [(name, _verbatim(doc.text, getattr(doc, name))) for name in _NAMES]
    places.insert(1, ("doc_number", _doc_number(doc)))
    places += [
        ("written_on", _date(doc.text, doc.written_on, last=True)),
        ("published_on", _date(doc.text, doc.published_on)),
        ("effective_from", _evidence(doc, stated, "effective_from")),
        ("expires_on", _evidence(doc, stated, "expires_on")),
    ]
    for name, span in places:
        if getattr(doc, name) is None:
            continue
        if span is not None:
            yield Origin(name, span.start, span.end)
        elif label := stated.label(name) or (stated.label("term") if name == "expires_on" else None):
            yield Origin(name, label=label)


def _verbatim(text: str, value: str | None) -> Span | None:
    """Where a value stands, white space aside; of parts (甲、乙; a name and a telephone) from the first to the last."""
    if not value:
        return None
    parts = [p for p in re.split(r"[、；]|\s(?=[\d（(])", value) if p.strip()]
    spans = [re.search(r"\s*".join(map(re.escape, "".join(part.split()))), text) for part in parts]
    found = [s.span() for s in spans if s]
    return Span(min(a for a, _ in found), max(b for _, b in found)) if found and len(found) == len(parts) else None


def _doc_number(doc: PolicyDocument) -> Span | None:
    if not doc.doc_number:
        return None
    head = doc.text[:_HEAD]
    found = next((n for n in find_doc_numbers(head) if n.canonical == doc.doc_number), None)
    return Span(found.start, found.end) if found else _verbatim(head, doc.doc_number)


def _date(text: str, iso: str | None, *, last: bool = False) -> Span | None:
    """Where a date to the day is written: the last place near the end, or the first near the head."""
    if not iso:
        return None
    offset = max(0, len(text) - _TAIL) if last else 0
    part = text[offset:] if last else text[:_HEAD]
    found = [d for d in find_dates(part) if d.iso == iso and d.precision == "day" and d.until is None]
    if not found:
        return _date(text, iso) if last and offset else None
    date = found[-1 if last else 0]
    return Span(offset + date.start, offset + date.end)


def _evidence(doc: PolicyDocument, stated: Stated, name: str) -> Span | None:
    """The sentence a day of validity was read from; none for one the page states: the text may contradict it."""
    return None if stated.date(name) == getattr(doc, name) else doc.status_evidence
