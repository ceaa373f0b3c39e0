"""An extractive answer together with the evidence that a model may word it from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kb.attempt import Attempt, cautions
from kb.compose import Composer
from kb.gate import contradicts
from kb.model import Answer, Citation, DocumentHeader
from kb.passage import Passage
from kb.validity import status_on

_MOST, _LONGEST = 6, 1_800  # pieces of evidence a model reads, and their characters


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer; ``evidence`` is empty where a model has nothing to word: a refusal, or a fact of the catalog.

    ``facts`` says of each piece of evidence who issued its document, when, and whether it is in force; ``cautions``
    what a reader must know of each document, by its id.
    """

    answer: Answer
    evidence: tuple[Citation, ...] = ()
    facts: tuple[str, ...] = ()
    cautions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def draft_of(attempt: Attempt, answer: Answer, ranked: Sequence[Passage]) -> Draft:
    """The answer's own quotations, then the passages that rank behind them and contradict nothing asked."""
    if answer.abstained or not ranked:
        return Draft(answer)
    composer = Composer(attempt.as_of, quotes=_MOST, quoted=_LONGEST)
    for citation in answer.citations:
        composer.cite(attempt.view(citation.policy_id, citation.revision), citation.start, citation.end)
    for passage in ranked:
        if passage.share > 0 and not contradicts(attempt.question, passage):
            composer.cite(passage.view, passage.start, passage.end)
    headers = {hit.document.policy_id: hit.document for hit in attempt.retrieved.hits}
    evidence = tuple(composer.citations)
    return Draft(
        answer,
        evidence,
        tuple(_facts(headers.get(c.policy_id), attempt.as_of) for c in evidence),
        {p: tuple(cautions(h, attempt.as_of)) for p, h in headers.items()},
    )


def _facts(header: DocumentHeader | None, as_of: date) -> str:
    if header is None:
        return ""
    status = status_on(header, as_of)
    return "；".join(part for part in (header.issuer, header.written_on, f"效力：{status.value}") if part)
