"""PolicyDocument <-> JSON text, and the values derived from a document for its row."""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
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
    document = _decoder(PolicyDocument)(json.loads(payload))
    assert isinstance(document, PolicyDocument)
    return replace(document, policy_id=policy_id, sources=tuple(sources))


def decode_supports(payload: str, policy_id: str, sources: Iterable[SourceRef]) -> PolicyDocument:
    """The document of a payload without the parts that reading its supports needs not, which are most of it."""
    values = {name: value for name, value in json.loads(payload).items() if name not in _NOT_OF_SUPPORTS}
    document = _decoder(PolicyDocument)(values)
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


@cache
def _decoder(hint: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - a type hint
    """What makes a value of a type of its JSON form; None stays None. Types are looked at once."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _decoder(next(a for a in arguments if a is not type(None)))
    if origin is tuple:
        return _tuple_decoder(arguments)
    if isinstance(hint, type) and is_dataclass(hint):
        return _dataclass_decoder(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return lambda value: None if value is None else hint(value)
    if hint is float:
        return lambda value: None if value is None else float(value)
    return _same


def _same(value: Any) -> Any:  # noqa: ANN401 - JSON has it as it is
    return value


def _tuple_decoder(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    if Ellipsis in arguments:
        each = _decoder(arguments[0])
        if each is _same:
            return lambda value: None if value is None else tuple(value)
        return lambda value: None if value is None else tuple([each(item) for item in value])
    parts = [_decoder(kind) for kind in arguments]
    return lambda value: None if value is None else tuple(part(item) for part, item in zip(parts, value, strict=True))


def _dataclass_decoder(kind: type) -> Callable[[Any], Any]:
    decoders: dict[str, Callable[[Any], Any]] = {}

    def make(value: Any) -> Any:  # noqa: ANN401 - an object's JSON form
        if value is None:
            return None
        if not decoders:  # at the first use, as a type may hold others of its own kind
            decoders.update((name, _decoder(hint)) for name, hint in get_type_hints(kind).items())
        return kind(**{name: decoders[name](item) for name, item in value.items() if name in decoders})

    return make
