"""What the application tells of itself: health, metrics, a log line for each request, and nothing it should not."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from kb.base import KnowledgeBase
from kb.conversations.model import TurnState
from kb.errors import Corrupt
from kb.model import Filters
from tests.bases import many, open_base
from ui.answering import open_answering
from ui.desk import Desk
from ui.ops.logs import set_up
from ui.ops.service import Service
from ui.ops.trace import Trace, within
from ui.server import application

ASKED = "孵化器项目到2027年达到多少个？"
NOWHERE = "火星移民补贴多少？"


@dataclass
class Served:
    """An application over a base of a few documents."""

    client: TestClient
    base: KnowledgeBase
    desk: Desk
    service: Service

    def metrics(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
        """All samples of ours, by name and labels."""
        families = text_string_to_metric_families(self.client.get("/metrics").text)
        return {
            (s.name, tuple(sorted(s.labels.items()))): s.value
            for family in families
            for s in family.samples
            if s.name.startswith("zhice_") and not s.name.endswith("_created")
        }

    def api(self, question: str, **headers: str) -> Any:
        return self.client.post("/api/ask", json={"question": question}, headers=headers)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with open_base(tmp_path / "home") as base:
        base.put_many(many(3))
        desk = Desk(base)
        desk.ready.set()
        desk.prepared.set()
        service = Service(desk, base)
        answering = open_answering(desk, base)
        with TestClient(application(desk, base, lambda: answering, None, service=service)) as client:
            yield Served(client, base, desk, service)
        answering.close()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the log says, as JSON lines."""
    before = logging.root.handlers[:], logging.root.level, logging.getLogger("zhice.requests").level
    stream = io.StringIO()
    set_up("json", questions=False, stream=stream)
    yield stream
    logging.root.handlers[:], level, requests = before
    logging.root.setLevel(level)
    logging.getLogger("zhice.requests").setLevel(requests)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_process_that_lives_says_so_and_one_that_can_answer_is_ready(served: Served) -> None:
    alive, ready = served.client.get("/healthz"), served.client.get("/readyz")
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()) == (200, {"ready": True})


def test_why_it_is_not_ready(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> tuple[int, str]:
        answer = served.client.get("/readyz")
        assert served.client.get("/healthz").status_code == 200
        return answer.status_code, answer.json()["reason"]

    state = served.base.store.index.words.folder / "zhice.json"
    kept = state.read_text("utf-8")
    state.write_text("{}", "utf-8")
    assert told() == (503, "关键词索引读不出。请运行 python -m kb doctor 修复。")
    state.write_text(kept, "utf-8")
    catalog = served.base.settings.home / "catalog.db"
    catalog.rename(catalog.with_suffix(".gone"))
    assert told() == (503, "知识库的目录不见了。请从备份恢复（python -m kb restore）。")
    catalog.with_suffix(".gone").rename(catalog)
    assert served.client.get("/readyz").status_code == 200
    served.desk.ready.clear()
    assert told() == (503, "正在载入模型")
    served.desk.running.close()
    assert told() == (503, "正在停止")


def test_what_it_lacks_is_told_in_the_log_and_not_to_everybody(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise Corrupt("postgresql://reader@10.0.0.7/base 里的目录损坏。")

    monkeypatch.setattr(served.base.store.catalog, "view", broken)
    reason = "知识库的目录打不开，原因见服务的日志。可以运行 python -m kb doctor 检查。"
    with caplog.at_level("WARNING"):
        for _ in range(2):
            answer = served.client.get("/readyz")
            assert (answer.status_code, answer.json()) == (503, {"ready": False, "reason": reason})
    told = [record.getMessage() for record in caplog.records if "目录打不开" in record.getMessage()]
    assert told == ["知识库的目录打不开：postgresql://reader@10.0.0.7/base 里的目录损坏。"]
    monkeypatch.undo()
    index = served.base.store.index
    monkeypatch.setattr(type(index), "place", "milvus+http://10.0.0.7:19530")
    monkeypatch.setattr(index, "fault", lambda: "http://10.0.0.7:19530 没有回应")
    reason = "检索索引的服务用不了，原因见服务的日志。可以运行 python -m kb doctor 检查。"
    assert served.client.get("/readyz").json() == {"ready": False, "reason": reason}


def test_what_is_measured_and_by_templates_only(served: Served) -> None:
    policy_id = served.base.documents()[0].policy_id
    for path in (f"/doc/{policy_id}", "/doc/none", "/favicon.ico", "/nowhere/secret", "/nowhere/other", "/"):
        served.client.get(path)
    served.client.request("BREW", "/healthz")
    assert served.api(ASKED).json()["abstained"] is False
    assert served.api(NOWHERE).json()["abstained"] is True
    served.base.ask(ASKED)  # the program's own
    found = served.metrics()
    requests = {
        (labels["method"], labels["route"], labels["status"]): value
        for (name, pairs), value in found.items()
        for labels in [dict(pairs)]
        if name == "zhice_http_requests_total"
    }
    assert requests == {
        ("GET", "/doc/{policy_id:path}", "200"): 1,
        ("GET", "/doc/{policy_id:path}", "404"): 1,
        ("GET", "/favicon.ico", "200"): 1,
        ("GET", "/*", "404"): 2,
        ("GET", "/", "200"): 1,
        ("other", "unmatched", "405"): 1,
        ("POST", "/api/ask", "200"): 2,
    }
    assert {labels[0][1]: v for (name, labels), v in found.items() if name == "zhice_answers_total"} == {
        "answered": 1,
        "refused": 1,
        "invalid": 0,
        "failed": 0,
        "stopped": 0,
    }
    assert found["zhice_documents", ()] == 3
    assert found["zhice_answers_running", ()] == 0
    for stage in ("analyse", "embed", "retrieve", "answer", "total"):
        assert found["zhice_answer_stage_seconds_count", (("stage", stage),)] == 2
    assert found["zhice_http_request_seconds_count", (("route", "/api/ask"),)] == 2


def test_how_an_answer_ends_is_counted_and_the_gauge_comes_back(served: Served) -> None:
    stream = served.base.ask_stream(ASKED)
    next(stream)
    assert served.service.metrics.registry.get_sample_value("zhice_answers_running") == 1
    del stream
    with pytest.raises(Exception, match="问题是空的"):
        list(served.base.ask_stream(" "))
    found = served.metrics()
    assert (found["zhice_answers_total", (("outcome", "stopped"),)], found["zhice_answers_running", ()]) == (1, 0)
    assert found["zhice_answers_total", (("outcome", "invalid"),)] == 1


def test_a_line_for_each_request_with_its_id_and_the_stages_of_its_answer(served: Served, log: io.StringIO) -> None:
    answer = served.api(ASKED, **{"X-Request-ID": "abc-1.2_3"})
    assert answer.headers["x-request-id"] == "abc-1.2_3"
    (line,) = lines(log)
    assert {k: line[k] for k in line.keys() - {"time", "duration_ms", "answer_ms", "stages_ms"}} == {
        "level": "INFO",
        "logger": "zhice.requests",
        "event": "request",
        "request_id": "abc-1.2_3",
        "method": "POST",
        "route": "/api/ask",
        "status": 200,
        "outcome": "answered",
    }
    assert sorted(line["stages_ms"]) == ["analyse", "answer", "embed", "retrieve", "total"]
    assert 0 < line["stages_ms"]["total"] <= line["answer_ms"] + 1 <= line["duration_ms"] + 2
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT[\d:.]+\+00:00", line["time"])


@pytest.mark.parametrize("given", ["", "a b", "-x", "x" * 65, "密", 'a"\\', "a\x1b"])
def test_an_id_that_is_not_well_formed_is_replaced(served: Served, log: io.StringIO, given: str) -> None:
    answer = served.client.get("/healthz", headers={"X-Request-ID": given.encode()})
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["x-request-id"])
    assert [line["request_id"] for line in lines(log)] == [answer.headers["x-request-id"]]


SECRETS = ("孵化器项目", "sk-secret-4711", "cookie-4711", "query-4711", "body-4711")


def test_nothing_that_was_asked_or_is_secret_is_in_the_log(served: Served, log: io.StringIO) -> None:
    headers = {"Authorization": "Bearer sk-secret-4711", "Cookie": "zhice_session=cookie-4711"}
    assert served.api(ASKED, **headers).status_code == 200
    served.client.get("/nowhere/query-4711?q=query-4711", headers=headers)
    served.client.get("/doc/query-4711?revision=query-4711", headers=headers)
    served.client.post("/api/ask", content=b'{"question": "body-4711"', headers=headers)
    try:
        raise KeyError(f"body-4711 {ASKED}")
    except KeyError:
        logging.getLogger("ui.answering").exception("question failed")
    logging.getLogger("httpx").warning("HTTP Request: %s", "http://host/?key=query-4711")
    assert len(lines(log)) == 6
    assert [secret for secret in SECRETS if secret in log.getvalue()] == []
    failed = next(line for line in lines(log) if line["event"] == "question failed")
    assert (failed["error"], len(failed["trace"])) == ("KeyError", 1)


@pytest.mark.parametrize("over", [False, True])
def test_a_question_of_the_page_is_told_for_its_request(served: Served, log: io.StringIO, over: bool) -> None:
    trace = Trace("page-1")
    if over:  # the page's own request ends before its answer
        trace.over()
    with closing(open_answering(served.desk, served.base)) as answering, within(trace):
        turn = answering.ask(ASKED, Filters())
        for _ in answering.follow(turn):
            pass
        assert answering.turn(turn.turn_id).state is TurnState.ANSWERED
    told = lines(log)[0] if over else trace.over()
    assert not over or told["request_id"] == "page-1"
    assert (told["outcome"], sorted(told["stages_ms"])) == (
        "answered",
        ["analyse", "answer", "embed", "retrieve", "total"],
    )
    assert [line["event"] for line in lines(log)] == (["answer"] if over else [])
    assert "孵化器" not in log.getvalue()


@pytest.mark.parametrize("form", ["json", "text"])
def test_with_leave_questions_are_told(served: Served, form: str) -> None:
    stream = io.StringIO()
    before = logging.root.handlers[:]
    set_up(form, questions=True, stream=stream)
    try:
        service = Service(served.desk, served.base, log_questions=True)
        list(service.watched(ASKED, iter([served.base.ask(ASKED)])))
        try:
            raise KeyError(ASKED)
        except KeyError:
            logging.getLogger("ui").exception("failed")
    finally:
        logging.root.handlers[:] = before
    assert stream.getvalue().count(ASKED) == (2 if form == "json" else 1)


def test_a_line_cannot_be_forged(log: io.StringIO) -> None:
    logging.getLogger("ui").warning('x\n{"event": "forged"}\r\x1b[31m')
    assert [line["event"] for line in lines(log)] == ['x\n{"event": "forged"}\r\x1b[31m']
    assert "\x1b" not in log.getvalue()
