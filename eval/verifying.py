"""How well verification tells faithful sentences from corrupted ones, on sentences made from a set's documents."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.model import Record
from eval.rewording import KINDS
from kb.model import AnswerSentence, Citation
from kb.text import split_sentences
from kb.verify import unsupported


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence with the passage it cites; ``kind`` says how it was made."""

    kind: str
    faithful: bool
    text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Rate:
    """Of a kind of sentence: how many, and how many were judged rightly (passed, or caught)."""

    count: int
    right: int
    faithful: bool

    @property
    def share(self) -> float:
        """The share judged rightly."""
        return self.right / self.count if self.count else 0.0


def cases(records: Sequence[Record], per_kind: int, seed: int) -> Iterator[Case]:
    """Up to ``per_kind`` cases of each kind, from sentences in an order that the seed decides."""
    rng = random.Random(seed)
    places = [(record, a, b) for record in records for a, b in split_sentences(record.text) if 16 <= b - a <= 160]
    rng.shuffle(places)
    made = dict.fromkeys(KINDS, 0)
    for record, start, end in places:
        passage = _passage(record, start, end)
        sentence = " ".join(record.text[start:end].split())
        for kind, (faithful, change) in KINDS.items():
            text = change(sentence, passage.quote, rng) if made[kind] < per_kind else None
            # What a passage says somewhere else is no error.
            if text and (faithful or text not in passage.quote):
                made[kind] += 1
                yield Case(kind, faithful, text, passage)
        if min(made.values()) >= per_kind:
            return


def rates(found: Sequence[Case]) -> Mapping[str, Rate]:
    """By kind, how the verification judges the cases."""
    by_kind: dict[str, Rate] = {}
    for case in found:
        passed = not unsupported(AnswerSentence(case.text, (1,)), [case.citation])
        before = by_kind.get(case.kind, Rate(0, 0, case.faithful))
        by_kind[case.kind] = Rate(before.count + 1, before.right + (passed == case.faithful), case.faithful)
    return by_kind


def _passage(record: Record, start: int, end: int) -> Citation:
    """The paragraph around a sentence, up to some 300 characters, as a citation."""
    first = max(record.text.rfind("\n", 0, max(0, start - 120)) + 1, start - 160)
    last = record.text.find("\n", min(len(record.text), end + 120))
    last = min(last if last >= 0 else len(record.text), end + 160)
    return Citation(1, record.record_id, "r", record.title, None, None, first, last, record.text[first:last])
