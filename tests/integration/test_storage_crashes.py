"""Whatever step a change dies at, repeating it gives the undisturbed base."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kb.base import KnowledgeBase
from kb.errors import Corrupt
from kb.model import Submission
from kb.text import query_tokens
from tests.bases import ROOT, body, dump, many, open_base, submission
from tests.fakes import Crash, HashEmbedder, OtherModel

STEPS = (
    "planned",
    "vectors",
    "marked",
    "words added",
    "committing",
    "committed",
    "words deleted",
    "unmarked",
    "vectors applied",
    "searchable",
)


def before() -> list[Submission]:
    """What the base holds before the change under test."""
    return [*many(3), submission("copy.txt", body(2))]


def change(base: KnowledgeBase) -> None:
    """One document new, one replaced, one chunked anew, one unchanged, one gone, one with a source less."""
    base.put_many(
        [
            submission("new.txt", body(7)),
            submission("000.txt", body(0, version=1)),
            submission("001.txt", body(1), size=25),
            submission("002.txt", body(2)),
        ]
    )
    base.remove_sources(ROOT, ["copy.txt", "000.txt"])


def crash_at(base: KnowledgeBase, step: str, time: int = 1) -> None:
    """Let the base die at the n-th time it comes to a step."""
    left = [time]

    def reached(name: str) -> None:
        if name == step:
            left[0] -= 1
            if not left[0]:
                raise Crash

    base.store.on_step = reached
    if step == "vectors applied":  # Chroma has them, but its state was not written
        projection = base.store.index.vectors._projection
        assert projection is not None
        projection._save = lambda: reached(step)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    with open_base(tmp_path_factory.mktemp("undisturbed")) as base:
        base.put_many(before())
        change(base)
        result = dump(base)
    assert result["consistent"]
    return result


def assert_searchable(base: KnowledgeBase) -> None:
    """Each chunk of the catalog is found by both legs, once, and nothing else is."""
    live = {c.chunk_id for h in base.documents() for c in base.chunks(h.policy_id)}
    vector = base.query_vector("项目")
    words, near = base.on_snapshot(
        lambda s: (s.lexical(query_tokens("项目关于方案补助各镇街配合"), 99), s.dense(vector, 99))
    )
    assert {chunk_id for chunk_id, _ in near} == live
    assert {chunk_id for chunk_id, _ in words} <= live
    found = {chunk_id.rpartition("@")[0] for chunk_id, _ in words}
    assert found == {h.policy_id for h in base.documents()}


@pytest.mark.parametrize(
    ("step", "time"),
    # The second time is in the removal, which plans and embeds nothing.
    [(step, 1) for step in STEPS] + [(step, 2) for step in STEPS if step not in ("planned", "vectors")],
)
def test_repeating_a_change_that_died_gives_the_undisturbed_base(tmp_path, undisturbed, step, time):
    base = open_base(tmp_path)
    base.put_many(before())
    crash_at(base, step, time)
    with pytest.raises(Crash):
        change(base)
    base.close()
    with open_base(tmp_path) as base:
        assert_searchable(base)
        change(base)
        assert dump(base) == undisturbed


@pytest.mark.parametrize("step", STEPS)
def test_a_base_that_stays_open_after_a_failed_change_mends_itself(tmp_path, undisturbed, step):
    with open_base(tmp_path, write=True) as base:
        base.put_many(before())
        crash_at(base, step)
        projection = base.store.index.vectors._projection
        with pytest.raises(Crash):
            change(base)
        base.store.on_step = lambda _name: None
        if step == "vectors applied":
            del projection._save
        assert_searchable(base)
        change(base)
        assert dump(base) == undisturbed


@pytest.mark.parametrize("step", ["vectors", "marked", "committing", "committed", "unmarked", "searchable"])
def test_a_rebuild_that_died_leaves_the_old_model_or_the_new(tmp_path, step):
    with open_base(tmp_path / "undisturbed", OtherModel()) as base:
        base.put_many(before())
        change(base)
        undisturbed = dump(base)
    with open_base(tmp_path / "home") as base:
        base.put_many(before())
        change(base)
    base = open_base(tmp_path / "home", OtherModel())
    crash_at(base, step)
    with pytest.raises(Crash):
        base.rebuild()
    base.close()
    old = step in ("vectors", "marked", "committing")
    with open_base(tmp_path / "home", HashEmbedder() if old else OtherModel()) as base:
        assert_searchable(base)
        base.put(submission("002.txt", body(2)))
        assert dump(base)["consistent"]
    with open_base(tmp_path / "home", OtherModel()) as base:
        base.rebuild()
        assert dump(base) == undisturbed


def leave_behind(home: Path, *, known: bool) -> None:
    """Files under the names that the next writer of words will give its own; ``known`` as tantivy notes files first."""
    folder = home / "index" / "lexical"
    meta, managed = json.loads((folder / "meta.json").read_text()), folder / ".managed.json"
    segments = [segment["segment_id"].replace("-", "") for segment in meta["segments"]]
    names = [f"{s}.{n}.del" for s in segments for n in range(meta["opstamp"], meta["opstamp"] + 60)]
    for name in names:
        if not (folder / name).exists():
            (folder / name).write_bytes(b"left behind")
    if known:
        managed.write_text(json.dumps(sorted({*json.loads(managed.read_text()), *names})))


def test_files_that_a_killed_writer_of_words_left_are_swept(tmp_path):
    with open_base(tmp_path) as base:
        base.put_many(before())
        expected = dump(base)
        entry = base.store.index.words.entries()[0]
    leave_behind(tmp_path, known=True)
    with open_base(tmp_path, write=True) as base:
        base.store.index.words.delete([entry])
        assert base.store.repair() == (1, 0)
        assert dump(base) == expected


def test_files_of_words_that_nobody_knows_have_the_index_made_anew(tmp_path, undisturbed):
    with open_base(tmp_path) as base:
        base.put_many(before())
    leave_behind(tmp_path, known=False)
    with open_base(tmp_path) as base, pytest.raises(Corrupt, match="FileAlreadyExists.*请再运行一次"):
        change(base)
    with open_base(tmp_path) as base:
        change(base)
        assert_searchable(base)
        assert dump(base) == undisturbed


CHILD = """
import os, signal, sys
from pathlib import Path
from tests.bases import open_base
from tests.integration.test_storage_crashes import change

home, step, time = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with open_base(home) as base:
    left = [time]
    def reached(name):
        left[0] -= name == step
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
    base.store.on_step = reached
    change(base)
"""


@pytest.mark.parametrize(("step", "time"), [("words added", 1), ("committing", 1), ("committed", 1), ("committed", 2)])
def test_a_killed_process_leaves_a_base_that_the_next_one_mends(tmp_path, undisturbed, root, step, time):
    with open_base(tmp_path) as base:
        base.put_many(before())
    command = [sys.executable, "-c", CHILD, str(tmp_path), step, str(time)]
    done = subprocess.run(command, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (-signal.SIGKILL, "")
    with open_base(tmp_path) as base:
        assert_searchable(base)
        change(base)
        assert dump(base) == undisturbed


def test_a_first_run_killed_between_batches_gives_the_same_ids(tmp_path, monkeypatch):
    monkeypatch.setattr("kb.store._BATCH_DOCUMENTS", 2)
    submissions = [*many(5), submission("copy.txt", body(0)), submission("004.txt", body(4), article=1, parent="#0")]
    undisturbed, disturbed = Path(tmp_path, "a"), Path(tmp_path, "b")
    with open_base(undisturbed) as base:
        base.put_many(submissions)
        expected = dump(base)
    for time in range(1, 4):
        base = open_base(disturbed)
        crash_at(base, "words added", time)
        with pytest.raises(Crash):
            base.put_many(submissions)
        base.close()
    with open_base(disturbed) as base:
        base.put_many(submissions)
        assert dump(base) == expected
