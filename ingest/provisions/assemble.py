"""Put together the provisions of a document: drafts, the fields they share, and the words of every span."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from ingest.provisions.blocks import pieces_of
from ingest.provisions.drafts import Draft, grant_drafts
from ingest.provisions.labels import Field
from ingest.provisions.names import alike
from ingest.provisions.rows import read_rows
from ingest.provisions.services import service_drafts
from ingest.provisions.spans import masked
from ingest.provisions.told import told
from ingest.provisions.values import Value, values_of
from kb.model import Kind, PolicyDocument, Provision

#: Kinds that tell of supports others give, or offer nothing to anybody; titles of reports and lists.
SILENT = frozenset({Kind.LAW, Kind.REPLY, Kind.RESEARCH, Kind.CAPTION, Kind.APPROVAL})
_NO_OFFER = re.compile(r"表彰|获奖|表扬|行政处罚|事故处理|(?:年度|工作)(?:报告|总结)|预算|决算|名单|信息公开")
#: So many values of a field are kept for one place: a hostile document must not multiply them by its provisions.
_MOST = 60


def find_provisions(doc: PolicyDocument) -> tuple[Provision, ...]:
    """The supports and services a document offers, in text order, every value verbatim from its text.

    Empty for the kinds in ``SILENT``. Linear in the length of the text.
    """
    if doc.kind in SILENT or not doc.text or _NO_OFFER.search(doc.title or ""):
        return ()
    masks = masked(doc.text)
    pieces = pieces_of(doc)
    drafts, values = read_rows(doc.text, masks, pieces)
    for piece in pieces:
        if not piece.row:
            values += [*values_of(doc.text, piece), *told(doc.text, masks.plain, piece)]
    drafts += grant_drafts(doc, masks, pieces)
    drafts = sorted(service_drafts(doc, drafts, values, pieces), key=lambda d: (d.start, d.end))
    _share(drafts, values)
    return tuple(_finished(doc.text, d) for d in drafts)


def _share(drafts: Sequence[Draft], values: Sequence[Value]) -> None:
    """Give every value its drafts, at most so many of a field from one place."""
    sharing = _Sharing(drafts, values)
    taken: dict[tuple[int, Field], int] = {}
    for value in sorted(values, key=lambda v: (v.told, v.start)):
        key = (id(value.owner), value.field)
        taken[key] = taken.get(key, 0) + 1
        if taken[key] <= _MOST:
            for draft in sharing.takers(value):
                draft.add(value.field.value, [(value.start, value.end)])


class _Sharing:
    """Whose a value is: of those its sub-head names, those of its section, the guide, at last all of the document."""

    def __init__(self, drafts: Sequence[Draft], values: Sequence[Value]) -> None:
        """``drafts`` are sorted by where they start."""
        self._drafts = drafts
        self._starts = [d.start for d in drafts]
        self._guides = [d for d in drafts if d.guide and d.section is None]
        self._groups: dict[int | str, Sequence[Draft]] = {}
        self._one_telephone_list = len({id(v.owner) for v in values if v.field is Field.PHONE}) == 1

    def takers(self, value: Value) -> Sequence[Draft]:
        """The drafts a value belongs to. Running text tells only a guide who may apply and what must hold."""
        if value.field is Field.PHONE and self._one_telephone_list:
            return self._drafts
        if value.told and (value.owner is None or value.broad):
            return self._guides
        if value.subject and (named := self._bearing(value.subject)):
            return named
        if value.owner is None:
            return self._guides or self._drafts
        if id(value.owner) not in self._groups:
            left, right = (bisect_left(self._starts, at) for at in (value.owner.start, value.owner.end))
            self._groups[id(value.owner)] = self._drafts[left:right] or self._guides
        return self._groups[id(value.owner)] or (self._drafts if value.field is Field.PHONE else [])

    def _bearing(self, subject: str) -> Sequence[Draft]:
        if subject not in self._groups:
            few = len(self._groups) < _MOST
            self._groups[subject] = [d for d in self._drafts if alike(subject, d.benefit)] if few else []
        return self._groups[subject]


def _finished(text: str, draft: Draft) -> Provision:
    """The draft's spans as the words they are, each once, a line break within them as a space."""

    def words(name: str) -> tuple[str, ...]:
        said = (re.sub(r"\s*\n\s*", " ", text[slice(*s)]).strip() for s in draft.spans.get(name, ()))
        return tuple(dict.fromkeys(v for v in said if v))

    def joined(name: str) -> str | None:
        return "；".join(words(name)) or None

    return Provision(
        benefit=draft.benefit,
        start=draft.start,
        end=draft.end,
        amount=joined("amount"),
        rate=joined("rate"),
        cap=joined("cap"),
        audience=joined("audience"),
        conditions=words("conditions"),
        materials=words("materials"),
        procedure=words("procedure"),
        window=joined("window"),
        phone=joined("phone"),
        deadline=joined("deadline"),
    )
