"""Where the gold stands: evidence and answers as places in the documents, which no re-chunking moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from eval.figures import whole
from eval.model import Evidence, Question, Record

LONGEST = 400  # characters: a gold string is looked for inside one slice of at most so many
TOO_LONG = f"长于 {LONGEST} 字"
NOT_THERE = "不在文件原文里"
TOO_FEW = "occurrence 超出原文里的处数（从 0 数起）"
NO_DOCUMENT = "没有标注相关文件"


@dataclass(frozen=True, slots=True)
class Place:
    """``text[start:end]`` of a document."""

    policy_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Gold:
    """What a question's evidence is: every group is needed, any place of a group will do.

    ``lost`` says of each group that was not found why.
    """

    groups: tuple[tuple[Place, ...], ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether there is evidence and all of it was found: only then can a share of it be told."""
        return bool(self.groups) and not self.lost


def find_gold(question: Question, records: Mapping[str, Record]) -> Gold:
    """The question's evidence; without any, its ``must`` strings, or its answers, where its documents hold them.

    Answers are alternatives and make one group. White space does not count, numbers are found only as a whole.
    """
    within = relevant_documents(question)
    wanted: list[tuple[Evidence, ...]]
    if question.evidence:
        wanted = [(e,) for e in question.evidence]
    elif question.must:
        wanted = [(Evidence(m),) for m in question.must]
    else:
        wanted = [tuple(map(Evidence, question.answers))] if question.answers else []
    groups = [tuple(place for e in group for place in _evidence_places(e, within, records)) for group in wanted]
    lost = tuple(_why(group[0], within, records) for group, places in zip(wanted, groups, strict=True) if not places)
    return Gold(tuple(places for places in groups if places), lost)


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


def _why(evidence: Evidence, relevant: Sequence[str], records: Mapping[str, Record]) -> str:
    """Why there is no place of some evidence."""
    if len(evidence.quote.strip()) > LONGEST:
        return TOO_LONG
    if not evidence.policy_id and not relevant:
        return NO_DOCUMENT
    anywhere = replace(evidence, occurrence=None)
    return TOO_FEW if any(_evidence_places(anywhere, relevant, records)) else NOT_THERE


def _places(wanted: str, within: Iterable[str], records: Mapping[str, Record]) -> Iterator[Place]:
    if not wanted.strip() or len(wanted.strip()) > LONGEST:
        return
    pattern = whole(wanted)
    for policy_id in within:
        for match in pattern.finditer(records[policy_id].text):
            yield Place(policy_id, match.start(), match.end())
