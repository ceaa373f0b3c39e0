"""Measures of an answer, computed from the set's own text and gold, with nothing of the product's verification.

Each is a value for one question, or None where it does not apply. Those of gold count a refusal as 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from eval.extras import require
from eval.figures import figures, is_figure, squash, supports
from eval.gold import Gold, Place, relevant_documents
from eval.model import Cited, Question, Record, Said
from eval.stated import mentions, states

MEASURES = (
    "answer_recall",
    "answer_overlap",
    "citation_precision",
    "citation_recall",
    "grounded_recall",
    "quote_exact",
    "unsupported_numbers",
    "wrong_value",
    "answer_chars",
    "quoted_chars",
    "refused",
    "refusal_right",
)
LONGEST_CITATION = 800  # characters: whoever cites more points at nothing


def answer_metrics(
    question: Question, gold: Gold, said: Said | None, records: Mapping[str, Record], *, by_places: bool = True
) -> dict[str, float | None]:
    """All measures of one answer. A system that failed on the question (None) is scored as one that said nothing.

    Citations are held against the gold's places, or without ``by_places`` against the relevant documents.
    """
    said = said or Said("", abstained=False)
    found: dict[str, float | None] = dict.fromkeys(MEASURES)
    found["refused"] = float(said.abstained)
    found["refusal_right"] = float(said.abstained is not question.answerable and bool(said.text or said.abstained))
    if question.answerable:
        found["answer_recall"] = answer_recall(question, said)
        found["answer_overlap"] = answer_overlap(question, said)
        right = _right_citations(question, gold, said, records, by_places)
        if right is not None:
            given = len(said.citations)
            found["citation_precision"] = len(right) / given if given else 0.0
            found["citation_recall"] = _cited_share(gold, right) if by_places else float(bool(right))
            found["grounded_recall"] = 0.0 if found["answer_recall"] and not right else found["answer_recall"]
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
    """Whether the answer says one of ``answers``; failing that, where there is ``must``, the share of it it mentions.

    See ``eval.stated``.
    """
    text = "" if said.abstained else said.text
    if question.answers and any(states(text, a) for a in question.answers):
        return 1.0
    if question.must:
        return sum(mentions(text, m) for m in question.must) / len(question.must)
    return 0.0 if question.answers else None


def answer_overlap(question: Question, said: Said) -> float | None:
    """ROUGE-L (Lin 2004) over characters, for gold in free words: 2 LCS / (answer + gold), the best alternative."""
    gold = [squash(a) for a in question.answers or question.must]
    if not gold:
        return None
    distance = require("rapidfuzz.distance", "rapidfuzz")
    text = "" if said.abstained else squash(said.text)
    return max(2 * float(distance.LCSseq.similarity(text, g)) / (len(text) + len(g)) for g in gold)


def unsupported_numbers(said: Said) -> list[str]:
    """Figures of an answer that neither its quotes nor their context (title, 文号, section) hold, by value and unit."""
    held = figures("\n".join(f"{c.quote}\n{c.context}" for c in said.citations))
    return [f.raw for f in figures(said.text) if not supports(held, f)]


def wrong_value(question: Question, said: Said) -> float | None:
    """Whether the answer gives a figure in the place of one that the gold has.

    That is: of a ``must`` string, or of ``answers`` (which are alternatives; beside ``must``, those that are a figure
    and no more: the result worked out), it gives none of the figures of some unit, and instead one of this unit that
    stands nowhere in the gold. Only a part of the gold is incomplete, not wrong; figures of the question are no answer.
    None where the gold has no figure with a unit.
    """
    results = [a for a in question.answers if is_figure(a)] if question.must else question.answers
    items = [_with_unit([m]) for m in question.must] + [_with_unit(results)]
    if not any(items):
        return None
    if any(states(said.text, a) for a in question.answers):
        return 0.0
    everything = _with_unit((*question.must, *question.answers))
    given = _with_unit([said.text])
    strange = {unit for value, unit in given - everything - _with_unit([question.text])}
    return float(any(unit in strange and not _of_unit(item, unit) & given for item in items for _, unit in item))


def _with_unit(texts: Iterable[str]) -> set[tuple[Decimal, str]]:
    return {(f.value, f.unit) for text in texts for f in figures(text) if f.unit}


def _of_unit(found: Iterable[tuple[Decimal, str]], unit: str) -> set[tuple[Decimal, str]]:
    return {(value, u) for value, u in found if u == unit}


def _right_citations(
    question: Question, gold: Gold, said: Said, records: Mapping[str, Record], by_places: bool
) -> list[Cited] | None:
    """The citations that are evidence; None where it cannot be told what is."""
    relevant = relevant_documents(question)
    if not (gold.whole if by_places else relevant):
        return None
    cited = () if said.abstained else said.citations
    usable = [c for c in cited if _exact(c, records) and len(c.quote) <= LONGEST_CITATION]
    if not by_places:
        return [c for c in usable if c.policy_id in relevant]
    places = [p for group in gold.groups for p in group]
    return [c for c in usable if _on(c, places)]


def _cited_share(gold: Gold, cited: list[Cited]) -> float:
    return sum(any(_on(c, group) for c in cited) for group in gold.groups) / len(gold.groups)


def _exact(citation: Cited, records: Mapping[str, Record]) -> bool:
    record = records.get(citation.policy_id)
    return record is not None and bool(citation.quote) and record.text[citation.start : citation.end] == citation.quote


def _on(citation: Cited, places: Iterable[Place]) -> bool:
    """Whether a citation is on one of the places: they share half of the shorter of the two."""
    for place in places:
        if place.policy_id != citation.policy_id:
            continue
        shared = min(place.end, citation.end) - max(place.start, citation.start)
        if shared > 0 and 2 * shared >= min(place.end - place.start, citation.end - citation.start):
            return True
    return False
