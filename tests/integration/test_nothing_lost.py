"""Every Han character of a real file is in exactly one chunk of one of its documents, or told why it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.chunk import chunk_document
from ingest.coverage import UNASSIGNED, han_count, left_out
from ingest.parse import parse_document
from ingest.readers import read_bytes
from kb.errors import UnreadableFile

SHARED = Path(__file__).parents[2].parent / "shared"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared (real files) is not present")
FILES = (
    [p for d in ("html", "pdf", "docx", "ofd") for p in sorted((SHARED / "data" / "gov_raw" / d).iterdir())]
    + sorted((SHARED / "seeds").glob("*.txt"))
    if SHARED.is_dir()
    else []
)
#: Han characters of a file that are in no document on purpose: runs printed twice, a page's button.
ON_PURPOSE = {"000_": 40, "002_": 6, "004_": 29}
NO_TEXT = {"ano_", "cont"}


@pytest.mark.parametrize("path", FILES, ids=[p.name[:20] for p in FILES])
def test_no_text_is_lost_or_said_twice(path: Path) -> None:
    try:
        raw = read_bytes(path.read_bytes(), path.name)
    except UnreadableFile:
        assert path.name[:4] in NO_TEXT
        return
    documents = parse_document(raw, path.name)
    unassigned = sum(one.characters for one in left_out(raw, documents) if one.why == UNASSIGNED)
    assert unassigned == ON_PURPOSE.get(path.name[:4], 0)
    for document in documents:
        chunks = chunk_document(document)
        assert all(a.end <= b.start for a, b in zip(chunks, chunks[1:], strict=False))
        assert sum(han_count(document.text[c.start : c.end]) for c in chunks) == han_count(document.text)
