"""Choosing the sentences of an answer, and the exact slice of each that is quoted."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import takewhile

from kb.asks import Ask
from kb.evidence import Evidence, Question
from kb.matching import coverage
from kb.text import squash
from kb.values import wanted_quantities
from kb.view import DocumentView

MAX_QUOTES = 5
MAX_QUOTED = 800  # characters in all
LONGEST = 240  # characters of one quote; a longer sentence is cut at commas around what was asked
_OPEN_END = re.compile(r"[：:]$|(?:如下|以下)[^。]{0,12}[。：:]?$")
LONGEST_BLOCK = 480  # characters of a sentence with the list behind it
_MOST_FOLLOWERS = 14
_FORMULA = re.compile(
    r"(?:答复|通知|函复|公告|通告|批复|意见|报告|说明)如下[。：:]?$"
)  # the opening of a letter, not of a list
_ITEM = re.compile(r"^(?:\d{1,2}[.．、]|[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九]是)")
_CONTINUES = re.compile(
    r"^[“\"]?(?:其中|另一|还有一|再一|再有|[二三四五六七八九]是|第[二三四五六七八九]|其[二三四五]|其次|再次|最后|（[二三四五六七八九十]+）|\([二三四五六七八九十]+\)|"
    r"[“\"][^”\"]{1,8}[”\"]即|[2-9][.．、])"
)
_PRONOUN = re.compile(r"^[（(“\"]?(?:[^，。]{0,6}[，,])?(?:该[^，。]{1,6}|其(?!中)|它)")
_SPEAKER = re.compile(r"^[^。“]{0,60}(?:表示|说|认为|指出|介绍|建议|透露|强调)[。：]?$")
_PAUSE = re.compile(r"[，,；;：:。]")
_WIDE = (Ask.LIST, Ask.HOW, Ask.CONDITION, Ask.OTHER, Ask.DEFINITION)


def antecedent(evidence: Evidence) -> int | None:
    """The sentence that names whom 该企业, 其 or 它 in the chosen one means; None where it says so itself."""
    view, i = evidence.view, evidence.sentence
    if not _PRONOUN.search(view.text(i)):
        return None
    section = view.section(i)
    for j in range(i - 1, max(-1, i - 5), -1):
        if view.section(j) is not section:
            return None
        if not _PRONOUN.search(view.text(j)):
            return j
    return None


def followers(question: Question, evidence: Evidence) -> list[int]:
    """The sentences behind a chosen one that belong to it.

    Those behind one that announces a list (…如下：) or is a bare heading, in its section; for a list question also
    those that go on counting (一种是…。另一种是…。 一是…。二是…。).
    """
    view, i = evidence.view, evidence.sentence
    section = view.section(i)
    heading = _is_heading(view, i)
    last = min(i + 1 + _MOST_FOLLOWERS, len(view))
    if heading or is_open(view.text(i)):
        end = section.end if section else view.spans[i][1] + LONGEST_BLOCK
        return [j for j in range(i + 1, last) if view.spans[j][0] < end]
    if view.text(i)[0] in '“"' and i + 1 < len(view) and _SPEAKER.search(view.text(i + 1)):
        return [i + 1]  # a quotation without its speaker would be said by nobody
    if not question.query.wants(Ask.LIST, Ask.HOW):
        return []
    return list(takewhile(lambda j: _CONTINUES.search(view.text(j)), range(i + 1, last)))


def leaders(question: Question, evidence: Evidence) -> list[int]:
    """For a list question answered by one item of a list: the items before it, nearest first, and their opening."""
    view, i = evidence.view, evidence.sentence
    if not question.query.wants(Ask.LIST, Ask.HOW):
        return []
    before: list[int] = []
    while (
        i > 0 and _ITEM.search(view.text(i)) and (_ITEM.search(view.text(i - 1)) or _OPEN_END.search(view.text(i - 1)))
    ):
        i -= 1
        before.append(i)
    return before


def is_open(text: str) -> bool:
    """Whether a text announces what follows it (…如下：)."""
    return _OPEN_END.search(text) is not None and not _FORMULA.search(text)


def _is_heading(view: DocumentView, i: int) -> bool:
    """Whether a sentence is only the heading of its section."""
    section = view.section(i)
    title = squash(section.title) if section else ""
    return bool(title) and view.key(i).endswith(title)


def block_span(question: Question, evidence: Evidence, longest: int = LONGEST_BLOCK) -> tuple[int, int]:
    """The slice to quote for a chosen sentence with those that belong to it: one run of the document's text."""
    view, i = evidence.view, evidence.sentence
    start, end = quote_span(question, view, i)
    for j in leaders(question, evidence):
        if end - view.spans[j][0] > longest:
            break
        start = view.spans[j][0]
    behind = followers(question, evidence)
    while behind and _is_heading(view, behind[-1]):
        behind.pop()  # a heading without its text says nothing
    for j in behind:
        if end < view.spans[j - 1][1] or view.spans[j][1] - start > longest:
            break
        end = view.spans[j][1]
    return start, end


def quote_span(question: Question, view: DocumentView, i: int, longest: int = LONGEST) -> tuple[int, int]:
    """The slice of the document to quote for sentence ``i``: all of it, or the clauses around what was asked."""
    start, end = view.spans[i]
    if end - start <= longest:
        return start, end
    text = view.text(i)
    clauses = _clauses(text)
    values = (
        [(q.start, q.end) for q in wanted_quantities(question.query, view, i)]
        if question.query.wants(Ask.NUMBER)
        else []
    )
    holding = {bisect_right(clauses, (a, len(text))) - 1 for a, _ in values}  # a value holds no pause
    marks = [coverage(question.terms, squash(text[s:e])) + 0.5 * (n in holding) for n, (s, e) in enumerate(clauses)]
    first = last = max(range(len(clauses)), key=lambda n: marks[n])
    while True:
        left = marks[first - 1] if first > 0 else -1.0
        right = marks[last + 1] if last + 1 < len(clauses) else -1.0
        grow_left = left >= right
        low, high = (first - 1, last) if grow_left else (first, last + 1)
        if max(left, right) < 0 or clauses[high][1] - clauses[low][0] > longest:
            break
        first, last = low, high
    s, e = clauses[first][0], min(clauses[last][1], clauses[first][0] + longest)
    piece = text[s:e]
    return start + s + len(piece) - len(piece.lstrip()), start + s + len(piece.rstrip())


def _clauses(text: str) -> list[tuple[int, int]]:
    ends = [m.end() for m in _PAUSE.finditer(text)]
    if not ends or ends[-1] < len(text):
        ends.append(len(text))
    return list(zip([0, *ends[:-1]], ends, strict=True))
