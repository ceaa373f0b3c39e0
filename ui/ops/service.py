"""What one running application tells of itself: whether it is ready, how much it does, what each answer took."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from kb.base import KnowledgeBase
from kb.catalog import schema
from kb.errors import QuestionInvalid
from kb.model import Answer
from ui.desk import Desk
from ui.ops import trace
from ui.ops.logs import REQUESTS
from ui.ops.metrics import Metrics

_log = logging.getLogger(__name__)
_STOPPING, _LOADING = "正在停止", "正在载入模型"


class Service:
    """Watches a base's answers. Threads may share it."""

    def __init__(self, desk: Desk, base: KnowledgeBase | None, *, log_questions: bool = False) -> None:
        """Watch the answers of the base; without one only requests are."""
        self.desk, self.base, self._questions = desk, base, log_questions
        self._told = ""
        self.metrics = Metrics(self._documents)
        if base is not None:
            base.watch = self.watched

    def fault(self) -> str:
        """Why questions cannot be answered now; empty where they can."""
        if self.desk.running.closed:
            return _STOPPING
        if not self.desk.ready.is_set():
            return _LOADING
        if self.base is None:
            return ""
        try:
            with self.base.store.catalog.view() as view:
                view.meta("base")
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing can be answered
            return self._for_outsiders("知识库的目录打不开", error)
        if not self.base.store.catalog.stands():
            return "知识库的目录不见了。请从备份恢复（python -m kb restore）。"
        index = self.base.store.index
        fault = index.fault()
        return self._for_outsiders("检索索引的服务用不了", fault) if fault and index.place else fault

    def _for_outsiders(self, what: str, why: object) -> str:
        """What anybody may know; the rest, which may name servers and users, is for the log."""
        if str(why) != self._told:
            self._told = str(why)
            _log.warning("%s：%s", what, why)
        return f"{what}，原因见服务的日志。可以运行 python -m kb doctor 检查。"

    def watched(self, question: str, answers: Iterator[Answer]) -> Iterator[Answer]:
        """The same answers; how they end is counted, and told in the log."""
        self.metrics.running.inc()
        began, outcome, last = time.perf_counter(), "failed", None
        try:
            for last in answers:
                yield last
            outcome = "failed" if last is None else "refused" if last.abstained else "answered"
        except GeneratorExit:
            outcome = "stopped"
            raise
        except QuestionInvalid:
            outcome = "invalid"
            raise
        finally:
            self.metrics.running.dec()
            stages = dict(last.timings_ms) if last is not None and outcome in ("answered", "refused") else {}
            self.metrics.answer(outcome, stages)
            self._tell(question, outcome, stages, time.perf_counter() - began)

    def _tell(self, question: str, outcome: str, stages: dict[str, float], seconds: float) -> None:
        asked: dict[str, Any] = {"question": question} if self._questions else {}
        told = {"outcome": outcome, "answer_ms": round(seconds * 1000, 1), "stages_ms": stages} | asked
        request = trace.current()
        if request is None or not request.tell(told):
            name = {"request_id": request.request_id} if request else {}
            REQUESTS.info("answer", extra={"fields": name | told})

    def _documents(self) -> int:
        if self.base is None:
            return 0
        with self.base.store.catalog.database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(schema.documents)).scalar() or 0)
