"""Reading the edges between documents: what is stated of a document's validity, all its relations, its versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from kb.catalog import schema as t
from kb.catalog.db import rows_for
from kb.catalog.links import DIGEST_OF, ISSUED_WITH, says_when
from kb.catalog.resolve import DECIDING
from kb.catalog.standing import ORIGINAL, Tie, shared_terms, ties
from kb.model import GOES_WITH, Kind, Relation, Status, Version

_INTERNAL = (DIGEST_OF, ISSUED_WITH)
_OTHER = ("policy_id", "title", "doc_number", "kind", "status", "issuer_region", "effective_from", "written_on")


class Graph:
    """The edges of one snapshot. ``policy_ids`` None means all documents."""

    def __init__(self, connection: Connection) -> None:
        """Read through this connection."""
        self._connection = connection

    def affecting(self, policy_ids: Collection[str] | None = None) -> dict[str, tuple[Relation, ...]]:
        """What others state of the validity of these documents, by id, where anything is stated."""
        tied: dict[str, list[Tie]] = defaultdict(list)
        for tie in ties(self._connection, policy_ids):
            tied[tie.source].append(tie)
        wanted = None if policy_ids is None else {*policy_ids, *tied}
        found: dict[str, list[Relation]] = defaultdict(list)
        for target, relation in self._incoming(wanted, t.edges.c.relation.in_(DECIDING)):
            found[target].append(relation)
            for tie in tied.get(target, ()):
                carried = tie.carried(relation)
                if carried:
                    found[tie.policy_id].append(carried)
        for policy_id, term in shared_terms(self._connection, policy_ids):
            found[policy_id].append(term)
        return {policy_id: _in_order(relations) for policy_id, relations in found.items()}

    def relations(self, policy_id: str) -> tuple[Relation, ...]:
        """All a document states of others, in the order of its text, then all that others state of it."""
        incoming = [relation for _, relation in self._incoming({policy_id}, t.edges.c.relation.not_in(_INTERNAL))]
        affecting = self.affecting([policy_id]).get(policy_id, ())
        more = [r for r in affecting if r not in incoming and r.relation != GOES_WITH]
        return (*self._outgoing(policy_id), *_in_order([*incoming, *more]))

    def issued_with(self, policy_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        """The ids of the documents that each of these issues (附件), by its id, in order."""
        edges = t.edges.c
        attached = select(edges.target, edges.policy_id).where(edges.relation == ISSUED_WITH)
        found: dict[str, list[str]] = defaultdict(list)
        for notice, policy_id in rows_for(self._connection, attached, edges.target, policy_ids):
            found[notice].append(policy_id)
        return {notice: tuple(sorted(ids)) for notice, ids in found.items()}

    def families(self, policy_ids: Collection[str] | None = None) -> dict[str, tuple[Version, ...]]:
        """All versions of these documents, oldest first, by the id of each, where it has others."""
        members: dict[tuple[str, str | None], list[Version]] = defaultdict(list)
        for key, region, version in self._members(policy_ids):
            members[key, region].append(version)
        found: dict[str, tuple[Version, ...]] = {}
        for versions in members.values():
            if len(versions) > 1:
                ordered = tuple(sorted(versions, key=lambda v: (v.date or "", v.policy_id)))
                found |= dict.fromkeys((v.policy_id for v in ordered), ordered)
        return found if policy_ids is None else {p: found[p] for p in policy_ids if p in found}

    def _incoming(
        self, targets: Collection[str] | None, condition: ColumnElement[bool]
    ) -> Iterator[tuple[str, Relation]]:
        """What is stated of these documents: the id of each, and the relation as it sees it.

        Where one document states the same of another in several places, the place counts that says when.
        """
        edges, stating = t.edges, t.documents
        query = (
            select(edges, *(stating.c[name].label(f"other_{name}") for name in (*_OTHER, "published_on")))
            .join(stating, stating.c.policy_id == edges.c.policy_id)
            .where(edges.c.target.is_not(None) & condition)
        )
        order = (edges.c.ordinal, edges.c.policy_id, edges.c.place)
        for row in _once(rows_for(self._connection, query.order_by(*order), edges.c.target, targets)):
            yield row.target, _relation(row, "in", _date(row), ORIGINAL if row.digest else None)

    def _outgoing(self, policy_id: str) -> Iterator[Relation]:
        edges, other, own = t.edges, t.documents, t.documents.alias()
        query = (
            select(
                edges,
                *(other.c[name].label(f"other_{name}") for name in _OTHER),
                *(own.c[name].label(f"own_{name}") for name in ("effective_from", "written_on", "published_on")),
            )
            .join(own, own.c.policy_id == edges.c.policy_id)
            .outerjoin(other, other.c.policy_id == edges.c.target)
            .where((edges.c.policy_id == policy_id) & edges.c.relation.not_in(_INTERNAL))
            .order_by(edges.c.ordinal, edges.c.place)
        )
        for row in _once(self._connection.execute(query)):
            dated = row.since or row.own_effective_from or row.own_written_on or row.own_published_on
            yield _relation(row, "out", dated, ORIGINAL if row.digest else None)

    def _members(self, policy_ids: Collection[str] | None) -> Iterator[tuple[str, str | None, Version]]:
        keys, documents = t.document_keys.c, t.documents.c
        names = ("policy_id", "title", "doc_number", "written_on", "published_on", "effective_from", "issuer_region")
        query = select(keys.key, *(documents[name] for name in names))
        query = query.join(t.documents, documents.policy_id == keys.policy_id).where(keys.role == "family")
        wanted = None
        if policy_ids is not None:
            own = select(keys.key).where(keys.role == "family")
            wanted = {row.key for row in rows_for(self._connection, own, keys.policy_id, policy_ids)}
        for row in rows_for(self._connection, query, keys.key, wanted):
            issued, since = row.written_on or row.published_on, row.effective_from
            version = Version(row.policy_id, row.title, row.doc_number, issued or since, issued, since)
            yield row.key, row.issuer_region, version


def _once(rows: Iterable[Any]) -> list[Any]:
    """One row for each document cited and relation to it: the first, or the first that says when."""
    found: dict[tuple[Any, ...], Any] = {}
    for row in rows:
        place = None if row.target else (row.ordinal, row.place)
        what = (row.policy_id, row.target, row.relation, place)
        if what not in found or says_when(row._mapping) > says_when(found[what]._mapping):
            found[what] = row
    return list(found.values())


def _date(row: Any) -> str | None:  # noqa: ANN401 - a row
    dated: str | None = row.since or row.other_effective_from or row.other_written_on or row.other_published_on
    return dated


def _relation(row: Any, direction: str, date: str | None, through: str | None) -> Relation:  # noqa: ANN401 - a row
    """The relation of a row, whose other document is joined to it unless the base lacks it."""
    known = row.other_policy_id is not None
    return Relation(
        relation=row.relation,
        direction=direction,
        policy_id=row.other_policy_id,
        title=row.other_title if known else row.title,
        doc_number=row.other_doc_number if known else row.doc_number,
        date=date,
        stated_in=row.policy_id,
        start=row.start,
        end=row.end,
        quote=row.quote,
        kind=Kind(row.other_kind) if known else None,
        status=Status(row.other_status) if known else Status.UNKNOWN,
        region=row.other_issuer_region if known else None,
        through=through,
    )


def _in_order(relations: Sequence[Relation]) -> tuple[Relation, ...]:
    """By date, undated ones last, each once."""
    return tuple(sorted(dict.fromkeys(relations), key=lambda r: (r.date or "9999", r.policy_id or "", r.start)))
