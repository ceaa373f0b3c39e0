"""More requests over REST than are done at once: they wait, are sent away, or are dropped with their client."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kb.base import KnowledgeBase
from kb.model import Answer
from tests.api import GROWN, interface, told
from tests.loops import run
from tests.served import (
    ASKED,
    Scripted,
    served_base,
)
from ui.api.pool import Pool
from ui.places import ALONE, places


@pytest.fixture
def base(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with served_base(tmp_path / "home") as base:
        yield base


def test_a_full_line_sends_away_with_a_time_to_come_back(base: KnowledgeBase) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def script() -> Iterator[Answer]:
        begun.set()
        go_on.wait(30)
        yield GROWN

    client = TestClient(interface(Scripted(script), Pool(at_once=1, waiting=0), base))
    first: list[Any] = []
    asking = threading.Thread(target=lambda: first.append(client.post("/ask", json={"question": ASKED})))
    asking.start()
    assert begun.wait(30)
    second = client.post("/ask", json={"question": ASKED})
    streamed = client.post("/ask", json={"question": ASKED, "stream": True})
    go_on.set()
    asking.join(30)
    sent_away = (429, "busy", "现在请求太多，排不上队。请过 2 秒再试。")
    assert [(told(a), a.headers["retry-after"]) for a in (second, streamed)] == [(sent_away, "2")] * 2
    assert first[0].json()["answer"] == "一句。[1]"


def test_answers_that_wait_for_a_model_hold_nobody_up(base: KnowledgeBase) -> None:
    """As many slow ones as are answered at once without a model, and one more."""
    slow, go_on = threading.Semaphore(0), threading.Event()
    turns = iter([True] * ALONE + [False])

    def script() -> Iterator[Answer]:
        if next(turns):
            slow.release()
            assert go_on.wait(30)
        yield GROWN

    with_model = base.settings.model_copy(update={"llm_base_url": "http://127.0.0.1:9/v1"})
    client = TestClient(interface(Scripted(script), Pool(places(with_model)), base))
    answers: list[Any] = []
    asking = [
        threading.Thread(target=lambda: answers.append(client.post("/ask", json={"question": ASKED})))
        for _ in range(ALONE)
    ]
    for thread in asking:
        thread.start()
    assert all(slow.acquire(timeout=30) for _ in asking)
    quick = client.post("/ask", json={"question": ASKED})
    assert (quick.json()["answer"], answers) == ("一句。[1]", [])
    go_on.set()
    for thread in asking:
        thread.join(30)
    assert [a.json()["answer"] for a in answers] == ["一句。[1]"] * ALONE


@pytest.mark.parametrize("stream", [False, True])
def test_work_for_a_client_that_is_gone_is_stopped(base: KnowledgeBase, stream: bool) -> None:
    begun, left, ended, over = (threading.Event() for _ in range(4))

    def script() -> Iterator[Answer]:
        try:
            begun.set()
            left.wait(30)
            while not over.wait(0.01):
                yield GROWN
        finally:
            ended.set()

    async def ask(app: Any) -> None:  # noqa: ANN401
        body = json.dumps({"question": ASKED, "stream": stream}).encode()
        requests = iter([{"type": "http.request", "body": body}])

        async def receive() -> Any:  # noqa: ANN401
            message = next(requests, None)
            if message is None:
                await asyncio.to_thread(begun.wait, 30)
            return message or {"type": "http.disconnect"}

        async def send(message: Any) -> None:  # noqa: ANN401, ARG001
            return None

        headers = [
            (b"host", b"x"),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        scope = {"type": "http", "method": "POST", "path": "/ask", "query_string": b"", "headers": headers}
        await app(scope, receive, send)

    pool = Pool(at_once=1, waiting=0)
    run(ask(interface(Scripted(script), pool, base)))
    left.set()
    try:
        assert ended.wait(30)
    finally:
        over.set()
    assert pool.submit(lambda work: "room again").result.result(30) == "room again"
