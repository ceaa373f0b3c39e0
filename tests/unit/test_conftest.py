"""The rule that continuous integration skips nothing, tried on a small suite of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = """
import pytest

def test_chromium():
    pytest.skip("chromium is not installed")

@pytest.mark.skipif(True, reason="../shared is not beside the project")
def test_shared():
    pass

@pytest.mark.xfail(reason="known")
def test_known():
    assert False

def test_plain():
    pass
"""


def run_suite(tmp_path: Path, root: Path, **environment: str) -> str:
    """The closing line of pytest over SUITE with the project's conftest, in a place without ../shared."""
    project = tmp_path / "project"
    (project / "tests").mkdir(parents=True)
    (project / "tests" / "conftest.py").write_text((root / "tests" / "conftest.py").read_text("utf-8"), "utf-8")
    (project / "tests" / "test_suite.py").write_text(SUITE, "utf-8")
    env = {k: v for k, v in os.environ.items() if k not in ("NO_SKIP", "CI")} | environment
    arguments = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(project), "tests"]
    done = subprocess.run([*arguments], cwd=project, env=env, capture_output=True, text=True)
    return done.stdout.strip().splitlines()[-1].split(" in ")[0]


@pytest.mark.parametrize(
    ("environment", "shared_there", "closing"),
    [
        ({}, False, "1 passed, 2 skipped, 1 xfailed"),
        ({"NO_SKIP": "1"}, False, "1 failed, 1 passed, 1 skipped, 1 xfailed"),
        ({"NO_SKIP": "1"}, True, "1 failed, 1 passed, 1 xfailed, 1 error"),
    ],
)
def test_a_skip_fails_where_everything_is_installed(
    tmp_path: Path, root: Path, environment: dict[str, str], shared_there: bool, closing: str
) -> None:
    if shared_there:
        (tmp_path / "shared").mkdir()
    assert run_suite(tmp_path, root, **environment) == closing


def test_golden_files_are_not_regenerated_in_ci(tmp_path: Path, root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--regenerate", "tests/unit/test_conftest.py"],
        cwd=root,
        env=os.environ | {"CI": "true"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, "not in CI" in done.stderr) == (4, True)
