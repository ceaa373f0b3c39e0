"""A small embeddings endpoint on 127.0.0.1 in OpenAI's format, with faults that can be switched on."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.fakes import HashEmbedder

KEY = "sk-test-4711"


class EmbeddingServer:
    """``faults`` are statuses answered first, one a request; ``spoil`` may change the answer's JSON in place."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.faults: deque[int] = deque()
        self.spoil: Callable[[dict[str, Any]], Any] = lambda answer: None
        self.url = ""
        self._model = HashEmbedder()

    def answer(self, key: str, body: dict[str, Any]) -> tuple[int, Any]:
        self.requests.append(body)
        if self.faults:
            return self.faults.popleft(), {"error": {"message": f"try later, key {KEY}"}}
        if key != f"Bearer {KEY}":
            return 401, {"error": {"message": f"Incorrect API key provided: {key}"}}
        vectors = self._model.embed_passages(body["input"])
        data = [{"index": i, "object": "embedding", "embedding": (3 * v).tolist()} for i, v in enumerate(vectors)]
        answer: dict[str, Any] = {"object": "list", "model": body["model"], "data": data[::-1]}
        self.spoil(answer)
        return 200, answer


@contextmanager
def running_server() -> Iterator[EmbeddingServer]:
    """The server, listening; its address is in ``url``."""
    server = EmbeddingServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/v1/embeddings":
                status, answer = server.answer(self.headers.get("Authorization", ""), body)
            else:
                status, answer = 404, {"error": {"message": "no such path"}}
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    server.url = f"http://127.0.0.1:{listener.server_address[1]}/v1"
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
