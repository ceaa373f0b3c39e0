"""PolicyDocument <-> JSON text, and the values derived from a document for its row."""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from kb.model import ChunkDraft, DocumentHeader, Kind, PolicyDocument, SourceRef, Status, to_json
from kb.text import find_doc_numbers, squash

_FROM_OTHERS = ("affected_by", "family")
_NOT_OF_SUPPORTS = ("source_map", "targets", "references", "origins", "reply")


def dumps(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """JSON with Chinese as it is and keys in order, so that equal values give equal texts."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def encode_document(document: PolicyDocument) -> str:
    """A document as JSON without what the catalog keeps elsewhere: its id, its sources, what others state of it."""
    values = to_json(replace(document, policy_id="", sources=()))
    return dumps({name: value for name, value in values.items() if name not in _FROM_OTHERS})


def decode_document(payload: str, policy_id: str, sources: Iterable[SourceRef]) -> PolicyDocument:
    """The document of a payload; keys unknown to this version are ignored."""
    document = _decode(PolicyDocument, json.loads(payload))
    assert isinstance(document, PolicyDocument)
    return replace(document, policy_id=policy_id, sources=tuple(sources))


def decode_supports(payload: str, policy_id: str, sources: Iterable[SourceRef]) -> PolicyDocument:
    """The document of a payload without the parts that reading its supports needs not, which are most of it."""
    values = {name: value for name, value in json.loads(payload).items() if name not in _NOT_OF_SUPPORTS}
    document = _decode(PolicyDocument, values)
    assert isinstance(document, PolicyDocument)
    return replace(document, policy_id=policy_id, sources=tuple(sources))


def content_key(payload: str, chunks: Iterable[ChunkDraft]) -> str:
    """64 hex digits that change when anything stored of a submission would."""
    digest = hashlib.sha256(payload.encode())
    digest.update(dumps([to_json(chunk) for chunk in chunks]).encode())
    return digest.hexdigest()


def date_number(iso: str | None) -> int | None:
    """2025-06-12 -> 20250612, 2025-06 -> 20250600; None where there is no date."""
    if not iso:
        return None
    digits = "".join(c for c in iso[:10] if c.isdigit())
    return int(digits.ljust(8, "0")) if len(digits) >= 4 else None


def number_key(doc_number: str | None) -> str | None:
    """The key a document number is looked up by, whatever its brackets and spaces."""
    if not doc_number:
        return None
    found = find_doc_numbers(doc_number)
    return squash(found[0].canonical if found else doc_number)


def title_key(title: str | None) -> str:
    """Letters, Han and digits of a title: what titles are compared by; empty for an untitled document."""
    return "".join(c for c in squash(title or "") if c.isalnum())


def header_of(document: PolicyDocument, policy_id: str, chunks: int) -> DocumentHeader:
    """The header of a document about to be stored."""
    return DocumentHeader(
        policy_id=policy_id,
        revision=document.revision,
        title=document.display_title,
        kind=document.kind,
        doc_number=document.doc_number,
        issuer=document.issuer,
        issuer_region=document.issuer_region,
        subject_regions=document.subject_regions,
        status=document.status,
        written_on=document.written_on,
        published_on=document.published_on,
        effective_from=document.effective_from,
        expires_on=document.expires_on,
        digest_of=document.digest_of,
        source=document.source,
        flags=document.flags,
        chunks=chunks,
    )


_HEADER_FIELDS = tuple(f.name for f in fields(DocumentHeader) if f.name not in _FROM_OTHERS)
_LISTS = ("subject_regions", "flags")


def header_to_row(header: DocumentHeader) -> dict[str, Any]:
    """The header's columns of the documents table."""
    row = {name: getattr(header, name) for name in _HEADER_FIELDS}
    row |= {name: dumps(list(row[name])) for name in _LISTS}
    row["kind"], row["status"] = header.kind.value, header.status.value
    return row


def row_to_header(row: Any) -> DocumentHeader:  # noqa: ANN401 - a mapping of columns
    """The header kept in a row of the documents table."""
    values = {name: row[name] for name in _HEADER_FIELDS}
    values |= {name: tuple(json.loads(values[name])) for name in _LISTS}
    values["kind"], values["status"] = Kind(values["kind"]), Status(values["status"])
    return DocumentHeader(**values)


@lru_cache(maxsize=64)
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _decode(hint: Any, value: Any) -> Any:  # noqa: ANN401 - driven by the type hint
    if value is None:
        return None
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _decode(next(a for a in arguments if a is not type(None)), value)
    if origin is tuple:
        inner = arguments if Ellipsis not in arguments else (arguments[0],) * len(value)
        return tuple(_decode(kind, item) for kind, item in zip(inner, value, strict=True))
    if isinstance(hint, type) and is_dataclass(hint):
        hints = _hints(hint)
        return hint(**{name: _decode(hints[name], item) for name, item in value.items() if name in hints})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return float(value) if hint is float else value
