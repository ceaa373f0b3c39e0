"""The doctor finds what differs between the stores and mends it."""

from __future__ import annotations

import random
import sqlite3

import numpy as np
import pytest

from kb.doctor import Finding, examine
from kb.errors import Corrupt, EmbeddingUnavailable
from tests.bases import dump, many, open_base
from tests.fakes import HashEmbedder

PAGE = 4096  # bytes of SQLite's pages


@pytest.fixture
def base(tmp_path):
    with open_base(tmp_path) as base:
        base.put_many(many(4))
        yield base


def check(base):
    return examine(base.store, lambda: base.store.embed_missing(base.embedder))


def assert_mended(base, expected, *findings: Finding):
    checkup = check(base)
    assert (checkup.findings, checkup.healthy) == (list(findings), True)
    assert dump(base) == expected
    again = check(base)
    assert (again.findings, again.notes) == ([], [])


def test_a_sound_base(base):
    chunks = sum(h.chunks for h in base.documents())
    checkup = check(base)
    seen = (checkup.documents, checkup.chunks, checkup.vectors, checkup.words, checkup.dense)
    assert seen == (4, chunks, chunks, chunks, chunks)
    assert (checkup.findings, checkup.notes, checkup.healthy) == ([], [], True)


def test_an_empty_base(tmp_path):
    with open_base(tmp_path) as base:
        checkup = check(base)
        assert (checkup.documents, checkup.dense, checkup.findings, checkup.notes) == (0, None, [], [])


def test_words_missing_and_too_many(base):
    expected = dump(base)
    with base.store.writing():
        entries = sorted(base.store.index.words.entries())
        base.store.index.words.delete(entries[:2])
        with base.store.catalog.view() as view:
            row = view.chunk_rows()[0]
            (entry,) = view.lexical_entries([row.chunk_id])
        for n in range(2):
            base.store.index.words.add([type(entry)(f"none@x#00{n}~k", "none", "", "多出的")])
        checkup = check(base)
    assert checkup.findings == [
        Finding("words", "关键词索引缺少的片段", 2, True),
        Finding("words", "关键词索引多出的片段", 2, True),
    ]
    assert dump(base) == expected


def test_vectors_lost(base):
    expected = dump(base)
    keys = sorted(base.store.vectors.sizes())
    base.store.vectors.prune(set(keys[3:]))
    base.store.vectors.put(keys[3:4], np.ones((1, 7), np.float32))
    assert_mended(base, expected, Finding("vectors", "缺少的向量", 4, True))


def test_vectors_lost_and_no_model_to_make_them(base):
    base.store.vectors.prune(set())
    lost = sum(h.chunks for h in base.documents())

    def no_model() -> int:
        raise EmbeddingUnavailable("没有模型")

    checkup = examine(base.store, no_model)
    assert checkup.findings[0] == Finding("vectors", "缺少的向量", lost, False)
    assert (checkup.healthy, checkup.notes) == (False, ["没有模型"])


def test_chroma_missing_too_many_and_wrong(base):
    expected = dump(base)
    held = base.store.index.vectors._projection._collection
    ids = sorted(held.get(include=[])["ids"])
    held.delete(ids=ids[:2])
    held.upsert(ids=["none@x#000"], embeddings=np.ones((1, 256), np.float32))
    held.upsert(ids=ids[3:4], embeddings=np.eye(1, 256, dtype=np.float32))
    assert_mended(
        base,
        expected,
        Finding("dense", "向量索引缺少的片段", 2, True),
        Finding("dense", "向量索引多出的片段", 1, True),
        Finding("dense", "向量索引不符的向量", 1, True),
    )


def test_chroma_of_another_process_is_left_alone_and_said_so(base, tmp_path):
    with open_base(tmp_path, HashEmbedder()) as other:
        checkup = check(other)
        assert (checkup.dense, checkup.findings, checkup.healthy) == (None, [], True)
        assert "未检查" in checkup.notes[0]


def test_rows_that_do_not_fit_their_document_are_told_but_not_invented(base, tmp_path):
    with sqlite3.connect(tmp_path / "catalog.db") as connection:
        connection.execute(
            "UPDATE chunks SET text = '改动过的' WHERE ordinal = 0 AND policy_id = ?", (policy_id(base),)
        )
    connection.close()
    checkup = check(base)
    assert checkup.findings == [Finding("catalog", "文件与其片段不一致，请重新同步这些文件的来源", 1, False)]
    assert not checkup.healthy


@pytest.mark.parametrize("page", [0, 7, 20])
def test_a_damaged_page_of_the_catalog_is_told_with_the_ways_out(tmp_path, page):
    with open_base(tmp_path) as base:
        base.put_many(many(40))
    path = tmp_path / "catalog.db"
    content = bytearray(path.read_bytes())
    assert len(content) > 25 * PAGE and not path.with_name("catalog.db-wal").exists()
    content[page * PAGE + 100 : (page + 1) * PAGE] = random.Random(page).randbytes(PAGE - 100)
    path.write_bytes(content)
    with pytest.raises(Corrupt, match="python -m kb restore .* python -m ingest sync"), open_base(tmp_path) as base:
        check(base)
    assert path.read_bytes() == bytes(content)


def policy_id(base) -> str:
    return base.documents()[0].policy_id


@pytest.mark.parametrize("damage", ["all", "inside"])
def test_a_damaged_vector_file(tmp_path, damage):
    with open_base(tmp_path) as base:
        base.put_many(many(40))
        expected = dump(base)
        chunks = sum(h.chunks for h in base.documents())
        path = base.store.vectors.path
    content = path.read_bytes()
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    if damage == "all":
        path.write_bytes(b"no database at all " * 500)
    else:
        path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with open_base(tmp_path) as base:
        with pytest.raises(Corrupt) as caught:
            base.store.vectors.sizes()
        assert "python -m kb doctor" in str(caught.value) and "sync" not in str(caught.value)
        lost = Finding("vectors", "缺少的向量", chunks, True)
        assert_mended(base, expected, Finding("vectors", "损坏的向量文件", 1, True), lost)
