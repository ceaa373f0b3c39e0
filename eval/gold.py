"""Where the gold stands: evidence and answers as places in the documents, which no re-chunking moves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

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

    groups: tuple[tuple[Place, ...], ...]
    lost: int = 0


def find_gold(question: Question, records: Mapping[str, Record]) -> Gold:
    """The question's evidence; without any, its ``must`` strings, or its answers, where its documents hold them.

    Answers are alternatives and make one group. Numbers are found only as whole numbers.
    """
    relevant = [p for p, grade in question.relevant.items() if grade > 0]
    if question.context_id and question.context_id not in relevant:
        relevant.append(question.context_id)
    if question.evidence:
        groups = [tuple(_evidence_places(e, relevant, records)) for e in question.evidence]
    elif question.must:
        groups = [tuple(_places(m, relevant, records)) for m in question.must]
    elif question.answers:
        groups = [tuple(place for a in question.answers for place in _places(a, relevant, records))]
    else:
        groups = []
    kept = tuple(g for g in groups if g)
    return Gold(kept, len(groups) - len(kept))


def _evidence_places(evidence: Evidence, relevant: Iterable[str], records: Mapping[str, Record]) -> Iterator[Place]:
    within = [evidence.policy_id] if evidence.policy_id else relevant
    for policy_id in within:
        found = list(_places(evidence.quote, [policy_id], records))
        if evidence.occurrence is None:
            yield from found
        elif evidence.occurrence < len(found):
            yield found[evidence.occurrence]


def _places(wanted: str, within: Iterable[str], records: Mapping[str, Record]) -> Iterator[Place]:
    wanted = wanted.strip()
    if not wanted or len(wanted) > LONGEST:
        return
    before = r"(?<![\d.])" if wanted[0].isdigit() else ""
    after = r"(?!\.?\d)" if wanted[-1].isdigit() else ""
    pattern = re.compile(before + re.escape(wanted) + after)
    for policy_id in within:
        for match in pattern.finditer(records[policy_id].text):
            yield Place(policy_id, match.start(), match.end())
