"""Plain text: every physical line is a LINE block."""

from __future__ import annotations

from ingest.raw import Block, BlockKind, RawDocument
from ingest.readers.encoding import Decoded


def read_text(decoded: Decoded) -> RawDocument:
    """The document of a decoded text file, kept character by character; blank lines are in the text, not in blocks."""
    blocks = []
    start = 0
    for line in decoded.text.split("\n"):
        end = start + len(line)
        if line.strip():
            blocks.append(Block(start, end, BlockKind.LINE))
        start = end + 1
    return RawDocument(decoded.text, tuple(blocks), "txt", {}, ("encoding_damaged",) if decoded.damaged else ())
