"""Scoring sentences as evidence for a question: what they hold of it, and what they contradict.

A score is not a probability of truth: it ranks. Whether to answer at all is decided in ``answer.py`` from the
features kept here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kb.asks import Ask
from kb.matching import WeightedTerm, held
from kb.query import Query
from kb.regions import RegionMention
from kb.scope import place_agreement, region_agreement, years_agreement
from kb.terms import NOUN
from kb.text import find_dates, holds_whole, squash
from kb.values import HARD, has_count, names_kind
from kb.values import typed as typed_near
from kb.view import DocumentView

_WHOLE = re.compile(r"[。！？!?；;：:”』」）)》…]$| \| ")
_LONG_TITLE = 8  # characters; 《行动方案》 may be any document's short name for itself
_BY_KIND = 0.8  # how far one of the things asked for holds their kind
_SAME_TITLE = 0.76  # of a title's characters in runs of two and more, discounted as in `held`
# Names of a document's own entries; who asks for one wants the line that has it.
# A day in a question says when something happened that a text tells of (3月9日印发的通知). Any other says for what time
# it is asked (2026年5月能领多少): that is for ``kb.timing`` to judge.
_EVENT = re.compile(
    r"[日月号](?:\d{1,2}[日号])?(?:[^，。？?]{0,4})(?:印发|发布|公布|公告|出台|下发|签发|签署|成文|施行|实施|生效|召开|举行|通过|答复|公示|刊登|报道)"
)
#: The first year of a range: what a text tells up to its end need not name it
_SINCE = re.compile(r"((?:19|20)\d{2})年(?:以来|起|开始)?(?:，)?(?:到|至|—|-|~)(?=(?:19|20)\d{2}年)")
_LABELS = re.compile(
    r"索引号|统一编号|主题分类|组配分类|发布机[关构]|公开方式|抄送|主送|签发人|印发机关|联系人|施行日期|有效期"
)
_NAME_ASKED = re.compile(r"标题|全称|题目|名称|叫什么")


@dataclass(frozen=True, slots=True)
class Question:
    """A query with its terms weighed by the base at hand."""

    query: Query
    terms: tuple[WeightedTerm, ...]


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of a sentence as evidence; all in 0..1.

    ``own`` is the share the sentence itself holds of what its document's head and headings leave open, ``rest`` how
    much they leave open; ``scope`` the share of the question held in all that governs the sentence; ``near`` the share
    held close to the wanted value, ``typed`` whether the wanted kind of value is there, ``asked`` whether it names
    the kind or number of things asked for; ``region``, ``year``, ``stated`` the agreement with places, years and
    figures the question names; ``chunk`` the retriever's score.
    """

    own: float
    rest: float
    scope: float
    near: float
    typed: float
    asked: float
    region: float
    year: float
    stated: float
    chunk: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a document with its features and score."""

    view: DocumentView
    sentence: int
    features: Features
    score: float
    held: tuple[float, ...]
    """How far each of the question's terms is held in scope."""

    @property
    def text(self) -> str:
        """The sentence as it stands."""
        return self.view.text(self.sentence)


def judge(question: Question, view: DocumentView, i: int, chunk_key: str, chunk_score: float) -> Evidence:
    """Features and score of sentence ``i``."""
    query, terms = question.query, question.terms
    back = view.points_back(i)
    zones = _zones(view, i, chunk_key, back)
    by_term = tuple(_held_in(t.term, zones) for t in terms)
    if query.kinds:
        text = view.text(i)
        by_kind = (_BY_KIND * names_kind(t.term, query, text) for t in terms)
        by_term = tuple(max(h, kind) for h, kind in zip(by_term, by_kind, strict=True))
    total = sum(t.weight for t in terms)
    scope = sum(t.weight * h for t, h in zip(terms, by_term, strict=True)) / total if total else 1.0
    typed, near = typed_near(query, terms, view, i)
    own, rest = _own(terms, view, i, back)
    features = Features(
        own=own,
        rest=rest,
        scope=scope,
        near=near,
        typed=typed,
        asked=_asked(query, view, i),
        region=_regions(query, view, i),
        year=_years(query, view, i),
        stated=_stated(query, view, i),
        chunk=chunk_score,
    )
    whole = 1.0 if _WHOLE.search(view.text(i)) or query.wants(*HARD, Ask.PERSON) else 0.65
    return Evidence(view, i, features, whole * _score(features), by_term)


def _held_in(term: str, zones: Iterable[tuple[str, float]]) -> float:
    """How far some zone holds a term, less what it counts below the sentence itself."""
    best = 0.0
    for zone, factor in zones:
        if factor > best:  # a zone holds a term at most wholly
            best = max(best, held(term, zone) * factor)
    return best


def _own(terms: Sequence[WeightedTerm], view: DocumentView, i: int, back: bool) -> tuple[float, float]:
    """(share of the open terms the sentence holds, share of the question that is open).

    A term is open when neither the document's head nor the headings nor the heads of a row's columns hold it: every
    sentence below them has those.
    """
    total = sum(t.weight for t in terms)
    above = view.head_key + view.path_key(i) + view.columns_key(i)
    open_terms = [t for t in terms if held(t.term, above) < 0.8]
    rest = sum(t.weight for t in open_terms)
    if not total or not rest:
        return 1.0, 0.0
    before = view.key(i - 1) if back else ""
    got = sum(t.weight * max(held(t.term, view.key(i)), 0.85 * held(t.term, before)) for t in open_terms)
    return got / rest, rest / total


def _asked(query: Query, view: DocumentView, i: int) -> float:
    """Whether the sentence has what the question quotes, the kind of thing asked for, or as many as asked for."""
    signs = [held(squash(quoted), view.key(i)) for quoted in query.quoted]
    if query.kinds or query.counts:
        kinds = max((held(squash(kind), view.key(i)) for kind in query.kinds), default=0.0)
        signs.append(max(kinds, 1.0 if query.counts and has_count(query, view, i) else 0.0))
    labels = _LABELS.findall(query.text)
    if labels:
        signs.append(1.0 if any(label in view.text(i) for label in labels) else 0.0)
    if _NAME_ASKED.search(query.text):
        signs.append(1.0 if "《" in view.text(i) else 0.0)
    return sum(signs) / len(signs) if signs else 0.0


def _zones(view: DocumentView, i: int, chunk_key: str, back: bool) -> tuple[tuple[str, float], ...]:
    """Texts that speak for a sentence, with how much each counts beside the sentence itself."""
    neighbours = [
        (view.key(j), 0.95 if back and j == i - 1 else 0.75)
        for j in (i - 1, i - 2, i + 1)
        if 0 <= j < len(view) and view.section(j) is view.section(i)
    ]
    return (
        (view.key(i), 1.0),
        (view.path_key(i), 0.9),
        (view.columns_key(i), 0.9),
        (view.head_key, 0.9),
        (view.lead_key, 0.75),
        *neighbours,
        (chunk_key, 0.6),
    )


def _score(f: Features) -> float:
    agreement = (0.3 + 0.7 * f.region) * (0.3 + 0.7 * f.year) * (0.4 + 0.6 * f.stated)
    own = f.rest * f.own + 0.9 * (1 - f.rest)  # what the head holds is held, but not by the sentence
    words = 0.28 * own + 0.27 * f.scope + 0.22 * f.near + 0.08 * f.typed + 0.1 * f.chunk + 0.2 * f.asked
    return words * (0.5 + 0.5 * f.typed) * agreement


def _years(query: Query, view: DocumentView, i: int) -> float:
    """Agreement with every year named; one that tells which document is meant need only be that document's."""
    own = [y for y in query.issued if y in view.own_years]
    begun = [int(m.group(1)) for m in _SINCE.finditer(query.text)]
    asked = query.heads or tuple(term.text for term in query.terms if term.salience >= NOUN)
    return years_agreement([y for y in query.years if y not in own and y not in begun], view, i, asked)


def _regions(query: Query, view: DocumentView, i: int) -> float:
    """Agreement with every place named."""
    known = min((_region(m, view, i) for m in query.regions), default=1.0)
    return min(known, min((place_agreement(p, view, i) for p in query.places), default=1.0))


def _region(mention: RegionMention, view: DocumentView, i: int) -> float:
    return 1.0 if mention.name in view.text(i) else region_agreement(mention.codes or (mention.code,), view, i)


def _stated(query: Query, view: DocumentView, i: int) -> float:
    """The share of figures, dates and titles the question asserts that the sentence or its head holds."""
    titles = [squash(t) for t in query.titles if len(t) >= _LONG_TITLE]
    dates = query.dates if _EVENT.search(query.text) else ()
    claims = len(query.quantities) + len(dates) + len(titles)
    if not claims:
        return 1.0
    found = {(q.value, q.unit) for q in view.quantities(i)} | {(q.value, "") for q in view.quantities(i)}
    months = {q.months for q in view.quantities(i) if q.months}
    before = view.key(i - 1) if view.points_back(i) else ""
    head = view.head_key + view.path_key(i) + before + view.key(i)
    right = sum(
        (q.value, q.unit) in found or (q.value, "") in found or q.months in months or holds_whole(head, squash(q.raw))
        for q in query.quantities
    )
    days = {d.iso for d in find_dates(view.text(i))} | {view.document.written_on, view.document.published_on}
    right += sum(any(d and (d.startswith(x) or d.endswith(x.lstrip("-"))) for d in days) for x in dates)
    return (right + sum(held(title, head) >= _SAME_TITLE for title in titles)) / claims
