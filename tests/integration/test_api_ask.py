"""Questions over REST: what is answered, whole and as a stream, and how a failure is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kb.base import KnowledgeBase
from kb.errors import IndexMismatch
from kb.model import Answer, AnswerSentence
from tests.api import GROWN, events, interface, told
from tests.served import (
    ANSWER,
    ASKED,
    FAIR,
    FOLLOW_UP,
    ID,
    NUMBER,
    REFUSED,
    TITLE,
    Scripted,
    answered,
    link,
    served_base,
    warmed,
)
from ui.answers import UNEXPECTED
from ui.server import application

TIMINGS = {"analyse", "embed", "retrieve", "answer", "total"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with served_base(tmp_path_factory.mktemp("api") / "home") as base:
        yield base


@pytest.fixture(scope="module")
def client(shared: KnowledgeBase) -> Iterator[TestClient]:
    """The whole application, on a base that is only read."""
    with TestClient(application(warmed(shared), shared)) as client:
        yield client


@pytest.fixture
def base(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with served_base(tmp_path / "home") as base:
        yield base


def test_a_question_is_answered_with_citations_that_open(client: TestClient, shared: KnowledgeBase) -> None:
    answer = client.post("/api/ask", json={"question": ASKED})
    values = answer.json()
    assert (answer.status_code, set(values.pop("timings_ms")), values) == (200, TIMINGS, answered(shared))
    page = client.get(link(shared))
    assert (page.status_code, "<mark id=" in page.text, FAIR[:10] in page.text) == (200, True, True)


def test_a_refusal_is_an_answer_with_its_reason(client: TestClient) -> None:
    values = client.post("/api/ask", json={"question": REFUSED}).json()
    del values["timings_ms"]
    assert values.pop("reason") == values.pop("answer") != ""
    assert values == {
        "status": "refused",
        "abstained": True,
        "sentences": [],
        "citations": [],
        "nearest": [
            {"policy_id": ID, "title": TITLE, "doc_number": NUMBER, "url": "/doc/%E5%A4%9C%E5%B8%82%2F%E4%B8%80"}
        ],
        "warnings": [],
        "mode": "extractive",
        "understood": None,
    }


def test_a_follow_up_leans_on_the_questions_before_it(client: TestClient) -> None:
    alone = client.post("/api/ask", json={"question": FOLLOW_UP}).json()["status"]
    with_history = client.post("/api/ask", json={"question": FOLLOW_UP, "history": [ASKED]}).json()["answer"]
    assert (alone, with_history) == ("refused", ANSWER)


def test_filters_and_the_day_count(client: TestClient) -> None:
    def found(**filters: Any) -> int:  # noqa: ANN401
        return len(client.post("/api/search", json={"question": "夜市摊位费补助", "filters": filters}).json()["hits"])

    restrictions: list[dict[str, Any]] = [
        {}, {"issuer": "云溪市"}, {"issuer": "鹿城区"}, {"kinds": ["通知"]}, {"policy_ids": [ID]},
        {"policy_ids": ["x"]}, {"statuses": ["现行"]}, {"statuses": ["废止"]}, {"date_from": "2030-01-01"},
    ]  # fmt: skip
    assert [found(**r) for r in restrictions] == [1, 1, 0, 0, 1, 0, 1, 0, 0]
    early = client.post("/api/ask", json={"question": ASKED, "as_of": "2026-01-01"}).json()
    assert [w for w in early["warnings"] if "尚未施行" in w] != []


def test_the_stream_ends_with_the_whole_answer(client: TestClient, shared: KnowledgeBase) -> None:
    answer = client.post("/api/ask", json={"question": ASKED, "stream": True})
    [(name, values)] = events(answer.text)
    del values["timings_ms"]
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert (name, values) == ("answer", answered(shared))


def test_an_answer_that_grows_is_shown_growing(base: KnowledgeBase) -> None:
    whole = replace(GROWN, sentences=(*GROWN.sentences, AnswerSentence("两句。")))
    client = TestClient(interface(Scripted(lambda: iter([GROWN, whole])), held=base))
    progress, end = events(client.post("/ask", json={"question": ASKED, "stream": True}).text)
    assert progress == ("progress", {"sentences": [{"text": "一句。", "citations": [1]}]})
    assert (end[0], end[1]["answer"]) == ("answer", "一句。[1]\n两句。")


def test_what_fails_in_the_middle_is_told_in_the_stream(base: KnowledgeBase) -> None:
    def script() -> Iterator[Answer]:
        yield GROWN
        raise IndexMismatch("甲", "乙")

    client = TestClient(interface(Scripted(script), held=base))
    streamed = events(client.post("/ask", json={"question": ASKED, "stream": True}).text)
    assert streamed == [
        ("error", {"error": {"code": "base_unavailable", "message": str(IndexMismatch("甲", "乙"))}}),
    ]  # fmt: skip
    assert told(client.post("/ask", json={"question": ASKED}))[:2] == (503, "base_unavailable")


def test_what_nobody_expected_is_told_and_logged(base: KnowledgeBase, caplog: pytest.LogCaptureFixture) -> None:
    def script() -> Iterator[Answer]:
        raise ZeroDivisionError
        yield GROWN

    client = TestClient(interface(Scripted(script), held=base), raise_server_exceptions=False)
    assert told(client.post("/ask", json={"question": ASKED})) == (500, "unexpected", UNEXPECTED)
    assert "ZeroDivisionError" in caplog.text
