"""A real base built from corpus/, the real server over it, and a browser that records what it should not see."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, ViewportSize, expect, sync_playwright

_PATIENCE_MS = 120_000  # a busy machine is slow, not wrong

#: A flow at the width of a screen and at that of a phone.
BOTH = pytest.mark.parametrize("viewport", [(1440, 900), (390, 844)])

# Runs the application as its own command does, and notes every address it speaks to or looks up.
_WATCHED = """
import json, runpy, sys
log = open(sys.argv.pop(1), "a", buffering=1)
def watch(event, args):
    if event == "socket.connect":
        log.write(json.dumps(["connect", str(args[1])]) + "\\n")
    elif event == "socket.getaddrinfo":
        log.write(json.dumps(["lookup", str(args[0])]) + "\\n")
sys.addaudithook(watch)
sys.argv.pop(0)
runpy.run_path(sys.argv[0], run_name="__main__")
"""

HOSTILE = """云栖县关于防范<script>window.hacked = 1</script>注入的通知

一、报告时限

云栖县各单位发现含有<img src=x onerror="window.hacked = 2">字样的可疑表格，应当在3个工作日内向县网信办报告。

二、保存要求

可疑表格连同${window.hacked = 3}等标记一并封存，保存期限为2年。
"""


@dataclass
class Running:
    """A started application."""

    url: str
    home: Path
    process: subprocess.Popen[str]
    network_log: Path

    def outside(self) -> list[list[str]]:
        """Addresses spoken to or looked up that are not this machine."""
        noted = [json.loads(line) for line in self.network_log.read_text("utf-8").splitlines()]
        return [n for n in noted if not re.search(r"127\.0\.0\.1|localhost|::1|^/|^None$", n[1])]


@dataclass
class Seen:
    """What happened in the browser beside what the test asked for."""

    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def command(*arguments: str | Path, root: Path) -> None:
    done = subprocess.run([sys.executable, "-m", *map(str, arguments)], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def home(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base of corpus/ and one hostile document, made by the real commands with the bundled model."""
    folder = tmp_path_factory.mktemp("e2e")
    hostile = folder / "hostile"
    hostile.mkdir()
    # A text file: in Markdown and HTML the reader would rightly drop the tags.
    (hostile / "notice.txt").write_text(HOSTILE, "utf-8")
    command("ingest", "sync", "corpus", "--home", folder / "home", root=root)
    command("ingest", "sync", hostile, "--home", folder / "home", root=root)
    return folder / "home"


@pytest.fixture(scope="session")
def app(root: Path, home: Path, artifacts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The application, running."""
    with running_app(root, home, artifacts / "server.log", tmp_path_factory.mktemp("network") / "log.jsonl") as app:
        yield app


@contextmanager
def running_app(
    root: Path, home: Path, errors_to: Path, log: Path, *, port: int = 0, **environment: str
) -> Iterator[Running]:
    """The application on a port, by default a free one, with settings from its environment; ended at the end."""
    log.touch()
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", port))
        port = free.getsockname()[1]
    arguments = ["chat_app.py", "--home", str(home), "--port", str(port)]
    with errors_to.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", _WATCHED, str(log), *arguments],
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"} | environment,
        )
        assert process.stdout
        said = []
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"知策已就绪：(http://\S+?)/ ", line):
                yield Running(found[1], home, process, log)
                break
        else:
            pytest.fail("".join(said) + errors_to.read_text("utf-8"))
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def seen() -> Seen:
    """What the browser noted during this test."""
    return Seen()


@pytest.fixture
def viewport() -> tuple[int, int]:
    """The window's width and height; a test may be parametrized with another."""
    return 1440, 900


@pytest.fixture
def scale() -> float:
    """Device pixels for each CSS pixel; a test may be parametrized with another."""
    return 1.0


@pytest.fixture
def context(
    browser: Browser, app: Running, seen: Seen, viewport: tuple[int, int], scale: float
) -> Iterator[BrowserContext]:
    """A reader's browser: nothing may leave the machine, no page may report an error."""
    size: ViewportSize = {"width": viewport[0], "height": viewport[1]}
    context = browser.new_context(viewport=size, device_scale_factor=scale, locale="zh-CN")

    def guard(route: Route) -> None:
        if route.request.url.startswith((app.url + "/", "data:", "blob:")):
            route.continue_()
        else:
            seen.outside.append(route.request.url)
            route.abort()

    context.route("**/*", guard)
    context.on("console", lambda m: seen.errors.append(m.text) if m.type == "error" else None)
    context.on("weberror", lambda e: seen.errors.append(str(e.error)))
    context.set_default_timeout(_PATIENCE_MS)
    expect.set_options(timeout=_PATIENCE_MS)
    yield context
    context.close()
    assert (seen.outside, seen.errors) == ([], [])


@pytest.fixture
def page(context: BrowserContext, app: Running) -> Page:
    """The chat page, opened and ready for a question."""
    page = context.new_page()
    page.goto(app.url)
    page.get_by_role("heading", name="想了解哪项政策").wait_for()
    return page
