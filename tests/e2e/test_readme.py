"""The first screen of the README is what the program says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path


def test_the_question_of_the_readme_has_the_answer_of_the_readme(root: Path, home: Path) -> None:
    readme = (root / "README.md").read_text("utf-8")
    question = re.search(r'^make ask Q="(.+?)"', readme, re.M)
    shown = re.search(r"^```text\n(.+?)^```", readme, re.M | re.S)
    assert question and shown
    command = [sys.executable, "-m", "kb", "ask", question[1], "--home", str(home)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert (done.stdout, done.returncode) == (shown[1], 0)
