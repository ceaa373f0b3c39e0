"""Processes killed at random moments: a few here, a thousand by ``python -m tests.kills --times 1000``."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

from tests import kills


def test_nothing_is_lost_and_nothing_is_there_twice(root: Path) -> None:
    command = [sys.executable, "-m", "tests.kills", "--times", "15", "--seed", "7"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    outcome = json.loads(done.stdout)
    assert outcome["wrong"] == []
    assert sum(outcome["ended"].values()) == 15
    assert sum(n for how, n in outcome["ended"].items() if how.endswith("killed")) >= 5


def test_what_is_wrong_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("甲\n", "utf-8")
    (tmp_path / "b.txt").write_text("乙二\n", "utf-8")
    files = kills.Folder(tmp_path, random.Random(0), allowed={"a.txt": {"甲\n"}, "b.txt": {"乙\n", "乙二\n"}})
    seen = {"texts": {"a.txt": "甲", "b.txt": "乙"}, "doubled": [], "consistent": True, "found": True}
    assert kills._compared(seen, files, whole=False) == []
    assert kills._compared(seen, files, whole=True) == ["b.txt says what it never said"]
    wrong = {"texts": {"b.txt": "丙", "c.txt": "丁"}, "doubled": ["b.txt"], "consistent": False, "found": False}
    assert kills._compared(wrong, files, whole=False) == [
        "b.txt is there twice",
        "a.txt is lost",
        "b.txt says what it never said",
        "c.txt says what it never said",
        "consistent is not so",
        "found is not so",
    ]
    assert kills._compared({"fault": "unreadable: 1"}, files, whole=False) == ["unreadable: 1"]
