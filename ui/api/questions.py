"""Questions as the interfaces put them to the base: the same calls that the page makes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kb.base import KnowledgeBase
from kb.commands.filters import region_of
from kb.errors import QuestionInvalid
from kb.model import Answer, Filters, Hit
from ui.api.errors import GONE, ApiError
from ui.api.models import AskRequest, Restrictions, SearchRequest
from ui.api.pool import Work
from ui.desk import Desk

_LOOK = 0.1  # seconds between two looks whether anybody waits still, while the model is being loaded


class Questions:
    """Answers and searches. Threads may share it."""

    def __init__(self, desk: Desk, base: KnowledgeBase) -> None:
        """``desk`` says when the model is loaded."""
        self.desk, self.base = desk, base

    def answers(self, asked: AskRequest, work: Work) -> Iterator[Answer]:
        """An answer as it grows; the last one is whole. Raises QuestionInvalid, Stopping, KBError."""
        filters = filters_of(asked.filters)
        if self._ready(work):
            with self.desk.running.one():
                yield from self.base.ask_stream(
                    asked.question, filters=filters, as_of=asked.as_of, history=asked.history, model=asked.model
                )

    def answer(self, asked: AskRequest, work: Work) -> Answer:
        """The whole answer. Raises ApiError where nobody waits for it any more, QuestionInvalid, KBError."""
        whole = None
        for answer in self.answers(asked, work):
            if work.stopped.is_set():
                raise ApiError(GONE)
            whole = answer
        if whole is None:
            raise ApiError(GONE)
        return whole

    def search(self, asked: SearchRequest, work: Work) -> list[Hit]:
        """The chunks that fit best. Raises QuestionInvalid, KBError."""
        filters = filters_of(asked.filters)
        if not self._ready(work):
            return []
        return self.base.search(asked.question, k=asked.k, filters=filters, as_of=asked.as_of, history=asked.history)

    def _ready(self, work: Work) -> bool:
        """Wait until the model is loaded; False where nobody waits any more."""
        self.desk.hurry()
        while not self.desk.ready.wait(_LOOK):
            if work.stopped.is_set():
                return False
        return not work.stopped.is_set()


def filters_of(given: Restrictions) -> Filters:
    """The filters of a request. Raises QuestionInvalid."""
    first, last = _iso(given.date_from), _iso(given.date_to)
    if first and last and first > last:
        raise QuestionInvalid(f"起始日期 {first} 晚于截止日期 {last}，请改正后再问。")
    return Filters(
        region=region_of(given.region) if given.region else None,
        issuer=given.issuer or None,
        kinds=tuple(given.kinds),
        date_from=first,
        date_to=last,
        policy_ids=tuple(given.policy_ids),
        statuses=tuple(given.statuses),
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
