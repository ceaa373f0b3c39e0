"""One question of one session, step by step, as the page shows it."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kb.errors import KBError, QuestionInvalid
from kb.model import Answer, Filters
from ui.answers import Loader, answer_body, evidence_cards, problem, sentences, turn, waiting
from ui.desk import Desk
from ui.filters import described

_LOG = logging.getLogger(__name__)
_KEPT_TURNS = 30
_QUOTED = "extractive"
_SENTENCE_PAUSE = 0.03  # seconds: enough to be seen as a stream, too little to wait for

UNEXPECTED = "出了意外的错误，已记在运行日志里。请再试一次；如果总是这样，请运行 python -m kb doctor 检查知识库。"
PREPARING = "正在准备模型，第一次需要几秒钟……"
SEARCHING = "正在查找依据……"


@dataclass(frozen=True, slots=True)
class Session:
    """One reader's finished turns as HTML and their questions, oldest first, and the number of the last one."""

    turns: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    count: int = 0

    def with_turn(self, question: str, html: str) -> Session:
        """The session after one more turn; the oldest are dropped beyond a limit."""
        turns, questions = (*self.turns, html), (*self.questions, question)
        return Session(turns[-_KEPT_TURNS:], questions[-_KEPT_TURNS:], self.count + 1)


@dataclass(frozen=True, slots=True)
class Step:
    """What to show now: the turn in progress, the session, and whether the question box is to be emptied."""

    live: str
    session: Session
    accepted: bool = True


def converse(desk: Desk, question: str, filters: Filters, session: Session) -> Iterator[Step]:
    """The steps of answering; the last one holds the session with the finished turn.

    A question that cannot be asked (empty, too long) is told so and stays in the box.
    """
    number = session.count + 1
    question = question.strip()
    limits = described(filters)

    def frame(body: str, evidence: str = "") -> str:
        return turn(number, question, limits, body, evidence)

    if question:
        yield Step(frame(waiting(SEARCHING if desk.ready.is_set() else PREPARING)), session)
        desk.ready.wait()
    try:
        load = cache(desk.load)  # a card is drawn again with every sentence, its document is read once
        answer = None
        for grown in desk.base.ask_stream(question, filters=filters, history=session.questions):
            answer = grown
            if answer.mode != _QUOTED:
                yield Step(frame(*_so_far(load, number, answer)), session)
        assert answer is not None, "a stream of answers ends with the whole one"
        finished = frame(answer_body(number, answer), evidence_cards(number, answer.citations, load))
        if answer.mode == _QUOTED:  # a worded answer was shown as it grew
            for live in _stream(load, number, answer):
                yield Step(frame(*live), session)
    except QuestionInvalid as error:
        yield Step(problem(str(error)), session, accepted=False)
        return
    except KBError as error:
        finished = frame(problem(str(error)))
    except Exception:  # whatever goes wrong, the reader gets a message and the log the traceback
        _LOG.exception("question failed")
        finished = frame(problem(UNEXPECTED))
    yield Step(finished, session.with_turn(question, finished))


def _so_far(load: Loader, number: int, answer: Answer) -> tuple[str, str]:
    """Body and evidence of an answer that still grows."""
    return sentences(number, answer.sentences), evidence_cards(number, answer.citations, load)


def _stream(load: Loader, number: int, answer: Answer) -> Iterator[tuple[str, str]]:
    """Body and evidence after each sentence but the last, with the cards of the citations reached so far."""
    for shown in range(1, len(answer.sentences)):
        part = answer.sentences[:shown]
        reached = {n for s in part for n in s.citations}
        cited = tuple(c for c in answer.citations if c.n in reached)
        yield sentences(number, part), evidence_cards(number, cited, load)
        time.sleep(_SENTENCE_PAUSE)
