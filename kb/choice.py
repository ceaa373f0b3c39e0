"""Choosing the passages of an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kb.asks import Ask
from kb.evidence import Question
from kb.gate import admissible, contradicts
from kb.lacks import SOUGHT, Lacking, papers_asked
from kb.passage import Passage
from kb.query import Query
from kb.select import MAX_QUOTED
from kb.tuning import Gate

_MOST, _MOST_WIDE = 2, 3  # passages of an answer; the latter for lists, conditions and procedures
_NEARLY = 0.3  # share of the best one's likelihood from which another passage is quoted, too
_REPLACES = 0.1  # the same for what is said instead by a document that took the place of the best one's
_TRIED = 8  # passages among which one is looked for that lacks nothing where the best does
_ALIKE = 0.8  # share of the best row's likelihood from which another row of its table fits as well
_MOST_ROWS = 5
_DECEMBER = 12
_GOAL = re.compile(r"达到|力争|争取|目标|不低于|突破|超过")
_GOAL_ASKED = re.compile(r"目标|计划|规划|力争|要[达建有实]|预期|预计|任务")
#: A summary is made of several passages of one document, in its order
_SUMMED = re.compile(r"总结|概括|归纳|梳理|综述|概述|如何通过|怎样通过|通过(?:什么|哪些)")
_MOST_SUMMED, _NEARLY_SUMMED = 5, 0.05
WIDE = (Ask.LIST, Ask.HOW, Ask.CONDITION, Ask.OTHER, Ask.DEFINITION)


def in_force_first(ranked: Sequence[Passage]) -> list[Passage]:
    """The passages with those of documents not in force at the time asked about behind, if another is nearly as likely.

    A draft's figure, well worded, is none; where nothing else answers it is given, and marked.
    """
    fresh = [p for p in ranked if not p.signs.stale]
    if not fresh or fresh[0].share < _NEARLY * ranked[0].share:
        return list(ranked)
    return [*fresh, *(p for p in ranked if p.signs.stale)]


def counted_first(query: Query, ranked: Sequence[Passage], as_of: date) -> list[Passage]:
    """The passages with goals behind figures that were counted, where a figure of the past is asked for.

    A plan of 2023 knows what is to be reached by the end of 2025, and not what was.
    """
    past = query.years and max(query.years) < as_of.year + (as_of.month == _DECEMBER)
    if not ranked or not past or not query.wants(Ask.NUMBER) or _GOAL_ASKED.search(query.text):
        return list(ranked)
    goals = [p for p in ranked if _is_goal(p, max(query.years))]
    counted = [p for p in ranked if p not in goals]
    if ranked[0] not in goals or not counted or counted[0].share < _NEARLY * ranked[0].share:
        return list(ranked)
    return [*counted, *goals]


def _is_goal(passage: Passage, year: int) -> bool:
    document = passage.view.document
    issued = document.written_on or document.published_on or ""
    return (
        bool(issued)
        and int(issued[:4]) < year
        and _GOAL.search(passage.view.text(passage.evidence.sentence)) is not None
    )


def complete_first(question: Question, ranked: Sequence[Passage], gate: Gate | None) -> list[Passage]:
    """Where the best lacks the papers or names asked for, the first that lacks nothing and may answer comes first."""
    if not ranked or ranked[0].lack is None or ranked[0].lack.name not in SOUGHT:
        return list(ranked)
    first = next((p for p in ranked[:_TRIED] if _is_whole(p) and admissible(question, p, gate)), None)
    return [first, *(p for p in ranked if p is not first)] if first else list(ranked)


def _is_whole(passage: Passage) -> bool:
    return passage.lack is None and not passage.unsaid


def own_first(ranked: Sequence[Passage]) -> list[Passage]:
    """The passages with those behind that do not speak of what a follow-up names itself: 能贷款吗 wants the loans."""
    return sorted(ranked, key=lambda p: p.lack is not None and p.lack.how in (Lacking.OWN, Lacking.ABSENT))


def choose(question: Question, ranked: Sequence[Passage], gate: Gate | None) -> list[Passage]:
    """The passages to answer with, best first: the first, and those nearly as likely that say something else."""
    rows = _rows(question, ranked)
    if rows:
        return rows
    newer = _instead_of(ranked)
    if newer is not None:
        return [newer, ranked[0]]
    chosen = [ranked[0]]
    summed = _SUMMED.search(question.query.asking) is not None
    most = _MOST_SUMMED if summed else _MOST_WIDE if question.query.wants(*WIDE) else _MOST
    least = (_NEARLY_SUMMED if summed else _NEARLY) * ranked[0].share
    for passage in ranked[1:]:
        if len(chosen) >= most or passage.share < least:
            break
        if summed and passage.view is not chosen[0].view:
            continue
        if passage.signs.stale > chosen[0].signs.stale:
            continue
        if gate is not None and contradicts(question, passage):
            continue
        if passage.unsaid or (passage.lack is not None and chosen[0].lack is None):
            continue
        if not any(_repeats(passage, c) for c in chosen):
            chosen.append(passage)
    return sorted(chosen, key=lambda p: p.start) if summed else chosen


def _instead_of(ranked: Sequence[Passage]) -> Passage | None:
    """Where the best passage is of a document out of force: what a document that took its place says of the matter.

    It need be less likely, since a question may state the old figure (现在还是每月700元吗).
    """
    best = ranked[0]
    if not best.signs.stale:
        return None
    document = best.view.document
    newer = {r.stated_in for r in document.affected_by if r.relation in ("废止", "替代")}
    newer |= {v.policy_id for v in document.family}
    return next(
        (
            p
            for p in ranked
            if not p.signs.stale
            and p.view.document.policy_id in newer
            and p.share >= _REPLACES * best.share
            and p.signs.typed >= best.signs.typed
            and p.denied is None
        ),
        None,
    )


def _rows(question: Question, ranked: Sequence[Passage]) -> list[Passage]:
    """The rows of one table that fit as well as its best one, in their order: the question does not tell them apart.

    Where papers are asked for, the whole of the table that lists them.
    """
    best = ranked[0]
    table = best.view.table(best.evidence.sentence)
    if table is None:
        return []
    if papers_asked(question.query) and table.end - table.start <= MAX_QUOTED:
        return [replace(best, start=table.start, end=table.end)]
    if question.query.wants(*WIDE) and not question.query.wants(Ask.LIST):
        return []
    alike = [
        p
        for p in ranked
        if p.share >= _ALIKE * best.share
        and p.view.table(p.evidence.sentence) is table
        and p.signs.stale == best.signs.stale
        and (p.lack is None or best.lack is not None)
    ]
    return sorted(alike, key=lambda p: p.start) if 1 < len(alike) <= _MOST_ROWS else []


def _repeats(passage: Passage, chosen: Passage) -> bool:
    """Whether a passage says nothing a chosen one does not: the same text, or a part of it."""
    key, other = passage.key.rstrip("。；;"), chosen.key.rstrip("。；;")
    return passage.overlaps(chosen) or key in other or other in key
