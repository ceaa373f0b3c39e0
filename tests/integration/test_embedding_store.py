"""Unpacking the bundled model: killed, and by several processes at once."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from kb.embedding import store

UNPACK = "import sys, pathlib; from kb.embedding import store; print(store.model_folder(pathlib.Path(sys.argv[1])))"


def start(cache: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", UNPACK, str(cache)], stdout=subprocess.PIPE, text=True)


def content(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_killed_first_runs_and_several_at_once_end_with_one_folder(tmp_path: Path) -> None:
    killed = start(tmp_path)
    models = tmp_path / "models"
    deadline = time.monotonic() + 60
    while not list(models.glob(".new-*/tokenizer.json")) and time.monotonic() < deadline:
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert [path.name[:5] for path in models.iterdir()] == [".new-"]

    runs = [start(tmp_path), start(tmp_path)]
    told = [run.communicate(timeout=120)[0].strip() for run in runs]
    folder = store.model_folder(tmp_path)
    assert [run.returncode for run in runs] == [0, 0]
    assert told == [str(folder)] * 2
    undisturbed = store.model_folder(tmp_path / "other")
    assert content(folder) == content(undisturbed)


def test_what_a_killed_run_left_is_removed_later(tmp_path: Path) -> None:
    old, young = tmp_path / "models" / ".new-old", tmp_path / "models" / ".new-young"
    for folder in (old, young):
        folder.mkdir(parents=True)
        (folder / "tokenizer.json").write_text("{}")
    os.utime(old, (time.time() - 7200,) * 2)
    folder = store.model_folder(tmp_path)
    assert sorted(path.name for path in folder.parent.iterdir()) == [".new-young", folder.name]
