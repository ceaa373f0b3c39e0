"""An extractive answer together with the evidence that a model may word it from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kb.attempt import Attempt, cautions
from kb.compose import Composer
from kb.model import Answer, Citation, DocumentHeader, PolicyDocument
from kb.passage import Passage
from kb.tabular import heads_of, heads_span
from kb.validity import status_on

_MOST, _LONGEST = 6, 1_800  # pieces of evidence a model reads, and their characters


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer; ``evidence`` is empty where a model has nothing to word: a refusal, or a fact of the catalog.

    ``facts`` says of each piece of evidence who issued its document, when, whether it is in force, and of a table's
    row the heads over it; ``cautions`` what a reader must know of each document, by its id.
    """

    answer: Answer
    evidence: tuple[Citation, ...] = ()
    facts: tuple[str, ...] = ()
    cautions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def draft_of(attempt: Attempt, answer: Answer, ranked: Sequence[Passage]) -> Draft:
    """The answer's own quotations, then these passages, which contradict nothing asked."""
    if answer.abstained or not ranked:
        return Draft(answer)
    composer = Composer(attempt.as_of, quotes=_MOST, quoted=_LONGEST)
    for citation in answer.citations:
        composer.cite(attempt.view(citation.policy_id, citation.revision), citation.start, citation.end)
    for passage in ranked:
        if passage.share > 0:
            heads = heads_span(passage.view.document, passage.start, passage.end)
            if heads is not None:  # a year over a column is a figure that must be cited, too
                composer.cite(passage.view, *heads)
            composer.cite(passage.view, passage.start, passage.end)
    headers = {hit.document.policy_id: hit.document for hit in attempt.retrieved.hits}
    evidence = tuple(composer.citations)
    return Draft(
        answer,
        evidence,
        tuple(
            _facts(headers.get(c.policy_id), attempt.as_of, c, attempt.view(c.policy_id, c.revision).document)
            for c in evidence
        ),
        {p: tuple(cautions(h, attempt.as_of)) for p, h in headers.items()},
    )


def _facts(header: DocumentHeader | None, as_of: date, citation: Citation, document: PolicyDocument) -> str:
    heads = heads_of(document, citation.start, citation.end)
    known: list[str | None] = [f"表头：{heads}" if heads else None]
    if header is not None:
        known = [header.issuer, header.written_on, f"效力：{status_on(header, as_of).value}", *known]
    return "；".join(part for part in known if part)
