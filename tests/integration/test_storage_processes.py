"""Several processes on one home."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kb.errors import HomeBusy
from kb.text import query_tokens
from tests.bases import ROOT, body, dump, many, open_base, submission

CHILD = """
import json, sys
from pathlib import Path
from kb.model import SourceRef
from kb.text import query_tokens
from tests.bases import ROOT, body, many, open_base, submission

def found(base, question):
    vector = base.query_vector(question)
    words, near = base.on_snapshot(lambda s: (s.lexical(query_tokens(question), 99), s.dense(vector, 99)))
    return [sorted({i for i, _ in words}), sorted({i for i, _ in near})]

with open_base(Path(sys.argv[1]), write=sys.argv[2] == "write") as base:
    print("open", flush=True)
    for line in sys.stdin:
        print(json.dumps(eval(line)), flush=True)  # lines written in this file
"""


class Child:
    """A process with the base open, told what to do line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def do(self, expression: str):
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(expression + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@contextmanager
def child(home, root, mode: str = "read") -> Iterator[Child]:
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(home), mode],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield Child(process)
    finally:
        process.communicate()
        assert process.returncode == 0


def chunk_ids(base) -> list[str]:
    return sorted(c.chunk_id for h in base.documents() for c in base.chunks(h.policy_id))


def found(base, question: str) -> list[list[str]]:
    vector = base.query_vector(question)
    words, near = base.on_snapshot(lambda s: (s.lexical(query_tokens(question), 99), s.dense(vector, 99)))
    return [sorted({i for i, _ in words}), sorted({i for i, _ in near})]


@pytest.mark.parametrize("owner", ["reader", "writer"])
def test_reader_sees_at_its_next_question_what_another_process_did(tmp_path, root, owner):
    with open_base(tmp_path) as base:
        base.put_many(many(3))
    with child(tmp_path, root) as reader:
        if owner == "reader":
            for _ in range(2):  # the first question of a process is answered without Chroma
                reader.do("found(base, '养老床位')")
        with open_base(tmp_path) as writer:
            writer.put(submission("new.txt", "海洋牧场每亩奖励五千元。" * 5))
            assert writer.store.index.vectors.owned == (owner == "writer")
            words, near = reader.do("found(base, '海洋牧场')")
            (new,) = (h.policy_id for h in writer.documents() if h.source == "new.txt")
            assert {i.rpartition("@")[0] for i in words} == {new}
            assert near == chunk_ids(writer)
            old = [i for i in near if i.startswith(new)]
            writer.put(submission("new.txt", "海洋牧场每亩奖励六千元。" * 5))
            words, near = reader.do("found(base, '海洋牧场')")
            assert not set(old) & {*words, *near}
            assert near == chunk_ids(writer)
            writer.remove([new])
            words, near = reader.do("found(base, '海洋牧场')")
            assert (words, near) == ([], chunk_ids(writer))
            assert reader.do("base.store.index.vectors.owned") == (owner == "reader")
        assert near == reader.do("found(base, '海洋牧场')")[1]
        assert reader.do("base.store.index.vectors.owned")  # taken over once the writer was gone


@pytest.fixture(params=["one home", "two homes"])
def homes(request, tmp_path, monkeypatch):
    """The reader's home and the writer's: the same, or two that share a catalog on a server."""
    if request.param == "one home":
        return tmp_path, tmp_path
    monkeypatch.setenv("ZHICE_CATALOG", request.getfixturevalue("postgres").database())
    return tmp_path / "reader", tmp_path / "writer"


def test_reader_in_the_midst_of_a_writers_batches_sees_whole_documents_only(homes, root):
    with open_base(homes[0]) as base:
        base.put_many(many(20))
        with child(homes[1], root, "write") as writer:
            for version in range(1, 4):
                process = writer.process
                assert process.stdin is not None and process.stdout is not None
                process.stdin.write(f"base.put_many(many(20, {version})).replaced\n")
                process.stdin.flush()
                for _ in range(10):
                    vector = base.query_vector("项目补助")
                    near, words, live = base.on_snapshot(
                        lambda s, v=vector: (
                            {i for i, _ in s.dense(v, 999)},
                            {i for i, _ in s.lexical(["项目"], 999)},
                            [c for h in s.documents() for c in s.chunks(h.policy_id)],
                        )
                    )
                    assert near == {c.chunk_id for c in live}
                    assert words == {c.chunk_id for c in live if "项目" in c.text}
                assert json.loads(process.stdout.readline()) == 20
        assert found(base, body(3, 3))[1] == chunk_ids(base)
        assert dump(base)["consistent"]


def test_second_writer_is_refused_by_name_and_reads_on(tmp_path, root):
    with open_base(tmp_path) as base:
        base.put_many(many(2))
        base.store.lock.wait_seconds = 0
        with child(tmp_path, root, "write") as writer:
            with pytest.raises(HomeBusy, match=str(writer.process.pid)):
                base.put_many(many(3))
            assert found(base, "养老床位")[1] == chunk_ids(base)
            assert writer.do("base.put_many(many(4)).added") == 2
        assert base.remove_sources(ROOT, ["000.txt"]) == 1
        assert dump(base)["consistent"]


def test_rebuild_with_the_reader_open(tmp_path, root):
    with open_base(tmp_path) as base:
        base.put_many(many(4))
        with child(tmp_path, root) as reader:
            before = reader.do("found(base, '养老床位')")
            base.rebuild()
            assert reader.do("found(base, '养老床位')") == before
