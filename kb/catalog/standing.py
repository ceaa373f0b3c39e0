"""Which documents stand and fall with others: a digest with its original, an attachment with the notice that issues it.

An arc leads from a document to another whose repeal is its own; several in a row make a chain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from kb.catalog import schema as t
from kb.catalog.db import rows_for
from kb.catalog.links import DIGEST_OF, ISSUED_WITH
from kb.catalog.resolve import DECIDING
from kb.model import BASIS, GOES_WITH, Kind, Relation, Status

#: Of what else something is stated that holds for a document, too. A notice falls with the one document it issues.
ORIGINAL, NOTICE, ISSUED = "原文件", "印发通知", "所印发文件"
_THROUGH = {DIGEST_OF: ORIGINAL, ISSUED_WITH: NOTICE, GOES_WITH: BASIS}
_FALLS = frozenset({"废止", "替代"})
#: What passes along an arc; who has the term of another is not amended with it.
_PASSES = {ORIGINAL: frozenset(DECIDING), NOTICE: frozenset(DECIDING), ISSUED: _FALLS, BASIS: _FALLS | {"延长"}}
_LONGEST = 4  # arcs of a chain: digest, attachment, notice, what it goes with


@dataclass(frozen=True, slots=True)
class Tie:
    """That what is stated of ``source`` by one of the ``relations`` holds for ``policy_id``, and ``through`` what."""

    policy_id: str
    source: str
    through: str
    relations: frozenset[str]

    def carried(self, relation: Relation) -> Relation | None:
        """A relation to the source as it holds for the document; None where it does not, or is its own statement.

        What replaces a document replaces nothing else: what has the term of that document ends with it.
        """
        if relation.relation not in self.relations or relation.policy_id == self.policy_id:
            return None
        ends = self.through == BASIS and relation.relation in _FALLS
        return replace(relation, through=self.through, relation="废止" if ends else relation.relation)


def ties(connection: Connection, policy_ids: Collection[str] | None) -> list[Tie]:
    """All ties of these documents to others, of all documents where None."""
    arcs = _arcs(connection, policy_ids)
    found: list[Tie] = []
    for policy_id in sorted(arcs) if policy_ids is None else sorted(set(policy_ids) & arcs.keys()):
        seen, front = {policy_id}, [Tie(policy_id, policy_id, "", frozenset(DECIDING))]
        while front:
            steps = [_longer(tie, *arc) for tie in front for arc in arcs.get(tie.source, ())]
            front = []
            for tie in steps:
                if tie.source not in seen:
                    seen.add(tie.source)
                    front.append(tie)
            found += front
    return found


def shared_terms(connection: Connection, policy_ids: Collection[str] | None) -> Iterator[tuple[str, Relation]]:
    """The last days of the documents whose term these have, where those state one."""
    edges, other = t.edges.c, t.documents.c
    query = (
        select(t.edges, other.kind, other.status, other.issuer_region, other.expires_on)
        .add_columns(other.title.label("other_title"), other.doc_number.label("other_number"))
        .join(t.documents, other.policy_id == edges.target)
        .where((edges.relation == GOES_WITH) & other.expires_on.is_not(None))
        .order_by(edges.policy_id, edges.ordinal, edges.place)
    )
    for row in rows_for(connection, query, edges.policy_id, policy_ids):
        yield (
            row.policy_id,
            Relation(
                relation=GOES_WITH,
                direction="in",
                policy_id=row.target,
                title=row.other_title,
                doc_number=row.other_number,
                date=None,
                stated_in=row.policy_id,
                start=row.start,
                end=row.end,
                quote=row.quote,
                kind=Kind(row.kind),
                status=Status(row.status),
                region=row.issuer_region,
                until=row.expires_on,
            ),
        )


def _longer(tie: Tie, source: str, through: str) -> Tie:
    """A tie with one more arc; it is named by its first, or by the term it shares, which is no more the document's."""
    named = through if through == BASIS else tie.through or through
    return replace(tie, source=source, through=named, relations=tie.relations & _PASSES[through])


def _arcs(connection: Connection, policy_ids: Collection[str] | None) -> dict[str, list[tuple[str, str]]]:
    """The arcs that leave these documents, and those they lead to: id -> (id of the other, through what)."""
    arcs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    if policy_ids is None:
        for policy_id, arc in _leaving(connection, None):
            arcs[policy_id].append(arc)
        return arcs
    front = set(policy_ids)
    for _ in range(_LONGEST):
        for policy_id, arc in _leaving(connection, front) if front else ():
            arcs[policy_id].append(arc)
        front = {source for policy_id in front for source, _ in arcs.get(policy_id, ())} - arcs.keys()
    return arcs


def _leaving(connection: Connection, policy_ids: Collection[str] | None) -> Iterator[tuple[str, tuple[str, str]]]:
    edges = t.edges.c
    query = select(edges.policy_id, edges.relation, edges.target)
    query = query.where(edges.relation.in_(list(_THROUGH)) & edges.target.is_not(None))
    for policy_id, relation, target in rows_for(connection, query, edges.policy_id, policy_ids):
        yield policy_id, (target, _THROUGH[relation])
    issued: dict[str, list[str]] = defaultdict(list)
    attachments = select(edges.target, edges.policy_id)
    attachments = attachments.where((edges.relation == ISSUED_WITH) & edges.target.is_not(None))
    for notice, policy_id in rows_for(connection, attachments, edges.target, policy_ids):
        issued[notice].append(policy_id)
    for notice, attached in issued.items():
        if len(attached) == 1:
            yield notice, (attached[0], ISSUED)
