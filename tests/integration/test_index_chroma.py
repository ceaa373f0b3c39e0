"""The dense leg in a Chroma server: who fills it, when, and what goes on without it."""

from __future__ import annotations

import logging
import shutil

import numpy as np
import pytest

from kb.backup.making import back_up
from kb.backup.restoring import restore
from kb.doctor import Finding, examine
from kb.errors import IndexUnavailable
from tests.bases import body, many, open_base, submission
from tests.fakes import Crash, OtherModel
from tests.index_servers import running_chroma

QUESTION = "老旧小区第9号方案每个项目补助多少"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running_chroma(tmp_path_factory.mktemp("chroma")) as running:
        yield running


def near(base):
    """The cosine of every chunk by the dense leg, rounded as HNSW's arithmetic differs from ours."""
    base.store.index.vectors._asked = True
    vector = base.query_vector(QUESTION)
    return {i: round(s, 3) for i, s in base.on_snapshot(lambda snap: snap.dense(vector, 500))}


def exact(home):
    """The same by exact scan, whatever the server holds."""
    with open_base(home) as base:
        vector = base.query_vector(QUESTION)
        return {i: round(s, 3) for i, s in base.on_snapshot(lambda snap: snap.dense(vector, 500))}


def held(base) -> tuple[list[str], int]:
    """What the server has of a base: its ids, and up to which generation."""
    with base.store.catalog.view() as view:
        projection = base.store.index.vectors._open(view)
        assert projection.look()
    return sorted(projection.ids()), projection.generation


def chunk_ids(base) -> list[str]:
    return sorted(c.chunk_id for h in base.documents() for c in base.chunks(h.policy_id))


def test_a_reader_is_served_what_another_has_written(tmp_path, server):
    with open_base(tmp_path, index=server.setting) as writer, open_base(tmp_path, index=server.setting) as reader:
        writer.put_many(many(12))
        assert near(reader) == near(writer) == exact(tmp_path)
        assert held(reader) == (chunk_ids(writer), writer.generation)
        writer.remove_sources("/文件", ["009.txt"])
        writer.put(submission("new.txt", "老旧小区加装电梯每台补助二十万元。"))
        assert near(reader) == exact(tmp_path)
        assert held(reader) == (chunk_ids(writer), writer.generation)
        assert not (tmp_path / "index" / "dense").exists() and not (tmp_path / "dense.lock").exists()


def test_what_a_dead_writer_committed_is_found_and_applied_by_the_next(tmp_path, server):
    def crash(step: str) -> None:
        if step == "unmarked":
            raise Crash

    with open_base(tmp_path, index=server.setting) as reader:
        reader.put_many(many(10))
        before = held(reader)
        base = open_base(tmp_path, index=server.setting)
        base.store.on_step = crash
        with pytest.raises(Crash):
            base.put_many([*many(10, version=1), submission("new.txt", "老旧小区加装电梯每台补助二十万元。")])
        base.close()
        assert held(reader) == before
        assert near(reader) == exact(tmp_path)
        with open_base(tmp_path, index=server.setting, write=True):
            assert held(reader) == (chunk_ids(reader), reader.generation)
        assert near(reader) == exact(tmp_path)


def test_a_server_that_was_wiped_or_holds_something_else_is_filled_again(tmp_path, server):
    with open_base(tmp_path, index=server.setting) as base, open_base(tmp_path, index=server.setting) as reader:
        base.put_many(many(6))
        expected, hits = held(base), near(reader)
        (name,) = [c.name for c in server.client().list_collections() if base.store.catalog.base_id[:16] in c.name]
        server.client().delete_collection(name)
        assert near(reader) == hits
        with base.store.writing():
            assert held(base) == expected
        for wrong in ({"base": "another"}, {"dimension": 3}):
            alien = server.client()
            alien.delete_collection(name)
            alien.create_collection(name, metadata=wrong, embedding_function=None).upsert(ids=["x"], embeddings=[[1.0]])
            base.put(submission("new.txt", f"新的文件{wrong}"))
            assert held(base) == (chunk_ids(base), base.generation)
        assert near(reader) == exact(tmp_path)


def test_another_model_has_a_collection_of_its_own(tmp_path, server):
    with open_base(tmp_path, index=server.setting) as base:
        base.put_many(many(4))
    with open_base(tmp_path, OtherModel(), index=server.setting) as base:
        base.rebuild()
        assert held(base) == (chunk_ids(base), base.generation)
        assert near(base)
        mine = [c for c in server.client().list_collections() if base.store.catalog.base_id[:16] in c.name]
        assert [c.metadata["embedding"] for c in mine] == ["fake:other"]


def test_without_the_server_nothing_is_written_and_questions_are_answered(tmp_path, caplog):
    with running_chroma(tmp_path / "chroma") as server:
        with open_base(tmp_path / "home", index=server.setting) as base:
            base.put_many(many(6))
            near(base)
            server.stop()
            with caplog.at_level(logging.WARNING):
                assert near(base) == exact(tmp_path / "home")
                assert base.search(QUESTION) != []
            assert [r.message.partition("：")[0] for r in caplog.records] == [
                f"向量索引服务 {server.url} 读取失败，已改为逐条比较"
            ]
            with pytest.raises(IndexUnavailable) as caught:
                base.put(submission("new.txt", "海洋牧场每亩奖励五千元。"))
            assert str(caught.value).startswith(f"检索索引的服务 {server.url} 用不了（")
            assert "ZHICE_INDEX" in str(caught.value)
            assert len(base.documents()) == 6 and base.store.index.fault() == ""
        with open_base(tmp_path / "home", index=server.setting) as base:  # opened while it is down
            assert near(base) == exact(tmp_path / "home")
            server.start()
            base.put(submission("new.txt", body(9, 3)))
            assert held(base) == (chunk_ids(base), base.generation)


def test_a_restored_base_finds_nothing_of_the_time_after_the_backup(tmp_path, server):
    home, archive = tmp_path / "home", tmp_path / "full.zip"
    with open_base(home, index=server.setting) as base:
        base.put_many(many(6))
        (home / "kb.toml").write_text(f'index = "{server.setting}"\n')
        back_up(base.settings, archive)
        base.put(submission("new.txt", body(9, 3)))
        later = held(base)
    restore(archive, home, force=True)
    with open_base(home, index=server.setting) as base:
        assert held(base) == (chunk_ids(base), base.generation)
        base.put(submission("other.txt", body(9, 4)))  # as many changes as the server had seen of the other
        assert held(base) == (chunk_ids(base), base.generation) != later
        assert near(base) == exact(home)


def test_a_catalog_put_back_to_an_earlier_day_is_noticed(tmp_path, server):
    catalog, copy = tmp_path / "home" / "catalog.db", tmp_path / "copy.db"
    with open_base(tmp_path / "home", index=server.setting) as base:
        base.put_many(many(6))
        before = held(base)
    shutil.copy(catalog, copy)
    with open_base(tmp_path / "home", index=server.setting) as base:
        base.put(submission("new.txt", body(6)))
        base.remove_sources("/文件", ["000.txt"])
    shutil.copy(copy, catalog)
    with open_base(tmp_path / "home", index=server.setting, write=True) as base:
        assert held(base) == before


def test_the_doctor_compares_and_mends_the_server(tmp_path, server):
    with open_base(tmp_path, index=server.setting) as base:
        base.put_many(many(5))
        expected = held(base)
        (name,) = [c.name for c in server.client().list_collections() if base.store.catalog.base_id[:16] in c.name]
        collection = server.client().get_collection(name, embedding_function=None)
        ids = sorted(collection.get(include=[])["ids"])
        collection.delete(ids=ids[:2])
        collection.upsert(ids=["none@x#000"], embeddings=np.ones((1, 256), np.float32))
        collection.upsert(ids=ids[3:4], embeddings=np.eye(1, 256, dtype=np.float32))
        checkup = examine(base.store, lambda: 0)
        assert (checkup.findings, checkup.notes, checkup.dense) == (
            [
                Finding("dense", "向量索引缺少的片段", 2, True),
                Finding("dense", "向量索引多出的片段", 1, True),
                Finding("dense", "向量索引不符的向量", 1, True),
            ],
            [],
            len(ids),
        )
        assert held(base) == expected
        assert examine(base.store, lambda: 0).findings == []
