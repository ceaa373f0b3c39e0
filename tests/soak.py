"""``python -m tests.soak --minutes 60``: a day of use in an hour, and whether it leaves anything behind.

A served base with the fake model is asked and searched, files are uploaded, replaced and removed through the interface,
a folder is synced by another process, and the server is stopped and started, all at random. Memory and open files of
the server are noted as it goes on; at the end its answers must be those of a base made afresh of what is there.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from kb.base import KnowledgeBase
from tests.bases import body
from tests.conftest import ROOT
from tests.embedding_server import running_server
from tests.processes import Commands

_FILES, _UPLOADS = 120, 12
_PATIENCE = 120.0
_ASKED = "第{}号方案的项目补助多少万元？"


@dataclass
class Server:
    """The program serving a home; ``samples`` are (requests since its start, MB resident, open files)."""

    commands: Commands
    home: Path
    samples: list[list[tuple[int, float, int]]] = field(default_factory=list)
    requests: int = 0
    url: str = ""
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "chat_app.py", "--home", str(self.home), "--port", str(port)]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | self.commands.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a pipe that nobody reads would fill with the log, and stop the server
            text=True,
        )
        assert self.process.stdout is not None
        line = next(line for line in self.process.stdout if "知策已就绪" in line)
        self.url = re.search(r"http://\S+?(?=/ )", line)[0]  # type: ignore[index]
        self.samples.append([])
        self.requests = 0

    def stop(self) -> None:
        """Stop it as systemd does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(_PATIENCE) == 0, "the server did not stop well"

    def look(self) -> None:
        """Note its memory and open files."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        resident = int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]
        self.samples[-1].append((self.requests, resident, len(os.listdir(f"/proc/{self.process.pid}/fd"))))

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """A request that must be answered without a fault of the server."""
        self.requests += 1
        answer = httpx.request(method, self.url + path, timeout=_PATIENCE, trust_env=False, **more)
        assert answer.status_code < 500, answer.text
        return answer


@dataclass
class Day:
    """What happens in it, at random."""

    server: Server
    folder: Path
    chance: random.Random
    version: int = 0
    uploaded: dict[str, str] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    def step(self) -> None:
        """Do one thing."""
        things: list[tuple[float, Callable[[], None]]] = [
            (60, self.ask),
            (15, self.search),
            (6, self.upload),
            (4, self.remove),
            (3, self.sync),
            (0.5, self.restart),
        ]
        (thing,) = self.chance.choices([t for _, t in things], [w for w, _ in things])
        thing()
        self.done[thing.__name__] += 1

    def ask(self) -> None:
        question = _ASKED.format(self.chance.randrange(_FILES + 20))
        assert self.server.call("POST", "/api/ask", json={"question": question}).json()["status"] in (
            "answered",
            "refused",
        )

    def search(self) -> None:
        self.server.call("POST", "/api/search", json={"question": body(self.chance.randrange(_FILES))[:40]})

    def upload(self) -> None:
        self.version += 1
        name = f"上传{self.chance.randrange(_UPLOADS):02d}.txt"
        text = f"云溪市上传方案{name}\n{body(1000 + self.version, self.version)}\n"
        files = {"file": (name, text.encode())}
        answer = self.server.call("POST", "/api/documents", files=files, params={"replace": "true"})
        assert answer.status_code in (200, 201), answer.text
        self.uploaded[name] = text

    def remove(self) -> None:
        if not self.uploaded:
            return
        name = self.chance.choice(sorted(self.uploaded))
        with KnowledgeBase.open(self.server.commands.settings(self.server.home)) as base:
            ids = [h.policy_id for h in base.documents() if (h.source or "").endswith(name)]
        for policy_id in ids:
            answer = self.server.call("DELETE", f"/api/documents/{policy_id}")
            assert answer.status_code in (200, 204), answer.text
        del self.uploaded[name]

    def sync(self) -> None:
        self.version += 1
        for number in self.chance.sample(range(_FILES), 4):
            path = self.folder / f"{number:03d}.txt"
            path.write_text(f"云溪市第{number}号方案\n{body(number, self.version)}\n", "utf-8")
        if self.chance.random() < 0.3:
            self.chance.choice(sorted(self.folder.iterdir())).unlink()
        report = self.server.commands.json("ingest", "sync", self.folder, "--home", self.server.home)
        assert report["failed"] == [], report

    def restart(self) -> None:
        self.server.stop()
        self.server.start()


def soak(folder: Path, minutes: float, seed: int, said: Callable[[str], None]) -> dict[str, Any]:
    """Use a base for so long: what was done, how memory and files went, and questions answered otherwise at the end."""
    files, home, other = folder / "files", folder / "home", folder / "other"
    files.mkdir()
    (files / "a.txt").write_text(f"云溪市第5000号方案\n{body(5000)}\n", "utf-8")
    questions = [_ASKED.format(n) for n in range(0, _FILES, 7)]
    with running_server() as model:
        commands = Commands(model)
        commands.json("ingest", "sync", files, "--home", home)  # a base must be there to be served
        with _served(commands, home) as server:
            day = Day(server, files, random.Random(seed))
            for _ in range(8):
                day.sync()
            until, steps = time.monotonic() + minutes * 60, 0
            while time.monotonic() < until:
                day.step()
                steps += 1
                if steps % 20 == 0:
                    server.look()
                    said(f"{dict(day.done)} {server.samples[-1][-1]}")
            answers = [_answer(server, q) for q in questions]
            server.stop()
        for name, text in day.uploaded.items():
            (files / name).write_text(text, "utf-8")
        commands.json("ingest", "sync", files, "--home", other)
        with _served(commands, other) as afresh:
            fresh = [_answer(afresh, q) for q in questions]
    differing = [q for q, a, b in zip(questions, answers, fresh, strict=True) if a != b]
    return {"done": day.done, **growth(server.samples), "differing": differing}


def growth(runs: list[list[tuple[int, float, int]]]) -> dict[str, Any]:
    """How memory and files went in the longest run: medians of its second and its last quarter, and the highest."""
    longest = max(runs, key=len)
    quarter = max(1, len(longest) // 4)
    early, late = longest[quarter : 2 * quarter] or longest, longest[-quarter:]
    every = [sample for run in runs for sample in run]
    return {
        "requests_in_longest_run": longest[-1][0],
        "resident_mb": [round(statistics.median(s[1] for s in part), 1) for part in (early, late)],
        "open_files": [statistics.median(s[2] for s in part) for part in (early, late)],
        "highest": [round(max(s[1] for s in every), 1), max(s[2] for s in every)],
    }


def _answer(server: Server, question: str) -> tuple[str, str]:
    found = server.call("POST", "/api/ask", json={"question": question}).json()
    return found["status"], found.get("answer", "")


@contextmanager
def _served(commands: Commands, home: Path) -> Iterator[Server]:
    server = Server(commands, home)
    server.start()
    try:
        yield server
    finally:
        if server.process is not None and server.process.poll() is None:
            server.process.kill()
            server.process.wait()


def main() -> int:
    """Run from the command line: 1 where the answers differ at the end."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = soak(Path(folder), given.minutes, given.seed, lambda line: print(line, end="\r", file=sys.stderr))
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 1 if found["differing"] else 0


if __name__ == "__main__":
    sys.exit(main())
