"""Services: what the title of a document, a heading or the sentences that open lists say one applies for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.provisions.blocks import Piece
from ingest.provisions.drafts import Draft
from ingest.provisions.labels import Field
from ingest.provisions.lexicon import HAN
from ingest.provisions.names import alike, heading_name, is_service, pair_of, service_name
from ingest.provisions.values import Value
from kb.model import Kind, PolicyDocument, Section

#: Fields that tell how to get something; two of them make a service of what a heading or title names.
_TELLING = frozenset({Field.CONDITIONS, Field.MATERIALS, Field.PROCEDURE, Field.AUDIENCE, Field.WINDOW, Field.DEADLINE})
#: A document with two of these for itself, a guide with one, is of a service, whatever else it grants.
_CORE = frozenset({Field.CONDITIONS, Field.MATERIALS, Field.PROCEDURE, Field.AUDIENCE})
#: Without one of these a title names no service: what an award honours is none.
_HOW = frozenset({Field.MATERIALS, Field.PROCEDURE, Field.WINDOW, Field.DEADLINE, Field.PHONE})
#: Titles of texts that explain a service: there running text may tell it.
_GUIDES = re.compile(r"指南|指引|简介|详解|攻略|问答|流程|须知|办理|怎么|如何|可以")
_APPLIED = re.compile(
    rf"(?:申请|申报|申领|办理)(?:认定|成为|享受)?(?P<what>[{HAN}“”]{{3,18}}?)(?:的(?:单位|企业|个人|人员|机构))?"
    r"(?=，|应|须|需|的，)"
)
#: A heading that is a step heads no service.
_STEP = re.compile(r"提交|批复|填写|审核|上传|受理")
_MOST_SECTIONS, _MOST_PARTS = 40, 12


def service_drafts(
    doc: PolicyDocument, drafts: list[Draft], values: Sequence[Value], pieces: Sequence[Piece]
) -> list[Draft]:
    """``drafts``, and those of services: sections headed by one, else the document, if two fields tell of it.

    What is granted unnamed below 补贴标准, or by the name of the service, belongs to the service.
    """
    orders = doc.kind in (Kind.REGULATION, Kind.RULE)  # of whole trades, with many permits each
    guides = [] if orders else _by_title(doc, drafts, values) or _applied_for(doc.text, drafts, values, pieces)
    rest = []
    for draft in drafts:
        unnamed = draft.standard and not draft.own
        guide = next((g for g in guides if unnamed or (draft.benefit and g.benefit.endswith(draft.benefit))), None)
        if guide is None:
            rest += [draft] if draft.benefit else []
        else:
            guide.start = min(guide.start, draft.start)
            guide.take(draft)
    sections = [] if orders else _by_section(drafts, values)
    return _with_parts([*rest, *sections, *guides], values)


def _by_section(drafts: Sequence[Draft], values: Sequence[Value]) -> list[Draft]:
    fields: dict[int, set[Field]] = {}
    owners: dict[int, Section] = {}
    labelled: set[int] = set()
    for value in values:
        if value.owner is not None and value.field in _TELLING:
            owners[id(value.owner)] = value.owner
            fields.setdefault(id(value.owner), set()).add(value.field)
            labelled |= set() if value.told else {id(value.owner)}
    made: list[Draft] = []
    for key, owner in owners.items():
        named = key in labelled and len(fields[key]) > 1 and is_service(owner.title) and not _STEP.search(owner.title)
        if named and len(made) < _MOST_SECTIONS and not any(owner.start <= d.start < owner.end for d in drafts):
            made.append(Draft(owner.title, owner.start, owner.end, owner, guide=True))
    return made


def _with_parts(drafts: list[Draft], values: Sequence[Value]) -> list[Draft]:
    """``drafts`` with one for each support that sub-heads name, where they name several, instead of one for all.

    申请条件：（一）安家补贴…（二）租房补贴….
    """
    parts: dict[str, list[Value]] = {}
    for value in values:
        if value.owner is None and heading_name(value.subject):
            parts.setdefault(value.subject, []).append(value)
    if not 1 < len(parts) <= _MOST_PARTS:
        return drafts
    drafts = [d for d in drafts if d.spans or not d.guide or d.section]
    for name, mine in parts.items():
        known = next((d for d in drafts if d.benefit == name), None)
        if known is None:
            drafts += _guides((name,), mine)
        else:
            known.guide, known.section = True, None
    return drafts


def _by_title(doc: PolicyDocument, drafts: Sequence[Draft], values: Sequence[Value]) -> list[Draft]:
    name = service_name(doc.title or "")
    explains = bool(_GUIDES.search(doc.title or ""))
    if not name or len({v.field for v in values} & (_TELLING | _HOW)) < 2:
        return []
    if not any(v.field in _HOW and (explains or not v.told) for v in values):
        return []
    mine = [v for v in values if v.owner is None]
    others = any(d.own and d.measured and not alike(name, d.benefit) for d in drafts)
    if others and len({v.field for v in mine if not v.told} & _CORE) < 2 - explains:
        return []
    return _guides(pair_of(name), mine or values)


def _applied_for(text: str, drafts: Sequence[Draft], values: Sequence[Value], pieces: Sequence[Piece]) -> list[Draft]:
    """What the sentences that open a list say one applies for (申请认定就业见习基地，应当符合下列条件：)."""
    said = Counter(m["what"] for p in pieces if p.lead for m in _APPLIED.finditer(text, p.start, p.end))
    mine = [v for v in values if v.field in _TELLING and not v.told]
    name = said.most_common(1)[0][0] if said else ""
    if not is_service(name) or len({v.field for v in mine}) < 2 or any(alike(name, d.benefit) for d in drafts):
        return []
    return _guides((name,), mine)


def _guides(names: Sequence[str], values: Sequence[Value]) -> list[Draft]:
    start, end = min(v.start for v in values), max(v.end for v in values)
    return [Draft(name, start, end, None, guide=True) for name in names]
