"""Locks between processes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from kb.errors import HomeBusy, HomeNotWritable
from kb.locks import FileLock, WriteLock


def test_one_holder_at_a_time_and_again_after_release(tmp_path):
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert (first.acquire(), second.acquire(), first.acquire()) == (True, False, False)
    assert (first.held, second.held) == (True, False)
    first.release()
    first.release()
    assert second.acquire()
    second.release()


def test_refusal_names_the_holder(tmp_path):
    lock = WriteLock(tmp_path)
    lock.require()
    with pytest.raises(HomeBusy) as caught:
        WriteLock(tmp_path, wait_seconds=0).require()
    assert caught.value.home == tmp_path
    assert caught.value.holder.startswith(f"进程 {os.getpid()}：")
    lock.release()


def test_a_dead_holder_holds_nothing(tmp_path):
    code = (
        "import os, sys; from kb.locks import FileLock; from pathlib import Path; FileLock(Path(sys.argv[1])).acquire()"
    )
    subprocess.run([sys.executable, "-c", code + "; os._exit(9)", str(tmp_path / "lock")], check=False)
    lock = FileLock(tmp_path / "lock")
    assert lock.acquire()
    lock.release()


def test_nobody_has_held_it_yet(tmp_path):
    assert FileLock(tmp_path / "lock").holder() == "未知进程"


def test_place_that_cannot_be_written(tmp_path):
    with pytest.raises(HomeNotWritable):
        FileLock(tmp_path / "none" / "lock").acquire()
