"""What every test may use, and the rule that continuous integration skips nothing."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

    from kb.base import KnowledgeBase
    from tests.postgres_server import PostgresServer

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
NO_SHARED = "../shared is not beside the project"

# A developer's own settings must not reach the tests, nor the processes they start.
for _name in [n for n in os.environ if n.upper().startswith("ZHICE_")]:
    del os.environ[_name]
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # two processes share the cores: idle threads must sleep

# A shell starts background jobs with SIGINT ignored, and so would be every process the tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# No test is judged by the clock: this machine may be busy.
hypothesis.settings.register_profile("zhice", deadline=None)
hypothesis.settings.load_profile("zhice")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regenerate", action="store_true", help="rewrite the golden files from today's output")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--regenerate") and os.environ.get("CI"):
        raise pytest.UsageError("--regenerate would make every golden test pass: not in CI")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Tests that share a fixture run in one process: those of a file, and all of the page, which share a base."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "tests/e2e" if nodeid.startswith("tests/e2e/") else nodeid.split("::")[0]

    return ByFile(config, log)


def _no_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure where .ci/run has installed everything (NO_SKIP=1), except for an absent ../shared."""
    if os.environ.get("NO_SKIP") != "1" or not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
    if "shared" in reason and not SHARED.is_dir():
        return
    report.outcome = "failed"
    report.longrepr = f"NO_SKIP=1, yet: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _no_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _no_skip(report)
    return report


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The optional folder of real documents and questions."""
    if not SHARED.is_dir():
        pytest.skip(NO_SHARED)
    return SHARED


@pytest.fixture(scope="session")
def regenerate(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten."""
    return bool(request.config.getoption("--regenerate"))


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """Where screenshots and logs are kept after the run."""
    folder = ROOT / "test-artifacts"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The system's Chromium, able to draw Chinese."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    fonts = shutil.which("fc-list") and subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True).stdout
    if not fonts:
        pytest.skip("no Chinese font is installed (apt-get install fonts-noto-cjk)")
    return found


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server; each test takes a database of its own."""
    from tests.postgres_server import postgres_server

    with postgres_server() as server:
        yield server


@pytest.fixture
def free_port() -> int:
    """A port of this machine that nobody listened on a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def reply_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """A base of sample documents with a fake model, for the reply desk; only to be read."""
    from tests.reply_desk import make_base

    with make_base(tmp_path_factory.mktemp("reply") / "home") as base:
        yield base
