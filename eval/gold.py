"""Where the gold stands: evidence and answers as places in the documents, which no re-chunking moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from eval.figures import whole
from eval.model import Evidence, Question, Record

LONGEST = 400  # characters: a gold string is looked for inside one slice of at most so many


@dataclass(frozen=True, slots=True)
class Place:
    """``text[start:end]`` of a document."""

    policy_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Gold:
    """What a question's evidence is: every group is needed, any place of a group will do.

    ``lost`` counts evidence that stands in no document, or is longer than a slice may be.
    """

    groups: tuple[tuple[Place, ...], ...] = ()
    lost: int = 0

    @property
    def whole(self) -> bool:
        """Whether there is evidence and all of it was found: only then can a share of it be told."""
        return bool(self.groups) and not self.lost


def find_gold(question: Question, records: Mapping[str, Record]) -> Gold:
    """The question's evidence; without any, its ``must`` strings, or its answers, where its documents hold them.

    Answers are alternatives and make one group. White space does not count, numbers are found only as a whole.
    """
    within = relevant_documents(question)
    if question.evidence:
        groups = [tuple(_evidence_places(e, within, records)) for e in question.evidence]
    elif question.must:
        groups = [tuple(_places(m, within, records)) for m in question.must]
    elif question.answers:
        groups = [tuple(place for a in question.answers for place in _places(a, within, records))]
    else:
        groups = []
    kept = tuple(g for g in groups if g)
    return Gold(kept, len(groups) - len(kept))


def relevant_documents(question: Question) -> list[str]:
    """The documents judged relevant, and the one given with the question."""
    relevant = [p for p, grade in question.relevant.items() if grade > 0]
    return list(dict.fromkeys([*relevant, question.context_id] if question.context_id else relevant))


def _evidence_places(evidence: Evidence, relevant: Iterable[str], records: Mapping[str, Record]) -> Iterator[Place]:
    within = [evidence.policy_id] if evidence.policy_id else relevant
    for policy_id in within:
        found = list(_places(evidence.quote, [policy_id], records))
        if evidence.occurrence is None:
            yield from found
        elif evidence.occurrence < len(found):
            yield found[evidence.occurrence]


def _places(wanted: str, within: Iterable[str], records: Mapping[str, Record]) -> Iterator[Place]:
    if not wanted.strip() or len(wanted.strip()) > LONGEST:
        return
    pattern = whole(wanted)
    for policy_id in within:
        for match in pattern.finditer(records[policy_id].text):
            yield Place(policy_id, match.start(), match.end())
