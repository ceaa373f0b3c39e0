"""Gathering evidence for each ask: sentences of the base's documents that can be said in a letter, each an exact slice.

What shares only common words with an ask is left out: a measure that answers nothing is worse than a gap.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from kb.base import KnowledgeBase
from kb.compose import find_date
from kb.letters.cautions import Cautioned, cautions_of
from kb.letters.evidence import Desk, Evidence, EvidenceSet
from kb.letters.figures import compared
from kb.letters.points import LONGEST, Point, Topic, agreement, closeness, points_of, topic_of
from kb.letters.reach import BINDING, Lookout, Reach, seat_of
from kb.letters.roles import Piece, Role, piece_of
from kb.letters.suggestion import Ask, Suggestion
from kb.model import Citation, DocumentHeader, Filters, Kind, Status
from kb.snapshot import Snapshot
from kb.validity import status_on
from kb.view import DocumentView

DEEP = 30  # chunks looked at for each point
_DEEP_TOLD = 12  # among those that tell what was done
#: Kinds that tell what was done: replies, reports, news.
TELLING = (Kind.REPLY, Kind.OTHER, Kind.NEWS)
_ENDED = (Status.EXPIRED, Status.REPEALED, Status.DRAFT, Status.NOT_YET)
_DONE = " 截至 累计 完成"
MOST = 24  # pieces of evidence kept for each ask


def gather(
    base: KnowledgeBase, suggestion: Suggestion, desk: Desk, progress: Callable[[int], object] | None = None
) -> tuple[EvidenceSet, ...]:
    """Evidence on the matter as a whole (progress only), then for each ask, in order.

    ``progress`` gets the number of asks done.
    """
    topic = topic_of(suggestion)
    whole = [Point(suggestion.title, general=True)] if suggestion.title else []
    sets = [_gathered(base, whole, topic, desk)]
    sets[0] = EvidenceSet(tuple(e for e in sets[0].items if e.role is Role.ACTUAL))
    for n, ask in enumerate(suggestion.asks):
        if progress is not None:
            progress(n)
        sets.append(_gathered(base, points_of(ask), topic, desk))
    whole_set, *others = _newest(sets)
    return (whole_set, *(_named_missing(ask, found) for ask, found in zip(suggestion.asks, others, strict=True)))


def _newest(sets: Sequence[EvidenceSet]) -> list[EvidenceSet]:
    """The sets with what the evidence of one ask says against the figures of another's."""
    judged = {e.key: e for e in compared(list({e.key: e for found in sets for e in found.items}.values()))}
    told = [[replace(e, cautions=_both(e, judged[e.key])) for e in found.items] for found in sets]
    return [EvidenceSet(tuple(_ranked(items))) for items in told]


def _both(one: Evidence, other: Evidence) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one.cautions, *other.cautions)))


def look_for(base: KnowledgeBase, words: str, suggestion: Suggestion, desk: Desk) -> EvidenceSet:
    """Evidence a writer looks for in words of their own; every document is searched, wherever it is from."""
    return _gathered(base, [Point(words, loose=True)], topic_of(suggestion), desk)


def of_span(base: KnowledgeBase, policy_id: str, start: int, end: int, role: Role, desk: Desk) -> Evidence:
    """A slice of a document that a writer chose by hand. Raises UnknownDocument; ValueError for an empty slice."""

    def found(snapshot: Snapshot) -> Evidence:
        document = snapshot.document(policy_id)
        if not 0 <= start < end <= len(document.text) or not document.text[start:end].strip():
            raise ValueError("空的引文")
        header = snapshot.headers([policy_id])[policy_id]
        lookout = Lookout(seat_of(desk.region, desk.issuer), snapshot.documents())
        return _made(DocumentView(document), header, lookout.reach(header), Piece(start, end, role), desk)

    return base.on_snapshot(found)


def _named_missing(ask: Ask, found: EvidenceSet) -> EvidenceSet:
    missing = []
    nearer = _nearer(found)
    if nearer is not None:
        missing.append(f"《{nearer.citation.title}》另有更贴近的内容，{'；'.join(nearer.cautions)}")
    ready = [e for e in found.items if e.ready]
    if not any(e.role is Role.MEASURE for e in ready):
        missing += _why_none(found.of(Role.MEASURE), nearer)
    if not any(e.role is Role.ACTUAL for e in ready):
        missing.append("没有找到已完成的事项或数据")
    return replace(found, missing=tuple(missing))


def _why_none(measures: Sequence[Evidence], nearer: Evidence | None) -> list[str]:
    """Why no measure may be picked: by the best of those in force, else by one out of force, else by one elsewhere."""
    here = [e for e in measures if e.reach is not Reach.OTHER]
    current = [e for e in here if e.status not in _ENDED]
    if current:
        title = f"《{current[0].citation.title}》"
        why = "；".join(current[0].cautions)
        return [] if nearer is not None else [f"{title}中有相近的措施，但{why}，没有自动选用"]
    if here:
        return [f"只找到{here[0].status.value}的《{here[0].citation.title}》，没有找到现行的依据"]
    if measures:
        return [f"只找到外地的措施（《{measures[0].citation.title}》）"]
    return ["没有找到现行文件中的措施"]


def _nearer(found: EvidenceSet) -> Evidence | None:
    """A measure in force that agrees more than all that may be picked, and needs a person only to say its subject."""
    measures = [e for e in found.of(Role.MEASURE) if e.reach in (Reach.OWN, Reach.UPPER)]
    best = max((e.score for e in measures if e.ready), default=0.0)
    leaning = [e for e in measures if e.leaning and len(e.cautions) == 1 and e.score > best]
    return max(leaning, key=lambda e: e.score, default=None)


def _gathered(base: KnowledgeBase, points: Sequence[Point], topic: Topic, desk: Desk) -> EvidenceSet:
    hits: dict[str, list[str]] = {}
    for point in points:
        wanted = [(_asked(point), DEEP, ()), (f"{_asked(point)}{_DONE}", _DEEP_TOLD, TELLING)]
        for words, k, kinds in wanted:
            for hit in base.search(words, k=k, filters=Filters(kinds=kinds), as_of=desk.as_of):
                hits.setdefault(hit.chunk.policy_id, []).append(hit.chunk.chunk_id)
    if not hits:
        return EvidenceSet()
    return base.on_snapshot(partial(_judged, hits=hits, points=points, topic=topic, desk=desk))


def _asked(point: Point) -> str:
    return " ".join(point.text.split())[:LONGEST]


def _judged(
    snapshot: Snapshot, *, hits: dict[str, list[str]], points: Sequence[Point], topic: Topic, desk: Desk
) -> EvidenceSet:
    headers = snapshot.headers(hits)
    lookout = Lookout(seat_of(desk.region, desk.issuer), snapshot.documents())
    chunks = snapshot.chunks_by_id(c for ids in hits.values() for c in ids)
    weighed = [p.weighed(snapshot.idf, snapshot.having, topic) for p in points]
    whole = Point("；".join(p.text for p in points)).weighed(snapshot.idf, snapshot.having, topic)
    found: list[Evidence] = []
    for policy_id, header in headers.items():
        view = DocumentView(snapshot.document(policy_id))
        reach = lookout.reach(header)
        near = [chunks[c] for c in hits[policy_id] if c in chunks]
        for i in sorted({i for chunk in near for i in view.overlapping(chunk.start, chunk.end)}):
            score, point = max(((agreement(w, view, i), w.text) for w in weighed), default=(0.0, ""))
            piece = piece_of(view, i) if score > 0 else None
            if piece is None:
                continue
            away = piece.role is Role.ACTUAL and lookout.elsewhere(view.regions(i))
            made = _made(view, header, Reach.OTHER if away else reach, piece, desk)
            found.append(replace(made, score=round(0.6 * score + 0.4 * closeness(whole, view, i), 4), point=point))
    return EvidenceSet(tuple(_ranked(compared(_distinct(found)))[:MOST]))


def _made(view: DocumentView, header: DocumentHeader, reach: Reach, piece: Piece, desk: Desk) -> Evidence:
    document = view.document
    issued = header.written_on or header.published_on
    at = find_date(view, issued) if issued else None
    told = Cautioned(document.text[piece.start : piece.end], piece, reach)
    cautions, notes = cautions_of(told, header, desk.issuer, desk.as_of)
    return Evidence(
        key=f"{document.policy_id}@{document.revision}:{piece.start}-{piece.end}",
        role=piece.role,
        citation=_cite(view, piece.start, piece.end),
        reach=reach,
        kind=document.kind,
        status=status_on(header, desk.as_of),
        score=0.0,
        issuer=header.issuer,
        issued_on=issued,
        day=_cite(view, *at) if at else None,
        dated=piece.dated,
        due=piece.due,
        relative=piece.relative,
        leaning=piece.leaning,
        cautions=cautions,
        notes=notes,
    )


def _cite(view: DocumentView, start: int, end: int) -> Citation:
    document = view.document
    within = view.overlapping(start, end)
    section = view.section(within[0]) if len(within) else None
    return Citation(
        n=0,
        policy_id=document.policy_id,
        revision=document.revision,
        title=document.display_title,
        doc_number=document.doc_number,
        section=section.path if section else None,
        start=start,
        end=end,
        quote=document.text[start:end],
        source=document.source,
    )


def _distinct(found: list[Evidence]) -> list[Evidence]:
    """Each thing said once: of two documents with the same words the nearer one's."""
    kept: dict[str, Evidence] = {}
    for one in sorted(found, key=_rank):
        kept.setdefault(re.sub(r"\W", "", one.citation.quote), one)
    return list(kept.values())


def _rank(one: Evidence) -> tuple[object, ...]:
    place = BINDING.index(one.reach) if one.reach in BINDING else len(BINDING)
    secondary = one.kind in (Kind.OTHER, Kind.SERVICE_GUIDE, Kind.INTERPRETATION, Kind.NEWS, Kind.DIGEST)
    year = int((one.issued_on or "0")[:4])
    at = (one.citation.source or "", one.citation.start, one.key)  # ids differ from base to base, files do not
    return (not one.ready, place, -round(one.score, 1), secondary, -year, -one.score, *at)


def _ranked(found: list[Evidence]) -> list[Evidence]:
    return sorted(found, key=_rank)
