"""What every search index must do, run on each of them through a base."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import numpy as np
import pytest

from kb.base import KnowledgeBase
from kb.text import query_tokens
from tests.bases import body, many, open_base, submission
from tests.fakes import HashEmbedder
from tests.index_servers import milvus_file, running_chroma


@dataclass
class Setup:
    """A base that writes, and the base that searches with the index under test."""

    writer: KnowledgeBase
    reader: KnowledgeBase

    def ids(self, *paths: str) -> set[str]:
        return {h.policy_id for h in self.writer.documents() if h.source in paths}

    def lexical(self, question: str, k: int = 5, allowed: set[str] | None = None):
        return self.reader.on_snapshot(lambda snap: snap.lexical(query_tokens(question), k, allowed))

    def dense(self, question: str, k: int = 5, allowed: set[str] | None = None):
        vector = self.reader.query_vector(question)
        return self.reader.on_snapshot(lambda snap: snap.dense(vector, k, allowed))

    def first_sources(self, hits) -> list[str]:
        with self.reader.snapshot() as snap:
            rows = snap.hits_by_id([chunk_id for chunk_id, _ in hits])
            return [rows[chunk_id][1].source for chunk_id, _ in hits]


@contextmanager
def owner(home) -> Iterator[Setup]:
    """Chroma: one base writes, searches and owns the folder."""
    with open_base(home) as base:
        base.remove([base.put(submission("first.txt", "先占住向量索引的文件。"))])
        yield Setup(base, base)
        assert base.store.index.vectors.owned


@contextmanager
def beside_an_owner(home) -> Iterator[Setup]:
    """An exact scan: another base owns the folder."""
    with ExitStack() as stack:
        writer = stack.enter_context(open_base(home))
        writer.remove([writer.put(submission("first.txt", "先占住向量索引的文件。"))])
        assert writer.store.index.vectors.owned
        reader = stack.enter_context(open_base(home))
        yield Setup(writer, reader)
        assert not reader.store.index.vectors.owned


@contextmanager
def owner_that_only_reads(home) -> Iterator[Setup]:
    """Chroma: the searching base owns the folder, another writes."""
    with ExitStack() as stack:
        reader = stack.enter_context(open_base(home))
        policy_id = reader.put(submission("first.txt", "先占住向量索引的文件。"))
        writer = stack.enter_context(open_base(home))
        writer.remove([policy_id])
        yield Setup(writer, reader)
        assert reader.store.index.vectors.owned and not writer.store.index.vectors.owned


@contextmanager
def chroma_server(home, url: str) -> Iterator[Setup]:
    """Chroma in a server: one base writes, another searches."""
    with open_base(home, index=url) as writer, open_base(home, index=url) as reader:
        reader.store.index.vectors._asked = True  # else its first question would be scanned
        yield Setup(writer, reader)
        with reader.store.catalog.view() as view:
            reader.store.index.refresh(view)
        held = reader.store.index.vectors._projection
        assert writer.generation == 0 or (held.generation, held.count()) == (writer.generation, count(writer))


@contextmanager
def milvus(home, url: str) -> Iterator[Setup]:
    """Milvus for both legs: one base writes, another searches."""
    with open_base(home, index=url) as writer, open_base(home, index=url) as reader:
        yield Setup(writer, reader)
        held = writer.store.index._collection
        assert held is None or held.count() == count(writer)
        assert not (home / "index").exists() and not (home / "dense.lock").exists()


def count(base: KnowledgeBase) -> int:
    return sum(header.chunks for header in base.documents())


@pytest.fixture(scope="module")
def chroma(tmp_path_factory) -> Iterator[str]:
    with running_chroma(tmp_path_factory.mktemp("chroma")) as server:
        yield server.setting


@pytest.fixture(scope="module")
def milvus_lite(tmp_path_factory) -> Iterator[str]:
    with milvus_file(tmp_path_factory.mktemp("milvus")) as setting:
        yield setting


SETUPS = {owner: "", beside_an_owner: "", owner_that_only_reads: "", chroma_server: "chroma", milvus: "milvus_lite"}


@pytest.fixture(params=SETUPS, ids=lambda make: make.__name__)
def setup(request, tmp_path):
    server = SETUPS[request.param]
    with request.param(tmp_path, *([request.getfixturevalue(server)] if server else [])) as made:
        yield made


def test_empty_base_finds_nothing(setup):
    assert (setup.lexical("孵化器"), setup.dense("孵化器")) == ([], [])


def test_document_is_found_by_its_words_and_by_its_vector(setup):
    setup.writer.put_many(many(20))
    assert setup.first_sources(setup.lexical("第7号方案河道治理"))[0] == "007.txt"
    assert setup.first_sources(setup.dense(body(7)[:40], 1)) == ["007.txt"]


def test_dense_scores_are_cosines_and_agree_with_a_plain_scan(setup):
    setup.writer.put_many(many(30))
    question = "跨境电商项目补助多少万元"
    embedder = HashEmbedder()
    chunks = [c for h in setup.writer.documents() for c in setup.writer.chunks(h.policy_id)]
    vectors = embedder.embed_passages([c.indexed_text for c in chunks])
    cosines = vectors @ embedder.embed_query(question)
    best = np.sort(cosines)[::-1][:8]
    got = setup.dense(question, 8)
    assert [score for _, score in got] == pytest.approx(best.tolist(), abs=1e-4)
    by_id = dict(zip((c.chunk_id for c in chunks), cosines, strict=True))
    assert [score for _, score in got] == pytest.approx([by_id[i] for i, _ in got], abs=1e-4)


def test_cosines_of_given_chunks(setup):
    setup.writer.put_many(many(12))
    embedder = HashEmbedder()
    vector = embedder.embed_query("跨境电商项目补助多少万元")
    chunks = [c for h in setup.writer.documents()[:4] for c in setup.writer.chunks(h.policy_id)]
    ids = [c.chunk_id for c in chunks]
    got = setup.reader.on_snapshot(lambda snap: snap.cosines(vector, [*ids, "none@r#000"]))
    wanted = embedder.embed_passages([c.indexed_text for c in chunks]) @ vector
    assert got == pytest.approx(dict(zip(ids, wanted.tolist(), strict=True)), abs=1e-4)
    assert setup.reader.on_snapshot(lambda snap: snap.cosines(vector, [])) == {}


@pytest.mark.parametrize("leg", ["lexical", "dense"])
def test_hits_are_sorted_distinct_and_at_most_k(setup, leg):
    setup.writer.put_many(many(30))
    hits = getattr(setup, leg)("项目补助", 7)
    assert len(hits) == len({chunk_id for chunk_id, _ in hits}) == 7
    assert [s for _, s in hits] == sorted((s for _, s in hits), reverse=True)


@pytest.mark.parametrize("leg", ["lexical", "dense"])
def test_only_allowed_documents(setup, leg):
    setup.writer.put_many(many(30))
    allowed = setup.ids("003.txt", "013.txt", "028.txt")
    hits = getattr(setup, leg)("项目补助", 50, allowed)
    assert {i.rpartition("@")[0] for i, _ in hits} == allowed
    assert getattr(setup, leg)("项目补助", 50, set()) == []
    assert getattr(setup, leg)("项目补助", 50, {"none"}) == []


def test_dense_finds_all_when_more_is_asked_than_there_is(setup):
    setup.writer.put_many(many(5))
    assert len(setup.dense("补助", 500)) == sum(h.chunks for h in setup.writer.documents())


@pytest.mark.parametrize("leg", ["lexical", "dense"])
def test_removed_document_is_not_found(setup, leg):
    setup.writer.put_many(many(10))
    getattr(setup, leg)("老旧小区", 5)
    gone = setup.ids("009.txt")
    assert setup.writer.remove(gone) == 1
    hits = getattr(setup, leg)("老旧小区第9号方案", 500)
    assert hits and not any(i.rpartition("@")[0] in gone for i, _ in hits)


def test_replaced_document_is_found_by_its_new_text_only(setup):
    setup.writer.put_many([submission("a.txt", "屋顶光伏每千瓦补贴三百元。"), *many(5)])
    setup.lexical("光伏"), setup.dense("光伏")
    setup.writer.put(submission("a.txt", "海洋牧场每亩奖励五千元。"))
    (doc,) = setup.ids("a.txt")
    revision = setup.writer.header(doc).revision
    assert [i for i, _ in setup.lexical("海洋牧场奖励", 1)] == [f"{doc}@{revision}#000"]
    assert [i for i, _ in setup.dense("海洋牧场每亩奖励五千元。", 1)] == [f"{doc}@{revision}#000"]
    old = [i for leg in (setup.lexical, setup.dense) for i, _ in leg("屋顶光伏每千瓦补贴三百元", 500) if doc in i]
    assert set(old) <= {f"{doc}@{revision}#000"}


def test_same_chunk_id_with_another_text_is_searched_as_it_is_now(setup):
    """Another chunker gives the same revision's chunks other bounds under the same ids."""
    text = "屋顶光伏每千瓦补贴三百元整。" + "海洋牧场每亩奖励五千元整数。"
    setup.writer.put_many([submission("a.txt", text, size=14, title="题"), *many(5)])
    setup.lexical("光伏"), setup.dense("光伏")
    setup.writer.put(submission("a.txt", text, size=28, title="题"))
    (doc,) = setup.ids("a.txt")
    chunk = f"{doc}@{setup.writer.header(doc).revision}#000"
    vector = HashEmbedder().embed_query("题\n" + text)
    expected = float(vector @ HashEmbedder().embed_query("海洋牧场"))
    assert dict(setup.dense("海洋牧场", 500))[chunk] == pytest.approx(expected, abs=1e-4)
    assert [i for i, _ in setup.lexical("海洋牧场", 5)] == [chunk]


def test_words_of_the_title_count(setup):
    setup.writer.put_many([submission("a.txt", "全文见附件。", title="海洋牧场奖励办法"), *many(5)])
    assert setup.first_sources(setup.lexical("海洋牧场", 1)) == ["a.txt"]


def test_tokens_that_no_text_has(setup):
    setup.writer.put_many(many(3))
    assert setup.lexical("zzzz qqqq") == []
    assert setup.lexical("，。！？") == []


def test_rare_tokens_weigh_more(setup):
    setup.writer.put_many(many(20))
    common, rare, absent = setup.reader.on_snapshot(lambda snap: [snap.idf(t) for t in ("项目", "河道", "没有这词")])
    assert 0 < common < rare < absent
