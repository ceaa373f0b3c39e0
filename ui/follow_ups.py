"""Questions to offer behind an answer, from what the answering document itself states and its sections say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from kb.model import Answer, PolicyDocument
from ui.examples import Example, asked_of, holds

_OFFERED = 3
_OF_A_FORM = 2
_TRIES = 8  # questions asked in vain before it is left
_LONGEST = 48


def follow_ups(
    document: PolicyDocument, answer: Answer, answered: Callable[[Example], bool], today: date
) -> tuple[str, ...]:
    """At most three questions that are answered, on other things than the answer said, nearest to its place first."""
    offered: list[Example] = []
    tries = 0
    for example in _candidates(document, answer.citations[0].start if answer.citations else 0, today):
        if _is_dull(example, offered) or _is_said(example, answer):
            continue
        if tries == _TRIES or len(offered) == _OFFERED:
            break
        tries += 1
        if answered(example):
            offered.append(example)
    return tuple(example.question for example in offered)


def _candidates(document: PolicyDocument, place: int, today: date) -> Iterator[Example]:
    """Questions on one stated fact each, those next to a place first; then on the sections."""
    bare = replace(document, provisions=(), targets=(), assignments=(), sections=())
    facts = [
        *((p.start, replace(bare, provisions=(p,))) for p in document.provisions),
        *((t.mentions[0].start if t.mentions else 0, replace(bare, targets=(t,))) for t in document.targets),
        *((a.start, replace(bare, assignments=(a,), sections=document.sections)) for a in document.assignments),
    ]
    sections = [(s.start, replace(bare, sections=(s,))) for s in document.sections]
    for group in (facts, sections):
        seen: set[str] = set()
        for _, narrowed in sorted(group, key=lambda fact: abs(fact[0] - place)):
            for example in asked_of(narrowed, today):
                if len(example.question) <= _LONGEST and example.question not in seen:
                    seen.add(example.question)
                    yield example


def _is_dull(example: Example, offered: list[Example]) -> bool:
    """Whether a question asks for what is asked for already, or for the third time for the like."""
    alike = [other for other in offered if other.form == example.form]
    return len(alike) == _OF_A_FORM or any(other.topic == example.topic for other in alike)


def _is_said(example: Example, answer: Answer) -> bool:
    """Whether the question was asked, or the answer says what it asks for."""
    return example.question == answer.question or any(holds(s.text, example) for s in answer.sentences)
