"""Both legs in Milvus: what a crash, a wipe, another model or a dead server leaves, and who mends it."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from kb.doctor import Finding, examine
from kb.errors import IndexUnavailable, SettingsError
from kb.index import Space
from kb.index_milvus_client import MilvusCollection
from kb.model import Submission
from kb.text import query_tokens
from kb.tuning import Tuning
from tests.bases import body, many, open_base, submission
from tests.fakes import Crash, OtherModel
from tests.index_servers import MilvusServer, milvus_file


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    with milvus_file(tmp_path_factory.mktemp("milvus")) as setting:
        yield setting


def held(base) -> list[str]:
    return sorted(base.store.index._collection.entries())


def entries(base) -> list[str]:
    with base.store.catalog.view() as view:
        return sorted(row.entry for row in view.chunk_rows())


def found(base, question: str) -> tuple[set[str], dict[str, float]]:
    """The documents found by words, and every chunk's cosine."""
    vector = base.query_vector(question)
    words, near = base.on_snapshot(lambda s: (s.lexical(query_tokens(question), 99), s.dense(vector, 99)))
    return {chunk_id.rpartition("@")[0] for chunk_id, _ in words}, {i: round(score, 3) for i, score in near}


def change() -> list[Submission]:
    """One document new, one replaced, one chunked anew, one unchanged."""
    return [
        submission("new.txt", body(7)),
        submission("000.txt", body(0, version=1)),
        submission("001.txt", body(1), size=25),
        submission("002.txt", body(2)),
    ]


@pytest.mark.parametrize("step", ["words added", "committed"])
def test_a_change_that_died_is_never_seen_in_half_and_mended_by_the_next(tmp_path, index, step):
    def crash(name: str) -> None:
        if name == step:
            raise Crash

    with open_base(tmp_path, index=index) as reader:
        reader.put_many(many(3))
        base = open_base(tmp_path, index=index)
        base.store.on_step = crash
        with pytest.raises(Crash):
            base.put_many(change())
        base.close()
        live = {c.chunk_id for h in reader.documents() for c in reader.chunks(h.policy_id)}
        words, near = found(reader, "项目补助各镇街配合")
        assert (words, near.keys()) == ({h.policy_id for h in reader.documents()}, live)
        with open_base(tmp_path, index=index) as base:
            base.put_many(change())
            assert held(base) == entries(base)
        with open_base(tmp_path) as local:
            assert found(reader, "河道治理第7号方案") == found(local, "河道治理第7号方案")


def test_a_collection_that_was_wiped_is_filled_again(tmp_path, index):
    with open_base(tmp_path, index=index) as base:
        base.put_many(many(5))
        before = found(base, "老旧小区")
        collection = base.store.index._collection
        collection._open().drop_collection(collection.name)
        assert base.store.index.fault() == "检索索引里没有这个库的数据。请运行 python -m kb doctor 重建。"
        with base.store.writing():
            assert (held(base), base.store.index.fault()) == (entries(base), "")
        assert found(base, "老旧小区") == before


def test_a_collection_that_was_made_by_half_is_made_anew(tmp_path, index, monkeypatch):
    def crash(*_arguments: object, **_more: object) -> None:
        raise Crash

    base = open_base(tmp_path, index=index)
    with monkeypatch.context() as patched, pytest.raises(Crash):
        patched.setattr("pymilvus.MilvusClient.create_index", crash)
        base.put_many(many(2))
    base.close()
    with open_base(tmp_path, index=index) as base:
        base.put_many(many(2))
        assert (held(base), len(found(base, "孵化器")[1])) == (entries(base), len(entries(base)))
        collection = base.store.index._collection
        indexed = {"policy_id", "vector", "body_words", "whole_words"}
        assert set(collection._open().list_indexes(collection.name)) == indexed


def test_another_model_takes_the_place_of_the_first(tmp_path, index):
    with open_base(tmp_path, index=index) as base:
        base.put_many(many(4))
        first = base.store.index._collection.name
        expected = found(base, "老旧小区")
        with open_base(tmp_path, OtherModel(), index=index) as other:
            other.rebuild()
            collection = other.store.index._collection
            assert (held(other), found(other, "老旧小区")) == (entries(other), expected)
            names = [n for n in collection._open().list_collections() if n.startswith(collection._family)]
            assert (names, collection.space) == ([collection.name], Space("fake:other", 128))
            assert collection.name != first
            base._embedder = OtherModel()
            assert found(base, "老旧小区") == expected


def test_a_reader_goes_on_with_the_former_collection_until_the_new_one_is_filled(tmp_path, index, monkeypatch):
    with open_base(tmp_path, index=index) as reader:
        reader.put_many(many(4))
        expected, former = found(reader, "老旧小区"), reader.store.index._collection.name
        reader._embedder = OtherModel()
        writer = open_base(tmp_path, OtherModel(), index=index)
        monkeypatch.setattr(MilvusCollection, "put", lambda _self, _rows: (_ for _ in ()).throw(Crash))
        with pytest.raises(Crash):
            writer.rebuild()
        writer.close()
        monkeypatch.undo()
        with reader.snapshot() as snap:  # what only looks changes nothing
            looks = (reader.store.index.fault(), reader.store.index.complete(snap.view))
        assert looks == ("", True)
        assert (found(reader, "老旧小区"), reader.store.index._collection.name) == (expected, former)
        with open_base(tmp_path, OtherModel(), index=index, write=True) as writer:
            assert held(writer) == entries(writer)
            assert found(reader, "老旧小区") == expected
            assert reader.store.index._collection.name == writer.store.index._collection.name != former


def test_the_words_of_the_context_weigh_as_tuned(tmp_path, index):
    for boost in (0.0, 0.4):
        home, tuning = tmp_path / str(boost), Tuning(context_boost=boost)
        with open_base(home, index=index, tuning=tuning) as base:
            documents = [submission("题.txt", "全文见附件。", title="老旧小区改造办法"), *many(20)]
            base.put_many(documents)
            got = base.on_snapshot(lambda snap: snap.lexical(query_tokens("老旧小区改造"), 8))
        with open_base(home, tuning=tuning) as local:
            wanted = local.on_snapshot(lambda snap: snap.lexical(query_tokens("老旧小区改造"), 8))
        assert [round(score, 1) for _, score in got] == pytest.approx([score for _, score in wanted], rel=0.1)


def test_a_restored_or_copied_base_has_nothing_to_do_with_what_the_first_holds(tmp_path, index):
    with open_base(tmp_path, index=index) as base:
        base.put_many(many(4))
        before = held(base)
        with base.store.writing(), base.store.catalog.write() as writer:
            writer.set_meta("lineage", "5" * 32)
        with open_base(tmp_path, index=index) as restored:
            restored.remove_sources("/文件", ["000.txt"])
            assert held(restored) == entries(restored) != before
        assert held(base) == before


def test_what_was_changed_under_another_setting_is_caught_up_with(tmp_path, index):
    with open_base(tmp_path, index=index) as base:
        base.put_many(many(3))
        before = held(base)
    with open_base(tmp_path) as local:
        local.put(submission("001.txt", body(1, version=5)))
    with open_base(tmp_path, index=index, write=True) as base:
        assert len(before) == len(entries(base))  # so that the count alone would not tell
        assert held(base) == entries(base) != before


def test_the_doctor_compares_and_mends(tmp_path, index):
    with open_base(tmp_path, index=index) as base:
        base.put_many(many(5))
        expected, hits = held(base), found(base, "老旧小区")
        collection = base.store.index._collection
        client = collection._open()
        (row, alien) = client.query(collection.name, ids=expected[3:5], output_fields=["*"])
        for name in ("body_words", "whole_words"):
            row.pop(name, None), alien.pop(name, None)
        row["vector"] = np.eye(1, 256, dtype=np.float32)[0].tolist()
        client.upsert(collection.name, [row, alien | {"entry": "none@x#000~k"}])
        with base.store.writing():
            collection.delete(expected[:2])
            checkup = examine(base.store, lambda: 0)
        assert (checkup.findings, checkup.notes, checkup.words, checkup.dense) == (
            [
                Finding("index", "检索索引缺少的片段", 2, True),
                Finding("index", "检索索引多出的片段", 1, True),
                Finding("index", "检索索引不符的向量", 1, True),
            ],
            [],
            len(expected),
            len(expected),
        )
        assert (held(base), found(base, "老旧小区")) == (expected, hits)
        assert examine(base.store, lambda: 0).findings == []


def test_lost_vectors_do_not_keep_the_doctor_from_mending(tmp_path, index):
    with open_base(tmp_path, index=index) as base:
        base.put_many(many(3))
        expected = held(base)
        base.store.vectors.prune(set())
        base.store.index._collection.delete(expected[:4])
        checkup = examine(base.store, lambda: base.store.embed_missing(base.embedder))
        assert (checkup.healthy, held(base)) == (True, expected)


def test_a_server_that_goes_and_comes_back(tmp_path):
    server = MilvusServer(tmp_path / "milvus.db")
    try:
        server.start()
        with open_base(tmp_path / "home", index=server.setting) as base:
            base.put_many(many(4))
            hits = found(base, "老旧小区")
            tokens = ("项目", "河道", "老旧", "没有", "a'b")
            counts = base.on_snapshot(lambda snap: [snap.having(token) for token in tokens])
            server.stop()
            for asked in (lambda: base.put(submission("new.txt", "新")), lambda: base.search("老旧小区")):
                with pytest.raises(IndexUnavailable) as caught:
                    asked()
                assert str(caught.value).startswith(f"检索索引的服务 {server.url} 用不了（")
            assert base.store.index.fault().startswith(f"检索索引的服务 {server.url} 用不了（")
            assert len(base.documents()) == 4
            server.start()
            assert (base.store.index.fault(), found(base, "老旧小区")) == ("", hits)
            base.put(submission("new.txt", "海洋牧场每亩奖励五千元。"))
            assert held(base) == entries(base)
        with open_base(tmp_path / "other", index=f"milvus+{server.folder}") as other:
            with pytest.raises(IndexUnavailable) as caught:
                other.put(submission("new.txt", "新"))
            assert "一次只能由一个进程打开" in str(caught.value)
    finally:
        server.stop()
    with open_base(tmp_path / "home") as local:
        assert local.on_snapshot(lambda snap: [snap.having(token) for token in tokens]) == counts


def test_homes_that_share_a_catalog_share_the_collection(tmp_path, index, postgres, monkeypatch):
    def crash(name: str) -> None:
        if name == "committed":
            raise Crash

    monkeypatch.setenv("ZHICE_CATALOG", postgres.database())
    one, two = tmp_path / "one", tmp_path / "two"
    with open_base(two, index=index) as reader:
        with open_base(one, index=index) as writer:
            writer.put_many(many(4))
            assert found(reader, "老旧小区") == found(writer, "老旧小区")
            writer.store.on_step = crash
            with pytest.raises(Crash):
                writer.put_many(change())
        words, near = found(reader, "项目补助各镇街配合")
        assert (words, near.keys()) == (
            {h.policy_id for h in reader.documents()},
            {c.chunk_id for h in reader.documents() for c in reader.chunks(h.policy_id)},
        )
        assert held(reader) != entries(reader)
        reader.remove_sources("/文件", ["003.txt"])  # the next writer, from another home
        assert held(reader) == entries(reader)
        assert not (one / "index").exists() and not (two / "index").exists()


def test_without_its_package_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with open_base(tmp_path, index=f"milvus+{tmp_path / 'index.db'}") as base, pytest.raises(SettingsError) as caught:
        base.put(submission("new.txt", "新"))
    assert str(caught.value) == "设置 index 指向 Milvus，缺少它的包 pymilvus。请运行：pip install 'zhice[milvus]'"
