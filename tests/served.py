"""A small base behind the interfaces, for their tests: one measure, asked about in two ways."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from kb.base import KnowledgeBase
from kb.model import Answer
from tests.bases import open_base, submission
from ui.desk import Desk
from ui.server import listen

FAIR = "对夜市摊位，摊位费每平方米每月补助20元，单个摊位每年最高3000元。补助由市城市管理局负责发放。"
TITLE, NUMBER, ID = "云溪市夜市扶持办法", "云政办发〔2026〕4号", "夜市/一"
ASKED = "云溪市夜市摊位费每平方米每月补助多少元？"
FOLLOW_UP = "那每年最高呢？"
REFUSED = "月球基地的建设标准是什么？"
SAID = f"《{TITLE}》（{NUMBER}）：{FAIR}"
ANSWER = f"{SAID}[1]"


@contextmanager
def served_base(home: Path) -> Iterator[KnowledgeBase]:
    """A base with the measure."""
    with open_base(home) as base:
        base.put(
            submission(
                "fair.txt",
                FAIR,
                title=TITLE,
                doc_number=NUMBER,
                size=60,
                policy_id=ID,
                issuer="云溪市人民政府办公室",
                effective_from="2026-02-01",
            )
        )
        yield base


def warmed(base: Any) -> Desk:  # noqa: ANN401
    """A desk whose model is loaded."""
    desk = Desk(base)
    desk.ready.set()
    desk.prepared.set()
    return desk


def revision(base: KnowledgeBase) -> str:
    """The measure's revision."""
    return base.header(ID).revision


def link(base: KnowledgeBase) -> str:
    """Where its text is opened at the quotation, which is all of it."""
    return f"/doc/%E5%A4%9C%E5%B8%82%2F%E4%B8%80?revision={revision(base)}&start=0&end={len(FAIR)}#quote"


def citation(base: KnowledgeBase) -> dict[str, Any]:
    """The answer's citation as the interfaces give it."""
    return {
        "n": 1,
        "policy_id": ID,
        "revision": revision(base),
        "title": TITLE,
        "doc_number": NUMBER,
        "section": None,
        "quote": FAIR,
        "start": 0,
        "end": len(FAIR),
        "source": "fair.txt",
        "url": link(base),
    }


def answered(base: KnowledgeBase) -> dict[str, Any]:
    """The answer as the interfaces give it, without its timings."""
    return {
        "status": "answered",
        "abstained": False,
        "answer": ANSWER,
        "sentences": [{"text": SAID, "citations": [1]}],
        "reason": None,
        "citations": [citation(base)],
        "nearest": [],
        "warnings": [],
        "mode": "extractive",
        "understood": None,
    }


@contextmanager
def running(app: Any) -> Iterator[str]:  # noqa: ANN401
    """An application served for real, in a thread, on a port of its own: its address."""
    begun = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            begun.set()

    server = Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    with listen("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert begun.wait(60)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)


class Scripted:
    """A base that answers by what a test gives it."""

    def __init__(self, script: Callable[[], Iterator[Answer]]) -> None:
        self.script = script

    def ask_stream(self, question: str, **options: Any) -> Iterator[Answer]:  # noqa: ANN401, ARG002
        return self.script()
