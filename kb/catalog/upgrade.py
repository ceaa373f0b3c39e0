"""Bringing a base of an older version to today's tables: once, in one transaction, by whoever opens it first."""

from __future__ import annotations

import json

from sqlalchemy import Connection, inspect, select, text

from kb.catalog import schema as t
from kb.catalog.codec import decode_document
from kb.catalog.db import batches
from kb.catalog.links import Links


def upgrade(connection: Connection, found: int) -> None:
    """Make version ``found`` of the tables the current one."""
    if found < 2:
        _with_notes(connection)
        _with_edges(connection)


def _with_notes(connection: Connection) -> None:
    """Version 2 also remembers how files were read, which were not, and members of archives."""
    for table, column in ((t.files, "note"), (t.sources, "member")):
        connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {column} TEXT NOT NULL DEFAULT ''"))
    t.unread.create(connection)


def _with_edges(connection: Connection) -> None:
    """Version 2 has the edges between documents: made from what the documents are stored as."""
    have = set(inspect(connection).get_table_names())
    t.metadata.create_all(connection, tables=[x for x in (t.document_keys, t.edges) if x.name not in have])
    links = Links(connection)
    documents, revisions = t.documents.c, t.revisions.c
    ids = connection.execute(select(documents.policy_id).order_by(documents.policy_id)).scalars().all()
    current = (revisions.policy_id == documents.policy_id) & (revisions.revision == documents.revision)
    query = select(revisions.policy_id, revisions.payload).join(t.documents, current)
    for some in batches(ids, 200):
        for policy_id, payload in connection.execute(query.where(revisions.policy_id.in_(some))):
            links.replace(policy_id, decode_document(_without_bulk(payload), policy_id, ()), True)
        links.cited_by(())
        links.settle()  # names first: what is cited may come later
    for some in batches(ids, 200):
        links.cited_by(some)
        links.settle()


def _without_bulk(payload: str) -> str:
    """The payload without what no edge is made from."""
    values = json.loads(payload)
    for name in ("source_map", "sections", "tables", "targets", "assignments", "provisions"):
        values.pop(name, None)
    return json.dumps(values)
