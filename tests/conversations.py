"""Answers and stores for tests of conversations."""

from __future__ import annotations

from datetime import date

from kb.conversations.model import Turn
from kb.conversations.store import ConversationStore
from kb.model import Answer, AnswerSentence, Citation, Filters, Kind
from tests.fake_base import header, plan

DAY = date(2026, 3, 5)
QUESTION = "入园企业要达到多少家？"
FILTERS = Filters(region="330100", kinds=(Kind.ACTION_PLAN,), date_from="2024-01-01")
PLAN = plan()
TEXTS = [(PLAN.policy_id, PLAN.revision, PLAN.text)]
MADE_WITH = {"tuning": "t@1", "embedding": "bundled", "mode": "extractive"}


def answer(question: str = QUESTION) -> Answer:
    """An answer that cites the plan."""
    quote = "到2027年，全县新增园区面积80万平方米，入园企业达到900家，每年举办对接活动不少于40场。"
    start = PLAN.text.index(quote)
    cited = Citation(
        1, "p1", PLAN.revision, PLAN.display_title, PLAN.doc_number, "一、总体目标", start, start + len(quote), quote,
        "plan.md",
    )  # fmt: skip
    return Answer(
        question, (AnswerSentence(quote, (1,)),), (cited,), warnings=("另有较新的版本",), timings_ms={"total": 1.5}
    )


def refusal(question: str = QUESTION) -> Answer:
    """An answer that is none."""
    return Answer(question, abstained=True, reason="没有足够的依据。", nearest=(header(PLAN),))


def asked(store: ConversationStore, question: str = QUESTION, conversation_id: str = "") -> Turn:
    """A question saved and answered."""
    turn = store.ask(question, FILTERS, DAY, conversation_id=conversation_id, worker="w")
    assert store.answered(turn.turn_id, answer(question), TEXTS, MADE_WITH)
    return store.turn(turn.turn_id)
