"""The commands as processes of their own, on bases whose vectors come from the fake model behind an endpoint."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import runpy
import subprocess
import sys
import tempfile
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
        ours = all(name.startswith("ZHICE_") for name in environment)  # others may matter to the interpreter's start
        if ours and stdout == subprocess.PIPE and not module.endswith(".py"):
            return forked(module, arguments, os.environ | self.environment | environment)
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


def forked(module: str, arguments: tuple[object, ...], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command in a process that is forked from one which has imported what commands need: seconds less each."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.preloaded"])
    argv = [*map(str, arguments)]
    with tempfile.TemporaryDirectory() as folder:
        said = [Path(folder, name) for name in ("stdout", "stderr")]
        child = context.Process(target=_run, args=(module, argv, environment, said))
        child.start()
        child.join(_SECONDS)
        if child.exitcode is None:
            child.kill()
            raise subprocess.TimeoutExpired([module, *argv], _SECONDS)
        out, err = (path.read_text("utf-8", "surrogateescape") for path in said)
        return subprocess.CompletedProcess([module, *argv], child.exitcode, out, err)


def _run(module: str, argv: list[str], environment: dict[str, str], said: list[Path]) -> None:
    """As ``python -m`` does it, in this process."""
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    for number, path in enumerate([Path(os.devnull), *said]):
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(file, number)
        os.close(file)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process lives
    sys.stdout, sys.stderr = (
        open(n, "w", encoding="utf-8", errors=errors, closefd=False, buffering=1)  # noqa: SIM115
        for n, errors in ((1, "strict"), (2, "backslashreplace"))
    )
    sys.argv = [module, *argv]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


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
