"""Records of a dataset (BEIR: an id, a title, a text) as documents whose text is the record's, character for character.

The text is cleaned and parsed like a file's, then everything found is laid back on the text as given. So spans of the
dataset stay valid, which cleaning would shift, and a record stays one document, whatever articles it holds.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from ingest.chunk import chunk_document
from ingest.parse import line_blocks, parse_document
from ingest.raw import RawDocument
from kb.model import Origin, PolicyDocument, SourceSpan, Span, Submission

#: Version of these rules; bases made of records by another version are made anew.
RECORDS = "records-6"
_TITLE_LABEL = "ArticleTitle"


class _Spanned(Protocol):
    """A frozen dataclass with ``start`` and ``end``."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


_S = TypeVar("_S", bound=_Spanned)


def record_submission(record_id: str, title: str, text: str) -> Submission:
    """A record ready to be put: its id is the document's, its chunks are slices of its text."""
    document = record_document(record_id, title, text)
    return Submission(document, chunk_document(document), policy_id=record_id)


def record_document(record_id: str, title: str, text: str) -> PolicyDocument:
    """The record as one document with ``text`` unchanged. Metadata is that of its first article."""
    meta = {_TITLE_LABEL: title} if title.strip() else {}
    parts = [_projected(d, text) for d in parse_document(RawDocument(text, line_blocks(text), "txt", meta), "")]
    first = parts[0]
    return replace(
        first,
        policy_id=record_id,
        title=title.strip() or first.title,
        effective_from=next((p.effective_from for p in parts if p.effective_from), None),
        expires_on=next((p.expires_on for p in parts if p.expires_on), None),
        status_evidence=next((p.status_evidence for p in parts if p.status_evidence), None),
        flags=tuple(dict.fromkeys(flag for p in parts for flag in p.flags)),
        source_map=(SourceSpan(0, len(text), 0, len(text)),) if text else (),
        sections=tuple(s for p in parts for s in p.sections),
        tables=tuple(t for p in parts for t in p.tables),
        targets=tuple(t for p in parts for t in p.targets),
        assignments=tuple(a for p in parts for a in p.assignments),
        provisions=tuple(x for p in parts for x in p.provisions),
        references=tuple(r for p in parts for r in p.references),
    )


class _Projection:
    """Places of a cleaned text as places of the raw text it was made from."""

    def __init__(self, spans: Sequence[SourceSpan]) -> None:
        self._spans = sorted(spans, key=lambda s: s.start)
        self._starts = [s.start for s in self._spans]
        self._ends = [s.end for s in self._spans]

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """The raw range of ``[start, end)``; None where nothing of it stands in the raw text in this order."""
        first = bisect_right(self._ends, start)
        last = bisect_left(self._starts, end) - 1
        if first > last or not 0 <= first < len(self._spans):
            return None
        a, b = self._spans[first], self._spans[last]
        begin = min(a.raw_start + max(0, start - a.start), a.raw_end - 1)
        stop = b.raw_end - max(0, b.end - end)
        return (begin, stop) if begin < stop else None


def _projected(doc: PolicyDocument, text: str) -> PolicyDocument:
    """The document with all its spans laid on the raw text."""
    back = _Projection(doc.source_map)

    def spans(found: Sequence[Span]) -> tuple[Span, ...]:
        return tuple(Span(*place) for s in found if (place := back.span(s.start, s.end)))

    return replace(
        doc,
        text=text,
        parent=None,
        status_evidence=next(iter(spans([doc.status_evidence] if doc.status_evidence else [])), None),
        sections=_moved(doc.sections, back),
        tables=_moved(doc.tables, back),
        assignments=_moved(doc.assignments, back),
        provisions=_moved(doc.provisions, back),
        references=_moved(doc.references, back),
        origins=tuple(_origins(doc, back)),
        targets=tuple(replace(t, mentions=spans(t.mentions)) for t in doc.targets),
        reply=replace(doc.reply, parts=spans(doc.reply.parts)) if doc.reply else None,
    )


def _origins(doc: PolicyDocument, back: _Projection) -> Iterator[Origin]:
    """Those that state a span moved, those under a label as they are."""
    for origin in doc.origins:
        if origin.start is None or origin.end is None:
            yield origin
        elif place := back.span(origin.start, origin.end):
            yield replace(origin, start=place[0], end=place[1])


def _moved(found: Sequence[_S], back: _Projection) -> tuple[_S, ...]:
    """Things with a span, on the raw text; those that cannot be laid on it are left out."""
    placed = ((thing, back.span(thing.start, thing.end)) for thing in found)
    return tuple(replace(thing, start=span[0], end=span[1]) for thing, span in placed if span)  # type: ignore[type-var]
