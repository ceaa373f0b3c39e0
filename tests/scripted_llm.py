"""A chat endpoint on 127.0.0.1 in OpenAI's format that says what a test scripts, well or badly."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-test-4712"
Request = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What one request gets: a status, or lines sent as they are; ``pauses`` are seconds before each."""

    lines: Iterable[str] = ()
    status: int = 200
    pauses: float = 0.0
    first_pause: float = 0.0
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/event-stream"})
    body: str = ""
    trickled: bool = False  # a head without end, a byte at each pause


def event(text: str | None, finish: str | None = None) -> str:
    """One event of the stream."""
    return "data: " + json.dumps({"choices": [{"delta": {"content": text}, "finish_reason": finish}]}) + "\n\n"


def said(*pieces: str, done: bool = True, **fields: Any) -> Reply:
    """A reply that streams these pieces well."""
    end = [event(None, "stop"), "data: [DONE]\n\n"] if done else []
    return Reply([*(event(piece) for piece in pieces), *end], **fields)


class ScriptedModel:
    """``script`` gives the reply to a request by the request's body."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.keys: list[str] = []
        self.script: Callable[[Request], Reply] = lambda request: said("依据不足")
        self.url = ""
        self.left = threading.Event()  # set once a reader has gone before the end

    @property
    def asked(self) -> str:
        """What the model was last given to read."""
        return str(self.requests[-1]["messages"][-1]["content"])


class _Handler(BaseHTTPRequestHandler):
    """Replies as the script says; ``model`` and ``stopped`` are set by ``running_model``."""

    model: ScriptedModel
    stopped: threading.Event

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.model.requests.append(request)
        self.model.keys.append(self.headers.get("Authorization", ""))
        reply = self.model.script(request) if self.path == "/v1/chat/completions" else Reply(status=404)
        self.stopped.wait(reply.first_pause)
        try:
            if reply.trickled:
                self._trickle(reply.pauses)
            else:
                self._send(reply)
        except OSError:
            self.model.left.set()

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if reply.body:
            self.wfile.write(reply.body.encode())
        for line in reply.lines:
            self.stopped.wait(reply.pauses)
            self.wfile.write(line.encode())
            self.wfile.flush()

    def _trickle(self, pause: float) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
        while not self.stopped.wait(pause):
            self.wfile.write(b"x")
            self.wfile.flush()

    def do_GET(self) -> None:
        self.model.requests.append({"path": self.path})
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        """Quiet."""


@contextmanager
def running_model() -> Iterator[ScriptedModel]:
    """The endpoint, listening; its address is in ``url``."""
    model, stopped = ScriptedModel(), threading.Event()
    handler = type("Handler", (_Handler,), {"model": model, "stopped": stopped})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    model.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
