"""Data types of an evaluation. Offsets are code-point indexes into a record's text, half-open ``[start, end)``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Record:
    """A document of a set as given: BEIR's ``_id``, ``title``, ``text``."""

    record_id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where an answer stands: the ``occurrence``-th (0-based) place of a quote in a document.

    Without ``policy_id`` any relevant document's text will do, without ``occurrence`` any place in it.
    """

    quote: str
    policy_id: str | None = None
    occurrence: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its gold. ``answers`` are alternatives, of ``must`` every string is needed.

    ``relevant`` maps documents to graded relevance (qrels); ``context_id`` restricts the question to one document;
    ``as_of`` is the day it is asked on, where that is not the day of the run.
    """

    question_id: str
    text: str
    answers: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    answerable: bool = True
    type: str | None = None
    evidence: tuple[Evidence, ...] = ()
    history: tuple[str, ...] = ()
    context_id: str | None = None
    as_of: date | None = None
    relevant: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A set of documents and questions; ``digest`` is of all its content, ``documents_digest`` of the documents'."""

    name: str
    records: Mapping[str, Record]
    questions: tuple[Question, ...]
    digest: str
    documents_digest: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A retrieved slice of a document; without ``start`` and ``end`` the document as a whole."""

    policy_id: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as a system gave it. ``context`` is what it shows beside the quote: title, 文号, section."""

    policy_id: str
    start: int
    end: int
    quote: str
    context: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a system answered. ``text`` has no citation marks; an abstention has no citations."""

    text: str
    abstained: bool
    citations: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """One system's result for one question: the ranked spans, best first, and its answer where it gives any.

    Times are in milliseconds of wall clock. ``error`` is set where the system failed on the question.
    """

    question_id: str
    spans: tuple[Span, ...] = ()
    said: Said | None = None
    search_ms: float | None = None
    answer_ms: float | None = None
    error: str | None = None
