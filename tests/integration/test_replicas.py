"""Several homes on one catalog in PostgreSQL: each has its own index, one of them writes at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kb.base import KnowledgeBase
from kb.errors import Corrupt, HomeBusy
from tests.bases import ROOT, body, dump, many, open_base, submission, tables
from tests.integration.test_storage_crashes import CHILD, before, change
from tests.integration.test_storage_processes import child

QUESTION = "养老床位项目达到多少个"


@pytest.fixture
def homes(postgres, tmp_path, monkeypatch) -> tuple[Path, Path]:
    """Two homes of one catalog; processes started by the test share it as well."""
    monkeypatch.setenv("ZHICE_CATALOG", postgres.database())
    return tmp_path / "one", tmp_path / "two"


def texts(base: KnowledgeBase, question: str = QUESTION) -> list[str]:
    """The texts of the documents found, best first."""
    return list(dict.fromkeys(base.document(hit.chunk.policy_id).text for hit in base.search(question, k=30)))


def in_step(base: KnowledgeBase) -> bool:
    """Whether the home's words and vectors are those of the catalog."""
    return bool(dump(base)["consistent"])


def test_a_home_answers_from_what_another_has_just_written(homes) -> None:
    with open_base(homes[0]) as writer, open_base(homes[1]) as reader:
        assert texts(reader) == []
        writer.put_many(many(12))
        assert texts(reader)[0] == body(2)
        writer.put(submission("002.txt", body(2, version=1)))
        assert (body(2) in texts(reader), texts(reader)[0]) == (False, body(2, version=1))
        writer.remove_sources(ROOT, ["002.txt"])
        assert [text for text in texts(reader) if "养老床位" in text] == []
        assert in_step(reader) and in_step(writer)


def test_only_what_changed_since_is_indexed_anew(homes, monkeypatch) -> None:
    with open_base(homes[0]) as writer, open_base(homes[1]) as reader:
        writer.put_many(many(12))
        assert in_step(reader)
        renewed = []
        words = reader.store.index.words
        renew = words.renew
        monkeypatch.setattr(words, "renew", lambda ids, entries: renewed.append(sorted(ids)) or renew(ids, entries))
        (changed,) = writer.put_many([submission("005.txt", body(5, version=1))]).policy_ids
        (gone,) = [h.policy_id for h in writer.documents() if h.source and h.source.endswith("007.txt")]
        writer.remove([gone])
        texts(reader)
        texts(reader)
        assert renewed == [sorted([changed, gone])]
        assert in_step(reader)


def test_an_index_that_cannot_follow_is_made_anew(homes, monkeypatch) -> None:
    def broken(_ids, _entries) -> None:
        raise Corrupt("写不进去")

    with open_base(homes[0]) as writer, open_base(homes[1]) as reader:
        writer.put_many(many(6))
        assert in_step(reader)
        monkeypatch.setattr(reader.store.index.words, "renew", broken)
        writer.put(submission("002.txt", body(2, version=1)))
        assert texts(reader)[0] == body(2, version=1)
        assert in_step(reader)


def test_homes_that_write_in_turn_build_on_each_other(homes) -> None:
    with open_base(homes[0]) as one, open_base(homes[1]) as two:
        one.put_many(many(6))
        assert two.put_many([*many(3, version=1), submission("new.txt", body(8))]).replaced == 3
        one.remove_sources(ROOT, ["004.txt"])
        assert two.put_many(many(6, version=1)).added == 1
        assert (in_step(one), in_step(two), tables(one) == tables(two)) == (True, True, True)
        assert dump(one)["words"] == dump(two)["words"]


def test_a_home_that_was_away_while_removals_were_forgotten_compares_all(homes) -> None:
    with open_base(homes[0]) as writer:
        with open_base(homes[1]) as reader:
            writer.put_many(many(6))
            assert in_step(reader)
        writer.remove_sources(ROOT, ["002.txt"])
        writer.rebuild()
        with open_base(homes[1]) as reader:
            assert [text for text in texts(reader) if "养老床位" in text] == []
            assert in_step(reader)


def test_a_home_that_lost_its_index_makes_it_anew_while_another_writes(homes) -> None:
    with open_base(homes[0], write=True) as writer:
        writer.put_many(many(6))
        with open_base(homes[1]) as reader:
            assert texts(reader)[0] == body(2)
        for path in sorted((homes[1] / "index" / "lexical").iterdir()):
            path.unlink()
        with open_base(homes[1]) as reader:
            assert texts(reader)[0] == body(2)


def test_the_second_writer_is_refused_and_reads_on(homes, root) -> None:
    with open_base(homes[0]) as base:
        base.put_many(many(3))
        base.store.lock.wait_seconds = 0
        with child(homes[1], root, "write") as other:
            with pytest.raises(HomeBusy, match=r"^postgresql://zhice@127.* 正由另一个进程写入（.* 的进程 \d+：python"):
                base.put(submission("new.txt", body(8)))
            other.do("base.put_many([submission('new.txt', body(8))]).added")
            assert texts(base, "现将第8号方案印发")[0] == body(8)
        base.put(submission("more.txt", body(9)))
        assert in_step(base)


@pytest.mark.parametrize(("step", "time"), [("words added", 1), ("committed", 2)])
def test_a_killed_writer_leaves_what_the_next_one_elsewhere_mends(
    homes, root, step, time, tmp_path, monkeypatch
) -> None:
    with open_base(homes[1]) as other:
        other.put_many(before())
        command = [sys.executable, "-c", CHILD, str(homes[0]), step, str(time)]
        environment = os.environ | {"PYTHONPATH": str(root)}
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (-signal.SIGKILL, "")
        change(other)
        assert in_step(other)
        with open_base(homes[0]) as first:
            assert in_step(first)
            left = tables(first)
    monkeypatch.delenv("ZHICE_CATALOG")
    with open_base(tmp_path / "plain") as plain:
        plain.put_many(before())
        change(plain)
        assert tables(plain) == left
