"""Measures of an answer, computed from the set's own text and gold, with nothing of the product's verification.

Each is a value for one question, or None where it does not apply. Those of gold count a refusal as 0.
"""

from __future__ import annotations

from collections.abc import Mapping

from eval.extras import require
from eval.figures import figures, holds, squash, values
from eval.gold import Gold, Place
from eval.model import Cited, Question, Record, Said

MEASURES = (
    "answer_recall",
    "answer_overlap",
    "citation_precision",
    "citation_recall",
    "quote_exact",
    "unsupported_numbers",
    "wrong_value",
    "answer_chars",
    "quoted_chars",
    "refusal_right",
)


def answer_metrics(
    question: Question, gold: Gold, said: Said | None, records: Mapping[str, Record]
) -> dict[str, float | None]:
    """All measures of one answer. A system that failed on the question (None) is scored as one that said nothing."""
    said = said or Said("", abstained=False)
    found: dict[str, float | None] = dict.fromkeys(MEASURES)
    found["refusal_right"] = float(said.abstained is not question.answerable and bool(said.text or said.abstained))
    if question.answerable:
        found["answer_recall"] = answer_recall(question, said)
        found["answer_overlap"] = answer_overlap(question, said)
        found["citation_precision"] = citation_precision(question, gold, said)
        found["citation_recall"] = citation_recall(question, gold, said)
    if not said.abstained and said.text:
        found["unsupported_numbers"] = float(bool(unsupported_numbers(said)))
        found["answer_chars"] = float(len(said.text))
        found["quoted_chars"] = float(sum(len(c.quote) for c in said.citations))
        if said.citations:
            found["quote_exact"] = sum(_exact(c, records) for c in said.citations) / len(said.citations)
        if question.answerable:
            found["wrong_value"] = wrong_value(question, said)
    return found


def answer_recall(question: Question, said: Said) -> float | None:
    """The share of the ``must`` strings in the answer, else whether one of the alternatives is; numbers whole."""
    text = "" if said.abstained else said.text
    if question.must:
        return sum(holds(text, m) for m in question.must) / len(question.must)
    if question.answers:
        return float(any(holds(text, a) for a in question.answers))
    return None


def answer_overlap(question: Question, said: Said) -> float | None:
    """For gold in free words: the longest common subsequence of characters over the gold's length, best alternative."""
    gold = [squash(a) for a in question.answers or question.must]
    if not gold:
        return None
    distance = require("rapidfuzz.distance", "rapidfuzz")
    text = "" if said.abstained else squash(said.text)
    return max(float(distance.LCSseq.similarity(text, g)) / len(g) for g in gold)


def citation_precision(question: Question, gold: Gold, said: Said) -> float | None:
    """The share of citations that are evidence: on a gold place, or, without gold places, of a relevant document."""
    relevant = _relevant(question)
    if not gold.groups and not relevant:
        return None
    if said.abstained or not said.citations:
        return 0.0
    places = [p for group in gold.groups for p in group]
    right = sum(_on(c, places) if places else c.policy_id in relevant for c in said.citations)
    return right / len(said.citations)


def citation_recall(question: Question, gold: Gold, said: Said) -> float | None:
    """The share of evidence groups some citation is on; without gold places, whether a relevant document is cited."""
    relevant = _relevant(question)
    cited = () if said.abstained else said.citations
    if gold.groups:
        return sum(any(_on(c, group) for c in cited) for group in gold.groups) / len(gold.groups)
    return float(any(c.policy_id in relevant for c in cited)) if relevant else None


def unsupported_numbers(said: Said) -> list[str]:
    """Figures of an answer that neither its quotes nor their context (title, 文号, section) hold, by value."""
    evidence = "\n".join(f"{c.quote}\n{c.context}" for c in said.citations)
    held = values(evidence)
    return [f.raw for f in figures(said.text) if f.value not in held]


def wrong_value(question: Question, said: Said) -> float | None:
    """Whether the answer gives a figure in the gold's unit, and none of those the gold gives.

    Figures that the question itself states are not counted. None where the gold has no figure with a unit.
    """
    stated = {(f.value, f.unit) for f in figures(question.text)}
    gold = {(f.value, f.unit) for a in question.must or question.answers for f in figures(a) if f.unit} - stated
    if not gold:
        return None
    given = {(f.value, f.unit) for f in figures(said.text) if f.unit} - stated
    for unit in {unit for _, unit in gold}:
        told = {value for value, u in given if u == unit}
        if told and not told & {value for value, u in gold if u == unit}:
            return 1.0
    return 0.0


def _relevant(question: Question) -> set[str]:
    relevant = {p for p, grade in question.relevant.items() if grade > 0}
    return relevant | {question.context_id} if question.context_id else relevant


def _exact(citation: Cited, records: Mapping[str, Record]) -> bool:
    record = records.get(citation.policy_id)
    return record is not None and bool(citation.quote) and record.text[citation.start : citation.end] == citation.quote


def _on(citation: Cited, places: tuple[Place, ...] | list[Place]) -> bool:
    """Whether a citation is on one of the places: they share half of the shorter of the two."""
    for place in places:
        if place.policy_id != citation.policy_id:
            continue
        shared = min(place.end, citation.end) - max(place.start, citation.start)
        if shared > 0 and 2 * shared >= min(place.end - place.start, citation.end - citation.start):
            return True
    return False
