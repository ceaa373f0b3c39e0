"""The commands as processes of their own, on bases whose vectors come from the fake model behind an endpoint."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

from kb.base import KnowledgeBase
from kb.config import Settings, load_settings
from tests.bases import tables
from tests.conftest import ROOT
from tests.embedding_server import KEY, EmbeddingServer

MODEL = "openai:fake"
_SECONDS = 300


class Commands:
    """Runs ``python -m …`` in the project's folder, with settings for the model in the environment."""

    def __init__(self, server: EmbeddingServer) -> None:
        self.server = server
        given = {"EMBEDDING": MODEL, "EMBEDDING_URL": server.url, "EMBEDDING_KEY": KEY}
        self.environment = {"NO_PROXY": "127.0.0.1"} | {f"ZHICE_{name}": value for name, value in given.items()}

    def run(
        self, module: str, *arguments: object, stdout: int | IO[str] = subprocess.PIPE, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; bytes that are no UTF-8 stay as they are."""
        return subprocess.run(
            _command(module, arguments),
            cwd=ROOT,
            env=os.environ | self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=_SECONDS,
        )

    def json(self, module: str, *arguments: object) -> Any:
        """What a command that must succeed prints with --json."""
        done = self.run(module, *arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start(self, module: str, *arguments: object) -> subprocess.Popen[str]:
        """Start a command."""
        return subprocess.Popen(
            _command(module, arguments),
            cwd=ROOT,
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def settings(self, home: Path) -> Settings:
        """The same settings for a base in this process."""
        return load_settings(home=home, embedding=MODEL, embedding_url=self.server.url, embedding_key=KEY)


def _command(module: str, arguments: tuple[object, ...]) -> list[str]:
    where = [module] if module.endswith(".py") else ["-m", module]
    return [sys.executable, *where, *map(str, arguments)]


def assert_refused(done: subprocess.CompletedProcess[str], *said: str, code: int = 1) -> None:
    """A clear refusal: the exit code, a message in Chinese with these words on stderr, no traceback, no control."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert re.search(r"[\u4e00-\u9fff]{2}", done.stderr), "no Chinese message on stderr"
    assert [words for words in said if words not in done.stderr] == []
    assert_harmless(done)


def assert_harmless(done: subprocess.CompletedProcess[str]) -> None:
    """Nothing that steers a terminal: no escape, no C1 control, no change of direction."""
    assert (
        re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", (done.stdout or "") + done.stderr) == []
    )


def rows(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the catalog in a home."""
    with KnowledgeBase.open(Settings(home=home)) as base:
        return tables(base)
