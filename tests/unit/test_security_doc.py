"""Every test that SECURITY.md names is there."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NAMED = re.compile(r"`(?:(test_\w+\.py)(?:::)?)?(test_\w+)?`")


def test_the_tests_named_are_there() -> None:
    files: defaultdict[str, str] = defaultdict(str)  # one name may be that of a unit test and one of the page
    for path in (ROOT / "tests").rglob("test_*.py"):
        files[path.name] += path.read_text("utf-8")
    missing, file, named = [], "", 0
    for match in _NAMED.finditer((ROOT / "SECURITY.md").read_text("utf-8")):
        file = match[1] or file
        named += 1
        if file not in files or (match[2] and f"def {match[2]}(" not in files[file]):
            missing.append(match[0])
    assert missing == []
    assert named > 40
