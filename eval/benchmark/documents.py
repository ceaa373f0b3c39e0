"""The set's documents: one record a file of corpus/, with the text as the readers give it, kept as it was that day.

A benchmark must not move with the parser it measures, so ``corpus.jsonl`` is written once and checked, not rebuilt.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of corpus/ as its manifest lists it: ``source`` is a digest's, an invented document has none."""

    record_id: str
    path: str
    family: str
    source: str | None
    note: str


def read_manifest(path: Path) -> tuple[Entry, ...]:
    """The files in the order of their ids."""
    rows: Mapping[str, Mapping[str, Any]] = json.loads(path.read_text("utf-8"))
    entries = (
        Entry(row["id"], name, row["family"], row.get("source"), row.get("note", "")) for name, row in rows.items()
    )
    return tuple(sorted(entries, key=lambda e: e.record_id))


def records(manifest: tuple[Entry, ...], corpus: Path) -> Iterator[dict[str, str]]:
    """BEIR rows: the documents of a file one below the other, under the title of the first."""
    from ingest.parse import parse_document
    from ingest.readers import read

    for entry in manifest:
        documents = parse_document(read(corpus / entry.path), entry.path)
        text = "\n\n".join(d.text.strip() for d in documents)
        yield {"_id": entry.record_id, "title": documents[0].display_title, "text": text, "family": entry.family}
