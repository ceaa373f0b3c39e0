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


def test_who_looks_sees_a_lock_and_leaves_it_alone(tmp_path):
    lock, seen = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert (seen.is_taken(), lock.path.exists()) == (False, False)
    assert lock.acquire()
    assert (lock.is_taken(), seen.is_taken(), seen.held) == (True, True, False)
    assert seen.holder().startswith(f"进程 {os.getpid()}：")
    lock.release()
    assert seen.is_taken() is False
    with pytest.raises(ValueError, match="not held"):
        _ = lock.descriptor


def test_a_child_that_inherits_a_lock_holds_it_when_its_owner_is_done(tmp_path):
    lock = FileLock(tmp_path / "lock")
    lock.acquire()
    child = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=(lock.descriptor,)
    )
    lock.release()
    assert (lock.is_taken(), lock.acquire()) == (True, False)
    child.communicate(b"\n")
    assert lock.is_taken() is False
