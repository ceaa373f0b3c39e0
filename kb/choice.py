"""Choosing the passages of an answer."""

from __future__ import annotations

from collections.abc import Sequence

from kb.asks import Ask
from kb.evidence import Question
from kb.gate import contradicts
from kb.lacks import Lacking
from kb.passage import Passage
from kb.tuning import Gate

_MOST, _MOST_WIDE = 2, 3  # passages of an answer; the latter for lists, conditions and procedures
_NEARLY = 0.3  # share of the best one's likelihood from which another passage is quoted, too
_ALIKE = 0.8  # share of the best row's likelihood from which another row of its table fits as well
_MOST_ROWS = 5
_WIDE = (Ask.LIST, Ask.HOW, Ask.CONDITION, Ask.OTHER, Ask.DEFINITION)


def in_force_first(ranked: Sequence[Passage]) -> list[Passage]:
    """The passages with those of documents not in force at the time asked about behind, if another is nearly as likely.

    A draft's figure, well worded, is none; where nothing else answers it is given, and marked.
    """
    fresh = [p for p in ranked if not p.signs.stale]
    if not fresh or fresh[0].share < _NEARLY * ranked[0].share:
        return list(ranked)
    return [*fresh, *(p for p in ranked if p.signs.stale)]


def own_first(ranked: Sequence[Passage]) -> list[Passage]:
    """The passages with those behind that do not speak of what a follow-up names itself: 能贷款吗 wants the loans."""
    return sorted(ranked, key=lambda p: p.lack is not None and p.lack.how in (Lacking.OWN, Lacking.ABSENT))


def choose(question: Question, ranked: Sequence[Passage], gate: Gate | None) -> list[Passage]:
    """The passages to answer with, best first: the first, and those nearly as likely that say something else."""
    rows = _rows(question, ranked)
    if len(rows) > 1:
        return rows
    chosen = [ranked[0]]
    most = _MOST_WIDE if question.query.wants(*_WIDE) else _MOST
    for passage in ranked[1:]:
        if len(chosen) >= most or passage.share < _NEARLY * ranked[0].share:
            break
        if passage.signs.stale > chosen[0].signs.stale:
            continue
        if gate is not None and contradicts(question, passage):
            continue
        if passage.unsaid or (passage.lack is not None and chosen[0].lack is None):
            continue
        if not any(_repeats(passage, c) for c in chosen):
            chosen.append(passage)
    return chosen


def _rows(question: Question, ranked: Sequence[Passage]) -> list[Passage]:
    """The rows of one table that fit as well as its best one, in their order: the question does not tell them apart."""
    best = ranked[0]
    table = best.view.table(best.evidence.sentence)
    if table is None or question.query.wants(*_WIDE):
        return []
    alike = [
        p
        for p in ranked
        if p.share >= _ALIKE * best.share
        and p.view.table(p.evidence.sentence) is table
        and p.signs.stale == best.signs.stale
        and (p.lack is None or best.lack is not None)
    ]
    return sorted(alike, key=lambda p: p.start) if len(alike) <= _MOST_ROWS else []


def _repeats(passage: Passage, chosen: Passage) -> bool:
    """Whether a passage says nothing a chosen one does not: the same text, or a part of it."""
    key, other = passage.key.rstrip("。；;"), chosen.key.rstrip("。；;")
    return passage.overlaps(chosen) or key in other or other in key
