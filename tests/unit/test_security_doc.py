"""Every test that SECURITY.md names is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NAMED = re.compile(r"`(?:(test_\w+\.py)(?:::)?)?(test_\w+)?`")


def test_the_tests_named_are_there() -> None:
    files = {path.name: path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
    missing, file, named = [], "", 0
    for match in _NAMED.finditer((ROOT / "SECURITY.md").read_text("utf-8")):
        file = match[1] or file
        named += 1
        if file not in files or (match[2] and f"def {match[2]}(" not in files[file]):
            missing.append(match[0])
    assert missing == []
    assert named > 40
