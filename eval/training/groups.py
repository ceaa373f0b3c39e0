"""Training examples of the judge: a question with passages, those that answer it and those that only look like it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.text import split_sentences

SHORTEST, LONGEST = 60, 200  # characters of a window, as passages of answers are cut
_HELD_OUT = 12  # one document in so many is kept from training


@dataclass(frozen=True, slots=True)
class Window:
    """A run of sentences of a document. ``context`` is what stands above it: title and headings."""

    document: str
    context: str
    text: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A question and passages; the first ``positives`` of them answer it. ``source`` names the kind of material."""

    source: str
    document: str
    question: str
    passages: tuple[Window, ...]
    positives: int = 1

    @property
    def held_out(self) -> bool:
        """Whether its document is kept from training; the same in every run."""
        return held_out(self.document)


def held_out(document: str) -> bool:
    """Whether a document is kept from training, by its name alone."""
    return int(hashlib.sha256(document.encode()).hexdigest(), 16) % _HELD_OUT == 0


def windows_of(text: str, stops: Sequence[int] = ()) -> Iterator[tuple[int, int]]:
    """Runs of whole sentences, SHORTEST to LONGEST characters; none goes over one of ``stops`` (section starts)."""
    ends = set(stops)
    start: int | None = None
    last = 0
    for first, end in split_sentences(text):
        if start is not None and (first in ends or end - start > LONGEST):
            yield start, last
            start = None
        if start is None:
            start = first
        last = end
        if last - start >= SHORTEST and text[last : last + 1] == "\n":
            yield start, last
            start = None
    if start is not None:
        yield start, last
