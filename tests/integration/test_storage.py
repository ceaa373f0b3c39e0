"""The storage of a base as a whole: real SQLite, tantivy and Chroma."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kb.base import FileRow, PutReport
from kb.errors import HomeBusy, IndexMismatch, UnknownDocument, UnreadableFile
from kb.model import Filters, PolicyDocument, Submission
from kb.text import query_tokens
from tests.bases import ROOT, body, dump, many, open_base, submission
from tests.fakes import HashEmbedder, OtherModel

QUESTION = "关于技能培训，现将第3号方案印发，每个项目补助10万元，由第3科牵头"  # no ties among the nearest


def found(base, question: str, k: int = 4) -> tuple[list[str], list[str]]:
    """Ids of the chunks each leg finds."""
    vector = base.query_vector(question)
    both = base.on_snapshot(lambda s: (s.lexical(query_tokens(question), k), s.dense(vector, k)))
    return tuple([chunk_id for chunk_id, _ in leg] for leg in both)  # type: ignore[return-value]


def test_report_counts_what_happened_and_nothing_is_embedded_twice(tmp_path):
    embedder = HashEmbedder()
    with open_base(tmp_path, embedder) as base:
        ticks: list[int] = []
        first = base.put_many(many(3), ticks.append)
        chunks = sum(h.chunks for h in base.documents())
        assert first == PutReport(first.policy_ids, added=3, chunks=chunks, embedded=chunks)
        assert (sum(ticks), embedder.calls) == (3, chunks)
        generation = base.generation
        assert base.put_many(many(3)) == PutReport(first.policy_ids, unchanged=3)
        assert (base.generation, embedder.calls) == (generation, chunks)
        copy = base.put_many([submission("copy.txt", body(1), title="另一个题目")])
        assert copy == PutReport((first.policy_ids[1],), attached=1)
        again = base.put_many(many(3, version=1))
        assert (again.replaced, again.added, again.unchanged) == (2, 1, 0)
        assert dump(base)["consistent"]


def test_caller_finds_ids_in_the_order_of_the_submissions_across_batches(tmp_path):
    submissions = [submission(f"{n}.txt", body(n), policy_id=f"given-{n % 400}") for n in range(450)]
    with open_base(tmp_path) as base:
        report = base.put_many(submissions)
        assert report.policy_ids == tuple(f"given-{n % 400}" for n in range(450))
        assert (report.added, report.replaced) == (400, 50)
        assert base.document("given-3").text == body(403)
        assert dump(base)["consistent"]


def test_document_without_chunks_and_without_a_source(tmp_path):
    with open_base(tmp_path) as base:
        policy_id = base.put(Submission(PolicyDocument(text="图", title="图片说明"), ()))
        assert base.put(Submission(PolicyDocument(text="图", title="图片说明"), ())) == policy_id
        assert (base.header(policy_id).chunks, base.header(policy_id).source) == (0, None)
        assert found(base, "图片") == ([], [])


def test_moved_file_changes_the_source_and_nothing_else(tmp_path):
    embedder = HashEmbedder()
    with open_base(tmp_path, embedder) as base:
        ids = base.put_many(many(2)).policy_ids
        before, calls = dump(base), embedder.calls
        base.move_file(ROOT, "000.txt", "子目录/零.txt")
        assert base.document(ids[0]).source == base.header(ids[0]).source == "子目录/零.txt"
        after = dump(base)
        for kept in ("words", "chroma"):
            assert after[kept] == before[kept]
        assert after["tables"]["chunks"] == before["tables"]["chunks"]
        assert base.put(submission("子目录/零.txt", body(0), title="关于000.txt的通知")) == ids[0]
        assert embedder.calls == calls


def test_pages_that_share_their_text_but_not_their_number_are_documents_of_their_own(tmp_path):
    """The number may stand in a page's table of metadata alone, and notices of two years may share every word."""

    def page(name: str, number: str | None) -> Submission:
        return submission(name, body(1), doc_number=number)

    with open_base(tmp_path) as base:
        ids = base.put_many([page("甲.html", "云人社发〔2025〕1号"), page("乙.html", "云人社发〔2026〕2号")]).policy_ids
        reposted = base.put(page("转载.html", None))
        late = base.put(page("丙.html", "云人社发〔2027〕3号"))
        assert [base.header(i).doc_number for i in (*ids, late)] == [
            *("云人社发〔2025〕1号", "云人社发〔2026〕2号", "云人社发〔2027〕3号")
        ]
        assert len({*ids, late}) == 3
        assert reposted in ids
        base.put(page("甲.html", "云人社发〔2025〕11号"))
        assert base.header(ids[0]).doc_number == "云人社发〔2025〕11号", "corrected under the same name"
        assert dump(base)["consistent"]


def test_removing_files_removes_their_documents_everywhere(tmp_path):
    with open_base(tmp_path) as base:
        ids = base.put_many(many(4)).policy_ids
        base.record_files([FileRow(ROOT, f"{n:03d}.txt", 1, 2, "a" * 64, "v") for n in range(4)])
        assert base.remove_sources(ROOT, ["000.txt", "002.txt", "none.txt"]) == 2
        assert [h.policy_id for h in base.documents()] == sorted([ids[1], ids[3]])
        assert list(base.files(ROOT)) == ["001.txt", "003.txt"]
        with pytest.raises(UnknownDocument):
            base.document(ids[0])
        assert dump(base)["consistent"]


def test_everything_is_there_after_reopening(tmp_path):
    with open_base(tmp_path) as base:
        base.put_many(many(5))
        before, hits = dump(base), found(base, QUESTION)
    with open_base(tmp_path, create=False) as base:
        assert (dump(base), found(base, QUESTION)) == (before, hits)


def wreck_nothing(home: Path) -> None:
    """The control: an untouched base."""


def lose_index(home: Path) -> None:
    shutil.rmtree(home / "index")


def lose_words(home: Path) -> None:
    shutil.rmtree(home / "index" / "lexical")


def lose_words_segments(home: Path) -> None:
    for path in (home / "index" / "lexical").glob("*.store"):
        path.unlink()


def lose_chroma(home: Path) -> None:
    shutil.rmtree(home / "index" / "dense")


def lose_state(home: Path) -> None:
    (home / "index" / "dense.json").unlink()


def spoil_state(home: Path) -> None:
    (home / "index" / "dense.json").write_text("{", "utf-8")


def spoil_chroma(home: Path) -> None:
    (next((home / "index" / "dense").iterdir()) / "chroma.sqlite3").write_bytes(b"spoilt" * 1000)


def foreign_index(home: Path) -> None:
    """The index folder of another base, with as many chunks."""
    other = home.parent / "other"
    with open_base(other) as base:
        base.put_many([submission(f"{n}.txt", body(n, 3)) for n in range(5)])
    shutil.rmtree(home / "index")
    shutil.copytree(other / "index", home / "index")


DAMAGES = [
    wreck_nothing,
    lose_index,
    lose_words,
    lose_words_segments,
    lose_chroma,
    lose_state,
    spoil_state,
    spoil_chroma,
    foreign_index,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("first", ["search", "put"])
def test_a_damaged_index_is_made_anew_without_embedding(tmp_path, damage, first):
    home = tmp_path / "home"
    with open_base(home) as base:
        base.put_many(many(5))
        before, hits = dump(base), found(base, QUESTION)
    damage(home)
    embedder = HashEmbedder()
    with open_base(home, embedder, create=False) as base:
        if first == "put":
            base.put_many(many(5))
            base.put(submission("new.txt", "海洋牧场每亩奖励五千元。"))
            base.remove_sources(ROOT, ["new.txt"])
            assert embedder.calls == 1
        assert found(base, QUESTION) == hits
        after = dump(base)
        assert (after["words"], after["chroma"], after["consistent"]) == (before["words"], before["chroma"], True)
        assert base.store.index.vectors.owned


def test_chroma_lost_while_the_base_is_open_is_noticed(tmp_path):
    with open_base(tmp_path) as base:
        base.put_many(many(5))
        hits = found(base, QUESTION)
        base.store.index.vectors._projection._collection._client.delete_collection("chunks")
        assert found(base, QUESTION) == hits
        base.put(submission("new.txt", "海洋牧场每亩奖励五千元。"))
        assert dump(base)["consistent"]


def test_another_model_is_refused_until_rebuilt(tmp_path):
    with open_base(tmp_path) as base:
        base.put_many(many(5))
        revision = [h.revision for h in base.documents()]
    other = OtherModel()
    with open_base(tmp_path, other) as base:
        assert len(base.documents()) == 5  # reading needs no model
        with pytest.raises(IndexMismatch) as caught:
            base.put(submission("new.txt", "新"))
        assert (caught.value.built_with, caught.value.current) == ("fake:bigrams", "fake:other")
        with pytest.raises(IndexMismatch):
            base.query_vector("问")
        done: list[int] = []
        chunks = sum(h.chunks for h in base.documents())
        assert base.rebuild(done.append) == chunks == sum(done) == other.calls
        assert dump(base)["consistent"]
        assert found(base, body(7)[:30])[1]
        assert [h.revision for h in base.documents()] == revision
        assert base.put_many(many(5)).unchanged == 5
    with open_base(tmp_path) as base, pytest.raises(IndexMismatch):
        base.query_vector("问")


def test_emptied_base_takes_another_model(tmp_path):
    with open_base(tmp_path) as base:
        base.remove(base.put_many(many(2)).policy_ids)
    with open_base(tmp_path, OtherModel()) as base:
        base.put_many(many(2))
        assert dump(base)["consistent"]


def test_second_writer_is_refused_and_named_the_first(tmp_path):
    with open_base(tmp_path, write=True) as first, open_base(tmp_path) as second:
        first.put_many(many(1))
        second.store.lock.wait_seconds = 0
        with pytest.raises(HomeBusy) as caught:
            second.put_many(many(2))
        assert "进程" in caught.value.holder
        assert len(second.documents()) == 1
    with open_base(tmp_path, write=True) as third:
        assert third.put_many(many(2)).added == 1


def test_an_index_that_is_ahead_or_behind_gives_only_chunks_of_the_snapshot(tmp_path):
    with open_base(tmp_path) as base, open_base(tmp_path) as other:
        base.put_many(many(6))
        vector = base.query_vector("河道治理")
        with other.snapshot() as snap:
            base.remove_sources(ROOT, ["000.txt"])
            base.put(submission("new.txt", "河道治理河道治理河道治理"))
            words, near = snap.lexical(query_tokens("河道治理"), 50), snap.dense(vector, 50)
            live = {c.chunk_id for h in snap.documents() for c in snap.chunks(h.policy_id)}
            assert {i for i, _ in words} | {i for i, _ in near} <= live


def test_the_opening_of_a_document_is_its_first_chunk(tmp_path):
    with open_base(tmp_path) as base:
        base.put_many([submission("a.txt", "甲" * 10 + "乙" * 50), submission("b.txt", "丙" * 50)])
        ids = [header.policy_id for header in base.documents()]
        assert [len(base.chunks(policy_id)) for policy_id in ids] == [2, 2]
        with base.snapshot() as snap:
            assert snap.openings([*ids, "none"]) == {p: base.chunks(p)[0].text for p in ids}
            assert snap.openings([]) == {}


def test_hits_by_id_gives_only_what_exists(tmp_path):
    with open_base(tmp_path) as base:
        policy_id = base.put(submission("a.txt", "甲" * 50))
        chunk = base.chunks(policy_id)[1]
        with base.snapshot() as snap:
            assert snap.hits_by_id([chunk.chunk_id, "none"]) == {chunk.chunk_id: (chunk, base.header(policy_id))}
            assert chunk.text == "甲" * 10


@pytest.mark.parametrize("fields", [{"title": "通\0知"}, {"doc_number": "云政\0发〔2026〕1号"}, {"issuer": "云溪\0市"}])
def test_a_name_with_a_character_that_cannot_be_stored_is_refused_with_its_file(tmp_path, fields):
    with open_base(tmp_path) as base:
        with pytest.raises(UnreadableFile, match="a.txt.*空字符"):
            base.put(submission("a.txt", "甲" * 50, **fields))
        assert base.documents() == []


def test_work_is_repeated_when_the_base_changes_meanwhile(tmp_path):
    with open_base(tmp_path) as base:
        base.put_many(many(2))
        seen: list[int] = []

        def work(snap):
            seen.append(snap.generation)
            if len(seen) == 1:
                base.put(submission("new.txt", "海洋牧场每亩奖励五千元。"))
            return sorted(h.source for h in snap.documents())

        assert base.on_snapshot(work) == ["000.txt", "001.txt", "new.txt"]
        assert seen == [1, 2]

        def restless(snap):
            seen.append(snap.generation)
            base.put(submission("new.txt", f"海洋牧场每亩奖励{len(seen)}千元。"))
            return snap.generation

        assert base.on_snapshot(restless) == 4
        assert seen == [1, 2, 2, 3, 4]


def test_many_pending_changes_are_answered_while_they_are_applied(tmp_path, monkeypatch):
    monkeypatch.setattr("kb.dense_local._APPLY_AT_ONCE", 3)
    with open_base(tmp_path) as reader, open_base(tmp_path) as writer:
        reader.put_many(many(2))
        writer.put_many(many(20))
        writer.remove_sources(ROOT, ["001.txt"])
        assert reader.store.index.vectors.owned
        exact = found(writer, "老旧小区第19号方案", 8)
        assert found(reader, "老旧小区第19号方案", 8) == exact  # the worker has just begun
        with reader.store.catalog.view() as view:
            reader.store.index.catch_up(view)
        assert found(reader, "老旧小区第19号方案", 8) == exact
        assert dump(reader)["consistent"]


def test_large_allowed_sets_are_filtered_from_chroma(tmp_path, monkeypatch):
    monkeypatch.setattr("kb.exact_scan.EXACT_CHUNKS", 3)
    with open_base(tmp_path) as base:
        base.put_many(many(30))
        allowed = {h.policy_id for h in base.documents() if (h.source or "") >= "015"}
        vector = base.query_vector("老旧小区")
        got = base.on_snapshot(lambda s: s.dense(vector, 10, allowed))
        everything = base.on_snapshot(lambda s: s.dense(vector, 500))
        expected = [(i, s) for i, s in everything if i.rpartition("@")[0] in allowed][:10]
        assert [s for _, s in got] == pytest.approx([s for _, s in expected], abs=1e-5)
        assert {i.rpartition("@")[0] for i, _ in got} <= allowed
        assert base.on_snapshot(lambda s: s.allowed(Filters(policy_ids=tuple(allowed)))) == allowed


def test_the_first_question_needs_no_chroma_and_the_second_finds_the_same(tmp_path):
    with open_base(tmp_path) as base:
        base.put_many(many(5))
    with open_base(tmp_path) as base:
        first = found(base, QUESTION)
        assert not base.store.index.vectors.owned
        assert found(base, QUESTION) == first
        assert base.store.index.vectors.owned
