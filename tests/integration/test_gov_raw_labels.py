"""Real pages and PDFs of governments against labels made by hand: metadata, and where the main text begins and ends.

The labels (tests/golden/gov_raw.jsonl) were made by somebody who had not seen the parser, from the visible text alone.
They hold no text: titles and agencies as hashes, places as offsets into the Han characters of ``tests.visible``.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz.distance import LCSseq

from ingest.parse import parse_document
from ingest.readers import read_bytes
from kb.model import PolicyDocument
from tests.visible import han, visible_text

GOV_RAW = Path(__file__).parents[2].parent / "shared" / "data" / "gov_raw"
_LABELS = Path(__file__).parents[1] / "golden" / "gov_raw.jsonl"
LABELS = [json.loads(line) for line in _LABELS.read_text("utf-8").splitlines()]
pytestmark = pytest.mark.skipif(not GOV_RAW.is_dir(), reason="../shared (real files) is not present")


@dataclass(frozen=True)
class Page:
    """A labelled file as parsed."""

    label: dict[str, Any]
    documents: tuple[PolicyDocument, ...]
    visible: str


@pytest.fixture(scope="module")
def pages() -> list[Page]:
    found = {}
    for path in sorted([*(GOV_RAW / "html").iterdir(), *(GOV_RAW / "pdf").iterdir()]):
        data = path.read_bytes()
        found[hashlib.sha256(data).hexdigest()[:16]] = (path.name, data)
    made = []
    for label in LABELS:
        name, data = found[label["sha256"]]
        made.append(Page(label, parse_document(read_bytes(data, name), name), han(visible_text(data))))
    return made


def digest(text: str | None) -> str | None:
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()[:16] if text else None


def test_every_real_page_is_labelled(pages: list[Page]) -> None:
    assert len(pages) == 63


def test_titles(pages: list[Page]) -> None:
    wrong = [p.label["file"] for p in pages if p.label["title"] not in {digest(d.title) for d in p.documents}]
    assert len(wrong) <= 1, wrong


def test_issuers(pages: list[Page]) -> None:
    """Of what a page only names as its source (来源) the label says nothing; there the parser may give it."""
    wrong = []
    for page in pages:
        stated = {digest(name) for name in re.split("、", page.documents[0].issuer or "") if name}
        wanted = page.label["issuers"]
        if wanted and (len(stated) != len(wanted) or not all(stated & set(names) for names in wanted)):
            wrong.append((page.label["file"], page.documents[0].issuer))
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize("field", ["doc_number", "written_on", "published_on"])
def test_numbers_and_dates(pages: list[Page], field: str) -> None:
    wrong = [
        (p.label["file"], getattr(p.documents[0], field), p.label[field])
        for p in pages
        if getattr(p.documents[0], field) != p.label[field]
    ]
    assert len(wrong) <= 1, wrong


def test_the_main_text_is_whole_and_nothing_else(pages: list[Page]) -> None:
    """Recall of the labelled Han characters, in their order, and the share of foreign ones, over all files.

    Foreign is a line or cell that does not stand in the labelled text; a merged cell said again is not.
    """
    kept = gold_size = foreign_size = parsed_size = 0
    outside = []
    for page in pages:
        start, end = page.label["main"]
        foreign = {i for a, b in page.label["foreign"] for i in range(a, b)}
        gold = "".join(page.visible[i] for i in range(start, end) if i not in foreign)
        pieces = [han(piece) for d in page.documents for line in d.text.split("\n") for piece in line.split(" | ")]
        common = LCSseq.similarity(gold, "".join(pieces))
        extra = sum(len(piece) for piece in pieces if piece not in gold)
        size = sum(map(len, pieces))
        kept, gold_size, foreign_size, parsed_size = (
            kept + common,
            gold_size + len(gold),
            foreign_size + extra,
            parsed_size + size,
        )
        if common < 0.99 * len(gold) or extra > 0.01 * size:
            outside.append((page.label["file"], round(common / len(gold), 4), round(extra / size, 4)))
    assert kept >= 0.99 * gold_size, (kept / gold_size, outside)
    assert foreign_size <= 0.01 * parsed_size, (foreign_size / parsed_size, outside)
    assert len(outside) <= 5, outside
