"""Passages: what would be quoted around a sentence, judged as one piece of evidence.

A lone sentence says too little (个体工商户不适用本条), so what competes for the answer is the paragraph it stands in,
the list it announces, or the table row. Which of them answers best was learned from questions with known evidence
(``python -m eval tune --only ranker``); the weights stand in the tuning file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter

from kb.asks import Ask
from kb.evidence import Evidence, Features, Question
from kb.fusion import LEAST_RANGE
from kb.lacks import Lack, lacking
from kb.matching import MISSING
from kb.model import Kind
from kb.scope import OTHERS, UNSTATED
from kb.select import LONGEST_BLOCK, block_span, is_open
from kb.text import squash
from kb.view import DocumentView
from kb.wording import Wording

LONGEST_PASSAGE = 200  # characters of a paragraph quoted whole
_SHORTEST = 40  # a shorter paragraph (a heading, a label) is quoted with what follows it
_ROW = " | "
_UNSAID = re.compile(r"(?:没有|未)(?:写|载明|给出|公布|说明|列出|标明|规定)")
_TERM = re.compile(r"施行|有效期|失效|届满|废止")  # what says of a document's term; that it does not tell on is no lack


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a passage as an answer; in 0..1 but for ``length`` and ``behind``.

    ``evidence`` is its best sentence's score, ``whole`` the share of the question's wording that it holds with its
    headings and head, ``head`` that of these alone, ``missing`` the weight of the terms that nothing about it holds,
    ``length`` the logarithm of its characters, ``behind`` the rank of its document among those found (at most 5),
    ``lacking`` whether it lacks what is asked for expressly.
    """

    evidence: float
    near: float
    asked: float
    typed: float
    year: float
    stated: float
    retrieved: float
    closeness: float
    whole: float
    head: float
    missing: float
    length: float
    row: float
    behind: float
    stale: float
    lacking: float


SIGNS = tuple(f.name for f in fields(Signs))
_features = attrgetter(*(f.name for f in fields(Features)))


@dataclass(frozen=True, slots=True)
class Found:
    """Where the retriever found a document's chunk: the cosine of a chunk by its span, and the document's rank.

    ``stale`` are documents that were not in force at the time asked about.
    """

    cosines: Mapping[tuple[str, int, int], float]
    ranks: Mapping[str, int]
    stale: frozenset[str] = frozenset()

    def closeness(self, policy_id: str, start: int, end: int) -> float:
        """How near the chunks that share text with a span come to the question: 1 for the nearest, 0 for the farthest.

        The range found is the measure, since what a cosine means differs from model to model.
        """
        if not self.cosines:
            return 0.0
        low, high = min(self.cosines.values()), max(self.cosines.values())
        over = [c for (p, a, b), c in self.cosines.items() if p == policy_id and a < end and start < b]
        return 1 - (high - max(over, default=low)) / max(high - low, LEAST_RANGE)


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of a document to quote. ``evidence`` is its best sentence with the best features of all of them."""

    evidence: Evidence
    start: int
    end: int
    signs: Signs
    share: float = 0.0
    """The chance that this is the evidence, if any is."""
    denied: str | None = None
    """``region`` or ``year`` where the sentences with the wanted value, or all, speak expressly of another one."""
    lack: Lack | None = None
    """What it does not give though the question asks for it."""
    unsaid: bool = False
    """Whether it says, or the heading above it, that the document does not say what is asked for."""
    logit: float | None = None
    """How sure the judge is that it answers the question; None where it was not asked."""

    @property
    def view(self) -> DocumentView:
        """Its document."""
        return self.evidence.view

    @property
    def key(self) -> str:
        """Its search key."""
        return squash(self.view.document.text[self.start : self.end])

    def overlaps(self, other: Passage) -> bool:
        """Whether both share text."""
        same = self.view.document.policy_id == other.view.document.policy_id
        return same and self.start < other.end and other.start < self.end


def passages(
    question: Question,
    ranked: Sequence[Evidence],
    words: Wording,
    found: Found,
    weights: Mapping[str, float],
) -> list[Passage]:
    """The passages around sentences, best first; ``ranked`` are the sentences, best first."""
    grouped: dict[tuple[str, int, int], list[Evidence]] = {}
    for evidence in ranked:
        start, end = passage_span(question, evidence)
        grouped.setdefault((evidence.view.document.policy_id, start, end), []).append(evidence)
    cut = [_passage(question, at[1], at[2], held, words, found) for at, held in grouped.items()]
    return _ordered(cut, weights)


def passage_span(question: Question, evidence: Evidence) -> tuple[int, int]:
    """The slice to quote for a sentence: its row, its paragraph, or the list or heading with what belongs to it."""
    view, i = evidence.view, evidence.sentence
    text = view.document.text
    start, end = block_span(question, evidence)
    if (start, end) != view.spans[i]:
        return start, end
    first, last = _paragraph(text, start, end)
    if _ROW in text[first:last]:
        return start, end
    if last - first > LONGEST_PASSAGE:
        return _grown(view, i, first, last)
    return (first, last) if last - first >= _SHORTEST else _with_next(view, i, first, last)


def _paragraph(text: str, start: int, end: int) -> tuple[int, int]:
    """The line or lines a span stands in, without white space around."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    piece = text[first : last if last >= 0 else len(text)]
    return first + len(piece) - len(piece.lstrip()), first + len(piece.rstrip())


def _grown(view: DocumentView, i: int, first: int, last: int) -> tuple[int, int]:
    """A sentence with its neighbours in a long paragraph, those behind it first."""
    start, end = view.spans[i]
    before, behind = i - 1, i + 1
    while True:
        if behind < len(view) and view.spans[behind][1] <= last and view.spans[behind][1] - start <= LONGEST_PASSAGE:
            end, behind = view.spans[behind][1], behind + 1
        elif before >= 0 and view.spans[before][0] >= first and end - view.spans[before][0] <= LONGEST_PASSAGE:
            start, before = view.spans[before][0], before - 1
        else:
            return start, end


def _with_next(view: DocumentView, i: int, start: int, end: int) -> tuple[int, int]:
    """A short paragraph with those behind it in its section: all of a list it announces, else the next one."""
    text, section = view.document.text, view.section(i)
    stop = min(section.end if section else end + LONGEST_PASSAGE, len(text))
    announces = is_open(text[start:end])
    while end < stop:
        following = _paragraph(text, end + 1, end + 1)
        if following[1] <= end or following[1] > stop or following[1] - start > LONGEST_BLOCK:
            break
        if _ROW in text[slice(*following)] and not announces:
            break
        end = following[1]
        if not announces and end - start >= _SHORTEST:
            break
    return start, end


def _passage(
    question: Question, start: int, end: int, sentences: Sequence[Evidence], words: Wording, found: Found
) -> Passage:
    best = sentences[0]
    view = best.view
    policy_id, text = view.document.policy_id, view.document.text[start:end]
    merged, held = best.features, best.held
    if len(sentences) > 1:
        most = Features(*map(max, zip(*(_features(e.features) for e in sentences), strict=True)))
        merged = replace(most, rest=best.features.rest)
        held = tuple(map(max, zip(*(e.held for e in sentences), strict=True)))
    total = sum(t.weight for t in question.terms) or 1.0
    lack = lacking(question.query, view, start, end)
    above = words.held(view.head_key + view.path_key(best.sentence) + view.columns_key(best.sentence))
    signs = Signs(
        evidence=best.score,
        near=merged.near,
        asked=merged.asked,
        typed=merged.typed,
        year=merged.year,
        stated=merged.stated,
        retrieved=merged.chunk,
        closeness=found.closeness(policy_id, start, end),
        whole=words.share(words.held(squash(text)) | above),
        head=words.share(above),
        missing=sum(t.weight for t, h in zip(question.terms, held, strict=True) if h < MISSING) / total,
        length=math.log(end - start + 5),
        row=float(_ROW in text),
        stale=float(policy_id in found.stale),
        behind=float(min(found.ranks.get(policy_id, 5), 5)),
        lacking=float(lack is not None),
    )
    section = view.section(best.sentence)
    told = question.query.wants(Ask.VALIDITY) and _TERM.search(text)
    unsaid = not told and _UNSAID.search(f"{section.path if section else ''}\n{text}")
    return Passage(
        replace(best, features=merged, held=held),
        start,
        end,
        signs,
        denied=_denied(sentences),
        lack=lack,
        unsaid=bool(unsaid),
    )


def _denied(sentences: Sequence[Evidence]) -> str | None:
    """See ``Passage.denied``; news that names no place at all is of another one, which a national rule is not."""
    most = max(e.features.typed for e in sentences)
    telling = [e.features for e in sentences if e.features.typed == most]
    least = UNSTATED if sentences[0].view.document.kind in (Kind.NEWS, Kind.RESEARCH) else OTHERS
    if max(f.region for f in telling) <= least:
        return "region"
    return "year" if max(f.year for f in telling) <= OTHERS else None


def _ordered(found: Sequence[Passage], weights: Mapping[str, float]) -> list[Passage]:
    """Best first, with their shares; equal ones by document and place."""
    scores = [sum(weights.get(name, 0.0) * getattr(p.signs, name) for name in SIGNS) for p in found]
    top = max(scores, default=0.0)
    raised = [math.exp(s - top) for s in scores]
    total = sum(raised) or 1.0
    shared = [replace(p, share=r / total) for p, r in zip(found, raised, strict=True)]
    return sorted(shared, key=lambda p: (-p.share, p.view.document.policy_id, p.start))
