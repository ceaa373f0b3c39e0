"""What stands around a document on its page: how others bear on it, its originals, its pages, how it was read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.page_image import DRAWN, Box
from kb.base import KnowledgeBase
from kb.errors import KBError
from kb.model import PolicyDocument, Relation, SourceRef, Span
from ui.originals import Original, original_of

_NO_MEMBER = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the base knows around a document. ``gone`` says why there is no original, where there is none.

    ``pages`` are those that can be drawn; ``notes`` how each of its files was read.
    """

    relations: tuple[Relation, ...] = ()
    revisions: tuple[str, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    gone: str = ""
    changed: bool = False
    pages: tuple[int, ...] = ()
    notes: tuple[Mapping[str, Any], ...] = ()
    current: str = ""


def surroundings_of(base: KnowledgeBase, document: PolicyDocument) -> Surroundings:
    """Everything around a document. Raises UnknownDocument, where it has just gone."""
    header = base.header(document.policy_id)
    notes = []
    for source in document.sources:
        row = base.file(source.root, source.path)
        if row and row.note:
            notes.append(json.loads(row.note))
    original, gone = _original(base, document)
    return Surroundings(
        base.relations(document.policy_id),
        tuple(base.revisions(document.policy_id)),
        document.sources,
        gone,
        bool(original and original.changed),
        pages_of(document) if original and can_draw(base, original, document) else (),
        tuple(notes),
        header.revision,
    )


def _original(base: KnowledgeBase, document: PolicyDocument) -> tuple[Original | None, str]:
    try:
        return original_of(base, document.sources), ""
    except KBError as error:
        return None, str(error)


def can_draw(base: KnowledgeBase, original: Original, document: PolicyDocument) -> bool:
    """Whether pages of a document's first source can be shown: it is what was read, as it was, of a kind that is drawn.

    The same text may have been read from another file, which has gone since: its places are not those of this one.
    """
    first = document.sources[0]
    if original.changed or first.member != _NO_MEMBER or base.read_from(document.policy_id) != first:
        return False
    return _head(original.path).startswith(DRAWN)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(8)
    except OSError:
        return b""


def pages_of(document: PolicyDocument) -> tuple[int, ...]:
    """The pages that the document's text stands on."""
    return tuple(sorted({run.page for run in document.source_map if run.page is not None and run.box is not None}))


def boxes_of(document: PolicyDocument, span: Span) -> dict[int, tuple[Box, ...]]:
    """Where a span of the text stands on the pages of the file: its boxes, by page."""
    found: dict[int, dict[Box, None]] = {}
    for run in document.source_map:
        if run.page is not None and run.box is not None and run.start < span.end and run.end > span.start:
            found.setdefault(run.page, {})[run.box] = None
    return {page: tuple(boxes) for page, boxes in sorted(found.items())}


def page_of(document: PolicyDocument, span: Span, pages: Sequence[int]) -> int | None:
    """The page that a span begins on, if it is one of those that can be drawn."""
    return next((page for page in boxes_of(document, span) if page in pages), None)
