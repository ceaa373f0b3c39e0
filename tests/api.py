"""REST for its tests: the application alone, and what its answers tell."""

from __future__ import annotations

import json
from typing import Any

from kb.base import KnowledgeBase
from kb.model import Answer, AnswerSentence
from tests.served import ASKED, warmed
from ui.api.holdings import Holdings
from ui.api.pool import Pool
from ui.api.questions import Questions
from ui.api.routes import rest

#: An answer that grows.
GROWN = Answer(ASKED, (AnswerSentence("一句。", (1,)),))


def interface(base: Any, pool: Pool | None = None, held: KnowledgeBase | None = None) -> Any:  # noqa: ANN401
    """The interface over a base."""
    return rest(Questions(warmed(base), base), Holdings(held or base), pool or Pool())


def told(answer: Any) -> tuple[int, str, str]:  # noqa: ANN401
    """The status of a failure, its code and its message."""
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["message"]


def events(text: str) -> list[tuple[str, Any]]:
    """The events of a stream."""
    parts = [block.split("\n") for block in text.split("\n\n") if block and not block.startswith(":")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in parts]
