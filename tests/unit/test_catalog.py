"""The catalog: ids, revisions, sources, filters, look-ups, and what is refused."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import OperationalError

from kb.catalog import Batch, Catalog, FileRow
from kb.catalog.codec import decode_document, encode_document
from kb.catalog.db import Database
from kb.catalog.schema import metadata
from kb.catalog.titles import Titles
from kb.errors import BaseTooNew, Corrupt, HomeMissing, HomeNotWritable, UnknownDocument, UnreadableFile
from kb.model import (
    Assignment,
    ChunkDraft,
    Filters,
    Kind,
    PolicyDocument,
    Provision,
    Reference,
    Reply,
    Section,
    SourceRef,
    SourceSpan,
    Span,
    Status,
    Submission,
    Table,
    Target,
)
from tests.bases import ROOT, submission


@pytest.fixture(scope="module")
def shared(postgres, tmp_path_factory):
    """A catalog on a server."""
    catalog = Catalog(tmp_path_factory.mktemp("shared"), postgres.database(), create=True)
    yield catalog
    catalog.close()


@pytest.fixture(params=["sqlite", "postgres"])
def catalog(request, tmp_path):
    """An empty catalog in the home, or on a server."""
    if request.param == "postgres":
        shared = request.getfixturevalue("shared")
        with shared.database.write() as connection:
            for table in metadata.sorted_tables:
                connection.execute(delete(table))
        yield shared
        return
    catalog = Catalog(tmp_path, create=True)
    yield catalog
    catalog.close()


@pytest.fixture
def own(tmp_path):
    """An empty catalog in the home."""
    catalog = Catalog(tmp_path, create=True)
    yield catalog
    catalog.close()


def key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def put(catalog, *submissions):
    """The documents' ids, and the words entries that went."""
    with catalog.view() as view:
        batch = Batch(view, key)
        ids = [batch.add(s) for s in submissions]
    assert None not in ids
    with catalog.write() as writer:
        writer.put(change for change in batch.changes.values() if not change.empty)
        writer.next_generation()
    return ids, [row.entry for row in writer.dropped]


def minted(path, article=0):
    return "p" + hashlib.sha256(f"{ROOT}|{path}|{article}".encode()).hexdigest()[:12]


def ids(catalog):
    with catalog.view() as view:
        return [header.policy_id for header in view.documents()]


def test_id_is_made_from_the_source_and_stays_when_the_text_changes(catalog):
    assert put(catalog, submission("a.txt", "甲" * 50))[0] == [minted("a.txt")]
    assert put(catalog, submission("a.txt", "乙" * 50))[0] == [minted("a.txt")]
    assert ids(catalog) == [minted("a.txt")]


def test_given_id_wins_over_source_and_text(catalog):
    put(catalog, submission("a.txt", "甲" * 50))
    assert put(catalog, submission("a.txt", "甲" * 50, policy_id="doc-7"))[0] == ["doc-7"]
    assert ids(catalog) == ["doc-7"]  # its one source went over


def test_articles_of_one_file_are_documents_and_name_their_parent(catalog):
    first = submission("a.html", "印发通知正文。" * 9)
    second = submission("a.html", "实施方案正文。" * 9, article=1, parent="#0")
    assert put(catalog, first, second)[0] == [minted("a.html"), minted("a.html", 1)]
    with catalog.view() as view:
        assert view.document(minted("a.html", 1)).parent == minted("a.html")


def test_parent_that_comes_after_its_child_has_the_same_id(catalog):
    second = submission("a.html", "实施方案正文。" * 9, article=1, parent="#0")
    assert put(catalog, second, submission("a.html", "印发通知正文。" * 9))[0] == [
        minted("a.html", 1),
        minted("a.html"),
    ]
    with catalog.view() as view:
        assert view.document(minted("a.html", 1)).parent == minted("a.html")


def test_same_text_is_one_document_with_several_sources(catalog):
    got, _ = put(catalog, submission("a.txt", "甲" * 50), submission("b.txt", "甲" * 50))
    more, _ = put(catalog, submission("c.txt", "甲" * 50))
    assert got + more == [minted("a.txt")] * 3
    with catalog.view() as view:
        assert view.sources(minted("a.txt")) == [SourceRef(ROOT, name) for name in ("a.txt", "b.txt", "c.txt")]
        assert view.chunk_count() == 2


def test_a_later_copy_does_not_replace_what_the_first_gave(catalog):
    put(catalog, submission("a.txt", "甲" * 50, title="题甲"))
    put(catalog, submission("b.txt", "甲" * 50, title="题乙"))
    put(catalog, submission("b.txt", "甲" * 50, title="题丙"))
    with catalog.view() as view:
        assert view.header(minted("a.txt")).title == "题甲"
    put(catalog, submission("b.txt", "甲" * 50, title="题丙"), submission("a.txt", "甲" * 50, title="题丁"))
    with catalog.view() as view:
        assert view.header(minted("a.txt")).title == "题丁"


def test_removing_one_source_keeps_the_document_while_others_remain(catalog):
    put(catalog, submission("a.txt", "甲" * 50), submission("b.txt", "甲" * 50))
    with catalog.write() as writer:
        assert writer.detach(ROOT, ["a.txt"]) == 0
    with catalog.view() as view:
        assert view.header(minted("a.txt")).source == "b.txt"
    with catalog.write() as writer:
        assert writer.detach("/别处", ["b.txt"]) == 0
        assert writer.detach(ROOT, ["b.txt", "none.txt"]) == 1
    assert ids(catalog) == []


def test_a_source_whose_text_changed_leaves_a_shared_document(catalog):
    put(catalog, submission("a.txt", "甲" * 50), submission("b.txt", "甲" * 50))
    (own,), _ = put(catalog, submission("a.txt", "乙" * 50))
    assert own not in (minted("a.txt"), minted("b.txt"))  # its own id still names the shared document
    with catalog.view() as view:
        assert {h.policy_id: (h.source, view.document(h.policy_id).text[0]) for h in view.documents()} == {
            minted("a.txt"): ("b.txt", "甲"),
            own: ("a.txt", "乙"),
        }


def test_a_source_that_takes_over_anothers_text_joins_it(catalog):
    put(catalog, submission("a.txt", "甲" * 50), submission("b.txt", "乙" * 50))
    assert put(catalog, submission("a.txt", "乙" * 50))[0] == [minted("b.txt")]
    assert ids(catalog) == [minted("b.txt")]


def test_empty_texts_are_not_the_same_document(catalog):
    got, _ = put(catalog, submission("a.txt", " "), submission("b.txt", " "))
    assert got == [minted("a.txt"), minted("b.txt")]


def test_moved_file_keeps_its_ids_and_replaces_what_was_there(catalog):
    put(catalog, submission("a.txt", "甲" * 50), submission("b.txt", "乙" * 50))
    with catalog.write() as writer:
        writer.record_files([FileRow(ROOT, "a.txt", 1, 2, "f" * 64, "1")])
        assert writer.move_file(ROOT, "a.txt", "b.txt") == 1
    assert ids(catalog) == [minted("a.txt")]
    with catalog.view() as view:
        assert view.header(minted("a.txt")).source == "b.txt"
        assert view.files(ROOT) == {"b.txt": FileRow(ROOT, "b.txt", 1, 2, "f" * 64, "1")}
        assert view.roots() == [ROOT]


def test_fewer_articles_than_before(catalog):
    put(catalog, *(submission("a.html", f"第{n}篇" * 20, article=n) for n in range(3)))
    with catalog.write() as writer:
        writer.record_files([FileRow(ROOT, "a.html", 1, 2, "f" * 64, "1")])
        assert writer.detach(ROOT, ["a.html"], first_article=1) == 2
    assert ids(catalog) == [minted("a.html")]
    with catalog.view() as view:
        assert list(view.files(ROOT)) == ["a.html"]


def test_superseded_revisions_stay_openable_until_removal(catalog):
    put(catalog, submission("a.txt", "甲" * 50))
    with catalog.view() as view:
        old = view.header(minted("a.txt")).revision
    put(catalog, submission("a.txt", "乙" * 50))
    with catalog.view() as view:
        assert view.document(minted("a.txt"), old).text == "甲" * 50
        assert view.document(minted("a.txt")).text == "乙" * 50
    with catalog.write() as writer:
        assert writer.remove([minted("a.txt"), "none"]) == 1
    with catalog.view() as view, pytest.raises(UnknownDocument):
        view.document(minted("a.txt"), old)


def test_changes_since_a_seq_and_tombstones(catalog):
    put(catalog, submission("a.txt", "甲" * 50 + "乙" * 50, size=50))
    with catalog.view() as view:
        before = view.chunk_rows()
    assert [row.chunk_id[-3:] for row in before] == ["000", "001"]
    _, gone = put(catalog, submission("a.txt", "甲" * 50 + "乙" * 50, size=100))
    with catalog.view() as view:
        changed = view.chunk_rows(after=before[-1].seq)
        assert [row.chunk_id for row in changed] == [before[0].chunk_id]
        assert [stone.chunk_id for stone in view.tombstones(0)] == [before[1].chunk_id]
        assert view.pending(before[-1].seq) == 1
    assert sorted(gone) == sorted(row.entry for row in before)


def test_unchanged_chunks_of_a_changed_header_are_kept(catalog):
    put(catalog, submission("a.txt", "甲" * 100, title="同题"))
    with catalog.view() as view:
        before = view.chunk_rows()
    _, gone = put(catalog, submission("a.txt", "甲" * 100, title="同题", kind=Kind.NOTICE))
    with catalog.view() as view:
        assert (view.chunk_rows(), view.header(minted("a.txt")).kind, gone) == (before, Kind.NOTICE, [])


def test_a_batch_takes_a_document_once(catalog):
    with catalog.view() as view:
        batch = Batch(view, key)
        assert batch.add(submission("a.txt", "甲" * 50)) == minted("a.txt")
        assert batch.add(submission("a.txt", "乙" * 50)) is None


def test_every_field_survives():
    span = Span(1, 2)
    document = PolicyDocument(
        text="甲乙丙丁",
        title="题",
        kind=Kind.REPLY,
        doc_number="文〔2025〕1号",
        index_number="X1",
        issuer="市局",
        level="市",
        issuer_region="330300",
        subject_regions=("330302", "330303"),
        written_on="2025-06-12",
        published_on="2025-06-13",
        effective_from="2025-07-01",
        expires_on="2027-12-31",
        status=Status.EXPIRED,
        status_evidence=span,
        recipients=("甲", "乙"),
        signatory="某",
        contact="电话",
        cc=("丙",),
        approved_by="市政府",
        parent="p1",
        digest_of="原文",
        attachments=("附件1",),
        page=3,
        flags=("date_conflict",),
        source_map=(SourceSpan(0, 2, 5, 7, "table", 1, (0.0, 1.5, 2.0, 3.0)), SourceSpan(2, 4, 7, 9)),
        sections=(Section("一、", "总则", "一、总则", 1, 0, 4),),
        tables=(Table(None, ("甲", "乙"), (("1", "2"), ("3", "4")), 0, 4),),
        targets=(Target("面积", 160.0, "万平方米", "以上", "2027年", "target", "一、", (span,)),),
        assignments=(Assignment("一、", ("甲局",), ("乙局", "丙局"), 0, 4),),
        provisions=(Provision("补助", 0, 4, amount="20万元", conditions=("条件",)),),
        references=(Reference("某办法", None, "依据", 0, 2),),
        reply=Reply("12号", "四届三次", ("某代表",), ("诉求",), (span,)),
    )
    sources = (SourceRef(ROOT, "a.txt"), SourceRef(ROOT, "b.txt", 2))
    got = decode_document(encode_document(replace(document, policy_id="x", sources=sources)), "p9", sources)
    assert got == replace(document, policy_id="p9", sources=sources)


def test_payload_of_a_newer_version_is_read_without_what_is_unknown():
    payload = encode_document(PolicyDocument(text="甲")).replace('"text"', '"neues":1,"text"')
    assert decode_document(payload, "p1", ()) == PolicyDocument(text="甲", policy_id="p1")


@pytest.fixture
def varied(catalog):
    put(
        catalog,
        submission("nation.txt", "国" * 9, policy_id="nation", issuer="国务院办公厅", written_on="2024-01-05"),
        submission("province.txt", "省" * 9, policy_id="province", issuer_region="330000", published_on="2024-06-01"),
        submission("city.txt", "市" * 9, policy_id="city", issuer_region="330300", kind=Kind.NOTICE),
        submission("county.txt", "区" * 9, policy_id="county", issuer_region="330302", written_on="2025-06-12"),
        submission("other.txt", "他" * 9, policy_id="other", subject_regions=("330100",), issuer="100%公司"),
    )
    return catalog


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), None),
        (Filters(region="330302"), {"nation", "province", "city", "county"}),
        (Filters(region="330300"), {"nation", "province", "city"}),
        (Filters(region="330100"), {"nation", "province", "other"}),
        (Filters(issuer="国务院"), {"nation"}),
        (Filters(issuer="%"), {"other"}),
        (Filters(kinds=(Kind.NOTICE, Kind.LAW)), {"city"}),
        (Filters(date_from="2024-01-06"), {"province", "county"}),
        (Filters(date_to="2024-06-01"), {"nation", "province"}),
        (Filters(date_from="2024", date_to="2024"), {"nation", "province"}),
        (Filters(date_to="2024-05"), {"nation"}),
        (Filters(policy_ids=("city", "none")), {"city"}),
        (Filters(region="330302", date_from="2025-01-01"), {"county"}),
        (Filters(issuer="没有"), set()),
    ],
)
def test_filters(varied, filters, expected):
    ancestors = {"330302": ("330300", "330000"), "330300": ("330000",), "330100": ("330000",)}
    with varied.view() as view:
        assert view.allowed(filters, ancestors.get(filters.region or "", ())) == expected


@pytest.mark.parametrize(
    "written", ["温政发〔2023〕5号", "温政发(2023)5号", "温政发[2023] 5 号", "温政发【2023】第5号"]
)
def test_document_number_in_any_form(catalog, written):
    put(catalog, submission("a.txt", "甲" * 9, doc_number="温政发（2023）5号"), submission("b.txt", "乙" * 9))
    with catalog.view() as view:
        assert view.find_by_doc_number(written) == [minted("a.txt")]
        assert view.find_by_doc_number("温政发〔2023〕6号") == []


def test_titles_in_a_text_and_texts_in_a_title(catalog):
    titles = ("推进孵化器提质的若干意见", "推进孵化器提质的若干意见实施细则", "100%_绿电行动方案", "通知")
    put(catalog, *(submission(f"{n}.txt", f"第{n}个" * 9, title=title) for n, title in enumerate(titles)))
    by_number = [minted(f"{n}.txt") for n in range(len(titles))]
    with catalog.view() as view:
        assert Titles(view.titles()).named("请问《推进孵化器提质的若干意见》何时施行？") == by_number[:1]
        assert Titles(view.titles()).named("《推进孵化器提质的若干意见实施细则》第三条") == [by_number[1], by_number[0]]
        assert Titles(view.titles()).named("孵化器提质") == by_number[:2]
        assert Titles(view.titles()).named("100% 绿电行动") == by_number[2:3]
        assert Titles(view.titles()).named("通知") == []
        assert Titles(view.titles()).named("关于河道治理的通知怎么说") == []


def test_a_view_is_one_snapshot(catalog):
    put(catalog, submission("a.txt", "甲" * 50))
    with catalog.view() as view:
        put(catalog, submission("b.txt", "乙" * 50))
        assert [header.policy_id for header in view.documents()] == [minted("a.txt")]
        assert catalog.generation() == view.generation + 1


def test_failed_transaction_leaves_nothing(catalog):
    with pytest.raises(RuntimeError), catalog.write() as writer:
        writer.set_meta("generation", "99")
        raise RuntimeError
    assert catalog.generation() == 0


def test_text_that_cannot_be_stored_is_refused_with_its_name(catalog):
    with catalog.view() as view, pytest.raises(UnreadableFile, match=r"bad\.txt"):
        Batch(view, key).add(submission("bad.txt", "甲\ud800乙"))


@pytest.mark.parametrize("span", [(0, 0), (0, 3), (-1, 1)])
def test_chunk_outside_the_text_is_refused(catalog, span):
    wrong = Submission(PolicyDocument(text="甲乙"), (ChunkDraft(*span),), SourceRef(ROOT, "a.txt"))
    with catalog.view() as view, pytest.raises(ValueError, match="outside"):
        Batch(view, key).add(wrong)


def test_no_base_here(tmp_path):
    with pytest.raises(HomeMissing):
        Catalog(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_base_cut_short_while_it_was_made(tmp_path):
    sqlite3.connect(tmp_path / "catalog.db").close()
    with pytest.raises(HomeMissing):
        Catalog(tmp_path)
    Catalog(tmp_path, create=True).close()
    Catalog(tmp_path).close()


def test_base_of_a_newer_version(own, tmp_path):
    with own.write() as writer:
        writer.set_meta("schema", "99")
    with pytest.raises(BaseTooNew) as caught:
        Catalog(tmp_path, create=True)
    assert (caught.value.found, caught.value.home) == (99, tmp_path)


def test_file_that_is_no_database(tmp_path):
    (tmp_path / "catalog.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(Corrupt, match=r"catalog\.db"):
        Catalog(tmp_path)


def test_home_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(HomeNotWritable):
        Catalog(tmp_path / "file" / "home", create=True)


def test_an_error_of_the_file_does_not_tell_what_was_given(tmp_path: Path) -> None:
    """Exceptions are printed and logged, and what is given may be a question or a secret."""
    database = Database(tmp_path / "x.db")
    with pytest.raises(OperationalError) as caught, database.read() as connection:
        connection.execute(text("SELECT * FROM nowhere WHERE question = :asked"), {"asked": "谁欠了税？"})
    database.close()
    assert "nowhere" in str(caught.value)
    assert "谁欠了税" not in str(caught.value)
