"""A disk that is full in mid-change: it is said, nothing is lost, and the change goes on once there is room."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.errors import KBError
from tests.bases import dump, many, open_base

_SIZE_KB = 8192


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE_KB}k", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root only")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path, left_kb: int) -> Path:
    """Take all room but so much."""
    free = os.statvfs(disk)
    taken = free.f_bavail * free.f_frsize - left_kb * 1024
    ballast = disk / "ballast"
    ballast.write_bytes(b"\0" * max(0, taken))
    return ballast


@pytest.mark.parametrize("left_kb", [0, 40, 120, 240, 400, 700])
def test_a_full_disk_is_said_and_the_change_goes_on_once_there_is_room(
    disk: Path, tmp_path: Path, left_kb: int
) -> None:
    with open_base(tmp_path / "undisturbed") as base:
        base.put_many(many(4))
        base.put_many([*many(60, 1)])
        undisturbed = dump(base)
    with open_base(disk / "home") as base:
        base.put_many(many(4))
        held = [base.document(h.policy_id).text for h in base.documents()]
    ballast = fill(disk, left_kb)
    with pytest.raises(KBError) as caught:
        base = open_base(disk / "home")
        try:
            base.put_many(many(60, 1))
        finally:
            base.close()
    assert "磁盘写满了：请腾出空间，再运行同一命令；已经收录的内容都在" in str(caught.value)
    ballast.unlink()
    with open_base(disk / "home") as base:
        assert len(base.documents()) >= len(held)
        base.put_many(many(60, 1))
        assert dump(base) == undisturbed
