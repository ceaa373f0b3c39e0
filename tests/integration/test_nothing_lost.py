"""Every Han character of a real file is in exactly one chunk of one of its documents, or told why it is not.

For a page that begins before the reader: what it does not read as the document stands in ``outside``.
"""

from __future__ import annotations

import html.parser
from collections import Counter
from pathlib import Path

import pytest

from ingest.chunk import chunk_document
from ingest.coverage import UNASSIGNED, han_count, left_out
from ingest.parse import parse_document
from ingest.readers import read_bytes
from ingest.readers.encoding import decode
from ingest.readers.html import declared_charset
from kb.errors import UnreadableFile

CORPUS = Path(__file__).parents[2] / "corpus"
SHARED = Path(__file__).parents[2].parent / "shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared (real files) is not present")
FILES = (
    [p for d in ("html", "pdf", "docx", "ofd") for p in sorted((SHARED / "data" / "gov_raw" / d).iterdir())]
    + sorted((SHARED / "seeds").glob("*.txt"))
    if SHARED.is_dir()
    else []
)
#: Han characters of a file that are in no document on purpose: runs printed twice, a page's button.
ON_PURPOSE = {"000_": 40, "002_": 6, "004_": 29}
NO_TEXT = {"ano_", "cont"}
PAGES = [p for p in FILES if p.suffix == ".html"] + sorted(CORPUS.rglob("*.html"))


@needs_shared
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


class _Texts(html.parser.HTMLParser):
    """The pieces of text of a page by a cruder way than the reader's: what stands in no script and the like."""

    _UNSEEN = frozenset({"title", "script", "style", "template", "iframe", "object", "svg", "audio", "video"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in self._UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in self._UNSEEN and self._unseen > 0

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.pieces.append(_han(data))


def _han(text: str) -> str:
    return "".join(c for c in text if "\u3400" <= c <= "\u9fff")


@pytest.mark.parametrize("path", PAGES, ids=[p.name[:20] for p in PAGES])
def test_every_text_of_a_page_is_read_or_told_to_stand_beside_its_document(path: Path) -> None:
    data = path.read_bytes()
    raw = read_bytes(data, path.name)
    texts = _Texts()
    texts.feed(decode(data, declared_charset(data)).text)
    texts.close()
    read, beside = _han(raw.text), _han(raw.outside)
    assert [piece for piece in texts.pieces if piece not in read and piece not in beside] == []
    assert Counter("".join(texts.pieces)) - Counter(read + beside) == Counter()
