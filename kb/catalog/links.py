"""Keeping the edges between documents right while documents come and go, inside the writer's transaction.

A citation is resolved again when its own document changes, and when a document that goes by one of the names it wants
comes, changes or goes. So a change costs as much as it has references, and what cites it, whatever the base holds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from kb.catalog import schema as t
from kb.catalog.codec import number_key, title_key
from kb.catalog.db import batches
from kb.catalog.resolve import DECIDING, Party, Wanted, resolve
from kb.catalog.titles import family_key, short_key
from kb.model import TELLING_KINDS, Kind, PolicyDocument, Reference, Status
from kb.text import find_dates, find_doc_numbers
from kb.text.legal import extended_by, extended_to, is_draft

#: Relations of a document to another that its text does not cite: it is a digest of it, or was issued with it.
DIGEST_OF, ISSUED_WITH = "摘自", "附于"
_DIGEST_ORDINAL, _PARENT_ORDINAL = -2, -1
_QUOTE = 240  # characters of a quoted sentence; of a longer one the part around the citation
_DAY = r"[自从于]\s*(?P<day>[^，,。；自从于]{8,16}?日)\s*起?"
#: 《甲》、《乙》 | 自2031年3月1日起同时废止
_FROM = re.compile(
    rf"(?:(?!废止|停止执行|失效)[^。；\n])*?{_DAY}\s*(?:同时|即行|一并|自行|予以)?(?:废止|停止执行|失效)"
)
#: 自2031年3月1日起废止 | 《甲》, 自2031年3月1日起， | 《甲》停止执行; other titles may stand between
_FROM_BEFORE = re.compile(
    rf"{_DAY}(?:[，,]?\s*(?:同时|正式)?(?:废止|停止执行|终止执行)[^。；，,《》]{{0,20}}|[，,]\s*原?)"
    r"(?:《[^《》]*》(?:[（(][^（）()]{0,40}[）)])?[、和及与以，]{0,2})*$"
)
_SINCE = ("废止", "替代", "修订")  # relations whose day may be stated in the sentence
_ROLES = ("number", "title", "short")


class Links:
    """The names and citations of the documents that one transaction changes. ``settle`` before it commits."""

    def __init__(self, connection: Connection) -> None:
        """Write through this connection."""
        self._connection = connection
        self._citing: set[str] = set()
        self._names: set[str] = set()
        self._new: dict[str, list[dict[str, Any]]] = {t.document_keys.name: [], t.edges.name: []}

    def replace(self, policy_id: str, document: PolicyDocument, is_new: bool = False) -> None:
        """A document is stored, in place of what was there."""
        if not is_new:
            self.forget([policy_id])
        names = _names(policy_id, document)
        self._new[t.document_keys.name] += names
        self._names.update(row["key"] for row in names if row["role"] in _ROLES)
        self._new[t.edges.name] += [*_own(policy_id, document), *_citations(policy_id, document)]
        self._citing.add(policy_id)

    def forget(self, policy_ids: Iterable[str]) -> None:
        """Documents go; what cites them is to be resolved again."""
        self._write()
        keys = t.document_keys.c
        for ids in batches(policy_ids):
            gone = select(keys.key).where(keys.policy_id.in_(ids) & keys.role.in_(_ROLES))
            self._names.update(self._connection.execute(gone).scalars())
            for table in (t.document_keys, t.edges):
                self._connection.execute(delete(table).where(table.c.policy_id.in_(ids)))

    def cited_by(self, policy_ids: Iterable[str]) -> None:
        """Let only what these documents cite be resolved next: for when all names are known."""
        self._citing, self._names = set(policy_ids), set()

    def settle(self) -> None:
        """Resolve what the changes may have changed."""
        self._write()
        edges = self._touched()
        self._citing.clear()
        self._names.clear()
        for some in batches(sorted(edges)):
            self._resolve({at: edges[at] for at in some})

    def _write(self) -> None:
        for table in (t.document_keys, t.edges):
            if self._new[table.name]:
                self._connection.execute(insert(table), self._new[table.name])
                self._new[table.name] = []

    def _touched(self) -> dict[tuple[str, int], list[Any]]:
        """Rows of the citations of the documents changed, and of those that want a name that changed."""
        columns = t.edges.c
        found: dict[tuple[str, int], list[Any]] = {}
        wanting = (columns.title_key, columns.short_key, columns.number_key)
        for column, values in ((columns.policy_id, self._citing), *((c, self._names) for c in wanting)):
            for some in batches(sorted(values)):
                query = select(t.edges).where(column.in_(some) & (columns.relation != ISSUED_WITH))
                rows: dict[tuple[str, int], list[Any]] = defaultdict(list)
                for row in self._connection.execute(query.order_by(columns.place)).mappings():
                    rows[row["policy_id"], row["ordinal"]].append(row)
                found |= rows
        return found

    def _resolve(self, edges: dict[tuple[str, int], list[Any]]) -> None:
        """Write the targets of these citations where they are not what they were."""
        by_name = self._parties_by_name({name for rows in edges.values() for name in _wanted_names(rows[0])})
        citing = self._parties({policy_id for policy_id, _ in edges})
        gone: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for at, rows in edges.items():
            wanted = Wanted(rows[0]["relation"], *(rows[0][f"{role}_key"] for role in ("title", "short", "number")))
            known = {p.policy_id: p for name in _wanted_names(rows[0]) for p in by_name.get(name, ())}
            if wanted.relation == DIGEST_OF:
                known = {policy_id: p for policy_id, p in known.items() if not p.digest}
            targets = resolve(wanted, citing[at[0]], list(known.values()))
            if targets != tuple(row["target"] for row in rows if row["target"]):
                gone.append({"of": at[0], "nth": at[1]})
                digest = any(known[target].digest for target in targets)
                changed += (
                    dict(rows[0]) | {"place": place, "target": target, "digest": digest}
                    for place, target in enumerate(targets or (None,))
                )
        if changed:
            same = (t.edges.c.policy_id == bindparam("of")) & (t.edges.c.ordinal == bindparam("nth"))
            self._connection.execute(delete(t.edges).where(same), gone)
            self._connection.execute(insert(t.edges), changed)

    def _parties_by_name(self, names: set[str]) -> dict[str, list[Party]]:
        """The documents that go by these names."""
        keys = t.document_keys.c
        owners: dict[str, set[str]] = defaultdict(set)
        for some in batches(sorted(names)):
            query = select(keys.key, keys.policy_id).where(keys.key.in_(some) & keys.role.in_(_ROLES))
            for name, policy_id in self._connection.execute(query):
                owners[name].add(policy_id)
        parties = self._parties({policy_id for ids in owners.values() for policy_id in ids})
        return {name: [parties[policy_id] for policy_id in sorted(ids)] for name, ids in owners.items()}

    def _parties(self, policy_ids: set[str]) -> dict[str, Party]:
        """What is known of these documents."""
        documents, keys, edges = t.documents.c, t.document_keys.c, t.edges.c
        parties: dict[str, Party] = {}
        for some in batches(sorted(policy_ids)):
            names: dict[str, dict[str, Any]] = defaultdict(dict)
            query = select(keys.policy_id, keys.role, keys.key, keys.digest)
            for policy_id, role, key, digest in self._connection.execute(query.where(keys.policy_id.in_(some))):
                if role in _ROLES:
                    names[policy_id] |= {f"{role}_key": key, "digest": digest}
            issued = select(edges.policy_id, edges.target).where(edges.relation == ISSUED_WITH)
            parents = {
                child: notice for child, notice in self._connection.execute(issued.where(edges.policy_id.in_(some)))
            }
            wanted = ("policy_id", "kind", "status", "issuer", "issuer_region", "dated", "effective_from")
            columns = [documents[name] for name in wanted]
            for row in self._connection.execute(select(*columns).where(documents.policy_id.in_(some))).mappings():
                parties[row["policy_id"]] = Party(
                    policy_id=row["policy_id"],
                    kind=Kind(row["kind"]),
                    status=Status(row["status"]),
                    issuer=row["issuer"],
                    region=row["issuer_region"],
                    dated=row["dated"],
                    effective=row["effective_from"],
                    parent=parents.get(row["policy_id"]),
                    **names[row["policy_id"]],
                )
        return parties


def _names(policy_id: str, document: PolicyDocument) -> list[dict[str, Any]]:
    """The names a document goes by; a digest goes by its original's, and is no version of anything."""
    digest = document.kind is Kind.DIGEST or document.digest_of is not None
    title, number = _original(document) if digest else (document.title, document.doc_number)
    names = {
        "number": number_key(number),
        "title": title_key(title) or None,
        "short": short_key(title, None if digest else document.issuer) if title else None,
        "family": None if digest or not _is_act(document) or not title else family_key(title, document.issuer),
    }
    return [{"policy_id": policy_id, "role": r, "key": k, "digest": digest} for r, k in names.items() if k]


def _is_act(document: PolicyDocument) -> bool:
    return document.kind not in TELLING_KINDS and document.status is not Status.DRAFT and not is_draft(document.title)


def _original(document: PolicyDocument) -> tuple[str | None, str | None]:
    """Title and number of what a digest is of, from ``标题 文号``."""
    stated = document.digest_of or ""
    title, _, last = stated.rpartition(" ")
    numbers = find_doc_numbers(last)
    return (title or None, numbers[0].canonical) if numbers else (stated or None, None)


def _own(policy_id: str, document: PolicyDocument) -> Iterator[dict[str, Any]]:
    """The rows that say what a document is a digest of, and which notice issued it."""
    if document.digest_of:
        title, number = _original(document)
        yield _row(policy_id, _DIGEST_ORDINAL, DIGEST_OF, title or "", number, None)
    if document.parent and document.parent != policy_id:
        yield _row(policy_id, _PARENT_ORDINAL, ISSUED_WITH, "", None, None) | {"target": document.parent}


def _citations(policy_id: str, document: PolicyDocument) -> Iterator[dict[str, Any]]:
    """A row for each document cited, and each relation to it, where it is stated first, or first with its day."""
    found: dict[tuple[str, str, str | None], dict[str, Any]] = {}
    for ordinal, reference in enumerate(document.references):
        relation = reference.relation
        if relation in DECIDING and not _may_decide(document):
            relation = "见"
        row = _row(policy_id, ordinal, relation, reference.title, reference.doc_number, document.issuer)
        if not (row["title_key"] or row["number_key"]):
            continue
        start, end = sentence_around(document.text, reference.start, reference.end)
        row |= {"start": start, "end": end, "quote": document.text[start:end]}
        row["since"] = _since(document.text, reference, start, end) if relation in _SINCE else None
        what = (relation, row["title_key"], row["number_key"])
        if what not in found or says_when(row) > says_when(found[what]):
            found[what] = row
    yield from found.values()


def _may_decide(document: PolicyDocument) -> bool:
    """Whether a document may end or change others: a text of no kind that nobody issued under a number is no act."""
    return bool(document.kind is not Kind.OTHER or document.issuer or document.doc_number)


def says_when(row: Mapping[str, Any]) -> bool:
    """Whether a citation states with its relation since when, or until when, it holds."""
    if row["relation"] == "延长":
        return bool(extended_to(row["quote"]) or extended_by(row["quote"]))
    return row["since"] is not None


def _row(
    policy_id: str, ordinal: int, relation: str, title: str, number: str | None, issuer: str | None
) -> dict[str, Any]:
    return {
        "policy_id": policy_id,
        "ordinal": ordinal,
        "place": 0,
        "relation": relation,
        "title": title,
        "doc_number": number,
        "title_key": title_key(title),
        "short_key": short_key(title, issuer) if title else None,
        "number_key": number_key(number),
        "start": 0,
        "end": 0,
        "quote": "",
        "since": None,
        "target": None,
        "digest": False,
    }


def _since(text: str, reference: Reference, start: int, end: int) -> str | None:
    """The day from which what is cited is repealed, where its sentence ``text[start:end]`` gives it."""
    found = _FROM.match(text, reference.end, end) or _FROM_BEFORE.search(text[start : reference.start])
    days = find_dates(found["day"]) if found else []
    return days[0].iso if days and days[0].precision == "day" else None


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence that holds ``text[start:end]``; of a long one the part around it."""
    room = max(0, _QUOTE - (end - start))
    low, high = max(0, start - room // 2), min(len(text), end + room // 2)
    left = max(text.rfind(mark, low, start) for mark in "。；\n") + 1 or low
    right = min((at + (mark != "\n") for mark in "。；\n" if (at := text.find(mark, end, high)) >= 0), default=high)
    left += len(text[left:start]) - len(text[left:start].lstrip())
    return left, max(end, left + len(text[left:right].rstrip()))


def _wanted_names(row: Any) -> Sequence[str]:  # noqa: ANN401 - a mapping of columns
    return [row[f"{role}_key"] for role in _ROLES if row[f"{role}_key"]]
