"""A real server that is told to stop: what is being answered is finished and saved, nothing new is begun."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from kb.conversations.model import Turn, TurnState
from kb.conversations.store import ConversationStore
from tests.conftest import ROOT
from tests.embedding_server import KEY as EMBEDDING_KEY
from tests.embedding_server import EmbeddingServer, running_server
from tests.processes import Commands
from tests.scripted_llm import KEY, Reply, ScriptedModel, event, running_model
from tests.served import ASKED, FAIR, served_base

WAITING = "正在停止：等 1 个回答做完（最多 {} 秒），再按一次 Ctrl-C 立即停止。\n"
SECRET = "zk-page-secret-4711"


@dataclass
class Server:
    """A server in a process of its own, whose model says nothing before ``go_on`` is set."""

    process: subprocess.Popen[str]
    url: str
    home: Path
    model: ScriptedModel
    go_on: threading.Event

    def get(self, path: str) -> tuple[int, Any]:
        answer = httpx.get(f"{self.url}{path}", trust_env=False, timeout=60)
        return answer.status_code, answer.json()

    def ask_on_page(self) -> None:
        """Send a question as the page does, and wait until the model was asked."""
        headers = {"Authorization": f"Bearer {SECRET}", "Cookie": f"other={SECRET}"}
        with httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=60) as client:
            config = client.get("/config").json()
            names = {c["id"]: c["type"] for c in config["components"]}
            (index,) = [
                d["id"]
                for d in config["dependencies"]
                if ("submit" in {t[1] for t in d["targets"]} and [names[i] for i in d["inputs"]][:1] == ["textbox"])
                and len(d["inputs"]) == 8
            ]
            data = [ASKED, "", "", None, None, [], "", ""]
            sent = {"data": data, "fn_index": index, "session_hash": "page", "trigger_id": None}
            client.post(f"/gradio_api/queue/join?key={SECRET}", json=sent).raise_for_status()
        assert self.model_asked.wait(60)

    @property
    def model_asked(self) -> threading.Event:
        return self.model.was_asked  # type: ignore[attr-defined,no-any-return]

    def turns(self) -> list[Turn]:
        with ConversationStore(self.home) as store:
            return [turn for row in store.list() for turn in store.load(row.conversation_id).turns]


@pytest.fixture(scope="module")
def embedding() -> Iterator[EmbeddingServer]:
    with running_server() as server:
        yield server


@contextmanager
def serving(embedding: EmbeddingServer, home: Path, port: int, **settings: str) -> Iterator[Server]:
    with served_base(home):
        pass
    environment = {
        "NO_PROXY": "127.0.0.1",
        "ZHICE_EMBEDDING_URL": embedding.url,
        "ZHICE_EMBEDDING_KEY": EMBEDDING_KEY,
        "ZHICE_EMBEDDING": "openai:fake",
    }
    Commands(embedding).run("ingest", "rebuild", "--home", home)
    go_on = threading.Event()
    with running_model() as model:
        model.was_asked = threading.Event()  # type: ignore[attr-defined]

        def script(request: Any) -> Reply:
            model.was_asked.set()  # type: ignore[attr-defined]
            return Reply(held())

        def held() -> Iterator[str]:
            go_on.wait(60)
            yield event("每平方米每月补助20元[1]。")
            yield event(None, "stop")
            yield "data: [DONE]\n\n"

        model.script = script
        environment |= {"ZHICE_LLM_BASE_URL": model.url, "ZHICE_LLM_MODEL": "qwen-test", "ZHICE_LLM_API_KEY": KEY}
        environment |= {"ZHICE_LLM_STALL_SECONDS": "120", "ZHICE_LLM_TOTAL_SECONDS": "240"}
        process = subprocess.Popen(
            [sys.executable, "chat_app.py", "--home", str(home), "--port", str(port)],
            cwd=ROOT,
            env=os.environ | environment | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout
            assert process.stdout.readline() == "正在启动……\n"
            assert process.stdout.readline().startswith("知策已就绪")
            server = Server(process, f"http://127.0.0.1:{port}", home, model, go_on)
            yield server
        finally:
            go_on.set()
            process.kill()
            process.communicate()


def test_what_is_being_answered_is_finished_and_saved(
    embedding: EmbeddingServer, tmp_path: Path, free_port: int
) -> None:
    with serving(embedding, tmp_path / "home", free_port) as server:
        server.ask_on_page()
        assert server.get("/readyz") == (200, {"ready": True})
        server.process.send_signal(signal.SIGTERM)
        assert server.process.stdout and server.process.stdout.readline() == WAITING.format(30)
        assert server.get("/readyz") == (503, {"ready": False, "reason": "正在停止"})
        assert server.get("/healthz") == (200, {"status": "ok"})
        refused = httpx.post(f"{server.url}/api/ask", json={"question": ASKED}, trust_env=False, timeout=60)
        assert (refused.status_code, refused.json()["error"]["message"]) == (
            503,
            "知策正在停止，没有开始回答。请过一会儿再问。",
        )
        server.go_on.set()
        stdout, stderr = server.process.communicate(timeout=60)
        assert (server.process.returncode, stdout) == (0, "已停止。\n")
        (turn,) = server.turns()
        assert (turn.question, turn.state) == (ASKED, TurnState.ANSWERED)
        assert turn.answer is not None and "20元" in turn.answer.text
        lines = [json.loads(line) for line in stderr.splitlines()]
        told = [line for line in lines if "outcome" in line]
        joined = [line for line in lines if line.get("route") == "/gradio_api/queue/join"]
        assert [line["outcome"] for line in told] == ["answered"]
        assert [line["request_id"] for line in joined] == [told[0]["request_id"]]
        assert {"embed", "retrieve", "answer", "model"} <= told[0]["stages_ms"].keys()
        assert [s for s in (ASKED, ASKED[:6], SECRET, KEY, EMBEDDING_KEY, FAIR[:8]) if s in stderr] == []


def test_it_does_not_wait_longer_than_it_is_set_to(embedding: EmbeddingServer, tmp_path: Path, free_port: int) -> None:
    with serving(embedding, tmp_path / "home", free_port, ZHICE_STOP_SECONDS="0.2") as server:
        server.ask_on_page()
        server.process.send_signal(signal.SIGINT)
        stdout, stderr = server.process.communicate(timeout=25)  # the model says nothing for a minute
        assert (server.process.returncode, stdout) == (0, WAITING.format(0.2) + "已停止。\n")
        assert "Traceback" not in stderr
        assert [turn.question for turn in server.turns()] == [ASKED]


def test_a_second_signal_stops_at_once(embedding: EmbeddingServer, tmp_path: Path, free_port: int) -> None:
    with serving(embedding, tmp_path / "home", free_port) as server:
        server.ask_on_page()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.stdout and server.process.stdout.readline() == WAITING.format(30)
        server.process.send_signal(signal.SIGTERM)
        stdout, _ = server.process.communicate(timeout=10)
        assert (server.process.returncode, stdout) == (130, "已立即停止，没有答完的可以重试。\n")
        assert [turn.question for turn in server.turns()] == [ASKED]


def test_a_connection_is_kept_as_long_as_proxies_keep_theirs(
    embedding: EmbeddingServer, tmp_path: Path, free_port: int
) -> None:
    with serving(embedding, tmp_path / "home", free_port):
        line = http.client.HTTPConnection("127.0.0.1", free_port, timeout=60)
        line.request("GET", "/healthz")
        line.getresponse().read()
        kept = line.sock
        time.sleep(6)  # uvicorn by itself hangs up after five seconds
        line.request("GET", "/healthz")
        assert line.getresponse().status == 200
        assert line.sock is kept
        line.close()
